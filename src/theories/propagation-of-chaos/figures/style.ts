// What the figures of propagation of chaos share: colours, the name of time, how numbers are written.
import type { Shown } from '../../../display.ts';
import { PALETTE, QUIET_INK } from '../../../palette.ts';
import type { PropagationProblem } from '../problem.ts';
import { NOISE_FLOOR } from '../width.ts';

/** Colours of networks; the law at infinite width is black. */
export const COLORS = [
  PALETTE.vermillion,
  PALETTE.blue,
  PALETTE.green,
  PALETTE.orange,
  PALETTE.purple,
  PALETTE.sky,
] as const;
export const LAW = PALETTE.black;
/** Of what is there to compare with. */
export const QUIET = QUIET_INK;
/** Widths, or times, that one panel can tell apart. */
export const MOST_COLORS = 6;

export const short = (value: number) => String(Number(value.toPrecision(3)));

export function timeLabel({ prediction, simulation }: Shown): string {
  const { optimizer } = (prediction ?? simulation)!.problem as PropagationProblem;
  return optimizer.kind === 'gradient-flow' ? 'time' : 'time (step × learning rate)';
}

/** At most `most` of the numbers below `count`, the first and the last among them. */
export function spread(count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, i) => i);
  return Array.from({ length: most }, (_, i) => Math.round((i * (count - 1)) / (most - 1)));
}

/** A squared gap, or NaN where it is rounding and nothing else. */
export function measurable(squaredGap: number): number {
  return squaredGap >= NOISE_FLOOR * NOISE_FLOOR ? squaredGap : Number.NaN;
}
