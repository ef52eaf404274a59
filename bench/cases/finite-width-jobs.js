// Whole predictions and simulations through the library, as a user calls them, beside the NumPy program of the same job
// (bench/numpy/finite_width.py). NumPy is timed drawing its own data; before that it is given ours, and its curves are compared.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { shaped } from '../harness/draw.js';
import { bundle } from '../harness/sources.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The library as it is published, and what it keeps to itself: the teacher and the rows of a replica. */
async function load() {
  const folder = './src/theories/finite-width';
  const outfile = await bundle(
    'finite-width',
    `export { finiteWidth } from '${folder}/index.ts';
        export { teacherOf } from '${folder}/teacher.ts';
        export { drawFeatures } from '${folder}/features.ts';
        export { createCore } from './bindings/load.ts';`,
  );
  return {
    library: await import(`${root}build/esm/index.js`),
    numerics: await import(`${root}build/esm/numerics.js`),
    workers: await import(`${root}build/esm/workers.js`),
    inside: await import(outfile),
  };
}
let loading;
const loaded = () => {
  loading ??= load();
  return loading;
};

const VARIANCE = 0.09;

const experiment = (n, m, steps, rates) => ({
  theory: 'finite-width',
  model: {
    inputDimension: n,
    width: 2,
    activations: ['tanh'],
    initialization: { kind: 'gaussian', scale: 0.8, alignment: 0.3 },
  },
  data: {
    sampleCount: m,
    link: { kind: 'sin', frequency: 2 },
    noise: { law: 'gaussian', variance: VARIANCE },
  },
  optimizer: { learningRates: rates, steps },
  seed: 'bench',
});

/** Everything that both sides compute, by name. */
const COMPARED = [
  'trainError',
  'testError',
  'deepWeights',
  'firstLayerGram',
  'signalCovariance',
  'signalOverlap',
  'initialOverlap',
  'signalGain',
  'initialGain',
  'noiseGram',
  'trainingPreactivationQuantiles',
  'firstLayerWeightQuantiles',
  'firstLayerWeightDensity',
  'signalResponse',
  'teacherResponse',
  'iterateResponse',
  'onsager',
];

const valuesOf = (observables, names) =>
  Object.fromEntries(names.map((name) => [name, observables[name].values]));

/** Series up to an iterate, and nothing of what comes after it. */
function firstIterates(observables, names, until) {
  const series = names.filter(
    (name) => observables[name].axes[0] === 'step' && observables[name].axes[1] !== 'source step',
  );
  return Object.fromEntries(
    series.map((name) => {
      const { values, shape } = observables[name];
      return [name, values.slice(0, (values.length / shape[0]) * (until + 1))];
    }),
  );
}

/** Nodes along each axis of NumPy's test error where it is compared; timed with 72, which leaves 3e-7. */
const CHECK_ORDER = 320;

function job({
  name,
  kind,
  config,
  op,
  params,
  given,
  note,
  leftOut = [],
  until,
  targets,
  tolerance = 1e-10,
}) {
  return {
    group: 'jobs',
    area: 'finite width',
    name,
    unit: 'time',
    count: 1,
    tolerance,
    targets: targets ?? [
      { build: 'exact', over: 'numpy-1', atLeast: 1 },
      { build: 'fast', over: 'numpy-1', atLeast: 1.2 },
    ],
    contenders({ numpy }) {
      const ours = (precision) => async () => {
        const { library } = await loaded();
        let solution;
        return {
          run: async () => {
            solution = await library[kind](config, { precision });
          },
          result: () => {
            const { observables } = solution;
            const names = COMPARED.filter((key) => observables[key] && !leftOut.includes(key));
            return until ? firstIterates(observables, names, until) : valuesOf(observables, names);
          },
        };
      };
      const [layer1, layer2] = config.optimizer.learningRates;
      const all = {
        ...params,
        q: config.model.width,
        T: config.optimizer.steps,
        eta1: layer1,
        eta2: layer2,
        noiseVariance: VARIANCE,
        order: 72,
      };
      const theirs =
        (threads, more = {}) =>
        async () => {
          const { inside, numerics } = await loaded();
          const teacher = inside.teacherOf(inside.finiteWidth.check(config));
          const n = teacher.inputDimension;
          const fixed = {
            mu: teacher.signal,
            W0: shaped(teacher.firstLayer, config.model.width, n),
            deep: teacher.input.deep,
          };
          const checks = [];
          for (const inputs of await given({ teacher, inside, numerics }))
            checks.push(
              await numpy(
                threads,
                op,
                { ...fixed, ...inputs },
                { ...all, ...more, repetitions: 1, order: CHECK_ORDER },
              ),
            );
          const timed = await numpy(threads, op, fixed, { ...all, ...more });
          return {
            threads,
            note: threads === 1 ? note : undefined,
            time: timed.time,
            result: async () => {
              const results = await Promise.all(checks.map((check) => check.result()));
              for (const check of checks) await check.release();
              return Object.fromEntries(
                Object.entries(results[0]).map(([key, values]) => [
                  key,
                  values
                    .slice(0, until ? (values.length / (all.T + 1)) * (until + 1) : undefined)
                    .map((_, i) => results.reduce((sum, other) => sum + other[key][i], 0) / results.length),
                ]),
              );
            },
            release: timed.release,
          };
        };
      return { exact: ours('exact'), fast: ours('fast'), 'numpy-1': theirs(1), 'numpy-2': theirs(2) };
    },
  };
}

/** Our rows of replica 0 as one matrix, in whatever coordinates they were drawn. */
async function rowsOf({ teacher, inside }, config) {
  const core = await inside.createCore('exact');
  return core.within((scope) => {
    const problem = inside.finiteWidth.check(config);
    const m = config.data.sampleCount;
    const rows = inside.drawFeatures(core, scope, problem, teacher, 0, 'train', m);
    const X = new Float64Array(m * rows.columns);
    for (const block of rows.blocks) {
      for (let i = 0; i < block.rows; i++) {
        const row = block.X.copy(i * block.columns, (i + 1) * block.columns);
        X.set(row, (block.first + i) * rows.columns);
      }
    }
    return {
      X: shaped(X, m, rows.columns),
      y: rows.labels.copy(),
      mu: rows.signal,
      W0: shaped(rows.firstLayer, config.model.width, rows.columns),
    };
  });
}

function simulation(name, form, [m, n, steps], rates, more = {}) {
  const config = {
    ...experiment(n, m, steps, rates),
    ...more,
    simulation: { replicas: 1, form, estimator: false },
  };
  return job({
    name,
    kind: 'simulate',
    config,
    op: 'simulate',
    params: { m, n, form },
    given: async (tools) => [await rowsOf(tools, config)],
    note: 'rows drawn entry by entry, test error by 72 × 72 Gauss-Hermite nodes; neither side computes the estimator',
    // In turned coordinates single weights are others; their law is held by a test.
    leftOut: ['firstLayerWeightQuantiles'],
  });
}

const REPETITIONS = 2;
const NOTES = {
  projection:
    'one basis as ours, Gram-Schmidt twice where once loses digits; both sides run two repetitions and end with quantiles and densities',
  derivative:
    'one product for each pair of steps; both sides run two repetitions of Monte Carlo nodes and end with quantiles and densities',
};

function prediction(name, method, samples, steps, rates, more = {}) {
  const config = {
    ...experiment(400, 800, steps, rates),
    prediction: { method, samples, repetitions: REPETITIONS, points: 'monte-carlo' },
  };
  const q = config.model.width;
  return job({
    name,
    kind: 'predict',
    config,
    op: method,
    params: { N: samples, phi: 2, repetitions: REPETITIONS },
    given: ({ numerics }) =>
      Array.from({ length: REPETITIONS }, (_, repetition) => {
        const stream = (label, length) => numerics.createStream('bench', label, repetition).normal(length);
        return {
          basis: stream('prediction/basis', (q + 1) * samples),
          noise: stream('prediction/noise', samples).map((value) => Math.sqrt(VARIANCE) * value),
          directions: stream('prediction/directions', q * steps * samples),
        };
      }),
    note: NOTES[method],
    // Our quantiles by bisection stop at 2e-9 of the spread.
    leftOut: ['firstLayerWeightQuantiles'],
    ...more,
  });
}

/** A process of its own that simulates `config` on its one thread, again and again. */
async function simulator(config) {
  const child = fork(fileURLToPath(new URL('../replicas.js', import.meta.url)));
  const answer = () => new Promise((resolve) => child.once('message', resolve));
  await answer();
  return {
    simulate() {
      child.send(config);
      return answer();
    },
    close: () => child.kill(),
  };
}

/**
 * Replicas in worker threads: two against one, on the wall, both warm. Two processes with half of the replicas each share nothing but
 * the memory: what they gain over one worker is what this machine gives, and the rest is ours.
 */
const onWorkers = (rows, inputs, replicas) => ({
  group: 'jobs',
  area: 'finite width',
  name: `simulate, ${replicas} replicas of ${rows} rows of ${inputs}, two workers`,
  unit: 'time',
  count: 1,
  tolerance: 0,
  targets: [{ build: 'exact', over: 'one worker', atLeast: 1.7 }],
  contenders() {
    const config = (count) => ({
      ...experiment(inputs, rows, 50, [0.8, 0.2]),
      simulation: { replicas: count, estimator: false },
    });
    const on = (threads) => async () => {
      const { library, workers } = await loaded();
      const executor = workers.nodeWorkers(threads);
      let solution;
      return {
        threads,
        run: async () => {
          solution = await library.simulate(config(replicas), { executor });
        },
        result: () => valuesOf(solution.observables, ['trainError', 'testError']),
        release: () => executor.close(),
      };
    };
    const processes = async () => {
      const both = await Promise.all([simulator(config(replicas / 2)), simulator(config(replicas / 2))]);
      let results;
      return {
        threads: 2,
        run: async () => {
          results = await Promise.all(both.map(({ simulate }) => simulate()));
        },
        // The mean of half of the replicas.
        tolerance: 0.1,
        result: () =>
          Object.fromEntries(
            Object.entries(results[0]).map(([name, values]) => [name, Float64Array.from(values)]),
          ),
        release: () => both.map(({ close }) => close()),
      };
    };
    return { exact: on(2), 'one worker': on(1), 'two processes': processes };
  },
});

export const cases = [
  // Rows of 12, 3 and 0.5 MB: two of the first fill a cache of 32 MB that other machines may share, the last lie in a core's own cache.
  onWorkers(2000, 1000, 24),
  onWorkers(1000, 500, 48),
  onWorkers(400, 200, 120),
  simulation('simulate, 4000 rows of 2000', 'primal', [4000, 2000, 50], [0.8, 0.2]),
  simulation('simulate in dual form, 500 rows of 4000', 'dual', [500, 4000, 50], [0.2, 0.1]),
  simulation('simulate, 500 rows of 4000', 'primal', [500, 4000, 50], [0.2, 0.1]),
  prediction('predict, projection form, 16384 samples', 'projection', 16_384, 50, [0.8, 0.2]),
  // Rounding errors of the derivative form grow tenfold in two or three steps: its first iterates are compared.
  prediction('predict, derivative form, 2000 samples', 'derivative', 2000, 40, [0.4, 0.1], { until: 12 }),
];
