import { describe, expect, it } from 'vitest';
import { Law, Status } from '../../assembly/abi.ts';
import { fillLaw, openStream } from '../../bindings/random.ts';
import { checked, exact } from '../cores.ts';
import {
  chiSquare,
  fixtures,
  KEY,
  kolmogorovSmirnov,
  momentScore,
  normalCdf,
  student5Cdf,
  variates,
} from './statistics.ts';

const { n: N, critical } = fixtures.kolmogorovSmirnov;
const exponentialMoments = (k: number) => {
  // E (E - 1)^k for E exponential: the derangements of k.
  let d = 1;
  for (let j = 1; j <= k; j++) d = j * d + (j % 2 === 0 ? 1 : -1);
  return d;
};

/** Laws with all moments up to the 12th: E x^k. */
const laws: { name: string; law: Law; parameter: number; moments: (k: number) => number }[] = [
  { name: 'rademacher', law: Law.Rademacher, parameter: 0, moments: (k) => (k % 2 ? 0 : 1) },
  { name: 'uniform', law: Law.Uniform, parameter: 0, moments: (k) => (k % 2 ? 0 : 3 ** (k / 2) / (k + 1)) },
  { name: 'sparse 0.1', law: Law.Sparse, parameter: 0.1, moments: (k) => (k % 2 ? 0 : 0.1 ** (1 - k / 2)) },
  { name: 'sparse 1', law: Law.Sparse, parameter: 1, moments: (k) => (k % 2 ? 0 : 1) },
  { name: 'skewed', law: Law.Skewed, parameter: 0, moments: exponentialMoments },
];

describe('laws', () => {
  it.each(laws)('$name: moments 1 to 6 of 1e6 within 4 s.e.', ({ law, parameter, moments }) => {
    const values = variates(exact, law, parameter, 1_000_000);
    for (let k = 1; k <= 6; k++) {
      const exactly = moments(2 * k) === moments(k) ** 2;
      if (exactly) expect(values.every((x) => Math.abs(x ** k) === 1)).toBe(true);
      else
        expect(Math.abs(momentScore(values, k, moments(k), moments(2 * k))), `moment ${k}`).toBeLessThan(4);
    }
  });

  it('gaussian is fillNormal; uniform, skewed and t(5) pass Kolmogorov-Smirnov at 2e5 on the level 0.001', () => {
    expect(kolmogorovSmirnov(variates(exact, Law.Gaussian, 0, N), normalCdf)).toBeLessThan(critical);
    const uniform = (x: number) => (x / Math.sqrt(3) + 1) / 2;
    expect(kolmogorovSmirnov(variates(exact, Law.Uniform, 0, N), uniform)).toBeLessThan(critical);
    const skewed = (x: number) => -Math.expm1(-(x + 1));
    expect(kolmogorovSmirnov(variates(exact, Law.Skewed, 0, N), skewed)).toBeLessThan(critical);
    const scaled = (x: number) => student5Cdf(x * Math.sqrt(5 / 3));
    expect(kolmogorovSmirnov(variates(exact, Law.StudentT, 5, N), scaled)).toBeLessThan(critical);
  });

  it('t(3.7): 1e6 variates fill 400 cells of equal probability by chi-square on the level 0.001', () => {
    const { degreesOfFreedom, quantiles } = fixtures.student;
    const counts = new Float64Array(400);
    const values = variates(exact, Law.StudentT, degreesOfFreedom, 1_000_000);
    for (const x of values) {
      let low = 0;
      let high = 399;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (quantiles[middle]! < x) low = middle + 1;
        else high = middle;
      }
      counts[low]!++;
    }
    const probabilities = new Array(400).fill(1 / 400);
    expect(chiSquare(counts, probabilities, values.length)).toBeLessThan(fixtures.chiSquare['399']!);
  });

  it('t(14): moments 1 to 6 of 1e6 within 4 s.e., variance 1 and kurtosis 3.6', () => {
    const nu = 14;
    // E t^k = ν^(k/2) (1·3·…·(k-1))/((ν-2)(ν-4)…(ν-k)), times ((ν-2)/ν)^(k/2).
    const moments = (k: number) => {
      if (k % 2) return 0;
      let value = 1;
      for (let j = 1; j <= k / 2; j++) value *= ((2 * j - 1) * (nu - 2)) / (nu - 2 * j);
      return value;
    };
    const values = variates(exact, Law.StudentT, nu, 1_000_000);
    for (let k = 1; k <= 6; k++) {
      expect(Math.abs(momentScore(values, k, moments(k), moments(2 * k))), `moment ${k}`).toBeLessThan(4);
    }
    expect(moments(4)).toBeCloseTo(3.6, 12);
  });

  it('t(1e9) is close to normal: Kolmogorov-Smirnov at 2e5', () => {
    expect(kolmogorovSmirnov(variates(exact, Law.StudentT, 1e9, N), normalCdf)).toBeLessThan(critical);
  });

  it('every law: cut anywhere from 0 to 33 and beyond a block, one sequence, the same bits on the checked core', () => {
    for (let law = 0; law < Law.Count; law++) {
      const parameter = law === Law.StudentT ? 3.7 : 0.3;
      const whole = variates(exact, law, parameter, 3000);
      for (const core of [exact, checked]) {
        core.within((scope) => {
          const stream = openStream(core, scope, KEY, 3 + law);
          let at = 0;
          for (const n of [...Array(34).keys(), 1025, 1024]) {
            const out = scope.f64(n);
            expect(fillLaw(core, stream, law, parameter, out)).toBe(Status.Ok);
            expect(out.copy()).toEqual(whole.slice(at, at + n));
            at += n;
          }
        });
      }
    }
  });

  it('refuses parameters and laws outside the range and writes nothing', () => {
    exact.within((scope) => {
      const stream = openStream(exact, scope, KEY, 0);
      const out = scope.f64(3);
      for (const [law, parameter] of [
        [Law.StudentT, 2],
        [Law.StudentT, NaN],
        [Law.StudentT, Infinity],
        [Law.Sparse, 0],
        [Law.Sparse, 1.01],
        [Law.Sparse, NaN],
        [Law.Count, 0],
        [-1, 0],
      ] as [Law, number][]) {
        expect(fillLaw(exact, stream, law, parameter, out)).toBe(Status.BadArgument);
      }
      expect([...out.view]).toEqual([0, 0, 0]);
    });
  });
});
