// The gap and what bounds it, on a logarithmic axis.
import type { Chart, Panel, Series } from '../../../chart.ts';
import { curveOf, type Shown } from '../../../display.ts';
import { seriesOf } from '../../../error-curves.ts';
import { PALETTE } from '../../../palette.ts';
import type { Observable, Solution } from '../../../solution.ts';
import type { PropagationProblem } from '../problem.ts';
import { rootGap } from './gap.ts';
import { COLORS, LAW, QUIET, timeLabel } from './style.ts';

/** Beyond so many times the smallest envelope a curve is left out: it would flatten the rest. */
const OUT_OF_SIGHT = 1e3;

type Style = Pick<Series, 'name' | 'kind' | 'color'>;

/** √Ω_f and what bounds it. */
export function envelopes(shown: Shown): Chart | undefined {
  const { prediction, simulation } = shown;
  const least = curveOf(prediction, 'envelope');
  if (!prediction || !least) return undefined;
  const most = OUT_OF_SIGHT * least.values.reduce((a, b) => Math.max(a, b), 0);
  const bound = (observable: string, name: string, color: string) =>
    seriesOf(prediction, observable, { name, kind: 'bound', color }).map((series) => ({
      ...series,
      y: Array.from(series.y, (value) => (value <= most ? value : Number.NaN)),
    }));
  const truth = (solution: Solution | undefined, m: number, style: Style): Series[] => {
    const curve = curveOf(solution, 'scaledGap');
    return solution && curve ? [{ ...style, x: solution.times, ...scaledRoot(curve, m) }] : [];
  };
  const m = (simulation?.problem as PropagationProblem | undefined)?.model.width ?? 1;
  const series: Series[] = [
    ...truth(prediction, 1, { name: 'truth √Ω, predicted', kind: 'prediction', color: LAW }),
    ...truth(simulation, m, { name: `truth, m = ${m}`, kind: 'simulation', color: COLORS[0] }),
    ...bound('naiveEnvelope', 'bound: naive Grönwall', QUIET),
    ...bound('energyEnvelope', 'bound: energy', PALETTE.green),
    ...bound('volterraEnvelope', 'bound: Volterra', PALETTE.blue),
    ...bound('semidefiniteEnvelope', 'bound: semidefinite', PALETTE.purple),
  ];
  const panel: Panel = {
    xLabel: timeLabel(shown),
    yLabel: '√m · root mean square gap (label)',
    yScale: 'log',
    series,
    height: 380,
  };
  return { name: 'envelopes', title: 'Upper bounds on the distance from infinite width', panels: [panel] };
}

/** √m times the gap. */
function scaledRoot(curve: Observable, m: number): Pick<Series, 'y' | 'standardError'> {
  const { values, standardError } = rootGap(curve, m);
  const scaled = (list: Float64Array) => list.map((value) => Math.sqrt(m) * value);
  return { y: scaled(values), ...(standardError && { standardError: scaled(standardError) }) };
}
