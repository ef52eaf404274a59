// The fused gradient step of a tanh committee beside hand-fused plain JavaScript and the scalar WebAssembly rung:
// node bench/network.js [m n q]
import { interleave, loadBuild, printTable } from './harness.js';

const [m, n, q] = process.argv.length > 4 ? process.argv.slice(2).map(Number) : [4000, 500, 4];
const TANH = 3;

let state = 1;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 31 - 1;
};
const draw = (length) => Float64Array.from({ length }, random);
const X = draw(m * n);
const W = draw(q * n).map((value) => value / Math.sqrt(n));
const w = draw(q);
const y = draw(m);

/** The plain rung: one loop over rows, everything inside, Math.tanh. Returns X'G as q rows. */
const gradient = new Float64Array(q * n);
const a = new Float64Array(q);
function plain() {
  gradient.fill(0);
  for (let i = 0; i < m; i++) {
    const row = i * n;
    let f = -y[i];
    for (let j = 0; j < q; j++) {
      let h = 0;
      const at = j * n;
      for (let k = 0; k < n; k++) h += X[row + k] * W[at + k];
      a[j] = Math.tanh(h);
      f += w[j] * a[j];
    }
    for (let j = 0; j < q; j++) {
      const g = f * w[j] * (1 - a[j] * a[j]);
      const at = j * n;
      for (let k = 0; k < n; k++) gradient[at + k] += g * X[row + k];
    }
  }
}

/** A workspace as bindings/network.ts lays it out, for a bare build. */
function workspace(build) {
  const ld = m + (m & 1);
  const blocks = {};
  for (const [name, length] of Object.entries({
    deep: q + 1,
    H: q * ld,
    hidden: q * ld,
    A: q * ld,
    first: q * ld,
    second: 0,
    P: q * ld,
    output: ld,
    label: ld,
    residual: ld,
    signal: q * ld,
    jacobian: 0,
    scratch: (3 * q * q + q) * 64,
    parameters: 1,
    X: m * n,
    W: q * n,
    gradient: q * n,
  })) {
    blocks[name] = build.take(length);
  }
  const kinds = build.integers([TANH]);
  const order = [
    'deep',
    'H',
    'hidden',
    'A',
    'first',
    'second',
    'P',
    'output',
    'label',
    'residual',
    'signal',
    'jacobian',
    'scratch',
  ];
  const net = build.integers([
    q,
    2,
    ld,
    kinds,
    blocks.parameters.ptr,
    ...order.map((name) => blocks[name].ptr),
  ]);
  blocks.X.view.set(X);
  blocks.W.view.set(W);
  blocks.deep.view.set(w);
  blocks.label.view.set(y);
  return { blocks, net, ld };
}

const cases = { plain };
for (const name of ['exact', 'fast']) {
  const build = loadBuild(name);
  if (!build) {
    console.log(`${name}: this runtime has no relaxed SIMD, skipped`);
    continue;
  }
  const { blocks, net } = workspace(build);
  cases[name] = () => {
    blocks.gradient.view.fill(0);
    build.exports.networkGradient(net, blocks.X.ptr, m, n, n, blocks.W.ptr, n, blocks.gradient.ptr, n, 48);
  };
  cases[name]();
  plain();
  const gap = blocks.gradient.view.reduce(
    (worst, value, i) => Math.max(worst, Math.abs(value - gradient[i])),
    0,
  );
  console.log(`${name}: largest difference to plain JavaScript ${gap.toExponential(1)}`);
}
const scalar = loadBuild('reference');
{
  const { blocks, net, ld } = workspace(scalar);
  const e = scalar.exports;
  cases['scalar WASM'] = () => {
    blocks.gradient.view.fill(0);
    e.skinnyReference(blocks.X.ptr, m, n, n, blocks.W.ptr, n, q, blocks.H.ptr, ld);
    e.networkForwardReference(net, 0, m, 1);
    e.networkBackwardReference(net, 0, m);
    e.skinnyTransposedReference(blocks.X.ptr, m, n, n, blocks.signal.ptr, ld, q, blocks.gradient.ptr, n);
  };
}
printTable(
  `fused gradient, m = ${m}, n = ${n}, q = ${q}`,
  interleave(cases, { rounds: 9, slot: 30 }),
  'plain',
);
