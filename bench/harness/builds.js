// The project's own side: the builds of the core, called through the bindings, which esbuild bundles for the bench.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundle } from './sources.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

const FAMILIES = readdirSync(`${root}bindings`)
  .filter((file) => file.endsWith('.ts') && file !== 'checked.ts')
  .map((file) => file.slice(0, -3));

const moduleName = (family) => family.replace(/-(.)/g, (_, letter) => letter.toUpperCase());

/** All of bindings/, one namespace a file: { arena, core, finiteWidth, linalg, … }. */
export async function loadBindings() {
  const lines = FAMILIES.map((name) => `export * as ${moduleName(name)} from './bindings/${name}.ts';`);
  return import(await bundle('bindings', lines.join('\n')));
}

const modules = {};

function compile(name) {
  const file = `${root}build/core/${name}.wasm`;
  if (!existsSync(file)) throw new Error('not built (npm run build:core)');
  const bytes = readFileSync(file);
  if (!WebAssembly.validate(bytes)) throw new Error(`no relaxed SIMD in Node ${process.version}`);
  return new WebAssembly.Module(bytes);
}

/**
 * { exact, fast, reference }: each opens a fresh instance { name, core, exports, scope }. `core` and the blocks of `scope`
 * are what bindings take; `exports` are the raw kernels, which in `reference` end in "Reference". Throws where this
 * runtime cannot compile the build.
 */
export function openers({ core: { Core }, arena: { Arena } }) {
  const open = (name) => () => {
    modules[name] ??= compile(name);
    const core = new Core(new WebAssembly.Instance(modules[name]));
    const { exports } = core;
    return { name, core, exports, scope: new Arena(exports.memory, exports.heapBase()) };
  };
  return { exact: open('exact'), fast: open('fast'), reference: open('reference') };
}

/** The contenders `exact` and `fast`, made by the same function from an open build. */
export const onBuilds = (builds, make) => ({
  exact: () => make(builds.exact()),
  fast: () => make(builds.fast()),
});
