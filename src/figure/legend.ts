// The strip above the panels that says what each kind of line is. Wraps to as many rows as the names need.

import type { SeriesKind } from '../chart.ts';
import type { Texture } from '../heat-map.ts';
import { INK, SHADE } from '../palette.ts';
import { drawPatch } from './map.ts';
import { type Attributes, append } from './svg.ts';
import { shorten, textWidth } from './text.ts';

export interface LegendEntry {
  readonly name: string;
  readonly kind: SeriesKind | Texture['kind'] | 'shaded';
  readonly color: string;
  readonly interval: boolean;
}

const SIZE = 14;
const LINE = 34;
const DOT = 14;
const GAP = 22;
export const LEGEND_ROW = 21;

const swatchWidth = (kind: LegendEntry['kind']) =>
  kind === 'simulation' || kind === 'histogram' ? DOT : LINE;

/** The strokes of the kinds that are lines. */
export const LINES: Readonly<Record<'prediction' | 'estimate' | 'bound', Record<string, string | number>>> = {
  prediction: { strokeWidth: 2.2 },
  estimate: { strokeWidth: 2.2, strokeDasharray: '7,4' },
  bound: { strokeWidth: 1.6, strokeDasharray: '2,3' },
};

interface Placed extends LegendEntry {
  readonly x: number;
  readonly row: number;
}

/** Entries in their places. */
export interface Legend {
  readonly placed: readonly Placed[];
  readonly rows: number;
}

/** Places the entries from left to right in rows of the given width. */
export function arrangeLegend(entries: readonly LegendEntry[], width: number): Legend {
  let x = 0;
  let row = 0;
  const placed = entries.map((entry): Placed => {
    const swatch = swatchWidth(entry.kind);
    const name = shorten(entry.name, SIZE, width - swatch - 8);
    const needed = swatch + 8 + textWidth(name, SIZE);
    if (x > 0 && x + needed > width) {
      x = 0;
      row++;
    }
    const at = x;
    x += needed + GAP;
    return { ...entry, name, x: at, row };
  });
  return { placed, rows: entries.length === 0 ? 0 : row + 1 };
}

/** Draws the placed entries with the strip's corner at (left, top). */
export function drawLegend(root: SVGElement, placed: readonly Placed[], left: number, top: number): void {
  for (const { name, kind, color, interval, x, row } of placed) {
    const from = left + x;
    const swatch = swatchWidth(kind);
    const y = top + row * LEGEND_ROW + LEGEND_ROW / 2;
    const middle = from + swatch / 2;
    if (kind === 'simulation') {
      if (interval)
        append(root, 'path', { d: errorBar(middle, y, 8), stroke: color, 'stroke-width': 1.6, fill: 'none' });
      append(root, 'circle', {
        cx: middle,
        cy: y,
        r: 3.4,
        fill: 'white',
        stroke: color,
        'stroke-width': 1.8,
      });
    } else if (kind === 'hatched' || kind === 'dotted') {
      drawPatch(root, kind, from, y, swatch);
    } else if (kind === 'shaded') {
      append(root, 'rect', { x: from, y: y - 6.5, width: swatch, height: 13, fill: SHADE });
    } else if (kind === 'histogram') {
      append(root, 'rect', {
        x: from,
        y: y - 6,
        width: swatch,
        height: 12,
        fill: color,
        'fill-opacity': 0.35,
      });
      if (interval)
        append(root, 'path', { d: errorBar(middle, y, 8), stroke: color, 'stroke-width': 1.6, fill: 'none' });
    } else {
      if (interval)
        append(root, 'rect', {
          x: from,
          y: y - 7,
          width: swatch,
          height: 14,
          fill: color,
          'fill-opacity': 0.16,
        });
      const { strokeWidth, strokeDasharray } = LINES[kind];
      const dash: Attributes = strokeDasharray === undefined ? {} : { 'stroke-dasharray': strokeDasharray };
      append(root, 'path', {
        d: `M${from},${y}H${from + swatch}`,
        stroke: color,
        'stroke-width': strokeWidth!,
        fill: 'none',
        ...dash,
      });
    }
    const at = { x: from + swatch + 8, y: y + SIZE * 0.36, 'text-anchor': 'start' };
    append(root, 'text', { ...at, 'font-size': SIZE, fill: INK }, name);
  }
}

function errorBar(x: number, y: number, reach: number): string {
  return `M${x},${y - reach}V${y + reach}M${x - 3},${y - reach}H${x + 3}M${x - 3},${y + reach}H${x + 3}`;
}
