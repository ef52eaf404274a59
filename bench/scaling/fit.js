// The fits whose growth is measured; jobs.js says what a job is. `tools.inside` has checkAll and fitOn of fit/fit.ts besides.

function rowsOf(createStream, m, n) {
  const draw = createStream('scaling', 'rows');
  const X = draw.normal(m * n);
  const labels = draw.normal(m).map((error, i) => Math.sign(X[i * n] + X[i * n + 1]) + 0.3 * error);
  return { features: { data: X, shape: [m, n] }, labels };
}

const fit = (estimator) => async (sizes, tools) => {
  const { checkAll, fitOn, createCore, createStream } = tools.inside;
  const run = async ({ m, n, q, T }) => {
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
  for (let i = 0; i < 3; i++) await run({ m: 200, n: 20, q: sizes.q, T: 10 });
  return run(sizes);
};

export const fits = [
  {
    name: 'fit, onsager',
    base: { m: 1000, n: 100, q: 2, T: 100 },
    vary: { m: [1000, 2000, 4000, 8000], q: [1, 2, 4, 8], T: [50, 100, 200, 400] },
    theory: { m: [1, 1], q: [3, 2], T: [3, 1] },
    measure: fit({ kind: 'onsager' }),
  },
  {
    name: 'fit, tangent, head all',
    base: { m: 500, n: 100, q: 2, T: 50 },
    vary: { m: [500, 1000, 2000, 4000], n: [50, 100, 200, 400], q: [2, 4, 8], T: [25, 50, 100, 200] },
    theory: { m: [1, 1], n: [2, 1], q: [2, 1], T: [1, 0] },
    measure: fit({ kind: 'tangent', head: 'all', refits: 0 }),
  },
  {
    name: 'fit, cross-validation',
    base: { m: 1000, n: 200, q: 2, T: 50 },
    vary: { m: [1000, 2000, 4000], n: [200, 400, 800], q: [2, 4, 8], T: [50, 100, 200] },
    theory: { m: [1, 1], n: [1, 1], q: [1, 0], T: [1, 0] },
    measure: fit({ kind: 'cross-validation' }),
  },
];
