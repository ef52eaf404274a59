// Elementary functions: ns per element of the core's array kernels, of host Math and of the scalar reference in WASM.
// Medians of interleaved rounds, in cache. Run: npm run build:core && node bench/math.js [n]
import { readFileSync } from 'node:fs';

const n = Number(process.argv[2] ?? 4096);
const ROUNDS = 31;
const SLOT = 5e6;

function load(name) {
  const bytes = readFileSync(new URL(`../build/core/${name}.wasm`, import.meta.url));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const x = Math.ceil(exports.heapBase() / 64) * 64;
  exports.memory.grow(Math.ceil((16 * n) / 65536) + 1);
  return { exports, x, y: x + 8 * n, input: new Float64Array(exports.memory.buffer, x, n) };
}

const core = load('exact');
const reference = load('reference');
const output = new Float64Array(n);
/** One function per case, so that the engine sees one callee at each call site. */
const host = (f) => new Function('x', 'y', `for (let i = 0; i < x.length; i++) y[i] = Math.${f}(x[i]);`);

// A fixed sequence over [-6, 6), spread like a random one; log takes its exponential.
const inputs = Float64Array.from({ length: n }, (_, i) => (((i * 0.6180339887498949) % 1) - 0.5) * 12);
const positive = inputs.map((v) => Math.exp(v));

const functions = ['exp', 'tanh', 'log', 'erf', 'sin'];
const rows = [];
for (const name of functions) {
  const x = name === 'log' ? positive : inputs;
  core.input.set(x);
  reference.input.set(x);
  const cases = {
    core: () => core.exports[`v${name}`](core.x, core.y, n),
    reference: () => reference.exports[`v${name}Reference`](reference.x, reference.y, n),
  };
  if (name in Math) {
    const loop = host(name);
    cases.host = () => loop(x, output);
  }
  const labels = Object.keys(cases);
  const times = Object.fromEntries(labels.map((label) => [label, []]));
  const repeats = {};
  for (const label of labels) {
    const start = process.hrtime.bigint();
    let calls = 0;
    while (process.hrtime.bigint() - start < 50_000_000n) {
      cases[label]();
      calls++;
    }
    repeats[label] = Math.max(1, Math.round((calls * SLOT) / 5e7));
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const label of labels) {
      const start = process.hrtime.bigint();
      for (let k = 0; k < repeats[label]; k++) cases[label]();
      times[label].push(Number(process.hrtime.bigint() - start) / repeats[label] / n);
    }
  }
  const median = (label) => times[label]?.sort((a, b) => a - b)[ROUNDS >> 1];
  const [ours, theirs, scalar] = [median('core'), median('host'), median('reference')];
  rows.push({
    function: name,
    'core ns': ours.toFixed(2),
    'host Math ns': theirs?.toFixed(2) ?? '-',
    'scalar WASM ns': scalar.toFixed(2),
    'host / core': theirs ? (theirs / ours).toFixed(1) : '-',
    'scalar / core': (scalar / ours).toFixed(1),
  });
}
console.table(rows);
