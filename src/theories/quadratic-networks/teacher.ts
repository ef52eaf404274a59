// The teacher Z* of order d: the quantiles of its limiting law on the diagonal, or drawn.
import type { Block, Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import { gemmScratchFor, syrk } from '../../../bindings/linalg.ts';
import { lawQuantile, packSymmetric } from '../../../bindings/quadratic-networks.ts';
import { fillNormal } from '../../../bindings/random.ts';

/** So small a noise that the law's eigenvalues are the teacher's to 1e-14. */
const NO_NOISE = 1e-14;

/** Width of a student or teacher of a given ratio. */
export function widthOf(ratio: number, d: number): number {
  return Math.max(1, Math.round(ratio * d));
}

/** The d eigenvalues, ascending: Marchenko–Pastur quantiles of ratio κ*, zeros below them where κ* < 1 (S2). */
export function teacherQuantiles(core: Core, d: number, teacherWidth: number): Float64Array {
  const out = new Float64Array(d);
  const count = Math.min(d, teacherWidth);
  const ratio = teacherWidth / d;
  for (let i = 0; i < count; i++) {
    const above = (Math.min(1, ratio) * (i + 0.5)) / count;
    out[d - 1 - i] = Math.max(0, lawQuantile(core, above, NO_NOISE, 1 / ratio));
  }
  return out;
}

/** Z* as a vector of the symmetric basis into `out`. */
export function fillTeacher(
  core: Core,
  d: number,
  teacherWidth: number,
  kind: 'quantiles' | 'gaussian',
  stream: Block,
  out: Block,
): void {
  core.within((scope) => {
    const Z = scope.f64(d * d);
    if (kind === 'quantiles') {
      teacherQuantiles(core, d, teacherWidth).forEach((value, i) => {
        Z.view[i * d + i] = value;
      });
    } else {
      const W = scope.f64(d * teacherWidth);
      fillNormal(core, stream, W);
      gramOf(core, scope, d, teacherWidth, W, Z);
    }
    packSymmetric(core, d, Z, d, 0.5, out);
  });
}

/** Z ← W Wᵀ / width for raw normal entries W (d × width). */
export function gramOf(core: Core, scope: Scope, d: number, width: number, W: Block, Z: Block): void {
  syrk(core, d, width, W, width, Z, d, scope.f64(gemmScratchFor(core, d, d, width)));
  const view = Z.view;
  for (let i = 0; i < view.length; i++) view[i]! /= width;
}
