import { describe, expect, it } from 'vitest';
import type { Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import {
  advanceResponse,
  legendreMoments,
  legendreSeries,
  weightedSquares,
} from '../../../bindings/propagation-of-chaos.ts';
import { createStream } from '../../../src/numerics/random.ts';
import { legendreSum, legendreValues } from '../../../src/theories/propagation-of-chaos/legendre.ts';
import { recurrence } from '../../../src/theories/propagation-of-chaos/mean-field.ts';
import { checked, exact, referenceCore } from '../../cores.ts';
import { largestGap } from '../golden.ts';

const reference = referenceCore();
const draw = createStream('kernels of the mean field', 'values');
const between = (n: number) => draw.uniform(n).map((u) => 2 * u - 1);
const lengths = Array.from({ length: 34 }, (_, n) => n);
const terms = 12;

describe('legendreSeries', () => {
  const series = between(terms);

  it('is the scalar reference bit for bit at lengths 0 to 33, on the exact and the checked core', () => {
    const table = recurrence(9, terms);
    for (const n of lengths) {
      const x = between(n);
      const by = (core: Core) =>
        core.within((scope) => {
          const out = scope.f64(n);
          legendreSeries(core, scope.from(x), n, terms, scope.from(table), scope.from(series), out);
          return out.copy();
        });
      const expected = reference.within((scope) => {
        const out = scope.f64(n);
        const blocks = [scope.from(table), scope.from(series), out].map(({ ptr }) => ptr);
        reference.exports.legendreSeriesReference!(scope.from(x).ptr, n, terms, ...blocks);
        return out.copy();
      });
      expect(by(exact)).toEqual(expected);
      expect(by(checked)).toEqual(expected);
    }
  });

  it('is the sum of the polynomials: within 2e-15 of Σ|a| for 12 terms, d = 3, 10, 1000; in place', () => {
    const size = series.reduce((sum, value) => sum + Math.abs(value), 0);
    for (const d of [3, 10, 1000]) {
      const x = Float64Array.of(-1, ...between(40), 0, 1);
      const ours = exact.within((scope) => {
        const block = scope.from(x);
        legendreSeries(
          exact,
          block,
          x.length,
          terms,
          scope.from(recurrence(d, terms)),
          scope.from(series),
          block,
        );
        return block.copy();
      });
      expect(
        largestGap(
          ours,
          x.map((t) => legendreSum(d, series, t)),
        ),
      ).toBeLessThan(2e-15 * size);
    }
  });
});

describe('legendreMoments', () => {
  it('is the scalar reference bit for bit at lengths 0 to 33, on the exact and the checked core', () => {
    const table = recurrence(5, terms);
    for (const n of lengths) {
      const x = between(n);
      const w = draw.uniform(n);
      const by = (core: Core) =>
        core.within((scope) => {
          const out = scope.f64(2 * terms);
          legendreMoments(core, scope.from(x), scope.from(w), n, terms, scope.from(table), out);
          return out.copy(0, terms);
        });
      const expected = reference.within((scope) => {
        const out = scope.f64(2 * terms);
        const [px, pw, pt] = [scope.from(x), scope.from(w), scope.from(table)].map(({ ptr }) => ptr);
        reference.exports.legendreMomentsReference!(px!, pw!, n, terms, pt!, out.ptr);
        return out.copy(0, terms);
      });
      expect(by(exact)).toEqual(expected);
      expect(by(checked)).toEqual(expected);
    }
  });

  it('is the mean of the polynomials: within 2e-15 of Σ w', () => {
    const x = between(33);
    const w = draw.uniform(33);
    const plain = new Float64Array(terms);
    x.forEach((t, i) => {
      legendreValues(20, terms - 1, t).forEach((P, l) => {
        plain[l]! += w[i]! * P;
      });
    });
    const ours = exact.within((scope) => {
      const out = scope.f64(2 * terms);
      legendreMoments(exact, scope.from(x), scope.from(w), 33, terms, scope.from(recurrence(20, terms)), out);
      return out.copy(0, terms);
    });
    expect(largestGap(ours, plain)).toBeLessThan(2e-15 * w.reduce((sum, value) => sum + value, 0));
  });
});

describe('advanceResponse and weightedSquares', () => {
  const rows = 5;
  const modes = 3;

  const inputs = (cols: number) => ({
    rate: between(rows),
    H: between(modes * rows),
    E: between(modes * (cols + 2)),
    Y: between(rows * (cols + 1)),
    base: between(rows * (cols + 1)),
    acc: between(rows * (cols + 1)),
    w: draw.uniform(cols),
  });

  const blocksOf = (scope: Scope, given: ReturnType<typeof inputs>) => ({
    rate: scope.from(given.rate),
    H: scope.from(given.H),
    E: scope.from(given.E),
    Y: scope.from(given.Y),
    base: scope.from(given.base),
    acc: scope.from(given.acc),
    w: scope.from(given.w),
  });

  it.each([true, false])(
    'are the scalar references bit for bit at 0 to 33 columns (with next: %s)',
    (withNext) => {
      for (const cols of lengths) {
        const given = inputs(cols);
        const by = (core: Core) =>
          core.within((scope) => {
            const { rate, H, E, Y, base, acc, w } = blocksOf(scope, given);
            const next = withNext ? { next: Y } : {};
            const io = { Y, base, ...next, accIn: acc, accOut: acc };
            advanceResponse(core, rows, cols, cols + 1, modes, rate, H, rows, E, cols + 2, io, 0.3, 0.7);
            return [Y.copy(), acc.copy(), weightedSquares(core, rows, cols, cols + 1, acc, rate, w)];
          });
        const expected = reference.within((scope) => {
          const { rate, H, E, Y, base, acc, w } = blocksOf(scope, given);
          reference.exports.advanceResponseReference!(
            rows,
            cols,
            cols + 1,
            modes,
            rate.ptr,
            H.ptr,
            rows,
            E.ptr,
            cols + 2,
            Y.ptr,
            base.ptr,
            0.3,
            withNext ? Y.ptr : 0,
            acc.ptr,
            0.7,
            acc.ptr,
          );
          const squares = reference.exports.weightedSquaresReference!(
            rows,
            cols,
            cols + 1,
            acc.ptr,
            rate.ptr,
            w.ptr,
          );
          return [Y.copy(), acc.copy(), squares];
        });
        expect(by(exact)).toEqual(expected);
        expect(by(checked)).toEqual(expected);
      }
    },
  );

  it('are a rank-3 update by the definition: within 1e-15', () => {
    const cols = 21;
    const given = inputs(cols);
    const plain = given.acc.map((value, at) => {
      const [i, q] = [Math.floor(at / (cols + 1)), at % (cols + 1)];
      if (q === cols) return value;
      const force = [0, 1, 2].map((l) => given.H[l * rows + i]! * given.E[l * (cols + 2) + q]!);
      return value + 0.7 * (given.rate[i]! * given.Y[at]! - force[0]! - force[1]! - force[2]!);
    });
    exact.within((scope) => {
      const { rate, H, E, Y, base, acc, w } = blocksOf(scope, given);
      const io = { Y, base, accIn: acc, accOut: acc };
      advanceResponse(exact, rows, cols, cols + 1, modes, rate, H, rows, E, cols + 2, io, 0, 0.7);
      expect(largestGap(acc.copy(), plain)).toBeLessThan(1e-15);
      let squares = 0;
      plain.forEach((value, at) => {
        const [i, q] = [Math.floor(at / (cols + 1)), at % (cols + 1)];
        if (q < cols) squares += given.rate[i]! * given.w[q]! * value * value;
      });
      expect(Math.abs(weightedSquares(exact, rows, cols, cols + 1, acc, rate, w) - squares)).toBeLessThan(
        1e-13,
      );
    });
  });
});
