// One frame with axes, grid and curves. Measures nothing but its own margins; titles and legend stand outside.
import * as Plot from '@observablehq/plot';
import type { Interval, Panel, Scale, Series } from '../chart.ts';
import type { HeatMap } from '../heat-map.ts';
import { GRID, INK, QUIET_INK, SHADE, seriesColor } from '../palette.ts';
import { domainOf, tickLabels, ticks } from './axis.ts';
import { drawLegend, LEGEND_ROW, type Legend, LINES } from './legend.ts';
import { barMargin, drawBar, drawMap, type MapAxes, mapEdges, spanOf } from './map.ts';
import { arrangeEnds, arrangeNotes, NOTE_ROW, NOTE_SIZE } from './notes.ts';
import { clipped, drawable, type Point, pointsOf, thinned } from './series.ts';
import { append, roundAttributes } from './svg.ts';
import { shorten, textWidth } from './text.ts';

const TICK_SIZE = 14;
const LABEL_SIZE = 15;
const TITLE_ROW = 20;
const MOST_DOTS = 40;
const LEGEND_INSET = 7;
const END_GAP = 6;

export interface Frame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What a panel needs to the left of its frame, for panels above each other to line up. */
export function leftMargin(panel: Panel, height: number): number {
  const labels = tickLabels(yTicksOf(panel, height).yTicks);
  return Math.ceil(Math.max(...labels.map((label) => textWidth(label, TICK_SIZE)))) + LABEL_SIZE + 26;
}

/** What a panel needs to the right of its frame. */
export function rightMargin({ map, series }: Panel, height: number): number {
  if (map) return barMargin(map, height, TICK_SIZE, LABEL_SIZE);
  const labels = series.flatMap(({ label }) => label ?? []);
  return Math.max(16, ...labels.map((label) => Math.ceil(textWidth(label, NOTE_SIZE)) + 2 * END_GAP));
}

function yTicksOf(panel: Panel, height: number): { y: Interval; yTicks: number[] } {
  const scale = panel.yScale ?? 'linear';
  const y = yDomain(panel, panel.series.map(pointsOf), scale);
  return { y, yTicks: ticks(y, scale, Math.max(3, Math.round(height / 50))) };
}

/** Margins, the interval of x unless it is the panel's own, and the legend of this panel alone, above its frame. */
export interface PanelPlace {
  readonly x?: Interval;
  readonly left?: number;
  readonly right?: number;
  readonly legend?: Legend;
}

/** Draws `panel` into `root`, filling `frame`. `colors` gives the colour of each series. */
export function drawPanel(
  root: SVGElement,
  panel: Panel,
  frame: Frame,
  colors: readonly string[],
  {
    left = leftMargin(panel, frame.height),
    right = rightMargin(panel, frame.height),
    x: shared,
    legend,
  }: PanelPlace = {},
): void {
  const { map } = panel;
  const scale = panel.yScale ?? 'linear';
  const xScale = panel.xScale ?? 'linear';
  const whole = panel.series.map(pointsOf);
  const legendHeight = (legend?.rows ?? 0) * LEGEND_ROW;
  const { y, yTicks } = yTicksOf(panel, frame.height - legendHeight);
  const x = shared ?? xDomain(panel);
  const points = map ? whole.map((line) => clipped(line, x, y)) : whole;
  const along = (value: number) =>
    xScale === 'log' ? Math.log(value / x[0]) / Math.log(x[1] / x[0]) : (value - x[0]) / (x[1] - x[0]);
  const place = (value: number) => left + along(value) * (frame.width - left - right);
  const notes = arrangeNotes(panel.annotations ?? [], x, place, frame.width);
  const titled = panel.title === undefined ? 0 : TITLE_ROW;
  const head = titled + legendHeight;
  const top = 8 + head + notes.rows * NOTE_ROW;
  const bottom = TICK_SIZE + LABEL_SIZE + 20;
  const xTicks =
    panel.xTicks ?? ticks(x, xScale, Math.max(3, Math.round(frame.width / 95)), wholeNumbers(points));
  const chart = Plot.plot({
    document: root.ownerDocument,
    width: frame.width,
    height: frame.height,
    marginLeft: left,
    marginRight: right,
    marginTop: top,
    marginBottom: bottom,
    x: { domain: x, axis: null, type: xScale },
    y: { domain: y, axis: null, type: scale },
    marks: [
      panel.shaded ? shadedMark(panel.shaded.x, x, y) : null,
      panel.band ? bandBetween(panel.band, x) : null,
      map ? mapMark(map, { xScale, yScale: scale }, root.ownerDocument) : null,
      map ? null : Plot.gridY(yTicks, { stroke: GRID, strokeOpacity: 1 }),
      panel.baseline === undefined ? null : Plot.ruleY([panel.baseline], { stroke: QUIET_INK }),
      Plot.ruleX(notes.items, { x: 'x', stroke: QUIET_INK, strokeDasharray: '2,3' }),
      ...panel.series.map((series, i) => barMarks(series, points[i], colors[i], y)),
      ...panel.series.map((series, i) => bandMark(series, points[i], colors[i], y, scale)),
      ...panel.series.map((series, i) => (map ? haloMark(series, points[i], y, scale) : null)),
      ...panel.series.map((series, i) => lineMark(series, points[i], colors[i], y, scale)),
      ...panel.series.map((series, i) => dotMarks(series, points[i], colors[i], y, scale)),
      Plot.frame({ stroke: '#9A9A9A' }),
      Plot.axisY(yTicks, axisStyle(yTicks)),
      Plot.axisX(xTicks, axisStyle(xTicks)),
    ],
  }) as unknown as SVGElement;
  for (const style of chart.querySelectorAll('style')) style.remove();
  for (const element of chart.querySelectorAll('*')) roundAttributes(element);
  for (const attribute of ['class', 'font-family', 'viewBox']) chart.removeAttribute(attribute);
  chart.setAttribute('x', String(frame.x));
  chart.setAttribute('y', String(frame.y));
  if (legend) drawLegend(root, legend.placed, frame.x + LEGEND_INSET, frame.y + titled);
  root.appendChild(chart);
  for (const { at, row, anchor, text } of notes.items) {
    const y = head + (row + 1) * NOTE_ROW - 2;
    append(chart, 'text', { x: at, y, 'text-anchor': anchor, 'font-size': NOTE_SIZE, fill: INK }, text);
  }
  if (panel.title !== undefined) {
    const width = frame.width - left - right;
    const title = shorten(panel.title, LABEL_SIZE, width);
    append(
      chart,
      'text',
      {
        x: left,
        y: LABEL_SIZE + 1,
        'font-size': LABEL_SIZE,
        'font-weight': 700,
        'text-anchor': 'start',
        fill: INK,
      },
      title,
    );
  }
  const ends = arrangeEnds(panel.series, points, y, (value) => {
    const share =
      scale === 'log' ? Math.log(value / y[0]) / Math.log(y[1] / y[0]) : (value - y[0]) / (y[1] - y[0]);
    return frame.height - bottom - share * (frame.height - bottom - top);
  });
  for (const { text, at } of ends) {
    const place = { x: frame.width - right + END_GAP, y: at + NOTE_SIZE * 0.36, 'text-anchor': 'start' };
    append(chart, 'text', { ...place, 'font-size': NOTE_SIZE, fill: INK }, text);
  }
  drawLabels(chart, panel, frame, { left, right, top, bottom });
  if (map) {
    const place = { left: frame.width - right, top, height: frame.height - top - bottom, right: frame.width };
    drawBar(chart, map, place, [TICK_SIZE, LABEL_SIZE]);
  }
}

function mapMark(map: HeatMap, axes: MapAxes, document: Document): Plot.Markish {
  return (_index, scales) => {
    const { x, y } = scales as unknown as Record<'x' | 'y', (value: number) => number>;
    return drawMap(document, map, axes, { x, y });
  };
}

function axisStyle(ticks: readonly number[]): Plot.AxisXOptions & Plot.AxisYOptions {
  const labels = tickLabels(ticks);
  return { label: null, text: labels, fontSize: TICK_SIZE, tickSize: 4, fontVariant: '' };
}

type Margins = { left: number; right: number; top: number; bottom: number };

function drawLabels(
  chart: SVGElement,
  panel: Panel,
  frame: Frame,
  { left, right, top, bottom }: Margins,
): void {
  const label = { 'font-size': LABEL_SIZE, fill: INK, 'text-anchor': 'middle' };
  const width = frame.width - left - right;
  const height = frame.height - top - bottom;
  append(
    chart,
    'text',
    { ...label, x: left + width / 2, y: frame.height - 8 },
    shorten(panel.xLabel, LABEL_SIZE, width),
  );
  const middle = top + height / 2;
  const yLabel = shorten(panel.yLabel, LABEL_SIZE, frame.height - 8);
  append(
    chart,
    'text',
    { ...label, transform: `translate(${LABEL_SIZE},${Math.round(middle)}) rotate(-90)` },
    yLabel,
  );
}

function yDomain(panel: Panel, points: readonly Point[][], scale: Scale): Interval {
  if (panel.map) return spanOf(mapEdges(panel.map, { xScale: panel.xScale ?? 'linear', yScale: scale }).y);
  const core = points.flat().map((point) => point.y);
  if (panel.baseline !== undefined) core.push(panel.baseline);
  if (panel.series.some(({ kind }) => kind === 'histogram') && scale === 'linear') core.push(0);
  const reach = [...points.flat().flatMap((point) => [point.lower, point.upper]), ...(panel.band ?? [])];
  return domainOf(core, reach, scale);
}

/** The interval of x that a panel shows by itself. */
export function xDomain(panel: Panel): Interval {
  const { map, xScale = 'linear', yScale = 'linear' } = panel;
  if (map) return spanOf(mapEdges(map, { xScale, yScale }).x);
  const points = panel.series.map(pointsOf);
  const seen = [
    ...points.flat().map((point) => point.x),
    ...(panel.annotations ?? []).map((note) => drawable(note.x)),
  ];
  const log = xScale === 'log';
  const finite = seen.filter((value) => (log ? value > 0 : !Number.isNaN(value)));
  if (finite.length === 0) return log ? [0.1, 1] : [0, 1];
  const low = finite.reduce((a, b) => Math.min(a, b));
  const high = finite.reduce((a, b) => Math.max(a, b));
  if (log) {
    const margin = Math.max(1.05, (high / low) ** 0.03);
    return [low / margin, high * margin];
  }
  const bars = panel.series.findIndex(({ kind }) => kind === 'histogram');
  if (bars >= 0) {
    const half = barWidth(points[bars]) / 2;
    return [low - 1.5 * half, high + 1.5 * half];
  }
  const size = Math.max(Math.abs(low), Math.abs(high));
  const margin = 0.015 * (high - low > 1e-9 * size ? high - low : size || 1);
  return [low - margin, high + margin];
}

/** The spacing of the bars of a histogram. */
const barWidth = (points: readonly Point[]) => (points.length > 1 ? points[1].x - points[0].x : 1);

function barMarks(series: Series, points: readonly Point[], color: string, [low]: Interval): Plot.Markish {
  if (series.kind !== 'histogram') return null;
  const half = barWidth(points) / 2;
  const bars = points.filter((point) => Number.isFinite(point.y) && point.y > low);
  const ends = { x1: (point: Point) => point.x - half, x2: (point: Point) => point.x + half };
  return Plot.rect(bars, {
    ...ends,
    y1: low,
    y2: 'y',
    fill: color,
    fillOpacity: 0.35,
    stroke: 'white',
    strokeWidth: 0.5,
  });
}

function bandBetween([y1, y2]: Interval, [x1, x2]: Interval): Plot.Markish {
  return Plot.rect([0], { x1, x2, y1, y2, fill: '#F1F1F1' });
}

function shadedMark(stretches: readonly Interval[], x: Interval, [y1, y2]: Interval): Plot.Markish {
  const seen = stretches
    .map(([from, to]) => ({ x1: clamp(from, x), x2: clamp(to, x) }))
    .filter(({ x1, x2 }) => x2 > x1);
  return Plot.rect(seen, { x1: 'x1', x2: 'x2', y1, y2, fill: SHADE });
}

const wholeNumbers = (points: readonly Point[][]) =>
  points.flat().every((point) => Number.isInteger(point.x));
const visible = (value: number, scale: Scale) => Number.isFinite(value) && (scale === 'linear' || value > 0);
const clamp = (value: number, [low, high]: Interval) => Math.min(high, Math.max(low, value));

/** A logarithmic axis has no place for the end of an interval that reaches zero: it is drawn to a tenth of its value. */
function lowerEnd(y: Interval, scale: Scale): (point: Point) => number {
  return ({ lower, y: value }) => clamp(scale === 'log' && lower <= 0 ? value / 10 : lower, y);
}

function bandMark(
  series: Series,
  points: readonly Point[],
  color: string,
  y: Interval,
  scale: Scale,
): Plot.Markish {
  if (
    series.kind === 'simulation' ||
    series.kind === 'histogram' ||
    !points.some((point) => Number.isFinite(point.lower + point.upper))
  )
    return null;
  const lower = lowerEnd(y, scale);
  return Plot.areaY(points, {
    x: 'x',
    y1: (point: Point) => (Number.isFinite(point.y) ? lower(point) : Number.NaN),
    y2: (point: Point) => (Number.isFinite(point.y) ? clamp(point.upper, y) : Number.NaN),
    fill: color,
    fillOpacity: 0.16,
  });
}

function shownY(y: Interval, scale: Scale): (point: Point) => number {
  return (point) => (visible(point.y, scale) && point.y >= y[0] && point.y <= y[1] ? point.y : Number.NaN);
}

function lineMark(
  series: Series,
  points: readonly Point[],
  color: string,
  y: Interval,
  scale: Scale,
): Plot.Markish {
  if (series.kind === 'simulation' || series.kind === 'histogram') return null;
  const at = { x: 'x', y: shownY(y, scale) };
  const line = Plot.line(points, { ...at, stroke: color, ...LINES[series.kind] });
  return series.dots ? [line, Plot.dot(points, { ...at, r: 3.4, fill: color })] : line;
}

/** A white edge, so that a line is seen on every colour of a map. */
function haloMark(series: Series, points: readonly Point[], y: Interval, scale: Scale): Plot.Markish {
  if (series.kind === 'simulation' || series.kind === 'histogram') return null;
  const strokeWidth = Number(LINES[series.kind].strokeWidth) + 3;
  return Plot.line(points, {
    x: 'x',
    y: shownY(y, scale),
    stroke: 'white',
    strokeOpacity: 0.85,
    strokeWidth,
  });
}

function dotMarks(
  series: Series,
  points: readonly Point[],
  color: string,
  y: Interval,
  scale: Scale,
): Plot.Markish {
  const bare = series.kind === 'histogram';
  if (series.kind !== 'simulation' && !bare) return null;
  const value = shownY(y, scale);
  const shown = (bare ? points : thinned(points, MOST_DOTS)).filter((point) => !Number.isNaN(value(point)));
  const bars = shown.filter(
    ({ lower, upper }) => Number.isFinite(lower + upper) && !(bare && lower === upper),
  );
  const stroke = { stroke: color, strokeWidth: 1.6 };
  const ends = { y1: lowerEnd(y, scale), y2: (point: Point) => clamp(point.upper, y) };
  // A bar that reaches beyond the frame, or beyond a logarithmic axis, has no cap at that end.
  const caps = bars
    .flatMap(({ x, lower, upper }) => [
      { x, end: lower },
      { x, end: upper },
    ])
    .filter(({ end }) => end >= y[0] && end <= y[1]);
  return [
    Plot.ruleX(bars, { x: 'x', ...ends, ...stroke }),
    Plot.dot(caps, { x: 'x', y: 'end', symbol: CAP as unknown as Plot.SymbolType, ...stroke }),
    bare ? null : Plot.dot(shown, { x: 'x', y: 'y', r: 3.4, fill: 'white', stroke: color, strokeWidth: 1.8 }),
  ];
}

// Drawn as a symbol: Plot's own line markers would number their ids through the whole process.
const CAP = {
  draw(context: CanvasPath) {
    context.moveTo(-3.5, 0);
    context.lineTo(3.5, 0);
  },
};

/** The colour of each series: its own, or the next of the palette. */
export function panelColors(panel: Panel): string[] {
  return panel.series.map((series, i) => series.color ?? seriesColor(i));
}
