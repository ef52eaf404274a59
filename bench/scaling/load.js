// What a measured process needs: the sources bundled, with what the library keeps to itself, and the thread's clock.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bundle = `${root}build/bench/scaling.js`;

/** Bundles once, before any process is started. */
export async function prepare() {
  mkdirSync(`${root}build/bench`, { recursive: true });
  await build({
    stdin: {
      contents: `export * from './src/index.ts';
        export { finiteWidth } from './src/theories/finite-width/index.ts';
        export { checkAll, fitOn } from './src/theories/finite-width/fit/fit.ts';
        export { createStream } from './src/numerics/random.ts';
        export { createCore } from './bindings/load.ts';
        export { Run } from './src/run.ts';`,
      resolveDir: root,
      loader: 'ts',
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'warning',
    define: { FORETRAIN_VERSION: '"bench"' },
    external: ['seedrandom', 'seedrandom/*'],
    outfile: bundle,
  });
}

export async function tools() {
  const { threadTime } = await import('../harness/clock.js');
  return { inside: await import(bundle), threadTime };
}
