// Peers by name: loaded on first use, from bench/node_modules, else from the root's. A peer that does not load throws its
// reason, and a case goes on without it.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Remote } from './remote.js';

const require = createRequire(import.meta.url);

const loaders = {
  'ml-matrix': () => import('ml-matrix'),
  seedrandom: async () => (await import('seedrandom')).default,
  'stdlib-dgemm': async () => (await import('@stdlib/blas-base-dgemm')).default,
  'stdlib-erf': async () => (await import('@stdlib/math-base-special-erf')).default,
  'stdlib-randn': async () => (await import('@stdlib/random-base-randn')).default,
  /** With its WASM backend: single precision, one thread. Both packages by require, so that they share one tfjs-core. */
  async tfjs() {
    const { warn } = console;
    console.warn = () => {}; // an advertisement of its native package
    try {
      const tf = require('@tensorflow/tfjs');
      require('@tensorflow/tfjs-backend-wasm');
      if (!(await tf.setBackend('wasm'))) throw new Error('its WASM backend did not start');
      return tf;
    } finally {
      console.warn = warn;
    }
  },
  async onnxruntime() {
    const ort = await import('onnxruntime-web');
    ort.env.wasm.numThreads = 1;
    return ort;
  },
};

const loaded = new Map();

/** The module of a peer, or a rejection that says why not. */
export function peer(name) {
  if (!loaded.has(name)) {
    loaded.set(
      name,
      loaders[name]().catch((error) => {
        const missing = error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND';
        throw new Error(missing ? 'not installed' : error.message.split('\n')[0]);
      }),
    );
  }
  return loaded.get(name);
}

let jaxServer;

/** A contender of jax-js on its WASM backend. It cannot share a process with tfjs, so it has its own. */
export function jax(op, inputs, params) {
  jaxServer ??= new Remote(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    fileURLToPath(new URL('../jax/server.js', import.meta.url)),
  ]);
  return jaxServer.contender(op, inputs, params);
}

export const closeJax = () => jaxServer?.close();

/** The packages that bench/package.json pins, with the versions that are installed. */
export function peerVersions() {
  const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const installed = (name) => {
    for (const folder of require.resolve.paths(name)) {
      try {
        return JSON.parse(readFileSync(`${folder}/${name}/package.json`, 'utf8')).version;
      } catch {}
    }
    return 'not installed';
  };
  const peers = Object.keys(dependencies).filter((name) => name !== 'node');
  return Object.fromEntries(peers.map((name) => [name, installed(name)]));
}
