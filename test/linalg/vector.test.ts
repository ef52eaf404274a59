import { describe, expect, it } from 'vitest';
import { type Argument, numbers, onChecked, onExact, onReference, sameBits } from './run.ts';

const lengths = Array.from({ length: 34 }, (_, n) => n).concat([100, 101, 1000, 1023]);
const draw = numbers(1);

/** The exact sum of doubles, rounded once: every double is an integer multiple of 2⁻¹⁰⁷⁴. */
function exactSum(terms: bigint[], unit: number): number {
  const total = terms.reduce((a, b) => a + b, 0n);
  // Number() rounds a BigInt to nearest even; the unit is a power of two.
  return Number(total) * unit;
}

/** x as an integer multiple of 2⁻⁶⁰⁰; x must be 0 or between 2⁻⁵⁴⁰ and 2⁴⁰⁰. */
function fixed(x: number): bigint {
  return BigInt(x * 2 ** 600);
}

describe('vector kernels', () => {
  const cases: Record<string, (n: number) => Argument[]> = {
    dot: (n) => [draw(n), draw(n), n],
    weightedDot: (n) => [draw(n), draw(n), draw(n), n],
    sum: (n) => [draw(n), n],
    sumSquares: (n) => [draw(n), n],
    axpy: (n) => [0.7, draw(n), draw(n), n],
    scale: (n) => [-1.3, draw(n), n],
    hadamard: (n) => [draw(n), draw(n), draw(n), n],
    addScaled: (n) => [0.3, draw(n), -0.6, draw(n), draw(n), n],
  };
  for (const [name, build] of Object.entries(cases)) {
    it(`${name}: the bits of the scalar reference on both cores, n = 0…33 and longer`, () => {
      const wrong = lengths.filter((n) => {
        const parameters = build(n);
        const outcome = onExact(name, parameters);
        return (
          !sameBits(outcome, onReference(name, parameters)) || !sameBits(outcome, onChecked(name, parameters))
        );
      });
      expect(wrong).toEqual([]);
    });
  }

  it('leave what lies beyond n alone', () => {
    for (const n of [0, 1, 2, 3, 7, 8]) {
      const [x, y] = [draw(n + 3), draw(n + 3)];
      const after = onExact('axpy', [2, x, y, n]).arrays;
      expect(after[0]).toEqual(x);
      expect(after[1]!.subarray(n)).toEqual(y.subarray(n));
    }
  });

  it('dot of integers is exact', () => {
    const x = Float64Array.from({ length: 101 }, (_, k) => k);
    expect(onExact('dot', [x, x, 101]).value).toBe((100 * 101 * 201) / 6);
    expect(onExact('sum', [x, 101]).value).toBe(5050);
    expect(onExact('sumSquares', [x, 100]).value).toBe((99 * 100 * 199) / 6);
  });

  it('an empty sum is 0', () => {
    const none = new Float64Array(0);
    for (const name of ['sum', 'sumSquares', 'sumCompensated'])
      expect(onExact(name, [none, 0]).value).toBe(0);
    for (const name of ['dot', 'dotCompensated']) expect(onExact(name, [none, none, 0]).value).toBe(0);
  });
});

describe('compensated sums', () => {
  const spread = (n: number) => draw(n).map((v, k) => v * 2 ** ((k * 37) % 120));

  it('sumCompensated: the exact sum rounded once (0 ulp) over 120 binades, n = 0…33 and 1000', () => {
    for (const n of [...lengths]) {
      const x = spread(n);
      const want = exactSum([...x].map(fixed), 2 ** -600);
      expect(onExact('sumCompensated', [x, n]).value).toBe(want);
      expect(onChecked('sumCompensated', [x, n]).value).toBe(want);
    }
  });

  it('dotCompensated: the exact product rounded once (0 ulp) over 120 binades, n = 0…33 and 1000', () => {
    for (const n of lengths) {
      const [x, y] = [spread(n), spread(n).reverse()];
      const terms = [...x].map((v, k) => fixed(v) * fixed(y[k]!));
      const want = Number(terms.reduce((a, b) => a + b, 0n) >> 600n) * 2 ** -600;
      expect(onExact('dotCompensated', [x, y, n]).value).toBe(want);
      expect(onChecked('dotCompensated', [x, y, n]).value).toBe(want);
    }
  });

  it('agree with the scalar references', () => {
    const [x, y] = [spread(501), spread(501)];
    expect(onReference('sumCompensated', [x, 501]).value).toBe(onExact('sumCompensated', [x, 501]).value);
    expect(onReference('dotCompensated', [x, y, 501]).value).toBe(
      onExact('dotCompensated', [x, y, 501]).value,
    );
  });

  it('find what a plain sum loses', () => {
    expect(onExact('sumCompensated', [Float64Array.of(1, 1e100, 1, -1e100), 4]).value).toBe(2);
    const x = Float64Array.of(2 ** 27 + 1, 2 ** 54, 1);
    const y = Float64Array.of(2 ** 27 + 1, -1, -(2 ** 28));
    expect(onExact('dotCompensated', [x, y, 3]).value).toBe(1);
    expect(onExact('dot', [x, y, 3]).value).not.toBe(1);
  });

  it('give infinity, not NaN, when the sum overflows', () => {
    const x = new Float64Array(5).fill(1e308);
    expect(onExact('sumCompensated', [x, 5]).value).toBe(Infinity);
    expect(onExact('dotCompensated', [x, x, 5]).value).toBe(Infinity);
    // Beyond the range of the split, the plain product comes back.
    expect(onExact('dotCompensated', [Float64Array.of(1e305), Float64Array.of(1e-305), 1]).value).toBe(
      1e305 * 1e-305,
    );
  });
});
