// What a chart shows: curves with the role they play, not yet how they are drawn.
import type { Interval, Scale } from './axis.ts';

/**
 * `prediction`: a solid line. `simulation`: dots with error bars of two standard errors. `estimate`: a dashed line
 * with its interval as a band.
 */
export type SeriesKind = 'prediction' | 'simulation' | 'estimate';

export interface Series {
  readonly name: string;
  readonly kind: SeriesKind;
  readonly x: ArrayLike<number>;
  /** Values that are not finite are left out; a line breaks there. */
  readonly y: ArrayLike<number>;
  /** Ends of an interval, in place of `standardError`. */
  readonly lower?: ArrayLike<number>;
  readonly upper?: ArrayLike<number>;
  readonly standardError?: ArrayLike<number>;
  readonly color?: string;
}

/** A vertical mark, named above the frame: a stopping step, for instance. */
export interface Annotation {
  readonly x: number;
  readonly text: string;
}

export interface Panel {
  readonly xLabel: string;
  readonly yLabel: string;
  readonly yScale?: Scale;
  readonly series: readonly Series[];
  readonly annotations?: readonly Annotation[];
  /** A shaded band between two values, e.g. two standard errors around zero. */
  readonly band?: Interval;
  /** A horizontal line, e.g. at zero. */
  readonly baseline?: number;
  /** Of the panel with its axes, in pixels. */
  readonly height?: number;
}

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
