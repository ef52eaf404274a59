// The numbers of a series as points that can be drawn.
import type { Series } from '../chart.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
  readonly lower: number;
  readonly upper: number;
}

/** Beyond these sizes numbers count as off the chart and as zero: axes are computed with room to spare. */
const HUGE = 1e150;
const TINY = 1e-150;
export const drawable = (value: number) =>
  Math.abs(value) < TINY ? 0 : Math.abs(value) < HUGE ? value : Number.NaN;

/** The points of a series with the ends of their intervals (NaN where there is none); none are dropped. */
export function pointsOf({ x, y, lower, upper, standardError }: Series): Point[] {
  return Array.from({ length: Math.min(x.length, y.length) }, (_, i) => {
    const reach = standardError ? 2 * standardError[i] : Number.NaN;
    return {
      x: drawable(x[i]),
      y: drawable(y[i]),
      lower: drawable(lower ? lower[i] : y[i] - reach),
      upper: drawable(upper ? upper[i] : y[i] + reach),
    };
  });
}

/** At most about `most` of the points, evenly spaced by index, the last one always among them. */
export function thinned(points: readonly Point[], most: number): Point[] {
  const stride = Math.ceil(points.length / most);
  return points.filter((_, i) => (points.length - 1 - i) % stride === 0);
}
