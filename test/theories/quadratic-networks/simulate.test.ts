import { describe, expect, it } from 'vitest';
import type { Block, Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import { gemmScratchFor, syrk } from '../../../bindings/linalg.ts';
import {
  packedRowsLength,
  packRows,
  packSymmetric,
  unpackSymmetric,
} from '../../../bindings/quadratic-networks.ts';
import { createStream } from '../../../src/numerics/random.ts';
import { descend } from '../../../src/theories/quadratic-networks/descent.ts';
import {
  matrixMeasurements,
  rowMeasurements,
} from '../../../src/theories/quadratic-networks/measurements.ts';
import { packedLength } from '../../../src/theories/quadratic-networks/process.ts';
import { labelRows, startFactor } from '../../../src/theories/quadratic-networks/replica.ts';
import { gramOf } from '../../../src/theories/quadratic-networks/teacher.ts';
import { checked, exact } from '../../cores.ts';
import { ofKind } from './golden.ts';

/** Features (x xᵀ − I)/√d of rows x as vectors of the symmetric basis. */
function featuresOf(core: Core, scope: Scope, X: Block, n: number, d: number): Block {
  const p = packedLength(d);
  const A = scope.f64(n * p);
  const feature = scope.f64(d * d);
  for (let i = 0; i < n; i++) {
    const x = X.copy(i * d, (i + 1) * d);
    feature.set(
      Float64Array.from({ length: d * d }, (_, at) => {
        const [a, b] = [Math.floor(at / d), at % d];
        return (x[a]! * x[b]! - (a === b ? 1 : 0)) / Math.sqrt(d);
      }),
    );
    packSymmetric(core, d, feature, d, 0.5, A.at(i * p, p));
  }
  return A;
}

describe('gradient descent on given draws', () => {
  it.each(
    ofKind('simulate').flatMap((entry) =>
      (['exact', 'checked'] as const).map((build) => [entry.name, build, entry] as const),
    ),
  )(
    '%s (%s core): errors and the last Z to 1e-10 of an independent program',
    (_, build, { input, normals, train, test, Zfinal, tol }) => {
      const core = { exact, checked }[build];
      const { d, alpha, kappa, kappa_star, lam, Delta, eta, steps } = input;
      const n = Math.round(alpha * d * d);
      const m = Math.round(kappa * d);
      const columns = Math.min(m, d);
      core.within((scope) => {
        const X = scope.from(normals.X.flat());
        const y = scope.from(normals.xi.map((value: number) => Math.sqrt(Delta) * value));
        const teacher = scope.f64(d * d);
        gramOf(core, scope, d, Math.round(kappa_star * d), scope.from(normals.Ws_raw.flat()), teacher);
        labelRows(core, scope, X, teacher, n, d, y);
        const packed = scope.f64(packedRowsLength(core, n, d));
        packRows(core, 0, n, d, X, d, packed);
        const rows = rowMeasurements(core, scope, packed, y, n, d, d, lam);
        // The same samples as vectors of the symmetric basis.
        const A = featuresOf(core, scope, X, n, d);
        const matrices = matrixMeasurements(core, scope, A, y, n, d, lam);
        const raw = scope.from(normals.W0_raw.flat());
        const W = startFactor(core, scope, raw, d, m, 1);
        const Z = scope.f64(d * d);
        const gradient = scope.f64(d * columns);
        const other = scope.f64(d * columns);
        const field = scope.f64(d * d);
        const scratch = scope.f64(gemmScratchFor(core, d, d, columns));
        for (let k = 0; k <= steps; k++) {
          const error = rows.gradient(W, columns, gradient);
          syrk(core, d, columns, W, columns, Z, d, scratch);
          const mse = Z.copy().reduce((sum, value, i) => sum + (value - teacher.view[i]!) ** 2, 0) / d;
          expect(Math.abs(error - train[k])).toBeLessThan(tol);
          expect(Math.abs(2 * mse - test[k])).toBeLessThan(tol);
          // All three ways to the same field agree.
          expect(Math.abs(matrices.gradient(W, columns, other) - error)).toBeLessThan(tol);
          other.copy().forEach((value, i) => {
            expect(Math.abs(value - gradient.view[i]!)).toBeLessThan(1e-11);
          });
          expect(Math.abs(rows.field(Z, field) - error)).toBeLessThan(tol);
          if (k < steps) descend(core, W, gradient, eta, d * columns);
        }
        Zfinal.flat().forEach((value: number, i: number) => {
          expect(Math.abs(Z.view[i]! - value)).toBeLessThan(tol);
        });
      });
    },
  );

  it.each([
    ['turned factor', 24, 600, 10],
    ['plain factor', 24, 300, 10],
    ['field of Z', 24, 600, 17],
    ['square factor', 20, 400, 20],
    ['one weight', 1, 9, 1],
  ] as const)(
    'gradient on rows by a %s: that of the same samples as matrices to 2e-14, W untouched, zero columns and all',
    (_, d, n, m) => {
      exact.within((scope) => {
        const draws = createStream('rows', 'measurements');
        const X = scope.from(draws.normal(n * d));
        const y = scope.from(draws.normal(n));
        const packed = scope.f64(packedRowsLength(exact, n, d));
        packRows(exact, 0, n, d, X, d, packed);
        const rows = rowMeasurements(exact, scope, packed, y, n, d, m, 0.1);
        const A = featuresOf(exact, scope, X, n, d);
        const matrices = matrixMeasurements(exact, scope, A, y, n, d, 0.1);
        const factors = [draws.normal(d * m), new Float64Array(d * m)];
        factors.push(factors[0]!.map((value, at) => (at % m < 3 ? 0 : value)));
        for (const factor of factors) {
          const W = scope.from(factor);
          const [found, wanted] = [scope.f64(d * m), scope.f64(d * m)];
          const error = matrices.gradient(W, m, wanted);
          expect(Math.abs(rows.gradient(W, m, found) / error - 1)).toBeLessThan(2e-14);
          expect(W.copy()).toEqual(factor);
          const largest = Math.max(1, ...wanted.copy().map(Math.abs));
          found.copy().forEach((value, i) => {
            expect(Math.abs(value - wanted.view[i]!) / largest).toBeLessThan(2e-14);
          });
        }
      });
    },
  );

  it('packing keeps inner products and comes back, at every order up to 33', () => {
    for (let d = 1; d <= 33; d++) {
      exact.within((scope) => {
        const values = Float64Array.from({ length: d * d }, (_, i) => ((i * 7919) % 101) / 50 - 1);
        const A = scope.from(values);
        const v = scope.f64(packedLength(d));
        packSymmetric(exact, d, A, d, 0.5, v);
        const B = scope.f64(d * d);
        unpackSymmetric(exact, d, v, 0, B, d);
        let squares = 0;
        for (let i = 0; i < d; i++)
          for (let j = 0; j < d; j++) {
            const mean = (values[i * d + j]! + values[j * d + i]!) / 2;
            expect(Math.abs(B.view[i * d + j]! - mean)).toBeLessThan(1e-15);
            squares += mean * mean;
          }
        expect(v.copy().reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(squares, 12);
      });
    }
  });
});
