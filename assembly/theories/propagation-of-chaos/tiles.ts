// Square blocks of a Gram matrix, and their products with rows, in register tiles of 4×4. Rows are packed in two ways:
// in panels of four rows for the entries of the Gram matrix, in panels of four columns for the products with it.
// Everything is padded with zeros to multiples of four; zeros change no bit of a sum. Knows nothing of particles.
import { tile4x4 } from '../../linalg/gemm';
import { madd } from '../../math/madd';

/** Rows and columns of a block of the Gram matrix: 8·BLOCK² bytes stay in cache between its uses. */
export const BLOCK: i32 = 64;
/** Bytes of a row of a block. */
const ROW: usize = 512;

/** `length` rounded up to a multiple of four. */
export function padded4(length: i32): i32 {
  return (length + 3) & ~3;
}

/**
 * Panels of four rows: to[i/4][k][i mod 4] = W[i][k], zeros beyond m; k runs over d, then zeros up to a multiple of 4.
 * Shapes: W m×d with row stride ld (bytes), to of padded4(m)·padded4(d) doubles.
 */
export function packRows(W: usize, ld: usize, m: i32, d: i32, to: usize): void {
  const dp = padded4(d);
  for (let i: i32 = 0; i < m; i += 4) {
    const here = min(4, m - i);
    if (here < 4 || d < dp) memory.fill(to, 0, (<usize>(4 * dp)) << 3);
    for (let r: i32 = 0; r < here; r++) {
      let target = to + ((<usize>r) << 3);
      let from = W;
      for (let k: i32 = 0; k < d; k++) {
        store<f64>(target, load<f64>(from));
        from += 8;
        target += 32;
      }
      W += ld;
    }
    to += (<usize>(4 * dp)) << 3;
  }
}

/**
 * Panels of four columns: to[k/4][i][k mod 4] = W[i][k], zeros beyond d and for i from m to padded4(m).
 * Shapes: as in packRows.
 */
export function packColumns(W: usize, ld: usize, m: i32, d: i32, to: usize): void {
  const mp = padded4(m);
  const panel = (<usize>mp) << 5;
  for (let k: i32 = 0; k < d; k += 4) {
    const here = min(4, d - k);
    if (here < 4 || m < mp) memory.fill(to, 0, panel);
    let from = W + ((<usize>k) << 3);
    let target = to;
    for (let i: i32 = 0; i < m; i++) {
      for (let c: i32 = 0; c < here; c++) {
        store<f64>(target + ((<usize>c) << 3), load<f64>(from + ((<usize>c) << 3)));
      }
      from += ld;
      target += 32;
    }
    to += panel;
  }
}

/**
 * A block of the Gram matrix: S[i][j] = Σ_k A[i][k] B[j][k], k in order, for `rows` rows of A and `columns` of B.
 * Shapes: A and B packed by packRows, both of depth numbers; rows and columns multiples of 4, at most BLOCK; S in rows
 * of BLOCK.
 * Cost: 2 rows columns depth flops.
 */
export function gramBlock(A: usize, rows: i32, B: usize, columns: i32, depth: i32, S: usize): void {
  const panel = (<usize>(4 * depth)) << 3;
  for (let i: i32 = 0; i < rows; i += 4) {
    let b = B;
    let s = S;
    for (let j: i32 = 0; j < columns; j += 4) {
      tile4x4(A, b, depth, s, ROW, 0);
      b += panel;
      s += 32;
    }
    A += panel;
    S += 4 * ROW;
  }
}

/** out[4×4] += Σ_j s[r][j] b[j][c], j in order: four rows of a block. */
function across4x4(s: usize, b: usize, length: i32, out0: usize, ld: usize): void {
  const out1 = out0 + ld;
  const out2 = out1 + ld;
  const out3 = out2 + ld;
  let s00 = v128.load(out0);
  let s01 = v128.load(out0, 16);
  let s10 = v128.load(out1);
  let s11 = v128.load(out1, 16);
  let s20 = v128.load(out2);
  let s21 = v128.load(out2, 16);
  let s30 = v128.load(out3);
  let s31 = v128.load(out3, 16);
  const end = b + ((<usize>length) << 5);
  while (b < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let t = v128.load64_splat(s);
    s00 = madd(t, b0, s00);
    s01 = madd(t, b1, s01);
    t = v128.load64_splat(s, ROW);
    s10 = madd(t, b0, s10);
    s11 = madd(t, b1, s11);
    t = v128.load64_splat(s, 2 * ROW);
    s20 = madd(t, b0, s20);
    s21 = madd(t, b1, s21);
    t = v128.load64_splat(s, 3 * ROW);
    s30 = madd(t, b0, s30);
    s31 = madd(t, b1, s31);
    s += 8;
    b += 32;
  }
  v128.store(out0, s00);
  v128.store(out0, s01, 16);
  v128.store(out1, s10);
  v128.store(out1, s11, 16);
  v128.store(out2, s20);
  v128.store(out2, s21, 16);
  v128.store(out3, s30);
  v128.store(out3, s31, 16);
}

/** out[4×4] += Σ_i s[i][r] b[i][c], i in order: four columns of a block. */
function down4x4(s: usize, b: usize, length: i32, out0: usize, ld: usize): void {
  const out1 = out0 + ld;
  const out2 = out1 + ld;
  const out3 = out2 + ld;
  let s00 = v128.load(out0);
  let s01 = v128.load(out0, 16);
  let s10 = v128.load(out1);
  let s11 = v128.load(out1, 16);
  let s20 = v128.load(out2);
  let s21 = v128.load(out2, 16);
  let s30 = v128.load(out3);
  let s31 = v128.load(out3, 16);
  const end = b + ((<usize>length) << 5);
  while (b < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let t = v128.load64_splat(s);
    s00 = madd(t, b0, s00);
    s01 = madd(t, b1, s01);
    t = v128.load64_splat(s, 8);
    s10 = madd(t, b0, s10);
    s11 = madd(t, b1, s11);
    t = v128.load64_splat(s, 16);
    s20 = madd(t, b0, s20);
    s21 = madd(t, b1, s21);
    t = v128.load64_splat(s, 24);
    s30 = madd(t, b0, s30);
    s31 = madd(t, b1, s31);
    s += ROW;
    b += 32;
  }
  v128.store(out0, s00);
  v128.store(out0, s01, 16);
  v128.store(out1, s10);
  v128.store(out1, s11, 16);
  v128.store(out2, s20);
  v128.store(out2, s21, 16);
  v128.store(out3, s30);
  v128.store(out3, s31, 16);
}

/**
 * out[i] += Σ_j S[i][j] B[j], j in order: a block times the rows that its columns stand for.
 * Shapes: S of `rows` rows and `columns` columns in rows of BLOCK; B the place of the first of these rows in panels of
 * four columns, `panel` bytes each; out of `rows` rows, ld bytes apart, of `width` numbers; all multiples of 4.
 * Cost: 2 rows columns width flops.
 */
export function addAcross(
  S: usize,
  rows: i32,
  columns: i32,
  B: usize,
  panel: usize,
  width: i32,
  out: usize,
  ld: usize,
): void {
  for (let k: i32 = 0; k < width; k += 4) {
    let s = S;
    let o = out;
    for (let i: i32 = 0; i < rows; i += 4) {
      across4x4(s, B, columns, o, ld);
      s += 4 * ROW;
      o += ld << 2;
    }
    B += panel;
    out += 32;
  }
}

/** out[j] += Σ_i S[i][j] B[i], i in order: the transposed block times rows. Shapes and cost as in addAcross. */
export function addDown(
  S: usize,
  rows: i32,
  columns: i32,
  B: usize,
  panel: usize,
  width: i32,
  out: usize,
  ld: usize,
): void {
  for (let k: i32 = 0; k < width; k += 4) {
    let s = S;
    let o = out;
    for (let j: i32 = 0; j < columns; j += 4) {
      down4x4(s, B, rows, o, ld);
      s += 32;
      o += ld << 2;
    }
    B += panel;
    out += 32;
  }
}
