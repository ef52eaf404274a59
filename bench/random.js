// Variates, ns each: the core's streams beside what JavaScript offers. node bench/random.js
import seedrandom from 'seedrandom';
import { interleave, loadBuild, printTable } from './harness.js';

const N = 20_000;
const { exports: core, take } = loadBuild('exact');
const state = take(4).ptr;
const out = take(N).ptr;
core.seedStream(state, 1, 2, 3, 4, 0, 0);

const values = new Float64Array(N);
function boxMuller(random) {
  for (let i = 0; i < N; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    values[i] = radius * Math.cos(angle);
    values[i + 1] = radius * Math.sin(angle);
  }
}
function fill(random) {
  for (let i = 0; i < N; i++) values[i] = random();
}
const alea = seedrandom.alea('bench');
const arc4 = seedrandom('bench');
const table = (title, cases, reference) =>
  printTable(title, interleave(cases), reference, { unit: 'ns each', scale: 1e6 / N });

table(
  'uniform',
  {
    core: () => core.fillUniform(state, out, N),
    'Math.random': () => fill(Math.random),
    'seedrandom alea': () => fill(alea),
  },
  'Math.random',
);
table(
  'normal',
  {
    'core (ziggurat)': () => core.fillNormal(state, out, N),
    'Math.random, Box-Muller': () => boxMuller(Math.random),
    'alea, Box-Muller': () => boxMuller(alea),
    'arc4, Box-Muller': () => boxMuller(arc4),
  },
  'Math.random, Box-Muller',
);
const laws = { gaussian: 0, rademacher: 0, uniform: 0, 'student-t 5': 5, 'sparse 0.1': 0.1, skewed: 0 };
table(
  'laws of the core, permutations and indices',
  {
    ...Object.fromEntries(
      Object.entries(laws).map(([name, parameter], law) => [
        name,
        () => core.fillLaw(state, law, parameter, out, N),
      ]),
    ),
    indices: () => core.fillIndices(state, 1000, out, N),
    permutation: () => core.fillPermutation(state, out, N),
  },
  'gaussian',
);
