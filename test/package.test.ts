import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
// @ts-expect-error plain JavaScript without types
import { sizes } from '../scripts/sizes.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (path: string) => join(root, path);
const manifest = JSON.parse(readFileSync(at('package.json'), 'utf8'));

/** Entries that are modules; the rest are a WebAssembly file and package.json. */
const MODULES = Object.keys(manifest.exports).filter((entry) => typeof manifest.exports[entry] === 'object');

const CONFIG = {
  theory: 'finite-width',
  model: {
    width: 1,
    activations: ['erf'],
    initialization: {
      kind: 'overlaps',
      gram: [
        [1, 0.3],
        [0.3, 0.8],
      ],
      deepWeights: [[1]],
    },
  },
  data: { sampleRatio: 2, link: 'erf', noise: { law: 'gaussian', variance: 0.1 } },
  optimizer: { learningRates: [0.4, 0.1], steps: 3 },
  prediction: { samples: 256, repetitions: 2 },
};

/** The configurations of examples/, as a TypeScript program would write them. */
const EXAMPLES = readdirSync(at('examples'))
  .filter((name) => name.endsWith('.json'))
  .map((name) => readFileSync(at(`examples/${name}`), 'utf8'));

let project: string;
let tarball: string;
let files: string[];

/** Runs a program in the project that has the package installed; gives its standard output. */
function run(program: string, ...parameters: string[]): string {
  return execFileSync(program, parameters, {
    cwd: project,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** What tsc has to say on the project. */
function complaints(): string {
  try {
    return run(process.execPath, at('node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json');
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

const node = (code: string) => run(process.execPath, '--input-type=module', '-e', code);

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'foretrain-package-'));
  const packed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', project], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [listing] = JSON.parse(packed);
  tarball = join(project, listing.filename);
  files = listing.files.map(({ path }: { path: string }) => path);
  writeFileSync(join(project, 'package.json'), '{ "name": "empty", "private": true, "type": "module" }\n');
  run('npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', tarball);
}, 300_000);

afterAll(() => {
  rmSync(project, { recursive: true, force: true });
});

describe('the tarball', () => {
  it('holds what the entries need, and no sources, tests, scratch or test builds of the core', () => {
    for (const path of files) {
      expect(path).toMatch(
        /^(build\/(browser|cli|esm|slim|theories|types)\/|build\/core\/exact\.wasm$|LICENSE$|README\.md$|package\.json$)/,
      );
      expect(path).not.toMatch(/checked|reference\.|scratch|runtimes|\.test\.|(?<!\.d)\.ts$/);
    }
    for (const target of Object.values(manifest.exports).flatMap((entry) =>
      Object.values(typeof entry === 'object' ? entry! : { entry }),
    )) {
      expect(files).toContain((target as string).slice(2));
    }
    expect(files).toContain('LICENSE');
    expect(files).toContain('README.md');
  });

  it('passes publint without a message', async () => {
    const { buffer } = new Uint8Array(readFileSync(tarball));
    const { messages, pkg } = await publint({ pack: { tarball: buffer }, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  it('passes attw for every module entry (esm-only)', () => {
    const attw = at('node_modules/@arethetypeswrong/cli/dist/index.js');
    const checked = JSON.parse(
      run(
        process.execPath,
        attw,
        tarball,
        '--profile',
        'esm-only',
        '--no-definitely-typed',
        '--format',
        'json',
        '--exclude-entrypoints',
        'core.wasm',
        'package.json',
      ),
    );
    const known = Object.keys(checked.analysis.entrypoints);
    for (const entry of MODULES) expect(known).toContain(entry);
    // An ESM-only package: what CommonJS and the resolution of TypeScript before 4.7 see is not promised.
    expect(
      checked.analysis.problems.filter(
        (problem: { resolutionKind?: string }) => !/node10|node16-cjs/.test(problem.resolutionKind ?? ''),
      ),
    ).toEqual([]);
  });
});

describe('installed in an empty project', () => {
  it('predicts, and the slim entry gives the same bits from a compiled module', () => {
    const code = `
      import { readFileSync } from 'node:fs';
      import { fileURLToPath } from 'node:url';
      import { coreHash, predict, resultHash } from 'foretrain';
      import * as slim from 'foretrain/slim';
      const config = ${JSON.stringify(CONFIG)};
      const early = await slim.predict(config).then(() => 'ran', (error) => error.message);
      const bytes = readFileSync(fileURLToPath(import.meta.resolve('foretrain/core.wasm')));
      slim.useCore(new WebAssembly.Module(bytes));
      const again = (() => { try { slim.useCore(new WebAssembly.Module(bytes)); return 'taken'; } catch ({ name }) { return name; } })();
      const [full, thin] = [await predict(config), await slim.predict(config)];
      console.log(JSON.stringify({
        early, again,
        status: full.status,
        hashes: [await resultHash(full), await slim.resultHash(thin)],
        core: await coreHash(),
        thinCore: await slim.coreHash().catch(({ name }) => name),
        fast: await slim.predict(config, { precision: 'fast' }).catch(({ name }) => name),
      }));`;
    const out = JSON.parse(node(code));
    expect(out.status).toBe('complete');
    expect(out.hashes[1]).toBe(out.hashes[0]);
    expect(out.early).toMatch(/no core of its own.*useCore/);
    expect(out).toMatchObject({ again: 'CoreError', thinCore: 'CoreError', fast: 'CoreError' });
    expect(out.core).toMatch(/^[0-9a-f]{64}$/);
  });

  it('gives the same bits from the entry of one theory, which knows no other', () => {
    const out = JSON.parse(
      node(`
        import * as library from 'foretrain';
        import * as one from 'foretrain/theories/finite-width';
        const config = ${JSON.stringify(CONFIG)};
        const hashes = [await library.resultHash(await library.predict(config)), await one.resultHash(await one.predict(config))];
        const other = await one.predict({ theory: 'propagation-of-chaos' }).catch(({ message }) => message);
        console.log(JSON.stringify({ hashes, other }));`),
    );
    expect(out.hashes[1]).toBe(out.hashes[0]);
    expect(out.other).toContain('finite-width');
  });

  it('runs replicas in threads of Node', () => {
    const out = node(`
      import { predict, resultHash } from 'foretrain';
      import { nodeWorkers } from 'foretrain/workers';
      const config = ${JSON.stringify(CONFIG)};
      const executor = nodeWorkers(2);
      const hashes = [await resultHash(await predict(config)), await resultHash(await predict(config, { executor }))];
      await executor.close();
      console.log(JSON.stringify(hashes));`);
    const [here, inThreads] = JSON.parse(out);
    expect(inThreads).toBe(here);
  });

  it('offers the numerics and the browser library', () => {
    const out = node(`
      import { gaussHermite } from 'foretrain/numerics';
      import { pageWorkers, predict } from 'foretrain/browser';
      console.log(gaussHermite(3).nodes[1], typeof pageWorkers, typeof predict);`);
    expect(out.trim()).toBe('0 function function');
  });

  it('has the command', () => {
    expect(run('npx', '--no-install', 'foretrain', '--help')).toMatch(
      /predict[\s\S]*simulate[\s\S]*compare[\s\S]*fit/,
    );
    expect(run('npx', '--no-install', 'foretrain', '--version').trim()).toBe(manifest.version);
  });

  it.each(['bundler', 'nodenext'])(
    'has types that hold in strict mode under moduleResolution %s',
    (resolution) => {
      writeFileSync(
        join(project, 'check.ts'),
        `import { type Config, ConfigError, type FiniteWidthConfig, predict, type Solution } from 'foretrain';
import { gaussHermite, type QuadratureRule } from 'foretrain/numerics';
import { predict as inPage, pageWorkers } from 'foretrain/browser';
import { useCore } from 'foretrain/slim';
import { nodeWorkers } from 'foretrain/workers';
import { compare } from 'foretrain/theories/finite-width';
import 'foretrain/browser/worker';
const examples: readonly Config[] = [${EXAMPLES.join(', ')}];
const config: FiniteWidthConfig = ${JSON.stringify(CONFIG)};
const solution: Solution = await predict(config, { precision: 'exact', executor: pageWorkers(1, 'worker.js') });
const threads = nodeWorkers(2);
await inPage(config, { executor: threads });
await threads.close();
const errors: Float64Array = solution.observables.testError.values;
const rule: QuadratureRule = gaussHermite(3);
// @ts-expect-error a module is expected
useCore();
// @ts-expect-error a precision that does not exist
await inPage(config, { precision: 'double' });
await predict({
  theory: 'quadratic-networks',
  // @ts-expect-error a mistyped key
  model: { widthRatio: 0.3, inputDimensoin: 60 },
  data: { sampleRatio: 0.5, teacherWidthRatio: 0.3 },
  optimizer: { kind: 'stationary' },
});
console.log((await compare(examples[0]!)).residual, errors, rule, new ConfigError([]).problems[0]?.nearest);
`,
      );
      const options = {
        module: resolution === 'bundler' ? 'esnext' : 'nodenext',
        moduleResolution: resolution,
        target: 'es2022',
        lib: ['es2023', 'dom'],
        strict: true,
        skipLibCheck: false,
        noEmit: true,
        types: [],
      };
      writeFileSync(
        join(project, 'tsconfig.json'),
        JSON.stringify({ compilerOptions: options, files: ['check.ts'] }),
      );
      expect(complaints()).toBe('');
      // Without the line that expects it: the key that was meant, of the theory that the configuration names.
      const check = join(project, 'check.ts');
      writeFileSync(check, readFileSync(check, 'utf8').replace(/.*a mistyped key.*\n/, ''));
      expect(complaints()).toMatch(
        /^[^\n]*'inputDimensoin' does not exist in type '\{ readonly inputDimension\?: number[^\n]* Did you mean to write 'inputDimension'\?\s*$/,
      );
    },
  );
});

/** The files that go into a bundle of `code`. */
async function bundledFiles(code: string): Promise<string[]> {
  const { metafile } = await build({
    stdin: { contents: code, resolveDir: project },
    absWorkingDir: project,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    splitting: true,
    outdir: 'bundle',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  return Object.keys(metafile.inputs);
}

describe('what a page loads', () => {
  it.each(MODULES.filter((entry) => entry !== './workers'))(
    '%s holds our files and seedrandom only',
    async (entry) => {
      const inputs = await bundledFiles(`export * from ${JSON.stringify(entry.replace('.', 'foretrain'))};`);
      expect(
        inputs.filter((path) => !/^(<stdin>|node_modules\/(foretrain|seedrandom)\/)/.test(path)),
      ).toEqual([]);
    },
  );

  it('every entry is below its limit (scripts/sizes.js)', async () => {
    for (const { name, gzip, limit } of await sizes()) {
      expect(gzip, `${name}, KiB gzipped`).toBeLessThan(limit);
    }
  });
});
