import { describe, expect, it } from 'vitest';
import {
  advanceShifts,
  CURVATURE_DEPTH,
  curvatureSizes,
  curvatureVector,
  packBorder,
  packScores,
  weightedGram,
} from '../../../../bindings/curvature.ts';
import { tailAdvance } from '../../../../bindings/tangent.ts';
import { createStream } from '../../../../src/numerics/random.ts';
import { checked, exact } from '../../../cores.ts';
import { range } from './rows.ts';

const draw = createStream('curvature', 'rows');

/** Z diag(w) Z' term by term. */
function dense(Z: Float64Array, w: Float64Array, R: number, m: number, ld: number): number[][] {
  return range(R).map((i) =>
    range(R).map((j) => range(m).reduce((sum, k) => sum + Z[i * ld + k]! * w[k]! * Z[j * ld + k]!, 0)),
  );
}

describe.each([
  ['exact', exact],
  ['checked', checked],
] as const)('packed blocks of the curvature on the %s core', (_, core) => {
  /** The packed block of Z and w of a single unit without deep parameters, summed in pieces of `piece` samples. */
  function block(
    Z: Float64Array,
    w: Float64Array,
    R: number,
    m: number,
    ld: number,
    piece: number,
  ): Float64Array {
    return core.within((scope) => {
      const sizes = curvatureSizes(core, 1, R, 0, m);
      const packed = scope.f64(sizes.scores);
      const G = scope.f64(sizes.triangle);
      const C = scope.f64(sizes.whole);
      const scratch = scope.f64(sizes.scratch);
      packScores(core, scope.from(Z), R, m, ld, packed);
      for (let start = 0; start < m; start += piece) {
        const count = Math.min(piece, m - start);
        const last = start + count === m;
        weightedGram(core, packed, R, m, scope.from(w), start, count, G, C, R, last, scratch);
      }
      return C.copy();
    });
  }

  /** Column j of a packed block: its product with a unit vector, which adds zeros only. */
  function column(C: Float64Array, R: number, j: number): Float64Array {
    return core.within((scope) => {
      const unit = scope.f64(R);
      unit.view[j] = 1;
      const y = scope.f64(R);
      curvatureVector(core, 1, R, 0, scope.from(C), unit, y, scope.f64(R));
      return y.copy();
    });
  }

  it("hold Z diag(w) Z' to 2e-13 at 0..33 rows, both triangles with equal bits", () => {
    for (let R = 0; R <= 33; R++) {
      const m = 40 + R;
      const ld = m + (m & 1);
      const Z = draw.normal(R * ld);
      const w = draw.normal(m);
      const C = block(Z, w, R, m, ld, CURVATURE_DEPTH);
      const columns = range(R).map((j) => column(C, R, j));
      dense(Z, w, R, m, ld).forEach((row, i) => {
        row.forEach((value, j) => {
          expect(Math.abs(columns[j]![i]! - value)).toBeLessThan(2e-13);
          expect(columns[j]![i]).toBe(columns[i]![j]);
        });
      });
    }
  });

  it('have the same bits however samples are split, over more than one panel of rows', () => {
    const [R, m] = [150, 600];
    const Z = draw.normal(R * m);
    const w = draw.normal(m);
    const whole = block(Z, w, R, m, m, 3 * CURVATURE_DEPTH);
    expect(block(Z, w, R, m, m, CURVATURE_DEPTH)).toEqual(whole);
    const i = 147;
    const j = 3;
    const value = range(m).reduce((sum, k) => sum + Z[i * m + k]! * w[k]! * Z[j * m + k]!, 0);
    expect(Math.abs(column(whole, R, j)[i]! - value)).toBeLessThan(2e-13);
  });

  /** A curvature of q units with d deep parameters, packed and entry by entry. */
  function curvature(q: number, R: number, d: number): { packed: Float64Array; dense: number[][] } {
    const m = 20;
    const p = q * R + d;
    const Z = draw.normal(R * m);
    const K = range(p).map(() => new Array<number>(p).fill(0));
    const mixed = draw.normal(q * d * R);
    const half = draw.normal(d * d);
    const deep = range(d).flatMap((i) => range(d).map((j) => half[i * d + j]! + half[j * d + i]!));
    const weights: Float64Array[][] = range(q).map(() => []);
    for (let a = 0; a < q; a++) {
      for (let b = a; b < q; b++) {
        const w = draw.uniform(m);
        weights[a]![b] = w;
        weights[b]![a] = w;
        dense(Z, w, R, m, m).forEach((row, i) => {
          row.forEach((value, j) => {
            K[a * R + i]![b * R + j] = value;
            K[b * R + i]![a * R + j] = value;
          });
        });
      }
      for (let k = 0; k < d; k++) {
        for (let i = 0; i < R; i++) {
          K[a * R + i]![q * R + k] = mixed[(a * d + k) * R + i]!;
          K[q * R + k]![a * R + i] = mixed[(a * d + k) * R + i]!;
        }
      }
    }
    for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) K[q * R + i]![q * R + j] = deep[i * d + j]!;
    const packed = core.within((scope) => {
      const sizes = curvatureSizes(core, q, R, d, m);
      const C = scope.f64(sizes.whole);
      const [scores, G] = [scope.f64(sizes.scores), scope.f64(sizes.triangle)];
      const scratch = scope.f64(sizes.scratch);
      packScores(core, scope.from(Z), R, m, m, scores);
      const own = range(q).map((a) => [a, a] as const);
      const pairs = range(q).flatMap((a) => range(q - 1 - a).map((b) => [a, a + 1 + b] as const));
      let at = 0;
      for (const [a, b] of [...own, ...pairs]) {
        const w = weights[a]![b]!.map((value, k) =>
          a === b
            ? weights[a]!.reduce((rest, other, c) => (c === a ? rest : rest - other[k]!), value)
            : value,
        );
        const steps = a === b ? R + d : R;
        weightedGram(core, scores, R, m, scope.from(w), 0, m, G, C.at(at), steps, true, scratch);
        at += sizes.lines * steps;
      }
      packBorder(core, q, R, d, scope.from(mixed), scope.from(deep), C);
      return C.copy();
    });
    return { packed, dense: K };
  }

  it('advance shifts, and multiply vectors, as the matrix does, to 1e-14 of R; the bits do not depend on how samples are split', () => {
    let worst = 0;
    for (const [q, R, d, count] of [
      [1, 1, 2, 1],
      [2, 0, 3, 5],
      [1, 5, 2, 3],
      [2, 6, 3, 4],
      [3, 7, 9, 9],
      [2, 9, 4, 33],
      [4, 11, 5, 2],
      [2, 61, 3, 44],
      [2, 253, 5, 6],
      [1, 300, 2, 10],
    ] as const) {
      const p = q * R + d;
      const { packed, dense: K } = curvature(q, R, d);
      const ld = count + 2;
      const [S, Z, D] = [draw.normal(p * ld), draw.normal(R * ld), draw.normal(d * ld)];
      const [own, deepOwn, step] = [draw.normal(q * ld), draw.normal(ld), draw.uniform(R + d)];
      core.within((scope) => {
        const C = scope.from(packed);
        const scratch = scope.f64(curvatureSizes(core, q, R, d, 20).scratch);
        const rows = {
          Z: scope.from(Z),
          D: scope.from(D),
          own: scope.from(own),
          deepOwn: scope.from(deepOwn),
          ld,
        };
        const advanced = (product: boolean, piece: number) => {
          const moved = scope.from(S);
          for (let k = 0; k < count; k += piece) {
            const here = Math.min(piece, count - k);
            const parts = { ...rows, S: moved };
            advanceShifts(core, q, R, d, C, product, parts, scope.from(step), k, here, scratch);
          }
          return moved.copy();
        };
        const whole = advanced(true, count);
        expect(advanced(true, 8)).toEqual(whole);
        const alone = advanced(false, count);
        const vector = range(p).map((i) => S[i * ld]!);
        const y = scope.f64(p);
        curvatureVector(core, q, R, d, C, scope.from(vector), y, scratch);
        for (let i = 0; i < p; i++) {
          const unit = Math.floor(i / Math.max(1, R));
          const head = i < q * R;
          const eta = step[head ? i % R : R + i - q * R]!;
          for (let k = 0; k < ld; k++) {
            const at = i * ld + k;
            const self = head
              ? Z[(i % R) * ld + k]! * own[unit * ld + k]!
              : D[(i - q * R) * ld + k]! * deepOwn[k]!;
            const value = range(p).reduce((sum, j) => sum + K[i]![j]! * S[j * ld + k]!, 0);
            const [expected, without] =
              k < count ? [S[at]! - eta * (value - self), S[at]! + eta * self] : [S[at]!, S[at]!];
            worst = Math.max(worst, Math.abs(whole[at]! - expected) / Math.max(1, R));
            worst = Math.max(worst, Math.abs(alone[at]! - without));
            if (k === 0) worst = Math.max(worst, Math.abs(y.view[i]! - value) / Math.max(1, R));
          }
        }
      });
    }
    expect(worst).toBeLessThan(1e-14);
  });

  it('tailAdvance gives the bits of a loop at every sample count 0..33', () => {
    const [q, classes, ld] = [3, 2, 34];
    const E = draw.normal(classes * q * ld);
    const own = draw.normal(q * ld);
    const J = draw.normal(q * q);
    const lambda = [0.7, 0.2];
    for (let count = 0; count <= 33; count++) {
      const ours = core.within((scope) => {
        const e = scope.from(E);
        const scratch = scope.f64(q * (q + 8));
        const [g, mean, values] = [scope.from(own), scope.from(J), scope.from(lambda)];
        tailAdvance(core, q, classes, count, ld, e, g, mean, values, 0.4, 0.01, scratch);
        return [...e.copy()];
      });
      const expected = range(E.length).map((i) => {
        const k = i % ld;
        if (k >= count) return E[i];
        const a = Math.floor(i / ld) % q;
        const c = Math.floor(i / (q * ld));
        let sum = 0.01 * own[a * ld + k]! + E[i]!;
        for (let b = 0; b < q; b++)
          sum = -(0.4 * lambda[c]!) * J[a * q + b]! * E[(c * q + b) * ld + k]! + sum;
        return sum;
      });
      expect(ours).toEqual(expected);
    }
  });
});
