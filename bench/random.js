// ns per variate: the core's streams beside what JavaScript offers. Needs a built core.
//   npm run -s build:core && node bench/random.js
import { readFileSync } from 'node:fs';
import seedrandom from 'seedrandom';

const N = 20_000;
const ROUNDS = 60;

const module = new WebAssembly.Module(readFileSync(new URL('../build/core/exact.wasm', import.meta.url)));
const core = new WebAssembly.Instance(module).exports;
const state = Math.ceil(core.heapBase() / 64) * 64;
const out = state + 64;
core.memory.grow(8);
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
const aleaGenerator = seedrandom.alea('bench');
const arc4Generator = seedrandom('bench');

const LAWS = ['gaussian', 'rademacher', 'uniform', 'student-t 5', 'sparse 0.1', 'skewed'];
const PARAMETERS = [0, 0, 0, 5, 0.1, 0];
const rows = [
  ['uniform: core', () => core.fillUniform(state, out, N)],
  ['uniform: Math.random', () => fill(Math.random)],
  ['uniform: seedrandom alea', () => fill(aleaGenerator)],
  ['normal: core (ziggurat)', () => core.fillNormal(state, out, N)],
  ['normal: Math.random + Box-Muller', () => boxMuller(Math.random)],
  ['normal: seedrandom alea + Box-Muller', () => boxMuller(aleaGenerator)],
  ['normal: seedrandom arc4 + Box-Muller', () => boxMuller(arc4Generator)],
  ...LAWS.map((name, law) => [`law: ${name}`, () => core.fillLaw(state, law, PARAMETERS[law], out, N)]),
  ['indices: core', () => core.fillIndices(state, 1000, out, N)],
  ['permutation: core', () => core.fillPermutation(state, out, N)],
];

// Interleaved, so that a slow moment of the machine hits every row; the best round counts.
const best = new Float64Array(rows.length).fill(Infinity);
for (let round = 0; round < ROUNDS; round++) {
  rows.forEach(([, work], i) => {
    const begin = process.hrtime.bigint();
    work();
    best[i] = Math.min(best[i], Number(process.hrtime.bigint() - begin) / N);
  });
}
const normal = best[3];
console.log(`| generator (n = ${N}, Node ${process.versions.node}) | ns per value | times core normal |`);
console.log('| --- | --- | --- |');
rows.forEach(([name], i) => {
  console.log(`| ${name} | ${best[i].toFixed(1)} | ${(best[i] / normal).toFixed(1)} |`);
});
