// The answer of `width`: the gap at the recommended width over time, and the largest gap by width, below the tolerance; with the
// networks of the check where there are any.
import type { Chart, Panel, Series } from '../../../chart.ts';
import { curveOf } from '../../../display.ts';
import { exp, log } from '../../../numerics/special.ts';
import type { Observable } from '../../../solution.ts';
import type { WidthAnswer } from '../../../width.ts';
import { rootGap } from './gap.ts';
import { COLORS, LAW, QUIET, short, timeLabel } from './style.ts';

type Gap = Pick<Observable, 'values' | 'standardError'>;

/** Root mean square gap of networks of the answer's width at the recorded times; absent where there is no such curve. */
export function gapsAtWidth({ prediction, simulation, width }: WidthAnswer): {
  readonly predicted?: Gap;
  readonly simulated?: Gap;
} {
  const [law, networks] = [prediction, simulation].map((solution) => curveOf(solution, 'scaledGap'));
  return {
    ...(law && { predicted: rootGap(law, width) }),
    ...(networks && { simulated: rootGap(networks, width) }),
  };
}

/** Widths beside the answer's, by a factor each way, and points of the line through them. */
const REACH = 8;
const POINTS = 33;

/** The figure of an answer; none where the prediction has no gap. */
export function widthChart(answer: WidthAnswer): Chart | undefined {
  const { prediction, simulation, check, width, tolerance, scaledGap, horizon } = answer;
  const { predicted, simulated } = gapsAtWidth(answer);
  if (!predicted) return undefined;
  const law = { name: 'predicted, first order in 1/m', kind: 'prediction', color: LAW } as const;
  const networks = {
    name: `simulated, ${check?.replicas} network${check?.replicas === 1 ? '' : 's'}`,
    kind: 'simulation',
    color: COLORS[0],
  } as const;
  const limit = (x: ArrayLike<number>): Series => {
    const ends = [x[0]!, x[x.length - 1]!];
    return { name: 'tolerance', kind: 'bound', color: QUIET, x: ends, y: [tolerance, tolerance] };
  };
  const { times } = prediction;
  const yLabel = 'root mean square gap (label)';
  const overTime: Panel = {
    title: `Networks of ${width} neurons over time`,
    xLabel: timeLabel({ prediction }),
    yLabel,
    baseline: 0,
    series: [
      { ...law, x: times, y: predicted.values },
      ...(simulation && simulated
        ? [{ ...networks, x: simulation.times, y: simulated.values, standardError: simulated.standardError }]
        : []),
      limit(times),
    ],
  };
  const low = Math.max(1, width / REACH);
  const span = log(Float64Array.of((width * REACH) / low))[0]!;
  const widths = exp(Float64Array.from({ length: POINTS }, (_, k) => (k / (POINTS - 1)) * span)).map(
    (factor) => low * factor,
  );
  const overWidth: Panel = {
    title: `Largest gap up to time ${short(horizon)}, by width`,
    xLabel: 'width m (neurons)',
    yLabel,
    xScale: 'log',
    yScale: 'log',
    annotations: [{ x: width, text: `m = ${width}` }],
    series: [
      { ...law, x: widths, y: widths.map((m) => Math.sqrt(scaledGap / m)) },
      ...(check
        ? [
            {
              ...networks,
              x: [check.width],
              y: [check.gap],
              ...(check.standardError !== undefined && { standardError: [check.standardError] }),
            },
          ]
        : []),
      limit(widths),
    ],
    height: 270,
  };
  return {
    name: '',
    title: 'Distance from infinite width against the tolerance',
    panels: [overTime, overWidth],
  };
}
