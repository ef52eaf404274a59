import { describe, expect, it } from 'vitest';
import { fillIndices, fillPermutation, openStream } from '../../bindings/random.ts';
import { checked, exact } from '../cores.ts';
import { chiSquare, fixtures, KEY, kolmogorovSmirnov, moment, uniforms } from './statistics.ts';

describe('uniform variates', () => {
  it('lie strictly between 0 and 1, pass Kolmogorov-Smirnov at 2e5 on the level 0.001', () => {
    const values = uniforms(exact, fixtures.kolmogorovSmirnov.n);
    expect(values.every((u) => u > 0 && u < 1)).toBe(true);
    expect(kolmogorovSmirnov(values, (u) => u)).toBeLessThan(fixtures.kolmogorovSmirnov.critical);
  });

  it('moments 1 to 6 of 1e6 within 4 s.e.', () => {
    const values = uniforms(exact, 1_000_000, 1);
    for (let k = 1; k <= 6; k++) {
      const error = Math.sqrt((1 / (2 * k + 1) - 1 / (k + 1) ** 2) / values.length);
      expect(Math.abs(moment(values, k) - 1 / (k + 1)) / error).toBeLessThan(4);
    }
  });

  it('five successive values come in each of the 120 orders by chi-square on the level 0.001', () => {
    const values = uniforms(exact, 600_000, 2);
    const counts = new Float64Array(120);
    for (let at = 0; at < values.length; at += 5) {
      let order = 0;
      for (let i = 0; i < 5; i++) {
        let smaller = 0;
        for (let j = i + 1; j < 5; j++) if (values[at + j]! < values[at + i]!) smaller++;
        order = order * (5 - i) + smaller;
      }
      counts[order]!++;
    }
    const statistic = chiSquare(counts, new Array(120).fill(1 / 120), values.length / 5);
    expect(statistic).toBeLessThan(fixtures.chiSquare['119']!);
  });
});

describe('indices', () => {
  it('are in range and uniform over 100 and over 3·2^29 (where 1 word in 4 is refused), level 0.001', () => {
    exact.within((scope) => {
      const stream = openStream(exact, scope, KEY, 20);
      const out = scope.i32(100_000);
      for (const [bound, cells] of [
        [100, 100],
        [3 * 2 ** 29, 6],
      ] as const) {
        const counts = new Float64Array(cells);
        fillIndices(exact, stream, bound, out);
        for (const i of out.view) counts[Math.floor((i * cells) / bound)]!++;
        const statistic = chiSquare(counts, new Array(cells).fill(1 / cells), out.length);
        expect(statistic).toBeLessThan(fixtures.chiSquare[String(cells - 1)]!);
      }
      fillIndices(exact, stream, 1, out);
      expect(out.view.every((i) => i === 0)).toBe(true);
    });
  });
});

describe('permutations', () => {
  it('of every length 0 to 33 hold each number once, the same on the checked core', () => {
    for (let n = 0; n <= 33; n++) {
      const [one, other] = [exact, checked].map((core) =>
        core.within((scope) => {
          const out = scope.i32(n);
          fillPermutation(core, openStream(core, scope, KEY, 21, n), out);
          return [...out.view];
        }),
      );
      expect(one).toEqual(other);
      expect(one!.toSorted((a, b) => a - b)).toEqual([...Array(n).keys()]);
    }
  });

  it('of 5 come in each of the 120 orders by chi-square on the level 0.001', () => {
    const counts = new Map<string, number>();
    exact.within((scope) => {
      const stream = openStream(exact, scope, KEY, 22);
      const out = scope.i32(5);
      for (let i = 0; i < 120_000; i++) {
        fillPermutation(exact, stream, out);
        const order = out.view.join(' ');
        counts.set(order, (counts.get(order) ?? 0) + 1);
      }
    });
    expect(counts.size).toBe(120);
    const statistic = chiSquare([...counts.values()], new Array(120).fill(1 / 120), 120_000);
    expect(statistic).toBeLessThan(fixtures.chiSquare['119']!);
  });
});
