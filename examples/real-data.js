// The estimated test error on real data beside the true error on held-out rows, exact leave-one-out and 10-fold
// cross-validation, over random splits. Prints the tables of docs/real-data.md; with --out DIR it writes the curves as
// CSV and JSON and the figure as SVG.
//
//   npm run build && node examples/real-data.js [--splits 40] [--out DIR]
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fit } from '../build/esm/index.js';
import { createStream } from '../build/esm/numerics.js';
import { bostonHousePrices, split, threesAndEights } from './real-data/sets.js';

const { values: options } = parseArgs({
  options: { splits: { type: 'string', default: '40' }, out: { type: 'string' } },
});
const splits = Number(options.splits);

const experiments = [
  { set: bostonHousePrices(), rows: 150, model: { width: 4, activations: ['gelu'] }, steps: 400 },
  { set: threesAndEights(), rows: 200, model: { width: 4, activations: ['gelu'] }, steps: 300 },
];

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const standardError = (values) => {
  const centre = mean(values);
  return Math.sqrt(
    values.reduce((sum, v) => sum + (v - centre) ** 2, 0) / (values.length - 1) / values.length,
  );
};
const percent = (values) =>
  `${(100 * mean(values)).toFixed(1)} ± ${(100 * standardError(values)).toFixed(1)}`;
const lowest = (curve) => curve.indexOf(Math.min(...curve));

/** Curves of one split by each way of estimating. */
async function runSplit({ set, rows, model, steps }, index) {
  const permutation = createStream('real data', set.name, index).permutation(set.labels.length);
  const { train, test } = split(set, rows, permutation);
  const config = { theory: 'finite-width', model, optimizer: { steps }, seed: `split ${index}` };
  const timed = async (estimator, extra) => {
    const started = performance.now();
    const result = await fit(train, { ...config, estimator }, extra);
    const curve = [...result.solution.observables.estimatedTestError.values];
    return { result, curve, seconds: (performance.now() - started) / 1000 };
  };
  const own = await timed({}, { test });
  const tangent = await timed({ kind: 'tangent', head: 'all' });
  const coarse = await timed({ kind: 'tangent', head: 8 });
  const validation = await timed({ kind: 'cross-validation', folds: 10 });
  const exact = await timed({ kind: 'tangent', head: 0, refits: rows });
  const observable = (name) => [...own.result.solution.observables[name].values];
  return {
    truth: observable('testError'),
    train: observable('trainError'),
    lower: observable('estimatedTestErrorLower'),
    upper: observable('estimatedTestErrorUpper'),
    ways: {
      default: own,
      'tangent, head all': tangent,
      'tangent, head 8': coarse,
      '10-fold CV': validation,
      'exact LOO': exact,
    },
  };
}

function tableOf(runs, ways) {
  const lines = [
    '| | estimate − true at the last step, % of the mean true error | distance to LOO at the last step, % of LOO: median, largest | estimate − true at its stopping step, % | excess true error of its stopping step, % | in the interval | seconds |',
    '|---|---|---|---|---|---|---|',
  ];
  for (const way of ways) {
    const each = (value) => runs.map((run) => value(run, run.ways[way]));
    const scale = mean(runs.map(({ truth }) => truth.at(-1)));
    const last = each(({ truth }, { curve }) => (curve.at(-1) - truth.at(-1)) / scale);
    const againstExact = each(({ ways: all }, { curve }) =>
      Math.abs(curve.at(-1) / all['exact LOO'].curve.at(-1) - 1),
    );
    const stopped = each(
      ({ truth }, { result }) => result.stopping.estimatedTestError / truth[result.stopping.step] - 1,
    );
    const regret = each(({ truth }, { result }) => truth[result.stopping.step] / Math.min(...truth) - 1);
    const covered = each(({ truth }, { result }) => {
      const [low, high] = result.stopping.interval;
      return low <= truth[result.stopping.step] && truth[result.stopping.step] <= high;
    });
    const seconds = each((_, { seconds: time }) => time);
    const sorted = againstExact.sort((a, b) => a - b);
    const gap = `${(100 * sorted[sorted.length >> 1]).toFixed(2)}, ${(100 * sorted.at(-1)).toFixed(1)}`;
    lines.push(
      `| ${way} | ${percent(last)} | ${gap} | ${percent(stopped)} | ${percent(regret)} | ${covered.filter(Boolean).length} of ${runs.length} | ${mean(seconds).toFixed(2)} |`,
    );
  }
  const noStop = runs.map(({ truth }) => truth.at(-1) / Math.min(...truth) - 1);
  lines.push(`| no stopping | | | | ${percent(noStop)} | | |`);
  const end = mean(runs.map(({ truth }) => truth.at(-1)));
  const onTrain = runs.map(({ truth, train }) => (train.at(-1) - truth.at(-1)) / end);
  lines.push(`| training error | ${percent(onTrain)} | | | | | |`);
  return lines.join('\n');
}

/** Mean over splits of a curve relative to the mean truth, with its standard error. */
const averaged = (runs, curve) => {
  const steps = curve(runs[0]).length;
  const at = Array.from({ length: steps }, (_, t) => runs.map((run) => curve(run)[t]));
  return { y: at.map(mean), standardError: at.map(standardError) };
};

async function write(directory, finished) {
  mkdirSync(directory, { recursive: true });
  const panels = finished.map(({ set, rows, runs }) => {
    const x = runs[0].truth.map((_, t) => t);
    const series = [
      {
        name: 'estimate',
        kind: 'estimate',
        x,
        ...averaged(runs, ({ ways }) => ways.default.curve),
      },
      { name: 'true error, held-out rows', kind: 'prediction', x, ...averaged(runs, ({ truth }) => truth) },
      {
        name: '10-fold cross-validation',
        kind: 'prediction',
        x,
        y: averaged(runs, ({ ways }) => ways['10-fold CV'].curve).y,
      },
      { name: 'training error', kind: 'prediction', x, y: averaged(runs, ({ train }) => train).y },
    ];
    return {
      xLabel: `step (${rows} training rows)`,
      yLabel: `squared error, ${set.name}`,
      yScale: 'log',
      series,
    };
  });
  const names = ['true', 'train', 'estimate', 'lower', 'upper', 'crossValidation', 'leaveOneOut'];
  const table = finished.flatMap(({ set, runs }) =>
    runs.flatMap(({ truth, train, lower, upper, ways }, index) =>
      truth.map((value, t) =>
        [
          set.name,
          index,
          t,
          value,
          train[t],
          ways.default.curve[t],
          lower[t],
          upper[t],
          ways['10-fold CV'].curve[t],
          ways['exact LOO'].curve[t],
        ].join(','),
      ),
    ),
  );
  writeFileSync(
    join(directory, 'curves.csv'),
    [['data', 'split', 'step', ...names].join(','), ...table, ''].join('\n'),
  );
  writeFileSync(join(directory, 'figure.json'), `${JSON.stringify(panels)}\n`);
  const { figure } = await drawing();
  const title = 'Test error on real data, estimated from the training rows alone';
  const subtitle = `Mean over ${splits} random splits; bands and bars of two standard errors`;
  writeFileSync(
    join(directory, 'real-data.svg'),
    figure({ title, subtitle, layout: 'side-by-side', panels }),
  );
}

/** The figures of the command line are no public part of the library: bundled here from their source. */
async function drawing() {
  const { build } = await import('esbuild');
  const source = new URL('../src/figure/figure.ts', import.meta.url).pathname;
  const outfile = new URL('../build/scratch/figure.mjs', import.meta.url).pathname;
  await build({
    entryPoints: [source],
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    outfile,
  });
  return import(outfile);
}

const finished = [];
for (const experiment of experiments) {
  const runs = [];
  for (let index = 0; index < splits; index++) runs.push(await runSplit(experiment, index));
  finished.push({ ...experiment, runs });
  const { set, rows, model, steps } = experiment;
  const stops = runs.map(({ ways }) => ways.default.result.stopping.step).sort((a, b) => a - b);
  const best = runs.map(({ truth }) => lowest(truth)).sort((a, b) => a - b);
  const warned = runs.flatMap(({ ways }) => ways.default.result.warnings.map(({ code }) => code));
  const counts = [...new Set(warned)].map(
    (code) => `${code} ${warned.filter((other) => other === code).length}`,
  );
  console.log(`\n### ${set.name}\n`);
  console.log(
    `${rows} training rows, ${set.labels.length - rows} held out, ${splits} splits; width ${model.width}, ${model.activations.join('/')}, ${steps} steps, automatic rates.`,
  );
  const { exact } = runs[0].ways.default.result.cost;
  const { head, rank } = runs[0].ways.default.result.solution.diagnostics.estimator;
  const way = exact
    ? 'every row retrained, as the cheaper way'
    : `tangent, head ${head} of ${rank} components`;
  console.log(`Default: ${way}.`);
  console.log(
    `Stopping step: median ${stops[stops.length >> 1]} (best ${best[best.length >> 1]}). Warnings: ${counts.join(', ') || 'none'}.\n`,
  );
  console.log(tableOf(runs, Object.keys(runs[0].ways)));
}
if (options.out) await write(options.out, finished);
