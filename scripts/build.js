// Builds everything into build/: the WASM core, the ESM library, the browser bundles, the command line, the types.
// With --quick: no types (npm start). Prints the sizes of what a page would load.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { sizes } from './sizes.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (...parts) => join(root, ...parts);
const quick = process.argv.includes('--quick');

execFileSync(process.execPath, [at('scripts/build-core.js')], { stdio: 'inherit', cwd: root });

const { version } = JSON.parse(readFileSync(at('package.json'), 'utf8'));
const common = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  sourcemap: false,
  legalComments: 'none',
  logLevel: 'warning',
  define: { FORETRAIN_VERSION: JSON.stringify(version) },
};

const FAST_CORE = 'foretrain-fast-core.js';

/** Only who asks for precision 'fast' loads the file in `folder` that holds that core. */
const fastCoreFrom = (folder) => ({
  name: 'fast-core-apart',
  setup({ onResolve }) {
    onResolve({ filter: /fast\.inline\.js$/ }, () => ({ path: `${folder}/${FAST_CORE}`, external: true }));
  },
});

/** Puts one theory in the place of the list of them. */
const onlyTheory = (name) => ({
  name: 'only-theory',
  setup({ onLoad }) {
    onLoad({ filter: /src[\\/]theories[\\/]list\.ts$/ }, () => {
      const exported = name.replace(/-./g, ([, letter]) => letter.toUpperCase());
      const contents = `import { ${exported} } from './${name}/index.ts'; export const theories = [${exported}];`;
      return { contents, loader: 'ts', resolveDir: at('src/theories') };
    });
  },
});

for (const folder of ['esm', 'slim', 'browser', 'theories', 'cli'])
  rmSync(at('build', folder), { recursive: true, force: true });

// The library for Node and bundlers, and threads of Node: seedrandom stays an import, everything else is ours.
await build({
  ...common,
  entryPoints: {
    index: 'src/index.ts',
    numerics: 'src/numerics/index.ts',
    workers: 'src/worker/node.ts',
    worker: 'src/worker/node-worker.ts',
  },
  outdir: 'build/esm',
  splitting: true,
  external: ['seedrandom', 'seedrandom/*', 'node:*'],
});

// The same with no core inside: the caller brings a compiled module.
await build({
  ...common,
  entryPoints: { slim: 'src/slim.ts' },
  outdir: 'build/slim',
  external: ['seedrandom', 'seedrandom/*'],
  plugins: [
    {
      name: 'no-inlined-core',
      setup({ onLoad }) {
        onLoad({ filter: /build[\\/]core[\\/]\w+\.inline\.js$/ }, () => ({
          contents: "export const hex = '';",
        }));
      },
    },
  ],
});

// One theory alone, for a page that must load little: the list of theories has one line, the rest is the library.
const theories = readdirSync(at('src/theories'), { withFileTypes: true }).filter((entry) =>
  entry.isDirectory(),
);
for (const { name } of theories) {
  await build({
    ...common,
    entryPoints: { [name]: 'src/one-theory.ts' },
    outdir: 'build/theories',
    minify: true,
    plugins: [fastCoreFrom('../browser'), onlyTheory(name)],
  });
}

// For a page without a bundler: one module with nothing left to import, and its worker.
await build({
  ...common,
  entryPoints: {
    foretrain: 'src/worker/page-library.ts',
    'foretrain-numerics': 'src/numerics/index.ts',
    worker: 'src/worker/page-worker.ts',
  },
  outdir: 'build/browser',
  minify: true,
  plugins: [fastCoreFrom('.')],
});
copyFileSync(at('build/core/fast.inline.js'), at('build/browser', FAST_CORE));

await build({
  ...common,
  entryPoints: { foretrain: 'src/cli/foretrain.ts', worker: 'src/worker/node-worker.ts' },
  outdir: 'build/cli',
  platform: 'node',
  splitting: true,
  packages: 'external',
});
chmodSync(at('build/cli/foretrain.js'), 0o755);

if (!quick) {
  rmSync(at('build/types'), { recursive: true, force: true });
  execFileSync(process.execPath, [at('node_modules/typescript/bin/tsc'), '-p', 'tsconfig.types.json'], {
    stdio: 'inherit',
    cwd: root,
  });
  mkdirSync(at('build/types/build/core'), { recursive: true });
  for (const name of ['exact.d.ts', 'exact.inline.d.ts', 'fast.inline.d.ts']) {
    copyFileSync(at('build/core', name), at('build/types/build/core', name));
  }
  process.stderr.write(
    `${'KiB'.padEnd(26)}${'raw'.padStart(8)}${'gzip'.padStart(8)}${'limit'.padStart(8)}\n`,
  );
  for (const { name, raw, gzip, limit } of await sizes()) {
    const numbers = [raw.toFixed(0), gzip.toFixed(1), String(limit)].map((text) => text.padStart(8));
    process.stderr.write(`${name.padEnd(26)}${numbers.join('')}\n`);
  }
}
