// What a figure shows: curves with the role they play, not yet how they are drawn. Plain data.
import type { HeatMap } from './heat-map.ts';

export type Scale = 'linear' | 'log';
export type Interval = readonly [low: number, high: number];

/**
 * `prediction`: a solid line. `simulation`: dots with error bars of two standard errors. `estimate`: a dashed line
 * with its interval as a band. `bound`: a thin dotted line, for certificates, envelopes and slopes to compare with.
 * `histogram`: bars from zero, centred on x and as wide as its spacing, with error bars.
 */
export type SeriesKind = 'prediction' | 'simulation' | 'estimate' | 'bound' | 'histogram';

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
  /** Beside the end of the line, outside the frame: where colours do not tell the curves of a panel apart. */
  readonly label?: string;
  /** Marks each number of a line with a dot: for lines through few of them. */
  readonly dots?: boolean;
}

/** A vertical mark, named above the frame: a stopping step, for instance. */
export interface Annotation {
  readonly x: number;
  readonly text: string;
}

export interface Panel {
  /** Above the frame, where the panels of a chart show different things. */
  readonly title?: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly xScale?: Scale;
  /** Where ticks stand, if there is reason to say: at the few values that x takes, for instance. */
  readonly xTicks?: readonly number[];
  readonly yScale?: Scale;
  readonly series: readonly Series[];
  /** Colours below the curves; the frame then ends with them, and they have a scale at its right. */
  readonly map?: HeatMap;
  readonly annotations?: readonly Annotation[];
  /** A shaded band between two values, e.g. two standard errors around zero. */
  readonly band?: Interval;
  /** Stretches of x that are shaded from top to bottom and named in the legend: where the curves mean little, for instance. */
  readonly shaded?: { readonly name: string; readonly x: readonly Interval[] };
  /** A horizontal line, e.g. at zero. */
  readonly baseline?: number;
  /** Of the panel with its axes, in pixels. */
  readonly height?: number;
}

/** One figure. Its panels share a legend, unless no curve is in two of them: then each has its own. */
export interface Chart {
  /** Tells the figures of one result apart, in lower case with hyphens; empty for the first. */
  readonly name: string;
  /** What it shows; the first figure of a command has a title of its own. */
  readonly title?: string;
  readonly panels: readonly Panel[];
  readonly layout?: 'stacked' | 'side-by-side';
}
