import fc from 'fast-check';
import { expect, test } from 'vitest';
import { domainOf, tickLabels, ticks } from '../../src/figure/axis.ts';

test('a linear axis of numbers that are not negative starts at zero unless they are far from it', () => {
  expect(domainOf([0.2, 1], [], 'linear')[0]).toBe(0);
  expect(domainOf([9, 10], [], 'linear')[0]).toBeGreaterThan(8);
  expect(domainOf([-1, 1], [], 'linear')[0]).toBeLessThan(-1);
});

test('one huge interval widens the axis by no more than its own extent', () => {
  const [low, high] = domainOf([1, 2, 3], [-1e9, 1e9], 'linear');
  expect(low).toBe(0);
  expect(high).toBeLessThan(5.5);
  expect(domainOf([1, 10], [1e-30, 1e30], 'log')[1]).toBeLessThan(135);
});

test('numbers that cannot be shown do not count', () => {
  expect(domainOf([Number.NaN, 1, Number.POSITIVE_INFINITY], [], 'linear')[1]).toBeLessThan(2.2);
  expect(domainOf([-1, 0, 1, 2], [], 'log')[0]).toBeGreaterThan(0.5);
  expect(domainOf([], [], 'log')).toEqual([0.1, 1]);
});

test('ticks are round, ascending, inside the interval and about as many as asked for', () => {
  expect(ticks([0, 20], 'linear', 6, true)).toEqual([0, 5, 10, 15, 20]);
  expect(ticks([0.13, 1.2], 'log', 6)).toEqual([0.2, 0.3, 0.5, 1]);
  expect(ticks([1e-9, 1], 'log', 5)).toEqual([1e-9, 1e-7, 1e-5, 1e-3, 1e-1]);
  expect(ticks([0, 3], 'linear', 9, true)).toEqual([0, 1, 2, 3]);
  const bound = fc
    .double({ min: -1e12, max: 1e12, noNaN: true })
    .map((value) => (Math.abs(value) < 1e-150 ? 0 : value));
  fc.assert(
    fc.property(bound, bound, fc.integer({ min: 3, max: 12 }), (a, b, count) => {
      const [low, high] = domainOf([a, b], [], 'linear');
      const found = ticks([low, high], 'linear', count);
      expect(found.length).toBeGreaterThan(1);
      expect(found.length).toBeLessThan(2.2 * count + 2);
      expect(found).toEqual([...found].sort((x, y) => x - y));
      for (const tick of found)
        expect(tick >= low - 1e-9 * Math.abs(low) && tick <= high + 1e-9 * Math.abs(high)).toBe(true);
    }),
    { numRuns: 500, seed: 4 },
  );
  const positive = fc.double({ min: 1e-150, max: 1e150, noNaN: true });
  fc.assert(
    fc.property(positive, positive, (a, b) => {
      const domain = domainOf([a, b], [], 'log');
      const found = ticks(domain, 'log', 6);
      expect(found.length).toBeGreaterThan(1);
      expect(found.length).toBeLessThan(14);
      for (const tick of found) expect(tick > 0).toBe(true);
    }),
    { numRuns: 500, seed: 5 },
  );
});

test('a log axis of any length has three ticks or more, apart from each other and none far from an end', () => {
  // 7, 8, 9 and 10 · 10⁸ only, before.
  expect(ticks([7e8, 1.9e9], 'log', 6)).toEqual([8e8, 1e9, 1.2e9, 1.5e9]);
  const mantissa = fc.double({ min: 0, max: 1, noNaN: true });
  const length = fc.double({ min: 1e-3, max: 12, noNaN: true });
  fc.assert(
    fc.property(mantissa, length, fc.integer({ min: 4, max: 9 }), (start, decades, count) => {
      const low = 10 ** start;
      const high = 10 ** (start + decades);
      const found = ticks([low, high], 'log', count);
      const marks = [low, ...found, high].map((tick) => Math.log10(tick / low) / decades);
      const gaps = marks.slice(1).map((mark, i) => mark - marks[i]!);
      expect(found.length).toBeGreaterThanOrEqual(3);
      expect(found.length).toBeLessThanOrEqual(count + 3);
      expect(Math.min(...gaps.slice(1, -1))).toBeGreaterThan(0.42 / count);
      expect(Math.max(...gaps)).toBeLessThan(0.47);
    }),
    { numRuns: 5000, seed: 6 },
  );
});

test('labels use powers of ten for all ticks or for none', () => {
  expect(tickLabels([0, 0.5, 1])).toEqual(['0', '0.5', '1']);
  expect(tickLabels([-2, 0, 2])).toEqual(['−2', '0', '2']);
  expect(tickLabels([1e-4, 0.01, 1])).toEqual(['10⁻⁴', '10⁻²', '1']);
  expect(tickLabels([0, 2e-4, 4e-4])).toEqual(['0', '2·10⁻⁴', '4·10⁻⁴']);
});
