// Whole fits through the library, as a user calls them, beside the NumPy program of the same job
// (bench/numpy/finite_width_fit.py). Both get the same rows, initial weights and rates.
import { fileURLToPath } from 'node:url';
import { shaped } from '../harness/draw.js';

const built = (file) => fileURLToPath(new URL(`../../build/esm/${file}`, import.meta.url));
const library = () => import(built('index.js'));
const numerics = () => import(built('numerics.js'));

/** Independent columns; labels from one direction of them. */
async function independentRows(m, n, q) {
  const { createStream } = await numerics();
  const draw = createStream('bench', 'independent rows');
  const X = draw.normal(m * n);
  const W1 = draw.normal(n * q).map((value) => value / Math.sqrt(n));
  const noise = draw.normal(m);
  const y = noise.map((error, i) => {
    let u = 0;
    for (let j = 0; j < n; j++) u += X[i * n + j] * W1[j * q];
    return u / (1 + Math.abs(u)) + 0.3 * error;
  });
  return { m, n, q, X, y, W1, w2: draw.normal(q).map((value) => value / Math.sqrt(q)) };
}

/** A few strong components, as in images of digits, and two classes. */
async function correlatedRows(m, n, q) {
  const { createStream } = await numerics();
  const draw = createStream('bench', 'correlated rows');
  const count = 12;
  const loadings = draw.normal(count * n);
  const factors = draw.normal(m * count);
  const X = draw.normal(m * n).map((error, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let value = 0.5 * error;
    for (let f = 0; f < count; f++) value += (factors[i * count + f] * loadings[f * n + j]) / (1 + f);
    return value;
  });
  const y = Float64Array.from({ length: m }, (_, i) => {
    const [a, b, c] = factors.subarray(i * count);
    return a + b * c > 0 ? 1 : -1;
  });
  const W1 = draw.normal(n * q).map((value) => value / Math.sqrt(n));
  return { m, n, q, X, y, W1, w2: draw.normal(q).map((value) => value / Math.sqrt(q)) };
}

function fit({ name, op, rows, steps, rates, estimator, params, compared, targets }) {
  return {
    group: 'jobs',
    area: 'finite width, fit',
    name,
    unit: 'time',
    count: 1,
    tolerance: 1e-9,
    targets: targets ?? [
      { build: 'exact', over: 'numpy-1', atLeast: 1 },
      { build: 'fast', over: 'numpy-1', atLeast: 1.2 },
    ],
    contenders({ numpy }) {
      const ours = (precision) => async () => {
        const { m, n, q, X, y, W1, w2 } = await rows();
        const { fit: run } = await library();
        const weights = [Array.from({ length: n }, (_, j) => Array.from(W1.subarray(j * q, (j + 1) * q)))];
        const config = {
          theory: 'finite-width',
          model: {
            width: q,
            activations: ['tanh'],
            initialization: { kind: 'explicit', weights: [...weights, [...w2]] },
          },
          data: { standardize: 'per-column' },
          optimizer: { learningRates: rates, steps },
          estimator,
        };
        const data = { features: { data: X, shape: [m, n] }, labels: y };
        let solution;
        return {
          run: async () => {
            ({ solution } = await run(data, config, { precision }));
          },
          result: () => ({
            estimate: solution.observables.estimatedTestError.values,
            ...(compared && { sharpness: solution.observables.sharpness.values }),
          }),
        };
      };
      const theirs = (threads) => async () => {
        const { m, n, q, X, y, W1, w2 } = await rows();
        const more = params && (await params(m));
        return numpy(
          threads,
          op,
          { features: shaped(X, m, n), labels: y, W1: shaped(W1, n, q), w2, ...more?.inputs },
          { T: steps, eta1: rates[0], eta2: rates[1], ...more?.params },
        );
      };
      return { exact: ours('exact'), fast: ours('fast'), 'numpy-1': theirs(1), 'numpy-2': theirs(2) };
    },
  };
}

const digits = { rows: () => correlatedRows(300, 60, 4), steps: 150, rates: [0.05, 0.05] };
const tangent = { ...digits, op: 'finite-width/fit/tangent', compared: true };

/** The folds that the library draws, as the number of every row's fold. */
async function folds(m) {
  const { createStream } = await numerics();
  const fold = new Float64Array(m);
  createStream('foretrain', 'folds')
    .permutation(m)
    .forEach((row, i) => {
      fold[row] = i % 10;
    });
  return { inputs: { fold } };
}

export const cases = [
  fit({
    name: 'onsager, m=1000, n=400, q=2, T=60',
    op: 'finite-width/fit/onsager',
    rows: () => independentRows(1000, 400, 2),
    steps: 60,
    rates: [0.4, 0.1],
    estimator: { kind: 'onsager' },
  }),
  fit({
    ...tangent,
    name: 'tangent with refits, head all, m=300, n=60, q=4, T=150',
    estimator: { kind: 'tangent', head: 'all' },
    params: () => ({ params: { head: 60 } }),
  }),
  fit({
    ...tangent,
    name: 'tangent with refits, head 8, m=300, n=60, q=4, T=150',
    estimator: { kind: 'tangent', head: 8 },
    params: () => ({ params: { head: 8 } }),
  }),
  fit({
    ...digits,
    name: '10-fold cross-validation, m=300, n=60, q=4, T=150',
    op: 'finite-width/fit/cross-validation',
    estimator: { kind: 'cross-validation' },
    params: folds,
    targets: [],
  }),
];
