// Rows on the unit sphere: their tangent spaces, their norms, where mean-field partners stand and how far from them the
// particles are. The target direction is the first axis. Knows nothing of velocities.
import { dot } from '../../linalg/vector';

/** v ← v − ⟨v,w⟩ w. */
export function tangent(w: usize, d: i32, v: usize): void {
  const radial = dot(v, w, d);
  for (let k: i32 = 0; k < d; k++) {
    const at = (<usize>k) << 3;
    store<f64>(v + at, load<f64>(v + at) - radial * load<f64>(w + at));
  }
}

/**
 * V_i ← V_i − ⟨V_i,w_i⟩ w_i.
 * Shapes: W and V m×d with row strides ldw and ldv (elements).
 */
export function tangentRows(W: usize, ldw: i32, m: i32, d: i32, V: usize, ldv: i32): void {
  for (let i: i32 = 0; i < m; i++) {
    tangent(W, d, V);
    W += (<usize>ldw) << 3;
    V += (<usize>ldv) << 3;
  }
}

/**
 * out_i = Y_i/‖Y_i‖.
 * Shapes: Y and out m×d with row strides ldy and ldo (elements), apart or the same.
 * Range: rows that are not 0.
 */
export function normaliseRows(Y: usize, ldy: i32, m: i32, d: i32, out: usize, ldo: i32): void {
  for (let i: i32 = 0; i < m; i++) {
    const norm = sqrt(dot(Y, Y, d));
    for (let k: i32 = 0; k < d; k++) {
      const at = (<usize>k) << 3;
      store<f64>(out + at, load<f64>(Y + at) / norm);
    }
    Y += (<usize>ldy) << 3;
    out += (<usize>ldo) << 3;
  }
}

/**
 * out_i = α_i e_1 + √(1 − α_i²) z_i, the partner of overlap α_i; z_i has first entry 0.
 * Shapes: alpha of m doubles, Z and out m×d with row strides ldz and ldo (elements).
 * Range: |α| ≤ 1.
 */
export function partners(alpha: usize, Z: usize, ldz: i32, m: i32, d: i32, out: usize, ldo: i32): void {
  for (let i: i32 = 0; i < m; i++) {
    const a = load<f64>(alpha);
    const b = sqrt((1 - a) * (1 + a));
    store<f64>(out, a);
    for (let k: i32 = 1; k < d; k++) {
      const at = (<usize>k) << 3;
      store<f64>(out + at, b * load<f64>(Z + at));
    }
    alpha += 8;
    Z += (<usize>ldz) << 3;
    out += (<usize>ldo) << 3;
  }
}

/**
 * out[i] = ‖A_i − B_i‖².
 * Shapes: A and B m×d with row strides lda and ldb (elements), out of m doubles.
 * Error: the differences are taken first, so near rows keep their digits.
 */
export function squaredDistances(A: usize, lda: i32, B: usize, ldb: i32, m: i32, d: i32, out: usize): void {
  for (let i: i32 = 0; i < m; i++) {
    let total: f64 = 0;
    for (let k: i32 = 0; k < d; k++) {
      const at = (<usize>k) << 3;
      const gap = load<f64>(A + at) - load<f64>(B + at);
      total += gap * gap;
    }
    store<f64>(out, total);
    A += (<usize>lda) << 3;
    B += (<usize>ldb) << 3;
    out += 8;
  }
}
