// The fits whose growth is measured; jobs.js says what a job is. `tools.inside` has checkAll and fitOn of fit/fit.ts besides.

function rowsOf(createStream, m, n) {
  const draw = createStream('scaling', 'rows');
  const X = draw.normal(m * n);
  const labels = draw.normal(m).map((error, i) => Math.sign(X[i * n] + X[i * n + 1]) + 0.3 * error);
  return { features: { data: X, shape: [m, n] }, labels };
}

const fit =
  (estimator) =>
  async ({ m, n, q, T }, tools) => {
    const { checkAll, fitOn, createCore, createStream } = tools.inside;
    const config = {
      theory: 'finite-width',
      model: { width: q, activations: ['tanh'] },
      optimizer: { learningRates: [0.05, 0.05], steps: T },
      estimator,
    };
    const checked = checkAll(rowsOf(createStream, m, n), config);
    const core = await createCore('exact');
    const start = tools.threadTime();
    await fitOn(core, checked);
    return { cpu: tools.threadTime() - start, peakBytes: core.peakBytes };
  };

const small = { m: 200, n: 20, T: 10 };

export const fits = [
  {
    name: 'fit, onsager',
    base: { m: 1000, n: 100, q: 2, T: 100 },
    small,
    lines: [
      { letter: 'm', values: [1000, 2000, 4000, 8000], time: 1, memory: 1 },
      { letter: 'q', values: [2, 4, 8, 16], at: { m: 500, n: 50, T: 40 }, time: 3, memory: 2 },
      { letter: 'T', values: [50, 100, 200, 400], at: { m: 250 }, time: 3, memory: 1 },
    ],
    run: fit({ kind: 'onsager' }),
  },
  {
    name: 'fit, tangent, head all',
    base: { m: 500, n: 100, q: 2, T: 50 },
    small,
    lines: [
      { letter: 'm', values: [500, 1000, 2000, 4000], time: 1, memory: 1 },
      { letter: 'n', values: [50, 100, 200, 400], time: 2, memory: 1 },
      { letter: 'q', values: [2, 4, 8, 16], at: { T: 25 }, time: 2, memory: 1 },
      { letter: 'T', values: [25, 50, 100, 200], time: 1, memory: 0 },
    ],
    run: fit({ kind: 'tangent', head: 'all', refits: 0 }),
  },
  {
    name: 'fit, cross-validation',
    base: { m: 4000, n: 200, q: 2, T: 25 },
    small,
    lines: [
      { letter: 'm', values: [2000, 4000, 8000, 16_000], time: 1, memory: 1 },
      { letter: 'n', values: [100, 200, 400, 800], time: 1, memory: 1 },
      { letter: 'q', values: [1, 2, 4, 8], at: { n: 800, T: 10 }, time: 1, memory: 0 },
      { letter: 'T', values: [25, 50, 100, 200], time: 1, memory: 0 },
    ],
    run: fit({ kind: 'cross-validation' }),
  },
];
