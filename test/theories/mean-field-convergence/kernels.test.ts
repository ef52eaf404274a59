import { describe, expect, it } from 'vitest';
import { Activation } from '../../../assembly/abi.ts';
import {
  activeCounts,
  activeCountsScratch,
  flowDirection,
  outputSums,
  passScratch,
  windowMeans,
} from '../../../bindings/mean-field-convergence.ts';
import { activate } from '../../../src/numerics/activation.ts';
import { createStream } from '../../../src/numerics/random.ts';
import { checked, exact, referenceCore } from '../../cores.ts';

const relu = { kind: Activation.Relu, parameter: 0 };
const tanh = { kind: Activation.Tanh, parameter: 0 };

describe.each([
  ['exact', exact],
  ['checked', checked],
] as const)('passes over neurons on the %s core', (_, core) => {
  const reference = referenceCore();
  const draw = createStream('mean-field-convergence', 'kernels');

  /** Σ_i w_i X_ia by the scalar reference. */
  const rowSums = (X: Float64Array, w: Float64Array, rows: number, n: number) =>
    reference.within((scope) => {
      const out = scope.f64(n);
      reference.exports.rowSumsReference!(scope.from(X).ptr, scope.from(w).ptr, rows, n, out.ptr);
      return out.copy();
    });

  it('outputSums gives the bits of its reference at every n 0..33 and 0..40 rows, with and without slopes', () => {
    for (let n = 0; n <= 33; n++) {
      for (const rows of [0, 1, 3, 4, 7, 40]) {
        const H = draw.normal(rows * n);
        const w = draw.normal(rows);
        for (const [name, activation] of [
          ['relu', relu],
          ['tanh', tanh],
        ] as const) {
          core.within((scope) => {
            const f = scope.f64(n);
            const slopes = scope.f64(rows * n);
            const scratch = scope.f64(passScratch(core, n));
            const h = scope.from(H);
            outputSums(core, activation, h, scope.from(w), rows, n, f, slopes, scratch);
            const { value, first } = activate(name, H, { order: 1 });
            expect(f.copy()).toEqual(rowSums(value, w, rows, n));
            expect(slopes.copy()).toEqual(first);
            const alone = scope.f64(n);
            outputSums(core, activation, h, scope.from(w), rows, n, alone, undefined, scratch);
            expect(alone.copy()).toEqual(f.copy());
          });
        }
      }
    }
  });

  it('outputSums of rows longer than its turn gives the same bits', () => {
    const [rows, n] = [5, 1501];
    const H = draw.normal(rows * n);
    const w = draw.normal(rows);
    core.within((scope) => {
      const f = scope.f64(n);
      const slopes = scope.f64(rows * n);
      outputSums(
        core,
        tanh,
        scope.from(H),
        scope.from(w),
        rows,
        n,
        f,
        slopes,
        scope.f64(passScratch(core, n)),
      );
      expect(f.copy()).toEqual(rowSums(activate('tanh', H).value, w, rows, n));
    });
  });

  it('flowDirection gives the bits of its reference at every n 0..33, also in place', () => {
    for (let n = 0; n <= 33; n++) {
      const rows = 1 + (n % 5);
      const inputs = [draw.normal(rows * n), draw.normal(rows), draw.normal(n)];
      const theirs = reference.within((scope) => {
        const [slopes, scales, zeta] = inputs.map((values) => scope.from(values).ptr);
        const D = scope.f64(rows * n);
        reference.exports.flowDirectionReference!(slopes!, scales!, zeta!, rows, n, D.ptr);
        return D.copy();
      });
      core.within((scope) => {
        const [slopes, scales, zeta] = inputs.map((values) => scope.from(values));
        const D = scope.f64(rows * n);
        flowDirection(core, slopes!, scales!, zeta!, rows, n, D);
        expect(D.copy()).toEqual(theirs);
        flowDirection(core, slopes!, scales!, zeta!, rows, n, slopes!);
        expect(slopes!.copy()).toEqual(theirs);
      });
    }
  });

  it('outputSums in single precision: the bits of double sums of the rounded H at every n 0..33 and 0..40 rows, slopes rounded', () => {
    for (let n = 0; n <= 33; n++) {
      for (const rows of [0, 1, 3, 4, 7, 40]) {
        const H = Float32Array.from(draw.normal(rows * n));
        const w = draw.normal(rows);
        for (const [name, activation] of [
          ['relu', relu],
          ['tanh', tanh],
        ] as const) {
          core.within((scope) => {
            const f = scope.f64(n);
            const h = scope.f32(rows * n).set(H);
            const slopes = scope.f32(rows * n);
            const scratch = scope.f64(2 * passScratch(core, n));
            outputSums(core, activation, h, scope.from(w), rows, n, f, slopes, scratch);
            const { value, first } = activate(name, Float64Array.from(H), { order: 1 });
            expect(f.copy()).toEqual(rowSums(value, w, rows, n));
            expect(slopes.copy()).toEqual(Float32Array.from(first!));
            const alone = scope.f64(n);
            outputSums(core, activation, h, scope.from(w), rows, n, alone, undefined, scratch);
            expect(alone.copy()).toEqual(f.copy());
          });
        }
      }
    }
  });

  it('flowDirection in single precision gives the bits of its reference at every n 0..33, also in place', () => {
    for (let n = 0; n <= 33; n++) {
      const rows = 1 + (n % 5);
      const [S, factors, residual] = [draw.normal(rows * n), draw.normal(rows), draw.normal(n)];
      const theirs = reference.within((scope) => {
        const [slopes, D] = [scope.f32(rows * n).set(S), scope.f32(rows * n)];
        const [scales, zeta] = [scope.from(factors), scope.from(residual)];
        const { flowDirectionSingleReference } = reference.exports;
        flowDirectionSingleReference!(slopes.ptr, scales.ptr, zeta.ptr, rows, n, D.ptr);
        return D.copy();
      });
      core.within((scope) => {
        const [slopes, D] = [scope.f32(rows * n).set(S), scope.f32(rows * n)];
        const [scales, zeta] = [scope.from(factors), scope.from(residual)];
        flowDirection(core, slopes, scales, zeta, rows, n, D);
        expect(D.copy()).toEqual(theirs);
        flowDirection(core, slopes, scales, zeta, rows, n, slopes);
        expect(slopes.copy()).toEqual(theirs);
      });
    }
  });

  it('windowMeans sums the squared slopes at the edges of the windows, bit by bit, at every n 0..33', () => {
    for (let n = 0; n <= 33; n++) {
      const rows = 1 + (n % 7);
      const H = draw.normal(rows * n);
      const w = draw.uniform(rows);
      const reach = draw.uniform(n);
      for (const [name, activation, even] of [
        ['tanh', tanh, true],
        ['softplus', { kind: Activation.Softplus, parameter: 1 }, false],
        ['relu', relu, false],
      ] as const) {
        const edges = H.map((h, k) => (even ? Math.abs(h) + reach[k % n]! : h - reach[k % n]!));
        const squares = activate(name, edges, { order: 1 }).first!.map((slope) => slope * slope);
        core.within((scope) => {
          const out = scope.f64(n);
          const scratch = scope.f64(2 * passScratch(core, n));
          const [h, r, weights] = [H, reach, w].map((values) => scope.from(values));
          windowMeans(core, activation, even, h!, r!, weights!, rows, n, out, scratch);
          expect(out.copy()).toEqual(rowSums(squares, w, rows, n));
        });
      }
    }
  });

  it('activeCounts counts exactly in both precisions, at every n 0..33 and around multiples of 64 rows', () => {
    for (let n = 0; n <= 33; n++) {
      for (const rows of [1, 63, 64, 65, 130]) {
        const H = draw.normal(rows * n).map((h, k) => (k % 11 === 0 ? 0 : h));
        const theirs = reference.within((scope) => {
          const out = scope.f64(n * n);
          reference.exports.activeCountsReference!(scope.from(H).ptr, rows, n, out.ptr);
          return out.copy();
        });
        core.within((scope) => {
          const out = scope.f64(n * n);
          activeCounts(core, scope.from(H), rows, n, out, scope.f64(activeCountsScratch(core, rows, n)));
          expect(out.copy()).toEqual(theirs);
          const single = scope.f32(rows * n).set(H);
          const room = scope.f64(activeCountsScratch(core, rows, n, true));
          activeCounts(core, single, rows, n, out.fill(-1), room);
          expect(out.copy()).toEqual(theirs);
        });
      }
    }
  });
});
