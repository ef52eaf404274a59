// Quadratic networks as a user runs them, beside the NumPy programs of the same jobs (bench/numpy/quadratic_networks.py). NumPy is
// timed drawing its own data; before that it is given ours, and its results are compared.
import { shaped } from '../harness/draw.js';
import { bundle } from '../harness/sources.js';

async function load() {
  const folder = './src/theories/quadratic-networks';
  const outfile = await bundle(
    'quadratic-networks',
    `export { quadraticNetworks as theory } from '${folder}/index.ts';
        export { steadyState } from '${folder}/steady-state.ts';
        export { teacherQuantiles } from '${folder}/teacher.ts';
        export { createStream } from './src/numerics/random.ts';
        export { Run } from './src/run.ts';
        export { createCore } from './bindings/load.ts';`,
  );
  return import(outfile);
}
let loading;
const loaded = () => {
  loading ??= load();
  return loading;
};

const own = { group: 'jobs', area: 'quadratic networks', unit: 'time', count: 1 };

function config(d, alpha, kappa, teacher, steps) {
  return {
    theory: 'quadratic-networks',
    model: { inputDimension: d, widthRatio: kappa },
    data: { sampleRatio: alpha, teacherWidthRatio: teacher, noiseVariance: 0.25 },
    optimizer: { kind: 'gradient-descent', learningRate: 0.02, steps, weightDecay: 0.1 },
    prediction: { dimension: d, replicas: 4, twoTime: false },
    simulation: { replicas: 1 },
    seed: 'bench',
  };
}

/** One run of the theory's own, on a core of each precision. */
function runs(kind, settings) {
  const contender = (precision) => async () => {
    const { theory, createCore, Run } = await loaded();
    const core = await createCore(precision);
    const problem = theory.check(settings);
    let last;
    return {
      run: async () => {
        last = await theory.run(core, problem, kind, 0, new Run({}, 1e300));
      },
      result: () => ({ train: last.series.trainError, test: last.series.testError }),
    };
  };
  return { exact: contender('exact'), fast: contender('fast') };
}

/** NumPy on one thread: timed on its own draws, compared on ours. */
async function beside(numpy, op, inputs, drawn, params) {
  const timed = await numpy(1, op, inputs, params);
  const checked = await numpy(1, op, { ...inputs, ...drawn }, params);
  return { ...timed, result: checked.result };
}

const targets = [
  { build: 'exact', over: 'numpy-1', atLeast: 0.5 },
  { build: 'fast', over: 'numpy-1', atLeast: 0.8 },
];

function descent(d, alpha, kappa, teacher, steps) {
  const settings = config(d, alpha, kappa, teacher, steps);
  return {
    ...own,
    name: `gradient descent, d = ${d}, α = ${alpha}, κ = ${kappa}, ${steps} steps`,
    tolerance: 1e-8,
    targets,
    contenders({ numpy }) {
      return {
        ...runs('simulation', settings),
        'numpy-1': async () => {
          const { teacherQuantiles, createStream, createCore } = await loaded();
          const [n, m, ms] = [Math.round(alpha * d * d), Math.round(kappa * d), Math.round(teacher * d)];
          const stream = (label) => createStream('bench/replica 0', label);
          const drawn = {
            X: shaped(stream('measurements').normal(n * d), n, d),
            xi: stream('noise').normal(n),
            W: shaped(stream('start').normal(d * m), d, m),
          };
          const params = { d, m, ms, n, T: steps, eta: 0.02, lam: 0.1, noise: 0.25 };
          const eigenvalues = teacherQuantiles(await createCore(), d, ms);
          return beside(numpy, 'quadratic-descent', { eigenvalues }, drawn, params);
        },
      };
    },
  };
}

function processCase(d, alpha, kappa, teacher, steps) {
  const settings = config(d, alpha, kappa, teacher, steps);
  const R = settings.prediction.replicas;
  return {
    ...own,
    name: `mean-field process, d = ${d}, R = ${R}, ${steps} steps`,
    // Pivots of a covariance that is singular to rounding grow rounding by some powers of ten.
    tolerance: 1e-5,
    targets,
    contenders({ numpy }) {
      return {
        ...runs('prediction', settings),
        'numpy-1': async () => {
          const { teacherQuantiles, createStream, createCore } = await loaded();
          const [m, ms, p] = [Math.round(kappa * d), Math.round(teacher * d), (d * (d + 1)) / 2];
          const all = (label, count) => {
            const values = new Float64Array(R * count);
            for (let r = 0; r < R; r++)
              values.set(
                createStream('bench/repetition 0', `prediction/${label}`, r).normal(count),
                r * count,
              );
            return values;
          };
          const drawn = {
            W: all('start', d * m),
            innovations: all('innovation', steps * p),
            probes: all('probe', steps * p),
          };
          const params = { d, m, R, T: steps, alpha, eta: 0.02, lam: 0.1, noise: 0.25 };
          const eigenvalues = teacherQuantiles(await createCore(), d, ms);
          return beside(numpy, 'quadratic-process', { eigenvalues }, drawn, params);
        },
      };
    },
  };
}

const STATES = 100;

const steady = {
  ...own,
  name: `${STATES} steady states (10,000 take 100 times as long)`,
  tolerance: 1e-7,
  targets: [{ build: 'exact', over: 'numpy-1', atLeast: 20 }],
  contenders({ numpy }) {
    // Spread over all phases by additive recurrence.
    const states = Array.from({ length: STATES }, (_, i) => {
      const share = (step) => (0.5 + (i + 1) * step) % 1;
      return [
        0.15 + share(0.618) ** 2,
        0.1 + 1.1 * share(0.755),
        0.1 + 0.7 * share(0.57),
        0.01 + 0.2 * share(0.327),
        0.05 + share(0.811),
      ];
    });
    return {
      exact: async () => {
        const { steadyState, createCore } = await loaded();
        const core = await createCore();
        let found;
        return {
          run: () => {
            found = states.map(
              ([sampleRatio, widthRatio, teacherWidthRatio, weightDecay, noiseVariance]) =>
                steadyState(
                  { sampleRatio, widthRatio, teacherWidthRatio, weightDecay, noiseVariance },
                  { core },
                ).test,
            );
          },
          result: () => Float64Array.from(found),
        };
      },
      'numpy-1': () =>
        numpy(1, 'quadratic-steady', { states: shaped(Float64Array.from(states.flat()), STATES, 5) }, {}),
    };
  },
};

export const cases = [processCase(60, 0.5, 0.5, 0.3, 150), descent(80, 0.5, 0.5, 0.3, 200), steady];
