import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Status } from '../../assembly/abi.ts';
import type { Core } from '../../bindings/core.ts';
import {
  SOBOL_SCRATCH,
  type SobolRandomisation,
  sobolDimensions,
  sobolPoints,
} from '../../bindings/quadrature.ts';
import { checked, exact } from '../cores.ts';
import { kolmogorovSmirnov, fixtures as statistics } from '../random/statistics.ts';

const {
  sobol,
}: {
  sobol: { first: Record<string, number[]>; checksums1024: number[]; far: number; farChecksums8: number[] };
} = JSON.parse(readFileSync(new URL('./fixtures.json', import.meta.url), 'utf8'));

const NONE: SobolRandomisation = { kind: 'none' };
const keyed = (kind: 'shift' | 'owen', word: number): SobolRandomisation => ({ kind, key: [word, 2, 3, 4] });

/** Rows of coordinates. */
function points(
  dimensions: number,
  count: number,
  randomisation: SobolRandomisation,
  start = 0,
  core: Core = exact,
): Float64Array[] {
  return core.within((scope) => {
    const ld = count + 3;
    const out = scope.f64(dimensions * ld);
    const scratch = scope.f64(SOBOL_SCRATCH);
    expect(sobolPoints(core, dimensions, start, count, out, ld, scratch, randomisation)).toBe(Status.Ok);
    return Array.from({ length: dimensions }, (_, d) => out.copy(d * ld, d * ld + count));
  });
}

const digits = (row: Float64Array) => [...row].map((u) => u * 2 ** 32 - 0.5);
const checksum = (values: number[]) =>
  Number(values.reduce((sum, x, i) => sum + BigInt(x) * BigInt(2 * i + 1), 0n) % 2n ** 32n);
const ALL: [string, SobolRandomisation][] = [
  ['as they are', NONE],
  ['shifted', keyed('shift', 7)],
  ['scrambled', keyed('owen', 7)],
];

describe('Sobol points', () => {
  it('as they are: 1024 points in 400 coordinates are those of scipy, moved to the middle of their cells', () => {
    expect(sobolDimensions(exact)).toBe(400);
    const rows = points(400, 1024, NONE);
    for (const [d, first] of Object.entries(sobol.first)) {
      expect(digits(rows[Number(d)]!.subarray(0, 16))).toEqual(first);
    }
    expect(rows.map((row) => checksum(digits(row)))).toEqual(sobol.checksums1024);
  });

  it('far away: points 3000000000 to 3000000007 in 400 coordinates as by Python integers', () => {
    const rows = points(400, 8, NONE, sobol.far);
    expect(rows.map((row) => checksum(digits(row)))).toEqual(sobol.farChecksums8);
  });

  it.each(ALL)(
    '%s: every length 0 to 33, from any start, is a part of one sequence; checked core the same',
    (_, kind) => {
      const whole = points(5, 700, kind);
      let start = 0;
      for (let n = 0; n <= 33; n++) {
        const core = n % 2 === 0 ? exact : checked;
        expect(points(5, n, kind, start, core)).toEqual(whole.map((row) => row.slice(start, start + n)));
        start += n;
      }
    },
  );

  it.each(ALL)(
    '%s: 2^k points put one into each of 2^k cells, in each of 400 coordinates, k = 0 … 10',
    (_, kind) => {
      const rows = points(400, 1024, kind);
      for (let k = 0; k <= 10; k++) {
        const n = 2 ** k;
        for (const row of rows) {
          const cells = new Set<number>();
          for (let i = 0; i < n; i++) cells.add(Math.floor(row[i]! * n));
          expect(cells.size).toBe(n);
        }
      }
      expect(rows.every((row) => row.every((u) => u > 0 && u < 1))).toBe(true);
    },
  );

  it.each(ALL)(
    '%s: coordinates 0 and 1 are a (0, 10, 2)-net, each elementary rectangle of area 2^-10 has one',
    (_, kind) => {
      const [x, y] = points(2, 1024, kind) as [Float64Array, Float64Array];
      for (let a = 0; a <= 10; a++) {
        const cells = new Set<number>();
        for (let i = 0; i < 1024; i++) {
          cells.add(Math.floor(x[i]! * 2 ** a) * 2 ** (10 - a) + Math.floor(y[i]! * 2 ** (10 - a)));
        }
        expect(cells.size).toBe(1024);
      }
    },
  );

  it('the ends of the range are reached: the last points of the sequence', () => {
    const last = points(3, 4, NONE, 2 ** 32 - 4);
    expect(last.every((row) => row.every((u) => u > 0 && u < 1))).toBe(true);
    expect(
      points(3, 2, keyed('owen', 1), 2 ** 32 - 2)
        .flatMap((row) => [...row])
        .every((u) => u > 0 && u < 1),
    ).toBe(true);
  });

  it.each([
    ['shift', 1 / (12 * 64 ** 2)],
    ['owen', 1 / (12 * 64 ** 3)],
  ] as const)(
    '%s: the mean of x over 64 points has the variance of theory within 4 s.e. over 20000 keys',
    (kind, variance) => {
      const keys = 20000;
      for (const d of [0, 1, 17, 399]) {
        let second = 0;
        let fourth = 0;
        exact.within((scope) => {
          const out = scope.f64(64 * (d + 1));
          const scratch = scope.f64(SOBOL_SCRATCH);
          for (let word = 0; word < (d === 399 ? keys / 20 : keys); word++) {
            sobolPoints(exact, d + 1, 0, 64, out, 64, scratch, keyed(kind, word));
            const row = out.view.subarray(64 * d);
            let sum = 0;
            for (let i = 0; i < 64; i++) sum += row[i]! - 0.5;
            second += (sum / 64) ** 2;
            fourth += (sum / 64) ** 4;
          }
        });
        const n = d === 399 ? keys / 20 : keys;
        const error = Math.sqrt((fourth / n - (second / n) ** 2) / n);
        expect(Math.abs(second / n - variance) / error, `coordinate ${d}`).toBeLessThan(4);
      }
    },
  );

  it.each(['shift', 'owen'] as const)(
    '%s: over keys each point is uniform (Kolmogorov-Smirnov, level 0.001), also below 2^-32',
    (kind) => {
      const n = statistics.kolmogorovSmirnov.n;
      const first = new Float64Array(n);
      const sixth = new Float64Array(n);
      const below = new Float64Array(n);
      let product = 0;
      exact.within((scope) => {
        const out = scope.f64(3 * 6);
        const scratch = scope.f64(SOBOL_SCRATCH);
        for (let word = 0; word < n; word++) {
          sobolPoints(exact, 3, 0, 6, out, 6, scratch, keyed(kind, word));
          first[word] = out.view[0]!;
          sixth[word] = out.view[17]!;
          below[word] = (out.view[17]! * 2 ** 32) % 1;
          product += 12 * (out.view[0]! - 0.5) * (out.view[12]! - 0.5);
        }
      });
      const { critical } = statistics.kolmogorovSmirnov;
      expect(kolmogorovSmirnov(first, (u) => u)).toBeLessThan(critical);
      expect(kolmogorovSmirnov(sixth, (u) => u)).toBeLessThan(critical);
      expect(kolmogorovSmirnov(below, (u) => u)).toBeLessThan(critical);
      expect(Math.abs(product / Math.sqrt(n))).toBeLessThan(4);
    },
  );

  it('scrambled: the r.m.s. error of a smooth function of 10 coordinates falls faster than n^-0.8, and beats n^-1', () => {
    // f = Π (1 + (exp(x_d) - e + 1)/(d + 2)) has mean 1.
    const rms = (n: number) => {
      let sum = 0;
      for (let word = 0; word < 32; word++) {
        const rows = points(10, n, keyed('owen', word));
        let mean = 0;
        for (let i = 0; i < n; i++) {
          let f = 1;
          for (let d = 0; d < 10; d++) f *= 1 + (Math.exp(rows[d]![i]!) - Math.E + 1) / (d + 2);
          mean += f / n;
        }
        sum += (mean - 1) ** 2;
      }
      return Math.sqrt(sum / 32);
    };
    const [few, many] = [rms(2 ** 7), rms(2 ** 14)];
    const slope = Math.log2(many / few) / 7;
    expect(slope).toBeLessThan(-1);
    expect(many).toBeLessThan(2e-5);
  });

  it('refuses dimensions, counts and ends outside the range', () => {
    exact.within((scope) => {
      const out = scope.f64(8);
      const scratch = scope.f64(SOBOL_SCRATCH);
      for (const kind of [NONE, keyed('shift', 1), keyed('owen', 1)]) {
        expect(sobolPoints(exact, 0, 0, 4, out, 4, scratch, kind)).toBe(Status.BadArgument);
        expect(sobolPoints(exact, 401, 0, 4, out, 4, scratch, kind)).toBe(Status.BadArgument);
        expect(sobolPoints(exact, 1, 0, -1, out, 4, scratch, kind)).toBe(Status.BadArgument);
        expect(sobolPoints(exact, 1, 0, 5, out, 4, scratch, kind)).toBe(Status.BadArgument);
        expect(sobolPoints(exact, 1, 2 ** 32 - 3, 4, out, 4, scratch, kind)).toBe(Status.BadArgument);
      }
    });
  });
});
