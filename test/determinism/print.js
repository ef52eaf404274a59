// Prints the hashes of this runtime as JSON: node test/determinism/print.js
// With --fast: the largest relative difference of the fast build's test errors to the exact ones, and its core hash.
import * as library from '../../build/esm/index.js';
import { configs, hashes } from './workload.js';

if (process.argv.includes('--fast')) {
  const exact = (await library.simulate(configs.projection)).observables.testError.values;
  const fast = (await library.simulate(configs.projection, { precision: 'fast' })).observables.testError
    .values;
  const gap = exact.reduce((worst, value, t) => Math.max(worst, Math.abs(fast[t] / value - 1)), 0);
  console.log(JSON.stringify({ gap, core: await library.coreHash('fast') }));
} else console.log(JSON.stringify(await hashes(library)));
