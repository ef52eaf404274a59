// Predictions of quadratic networks beside experiments of growing order, with the limit by a straight line in 1/d: the tables of
// docs/theories/quadratic-networks.md. `node scripts/build.js --quick && node bench/quadratic-networks-accuracy.js`, half an hour to an hour;
// with `paths`, `long`, `ends`, `samples`, `widths`, `planted` or `recovery` behind it, only those.
import { predict, recoveryThreshold, simulate, steadyState } from '../build/esm/index.js';
import {
  configOf,
  ends,
  limit,
  longPaths,
  paths,
  planted,
  recovery,
  samples,
  value,
  widths,
} from './quadratic-networks-settings.js';

const wanted = process.argv.slice(2);
const asked = (name) => wanted.length === 0 || wanted.includes(name);

const words = ({ mean, error }) => {
  const digits = Math.max(0, Math.min(5, 1 - Math.floor(Math.log10(error || mean / 1000))));
  return `${mean.toFixed(digits)}${error ? ` ± ${error.toFixed(digits)}` : ''}`;
};

const row = (...cells) => console.log(`| ${cells.join(' | ')} |`);

/** Test and train errors at some steps of experiments of growing order, their limits, and of predictions. */
async function pathRows([name, parameters, optimizer, experiments, theories, steps]) {
  const { learningRate, weightDecay: _none, ...rest } = optimizer;
  const times = steps.map((k) => Number((k * learningRate).toPrecision(6))).join(', ');
  const about = `(${parameters.join(', ')}), ${times}`;
  const cells = (at) =>
    ['testError', 'trainError'].map((quantity) => steps.map((k) => words(at(quantity, k))).join('; '));
  for (const [measurements, sizes] of Object.entries(experiments)) {
    const found = [];
    for (const [d, replicas] of sizes) {
      const given = configOf(d, parameters, measurements, { ...rest, learningRate });
      const solution = await simulate({ ...given, simulation: { replicas } });
      found.push([d, solution]);
      const own = cells((quantity, k) => value(solution, quantity, k));
      row(name, about, `${measurements} data`, `${d} (${replicas})`, ...own);
    }
    const limits = (quantity, k) => limit(found.map(([d, solution]) => [d, value(solution, quantity, k)]));
    row(name, about, `${measurements} data`, '1/d → 0', ...cells(limits));
  }
  for (const [dimension, repetitions] of theories) {
    const solution = await predict({
      ...configOf(60, parameters, 'goe', { ...rest, learningRate }),
      prediction: { dimension, replicas: 4, repetitions, twoTime: false },
    });
    const own = cells((quantity, k) => value(solution, quantity, k));
    row(name, about, '**theory**', `${dimension} (${repetitions})`, ...own);
  }
}

const pathHead = () => {
  row('', '(α, κ, κ*, λ, Δ), time', 'what', 'd (runs)', 'test', 'train');
  row(...Array(6).fill('---'));
};

/** Measured over theory at the end, test error at every order, train error and energy at the largest. */
async function endTable(measurements, { sizes, iterations, parameters }) {
  const largest = sizes.at(-1)[0];
  row(
    '(α, κ, κ*, λ, Δ)',
    'flag',
    'test, train of the theory',
    ...sizes.map(([d, replicas]) => `test, d = ${d} (${replicas})`),
    'test, 1/d → 0',
    'train, 1/d → 0',
    `train, d = ${largest}`,
    `energy, d = ${largest}`,
    'cut off',
  );
  row(...Array(8 + sizes.length).fill('---'));
  for (const point of parameters) {
    const optimizer = { kind: 'stationary', iterations };
    const theory = await predict(configOf(40, point, measurements, optimizer));
    const ratios = { testError: [], trainError: [], energy: [] };
    const cutOff = [];
    for (const [d, replicas] of sizes) {
      const given = configOf(d, point, measurements, optimizer);
      const solution = await simulate({ ...given, simulation: { replicas } });
      for (const quantity in ratios) {
        const { mean, error } = value(solution, quantity);
        const { mean: expected } = value(theory, quantity);
        ratios[quantity].push([d, { mean: mean / expected, error: error / expected }]);
      }
      const warning = solution.diagnostics.warnings.find(({ code }) => code === 'not-converged');
      if (warning) cutOff.push(`${warning.message.split(' ')[0]} at ${d}`);
    }
    row(
      point.join(', '),
      theory.diagnostics.reliability[0].flag,
      ['testError', 'trainError'].map((quantity) => value(theory, quantity).mean.toPrecision(4)).join(', '),
      ...ratios.testError.map(([, ratio]) => words(ratio)),
      words(limit(ratios.testError)),
      words(limit(ratios.trainError)),
      words(ratios.trainError.at(-1)[1]),
      words(ratios.energy.at(-1)[1]),
      cutOff.join(', '),
    );
  }
}

/** How far the theory's α has to be moved for its test error to be the one measured; it falls as α grows. */
function shift(test, [sampleRatio, widthRatio, teacherWidthRatio, weightDecay, noiseVariance]) {
  const others = { widthRatio, teacherWidthRatio, weightDecay, noiseVariance };
  let [low, high] = [-0.03, 0.03];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (steadyState({ sampleRatio: sampleRatio + middle, ...others }).test > test) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * End points from a start next to the teacher: the geometric mean of their test errors, the factor of its standard error, and
 * the shift of α that it amounts to.
 */
async function plantedTable({ sizes, iterations, distance, cases }) {
  const { plantedEnd } = await import('./quadratic-networks-planted.js');
  row('κ, κ*', 'threshold', 'α', 'theory', ...sizes.map(([d, replicas]) => `d = ${d} (${replicas})`));
  row(...Array(4 + sizes.length).fill('---'));
  for (const [kappa, teacher, alphas] of cases) {
    for (const alpha of alphas) {
      const point = [alpha, kappa, teacher, 0.002, 0];
      const optimizer = { kind: 'stationary', iterations };
      const theory = value(await predict(configOf(40, point, 'goe', optimizer)), 'testError').mean;
      const cells = [];
      for (const [d, replicas] of sizes) {
        const logs = [];
        for (let r = 0; r < replicas; r++)
          logs.push(Math.log(await plantedEnd(configOf(d, point, 'goe', optimizer), r, distance)));
        const mean = logs.reduce((sum, x) => sum + x, 0) / replicas;
        const spread = logs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (replicas - 1);
        const [test, factor] = [Math.exp(mean), Math.exp(Math.sqrt(spread / replicas))];
        const moved = shift(test, point).toFixed(4).replace('-', '−');
        cells.push(`${test.toPrecision(2)} ×÷ ${factor.toFixed(2)}, ${moved}`);
      }
      const { sampleRatio } = recoveryThreshold({ widthRatio: kappa, teacherWidthRatio: teacher });
      row(`${kappa}, ${teacher}`, sampleRatio.toFixed(4), alpha, theory.toPrecision(2), ...cells);
    }
  }
}

if (asked('paths')) {
  console.log('## Paths: the last step\n');
  pathHead();
  for (const path of paths) await pathRows([...path, [path[2].steps]]);
}

if (asked('long')) {
  console.log('\n## Long paths\n');
  pathHead();
  for (const path of longPaths) {
    await pathRows(path);
    const [sampleRatio, widthRatio, teacherWidthRatio, weightDecay, noiseVariance] = path[1];
    const end = steadyState({ sampleRatio, widthRatio, teacherWidthRatio, weightDecay, noiseVariance });
    const about = `(${path[1].join(', ')}), ∞`;
    row(
      path[0],
      about,
      `steady state, ${end.reliability.flag}`,
      '∞',
      end.test.toFixed(4),
      end.train.toFixed(4),
    );
  }
}

if (asked('ends')) {
  for (const [measurements, table] of Object.entries(ends)) {
    console.log(`\n## End points: measured over theory, ${measurements} data\n`);
    await endTable(measurements, table);
  }
}

if (asked('samples')) {
  console.log('\n## Double descent in the number of samples: measured over theory, goe data\n');
  await endTable('goe', samples);
}

if (asked('widths')) {
  console.log('\n## Double descent in the width: measured over theory, goe data\n');
  await endTable('goe', widths);
}

if (asked('planted')) {
  console.log('\n## Starts next to the teacher, λ = 0.002: test error\n');
  await plantedTable(planted);
}

if (asked('recovery')) {
  console.log(
    '\n## Recovery without noise, λ = 0.002: share of random starts with test error below 0.1, median of it over theory\n',
  );
  row('κ, κ*', 'threshold', 'd', 'α: recovered of 16, test of the theory, median measured');
  row(...Array(4).fill('---'));
  for (const [kappa, teacher, d, alphas] of recovery) {
    const cells = [];
    for (const alpha of alphas) {
      const optimizer = { kind: 'stationary', iterations: 6000 };
      const problem = configOf(d, [alpha, kappa, teacher, 0.002, 0], 'goe', optimizer);
      const theory = value(await predict(problem), 'testError').mean;
      const found = [];
      for (let r = 0; r < 16; r++) {
        const solution = await simulate({ ...problem, seed: `recovery ${r}`, simulation: { replicas: 1 } });
        found.push(value(solution, 'testError').mean);
      }
      found.sort((a, b) => a - b);
      const count = found.filter((test) => test < 0.1).length;
      cells.push(`${alpha}: ${count}, ${theory.toPrecision(2)}, ${found[8].toPrecision(2)}`);
    }
    const { sampleRatio } = recoveryThreshold({ widthRatio: kappa, teacherWidthRatio: teacher });
    row(`${kappa}, ${teacher}`, sampleRatio.toFixed(4), d, cells.join('; '));
  }
}
