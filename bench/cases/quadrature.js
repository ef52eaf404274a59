// Gauss-Hermite rules and Sobol points.
import { onBuilds } from '../harness/builds.js';

const own = { group: 'kernels', area: 'quadrature' };

/** Newton on the normalised recurrence from textbook starts: the rule of N(0, 1) in plain JavaScript, nodes descending. */
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

/** Ours is right to the last bit, by Newton in double-double; the peers' is not. */
function gaussHermite(n) {
  return {
    ...own,
    name: `Gauss-Hermite, ${n} nodes`,
    unit: 'time',
    count: 1,
    tolerance: 1e-11,
    contenders({ bindings: { quadrature }, builds, numpy }) {
      return {
        ...onBuilds(builds, ({ core, scope }) => {
          const [nodes, weights, scratch] = [n, n, quadrature.gaussScratch(n)].map((length) =>
            scope.f64(length),
          );
          return {
            run: () => quadrature.gaussHermite(core, n, nodes, weights, scratch),
            result: () => ({ nodes: nodes.copy(), weights: weights.copy() }),
          };
        }),
        // Starts of the textbook lead Newton astray from somewhere below 200 nodes on.
        ...(n <= 64 && {
          scalar: () => {
            const { exports, scope } = builds.reference();
            const [nodes, weights] = [scope.f64(n), scope.f64(n)];
            return {
              run: () => exports.gaussHermiteReference(n, nodes.ptr, weights.ptr),
              result: () => ({ nodes: nodes.copy(), weights: weights.copy() }),
            };
          },
          plain: () => {
            const [nodes, weights] = [new Float64Array(n), new Float64Array(n)];
            return {
              run: () => plainHermite(n, nodes, weights),
              note: 'in double precision throughout; ours is right to the last bit, by Newton in double-double',
              result: () => ({ nodes: nodes.toReversed(), weights: weights.toReversed() }),
            };
          },
        }),
        'scipy-1': () => numpy(1, 'gauss-hermite', {}, { n }),
      };
    },
  };
}

/** Mean of each coordinate: points of different sequences, or in different order, agree in nothing else. */
const coordinateMeans = (values, dimensions, count) =>
  Array.from({ length: dimensions }, (_, d) => {
    const row = values.subarray(d * count, (d + 1) * count);
    return row.reduce((total, value) => total + value, 0) / count;
  });

function sobol(randomisation) {
  const [dimensions, count] = [8, 1 << 14];
  return {
    ...own,
    name: `Sobol points, 8 dimensions, ${randomisation.kind === 'owen' ? 'scrambled' : 'plain'}`,
    unit: 'ns',
    count: dimensions * count,
    tolerance: 0.02,
    contenders({ bindings: { quadrature }, builds, numpy }) {
      return {
        ...onBuilds(builds, ({ core, scope }) => {
          const points = scope.f64(dimensions * count);
          const scratch = scope.f64(quadrature.SOBOL_SCRATCH);
          return {
            run: () =>
              quadrature.sobolPoints(core, dimensions, 0, count, points, count, scratch, randomisation),
            result: () => coordinateMeans(points.copy(), dimensions, count),
          };
        }),
        'Math.random': () => {
          const values = new Float64Array(dimensions * count);
          return {
            run: () => {
              for (let i = 0; i < values.length; i++) values[i] = Math.random();
            },
            result: () => coordinateMeans(values, dimensions, count),
          };
        },
        'scipy-1': () =>
          numpy(1, 'sobol', {}, { dimensions, count, scramble: Number(randomisation.kind === 'owen') }),
      };
    },
  };
}

export const cases = [
  ...[20, 64, 200].map(gaussHermite),
  sobol({ kind: 'none' }),
  sobol({ kind: 'owen', key: [1, 2, 3, 4] }),
];
