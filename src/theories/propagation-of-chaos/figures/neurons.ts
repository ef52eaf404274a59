// What the network does: its loss, how far its neurons are from their partners, how they turn to the target.
import type { Chart, Panel, Series } from '../../../chart.ts';
import type { Shown } from '../../../display.ts';
import { scaleOf, seriesOf } from '../../../error-curves.ts';
import type { Solution } from '../../../solution.ts';
import type { PropagationProblem } from '../problem.ts';
import { COLORS, LAW, short, spread, timeLabel } from './style.ts';

/** The loss, and how far neurons are from their partners. */
export function loss(shown: Shown): Chart | undefined {
  const { prediction, simulation } = shown;
  const width = (simulation?.problem as PropagationProblem | undefined)?.model.width;
  const pair = (name: string) => [
    ...seriesOf(prediction, name, { name: 'infinite width, predicted', kind: 'prediction', color: LAW }),
    ...seriesOf(simulation, name, { name: `m = ${width}`, kind: 'simulation', color: COLORS[0] }),
  ];
  const curves = pair('loss');
  if (curves.length === 0) return undefined;
  const xLabel = timeLabel(shown);
  const panels: Panel[] = [
    { title: 'Population loss', xLabel, yLabel: 'loss (label²)', yScale: scaleOf(curves), series: curves },
  ];
  const moved = pair('scaledDisplacement');
  if (moved.length > 0) {
    panels.push({
      title: 'Distance of a neuron from its partner in infinite width',
      xLabel,
      yLabel: 'm · mean ‖Δ‖²',
      series: moved,
      height: 250,
    });
  }
  return { name: 'loss', title: 'Loss and displacement', panels };
}

type Style = Pick<Series, 'name' | 'kind' | 'color'>;

/** Columns of a matrix over time as series: those for which `shown` holds. */
function columnsOf(
  solution: Solution | undefined,
  name: string,
  style: Style,
  shown: (column: number) => boolean = () => true,
): Series[] {
  const table = solution?.observables[name];
  if (!solution || !table) return [];
  const { values, standardError } = table;
  const [rows, columns] = table.shape as [number, number];
  const column = (all: Float64Array, j: number) =>
    Float64Array.from({ length: rows }, (_, t) => all[t * columns + j]!);
  return Array.from({ length: columns }, (_, j) => j)
    .filter(shown)
    .map((j) => ({
      ...style,
      x: solution.times,
      y: column(values, j),
      ...(standardError && { standardError: column(standardError, j) }),
    }));
}

/** Lines of single neurons, and times with dots on a line, that a small panel has room for. */
const MOST_TRACERS = 6;
const MOST_DOTS = 11;

/** The same curve at fewer times. */
function sparse(series: Series): Series {
  const { x, y, standardError } = series;
  const at = spread(x.length, MOST_DOTS);
  const some = (values: ArrayLike<number>) => at.map((t) => values[t]!);
  return {
    ...series,
    x: some(x),
    y: some(y),
    ...(standardError && { standardError: some(standardError) }),
  };
}

/** Quantiles that a panel can tell apart. */
const SHOWN_LEVELS: readonly number[] = [0.05, 0.25, 0.5, 0.75, 0.95];

/** Quantiles of the overlap over neurons, and single characteristics. */
export function overlaps(shown: Shown): Chart | undefined {
  const { prediction, simulation } = shown;
  const levels = (prediction ?? simulation)?.observables.overlapLevels?.values;
  const chosen = (j: number) => SHOWN_LEVELS.includes(levels?.[j] ?? Number.NaN);
  const m = (simulation?.problem as PropagationProblem | undefined)?.model.width;
  const infinite = { name: 'infinite width', kind: 'prediction', color: LAW } as const;
  const finite = { name: `m = ${m}`, kind: 'simulation', color: COLORS[0] } as const;
  const predicted = columnsOf(prediction, 'overlapQuantiles', infinite, chosen);
  const simulated = columnsOf(simulation, 'overlapQuantiles', finite, chosen).map(sparse);
  const percent = Array.from(levels ?? []).filter((_, j) => chosen(j));
  const labelled = (series: readonly Series[]) =>
    series.map((one, j) => ({ ...one, label: `${short(100 * percent[j]!)} %` }));
  const quantiles = predicted.length > 0 ? [...labelled(predicted), ...simulated] : labelled(simulated);
  const single = columnsOf(prediction, 'characteristics', infinite);
  const tracers = spread(single.length, MOST_TRACERS).map((j) => single[j]!);
  const axes = { xLabel: timeLabel(shown), yLabel: 'overlap α with the target' };
  const panels: Panel[] = [
    { title: 'Quantiles over neurons', ...axes, series: quantiles },
    { title: 'Single neurons, by where they start', ...axes, series: tracers, height: 270 },
  ].filter(({ series }) => series.length > 0);
  if (panels.length === 0) return undefined;
  return { name: 'overlap', title: 'How neurons turn to the target', panels };
}
