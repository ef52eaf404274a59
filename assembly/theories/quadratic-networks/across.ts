// Register tiles of Xᵀ Q for rows X that are packed in panels, as the tiles of the general product take them: these go across the
// panels instead, from row to row. Know nothing of what the product is for.
import { MR, put } from '../../linalg/gemm';
import { madd } from '../../math/madd';

/**
 * c[4×4] = (add ? c : 0) + Σ_i x_i[0..3]ᵀ b_i[0..3] over the rows i of panels of MR, from the column of x that `a` points at.
 * `jump` bytes lead from the end of a panel's row to the next panel.
 */
export function across4(a: usize, jump: usize, b: usize, rows: i32, c: usize, ldc: usize, add: i32): void {
  let s00 = f64x2.splat(0);
  let s01 = f64x2.splat(0);
  let s10 = f64x2.splat(0);
  let s11 = f64x2.splat(0);
  let s20 = f64x2.splat(0);
  let s21 = f64x2.splat(0);
  let s30 = f64x2.splat(0);
  let s31 = f64x2.splat(0);
  const end = b + ((<usize>rows) << 5);
  while (b < end) {
    const stop = b + (MR << 5);
    do {
      const b0 = v128.load(b);
      const b1 = v128.load(b, 16);
      let t = v128.load64_splat(a);
      s00 = madd(t, b0, s00);
      s01 = madd(t, b1, s01);
      t = v128.load64_splat(a, MR * 8);
      s10 = madd(t, b0, s10);
      s11 = madd(t, b1, s11);
      t = v128.load64_splat(a, MR * 16);
      s20 = madd(t, b0, s20);
      s21 = madd(t, b1, s21);
      t = v128.load64_splat(a, MR * 24);
      s30 = madd(t, b0, s30);
      s31 = madd(t, b1, s31);
      a += 8;
      b += 32;
    } while (b < stop);
    a += jump;
  }
  put(c, s00, s01, add);
  c += ldc;
  put(c, s10, s11, add);
  c += ldc;
  put(c, s20, s21, add);
  c += ldc;
  put(c, s30, s31, add);
}

/** `across4` with six columns of x. */
export function across6(a: usize, jump: usize, b: usize, rows: i32, c: usize, ldc: usize, add: i32): void {
  let s00 = f64x2.splat(0);
  let s01 = f64x2.splat(0);
  let s10 = f64x2.splat(0);
  let s11 = f64x2.splat(0);
  let s20 = f64x2.splat(0);
  let s21 = f64x2.splat(0);
  let s30 = f64x2.splat(0);
  let s31 = f64x2.splat(0);
  let s40 = f64x2.splat(0);
  let s41 = f64x2.splat(0);
  let s50 = f64x2.splat(0);
  let s51 = f64x2.splat(0);
  const end = b + ((<usize>rows) << 5);
  while (b < end) {
    const stop = b + (MR << 5);
    do {
      const b0 = v128.load(b);
      const b1 = v128.load(b, 16);
      let t = v128.load64_splat(a);
      s00 = madd(t, b0, s00);
      s01 = madd(t, b1, s01);
      t = v128.load64_splat(a, MR * 8);
      s10 = madd(t, b0, s10);
      s11 = madd(t, b1, s11);
      t = v128.load64_splat(a, MR * 16);
      s20 = madd(t, b0, s20);
      s21 = madd(t, b1, s21);
      t = v128.load64_splat(a, MR * 24);
      s30 = madd(t, b0, s30);
      s31 = madd(t, b1, s31);
      t = v128.load64_splat(a, MR * 32);
      s40 = madd(t, b0, s40);
      s41 = madd(t, b1, s41);
      t = v128.load64_splat(a, MR * 40);
      s50 = madd(t, b0, s50);
      s51 = madd(t, b1, s51);
      a += 8;
      b += 32;
    } while (b < stop);
    a += jump;
  }
  put(c, s00, s01, add);
  c += ldc;
  put(c, s10, s11, add);
  c += ldc;
  put(c, s20, s21, add);
  c += ldc;
  put(c, s30, s31, add);
  c += ldc;
  put(c, s40, s41, add);
  c += ldc;
  put(c, s50, s51, add);
}
