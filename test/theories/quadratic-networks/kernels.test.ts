import { describe, expect, it } from 'vitest';
import type { Block } from '../../../bindings/arena.ts';
import { quadraticResiduals } from '../../../bindings/quadratic-networks.ts';
import { createStream } from '../../../src/numerics/random.ts';
import { checked, exact, referenceCore } from '../../cores.ts';

const reference = referenceCore();

describe('kernels of quadratic networks', () => {
  it.each(['exact', 'checked'] as const)(
    'residuals of measurements (%s core): the bits of the scalar reference at every width up to 33',
    (build) => {
      const core = { exact, checked }[build];
      const draws = createStream('residuals', 'kernel');
      for (let m = 0; m <= 33; m++) {
        const n = 1 + (m % 7);
        const [P, Q, y] = [draws.normal(n * (m + 1)), draws.normal(n * (m + 2)), draws.normal(n)];
        const run = (
          within: typeof core.within,
          call: (p: Block, q: Block, labels: Block, r: Block, out: Block) => void,
        ) =>
          within((scope) => {
            const blocks = [scope.from(P), scope.from(Q), scope.from(y), scope.f64(n), scope.f64(2)] as const;
            call(...blocks);
            return [blocks[0].copy(), blocks[3].copy(), blocks[4].copy()];
          });
        const found = run(core.within.bind(core), (p, q, labels, r, out) =>
          quadraticResiduals(core, n, m, p, m + 1, q, m + 2, labels, 0.7, 1.3, r, out),
        );
        const wanted = run(reference.within, (p, q, labels, r, out) =>
          reference.exports.quadraticResidualsReference!(
            n,
            m,
            p.ptr,
            m + 1,
            q.ptr,
            m + 2,
            labels.ptr,
            0.7,
            1.3,
            r.ptr,
            out.ptr,
          ),
        );
        expect(found).toEqual(wanted);
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
