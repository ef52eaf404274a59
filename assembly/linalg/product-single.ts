// Products of matrices of single-precision numbers, f32: C + A B where B is the same for many products. B is packed once, rounded
// from doubles; A is read where it lies. Knows no transposition and no other precision.
import { maddSingle } from '../math/madd';

/** Length of a block of k: a packed tile of B of KC×8 stays in the first-level cache. */
const KC: i32 = 256;
/** Rows of A that pass by all of a block of B: MC×KC floats stay near the first-level cache. */
const MC: i32 = 48;
/** Rows of the register tile, as in `gemm`: six where multiply and add are one. */
const MR: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 4;
/** Columns of the register tile: two vectors. */
const NR: i32 = 8;
/** A register tile that hangs over the edge of C; room for either build's. */
const SPARE: usize = memory.data(192, 16);

/** Floats of a packed k×n matrix. */
export function packedSingleLength(k: i32, n: i32): i32 {
  return k * ((n + NR - 1) & -NR);
}

/**
 * packed = B rounded to single precision, in blocks of 256 rows of tiles of 8 columns, k outermost in a tile; columns beyond
 * the last are zero.
 * Shapes: B k×n doubles with row stride ldb elements, packed `packedSingleLength(k, n)` floats.
 */
export function packSingle(B: usize, k: i32, n: i32, ldb: i32, packed: usize): void {
  assert(k >= 0 && n >= 0);
  const bytes = (<usize>ldb) << 3;
  for (let pc: i32 = 0; pc < k; pc += KC) {
    const depth = min(KC, k - pc);
    for (let j: i32 = 0; j < n; j += NR) {
      const here = min(NR, n - j);
      let row = B + <usize>pc * bytes + ((<usize>j) << 3);
      for (let p: i32 = 0; p < depth; p++) {
        for (let t: i32 = 0; t < NR; t++) {
          const value: f32 = t < here ? <f32>load<f64>(row + ((<usize>t) << 3)) : 0;
          store<f32>(packed + ((<usize>t) << 2), value);
        }
        packed += (<usize>NR) << 2;
        row += bytes;
      }
    }
  }
}

/** c[4×8] += Σ_k a_r[k] b[k][0..7], k in order; the sum first, then the addition. */
function tile4x8(
  a0: usize,
  a1: usize,
  a2: usize,
  a3: usize,
  b: usize,
  depth: i32,
  c: usize,
  ldc: usize,
): void {
  let s00 = f32x4.splat(0);
  let s01 = f32x4.splat(0);
  let s10 = f32x4.splat(0);
  let s11 = f32x4.splat(0);
  let s20 = f32x4.splat(0);
  let s21 = f32x4.splat(0);
  let s30 = f32x4.splat(0);
  let s31 = f32x4.splat(0);
  const end = b + ((<usize>depth) << 5);
  while (b < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let t = v128.load32_splat(a0);
    s00 = maddSingle(t, b0, s00);
    s01 = maddSingle(t, b1, s01);
    t = v128.load32_splat(a1);
    s10 = maddSingle(t, b0, s10);
    s11 = maddSingle(t, b1, s11);
    t = v128.load32_splat(a2);
    s20 = maddSingle(t, b0, s20);
    s21 = maddSingle(t, b1, s21);
    t = v128.load32_splat(a3);
    s30 = maddSingle(t, b0, s30);
    s31 = maddSingle(t, b1, s31);
    a0 += 4;
    a1 += 4;
    a2 += 4;
    a3 += 4;
    b += 32;
  }
  add(c, s00, s01);
  c += ldc;
  add(c, s10, s11);
  c += ldc;
  add(c, s20, s21);
  c += ldc;
  add(c, s30, s31);
}

/** `tile4x8` with six rows. */
function tile6x8(
  a0: usize,
  a1: usize,
  a2: usize,
  a3: usize,
  a4: usize,
  a5: usize,
  b: usize,
  depth: i32,
  c: usize,
  ldc: usize,
): void {
  let s00 = f32x4.splat(0);
  let s01 = f32x4.splat(0);
  let s10 = f32x4.splat(0);
  let s11 = f32x4.splat(0);
  let s20 = f32x4.splat(0);
  let s21 = f32x4.splat(0);
  let s30 = f32x4.splat(0);
  let s31 = f32x4.splat(0);
  let s40 = f32x4.splat(0);
  let s41 = f32x4.splat(0);
  let s50 = f32x4.splat(0);
  let s51 = f32x4.splat(0);
  const end = b + ((<usize>depth) << 5);
  while (b < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let t = v128.load32_splat(a0);
    s00 = maddSingle(t, b0, s00);
    s01 = maddSingle(t, b1, s01);
    t = v128.load32_splat(a1);
    s10 = maddSingle(t, b0, s10);
    s11 = maddSingle(t, b1, s11);
    t = v128.load32_splat(a2);
    s20 = maddSingle(t, b0, s20);
    s21 = maddSingle(t, b1, s21);
    t = v128.load32_splat(a3);
    s30 = maddSingle(t, b0, s30);
    s31 = maddSingle(t, b1, s31);
    t = v128.load32_splat(a4);
    s40 = maddSingle(t, b0, s40);
    s41 = maddSingle(t, b1, s41);
    t = v128.load32_splat(a5);
    s50 = maddSingle(t, b0, s50);
    s51 = maddSingle(t, b1, s51);
    a0 += 4;
    a1 += 4;
    a2 += 4;
    a3 += 4;
    a4 += 4;
    a5 += 4;
    b += 32;
  }
  add(c, s00, s01);
  c += ldc;
  add(c, s10, s11);
  c += ldc;
  add(c, s20, s21);
  c += ldc;
  add(c, s30, s31);
  c += ldc;
  add(c, s40, s41);
  c += ldc;
  add(c, s50, s51);
}

/** Adds eight numbers to what is there. */
function add(c: usize, left: v128, right: v128): void {
  v128.store(c, f32x4.add(v128.load(c), left));
  v128.store(c, f32x4.add(v128.load(c, 16), right), 16);
}

/** The tile of this build on `rows` rows of A; rows that are missing are the last one again. */
function tile(a: usize, lda: usize, rows: i32, b: usize, depth: i32, c: usize, ldc: usize): void {
  const a1 = a + (rows > 1 ? lda : 0);
  const a2 = a1 + (rows > 2 ? lda : 0);
  const a3 = a2 + (rows > 3 ? lda : 0);
  if (ASC_FEATURE_RELAXED_SIMD) {
    const a4 = a3 + (rows > 4 ? lda : 0);
    const a5 = a4 + (rows > 5 ? lda : 0);
    tile6x8(a, a1, a2, a3, a4, a5, b, depth, c, ldc);
  } else tile4x8(a, a1, a2, a3, b, depth, c, ldc);
}

/** A tile that hangs over the edge of C: computed aside, then the part inside C is added. */
function edgeTile(
  a: usize,
  lda: usize,
  rows: i32,
  columns: i32,
  b: usize,
  depth: i32,
  c: usize,
  ldc: usize,
): void {
  const bytes = (<usize>NR) << 2;
  memory.fill(SPARE, 0, <usize>MR * bytes);
  tile(a, lda, rows, b, depth, SPARE, bytes);
  for (let i: i32 = 0; i < rows; i++) {
    for (let j: i32 = 0; j < columns; j++) {
      const at = c + ((<usize>j) << 2);
      store<f32>(at, load<f32>(at) + load<f32>(SPARE + <usize>i * bytes + ((<usize>j) << 2)));
    }
    c += ldc;
  }
}

/** `rows` rows of C by one block of B, tile of columns by tile of columns. */
function panel(rows: i32, n: i32, depth: i32, A: usize, lda: usize, b: usize, C: usize, ldc: usize): void {
  for (let j: i32 = 0; j < n; j += NR) {
    const columns = min(NR, n - j);
    let a = A;
    let c = C;
    for (let i: i32 = 0; i < rows; i += MR) {
      const height = min(MR, rows - i);
      if (height === MR && columns === NR) tile(a, lda, MR, b, depth, c, ldc);
      else edgeTile(a, lda, height, columns, b, depth, c, ldc);
      a += <usize>MR * lda;
      c += <usize>MR * ldc;
    }
    b += (<usize>(NR * depth)) << 2;
    C += (<usize>NR) << 2;
  }
}

/**
 * C += A B in single precision, B as `packSingle` leaves it.
 * Shapes: A m×k and C m×n floats with row strides lda and ldc elements.
 * Error: |error| ≤ (min(k, 256) + k/256 + 2) 2⁻²⁴ (|C| + Σ |A||B|). Each element sums k in order within blocks of 256 and adds
 * the blocks to C in order: its bits do not depend on m, n or the tile.
 * Cost: 2 m n k flops at twice the rate of `gemm`.
 */
export function addProductSingle(
  m: i32,
  n: i32,
  k: i32,
  A: usize,
  lda: i32,
  packed: usize,
  C: usize,
  ldc: i32,
): void {
  assert(m >= 0 && n >= 0 && k >= 0);
  const la = (<usize>lda) << 2;
  const lc = (<usize>ldc) << 2;
  const padded = (n + NR - 1) & -NR;
  for (let pc: i32 = 0; pc < k; pc += KC) {
    const depth = min(KC, k - pc);
    const b = packed + ((<usize>(pc * padded)) << 2);
    let a = A + ((<usize>pc) << 2);
    let c = C;
    for (let ic: i32 = 0; ic < m; ic += MC) {
      panel(min(MC, m - ic), n, depth, a, la, b, c, lc);
      a += <usize>MC * la;
      c += <usize>MC * lc;
    }
  }
}
