// Results and costs as a page of text.
import type { CostEstimate, FitCost } from '../index.ts';
import { displayOf } from '../theories/displays.ts';
import { duration } from './progress.ts';
import { ratesUsed } from './rates.ts';
import { type Results, shownOf, statusOf, theoryOf, timeAxisOf } from './results.ts';
import {
  curveColumn,
  curvesOf,
  formatTable,
  short,
  spreadOverBoth,
  stepTable,
  type TableColumn,
} from './table.ts';
import { verdict } from './verdict.ts';

/** What `±` means. A fit's figure says itself what its band is. */
const footnote = ({ command }: Results) =>
  `± one standard error${command === 'fit' ? '' : '; the bars and bands of the figure are two'}.`;

/** The readable page of a command. */
export function summaryOf(results: Results): string {
  const table = tableOf(results);
  const lines = table.includes(' ± ') ? [table, footnote(results)] : [table];
  const status = statusOf(results);
  const held = results.command === 'compare' ? verdictOf(results) : [];
  if (held.length > 0) lines.push('', ...held);
  const notes = displayOf(theoryOf(results)).notes?.(shownOf(results)) ?? [];
  if (notes.length > 0) lines.push('', ...notes);
  if (results.command === 'fit' && results.fit.solution.times.length > 0)
    lines.push('', stoppingText(results.fit), ...ratesText(results.fit));
  if (status === 'aborted') lines.push('', 'ABORTED: the values stop where the run was cut short.');
  if (status === 'diverged')
    lines.push('', 'DIVERGED: the values stop where they ceased to be finite. Lower the learning rates.');
  return lines.join('\n');
}

function verdictOf(results: Extract<Results, { command: 'compare' }>): string[] {
  const { comparison } = results;
  return verdict(comparison, displayOf(comparison.prediction.theory).words, timeAxisOf(results));
}

function tableOf(results: Results): string {
  if (results.command === 'fit') return fitTable(results.fit);
  const axis = timeAxisOf(results);
  if (results.command === 'compare') {
    const { prediction, simulation } = results.comparison;
    const predicted = new Map(curvesOf(prediction));
    const simulated = new Map(curvesOf(simulation));
    const { words } = displayOf(prediction.theory);
    const columns = Object.entries(words).flatMap(([name, inWords]): TableColumn[] => {
      const both = [
        [predicted.get(name), 'predicted'],
        [simulated.get(name), 'simulated'],
      ] as const;
      return both.flatMap(([curve, how]) =>
        curve ? [curveColumn(columnName(name, inWords, how), curve)] : [],
      );
    });
    const [shorter, longer] = [prediction.times, simulation.times].sort((a, b) => a.length - b.length);
    const rows = spreadOverBoth(shorter.length, longer.length);
    return stepTable(longer, columns, { rows, timeAxis: axis });
  }
  const { words } = displayOf(results.solution.theory);
  const curves = curvesOf(results.solution);
  const known = curves.filter(([name]) => name in words);
  const columns = (known.length > 0 ? known : curves).map(([name, curve]) =>
    curveColumn(words[name] ?? name, curve),
  );
  return stepTable(results.solution.times, columns, { timeAxis: axis });
}

const columnName = (name: string, inWords: string, how: string) =>
  name === 'estimatedTestError' ? inWords : `${inWords.replace(' error', '')} ${how}`;

type Fit = Extract<Results, { command: 'fit' }>['fit'];

function fitTable({ solution, stopping }: Fit): string {
  const curves = new Map(curvesOf(solution));
  const column = (name: string, title: string) => {
    const curve = curves.get(name);
    return curve
      ? [
          curveColumn(title, {
            ...curve,
            standardError: name === 'testError' ? curve.standardError : undefined,
          }),
        ]
      : [];
  };
  const lower = curves.get('estimatedTestErrorLower')?.values;
  const upper = curves.get('estimatedTestErrorUpper')?.values;
  const interval =
    lower && upper
      ? [{ name: '95 % interval', cell: (row: number) => `${short(lower[row])} to ${short(upper[row])}` }]
      : [];
  const columns = [
    ...column('trainError', 'training error'),
    ...column('estimatedTestError', 'estimated test error'),
    ...interval,
    ...column('testError', 'true error on other rows'),
  ];
  return stepTable(solution.times, columns, { marks: [stopping.step] });
}

/** Where to stop, with the estimate there; where training diverged, that this is no answer. */
export function stoppingText({ solution, stopping }: Fit): string {
  const [low, high] = stopping.interval;
  if (solution.status === 'diverged') {
    const lowest = `the lowest estimate before that, ${short(stopping.estimatedTestError)} at step ${stopping.step}, is no answer`;
    return `No step to stop at: training diverged, and ${lowest}.`;
  }
  const rule =
    stopping.rule === 'minimum'
      ? 'the minimum of the estimate'
      : 'the first step within one standard error of the minimum';
  return `Stop at step ${stopping.step} (${rule}): estimated test error ${short(stopping.estimatedTestError)}, 95 % interval ${short(low)} to ${short(high)}.`;
}

/** With which steps of which loss: what another trainer has to be told. */
export function ratesText({ solution }: Pick<Fit, 'solution'>): string[] {
  const rates = ratesUsed(solution);
  if (rates === undefined) return [];
  const { scaling } = { ...(solution.diagnostics.preparation as object) } as { scaling?: string };
  const rows =
    scaling === 'none' ? 'the rows as given' : `the prepared rows (scaled ${scaling}, labels of variance 1)`;
  return [
    `Learning rates, first layer to output: ${rates}, of full-batch steps on half the mean squared error of ${rows}.`,
  ];
}

/** `1.2 GiB`, `340 MiB`. */
export function size(bytes: number): string {
  return bytes >= 2 ** 30
    ? `${(bytes / 2 ** 30).toFixed(1)} GiB`
    : `${Math.max(1, Math.ceil(bytes / 2 ** 20))} MiB`;
}

/** What runs of a theory will take, on one thread. */
export function costText(costs: Readonly<Record<string, CostEstimate>>): string {
  const rows = Object.entries(costs).map(([name, { runs, bytes, multiplyAdds, seconds }]) => [
    name,
    String(runs),
    size(bytes),
    multiplyAdds.toExponential(1),
    `about ${duration(seconds)}`,
  ]);
  return formatTable(['job', 'runs', 'memory per run', 'multiply-adds', 'time on one thread'], rows);
}

/** What a fit will cost, beside its alternatives. */
export function fitCostText(cost: FitCost): string {
  const times = (flops: number) => `${short(Number((flops / cost.gradientDescent).toPrecision(2)))} ×`;
  const rows = [
    ['plain gradient descent', cost.gradientDescent, '1 ×'],
    ['cross-validation', cost.crossValidation, times(cost.crossValidation)],
    [`this estimate (${cost.kind})`, cost.estimator, times(cost.estimator)],
    ['this fit, all told', cost.flops, times(cost.flops)],
  ] as const;
  const table = formatTable(
    ['', 'flops', 'of plain descent'],
    rows.map(([name, flops, ratio]) => [name, flops.toExponential(1), ratio]),
  );
  return `${table}\nAbout ${duration(cost.seconds)} and ${size(cost.bytes)} of memory.`;
}
