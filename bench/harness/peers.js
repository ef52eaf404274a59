// Peers by name: loaded on first use, from bench/node_modules, else from the root's. A peer that does not load throws its
// reason, and the case goes on without it.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

const loaders = {
  'ml-matrix': () => import('ml-matrix'),
  seedrandom: async () => (await import('seedrandom')).default,
};

const loaded = new Map();

/** The module of a peer, or a rejection that says why not. */
export function peer(name) {
  if (!loaded.has(name)) {
    loaded.set(
      name,
      loaders[name]().catch((error) => {
        throw new Error(
          error.code === 'ERR_MODULE_NOT_FOUND' ? 'not installed' : error.message.split('\n')[0],
        );
      }),
    );
  }
  return loaded.get(name);
}

/** The versions of the packages that bench/package.json pins, as installed. */
export function peerVersions() {
  const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const installed = (name) => {
    try {
      const folder = require.resolve.paths(name).map((path) => `${path}/${name}/package.json`);
      for (const file of folder) {
        try {
          return JSON.parse(readFileSync(file, 'utf8')).version;
        } catch {}
      }
    } catch {}
    return undefined;
  };
  return Object.fromEntries(
    Object.keys(dependencies)
      .filter((name) => name !== 'node')
      .map((name) => [name, installed(name) ?? 'not installed']),
  );
}
