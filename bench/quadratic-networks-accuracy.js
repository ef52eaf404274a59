// Predictions of quadratic networks beside experiments of growing order, with the limit by a straight line in 1/d: the tables of
// docs/theories/quadratic-networks.md. `node scripts/build.js --quick && node bench/quadratic-networks-accuracy.js`, ten minutes or so;
// with `paths`, `ends` or `recovery` behind it, only those.
import { predict, recoveryThreshold, simulate } from '../build/esm/index.js';

const wanted = process.argv.slice(2);
const asked = (name) => wanted.length === 0 || wanted.includes(name);

const config = (d, [alpha, kappa, teacher, weightDecay, noiseVariance], measurements, optimizer) => ({
  theory: 'quadratic-networks',
  model: { inputDimension: d, widthRatio: kappa },
  data: { sampleRatio: alpha, teacherWidthRatio: teacher, noiseVariance, measurements },
  optimizer: { ...optimizer, weightDecay },
  seed: 'accuracy',
});

const value = ({ observables }, name, k = observables[name].values.length - 1) => ({
  mean: observables[name].values[k],
  error: observables[name].standardError?.[k] ?? 0,
});

const words = ({ mean, error }) => {
  const digits = Math.max(0, Math.min(5, 1 - Math.floor(Math.log10(error || mean / 1000))));
  return `${mean.toFixed(digits)}${error ? ` ± ${error.toFixed(digits)}` : ''}`;
};

/** Value at 1/d = 0 of the weighted straight line through [d, { mean, error }]. */
function limit(points) {
  let [w, wx, wxx, wy, wxy] = [0, 0, 0, 0, 0];
  for (const [d, { mean, error }] of points) {
    const weight = 1 / (error * error);
    const x = 1 / d;
    w += weight;
    wx += weight * x;
    wxx += weight * x * x;
    wy += weight * mean;
    wxy += weight * x * mean;
  }
  const scale = w * wxx - wx * wx;
  return { mean: (wxx * wy - wx * wxy) / scale, error: Math.sqrt(wxx / scale) };
}

const row = (...cells) => console.log(`| ${cells.join(' | ')} |`);

const descent = (learningRate, steps) => ({ kind: 'gradient-descent', learningRate, steps });
const paths = [
  [
    'A',
    [0.3, 1, 0.5, 0.02, 1],
    descent(0.02, 80),
    {
      goe: [
        [16, 300],
        [32, 150],
        [48, 60],
        [64, 32],
      ],
      gaussian: [
        [32, 100],
        [64, 24],
        [96, 10],
      ],
    },
    [
      [64, 16],
      [100, 10],
    ],
  ],
  [
    'B',
    [0.5, 0.5, 0.3, 0.1, 0.25],
    descent(0.02, 150),
    {
      goe: [
        [20, 100],
        [40, 40],
        [60, 12],
      ],
      gaussian: [
        [40, 60],
        [80, 16],
      ],
    },
    [
      [60, 16],
      [100, 8],
    ],
  ],
  [
    'C',
    [0.3, 0.2, 0.5, 0, 0],
    descent(0.02, 150),
    {
      goe: [
        [20, 100],
        [40, 40],
        [60, 12],
      ],
    },
    [
      [60, 16],
      [100, 8],
    ],
  ],
  [
    'D',
    [0.25, 1, 0.3, 0.02, 1],
    descent(0.015, 200),
    {
      goe: [
        [20, 100],
        [40, 40],
        [60, 12],
      ],
    },
    [
      [60, 16],
      [80, 10],
    ],
  ],
];
const sizes = [
  [20, 64],
  [40, 32],
  [60, 10],
];
const ends = [
  [0.5, 1, 0.3, 0.1, 0.25],
  [0.3, 2, 0.3, 0.1, 0.25],
  [0.5, 0.3, 0.3, 0.1, 0.25],
  [0.5, 0.2, 0.3, 0.1, 0.25],
  [0.3, 0.4, 0.3, 0.05, 0.5],
  [0.3, 0.3, 0.3, 0.05, 0.5],
  [0.3, 0.2, 0.3, 0.05, 0.5],
  [0.3, 0.25, 0.3, 0.01, 0.5],
  [0.2, 0.15, 0.3, 0.02, 0.5],
];

if (asked('paths')) {
  console.log('## Paths: the last step\n');
  row('', '(α, κ, κ*, λ, Δ), time', 'what', 'd (runs)', 'test', 'train');
  row(...Array(6).fill('---'));
  for (const [name, parameters, optimizer, experiments, theories] of paths) {
    const about = `(${parameters.join(', ')}), ${optimizer.learningRate * optimizer.steps}`;
    for (const [measurements, sizes] of Object.entries(experiments)) {
      const found = { testError: [], trainError: [] };
      for (const [d, replicas] of sizes) {
        const solution = await simulate({
          ...config(d, parameters, measurements, optimizer),
          simulation: { replicas },
        });
        for (const quantity in found) found[quantity].push([d, value(solution, quantity)]);
        const [test, train] = Object.values(found).map((list) => words(list.at(-1)[1]));
        row(name, about, `${measurements} data`, `${d} (${replicas})`, test, train);
      }
      row(
        name,
        about,
        `${measurements} data`,
        '1/d → 0',
        ...Object.values(found).map((list) => words(limit(list))),
      );
    }
    for (const [dimension, repetitions] of theories) {
      const solution = await predict({
        ...config(60, parameters, 'goe', optimizer),
        prediction: { dimension, replicas: 4, repetitions, twoTime: false },
      });
      const cells = ['testError', 'trainError'].map((quantity) => words(value(solution, quantity)));
      row(name, about, '**theory**', `${dimension} (${repetitions})`, ...cells);
    }
  }
}

if (asked('ends')) {
  console.log('\n## End points: measured over theory\n');
  row(
    '(α, κ, κ*, λ, Δ)',
    'flag',
    'test, train of the theory',
    ...sizes.map(([d]) => `test, d = ${d}`),
    'test, 1/d → 0',
    `train, d = ${sizes.at(-1)[0]}`,
    `energy, d = ${sizes.at(-1)[0]}`,
  );
  row(...Array(6 + sizes.length).fill('---'));
  for (const parameters of ends) {
    const optimizer = { kind: 'stationary', iterations: 4000 };
    const theory = await predict(config(40, parameters, 'goe', optimizer));
    const ratios = { testError: [], trainError: [], energy: [] };
    for (const [d, replicas] of sizes) {
      const solution = await simulate({
        ...config(d, parameters, 'goe', optimizer),
        simulation: { replicas },
      });
      for (const quantity in ratios) {
        const { mean, error } = value(solution, quantity);
        const { mean: expected } = value(theory, quantity);
        ratios[quantity].push([d, { mean: mean / expected, error: error / expected }]);
      }
    }
    row(
      parameters.join(', '),
      theory.diagnostics.reliability[0].flag,
      ['testError', 'trainError'].map((quantity) => value(theory, quantity).mean.toPrecision(4)).join(', '),
      ...ratios.testError.map(([, ratio]) => words(ratio)),
      words(limit(ratios.testError)),
      words(ratios.trainError.at(-1)[1]),
      words(ratios.energy.at(-1)[1]),
    );
  }
}

if (asked('recovery')) {
  console.log(
    '\n## Recovery without noise, λ = 0.002: share of random starts with test error below 0.1, median of it over theory\n',
  );
  row('κ, κ*', 'threshold', 'd', 'α: recovered of 16, test of the theory, median measured');
  row(...Array(4).fill('---'));
  for (const [kappa, teacher, d, alphas] of [
    [0.2, 0.2, 30, [0.18, 0.19, 0.2, 0.21, 0.22, 0.23]],
    [0.3, 0.2, 30, [0.23, 0.24, 0.25, 0.26, 0.27]],
    [1, 0.2, 30, [0.22, 0.24, 0.26, 0.28]],
  ]) {
    const cells = [];
    for (const alpha of alphas) {
      const optimizer = { kind: 'stationary', iterations: 6000 };
      const problem = config(d, [alpha, kappa, teacher, 0.002, 0], 'goe', optimizer);
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
