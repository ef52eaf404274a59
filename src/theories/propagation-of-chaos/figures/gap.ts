// The gap over time, where all widths lie on one curve, and over widths, where it is a straight line.
import type { Chart, Panel, Series } from '../../../chart.ts';
import { curveOf, type Shown } from '../../../display.ts';
import { scaleOf, seriesOf } from '../../../error-curves.ts';
import type { Solution } from '../../../solution.ts';
import { powerLaw } from '../power-law.ts';
import type { PropagationProblem } from '../problem.ts';
import { COLORS, LAW, MOST_COLORS, QUIET, short, spread, timeLabel } from './style.ts';

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
    return own ? [{ ...own, width: model.width, color: COLORS[0] }] : [];
  }
  const times = gapAgainstWidth.shape[1]!;
  return spread(widths.values.length, MOST_COLORS).map((w, i): Gap => {
    const width = widths.values[w]!;
    const row = (all: Float64Array) => all.slice(w * times, (w + 1) * times).map((value) => width * value);
    const { values, standardError } = gapAgainstWidth;
    return {
      width,
      color: COLORS[i]!,
      values: row(values),
      ...(standardError && { standardError: row(standardError) }),
    };
  });
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
  });
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

/** gap² against m at a few times, with the slope of each. */
export function gapOverWidth(shown: Shown): Chart | undefined {
  const { prediction, simulation } = shown;
  const { widths, gapAgainstWidth } = simulation?.observables ?? {};
  if (!simulation || !widths || !gapAgainstWidth) return undefined;
  const predicted = curveOf(prediction, 'scaledGap')?.values;
  const times = gapAgainstWidth.shape[1]!;
  const { values, standardError } = gapAgainstWidth;
  const series = spread(times, 4).flatMap((t, i): Series[] => {
    const at = (all: Float64Array) => widths.values.map((_, w) => all[w * times + t]!);
    const y = at(values);
    const errors = standardError && at(standardError);
    const law = powerLaw(widths.values, y, errors);
    const color = COLORS[i]!;
    const time = `t = ${short(simulation.times[t]!)}`;
    const slope = law ? `, slope ${law.exponent.toFixed(2).replace('-', '−')}` : '';
    const error = law?.standardError === undefined ? '' : ` ± ${law.standardError.toFixed(2)}`;
    return [
      ...(predicted
        ? [
            {
              name: 'Ω/m, predicted',
              kind: 'prediction',
              color: LAW,
              x: widths.values,
              y: widths.values.map((m) => predicted[t]! / m),
            } as const,
          ]
        : []),
      {
        name: `${time}${slope}${error}`,
        kind: 'simulation',
        color,
        x: widths.values,
        y,
        ...(errors && { standardError: errors }),
      },
    ];
  });
  const top = values.reduce((a, b) => Math.max(a, b), 0) * widths.values[0]!;
  const reference: Series = {
    name: 'slope −1',
    kind: 'bound',
    color: QUIET,
    x: widths.values,
    y: widths.values.map((m) => (2 * top) / m),
  };
  const panel: Panel = {
    xLabel: 'width m (neurons)',
    yLabel: 'gap² (label²)',
    xScale: 'log',
    xTicks: spread(widths.values.length, 8).map((w) => widths.values[w]!),
    yScale: 'log',
    series: [...series, reference],
    height: 400,
  };
  return { name: 'width', title: 'Squared distance from infinite width, by width', panels: [panel] };
}
