// Gauss-Hermite rules and Sobol points: the core beside plain JavaScript and the scalar reference in WASM.
// node bench/quadrature.js
import { interleave, loadBuild, printTable } from './harness.js';

const core = loadBuild('exact');
const scalar = loadBuild('reference');

/** Newton on the normalised recurrence with deflation-free starts: the textbook rule of N(0, 1) in plain JavaScript. */
function plainHermite(n, nodes, weights) {
  let z = 0;
  for (let i = 0; i < (n + 1) >> 1; i++) {
    if (i === 0) z = Math.sqrt(2 * n + 1) - 1.85575 * (2 * n + 1) ** (-1 / 6);
    else if (i === 1) z -= (1.14 * n ** 0.426) / z;
    else if (i === 2) z = 1.86 * z - (0.86 * nodes[0]) / Math.SQRT2;
    else if (i === 3) z = 1.91 * z - (0.91 * nodes[1]) / Math.SQRT2;
    else z = 2 * z - nodes[i - 2] / Math.SQRT2;
    let slope = 0;
    for (let k = 0; k < 20; k++) {
      let p = Math.PI ** -0.25;
      let before = 0;
      for (let j = 1; j <= n; j++) {
        const two = before;
        before = p;
        p = z * Math.sqrt(2 / j) * before - Math.sqrt((j - 1) / j) * two;
      }
      slope = Math.sqrt(2 * n) * before;
      const step = p / slope;
      z -= step;
      if (Math.abs(step) < 1e-15) break;
    }
    nodes[i] = Math.SQRT2 * z;
    nodes[n - 1 - i] = -nodes[i];
    weights[i] = 2 / (slope * slope) / Math.sqrt(Math.PI);
    weights[n - 1 - i] = weights[i];
  }
}

for (const n of [20, 64, 200]) {
  const [nodes, weights, scratch] = [core.take(n), core.take(n), core.take(3 * n + 8)];
  const [refNodes, refWeights] = [scalar.take(n), scalar.take(n)];
  const [x, w] = [new Float64Array(n), new Float64Array(n)];
  printTable(
    `Gauss-Hermite rule of ${n} nodes (the core's is right to the last bit, by double-double Newton)`,
    interleave(
      {
        core: () => core.exports.gaussHermite(n, nodes.ptr, weights.ptr, scratch.ptr),
        'scalar WASM': () => scalar.exports.gaussHermiteReference(n, refNodes.ptr, refWeights.ptr),
        'plain JavaScript': () => plainHermite(n, x, w),
      },
      { rounds: 7 },
    ),
    'scalar WASM',
    { unit: 'µs', scale: 1000 },
  );
}

const [dimensions, count] = [8, 1 << 14];
const [points, scratch] = [core.take(dimensions * count), core.take(16)];
// The rung: the same number of uniforms by Math.random.
const uniforms = new Float64Array(dimensions * count);
printTable(
  `${count} Sobol points in ${dimensions} dimensions`,
  interleave(
    {
      'core, plain': () => core.exports.sobolPoints(dimensions, 0, count, points.ptr, count, scratch.ptr),
      'core, Owen-scrambled': () =>
        core.exports.sobolPointsScrambled(dimensions, 0, count, points.ptr, count, scratch.ptr, 1, 2, 3, 4),
      'Math.random': () => {
        for (let i = 0; i < uniforms.length; i++) uniforms[i] = Math.random();
      },
    },
    { rounds: 7 },
  ),
  'Math.random',
  { unit: 'ns per coordinate', scale: 1e6 / (dimensions * count) },
);
