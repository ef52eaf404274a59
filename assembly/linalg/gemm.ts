// The general matrix product, packed: panels of op(A) and op(B) are copied into contiguous, zero-padded tiles
// that stay in cache, and a small register tile does all the arithmetic. Transposition is settled while packing.
import { madd } from '../math/madd';

/** Length of a block of k: a packed tile of B of KC×4 stays in the first-level cache. */
export const KC: i32 = 256;
/** Rows of a packed panel of op(A): MC×KC doubles stay in the second-level cache. */
const MC: i32 = 96;
/** Columns of a packed panel of op(B). */
const NC: i32 = 512;
/**
 * Rows of the register tile. Fused multiply-adds have room for six: 8 % above four at n ≥ 100 on Zen 4 and the best
 * on Skylake-X too. Separate ones need a register more, and six rows spill on V8 before 13.
 */
export const MR: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 4;
/** Columns of the register tile: two vectors. */
export const NR: i32 = 4;
/** Doubles of one register tile, for tiles that hang over the edge of C; room for either build's. */
const TILE: i32 = 24;
/** Panels of op(A) get room for a multiple of both builds' tiles, so that builds agree about scratch. */
const ROOM: i32 = 12;

/** Doubles of scratch that serve every product: two packed panels and one tile. */
export function gemmScratch(): i32 {
  return MC * KC + KC * NC + TILE;
}

/** Doubles of scratch that a product of these sizes needs; at most `gemmScratch()`. */
export function gemmScratchFor(m: i32, n: i32, k: i32): i32 {
  const depth = min(KC, k);
  return min(MC, padded(m, ROOM)) * depth + depth * min(NC, padded(n, NR)) + TILE;
}

/** `length` rounded up to a multiple of `step`. */
export function padded(length: i32, step: i32): i32 {
  return ((length + step - 1) / step) * step;
}

/**
 * Copies `lines` lines of `depth` numbers into tiles of `width` lines, k outermost: to[tile][k][line]. Lines
 * beyond the last are zero. Line l, entry k stands at from + l·lineStride + k·depthStride (bytes).
 */
export function pack(
  from: usize,
  lineStride: usize,
  depthStride: usize,
  lines: i32,
  depth: i32,
  width: i32,
  to: usize,
): void {
  for (let line: i32 = 0; line < lines; line += width) {
    const here = min(width, lines - line);
    packTile(from, lineStride, depthStride, here, depth, width, to);
    from += <usize>width * lineStride;
    to += (<usize>(width * depth)) << 3;
  }
}

/**
 * One tile of `pack`: `here` lines of data, then zeros up to `width`. Lines that lie side by side are copied in pairs,
 * lines of their own are transposed two by two.
 */
function packTile(
  from: usize,
  lineStride: usize,
  depthStride: usize,
  here: i32,
  depth: i32,
  width: i32,
  to: usize,
): void {
  const step = (<usize>width) << 3;
  const end = to + <usize>depth * step;
  if (here < width) memory.fill(to, 0, end - to);
  for (; here >= 2; here -= 2) {
    if (lineStride === 8) packBeside(from, depthStride, to, end, step);
    else packPair(from, from + lineStride, to, end, step);
    from += lineStride << 1;
    to += 16;
  }
  if (here === 0) return;
  for (; to < end; to += step) {
    store<f64>(to, load<f64>(from));
    from += depthStride;
  }
}

/** Two lines whose entries lie side by side. */
function packBeside(from: usize, depthStride: usize, to: usize, end: usize, step: usize): void {
  for (; to < end; to += step) {
    v128.store(to, v128.load(from));
    from += depthStride;
  }
}

/** Two lines, each with its entries one after the other. */
function packPair(line0: usize, line1: usize, to: usize, end: usize, step: usize): void {
  const last = end - step;
  while (to < last) {
    const a = v128.load(line0);
    const b = v128.load(line1);
    v128.store(to, v128.shuffle<f64>(a, b, 0, 2));
    v128.store(to + step, v128.shuffle<f64>(a, b, 1, 3));
    line0 += 16;
    line1 += 16;
    to += step << 1;
  }
  if (to < end) {
    store<f64>(to, load<f64>(line0));
    store<f64>(to, load<f64>(line1), 8);
  }
}

/**
 * c[4×4] = (add ? c : 0) + Σ_k a[k][0..3] b[k][0..3], k in order; the sum first, then the addition. Rows of c are ldc bytes
 * apart. For every kernel that multiplies panels of four lines.
 */
export function tile4x4(a: usize, b: usize, depth: i32, c: usize, ldc: usize, add: i32): void {
  let s00 = f64x2.splat(0);
  let s01 = f64x2.splat(0);
  let s10 = f64x2.splat(0);
  let s11 = f64x2.splat(0);
  let s20 = f64x2.splat(0);
  let s21 = f64x2.splat(0);
  let s30 = f64x2.splat(0);
  let s31 = f64x2.splat(0);
  const end = b + ((<usize>depth) << 5);
  while (b < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let t = v128.load64_splat(a);
    s00 = madd(t, b0, s00);
    s01 = madd(t, b1, s01);
    t = v128.load64_splat(a, 8);
    s10 = madd(t, b0, s10);
    s11 = madd(t, b1, s11);
    t = v128.load64_splat(a, 16);
    s20 = madd(t, b0, s20);
    s21 = madd(t, b1, s21);
    t = v128.load64_splat(a, 24);
    s30 = madd(t, b0, s30);
    s31 = madd(t, b1, s31);
    a += 32;
    b += 32;
  }
  put(c, s00, s01, add);
  c += ldc;
  put(c, s10, s11, add);
  c += ldc;
  put(c, s20, s21, add);
  c += ldc;
  put(c, s30, s31, add);
}

/** `tile4x4` with six rows. */
function tile6x4(a: usize, b: usize, depth: i32, c: usize, ldc: usize, add: i32): void {
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
  const end = b + ((<usize>depth) << 5);
  while (b < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let t = v128.load64_splat(a);
    s00 = madd(t, b0, s00);
    s01 = madd(t, b1, s01);
    t = v128.load64_splat(a, 8);
    s10 = madd(t, b0, s10);
    s11 = madd(t, b1, s11);
    t = v128.load64_splat(a, 16);
    s20 = madd(t, b0, s20);
    s21 = madd(t, b1, s21);
    t = v128.load64_splat(a, 24);
    s30 = madd(t, b0, s30);
    s31 = madd(t, b1, s31);
    t = v128.load64_splat(a, 32);
    s40 = madd(t, b0, s40);
    s41 = madd(t, b1, s41);
    t = v128.load64_splat(a, 40);
    s50 = madd(t, b0, s50);
    s51 = madd(t, b1, s51);
    a += 48;
    b += 32;
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

/** The tile of this build, MR×NR. */
export function tile(a: usize, b: usize, depth: i32, c: usize, ldc: usize, add: i32): void {
  if (ASC_FEATURE_RELAXED_SIMD) tile6x4(a, b, depth, c, ldc, add);
  else tile4x4(a, b, depth, c, ldc, add);
}

/** Stores four numbers, or adds them to what is there. */
export function put(c: usize, left: v128, right: v128, add: i32): void {
  if (add) {
    left = f64x2.add(v128.load(c), left);
    right = f64x2.add(v128.load(c, 16), right);
  }
  v128.store(c, left);
  v128.store(c, right, 16);
}

/** A tile that hangs over the edge of C: computed in `spare`, then the part inside C is moved. */
function edgeTile(
  a: usize,
  b: usize,
  depth: i32,
  c: usize,
  ldc: usize,
  add: i32,
  rows: i32,
  columns: i32,
  spare: usize,
): void {
  tile(a, b, depth, spare, (<usize>NR) << 3, 0);
  for (let i: i32 = 0; i < rows; i++) {
    for (let j: i32 = 0; j < columns; j++) {
      const at = c + ((<usize>j) << 3);
      const value = load<f64>(spare + ((<usize>j) << 3));
      store<f64>(at, add ? load<f64>(at) + value : value);
    }
    c += ldc;
    spare += (<usize>NR) << 3;
  }
}

/** A packed panel of A by a packed panel of B into C. Tiles wholly above row `diagonal` + column are skipped. */
function panels(
  a: usize,
  b: usize,
  rows: i32,
  columns: i32,
  depth: i32,
  c: usize,
  ldc: usize,
  add: i32,
  diagonal: i32,
  spare: usize,
): void {
  for (let j: i32 = 0; j < columns; j += NR) {
    const width = min(NR, columns - j);
    let at = a;
    let target = c;
    for (let i: i32 = 0; i < rows; i += MR) {
      const height = min(MR, rows - i);
      if (i + height - 1 + diagonal >= j) {
        if (height === MR && width === NR) tile(at, b, depth, target, ldc, add);
        else edgeTile(at, b, depth, target, ldc, add, height, width, spare);
      }
      at += (<usize>(MR * depth)) << 3;
      target += <usize>MR * ldc;
    }
    b += (<usize>(NR * depth)) << 3;
    c += (<usize>NR) << 3;
  }
}

/**
 * C = op(A) op(B), or C + op(A) op(B). With `lower` only tiles that touch row ≥ column are computed.
 * A's entry (i, p) stands at A + i·aRow + p·aColumn, B's (p, j) at B + p·bRow + j·bColumn; strides in bytes.
 */
function product(
  m: i32,
  n: i32,
  k: i32,
  A: usize,
  aRow: usize,
  aColumn: usize,
  B: usize,
  bRow: usize,
  bColumn: usize,
  C: usize,
  ldc: usize,
  accumulate: i32,
  lower: i32,
  scratch: usize,
): void {
  if (k <= 0) {
    if (!accumulate) for (let i: i32 = 0; i < m; i++) memory.fill(C + <usize>i * ldc, 0, (<usize>n) << 3);
    return;
  }
  const spare = scratch;
  const packedA = scratch + ((<usize>TILE) << 3);
  const packedB = packedA + ((<usize>(min(MC, padded(m, ROOM)) * min(KC, k))) << 3);
  for (let jc: i32 = 0; jc < n; jc += NC) {
    const columns = min(NC, n - jc);
    for (let pc: i32 = 0; pc < k; pc += KC) {
      const depth = min(KC, k - pc);
      const add = accumulate | (pc > 0 ? 1 : 0);
      pack(B + <usize>pc * bRow + <usize>jc * bColumn, bColumn, bRow, columns, depth, NR, packedB);
      for (let ic: i32 = 0; ic < m; ic += MC) {
        const rows = min(MC, m - ic);
        const diagonal = lower ? ic - jc : i32.MAX_VALUE >> 1;
        if (rows - 1 + diagonal < 0) continue;
        pack(A + <usize>ic * aRow + <usize>pc * aColumn, aRow, aColumn, rows, depth, MR, packedA);
        const c = C + <usize>ic * ldc + ((<usize>jc) << 3);
        panels(packedA, packedB, rows, columns, depth, c, ldc, add, diagonal, spare);
      }
    }
  }
}

/** Copies the strict lower triangle of the n×n matrix C onto the upper one. */
function mirror(C: usize, n: i32, ldc: usize): void {
  for (let i: i32 = 1; i < n; i++) {
    let row = C + <usize>i * ldc;
    let column = C + ((<usize>i) << 3);
    for (let j: i32 = 0; j < i; j++) {
      store<f64>(column, load<f64>(row));
      row += 8;
      column += ldc;
    }
  }
}

/**
 * C = op(A) op(B), or C + op(A) op(B) when `accumulate` is not 0; op transposes when its flag is not 0.
 * Shapes: op(A) m×k, op(B) k×n, C m×n; lda, ldb, ldc are the row strides of A, B and C as stored, in elements.
 * C is apart from A and B. scratch of `gemmScratch()` doubles.
 * Error: |error| ≤ (k + 1) ε Σ |A||B|. Each element sums k in order within blocks of 256 and adds the blocks in
 * order: its bits do not depend on m, n or the tile.
 * Cost: 2 m n k flops and a copy of A and B.
 */
export function gemm(
  transA: i32,
  transB: i32,
  m: i32,
  n: i32,
  k: i32,
  A: usize,
  lda: i32,
  B: usize,
  ldb: i32,
  C: usize,
  ldc: i32,
  accumulate: i32,
  scratch: usize,
): void {
  assert(m >= 0 && n >= 0 && k >= 0);
  const la = (<usize>lda) << 3;
  const lb = (<usize>ldb) << 3;
  product(
    m,
    n,
    k,
    A,
    transA ? 8 : la,
    transA ? la : 8,
    B,
    transB ? 8 : lb,
    transB ? lb : 8,
    C,
    (<usize>ldc) << 3,
    accumulate ? 1 : 0,
    0,
    scratch,
  );
}

/**
 * C = A Bᵀ where the caller knows it symmetric, as A D Aᵀ with a diagonal D: the lower triangle with the bits of
 * `gemm`, mirrored.
 * Shapes: A and B m×k with row strides lda and ldb, C m×m with ldc. scratch of `gemmScratch()` doubles.
 * Cost: m² k flops, half of `gemm`.
 */
export function gemmSymmetric(
  m: i32,
  k: i32,
  A: usize,
  lda: i32,
  B: usize,
  ldb: i32,
  C: usize,
  ldc: i32,
  scratch: usize,
): void {
  assert(m >= 0 && k >= 0);
  const lc = (<usize>ldc) << 3;
  product(m, m, k, A, (<usize>lda) << 3, 8, B, 8, (<usize>ldb) << 3, C, lc, 0, 1, scratch);
  mirror(C, m, lc);
}

/** C = A Aᵀ, both triangles, with the bits of `gemm`; `gemmSymmetric` with B = A. */
export function syrk(m: i32, k: i32, A: usize, lda: i32, C: usize, ldc: i32, scratch: usize): void {
  gemmSymmetric(m, k, A, lda, A, lda, C, ldc, scratch);
}

/**
 * C = Aᵀ A, both triangles, with the bits of `gemm`.
 * Shapes: A m×k with row stride lda, C k×k with ldc. scratch of `gemmScratch()` doubles.
 * Cost: m k² flops, half of `gemm`.
 */
export function syrkTransposed(m: i32, k: i32, A: usize, lda: i32, C: usize, ldc: i32, scratch: usize): void {
  assert(m >= 0 && k >= 0);
  const la = (<usize>lda) << 3;
  const lc = (<usize>ldc) << 3;
  product(k, k, m, A, 8, la, A, la, 8, C, lc, 0, 1, scratch);
  mirror(C, k, lc);
}
