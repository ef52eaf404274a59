import { describe, expect, it } from 'vitest';
import { cellEdges, outlineOf } from '../src/heat-map.ts';

describe('ends of cells', () => {
  it('lie half way between neighbours, on a logarithmic axis in the ratio; the outer ones as far out as in, but not below 0', () => {
    expect(cellEdges([1, 2, 4])).toEqual([0.5, 1.5, 3, 5]);
    expect(cellEdges([0.1, 0.9])).toEqual([0, 0.5, 1.3]);
    expect(cellEdges([-1, 1])).toEqual([-2, 0, 2]);
    const log = cellEdges([1, 4, 16], 'log');
    [0.5, 2, 8, 32].forEach((edge, i) => {
      expect(log[i]).toBeCloseTo(edge, 14);
    });
    expect(cellEdges([3])).toEqual([1.5, 4.5]);
    expect(cellEdges([3], 'log')).toEqual([1.5, 6]);
  });
});

describe('outlines', () => {
  const edges = [0, 1, 2, 3];
  it('run between cells, not along the frame, and end there', () => {
    // The upper right cell of nine.
    const { x, y } = outlineOf(edges, edges, [0, 0, 0, 0, 0, 0, 0, 0, 1]);
    const corners = x.slice(0, -1).map((value, i) => [value, y[i]]);
    expect(x.at(-1)).toBeNaN();
    expect(corners.length).toBe(3);
    expect(corners).toEqual(
      expect.arrayContaining([
        [2, 3],
        [2, 2],
        [3, 2],
      ]),
    );
    expect(corners[1]).toEqual([2, 2]);
  });

  it('close around a cell inside, and are one line for one set of cells', () => {
    const { x, y } = outlineOf(edges, edges, [0, 0, 0, 0, 1, 0, 0, 0, 0]);
    expect(x.length).toBe(6);
    expect([x[0], y[0]]).toEqual([x[4], y[4]]);
    expect(x.filter(Number.isNaN).length).toBe(1);
  });

  it('hold every side between an inside and an outside cell once, for 200 random sets', () => {
    let state = 7;
    const random = () => {
      state = (state * 1103515245 + 12345) % 2147483648;
      return state / 2147483648;
    };
    const wide = [0, 1, 2, 3, 4, 5, 6];
    for (let round = 0; round < 200; round++) {
      const inside = Array.from({ length: 18 }, () => Number(random() < 0.5));
      const { x, y } = outlineOf(wide, edges, inside);
      const sides = new Set<string>();
      for (let k = 1; k < x.length; k++) {
        if (Number.isNaN(x[k]! + x[k - 1]!)) continue;
        const side = [
          [x[k - 1], y[k - 1]],
          [x[k], y[k]],
        ]
          .map(String)
          .sort()
          .join(' ');
        expect(sides.has(side)).toBe(false);
        sides.add(side);
      }
      let expected = 0;
      for (let j = 0; j < 3; j++)
        for (let i = 0; i < 6; i++) {
          const own = inside[j * 6 + i];
          if (i < 5 && own !== inside[j * 6 + i + 1]) expected++;
          if (j < 2 && own !== inside[(j + 1) * 6 + i]) expected++;
        }
      expect(sides.size).toBe(expected);
    }
  });

  it('of nothing and of everything are empty', () => {
    expect(outlineOf(edges, edges, new Uint8Array(9)).x).toEqual([]);
    expect(outlineOf(edges, edges, new Uint8Array(9).fill(1)).x).toEqual([]);
  });
});
