// The numbers of a series as points that can be drawn.
import type { Interval, Series } from '../chart.ts';

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

/** The line through the points cut off at the ends of a frame; NaN parts its pieces. */
export function clipped(points: readonly Point[], x: Interval, y: Interval): Point[] {
  const out: Point[] = [];
  const gap: Point = { x: Number.NaN, y: Number.NaN, lower: Number.NaN, upper: Number.NaN };
  const inside = (point: Point) => point.x >= x[0] && point.x <= x[1] && point.y >= y[0] && point.y <= y[1];
  points.forEach((point, i) => {
    const before = points[i - 1];
    if (before && Number.isFinite(before.x + before.y + point.x + point.y)) {
      const [from, to] = shareInside(before, point, x, y);
      const at = (share: number): Point => ({
        ...gap,
        x: Math.min(x[1], Math.max(x[0], before.x + share * (point.x - before.x))),
        y: Math.min(y[1], Math.max(y[0], before.y + share * (point.y - before.y))),
      });
      if (from < to && !inside(before)) out.push(at(from));
      if (from < to && !inside(point)) out.push(at(to));
    }
    out.push(inside(point) ? point : gap);
  });
  return out;
}

/** The shares of the way from a to b between which it is inside the frame; the first is not below the second if it never is. */
function shareInside(a: Point, b: Point, x: Interval, y: Interval): [from: number, to: number] {
  let [from, to] = [0, 1];
  for (const [start, step, [low, high]] of [
    [a.x, b.x - a.x, x],
    [a.y, b.y - a.y, y],
  ] as const) {
    if (step === 0) {
      if (start < low || start > high) return [1, 0];
      continue;
    }
    const [first, second] = [(low - start) / step, (high - start) / step];
    from = Math.max(from, Math.min(first, second));
    to = Math.min(to, Math.max(first, second));
  }
  return [from, to];
}
