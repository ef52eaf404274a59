import { describe, expect, it } from 'vitest';
import { rootBetween } from '../../src/numerics/root.ts';

describe('rootBetween', () => {
  it.each<[string, (x: number) => number, number, number, number]>([
    ['a line', (x) => 2 * x - 1, 0, 3, 0.5],
    ['a flat cubic', (x) => (x - 1) * (x - 1) * (x - 1), -4, 3, 1],
    ['the cosine', Math.cos, 1, 2, Math.PI / 2],
    ['a steep exponential', (x) => Math.exp(20 * x) - 1, -1, 2, 0],
    ['a jump', (x) => (x < 0.3 ? -1 : 1), 0, 1, 0.3],
    ['a root at an end', (x) => x - 2, 2, 5, 2],
  ])('%s: to 1e-5 where it is flat, to rounding elsewhere', (name, f, a, b, root) => {
    const found = rootBetween(f, [a, f(a)], [b, f(b)]);
    expect(Math.abs(found - root)).toBeLessThan(name === 'a flat cubic' ? 1e-5 : 1e-15);
  });

  it('refuses ends of one sign', () => {
    expect(() => rootBetween((x) => x, [1, 1], [2, 2])).toThrow(/different signs/);
  });
});
