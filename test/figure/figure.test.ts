import fc from 'fast-check';
import { DOMParser } from 'linkedom';
import { describe, expect, test } from 'vitest';
import type { Panel, Series } from '../../src/chart.ts';
import { figure, lineFigure } from '../../src/figure/figure.ts';
import { renderPng } from '../../src/figure/png.ts';
import { textWidth, wrap } from '../../src/figure/text.ts';

const steps = Array.from({ length: 21 }, (_, t) => t);
const falling = steps.map((t) => 1 / (1 + t));
const series: Series[] = [
  { name: 'predicted', kind: 'prediction', x: steps, y: falling },
  { name: 'simulated', kind: 'simulation', x: steps, y: falling, standardError: steps.map(() => 0.02) },
  {
    name: 'estimated',
    kind: 'estimate',
    x: steps,
    y: falling,
    lower: falling.map((v) => 0.9 * v),
    upper: falling.map((v) => 1.1 * v),
  },
];
const base = { title: 'Theory & practice <side by side>', xLabel: 'step', yLabel: 'error (label²)', series };
const parse = (svg: string) => new DOMParser().parseFromString(svg, 'image/svg+xml');

describe('the SVG', () => {
  test('is the same for the same input, also after other figures', () => {
    const first = lineFigure(base);
    lineFigure({ ...base, title: 'another', yScale: 'log' });
    expect(lineFigure(base)).toBe(first);
  });

  test('stands alone: white ground, no style sheet, no id, no link, size and view box given', () => {
    const svg = lineFigure(base);
    const { documentElement: root } = parse(svg);
    expect(svg).toContain('xmlns="http://www.w3.org/2000/svg"');
    expect(root.getAttribute('viewBox')).toBe(`0 0 640 ${root.getAttribute('height')}`);
    expect(root.getAttribute('width')).toBe('640');
    expect(svg).not.toMatch(/<style|<foreignObject| id=|url\(|href|class=/);
    expect(parse(svg).querySelector('rect')?.getAttribute('fill')).toBe('white');
  });

  test('is about 640 × 400 with a title and one row of legend', () => {
    const height = Number(parse(lineFigure(base)).documentElement.getAttribute('height'));
    expect(height).toBeGreaterThan(350);
    expect(height).toBeLessThan(420);
  });

  test('holds title, labels, legend and annotation as text', () => {
    const svg = lineFigure({ ...base, subtitle: 'n = 400', annotations: [{ x: 9, text: 'stop: step 9' }] });
    const texts = [...parse(svg).querySelectorAll('text')].map((text) => text.textContent);
    for (const expected of [
      base.title,
      'n = 400',
      'step',
      'error (label²)',
      'predicted',
      'simulated',
      'estimated',
      'stop: step 9',
      '0',
      '20',
    ]) {
      expect(texts).toContain(expected);
    }
  });

  test('draws a solid line, a dashed line with band, and dots with error bars', () => {
    const svg = lineFigure(base);
    expect(svg.match(/<circle/g)?.length).toBe(steps.length + 1);
    expect(svg).toContain('stroke-dasharray="7,4"');
    expect(svg).toContain('fill-opacity="0.16"');
    expect(svg).toMatch(/aria-label="rule"/);
  });

  test('has no text smaller than 13 px, 6.5 px at half size', () => {
    const sizes = [
      ...lineFigure({ ...base, subtitle: 's', annotations: [{ x: 1, text: 'a' }] }).matchAll(
        /font-size="(\d+)"/g,
      ),
    ];
    const smallest = Math.min(...sizes.map(([, size]) => Number(size)).filter((size) => size !== 10));
    expect(smallest).toBeGreaterThanOrEqual(13);
  });

  test('keeps the legend above the frames and annotations that would overlap in rows of their own', () => {
    const many = Array.from({ length: 7 }, (_, i) => ({
      ...series[0],
      name: `a rather long name of a curve, number ${i}`,
    }));
    const svg = lineFigure({
      ...base,
      series: many,
      annotations: [
        { x: 9, text: 'here' },
        { x: 9.2, text: 'there' },
      ],
    });
    const document = parse(svg);
    const frameTop = Number(document.querySelector('svg svg')?.getAttribute('y'));
    const legend = [...document.documentElement.children].filter((child) => child.localName === 'text');
    expect(legend).toHaveLength(7);
    for (const text of legend) expect(Number(text.getAttribute('y'))).toBeLessThan(frameTop);
    const at = (text: string) =>
      [...document.querySelectorAll('text')].find((node) => node.textContent === text)?.getAttribute('y');
    expect(at('here')).not.toBe(at('there'));
  });

  test('panels without a curve in common have a legend each, above their own frame; others share one', () => {
    const named = (name: string) => ({ ...base, series: [{ ...series[0], name }] });
    /** Where the frames begin, and where names stand in legends. */
    const places = (panels: readonly Panel[], layout?: 'side-by-side') => {
      const { documentElement: root } = parse(figure({ title: 't', panels, layout }));
      const frames = [...root.querySelectorAll('svg')].map((frame) => ({
        top: Number(frame.getAttribute('y')),
        height: Number(frame.getAttribute('height')),
      }));
      const texts = [...root.children].filter((child) => child.localName === 'text');
      const legend = new Map(texts.map((text) => [text.textContent, Number(text.getAttribute('y'))]));
      return { frames, legend };
    };
    const apart = places([named('loss'), named('rate')]);
    expect(apart.legend.get('loss')! - apart.frames[0]!.top).toBeCloseTo(
      apart.legend.get('rate')! - apart.frames[1]!.top,
      6,
    );
    expect(apart.legend.get('rate')).toBeGreaterThan(apart.frames[1]!.top);
    const together = places([named('loss'), { ...base, series: [named('loss').series[0], series[1]] }]);
    for (const y of together.legend.values()) expect(y).toBeLessThan(together.frames[0]!.top);
    // Frames beside each other begin at one height, however many rows their legends have.
    const many = {
      ...base,
      series: Array.from({ length: 9 }, (_, i) => named(`a long name, number ${i}`).series[0]),
    };
    const { frames } = places([named('loss'), many], 'side-by-side');
    expect(frames[0]).toEqual(frames[1]);
  });

  test('stacked panels with one x axis in words have it in numbers too', () => {
    const short = { ...series[0], name: 'short', x: steps.slice(0, 5), y: falling.slice(0, 5) };
    const ends = (xLabel: string) => {
      const panels = [base, { ...base, xLabel, series: [short] }];
      const { documentElement: root } = parse(figure({ title: 't', panels }));
      return [...root.querySelectorAll('svg')].map(
        (frame) => [...frame.querySelectorAll('[aria-label="x-axis tick label"] text')].at(-1)!.textContent,
      );
    };
    expect(ends('step')).toEqual(['20', '20']);
    expect(ends('epoch')).toEqual(['20', '4']);
  });

  test('labels stand beside the ends of their curves, apart where those meet; stacked frames end together', () => {
    const ends = [1, 0.999, 0.998, -1];
    const lines = ends.map((end, i) => ({
      name: 'infinite width',
      kind: 'prediction' as const,
      x: [0, 1],
      y: [0, end],
      label: `${95 - 20 * i} %`,
    }));
    const { documentElement: root } = parse(
      figure({ title: 't', panels: [{ ...base, series: lines }, base] }),
    );
    const [first, second] = [...root.querySelectorAll('svg')];
    const labels = [...first!.children].filter((child) => /^\d+ %$/.test(child.textContent ?? ''));
    const heights = labels.map((label) => Number(label.getAttribute('y')));
    expect(labels.map(({ textContent }) => textContent)).toEqual(['95 %', '75 %', '55 %', '35 %']);
    heights.slice(1).forEach((y, i) => {
      expect(y - heights[i]!).toBeGreaterThan(15);
    });
    const rightOf = (frame: Element) =>
      Math.max(
        ...[...frame.querySelectorAll('[aria-label="frame"]')].map(
          (rect) => Number(rect.getAttribute('x')) + Number(rect.getAttribute('width')),
        ),
      );
    expect(rightOf(first as unknown as Element)).toBe(rightOf(second as unknown as Element));
    expect(Number(labels[0]!.getAttribute('x'))).toBeGreaterThan(rightOf(first as unknown as Element));
  });

  test('puts panels below or beside each other', () => {
    const panels = [
      { ...base },
      { xLabel: 'step', yLabel: 'z', series, baseline: 0, band: [-2, 2] as const },
    ];
    const corners = (layout: 'stacked' | 'side-by-side') =>
      [...parse(figure({ title: 't', panels, layout })).querySelectorAll('svg svg')].map((panel) => [
        Number(panel.getAttribute('x')),
        Number(panel.getAttribute('y')),
      ]);
    const [[x0, y0], [x1, y1]] = corners('stacked');
    expect(x1).toBe(x0);
    expect(y1).toBeGreaterThan(y0 + 200);
    const [[left, top], [right, sameTop]] = corners('side-by-side');
    expect(right).toBeGreaterThan(left + 400);
    expect(sameTop).toBe(top);
  });

  test('is well-formed and free of NaN for 500 arbitrary curves, scales and texts', () => {
    const values = fc.array(fc.oneof(fc.double(), fc.double({ min: -10, max: 10 })), { maxLength: 60 });
    const curve = fc.record({
      name: fc.string({ unit: 'binary' }),
      kind: fc.constantFrom('prediction' as const, 'simulation' as const, 'estimate' as const),
      x: values,
      y: values,
      standardError: fc.option(values, { nil: undefined }),
      lower: fc.option(values, { nil: undefined }),
    });
    fc.assert(
      fc.property(
        fc.array(curve, { maxLength: 4 }),
        fc.boolean(),
        fc.string({ unit: 'binary' }),
        fc.double(),
        (curves, log, text, x) => {
          const svg = lineFigure({
            title: text,
            subtitle: text,
            xLabel: text,
            yLabel: text,
            yScale: log ? 'log' : 'linear',
            series: curves,
            annotations: [{ x, text }],
          });
          const drawn = svg.replace(/<text[^>]*>[^<]*<\/text>|aria-label="[^"]*"/g, '');
          expect(drawn).not.toMatch(/NaN|Infinity|undefined/);
          expect(parse(svg).documentElement.localName).toBe('svg');
        },
      ),
      { numRuns: 500, seed: 6 },
    );
  });
});

describe('kinds and scales', () => {
  const x = [10, 20, 40, 80, 160];
  const slopes = {
    xLabel: 'neurons',
    yLabel: 'squared gap',
    xScale: 'log',
    yScale: 'log',
    title: 'Slope −1',
    series: [
      {
        name: 'simulated',
        kind: 'simulation',
        x,
        y: x.map((m) => 1 / m),
        standardError: x.map((m) => 0.1 / m),
      },
      { name: 'bound', kind: 'bound', x, y: x.map((m) => 3 / m) },
    ],
  } as const;
  const centres = [-1, 0, 1, 2];
  const counts = {
    xLabel: 'eigenvalue',
    yLabel: 'density',
    title: 'Spectrum',
    series: [
      { name: 'counted', kind: 'histogram', x: centres, y: [0.1, 0.5, 0, 0.3] },
      { name: 'predicted', kind: 'prediction', x: centres, y: [0.2, 0.4, 0.3, 0.1] },
    ],
  } as const;
  const svg = figure({ title: 'Two panels', panels: [slopes, counts], layout: 'side-by-side' });

  test('on two logarithmic axes powers lie on a straight line, evenly spaced for a geometric sequence', () => {
    const circles = [...parse(svg).querySelectorAll('circle')].map((dot) => [
      Number(dot.getAttribute('cx')),
      Number(dot.getAttribute('cy')),
    ]);
    const dots = circles.slice(-5);
    const steps = dots.slice(1).map(([cx, cy], i) => [cx! - dots[i]![0]!, cy! - dots[i]![1]!]);
    for (const [dx, dy] of steps) {
      expect(dx).toBeCloseTo(steps[0]![0]!, 1);
      expect(dy).toBeCloseTo(steps[0]![1]!, 1);
    }
  });

  test('on a logarithmic axis a bar that reaches zero ends at a tenth of its value, without a cap; so does a band', () => {
    const two = { x: [0, 1], y: [1, 0.001] };
    const drawn = (kind: 'simulation' | 'prediction', standardError: number[]) =>
      parse(
        lineFigure({
          ...base,
          yScale: 'log',
          series: [
            { name: 'low', kind: 'bound', x: [0, 1], y: [1e-6, 1e-6] },
            { name: 'with bars', kind, ...two, standardError },
          ],
        }),
      );
    const ends = (standardError: number[]) =>
      [...drawn('simulation', standardError).querySelectorAll('g[aria-label="rule"] line')].map((line) =>
        ['y1', 'y2'].map((end) => Number(line.getAttribute(end))),
      );
    const caps = (standardError: number[]) =>
      drawn('simulation', standardError).querySelectorAll('g[aria-label="dot"] path').length;
    const [, open] = ends([0.1, 0.00075]);
    const [, whole] = ends([0.1, 0.00045]);
    // From 2.5 to 0.1 of the value, and from 1.9 to 0.1 of it.
    expect(Math.max(...open)).toBeCloseTo(Math.max(...whole), 0);
    expect([caps([0.1, 0.00075]), caps([0.1, 0.00045])]).toEqual([3, 4]);
  });

  test('a histogram has error bars where its counts scatter, and no dots', () => {
    const [counted] = counts.series;
    const bars = { ...counted, standardError: [0.02, 0.05, 0, 0.03] };
    const text = figure({ title: 't', panels: [{ ...counts, series: [bars] }] });
    const [rules] = [...parse(text).querySelectorAll('g')].filter(
      (g) => g.getAttribute('aria-label') === 'rule',
    );
    expect(rules!.querySelectorAll('line').length).toBe(3);
    expect(text).not.toContain('<circle');
  });

  test('shaded stretches reach from top to bottom, end with the frame, and are named', () => {
    const shaded = {
      name: 'beware',
      x: [
        [5, 15],
        [1000, 2000],
      ] as const,
    };
    const text = figure({ title: 't', panels: [{ ...slopes, shaded }] });
    const shades = [...parse(text).querySelectorAll('rect')].filter(
      (rect) => rect.getAttribute('fill') === '#E9E9E9',
    );
    const inside = [...parse(text).querySelectorAll('g')].filter((g) => g.getAttribute('fill') === '#E9E9E9');
    expect(shades.length).toBe(1);
    expect(inside.length).toBe(1);
    expect(inside[0]!.querySelectorAll('rect').length).toBe(1);
    expect(text).toContain('beware');
  });

  test('panels have titles; a bound is dotted; a histogram has a bar for every count that is not zero', () => {
    const texts = [...parse(svg).querySelectorAll('text')].map((text) => text.textContent);
    expect(texts).toEqual(expect.arrayContaining(['Slope −1', 'Spectrum', 'bound', 'counted']));
    expect(svg).toContain('stroke-dasharray="2,3"');
    const bars = [...parse(svg).querySelectorAll('rect')].filter(
      (rect) => rect.getAttribute('fill') !== 'white' && Number(rect.getAttribute('height')) > 12.5,
    );
    expect(bars.length).toBeGreaterThanOrEqual(3);
  });
});

describe('the PNG', () => {
  test('is drawn with its text on a machine without fonts', async () => {
    const blank = await renderPng(lineFigure({ ...base, title: ' ', xLabel: ' ', yLabel: ' ' }), 1);
    const full = await renderPng(lineFigure(base), 1);
    expect(full.png?.slice(0, 8)).toEqual(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a));
    // Titles and labels are several kilobytes of antialiased glyphs.
    expect(full.png!.length).toBeGreaterThan(blank.png!.length + 3000);
  });
});

test('text widths: Helvetica metrics to a thousandth for ASCII', () => {
  expect(textWidth('Hello', 1000)).toBe(722 + 556 + 222 + 222 + 556);
  expect(wrap('one two three', 10, 45, 2)).toEqual(['one two', 'three']);
  expect(wrap('one two\u00a0three', 10, 45, 2)[0]).toBe('one');
  expect(wrap('one two three four five', 10, 40, 2)[1]).toMatch(/…$/);
});
