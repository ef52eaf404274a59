// Sources of the project as a module that the bench imports, with what the library keeps to itself.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Where `bundle` puts the module of that name. */
export const bundlePath = (name) => `${root}build/bench/${name}.js`;

/** Bundles a module whose text is `contents`, with paths from the root of the project; where it lies. */
export async function bundle(name, contents) {
  mkdirSync(`${root}build/bench`, { recursive: true });
  const outfile = bundlePath(name);
  await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'warning',
    define: { FORETRAIN_VERSION: '"bench"' },
    external: ['seedrandom', 'seedrandom/*'],
    outfile,
  });
  return outfile;
}
