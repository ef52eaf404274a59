import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

function files(folder: string, extension = '.ts'): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? files(path, extension) : path.endsWith(extension) ? [path] : [];
  });
}

const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** Comments and strings out of the way, so that words in prose do not count. */
function code(path: string): string {
  return read(path)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\/\/.*$/gm, '');
}

/** Paths from the root that a file imports with a relative specifier, and the packages that it imports. */
function imports(path: string): { local: string[]; packages: string[] } {
  const specifiers = [
    ...read(path).matchAll(
      /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s+['"]([^'"]+)['"]|import\(['"]([^'"]+)['"]\)|(?:^|\n)import ['"]([^'"]+)['"]/g,
    ),
  ].map((match) => match[1] ?? match[2] ?? match[3]!);
  const local = specifiers
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => relative(root, normalize(join(root, path, '..', specifier))));
  return { local, packages: specifiers.filter((specifier) => !specifier.startsWith('.')) };
}

/** Layers from left to right; an import may point left or stay, never right. */
const LAYERS: [string, RegExp][] = [
  ['assembly', /^assembly\//],
  ['bindings', /^(bindings|build\/core)\//],
  ['numerics', /^src\/numerics\//],
  ['contracts', /^src\/([a-z-]+\.ts|check\/.*)$/],
  ['theories', /^src\/theories\//],
  ['experiments', /^src\/experiments\//],
  ['library', /^src\/(index|one-theory|slim)\.ts$/],
  ['faces', /^src\/(cli|worker|data|figure)\//],
];

function layer(path: string): number {
  const library = LAYERS.findIndex(([name]) => name === 'library');
  if (LAYERS[library]![1].test(path)) return library;
  return LAYERS.findIndex(([name, pattern]) => name !== 'library' && pattern.test(path));
}

const sources = [...files('bindings'), ...files('src')];

describe('architecture', () => {
  it('imports run from left to right only', () => {
    for (const path of sources) {
      for (const target of imports(path).local) {
        expect(layer(target), `${path} imports ${target}, which no layer holds`).toBeGreaterThanOrEqual(0);
        expect(layer(target), `${path} imports ${target}`).toBeLessThanOrEqual(layer(path));
      }
    }
  });

  it('of assembly/, only abi.ts is read by TypeScript', () => {
    for (const path of sources) {
      for (const target of imports(path).local.filter((name) => name.startsWith('assembly/'))) {
        expect(target, path).toBe('assembly/abi.ts');
      }
    }
  });

  it('kernels import kernels only', () => {
    for (const path of files('assembly')) {
      for (const target of imports(path).local)
        expect(target.startsWith('assembly/'), `${path} imports ${target}`).toBe(true);
      expect(imports(path).packages, path).toEqual([]);
    }
  });

  it('theories do not import each other', () => {
    for (const path of files('src/theories').filter((name) => name.split('/').length > 3)) {
      const own = path.split('/').slice(0, 3).join('/');
      for (const target of imports(path).local.filter((name) => name.startsWith('src/theories/'))) {
        expect(target.startsWith(own), `${path} imports ${target}`).toBe(true);
      }
    }
  });

  it('src/ sees no address', () => {
    for (const path of files('src')) {
      expect(code(path), path).not.toMatch(/\.ptr\b|memory\.buffer/);
    }
  });

  it('no host Math transcendental and no ** on a path to a result', () => {
    // Figures, progress and the command line draw and print; they make no results.
    const results = sources.filter((path) => !/^src\/(cli|figure)\//.test(path));
    const forbidden =
      /Math\.(exp|expm1|log|log1p|log2|log10|tanh|sinh|cosh|sin|cos|tan|asin|acos|atan|atan2|pow|cbrt|hypot|asinh|acosh|atanh|random)\b/;
    for (const path of results) {
      expect(code(path), path).not.toMatch(forbidden);
      const powers = code(path)
        .split('\n')
        .filter((line) => /\*\*/.test(line) && !/\b2 \*\* [0-9A-Z]/.test(line));
      expect(powers, path).toEqual([]);
    }
  });

  it('the library imports nothing at run time but seedrandom', () => {
    for (const path of sources.filter((name) => layer(name) <= layer('src/index.ts'))) {
      const allowed =
        path === 'bindings/checked.ts' ? ['@assemblyscript/loader'] : ['seedrandom/lib/alea.js'];
      for (const name of imports(path).packages) expect(allowed, `${path} imports ${name}`).toContain(name);
    }
  });

  it('every file begins by saying what it promises', () => {
    for (const path of [...sources, ...files('assembly')]) {
      expect(read(path).startsWith('//') || read(path).startsWith('#!'), path).toBe(true);
    }
  });

  it('a theory has one name in six places', () => {
    const names = readdirSync(join(root, 'src/theories')).filter((name) =>
      statSync(join(root, 'src/theories', name)).isDirectory(),
    );
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) {
      expect(files(`assembly/theories/${name}`).length, `assembly/theories/${name}`).toBeGreaterThan(0);
      expect(files(`test/theories/${name}`).length, `test/theories/${name}`).toBeGreaterThan(0);
      expect(read(`docs/theories/${name}.md`).length, `docs/theories/${name}.md`).toBeGreaterThan(0);
      expect(JSON.parse(read(`examples/${name}.json`)).theory).toBe(name);
      expect(Object.keys(JSON.parse(read('package.json')).exports)).toContain(`./theories/${name}`);
      expect(
        files('bench/cases', '.js').some((file) => file.startsWith(`bench/cases/${name}`)),
        `bench/cases/${name}….js`,
      ).toBe(true);
    }
  });
});
