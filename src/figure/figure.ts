// Figures that stand alone: title, legend and panels as one SVG text, the same bytes for the same input.
// Knows curves and labels, not solutions.

import type { Panel } from '../chart.ts';
import { INK, QUIET_INK } from '../palette.ts';
import { arrangeLegend, drawLegend, LEGEND_ROW, type LegendEntry } from './legend.ts';
import { drawPanel, leftMargin, panelColors } from './panel.ts';
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
  const legend = arrangeLegend(legendEntries(panels, colors), inner);

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

  const count = Math.max(1, panels.length);
  let bottom = y;
  const heights = panels.map(
    (panel, i) =>
      panel.height ?? (panel.map ? MAP_HEIGHT : beside || i === 0 ? FIRST_HEIGHT : FURTHER_HEIGHT),
  );
  const left = beside ? undefined : Math.max(...panels.map((panel, i) => leftMargin(panel, heights[i])));
  panels.forEach((panel, i) => {
    const height = heights[i];
    const size = beside ? (fullWidth - MARGIN) / count : fullWidth - MARGIN;
    const frame = {
      x: MARGIN / 2 + (beside ? i * size : 0),
      y: beside ? y : bottom,
      width: Math.floor(size),
      height,
    };
    drawPanel(root, panel, frame, colors[i], left);
    bottom = beside ? Math.max(bottom, y + height) : bottom + height;
  });
  finish(root, fullWidth, bottom + 4, [title, subtitle].filter(Boolean).join('. '));
  return `${(root as unknown as { outerHTML: string }).outerHTML}\n`;
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

function legendEntries(panels: readonly Panel[], colors: readonly (readonly string[])[]): LegendEntry[] {
  const entries = new Map<string, LegendEntry>();
  panels.forEach((panel, p) => {
    panel.series.forEach(({ name, kind, lower, standardError }, s) => {
      const color = colors[p][s];
      const key = JSON.stringify([name, kind, color]);
      const interval =
        lower !== undefined || standardError !== undefined || (entries.get(key)?.interval ?? false);
      entries.set(key, { name, kind, color, interval });
    });
    if (panel.shaded && panel.shaded.x.length > 0) {
      const { name } = panel.shaded;
      entries.set(JSON.stringify([name]), { name, kind: 'shaded', color: '', interval: false });
    }
    for (const { name, kind, on } of panel.map?.textures ?? []) {
      const used = Array.from(on).some((mark) => mark !== 0);
      if (used) entries.set(JSON.stringify([name, kind]), { name, kind, color: '', interval: false });
    }
  });
  return [...entries.values()];
}
