// The figures of each command: what the theory shows, under a title that says how the run went.
import type { Chart, Panel } from '../chart.ts';
import { timeInDigits } from '../digits.ts';
import { ERROR_COLORS, ERROR_WORDS, scaleOf, seriesOf } from '../error-curves.ts';
import type { Figure } from '../figure/figure.ts';
import { displayOf } from '../theories/displays.ts';
import { STEP_LABEL } from '../theories/finite-width/display.ts';
import { ratesUsed } from './rates.ts';
import { type Results, shownOf, solutionsOf, statusOf, theoryOf, timeAxisOf } from './results.ts';

/** What there is to draw, the main chart first under the empty name. */
export function chartsOf(results: Results): readonly Chart[] {
  return results.command === 'fit'
    ? fitCharts(results.fit)
    : displayOf(theoryOf(results)).charts(shownOf(results));
}

/** The figures of the charts by name, under titles that say what they are of. */
export function figuresOf(
  results: Results,
  charts: readonly Chart[] = chartsOf(results),
): [name: string, figure: Figure][] {
  return charts.map((chart) => {
    const { name, title, ...rest } = chart;
    return [name, { ...rest, title: titleOf(results, title), subtitle: subtitleOf(results, chart) }];
  });
}

/** The fit on the user's rows: one figure, with the step at which to stop. */
function fitCharts({ solution, stopping }: Extract<Results, { command: 'fit' }>['fit']): Chart[] {
  const words = {
    trainError: { name: ERROR_WORDS.trainError, kind: 'prediction' },
    testError: { name: 'true error on other rows', kind: 'simulation' },
    estimatedTestError: { name: 'test error, estimated from training data', kind: 'estimate' },
  } as const;
  const series = (['trainError', 'testError', 'estimatedTestError'] as const).flatMap((name) =>
    seriesOf(solution, name, { ...words[name], color: ERROR_COLORS[name] }),
  );
  if (series.length === 0) return [];
  const { step } = stopping;
  const named = solution.status === 'diverged' ? 'lowest' : 'stop';
  const annotations = [{ x: step, text: `${named}: step ${step}` }];
  const yLabel = 'mean squared error (label²)';
  return [
    { name: '', panels: [{ xLabel: STEP_LABEL, yLabel, yScale: scaleOf(series), series, annotations }] },
  ];
}

const lastOf = (results: Results) => Object.values(solutionsOf(results)).at(-1)!;

const TITLES = {
  predict: 'Predicted training',
  simulate: 'Simulated training',
  compare: 'Prediction beside simulation',
  fit: 'Training on your data, with the test error estimated from it',
} as const;

function titleOf(results: Results, own?: string): string {
  const title = own ?? TITLES[results.command];
  const status = statusOf(results);
  if (status === 'complete') return title;
  const ended = Object.values(solutionsOf(results)).filter((solution) => solution.status === status);
  const lasts = ended.map(({ times }) => times.at(-1) ?? 0);
  // What stands behind the first that was cut short had hardly begun.
  const last = status === 'aborted' ? lasts[0] : Math.min(...lasts);
  return `${title} (${status.toUpperCase()} at ${timeAxisOf(results)} ${timeInDigits(last)})`;
}

/** Rates that were given are among the settings. */
function automaticRates(results: Results): string[] {
  if (results.command !== 'fit') return [];
  const { optimizer } = results.fit.solution.problem as { optimizer?: { learningRates?: unknown } };
  const rates = optimizer?.learningRates === 'auto' ? ratesUsed(results.fit.solution) : undefined;
  return rates === undefined ? [] : [`rates ${rates}`];
}

/** Sizes and settings, then what the bars mean. */
function subtitleOf(results: Results, { panels }: Chart): string {
  const { theory, problem, kind, diagnostics } = lastOf(results);
  const { seed } = problem;
  const settings = [
    theory,
    ...displayOf(theory).settings(problem),
    ...automaticRates(results),
    ...(kind === 'simulation' ? [`${diagnostics.runs} replica${diagnostics.runs === 1 ? '' : 's'}`] : []),
    ...(typeof seed === 'string' ? [`seed ${JSON.stringify(seed)}`] : []),
  ]
    .map((setting) => setting.replaceAll(' ', '\u00a0'))
    .join(' · ');
  const drawn = panels.some(
    ({ series, band }) =>
      band !== undefined || series.some(({ standardError, lower }) => standardError ?? lower),
  );
  if (!drawn) return settings;
  const bars = panels.some(({ series }) => series.some(({ kind }) => kind === 'simulation'));
  const interval =
    results.command === 'fit'
      ? `Band: 95 % interval.${bars ? ' Bars: ± 2 standard errors.' : ''}`
      : `Bars and bands: ± 2 standard errors${panels.some(reachesZero) ? '; those that reach 0 end, open, at a tenth of the value' : ''}.`;
  return `${settings}\n${interval}`;
}

/** Whether an interval has an end for which a logarithmic axis has no place. */
const reachesZero = ({ yScale, series }: Panel): boolean =>
  yScale === 'log' &&
  series.some(({ y, standardError }) =>
    Array.from(y).some((value, i) => value > 0 && value - 2 * (standardError?.[i] ?? 0) <= 0),
  );
