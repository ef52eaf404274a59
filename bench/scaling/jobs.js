// The jobs whose growth is measured, all of them: add one here. A job has
//   name      as the table shows it
//   vary      { letter: values }: the points of one line, all other sizes at `base`; increasing
//   base      sizes, by letter
//   theory    { letter: [exponent of time, exponent of memory] } of the leading terms, for these ranges
//   measure   async (sizes, tools) => { cpu, peakBytes }: runs the job once, in a process of its own; cpu in nanoseconds
// `tools` are { inside, threadTime }: see load.js.
import { fits } from './fit.js';

const experiment = ({ n, m, q, T }) => ({
  theory: 'finite-width',
  model: {
    inputDimension: n,
    width: q,
    activations: ['tanh'],
    initialization: { kind: 'gaussian', scale: 0.8, alignment: 0.3 },
  },
  data: { sampleCount: m, link: { kind: 'sin', frequency: 2 }, noise: { law: 'gaussian', variance: 0.09 } },
  optimizer: { learningRates: [0.2, 0.05], steps: T },
  seed: 'scaling',
});

/** Runs one prediction or replica on a core of its own, after a small one that lets the engine compile. */
const oneRun = (kind, configOf) => async (sizes, tools) => {
  const { finiteWidth, createCore, Run } = tools.inside;
  const run = async (config) => {
    const problem = finiteWidth.check(config);
    const core = await createCore('exact');
    const start = tools.threadTime();
    await finiteWidth.run(core, problem, kind, 0, new Run({}, finiteWidth.plan(problem, kind).work));
    return { cpu: tools.threadTime() - start, peakBytes: core.peakBytes };
  };
  const warm = { ...sizes, N: Math.min(sizes.N ?? 0, 1024), m: 300, n: 200, T: 10 };
  for (let i = 0; i < 3; i++) await run(configOf(warm));
  return run(configOf(sizes));
};

const prediction = (method) =>
  oneRun('prediction', (sizes) => ({
    ...experiment(sizes),
    prediction: { method, samples: sizes.N, points: 'monte-carlo' },
  }));
const simulation = (form) =>
  oneRun('simulation', (sizes) => ({
    ...experiment(sizes),
    simulation: { replicas: 1, form, estimator: false },
  }));

export const jobs = [
  {
    name: 'predict, projection form',
    base: { n: 200, m: 400, q: 2, T: 50, N: 16_384 },
    vary: {
      N: [8192, 16_384, 32_768, 65_536],
      q: [2, 4, 8],
      T: [25, 50, 100, 200],
    },
    theory: { N: [1, 1], q: [2, 1], T: [2, 1] },
    measure: prediction('projection'),
  },
  {
    name: 'predict, derivative form',
    base: { n: 200, m: 400, q: 2, T: 40, N: 2000 },
    vary: { N: [1000, 2000, 4000, 8000], q: [2, 3, 4, 6], T: [30, 60, 90, 120] },
    theory: { N: [1, 1], q: [3, 2], T: [3, 1] },
    measure: prediction('derivative'),
  },
  {
    name: 'simulate, primal',
    base: { n: 500, m: 8000, q: 2, T: 50 },
    vary: {
      m: [4000, 8000, 16_000, 32_000],
      n: [250, 500, 1000, 2000],
      q: [2, 4, 8, 16],
      T: [50, 100, 200, 400],
    },
    theory: { m: [1, 1], n: [1, 1], q: [1, 0], T: [1, 0] },
    measure: simulation('primal'),
  },
  {
    name: 'simulate, dual',
    base: { n: 8000, m: 1000, q: 4, T: 200 },
    vary: {
      m: [500, 1000, 2000, 4000],
      n: [8000, 16_000, 32_000, 64_000],
      q: [4, 8, 16],
      T: [100, 200, 400, 800],
    },
    theory: { m: [2, 2], n: [0, 0], q: ['1, test error 2', 0], T: [1, 0] },
    measure: simulation('dual'),
  },
  ...fits,
];
