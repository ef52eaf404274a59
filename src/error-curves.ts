// The figure that most theories share: training and test error over time, predicted as lines, simulated as dots, and
// the differences in standard errors below.
import type { Panel, Scale, Series, SeriesKind } from './chart.ts';
import { curveOf, type Shown } from './display.ts';
import { PALETTE } from './palette.ts';
import type { Solution } from './solution.ts';

/** Error curves in words, in the order of tables and figures. */
export const ERROR_WORDS = {
  trainError: 'training error',
  testError: 'test error',
  estimatedTestError: 'estimated test error',
} as const;

export const ERROR_COLORS: Readonly<Record<ErrorName, string>> = {
  trainError: PALETTE.blue,
  testError: PALETTE.vermillion,
  estimatedTestError: PALETTE.green,
};

export type ErrorName = keyof typeof ERROR_WORDS;

/** Beyond this ratio of largest to smallest value a logarithmic axis is easier to read. */
const LOG_FROM = 40;
/** So it is where more than half of the values lie in this share of a linear one from zero: behind a fast first fall, for instance. */
const CROWDED = 0.2;

export function scaleOf(series: readonly Series[]): Scale {
  const values = series.flatMap(({ y }) => Array.from(y)).filter(Number.isFinite);
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = values.reduce((a, b) => Math.max(a, b), 0);
  if (!(low > 0)) return 'linear';
  const small = values.filter((value) => value < CROWDED * high).length;
  return high / low > LOG_FROM || small > values.length / 2 ? 'log' : 'linear';
}

/** One curve of a solution as a series; with ends of its interval where the solution has them. */
export function seriesOf(
  solution: Solution | undefined,
  observable: string,
  style: { readonly name: string; readonly kind: SeriesKind; readonly color?: string },
): Series[] {
  const curve = curveOf(solution, observable);
  if (!solution || !curve) return [];
  const lower = curveOf(solution, `${observable}Lower`)?.values;
  const upper = curveOf(solution, `${observable}Upper`)?.values;
  const interval = lower && upper ? { lower, upper } : { standardError: curve.standardError };
  return [{ ...style, x: solution.times, y: curve.values, ...interval }];
}

/** The panels over `xLabel`: the errors, and what is left between simulation and prediction. Empty without curves. */
export function errorPanels({ prediction, simulation, residual }: Shown, xLabel: string): Panel[] {
  const series = (Object.keys(ERROR_WORDS) as ErrorName[]).flatMap((name) => {
    const color = ERROR_COLORS[name];
    if (name === 'estimatedTestError') {
      const style = { name: 'test error, estimated from training data', kind: 'estimate', color } as const;
      return [...seriesOf(prediction, name, style), ...seriesOf(simulation, name, style)];
    }
    const words = ERROR_WORDS[name];
    return [
      ...seriesOf(prediction, name, { name: `${words}, predicted`, kind: 'prediction', color }),
      ...seriesOf(simulation, name, { name: `${words}, simulated`, kind: 'simulation', color }),
    ];
  });
  if (series.length === 0) return [];
  const main = { xLabel, yLabel: 'mean squared error (label²)', yScale: scaleOf(series), series };
  return [main, ...residualPanel(residual ?? {}, simulation, xLabel)];
}

/** Differences in standard errors, where there are standard errors. */
function residualPanel(
  residual: NonNullable<Shown['residual']>,
  simulation: Solution | undefined,
  xLabel: string,
): Panel[] {
  const series = (['trainError', 'testError'] as const).flatMap((name): Series[] => {
    const observable = residual[name];
    if (!observable?.standardError?.some((error) => error > 0)) return [];
    const { values, standardError } = observable;
    const y = Float64Array.from(values, (value, i) =>
      standardError[i] > 0 ? value / standardError[i] : Number.NaN,
    );
    const x = simulation?.times.subarray(0, values.length) ?? [];
    const style = {
      name: `${ERROR_WORDS[name]}, simulated`,
      kind: 'simulation',
      color: ERROR_COLORS[name],
    } as const;
    return [{ ...style, x, y }];
  });
  if (series.length === 0) return [];
  return [{ xLabel, yLabel: '(sim. − pred.) / s.e.', series, baseline: 0, band: [-2, 2] }];
}
