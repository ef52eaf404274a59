// Activations with first and second derivatives, ns per element: the core beside plain JavaScript and the scalar reference
// in WASM, in cache. node bench/activation.js [n]
import { interleave, loadBuild, printTable } from './harness.js';

const n = Number(process.argv[2] ?? 4096);
const inputs = Float64Array.from({ length: n }, (_, i) => (((i * 0.6180339887498949) % 1) - 0.5) * 12);

/** value, first and second derivative in plain JavaScript, one loop each. */
const plain = {
  tanh(x, a, b, c) {
    for (let i = 0; i < n; i++) {
      a[i] = Math.tanh(x[i]);
      b[i] = 1 - a[i] * a[i];
      c[i] = -2 * a[i] * b[i];
    }
  },
  sigmoid(x, a, b, c) {
    for (let i = 0; i < n; i++) {
      a[i] = 1 / (1 + Math.exp(-x[i]));
      b[i] = a[i] * (1 - a[i]);
      c[i] = b[i] * (1 - 2 * a[i]);
    }
  },
  silu(x, a, b, c) {
    for (let i = 0; i < n; i++) {
      const s = 1 / (1 + Math.exp(-x[i]));
      a[i] = x[i] * s;
      b[i] = s + x[i] * s * (1 - s);
      c[i] = s * (1 - s) * (2 + x[i] * (1 - 2 * s));
    }
  },
  softplus(x, a, b, c) {
    for (let i = 0; i < n; i++) {
      const s = 1 / (1 + Math.exp(-x[i]));
      a[i] = Math.max(x[i], 0) + Math.log1p(Math.exp(-Math.abs(x[i])));
      b[i] = s;
      c[i] = s * (1 - s);
    }
  },
};
// Members of the Activation enum, with their parameter; erf and gelu have no plain form without an erf of one's own.
const kinds = {
  tanh: [3, 0],
  sigmoid: [4, 0],
  'erf-sqrt2': [6, 0],
  gelu: [7, 0],
  silu: [8, 0],
  softplus: [9, 1],
};

const core = loadBuild('exact');
const scalar = loadBuild('reference');
for (const [name, [kind, parameter]] of Object.entries(kinds)) {
  const cases = {};
  for (const [label, build, kernel] of [
    ['core', core, 'activate'],
    ['scalar WASM', scalar, 'activateReference'],
  ]) {
    const [x, ...out] = [0, 1, 2, 3].map(() => build.take(n));
    x.view.set(inputs);
    const run = build.exports[kernel];
    cases[label] = () => run(kind, parameter, 2, x.ptr, n, out[0].ptr, out[1].ptr, out[2].ptr);
  }
  if (plain[name]) {
    const out = [0, 1, 2].map(() => new Float64Array(n));
    cases['plain JavaScript'] = () => plain[name](inputs, ...out);
  }
  printTable(name, interleave(cases, { rounds: 9 }), 'scalar WASM', {
    unit: 'ns per element',
    scale: 1e6 / n,
  });
}
