// Cells in colours with textures on them, and the scale of the colours. Knows places in the frame, not what the values mean.
import type { Interval, Scale } from '../chart.ts';
import { cellEdges, type HeatMap, type Texture } from '../heat-map.ts';
import { INK, mapColor } from '../palette.ts';
import { tickLabels, ticks } from './axis.ts';
import { append } from './svg.ts';
import { shorten, textWidth } from './text.ts';

/** Colours that the scale is cut into: fewer than can be told apart side by side would show as steps. */
const LEVELS = 96;
const BAR = { gap: 12, width: 14, tick: 4 };
const HATCH_SPACING = 8;
const DOT_SPACING = 9;

export interface MapAxes {
  readonly xScale: Scale;
  readonly yScale: Scale;
}

/** Ends of the cells along both axes. */
export function mapEdges({ x, y }: HeatMap, { xScale, yScale }: MapAxes) {
  return { x: cellEdges(x, xScale), y: cellEdges(y, yScale) };
}

/** From the first to the last end of a cell. */
export function spanOf(edges: readonly number[]): Interval {
  return [edges[0]!, edges.at(-1)!];
}

/** The interval that the colours stand for. */
function colorDomain({ values, scale = 'linear' }: HeatMap): Interval {
  const shown = Array.from(values).filter(
    (value) => Number.isFinite(value) && (scale === 'linear' || value > 0),
  );
  if (shown.length === 0) return [scale === 'log' ? 0.1 : 0, 1];
  const low = shown.reduce((a, b) => Math.min(a, b));
  const high = shown.reduce((a, b) => Math.max(a, b));
  if (high > low) return [low, high];
  return scale === 'log'
    ? [low / 2, 2 * low]
    : [low - 0.5 * (Math.abs(low) || 1), low + 0.5 * (Math.abs(low) || 1)];
}

function shareOf([low, high]: Interval, scale: Scale): (value: number) => number {
  return scale === 'log'
    ? (value) => (value > low ? Math.log(value / low) / Math.log(high / low) : 0)
    : (value) => (value - low) / (high - low);
}

/** Cells and textures as an element; `place` turns values into pixels. */
export function drawMap(
  document: Document,
  map: HeatMap,
  axes: MapAxes,
  place: { x: (value: number) => number; y: (value: number) => number },
): SVGElement {
  const edges = mapEdges(map, axes);
  // Whole pixels, so that no seams show between cells.
  const [x, y] = [
    edges.x.map((value) => Math.round(place.x(value))),
    edges.y.map((value) => Math.round(place.y(value))),
  ];
  const group = document.createElementNS('http://www.w3.org/2000/svg', 'g') as unknown as SVGElement;
  group.setAttribute('aria-label', 'map');
  const cells = append(group, 'g', { 'shape-rendering': 'crispEdges' });
  const share = shareOf(colorDomain(map), map.scale ?? 'linear');
  const levelOf = (at: number) => {
    const value = map.values[at]!;
    return Number.isFinite(value) ? Math.min(LEVELS - 1, Math.floor(share(value) * LEVELS)) : undefined;
  };
  for (const [level, path] of runsOf(x, y, levelOf))
    append(cells, 'path', { d: path, fill: mapColor(level / (LEVELS - 1)) });
  for (const texture of map.textures ?? []) drawTexture(group, x, y, texture);
  return group;
}

/** The cells of each level as one path; neighbours in a row are joined. */
function runsOf(
  x: readonly number[],
  y: readonly number[],
  levelOf: (at: number) => number | undefined,
): Map<number, string> {
  const nx = x.length - 1;
  const paths = new Map<number, string>();
  for (let j = 0; j + 1 < y.length; j++) {
    for (let i = 0; i < nx; ) {
      const level = levelOf(j * nx + i);
      let end = i + 1;
      while (end < nx && levelOf(j * nx + end) === level) end++;
      if (level !== undefined) {
        const cell = `M${x[i]},${y[j + 1]}H${x[end]}V${y[j]}H${x[i]}Z`;
        paths.set(level, (paths.get(level) ?? '') + cell);
      }
      i = end;
    }
  }
  return paths;
}

function drawTexture(
  group: SVGElement,
  x: readonly number[],
  y: readonly number[],
  { kind, on }: Texture,
): void {
  const nx = x.length - 1;
  const has = (px: number, py: number) => {
    const i = x.findIndex((edge) => edge > px) - 1;
    const j = y.findIndex((edge) => edge < py) - 1;
    return i >= 0 && j >= 0 && on[j * nx + i] !== 0;
  };
  const [left, right, bottom, top] = [x[0]!, x.at(-1)!, y[0]!, y.at(-1)!];
  if (kind === 'hatched') {
    const veil = runsOf(x, y, (at) => (on[at] === 0 ? undefined : 0)).get(0);
    if (veil === undefined) return;
    append(group, 'path', { d: veil, fill: 'white', 'fill-opacity': 0.55, 'shape-rendering': 'crispEdges' });
    let d = '';
    for (let sum = left + top; sum <= right + bottom; sum += HATCH_SPACING) {
      let from: number | undefined;
      for (let px = Math.max(left, sum - bottom); px <= Math.min(right, sum - top) + 1; px++) {
        const inside = px <= Math.min(right, sum - top) && has(px + 0.5, sum - px - 0.5);
        if (inside && from === undefined) from = px;
        if (!inside && from !== undefined) {
          d += `M${from},${sum - from}L${px},${sum - px}`;
          from = undefined;
        }
      }
    }
    append(group, 'path', { d, ...HATCH_LINE });
    return;
  }
  let d = '';
  for (let row = 0, py = top + DOT_SPACING / 2; py < bottom; row++, py += DOT_SPACING) {
    for (let px = left + (row % 2 === 0 ? 0.5 : 1) * DOT_SPACING; px < right; px += DOT_SPACING)
      if (has(px, py)) d += `M${px},${py}h.01`;
  }
  if (d === '') return;
  append(group, 'path', { d, ...DOT_HALO });
  append(group, 'path', { d, ...DOT });
}

const HATCH_LINE = { stroke: INK, 'stroke-width': 1, 'stroke-opacity': 0.8, fill: 'none' } as const;
const ROUND = { 'stroke-linecap': 'round', fill: 'none' } as const;
const DOT_HALO = { ...ROUND, stroke: 'white', 'stroke-width': 4.4, 'stroke-opacity': 0.85 } as const;
const DOT = { ...ROUND, stroke: INK, 'stroke-width': 2.4 } as const;

/** A small patch of the texture, for the legend. */
export function drawPatch(
  root: SVGElement,
  kind: Texture['kind'],
  x: number,
  y: number,
  width: number,
): void {
  const height = 13;
  append(root, 'rect', {
    x,
    y: y - height / 2,
    width,
    height,
    fill: kind === 'hatched' ? '#F1F1F1' : '#9A9A9A',
  });
  let d = '';
  if (kind === 'hatched') {
    for (let at = 4; at < width + height; at += 6) {
      const from = Math.max(0, at - height);
      const to = Math.min(width, at);
      d += `M${x + from},${y - height / 2 + at - from}L${x + to},${y - height / 2 + at - to}`;
    }
    append(root, 'path', { d, ...HATCH_LINE });
    return;
  }
  for (let at = 5; at < width; at += 8) d += `M${x + at},${y}h.01`;
  append(root, 'path', { d, ...DOT_HALO });
  append(root, 'path', { d, ...DOT });
}

function barTicks(map: HeatMap, height: number) {
  const domain = colorDomain(map);
  const scale = map.scale ?? 'linear';
  const at = ticks(domain, scale, Math.max(3, Math.round(height / 60)));
  return { domain, scale, at, labels: tickLabels(at) };
}

/** What the scale of the colours needs at the right of the frame. */
export function barMargin(map: HeatMap, height: number, tickSize: number, labelSize: number): number {
  const { labels } = barTicks(map, height);
  const widest = Math.max(...labels.map((label) => textWidth(label, tickSize)), 0);
  return Math.ceil(BAR.gap + BAR.width + BAR.tick + 4 + widest + labelSize + 10);
}

/** The scale of the colours, its frame with the corner at (left, top). */
export function drawBar(
  chart: SVGElement,
  map: HeatMap,
  { left, top, height, right }: { left: number; top: number; height: number; right: number },
  [tickSize, labelSize]: readonly [number, number],
): void {
  const { domain, scale, at, labels } = barTicks(map, height);
  const share = shareOf(domain, scale);
  const x = left + BAR.gap;
  const colors = append(chart, 'g', { 'shape-rendering': 'crispEdges' });
  const edge = (level: number) => Math.round(top + height * (1 - level / LEVELS));
  for (let level = 0; level < LEVELS; level++) {
    const [upper, lower] = [edge(level + 1), edge(level)];
    const fill = mapColor(level / (LEVELS - 1));
    append(colors, 'rect', { x, y: upper, width: BAR.width, height: lower - upper, fill });
  }
  append(chart, 'rect', { x, y: top, width: BAR.width, height, fill: 'none', stroke: '#9A9A9A' });
  at.forEach((value, k) => {
    const y = top + height * (1 - share(value));
    const end = x + BAR.width;
    append(chart, 'path', { d: `M${end},${Math.round(y * 100) / 100}h${BAR.tick}`, stroke: INK });
    const label = {
      x: end + BAR.tick + 4,
      y: y + tickSize * 0.35,
      'font-size': tickSize,
      fill: INK,
      'text-anchor': 'start',
    };
    append(chart, 'text', label, labels[k]);
  });
  const transform = `translate(${right - labelSize / 2},${Math.round(top + height / 2)}) rotate(-90)`;
  const text = shorten(map.label, labelSize, height + 20);
  append(chart, 'text', { transform, 'font-size': labelSize, fill: INK, 'text-anchor': 'middle' }, text);
}
