// Propagation of chaos: one evaluation of the velocity, and whole experiments.
import { onBuilds } from '../harness/builds.js';
import { draw, shaped } from '../harness/draw.js';

const own = { area: 'propagation of chaos' };

/** Rows of norm 1. */
function rows(m, d, seed) {
  const W = draw(m * d, seed);
  for (let i = 0; i < m; i++) {
    const row = W.subarray(i * d, (i + 1) * d);
    const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    for (let k = 0; k < d; k++) row[k] /= norm;
  }
  return W;
}

const derivative = (a) => a.slice(1).map((value, k) => (k + 1) * value);

function populationVelocity(m, d, K, values) {
  return {
    ...own,
    group: 'kernels',
    name: `velocity${values ? ' and loss' : ''}, ${m} particles in dimension ${d}, degree ${K}`,
    // What the plain algorithm does; half the Gram matrix is enough for ours.
    unit: 'GF/s',
    count: 4 * m * m * d,
    tolerance: 1e-12,
    targets: [
      { build: 'exact', over: 'numpy-1', atLeast: 0.5 },
      { build: 'fast', over: 'numpy-1', atLeast: 0.8 },
    ],
    contenders({ bindings: { particles }, builds, numpy }) {
      const W = rows(m, d, 1);
      const c = draw(K + 1, 2);
      const Q = Array.from(c, (value) => value * value);
      const inputs = { W: shaped(W, m, d), c, b: c };
      return {
        ...onBuilds(builds, ({ core, scope }) => {
          const laws = {
            slope: particles.polynomialBlock(scope, derivative(Q)),
            target: particles.polynomialBlock(scope, derivative(Q)),
            ...(values && { values: particles.polynomialBlock(scope, [0, ...Q.slice(1)]) }),
          };
          const [w, V] = [scope.from(W), scope.f64(m * d)];
          const scratch = scope.f64(particles.populationVelocityScratch(core, m, d));
          let sum = 0;
          return {
            run: () => {
              sum = particles.populationVelocity(core, w, d, m, d, laws, V, d, scratch);
            },
            result: () =>
              values ? { V: V.copy(), pairs: Float64Array.of(sum / (m * m) + Q[0]) } : { V: V.copy() },
          };
        }),
        'numpy-1': () => numpy(1, 'population-velocity', inputs, { values }),
        'numpy-2': () => numpy(2, 'population-velocity', inputs, { values }),
      };
    },
  };
}

function dataVelocity(m, d, n, K) {
  return {
    ...own,
    group: 'kernels',
    name: `velocity from ${n} samples, ${m} particles in dimension ${d}, degree ${K}`,
    unit: 'GF/s',
    count: 4 * m * n * d,
    tolerance: 1e-12,
    contenders({ bindings: { particles }, builds, numpy }) {
      const [W, X, y, c] = [rows(m, d, 3), draw(n * d, 4), draw(n, 5), draw(K + 1, 6)];
      const inputs = { W: shaped(W, m, d), X: shaped(X, n, d), y, c };
      return {
        ...onBuilds(builds, ({ core, scope }) => {
          const activation = {
            values: particles.hermiteBlock(scope, c),
            slopes: particles.hermiteBlock(scope, particles.hermiteDerivative(c)),
          };
          const [w, x, label, V] = [scope.from(W), scope.from(X), scope.from(y), scope.f64(m * d)];
          const scratch = scope.f64(particles.dataVelocityScratch(core, m, d));
          return {
            run: () => particles.dataVelocity(core, w, d, m, d, x, d, label, n, activation, V, d, scratch),
            result: () => ({ V: V.copy() }),
          };
        }),
        'numpy-1': () => numpy(1, 'data-velocity', inputs, {}),
        'numpy-2': () => numpy(2, 'data-velocity', inputs, {}),
      };
    },
  };
}

/** Mean field and replicas coupled to it, with everything that is measured of them; relu cut at degree 8. */
function experiment(m, d) {
  const [steps, h, every, replicas, degree] = [20, 0.1, 4, 2, 8];
  const config = {
    theory: 'propagation-of-chaos',
    model: { inputDimension: d, width: m, activation: 'relu', degree },
    optimizer: { stepSize: h, steps, recordEvery: every },
    // What the NumPy program does not compute either.
    prediction: { fluctuation: false, envelopes: false },
    simulation: { replicas },
  };
  const names = ['loss', 'scaledGap', 'scaledNoise', 'scaledDisplacement', 'largestDisplacement'];
  return {
    ...own,
    group: 'jobs',
    name: `compare: mean field and ${replicas} networks of ${m} neurons, d=${d}, ${steps} steps`,
    unit: 'time',
    count: 1,
    tolerance: 1e-9,
    targets: [
      { build: 'exact', over: 'numpy-1', atLeast: 0.5 },
      { build: 'fast', over: 'numpy-1', atLeast: 0.8 },
    ],
    async contenders({ numpy }) {
      const library = await import('../../build/esm/index.js');
      const { createStream } = await import('../../build/esm/numerics.js');
      const drawn = new Float64Array(replicas * m * d);
      for (let replica = 0; replica < replicas; replica++) {
        for (let row = 0; row < m; row += 256) {
          const stream = createStream(`foretrain/replica ${replica}`, `particles/${m}`, row / 256);
          drawn.set(stream.normal(Math.min(256, m - row) * d), (replica * m + row) * d);
        }
      }
      const params = { d, m, steps, h, every, replicas, degree, nodes: 200 };
      const ours = (precision) => () => {
        let simulation;
        return {
          run: async () => {
            ({ simulation } = await library.compare(config, { precision }));
          },
          result: () => Object.fromEntries(names.map((name) => [name, simulation.observables[name].values])),
        };
      };
      const theirs = (threads) => async () => ({
        ...(await numpy(threads, 'propagation-experiment', {}, params)),
        result: (await numpy(threads, 'propagation-experiment', { W: shaped(drawn, replicas, m, d) }, params))
          .result,
      });
      return {
        exact: ours('exact'),
        fast: ours('fast'),
        'numpy-1': theirs(1),
        'numpy-2': theirs(2),
      };
    },
  };
}

/** The mean field alone: what a prediction takes without the law at 1/m. */
function meanField(nodes, d, steps, h) {
  const config = {
    theory: 'propagation-of-chaos',
    model: { inputDimension: d, activation: { kind: 'hermite', degree: 3 } },
    optimizer: { stepSize: h, steps },
    prediction: { rule: 'gauss-gegenbauer', nodes, fluctuation: false, envelopes: false },
  };
  return {
    ...own,
    group: 'jobs',
    name: `predict: mean field with ${nodes} nodes, d=${d}, to t=${steps * h}`,
    unit: 'time',
    count: 1,
    tolerance: 1e-9,
    targets: [],
    async contenders() {
      const library = await import('../../build/esm/index.js');
      const ours = (precision) => () => {
        let solution;
        return {
          run: async () => {
            solution = await library.predict(config, { precision });
          },
          result: () => solution.observables.loss.values,
        };
      };
      return { exact: ours('exact'), fast: ours('fast') };
    },
  };
}

export const cases = [
  populationVelocity(1024, 64, 8, true),
  populationVelocity(4096, 64, 8, false),
  dataVelocity(1024, 64, 4096, 8),
  experiment(1024, 64),
  meanField(500, 64, 200, 0.05),
];
