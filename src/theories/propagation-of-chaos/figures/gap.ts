// The gap over time, where all widths lie on one curve, and over widths, where it is a straight line.
import type { Chart, Panel, Series } from '../../../chart.ts';
import { withError } from '../../../digits.ts';
import { curveOf, type Shown } from '../../../display.ts';
import { scaleOf, seriesOf } from '../../../error-curves.ts';
import type { Observable, Solution } from '../../../solution.ts';
import { type PowerLaw, powerLaw } from '../power-law.ts';
import type { PropagationProblem } from '../problem.ts';
import { COLORS, LAW, MOST_COLORS, measurable, QUIET, short, spread, timeLabel } from './style.ts';

interface Gap {
  readonly width: number;
  readonly color: string;
  /** m·gap² by time. */
  readonly values: Float64Array;
  readonly standardError?: Float64Array;
}

/** The scaled gap of the simulated networks. */
function gapsOf(simulation: Solution | undefined): Gap[] {
  if (!simulation) return [];
  const { widths, gapAgainstWidth } = simulation.observables;
  const { model } = simulation.problem as PropagationProblem;
  if (!widths || !gapAgainstWidth) {
    const own = curveOf(simulation, 'scaledGap');
    const values = own?.values.map((value) => model.width * measurable(value / model.width));
    return own && values ? [{ ...own, values, width: model.width, color: COLORS[0] }] : [];
  }
  const times = gapAgainstWidth.shape[1]!;
  return spread(widths.values.length, MOST_COLORS).map((w, i): Gap => {
    const width = widths.values[w]!;
    const row = (all: Float64Array) => all.slice(w * times, (w + 1) * times).map((value) => width * value);
    const { values, standardError } = gapAgainstWidth;
    return {
      width,
      color: COLORS[i]!,
      values: row(values.map(measurable)),
      ...(standardError && { standardError: row(standardError) }),
    };
  });
}

/** The gap of networks of width m from m·gap², where it can be measured, with the standard error that follows to first order. */
export function rootGap(
  { values, standardError }: Observable,
  m: number,
): Pick<Observable, 'values' | 'standardError'> {
  const roots = values.map((value) => Math.sqrt(measurable(value / m)));
  return {
    values: roots,
    ...(standardError && { standardError: standardError.map((error, i) => error / m / (2 * roots[i]!)) }),
  };
}

/** Dots that one panel has room for. */
const MOST_DOTS = 40;

/** Times at which the i-th of n curves that lie on each other is dotted, so that their dots stand side by side. */
function inTurn(times: number, i: number, n: number): number[] {
  const stride = Math.ceil(times / MOST_DOTS);
  const own = Array.from({ length: times }, (_, t) => t);
  return own.filter((t) => t % (n * stride) === i * stride);
}

/** m·gap² of several widths on Ω_f. */
export function gapOverTime(shown: Shown): Chart | undefined {
  const { prediction, simulation } = shown;
  const gaps = gapsOf(simulation);
  const law = seriesOf(prediction, 'scaledGap', {
    name: 'Ω, predicted for m → ∞',
    kind: 'prediction',
    color: LAW,
  }).map((series) => ({ ...series, y: Array.from(series.y, measurable) }));
  const times = simulation?.times ?? [];
  const networks = gaps.map(({ width, color, values, standardError }, i): Series => {
    const at = inTurn(values.length, i, gaps.length);
    return {
      name: `m = ${width}`,
      kind: 'simulation',
      color,
      x: at.map((t) => times[t]!),
      y: at.map((t) => values[t]!),
      ...(standardError && { standardError: at.map((t) => standardError[t]!) }),
    };
  });
  const series = [...law, ...networks];
  if (series.length === 0) return undefined;
  const xLabel = timeLabel(shown);
  const panels: Panel[] = [{ xLabel, yLabel: 'm · gap² (label²)', yScale: scaleOf(series), series }];
  const predicted = curveOf(prediction, 'scaledGap')?.values;
  const residuals = predicted ? gaps.flatMap((gap) => residual(gap, predicted, times)) : [];
  if (residuals.length > 0) {
    panels.push({ xLabel, yLabel: '(sim. − pred.) / s.e.', series: residuals, baseline: 0, band: [-2, 2] });
  }
  return { name: '', title: 'Distance of networks of width m from infinite width', panels };
}

function residual(
  { width, color, values, standardError }: Gap,
  predicted: Float64Array,
  x: ArrayLike<number>,
): Series[] {
  if (!standardError?.some((error) => error > 0)) return [];
  const y = values.map((value, t) =>
    standardError[t]! > 0 ? (value - predicted[t]!) / standardError[t]! : Number.NaN,
  );
  return [{ name: `m = ${width}`, kind: 'simulation', color, x, y }];
}

/** The squared gap of every simulated width at one recorded time. */
interface Column {
  readonly time: number;
  readonly index: number;
  readonly values: Float64Array;
  readonly standardError?: Float64Array;
  /** Through the widths, where there are several networks of each: one alone scatters too much. */
  readonly law: PowerLaw | undefined;
}

/** The recorded times at which float64 can measure the gap of every width. */
export function gapColumns(simulation: Solution | undefined): Column[] {
  const { widths, gapAgainstWidth } = simulation?.observables ?? {};
  if (!simulation || !widths || !gapAgainstWidth) return [];
  const times = gapAgainstWidth.shape[1]!;
  return Array.from(simulation.times, (time, t): Column => {
    const at = (all: Float64Array) => widths.values.map((_, w) => all[w * times + t]!);
    const values = at(gapAgainstWidth.values).map(measurable);
    const standardError = gapAgainstWidth.standardError && at(gapAgainstWidth.standardError);
    const law = standardError && powerLaw(widths.values, values, standardError);
    return { time, index: t, values, law, ...(standardError && { standardError }) };
  }).filter(({ values }) => values.every(Number.isFinite));
}

/** `−1.018 ± 0.027` */
export const exponentInWords = ({ exponent, standardError }: PowerLaw): string =>
  (standardError === undefined ? exponent.toFixed(2) : withError(exponent, standardError)).replace('-', '−');

/** gap² against m at a few times, with the slope of each. */
export function gapOverWidth({ prediction, simulation }: Shown): Chart | undefined {
  const columns = gapColumns(simulation);
  const m = simulation?.observables.widths?.values;
  if (!m || columns.length === 0) return undefined;
  const predicted = curveOf(prediction, 'scaledGap')?.values;
  const series = spread(columns.length, 4).flatMap((at, i): Series[] => {
    const { time, index, values, standardError, law } = columns[at]!;
    const style = { name: 'Ω/m, predicted', kind: 'prediction', color: LAW } as const;
    return [
      ...(predicted ? [{ ...style, x: m, y: m.map((width) => predicted[index]! / width) }] : []),
      {
        name: `t = ${short(time)}${law ? `, slope ${exponentInWords(law)}` : ''}`,
        kind: 'simulation',
        color: COLORS[i]!,
        x: m,
        y: values,
        ...(standardError && { standardError }),
      },
    ];
  });
  const top = columns.reduce((most, { values }) => Math.max(most, values[0]!), 0) * m[0]!;
  const reference: Series = {
    name: 'slope −1',
    kind: 'bound',
    color: QUIET,
    x: m,
    y: m.map((width) => (2 * top) / width),
  };
  const panel: Panel = {
    xLabel: 'width m (neurons)',
    yLabel: 'gap² (label²)',
    xScale: 'log',
    xTicks: spread(m.length, 8).map((w) => m[w]!),
    yScale: 'log',
    series: [...series, reference],
    height: 400,
  };
  return { name: 'width', title: 'Squared distance from infinite width, by width', panels: [panel] };
}
