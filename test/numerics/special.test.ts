import { describe, expect, it } from 'vitest';
import * as special from '../../src/numerics/special.ts';

const { pow, ...unary } = special;
const functions = Object.entries(unary);

describe('elementwise functions', () => {
  it.each(functions)('%s: a number gives a number, an array a new Float64Array of the same bits', (_, f) => {
    const x = Array.from({ length: 21 }, (_, i) => 0.02 + i / 25);
    const y = f(x);
    expect(y).toBeInstanceOf(Float64Array);
    expect([...y]).toEqual(x.map((v) => f(v)));
    expect([...f(Float64Array.from(x))]).toEqual([...y]);
    expect([...f(Float32Array.of(0.25, 0.5))]).toEqual([f(0.25), f(0.5)]);
    expect(f([])).toEqual(new Float64Array(0));
    expect(x[0]).toBe(0.02);
  });

  it.each(functions)('%s: refuses NaN, and what is no number, by name and place', (name, f) => {
    expect(() => f(NaN)).toThrow(RangeError);
    expect(() => f(NaN)).toThrow(`x of ${name} must be `);
    expect(() => f([0.5, NaN])).toThrow(`x[1] of ${name} must be `);
    expect(() => f(['1'] as unknown as number[])).toThrow(`x[0] of ${name} must be a number; received 1.`);
    expect(() => f(undefined as unknown as number)).toThrow(
      `x of ${name} must be a number or an array of numbers; received undefined.`,
    );
    expect(() => f('abc' as unknown as number)).toThrow(RangeError);
  });

  it('refuse what lies outside their domain', () => {
    expect(() => special.log(-1)).toThrow('x of log must be at least 0; received -1.');
    expect(() => special.log1p([0, -2])).toThrow('x[1] of log1p must be at least -1; received -2.');
    expect(() => special.sin(Infinity)).toThrow('x of sin must be a finite number; received Infinity.');
    expect(() => special.cos([-Infinity])).toThrow(RangeError);
    expect(() => special.normalQuantile(1.5)).toThrow('x of normalQuantile must be in [0, 1]; received 1.5.');
    expect(() => special.lgamma(-0.5)).toThrow('x of lgamma must be at least 0; received -0.5.');
  });

  it('answer with ±Infinity at the ends of their domain', () => {
    expect(special.log(0)).toBe(-Infinity);
    expect(special.log1p(-1)).toBe(-Infinity);
    expect([...special.normalQuantile([0, 1])]).toEqual([-Infinity, Infinity]);
    expect(special.lgamma(0)).toBe(Infinity);
    expect(special.exp(1000)).toBe(Infinity);
  });

  it('known values', () => {
    expect(special.exp(1)).toBe(Math.E);
    expect(special.log(10)).toBe(Math.LN10);
    expect(special.normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 15);
    expect(special.erf(1)).toBeCloseTo(0.8427007929497149, 15);
    expect(special.lgamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 15);
  });
});

describe('pow', () => {
  it('takes a number or an array in either place', () => {
    expect(pow(2, 10)).toBe(1024);
    expect([...pow([1, 2, 3], 2)]).toEqual([1, 4, 9]);
    expect([...pow(2, [0, 1, -1])]).toEqual([1, 2, 0.5]);
    expect([...pow([4, 9], Float64Array.of(0.5, -0.5))]).toEqual([2, 1 / 3]);
  });

  it('refuses what has no real answer, and lengths that differ', () => {
    expect(() => pow(-8, 1 / 3)).toThrow(
      'p of pow must be an integer where x is negative (x is -8); received 0.333',
    );
    expect(() => pow([1, -1], [0.5, 0.5])).toThrow(
      'p[1] of pow must be an integer where x is negative (x is -1); received 0.5.',
    );
    expect(() => pow(NaN, 0)).toThrow('x of pow must be a number other than NaN; received NaN.');
    expect(() => pow(1, NaN)).toThrow('p of pow must be a number other than NaN; received NaN.');
    expect(() => pow([1, 2], [1])).toThrow(
      'p of pow must be a number or an array of the length of x, 2; received length 1.',
    );
  });
});
