// Figures that stand alone: title, legend and panels as one SVG text, the same bytes for the same input.
// Knows curves and labels, not solutions.

import type { Interval, Panel } from '../chart.ts';
import { INK, QUIET_INK } from '../palette.ts';
import { arrangeLegend, drawLegend, LEGEND_ROW, type LegendEntry } from './legend.ts';
import { drawPanel, leftMargin, panelColors, rightMargin, xDomain } from './panel.ts';
import { append, drawing, printable } from './svg.ts';
import { FONT_FAMILY, wrap } from './text.ts';

export interface Figure {
  readonly title: string;
  /** May have several lines; long ones are broken. */
  readonly subtitle?: string;
  readonly panels: readonly Panel[];
  readonly layout?: 'stacked' | 'side-by-side';
  /** In pixels; 640 for stacked panels, 1080 side by side unless given. */
  readonly width?: number;
}

const MARGIN = 14;
const TITLE_SIZE = 18;
const SUBTITLE_SIZE = 13;
const FIRST_HEIGHT = 310;
const FURTHER_HEIGHT = 190;
const MAP_HEIGHT = 440;

/** A figure of one panel. */
export function lineFigure(options: Panel & Omit<Figure, 'panels' | 'layout'>): string {
  const { title, subtitle, width, ...panel } = options;
  return figure({ title, subtitle, width, panels: [panel] });
}

/** The figure as SVG. Fonts are named, not embedded; everything else is inside. */
export function figure({ title, subtitle = '', panels, layout = 'stacked', width }: Figure): string {
  const { root } = drawing();
  const beside = layout === 'side-by-side';
  const fullWidth = width ?? (beside ? 1080 : 640);
  const inner = fullWidth - 2 * MARGIN;
  const colors = panels.map(panelColors);
  const titles = wrap(title, TITLE_SIZE, inner, 2, { bold: true });
  const subtitles = subtitle.split('\n').flatMap((line) => wrap(line, SUBTITLE_SIZE, inner, 2));
  const beneath = panels.map((panel, i) => legendEntries([panel], [colors[i]]));
  const own = haveOwnLegends(beneath);
  const legend = arrangeLegend(own ? [] : legendEntries(panels, colors), inner);
  const count = Math.max(1, panels.length);
  const size = beside ? (fullWidth - MARGIN) / count : fullWidth - MARGIN;
  const legends = own ? beneath.map((entries) => arrangeLegend(entries, size - MARGIN)) : undefined;
  const mostRows = Math.max(0, ...(legends ?? []).map(({ rows }) => rows));

  let y = MARGIN;
  const header = append(root, 'g', { fill: INK });
  for (const line of titles) {
    y += TITLE_SIZE + 2;
    append(header, 'text', { x: MARGIN, y: y - 4, 'font-size': TITLE_SIZE, 'font-weight': 700 }, line);
  }
  for (const line of subtitles) {
    y += SUBTITLE_SIZE + 4;
    append(header, 'text', { x: MARGIN, y: y - 4, 'font-size': SUBTITLE_SIZE, fill: QUIET_INK }, line);
  }
  y += 4;
  drawLegend(root, legend.placed, MARGIN, y);
  y += legend.rows * LEGEND_ROW + 4;

  let bottom = y;
  const heights = panels.map(
    (panel, i) =>
      panel.height ?? (panel.map ? MAP_HEIGHT : beside || i === 0 ? FIRST_HEIGHT : FURTHER_HEIGHT),
  );
  const left = beside ? undefined : Math.max(...panels.map((panel, i) => leftMargin(panel, heights[i])));
  const right = beside ? undefined : Math.max(...panels.map((panel, i) => rightMargin(panel, heights[i])));
  panels.forEach((panel, i) => {
    // Frames beside each other begin at one height.
    const above = legends && { placed: legends[i].placed, rows: beside ? mostRows : legends[i].rows };
    const height = heights[i] + (above?.rows ?? 0) * LEGEND_ROW;
    const frame = {
      x: MARGIN / 2 + (beside ? i * size : 0),
      y: beside ? y : bottom,
      width: Math.floor(size),
      height,
    };
    drawPanel(root, panel, frame, colors[i], {
      left,
      right,
      x: beside ? undefined : sharedX(panel, panels),
      legend: above,
    });
    bottom = beside ? Math.max(bottom, y + height) : bottom + height;
  });
  finish(root, fullWidth, bottom + 4, [title, subtitle].filter(Boolean).join('. '));
  return `${(root as unknown as { outerHTML: string }).outerHTML}\n`;
}

/** Panels above each other that have one axis in words have it in numbers too: what is at one time stands on one line. */
function sharedX(panel: Panel, panels: readonly Panel[]): Interval {
  const alike = panels.filter(
    ({ xLabel, xScale, map }) => !map && !panel.map && xLabel === panel.xLabel && xScale === panel.xScale,
  );
  const domains = [panel, ...alike].map(xDomain);
  return [Math.min(...domains.map(([low]) => low)), Math.max(...domains.map(([, high]) => high))];
}

function finish(root: SVGElement, width: number, height: number, name: string): void {
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${width} ${height}`,
    width: String(width),
    height: String(height),
    role: 'img',
    'aria-label': printable(name),
    'font-family': FONT_FAMILY,
    color: INK,
  };
  for (const [key, value] of Object.entries(attributes)) root.setAttribute(key, value);
  const background = append(root, 'rect', { width, height, fill: 'white' });
  root.insertBefore(background, root.firstChild);
}

const keyOf = ({ name, kind, color }: LegendEntry) => JSON.stringify([name, kind, color]);

/**
 * Panels that show different things have a legend each, above their frame, so that nobody looks for a curve in the wrong one; those with
 * a curve in common share one below the title.
 */
function haveOwnLegends(panels: readonly (readonly LegendEntry[])[]): boolean {
  const curves = panels.map((entries) => entries.filter(({ color }) => color !== '').map(keyOf));
  const keys = curves.flat();
  return curves.filter((own) => own.length > 0).length > 1 && new Set(keys).size === keys.length;
}

function legendEntries(panels: readonly Panel[], colors: readonly (readonly string[])[]): LegendEntry[] {
  const entries = new Map<string, LegendEntry>();
  const add = (entry: LegendEntry) => entries.set(keyOf(entry), entry);
  panels.forEach((panel, p) => {
    panel.series.forEach(({ name, kind, lower, standardError }, s) => {
      const color = colors[p][s];
      const entry = { name, kind, color, interval: lower !== undefined || standardError !== undefined };
      add({ ...entry, interval: entry.interval || (entries.get(keyOf(entry))?.interval ?? false) });
    });
    if (panel.shaded && panel.shaded.x.length > 0) {
      add({ name: panel.shaded.name, kind: 'shaded', color: '', interval: false });
    }
    for (const { name, kind, on } of panel.map?.textures ?? []) {
      const used = Array.from(on).some((mark) => mark !== 0);
      if (used) add({ name, kind, color: '', interval: false });
    }
  });
  return [...entries.values()];
}
