import { describe, expect, it } from 'vitest';
import {
  addBlockProduct,
  addBlockVector,
  CURVATURE_DEPTH,
  curvatureSizes,
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
  /** The packed block of Z and w, summed in pieces of `piece` samples. */
  function block(
    Z: Float64Array,
    w: Float64Array,
    R: number,
    m: number,
    ld: number,
    piece: number,
  ): Float64Array {
    return core.within((scope) => {
      const sizes = curvatureSizes(core, R, m);
      const packed = scope.f64(sizes.scores);
      const G = scope.f64(sizes.triangle);
      const C = scope.f64(sizes.block);
      const scratch = scope.f64(sizes.scratch);
      packScores(core, scope.from(Z), R, m, ld, packed);
      for (let start = 0; start < m; start += piece) {
        const count = Math.min(piece, m - start);
        weightedGram(core, packed, R, m, scope.from(w), start, count, G, C, start + count === m, scratch);
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
      addBlockVector(core, scope.from(C), R, unit, undefined, y, undefined, scope.f64(R));
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

  it('multiply shifts, and vectors, as the matrices do, to 2e-13; sums of samples do not depend on how they are split', () => {
    for (const [R, count] of [
      [1, 1],
      [5, 3],
      [6, 4],
      [7, 9],
      [9, 33],
      [11, 2],
      [61, 44],
      [300, 10],
    ] as const) {
      const m = 20;
      const Z = draw.normal(R * m);
      const w = draw.uniform(m);
      const C = dense(Z, w, R, m, m);
      const ld = count + 2;
      const ldp = count + ((4 - (count & 3)) & 3);
      const S = draw.normal(R * ld);
      const T = draw.normal(R * ld);
      const lines = curvatureSizes(core, R, m).rows;
      const tolerance = 2e-13 * R;
      core.within((scope) => {
        const packed = scope.from(block(Z, w, R, m, m, CURVATURE_DEPTH));
        const scratch = scope.f64(curvatureSizes(core, R, m).scratch);
        const P = scope.f64(lines * ldp);
        const Q = scope.f64(lines * ldp);
        Q.fill(1);
        addBlockProduct(core, packed, R, scope.from(S), scope.from(T), count, ld, P, Q, ldp, scratch);
        const again = scope.f64(lines * ldp);
        for (let k = 0; k < count; k += 8) {
          const here = Math.min(8, count - k);
          const [s, t] = [scope.from(S).at(k), scope.from(T).at(k)];
          addBlockProduct(core, packed, R, s, t, here, ld, again.at(k), undefined, ldp, scratch);
        }
        const y = scope.f64(R);
        const z = scope.from(new Float64Array(R).fill(1));
        const vector = range(R).map((i) => S[i * ld]!);
        const other = range(R).map((i) => T[i * ld]!);
        addBlockVector(core, packed, R, scope.from(vector), scope.from(other), y, z, scratch);
        const alone = scope.f64(R);
        addBlockVector(core, packed, R, scope.from(vector), undefined, alone, undefined, scratch);
        for (let i = 0; i < R; i++) {
          for (let k = 0; k < count; k++) {
            const value = range(R).reduce((sum, j) => sum + C[i]![j]! * (S[j * ld + k]! + T[j * ld + k]!), 0);
            expect(Math.abs(P.view[i * ldp + k]! - value)).toBeLessThan(tolerance);
            expect(Math.abs(Q.view[i * ldp + k]! - 1 - value)).toBeLessThan(tolerance);
            expect(again.view[i * ldp + k]).toBe(P.view[i * ldp + k]);
          }
          const value = range(R).reduce((sum, j) => sum + C[i]![j]! * (vector[j]! + other[j]!), 0);
          expect(Math.abs(y.view[i]! - value)).toBeLessThan(tolerance);
          expect(Math.abs(z.view[i]! - 1 - value)).toBeLessThan(tolerance);
          const single = range(R).reduce((sum, j) => sum + C[i]![j]! * vector[j]!, 0);
          expect(Math.abs(alone.view[i]! - single)).toBeLessThan(tolerance);
        }
      });
    }
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
