// What a measured process needs: the sources bundled, with what the library keeps to itself, and the thread's clock.
import { bundle, bundlePath } from '../harness/sources.js';

const SCALING = 'scaling';

/** Bundles once, before any process is started. */
export async function prepare() {
  await bundle(
    SCALING,
    `export * from './src/index.ts';
        export { theories } from './src/theories/list.ts';
        export { checkAll, fitOn } from './src/theories/finite-width/fit/fit.ts';
        export { createStream } from './src/numerics/random.ts';
        export { createCore } from './bindings/load.ts';
        export { Run } from './src/run.ts';`,
  );
}

export async function tools() {
  const { threadTime } = await import('../harness/clock.js');
  return { inside: await import(bundlePath(SCALING)), threadTime };
}
