import { describe, expect, it } from 'vitest';
import { referenceCore } from '../cores.ts';
import { fixtures } from './statistics.ts';

const ulps = (value: number, truth: number) => {
  if (value === truth) return 0;
  const bits = new BigInt64Array(Float64Array.of(Math.abs(value), Math.abs(truth)).buffer);
  return Math.abs(Number(bits[0]! - bits[1]!));
};

describe("the samplers' own exp and log", () => {
  const { exports } = referenceCore();

  it('exp: at most 1 ulp from mpmath at 12 points of [-700, 42]', () => {
    for (const [x, truth] of fixtures.exponential)
      expect(ulps(exports.exponentialReference!(x), truth)).toBeLessThan(2);
  });

  it('log: at most 1 ulp from mpmath at 13 points from 2^-53 to 5e10', () => {
    for (const [x, truth] of fixtures.logarithm)
      expect(ulps(exports.logarithmReference!(x), truth)).toBeLessThan(2);
  });

  it('exp and log: at most 2 ulp from the host on grids of 20000 points', () => {
    let worst = 0;
    for (let i = 0; i < 20000; i++) {
      const x = -7 * (i / 20000);
      worst = Math.max(worst, ulps(exports.exponentialReference!(x), Math.exp(x)));
      const y = (i + 0.5) / 20000;
      worst = Math.max(worst, ulps(exports.logarithmReference!(y), Math.log(y)));
    }
    expect(worst).toBeLessThan(3);
  });
});
