// Elementary functions, ns per element: the core's array kernels beside host Math and the scalar reference in WASM, in
// cache. node bench/math.js [n]
import { interleave, loadBuild, printTable } from './harness.js';

const n = Number(process.argv[2] ?? 4096);
const core = loadBuild('exact');
const scalar = loadBuild('reference');
const output = new Float64Array(n);

// A fixed sequence over [-6, 6), spread like a random one; log takes its exponential.
const inputs = Float64Array.from({ length: n }, (_, i) => (((i * 0.6180339887498949) % 1) - 0.5) * 12);

/** One function per case, so that the engine sees one callee at each call site. */
const hostLoop = (name) =>
  new Function('x', 'y', `for (let i = 0; i < x.length; i++) y[i] = Math.${name}(x[i]);`);

for (const name of ['exp', 'tanh', 'log', 'erf', 'sin']) {
  const x = name === 'log' ? inputs.map(Math.exp) : inputs;
  const blocks = [core, scalar].map((build) => ({ x: build.take(n), y: build.take(n) }));
  for (const block of blocks) block.x.view.set(x);
  const [ours, theirs] = blocks;
  const cases = {
    core: () => core.exports[`v${name}`](ours.x.ptr, ours.y.ptr, n),
    'scalar WASM': () => scalar.exports[`v${name}Reference`](theirs.x.ptr, theirs.y.ptr, n),
  };
  if (name in Math) {
    const loop = hostLoop(name);
    cases['host Math'] = () => loop(x, output);
  }
  printTable(name, interleave(cases), 'scalar WASM', { unit: 'ns per element', scale: 1e6 / n });
}
