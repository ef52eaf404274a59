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

/** One pass over n rows of d by a core; m = 0 stands for a whole matrix. */
function pass(core: Core, n: number, d: number, m: number) {
  const draws = createStream('rows', 'kernel');
  const whole = m === 0;
  const columns = whole ? d : m;
  return core.within((scope) => {
    const [X, y, W] = [n * d, n, d * columns].map((length) => scope.from(draws.normal(length)));
    const rows = scope.f64(packedRowsLength(core, n, d));
    for (let i = 0; i < n; i += 24)
      packRows(core, i, Math.min(24, n - i), d, X!.at(i * d, Math.min(24, n - i) * d), d, rows);
    const [out, sums] = [scope.f64(d * columns), scope.f64(2)];
    const scratch = scope.f64(rowScratch(core, d, columns));
    if (whole) rowField(core, n, d, rows, W!, y!, 0.7, 1.3, out, sums, scratch);
    else rowGradient(core, n, d, m, rows, W!, y!, 0.7, 1.3, out, sums, scratch);
    return [out.copy(), sums.copy()];
  });
}

/** The same by the scalar reference. */
function passReference(n: number, d: number, m: number) {
  const draws = createStream('rows', 'kernel');
  const whole = m === 0;
  const columns = whole ? d : m;
  return reference.within((scope: Scope) => {
    const [X, y, W] = [n * d, n, d * columns].map((length) => scope.from(draws.normal(length)));
    const blocks = [scope.f64(d * columns), scope.f64(2), scope.f64(n * columns)];
    const [out, sums, scratch] = blocks as [Block, Block, Block];
    reference.exports.rowPassReference!(
      ...[n, d, columns, X!.ptr, W!.ptr, Number(whole), y!.ptr, 0.7, 1.3, out.ptr, sums.ptr, scratch.ptr],
    );
    return [out.copy(), sums.copy()];
  });
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

describe('passes over rows', () => {
  it.each(['exact', 'checked'] as const)(
    'gradient and field (%s core): the bits of the scalar reference at every size up to 33 and across blocks',
    (build) => {
      for (const [n, d, m] of shapes)
        expect([n, d, m, ...pass({ exact, checked }[build], n, d, m)]).toEqual([
          n,
          d,
          m,
          ...passReference(n, d, m),
        ]);
    },
  );

  it.skipIf(!fast)(
    'gradient and field of the fast core: 3e-15 of the exact ones, relative to the largest entry',
    () => {
      let worst = 0;
      for (const [n, d, m] of shapes) {
        const wanted = pass(exact, n, d, m);
        pass(fast!, n, d, m).forEach((values, which) => {
          const largest = wanted[which]!.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
          values.forEach((value, i) => {
            worst = Math.max(worst, Math.abs(value - wanted[which]![i]!) / largest);
          });
        });
      }
      expect(worst).toBeLessThan(3e-15);
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
