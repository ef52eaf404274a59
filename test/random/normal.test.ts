import { describe, expect, it } from 'vitest';
import { fillNormal, openStream } from '../../bindings/random.ts';
import { checked, exact, referenceCore } from '../cores.ts';
import {
  chiSquare,
  correlationScore,
  fixtures,
  KEY,
  kolmogorovSmirnov,
  momentScore,
  normalCdf,
  normals,
} from './statistics.ts';

/** E Z^k. */
const MOMENTS = [1, 0, 1, 0, 3, 0, 15, 0, 105, 0, 945, 0, 10395];

describe('normal variates', () => {
  const many = normals(exact, 4_000_000);

  it('are the same bits on the checked core', () => {
    expect(normals(checked, 20000)).toEqual(normals(exact, 20000));
  });

  it('are those of a ziggurat in Python with mpmath: over 600 of 40000, all from wedges and tails, to 1e-15 relative', () => {
    const { n, key, label, index, values } = fixtures.normals;
    const ours = exact.within((scope) => {
      const out = scope.f64(n);
      fillNormal(exact, openStream(exact, scope, key, label, index), out);
      return out.copy();
    });
    for (const [i, x] of values) expect(Math.abs(ours[i]! / x - 1), `variate ${i}`).toBeLessThan(1e-15);
    expect(values.filter(([, x]) => Math.abs(x) > 3.66).length).toBeGreaterThan(5);
    expect(values.length).toBeGreaterThan(600);
  });

  it('are finite and never 0', () => {
    expect(many.every((x) => Number.isFinite(x) && x !== 0)).toBe(true);
  });

  it('moments 1 to 6 of 4e6 within 4 s.e.', () => {
    for (let k = 1; k <= 6; k++) {
      expect(Math.abs(momentScore(many, k, MOMENTS[k]!, MOMENTS[2 * k]!)), `moment ${k}`).toBeLessThan(4);
    }
  });

  it('pass Kolmogorov-Smirnov at 2e5 on the level 0.001, in three streams; so do Box-Muller variates', () => {
    const { n, critical } = fixtures.kolmogorovSmirnov;
    for (const index of [1, 2, 3]) {
      expect(kolmogorovSmirnov(normals(exact, n, index), normalCdf)).toBeLessThan(critical);
    }
    const { within, exports } = referenceCore();
    const other = within((scope) => {
      const stream = scope.f64(4);
      const out = scope.f64(n);
      stream.set(normals(exact, 4));
      exports.normalReference!(stream.ptr, out.ptr, n);
      return out.copy();
    });
    expect(kolmogorovSmirnov(other, normalCdf)).toBeLessThan(critical);
  });

  it('tail counts beyond the last layer (3.6541…), 4 and 5, on both sides, within 4 Poisson s.e. of 2e7', () => {
    const counts: Record<string, [number, number]> = {};
    const bounds = Object.keys(fixtures.tails);
    for (const bound of bounds) counts[bound] = [0, 0];
    let n = 0;
    for (let index = 0; index < 20; index++) {
      const values = normals(exact, 1_000_000, index);
      n += values.length;
      for (const x of values) {
        if (Math.abs(x) < 3.65) continue;
        for (const bound of bounds) if (Math.abs(x) > Number(bound)) counts[bound]![x > 0 ? 0 : 1]!++;
      }
    }
    for (const bound of bounds) {
      const expected = (n * fixtures.tails[bound]!) / 2;
      for (const count of counts[bound]!) {
        expect(Math.abs(count - expected) / Math.sqrt(expected), `beyond ${bound}`).toBeLessThan(4);
      }
    }
  });

  it('|x| of 4e6 falls into the 256 strips between layer edges by chi-square on the level 0.001', () => {
    const { edges, strips } = fixtures.ziggurat;
    const counts = new Float64Array(256);
    for (const x of many) {
      // Edges descend: strip j has edges[j] ≤ |x| < edges[j - 1].
      let low = 0;
      let high = 255;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (edges[middle]! <= Math.abs(x)) high = middle;
        else low = middle + 1;
      }
      counts[low]!++;
    }
    expect(chiSquare(counts, strips, many.length)).toBeLessThan(fixtures.chiSquare['255']!);
  });

  it('neighbours in a stream are uncorrelated within 4 s.e. at lags 1 to 20, squares too', () => {
    const squares = many.map((x) => (x * x - 1) / Math.SQRT2);
    for (let lag = 1; lag <= 20; lag++) {
      const n = many.length - lag;
      expect(Math.abs(correlationScore(many.subarray(0, n), many.subarray(lag)))).toBeLessThan(4);
      expect(Math.abs(correlationScore(squares.subarray(0, n), squares.subarray(lag)))).toBeLessThan(4);
    }
  });

  it('golden bits: the first variates of a stream', () => {
    const first = exact.within((scope) => {
      const out = scope.f64(6);
      fillNormal(exact, openStream(exact, scope, KEY, 0, 0), out);
      return [...out.view];
    });
    expect(first).toMatchInlineSnapshot(`
      [
        0.2185087869965357,
        -0.7403278062859057,
        1.4009524848245398,
        -0.3058567784584986,
        1.352576369478738,
        0.2655426088212633,
      ]
    `);
  });
});
