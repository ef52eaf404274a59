// The figure of each command: which curves, in which colours, under which title.
import type { Figure } from '../figure/figure.ts';
import { PALETTE } from '../figure/palette.ts';
import type { Annotation, Panel, Series, SeriesKind } from '../figure/series.ts';
import type { Observable, Solution } from '../index.ts';
import { type Results, solutionsOf, statusOf } from './results.ts';
import { curvesOf } from './table.ts';

/** Curves that every theory shares, in the order of drawing. */
const ERRORS = {
  trainError: { name: 'training error', color: PALETTE.blue },
  testError: { name: 'test error', color: PALETTE.vermillion },
  estimatedTestError: { name: 'test error, estimated from training data', color: PALETTE.green },
} as const;
type ErrorName = keyof typeof ERRORS;

const Y_LABEL = 'mean squared error (label²)';
/** Beyond this ratio of largest to smallest value a logarithmic axis is easier to read. */
const LOG_FROM = 40;

/** The figure, or nothing where there is no curve of errors to show. */
export function figureOf(results: Results): Figure | undefined {
  const series = (Object.keys(ERRORS) as ErrorName[]).flatMap((name) =>
    Object.entries(solutionsOf(results)).flatMap(([role, solution]) => errorSeries(role, solution, name)),
  );
  if (series.length === 0) return undefined;
  const main: Panel = {
    xLabel: 'gradient-descent step',
    yLabel: Y_LABEL,
    yScale: scaleOf(series),
    series,
    annotations: annotationsOf(results),
  };
  const panels =
    results.command === 'compare' ? [main, ...residualPanel(results.comparison.residual)] : [main];
  return { title: titleOf(results), subtitle: subtitleOf(results), panels };
}

function errorSeries(role: string, solution: Solution, name: ErrorName): Series[] {
  const curves = new Map(curvesOf(solution));
  const curve = curves.get(name);
  if (!curve) return [];
  const lower = curves.get(`${name}Lower`)?.values;
  const upper = curves.get(`${name}Upper`)?.values;
  const interval = lower && upper ? { lower, upper } : { standardError: curve.standardError };
  return [{ ...ERRORS[name], ...styleOf(role, name), x: solution.times, y: curve.values, ...interval }];
}

function styleOf(role: string, curve: ErrorName): { name: string; kind: SeriesKind } {
  const { name } = ERRORS[curve];
  if (curve === 'estimatedTestError') return { name, kind: 'estimate' };
  if (role === 'fit')
    return curve === 'testError'
      ? { name: 'true error on other rows', kind: 'simulation' }
      : { name, kind: 'prediction' };
  return role === 'prediction' || role === 'predict'
    ? { name: `${name}, predicted`, kind: 'prediction' }
    : { name: `${name}, simulated`, kind: 'simulation' };
}

function scaleOf(series: readonly Series[]): 'linear' | 'log' {
  const values = series.flatMap(({ y }) => Array.from(y)).filter(Number.isFinite);
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = values.reduce((a, b) => Math.max(a, b), 0);
  return low > 0 && high / low > LOG_FROM ? 'log' : 'linear';
}

function annotationsOf(results: Results): Annotation[] {
  if (results.command !== 'fit') return [];
  const { step } = results.fit.stopping;
  return [{ x: step, text: `stop: step ${step}` }];
}

/** Differences in standard errors, where there are standard errors. */
function residualPanel(residual: Readonly<Record<string, Observable>>): Panel[] {
  const series = (['trainError', 'testError'] as const).flatMap((name): Series[] => {
    const observable = residual[name];
    if (!observable?.standardError?.some((error) => error > 0)) return [];
    const { values, standardError } = observable;
    const y = Float64Array.from(values, (value, i) =>
      standardError[i] > 0 ? value / standardError[i] : Number.NaN,
    );
    const x = Float64Array.from(values, (_, i) => i);
    return [
      {
        ...ERRORS[name],
        name: `${ERRORS[name].name}, simulated`,
        kind: 'simulation',
        x,
        y,
        standardError: undefined,
      },
    ];
  });
  if (series.length === 0) return [];
  return [
    { xLabel: 'gradient-descent step', yLabel: '(sim. − pred.) / s.e.', series, baseline: 0, band: [-2, 2] },
  ];
}

const TITLES = {
  predict: 'Predicted training',
  simulate: 'Simulated training',
  compare: 'Prediction beside simulation',
  fit: 'Training on your data, with the test error estimated from it',
} as const;

function titleOf(results: Results): string {
  const status = statusOf(results);
  if (status === 'complete') return TITLES[results.command];
  const last = Math.max(...Object.values(solutionsOf(results)).map(({ times }) => times.at(-1) ?? 0));
  const how = status === 'aborted' ? 'ABORTED: cut short by the user' : 'DIVERGED';
  return `${TITLES[results.command]} (${how} at step ${last})`;
}

/** Sizes and settings, as far as the problem has them. */
function subtitleOf(results: Results): string {
  const [solution] = Object.values(solutionsOf(results)).slice(-1);
  const { theory, problem } = solution;
  const { model, data, optimizer, seed } = problem as Readonly<
    Record<string, Record<string, unknown> | undefined>
  >;
  const activations = Array.isArray(model?.activations)
    ? model.activations
        .map((entry) => (typeof entry === 'object' ? (entry as { kind?: string })?.kind : entry))
        .join(', ')
    : undefined;
  const rates = optimizer?.learningRates;
  const shared = Array.isArray(rates) && rates.length <= 6 && rates.every((rate) => typeof rate === 'number');
  const runs = solution.kind === 'simulation' ? solution.diagnostics.runs : undefined;
  const parts: [string, unknown][] = [
    ['', theory],
    ['inputs', model?.inputDimension ?? data?.columns],
    ['samples', data?.sampleCount ?? data?.rows],
    ['', model?.width === undefined ? undefined : `width ${model.width}`],
    ['', activations],
    ['', shared ? `rates ${rates.join(', ')}` : undefined],
    ['replicas', runs],
    ['', typeof seed === 'string' ? `seed ${JSON.stringify(seed)}` : undefined],
  ];
  const settings = parts
    .filter(([, value]) => typeof value === 'string' || typeof value === 'number')
    .map(([label, value]) => `${value} ${label}`.trimEnd())
    .join(' · ');
  const interval =
    results.command === 'fit' ? 'Band: 95 % interval.' : 'Bars and bands: ± 2 standard errors.';
  return `${settings}\n${interval}`;
}
