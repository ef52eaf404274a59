// Predictions and replicas of finite-width networks; jobs.js says what a job is.
import { oneRun } from './one-run.js';

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

export const finiteWidth = [
  {
    name: 'predict, projection form',
    base: { n: 200, m: 400, q: 2, T: 100, N: 4096 },
    small: { N: 1024, T: 10 },
    lines: [
      { letter: 'N', values: [4096, 8192, 16_384, 32_768], time: 1, memory: 1 },
      { letter: 'q', values: [2, 4, 8, 16], at: { T: 50 }, time: 2, memory: 1 },
      { letter: 'T', values: [50, 100, 200, 400], time: 2, memory: 1 },
    ],
    run: prediction('projection'),
  },
  {
    name: 'predict, derivative form',
    base: { n: 200, m: 400, q: 2, T: 80, N: 2000 },
    small: { N: 1024, T: 10 },
    lines: [
      { letter: 'N', values: [1000, 2000, 4000, 8000], time: 1, memory: 1 },
      {
        letter: 'q',
        values: [2, 4, 6, 8],
        at: { N: 500 },
        time: 3,
        memory: 2,
        note: 'two fifths of the time at q = 4 and a quarter at q = 8 are outside of the sums of the responses, in what goes with q² at most. Beside q² T N numbers for the responses there are 4 q T N for signals, directions and noises: as many at q = 4, half as many at q = 8.',
      },
      {
        letter: 'T',
        values: [50, 100, 200, 300],
        at: { N: 1000 },
        time: 3,
        memory: 1,
        note: 'half of the time at T = 100 and a third at T = 300 is outside of the sums of the responses, in what goes with T² at most.',
      },
    ],
    run: prediction('derivative'),
  },
  {
    name: 'simulate, primal',
    base: { n: 500, m: 8000, q: 2, T: 50 },
    small: { m: 300, n: 200, T: 10 },
    lines: [
      { letter: 'm', values: [4000, 8000, 16_000, 32_000], time: 1, memory: 1 },
      { letter: 'n', values: [250, 500, 1000, 2000], time: 1, memory: 1 },
      { letter: 'q', values: [2, 4, 8, 16], time: 1, memory: 0 },
      { letter: 'T', values: [50, 100, 200, 400], time: 1, memory: 0 },
    ],
    run: simulation('primal'),
  },
  {
    name: 'simulate, dual',
    base: { n: 8000, m: 1000, q: 4, T: 200 },
    small: { m: 300, n: 600, T: 10 },
    lines: [
      { letter: 'm', values: [500, 1000, 2000, 4000], time: 2, memory: 2 },
      { letter: 'n', values: [8000, 16_000, 32_000, 64_000], time: 0, memory: 0 },
      { letter: 'q', values: [2, 4, 8, 16], at: { m: 2000, T: 400 }, time: 1, memory: 0 },
      { letter: 'T', values: [100, 200, 400, 800], time: 1, memory: 0 },
    ],
    run: simulation('dual'),
  },
];
