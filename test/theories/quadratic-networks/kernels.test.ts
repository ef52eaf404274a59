import { describe, expect, it } from 'vitest';
import type { Block, Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import { createCore } from '../../../bindings/load.ts';
import {
  packedRowsLength,
  packRows,
  rowField,
  rowGradient,
  rowScratch,
} from '../../../bindings/quadratic-networks.ts';
import { createStream } from '../../../src/numerics/random.ts';
import { checked, exact, referenceCore } from '../../cores.ts';

const reference = referenceCore();
// Node 20 has none.
const fast: Core | undefined = await createCore('fast').catch(() => undefined);

/** Draws of a pass; with `clear` the factor is a trapezoid already. */
function drawPass(n: number, d: number, m: number, clear: boolean) {
  const draws = createStream('rows', 'kernel');
  const columns = m === 0 ? d : m;
  const [X, y, W] = [n * d, n, d * columns].map((length) => draws.normal(length));
  if (clear)
    W!.forEach((_, at) => {
      if (Math.floor(at / columns) + (at % columns) < columns - 1) W![at] = 0;
    });
  return { X: X!, y: y!, W: W!, columns };
}

/** One pass over n rows of d by a core; m = 0 stands for a whole matrix. */
function pass(core: Core, n: number, d: number, m: number, clear = false) {
  const drawn = drawPass(n, d, m, clear);
  const { columns } = drawn;
  return core.within((scope) => {
    const [X, y, W] = [scope.from(drawn.X), scope.from(drawn.y), scope.from(drawn.W)];
    const rows = scope.f64(packedRowsLength(core, n, d));
    for (let i = 0; i < n; i += 24)
      packRows(core, i, Math.min(24, n - i), d, X.at(i * d, Math.min(24, n - i) * d), d, rows);
    const [out, sums] = [scope.f64(d * columns), scope.f64(2)];
    const scratch = scope.f64(rowScratch(core, d, columns));
    if (m === 0) rowField(core, n, d, rows, W, y, 0.7, 1.3, out, sums, scratch);
    else rowGradient(core, n, d, m, rows, W, y, 0.7, 1.3, out, sums, scratch);
    return [out.copy(), sums.copy()];
  });
}

/** The same by the scalar reference, which multiplies zeros too. */
function passReference(n: number, d: number, m: number, clear = false) {
  const drawn = drawPass(n, d, m, clear);
  const { columns } = drawn;
  return reference.within((scope: Scope) => {
    const [X, y, W] = [scope.from(drawn.X), scope.from(drawn.y), scope.from(drawn.W)];
    const blocks = [scope.f64(d * columns), scope.f64(2), scope.f64(n * columns)];
    const [out, sums, scratch] = blocks as [Block, Block, Block];
    reference.exports.rowPassReference!(
      ...[n, d, columns, X.ptr, W.ptr, Number(m === 0), y.ptr, 0.7, 1.3, out.ptr, sums.ptr, scratch.ptr],
    );
    return [out.copy(), sums.copy()];
  });
}

/** Largest difference, relative to the largest entry of each array. */
function worst(found: Float64Array[], wanted: Float64Array[]): number {
  const gaps = found.map((values, which) => {
    const largest = wanted[which]!.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return Math.max(...values.map((value, i) => Math.abs(value - wanted[which]![i]!))) / largest;
  });
  return Math.max(...gaps);
}

const shapes = [
  ...Array.from({ length: 34 }, (_, i) => [1 + ((i * 7) % 33), i + 1, 1 + ((i * 5) % 33)] as const),
  ...Array.from({ length: 34 }, (_, i) => [i + 1, 1 + ((i * 11) % 33), i % 4 === 0 ? 0 : i] as const),
  [255, 9, 0],
  [256, 9, 5],
  [257, 10, 3],
  [600, 12, 7],
  [20, 255, 3],
  [20, 257, 3],
  [5, 530, 2],
  [9, 260, 0],
] as const;

/** Enough rows that the factor is turned; more columns than rows of the factor, too. */
const turning = [
  ...Array.from({ length: 24 }, (_, i) => [16 * (i + 1), i + 1, 1 + ((i * 11) % 33)] as const),
  [600, 30, 17],
  [700, 33, 33],
  [160, 10, 29],
  [4200, 260, 21],
] as const;

describe('passes over rows', () => {
  it.each(['exact', 'checked'] as const)(
    'gradient and field (%s core): the bits of the scalar reference at every size up to 33 and across blocks',
    (build) => {
      for (const [n, d, m] of shapes) {
        // With so many rows a factor would be turned; one that is a trapezoid stays.
        const clear = n >= 16 * d;
        expect([n, d, m, ...pass({ exact, checked }[build], n, d, m, clear)]).toEqual([
          n,
          d,
          m,
          ...passReference(n, d, m, clear),
        ]);
      }
    },
  );

  it('gradient of a trapezoid, whose zeros are left out: the bits of the plain products', () => {
    for (const [n, d, m] of turning)
      expect([n, d, m, ...pass(exact, n, d, m, true)]).toEqual([n, d, m, ...passReference(n, d, m, true)]);
  });

  it('gradient of a factor that is turned: 1.5e-15 of the plain products, relative to the largest entry', () => {
    for (const [n, d, m] of turning) {
      const found = pass(exact, n, d, m);
      expect(worst(found, passReference(n, d, m))).toBeLessThan(1.5e-15);
      expect(pass(checked, n, d, m)).toEqual(found);
    }
  });

  it('the field is symmetric to the last bit', () => {
    const [field] = pass(exact, 50, 21, 0);
    for (let i = 0; i < 21; i++)
      for (let j = 0; j < i; j++) expect(field![i * 21 + j]).toBe(field![j * 21 + i]);
  });

  it.skipIf(!fast)(
    'gradient and field of the fast core: 3e-15 of the exact ones, relative to the largest entry',
    () => {
      for (const [n, d, m] of [...shapes, ...turning])
        expect(worst(pass(fast!, n, d, m), pass(exact, n, d, m))).toBeLessThan(3e-15);
    },
  );
});

/** W and a matrix G in groups of four columns, turned and turned back: [W Q, (G Q) Qᵀ], row by row. */
function turned(core: Core, d: number, m: number, W: Float64Array, G: Float64Array) {
  const [rows, groups] = [Math.ceil(d / 8) * 8, Math.ceil(m / 4)];
  const place = (i: number, j: number) => (Math.floor(j / 4) * rows + i) * 4 + (j % 4);
  const { turnToTrapezoid, turnBack, turnLength } = core.exports;
  return core.within((scope) => {
    const [factor, other] = [W, G].map((entries) => {
      const block = scope.f64(rows * groups * 4);
      entries.forEach((value, at) => {
        block.view[place(Math.floor(at / m), at % m)] = value;
      });
      return block;
    }) as [Block, Block];
    const turn = scope.f64(Math.max(1, turnLength(d, m)));
    turnToTrapezoid(d, m, factor.ptr, turn.ptr);
    turnBack(d, m, other.ptr, turn.ptr);
    return [factor, other].map((block) =>
      Float64Array.from({ length: d * m }, (_, at) => block.view[place(Math.floor(at / m), at % m)]!),
    ) as [Float64Array, Float64Array];
  });
}

/** Inner products of the rows of A and B, by sums of the host. */
const inner = (A: Float64Array, B: Float64Array, m: number, i: number, k: number) => {
  let total = 0;
  for (let j = 0; j < m; j++) total += A[i * m + j]! * B[k * m + j]!;
  return total;
};

describe('a factor turned into a trapezoid', () => {
  const sizes = [
    ...Array.from({ length: 33 }, (_, i) => [i + 1, 1 + ((i * 7) % 33)] as const),
    [80, 40],
    [60, 60],
    [9, 31],
  ] as const;
  const factors: [string, (value: number, row: number, column: number) => number][] = [
    ['normal entries', (value) => value],
    ['zero', () => 0],
    ['two columns of zeros', (value, _, column) => (column < 2 ? 0 : value)],
    ['rank one', (_, row) => row - 2.5],
    ['entries near 1e150', (value) => 1e150 * value],
    ['entries near 1e-150', (value) => 1e-150 * value],
  ];

  it.each(factors)(
    '%s: zeros exactly, W Wᵀ and what is turned along to 2.5e-15 of the norms of rows, at every size up to 33',
    (_, change) => {
      for (const [d, m] of sizes) {
        const draws = createStream('turn', 'kernel');
        const W = draws.normal(d * m).map((value, at) => change(value, Math.floor(at / m), at % m));
        const G = draws.normal(d * m);
        const [L, back] = turned(exact, d, m, W, G);
        const unit = 1 / (W.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1);
        const [w, l] = [W.map((value) => unit * value), L.map((value) => unit * value)];
        for (let i = 0; i < d; i++) {
          for (let j = 0; j < m - 1 - i && i < m - 4; j++) expect(L[i * m + j]).toBe(0);
          for (let k = 0; k <= i; k++) {
            const scale = Math.sqrt(inner(w, w, m, i, i) * inner(w, w, m, k, k)) || 1;
            expect(Math.abs(inner(l, l, m, i, k) - inner(w, w, m, i, k)) / scale).toBeLessThan(2.5e-15);
            // Rows of G Qᵀ meet rows of W as rows of G meet rows of W Q.
            const both = Math.sqrt(inner(G, G, m, i, i) * inner(w, w, m, k, k)) || 1;
            expect(Math.abs(inner(back, w, m, i, k) - inner(G, l, m, i, k)) / both).toBeLessThan(2.5e-15);
          }
        }
        expect(turned(checked, d, m, W, G)).toEqual([L, back]);
      }
    },
  );
});

describe('the angle of a point', () => {
  it('atan2: relative error at most 4.5e-16, against the host, at 20,000 points and the axes', () => {
    const draws = createStream('angles', 'kernel');
    const [y, x] = [draws.normal(20_000), draws.normal(20_000)];
    let worst = 0;
    for (let i = 0; i < y.length; i++) {
      const scale = 10 ** ((i % 30) - 15);
      const found = exact.exports.atan2(y[i]! * scale, x[i]!);
      const wanted = Math.atan2(y[i]! * scale, x[i]!);
      worst = Math.max(worst, Math.abs(found - wanted) / Math.abs(wanted));
    }
    expect(worst).toBeLessThan(4.5e-16);
    for (const [a, b, angle] of [
      [0, 0, 0],
      [1, 0, Math.PI / 2],
      [-1, 0, -Math.PI / 2],
      [0, -1, Math.PI],
      [0, 3, 0],
    ] as const)
      expect(exact.exports.atan2(a, b)).toBe(angle);
  });
});
