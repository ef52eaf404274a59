// Escape time against the input dimension.
import type { Chart, Panel } from '../../../chart.ts';
import type { Shown } from '../../../display.ts';
import { exp, log } from '../../../numerics/special.ts';
import { PALETTE } from '../../../palette.ts';
import { powerLaw } from '../power-law.ts';
import { linksOfProblem, type PropagationProblem } from '../problem.ts';
import { QUIET, short, spread } from './style.ts';

/** Escape time against d, with the growth that (E1) gives for large d. */
export function escapeTimes({ prediction }: Shown): Chart | undefined {
  const d = prediction?.observables.escapeDimensions?.values ?? [];
  const t = prediction?.observables.escapeTimes?.values ?? [];
  if (!prediction || t.length < 2) return undefined;
  const order = Array.from(d, (_, i) => i).sort((a, b) => d[a]! - d[b]!);
  const [x, y] = [order.map((i) => d[i]!), order.map((i) => t[i]!)];
  const { T, learnedExponent } = linksOfProblem(prediction.problem as PropagationProblem);
  const [lastX, lastY] = [x.at(-1)!, y.at(-1)!];
  const steep = learnedExponent > 2;
  const ratios = log(Float64Array.from(x, (dimension) => dimension / lastX));
  const growth = steep
    ? exp(ratios.map((ratio) => (learnedExponent / 2 - 1) * ratio)).map((factor) => lastY * factor)
    : ratios.map((ratio) => (learnedExponent === 2 ? lastY + ratio / (4 * Math.abs(T[2]!)) : lastY));
  const measured = powerLaw(x, y);
  const fitted = steep && measured ? `, slope ${measured.exponent.toFixed(2)}` : '';
  const reference = steep
    ? `slope ${(learnedExponent - 2) / 2}`
    : learnedExponent === 2
      ? `${short(1 / (4 * Math.abs(T[2]!)))} log d`
      : 'constant';
  const panel: Panel = {
    xLabel: 'input dimension d',
    yLabel: 'time at which the loss has halved',
    xScale: 'log',
    xTicks: spread(x.length, 8).map((i) => x[i]!),
    ...(steep ? { yScale: 'log' } : { yScale: 'linear', baseline: 0 }),
    series: [
      { name: `predicted${fitted}`, kind: 'prediction', color: PALETTE.blue, x, y, dots: true },
      { name: `large d: ${reference}`, kind: 'bound', color: QUIET, x, y: growth },
    ],
  };
  return { name: 'escape', title: 'Escape time', panels: [panel] };
}
