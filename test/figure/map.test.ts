import { DOMParser } from 'linkedom';
import { describe, expect, test } from 'vitest';
import type { Panel } from '../../src/chart.ts';
import { figure } from '../../src/figure/figure.ts';
import type { Texture } from '../../src/heat-map.ts';

const parse = (svg: string) => new DOMParser().parseFromString(svg, 'image/svg+xml');
const [x, y] = [
  [1, 10, 100, 1000],
  [0, 1, 2],
];
const values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, Number.NaN];
const on = (...cells: number[]) => values.map((_, at) => Number(cells.includes(at)));
const draw = (changes: Partial<Panel> = {}, textures: Texture[] = [], scale?: 'log') =>
  figure({
    title: 'A map',
    panels: [
      {
        xLabel: 'across',
        yLabel: 'up',
        xScale: 'log',
        series: [],
        map: { label: 'height (m)', x, y, values, scale, textures },
        ...changes,
      },
    ],
  });
const cellsOf = (svg: string) => {
  const map = [...parse(svg).querySelectorAll('g')].find((g) => g.getAttribute('aria-label') === 'map')!;
  return [...map.children[0]!.children];
};

describe('a map', () => {
  test('has a cell for every value that is a number, as wide as its neighbours on a log axis', () => {
    const cells = cellsOf(draw()).map((cell) => cell.getAttribute('d')!.match(/-?\d+/g)!.map(Number));
    expect(cells.length).toBe(11);
    const widths = cells.map(([left, , right]) => right! - left!);
    for (const width of widths) expect(Math.abs(width - widths[0]!)).toBeLessThanOrEqual(1);
  });

  test('goes from the darkest colour to the brightest, and names them with the unit at its right', () => {
    const svg = draw();
    const fills = cellsOf(svg).map((cell) => cell.getAttribute('fill'));
    expect(fills[0]).toBe('#440154');
    expect(fills.at(-1)).toBe('#fde725');
    const texts = [...parse(svg).querySelectorAll('text')].map((text) => text.textContent);
    expect(texts).toEqual(expect.arrayContaining(['height (m)', 'across', 'up', '2', '10']));
  });

  test('on a log scale, equal ratios are equal steps, and 0 has the lowest colour', () => {
    const powers = {
      label: 'p',
      x: [1, 2, 3, 4],
      y: [1, 2],
      values: [1, 10, 100, 0, 1, 10, 100, 0],
      scale: 'log',
    } as const;
    const fills = cellsOf(draw({ map: powers, xScale: 'linear' })).map((cell) => cell.getAttribute('fill'));
    expect(fills).toEqual(['#440154', '#21928c', '#fde725']);
  });

  test('is as large in 60 × 60 cells as a figure may be: below 120 kB, the same bytes each time, no link and no id', () => {
    const n = 60;
    const grid = Array.from({ length: n }, (_, i) => 1 + i);
    const map = {
      label: 'm',
      x: grid,
      y: grid,
      values: grid.flatMap((a) => grid.map((b) => Math.sin(a / 9) * b)),
    };
    const svg = draw({ map, xScale: 'linear' });
    expect(svg.length).toBeLessThan(120_000);
    expect(draw({ map, xScale: 'linear' })).toBe(svg);
    expect(svg).not.toMatch(/ id=|url\(|href|NaN|Infinity|undefined/);
  });

  test('textures: hatched cells are paled and crossed by lines that stay inside; dots are only where they belong', () => {
    const svg = draw({}, [
      { name: 'unsure', kind: 'dotted', on: on(0) },
      { name: 'wrong', kind: 'hatched', on: on(5) },
      { name: 'nowhere', kind: 'hatched', on: on() },
    ]);
    const texts = [...parse(svg).querySelectorAll('text')].map((text) => text.textContent);
    expect(texts).toEqual(expect.arrayContaining(['unsure', 'wrong']));
    expect(texts).not.toContain('nowhere');
    const map = [...parse(svg).querySelectorAll('g')].find((g) => g.getAttribute('aria-label') === 'map')!;
    const [cells, halo, dots, veil, lines, ...rest] = [...map.children];
    expect(rest).toEqual([]);
    const box = (at: number) =>
      cells!.children[at]!.getAttribute('d')!.match(/-?\d+/g)!.map(Number) as [
        number,
        number,
        number,
        number,
      ];
    const pairs = (element: Element | undefined) =>
      [...element!.getAttribute('d')!.matchAll(/[ML](-?[\d.]+),(-?[\d.]+)/g)].map(
        ([, a, b]) => [Number(a), Number(b)] as const,
      );
    const within = (at: number, slack: number) => (point: readonly [number, number]) => {
      const [left, top, right, bottom] = box(at);
      expect(point[0]).toBeGreaterThanOrEqual(left - slack);
      expect(point[0]).toBeLessThanOrEqual(right + slack);
      expect(point[1]).toBeGreaterThanOrEqual(top - slack);
      expect(point[1]).toBeLessThanOrEqual(bottom + slack);
    };
    expect(halo!.getAttribute('d')).toBe(dots!.getAttribute('d'));
    expect(pairs(dots).length).toBeGreaterThan(30);
    pairs(dots).forEach(within(0, 0));
    expect(veil!.getAttribute('fill')).toBe('white');
    expect(pairs(lines).length).toBeGreaterThan(20);
    pairs(lines).forEach(within(5, 1));
  });

  test('lines over it have a white edge and are cut off at the frame, which ends with the cells', () => {
    const svg = draw({
      series: [{ name: 'a line', kind: 'estimate', x: [0.001, 1e6], y: [1, 1] }],
    });
    const lines = [...parse(svg).querySelectorAll('g')].filter(
      (g) => g.getAttribute('aria-label') === 'line',
    );
    expect(lines.map((line) => line.getAttribute('stroke'))).toEqual(['white', '#0072B2']);
    const path = lines[1]!
      .querySelector('path')!
      .getAttribute('d')!
      .match(/[\d.]+/g)!
      .map(Number);
    const left = Math.min(...cellsOf(svg).map((cell) => Number(/-?\d+/.exec(cell.getAttribute('d')!)![0])));
    expect(Math.abs(path[0]! - left)).toBeLessThan(1);
    const texts = [...parse(svg).querySelectorAll('text')].map((text) => text.textContent);
    expect(texts).not.toContain('10⁶');
  });

  test.each([
    [[Number.NaN], [1], [1]],
    [[0], [1], [1]],
    [[5, 5], [1, 2], [1]],
  ])('of values %j draws no NaN', (some, xs, ys) => {
    for (const scale of ['linear', 'log'] as const) {
      const svg = draw({ map: { label: '', x: xs, y: ys, values: some, scale } });
      expect(svg.replace(/<text[^>]*>[^<]*<\/text>/g, '')).not.toMatch(/NaN|Infinity|undefined/);
    }
  });
});
