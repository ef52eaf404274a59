// Cholesky factors of positive semi-definite matrices, by eights of rows. A pivot that is lost in rounding is
// skipped, so singular Gram matrices (twins, more rows than dimensions) have a factor too.
// Knows nothing of where the matrix comes from.
import { madd } from '../math/madd';
import { factorRow, pivotOf } from './cholesky-row';

/** Order below which the factor is made as `choleskyAppendRow` makes it, whose products have two lanes. */
const SMALL: i32 = 16;

/** Terms that are summed before their sum is subtracted; a power of two. */
const PIECE: i32 = 512;
/**
 * The eight rows in work a second time, transposed: entry k of all of them in a line of 64 bytes, for k of the piece in
 * work, the first column of the next one and what the block on the diagonal adds.
 */
const LINES: usize = memory.data((512 + 8) * 64, 64);
/** Diagonal entries of the eight rows in work, before anything is subtracted from them. */
const ORIGINALS: usize = memory.data(64, 64);

/** left/pivot, by way of 1/pivot, or 0 in the column of a lost pivot. */
function scaled(left: v128, pivot: f64): v128 {
  return pivot > 0 ? f64x2.mul(left, f64x2.splat(1 / pivot)) : f64x2.splat(0);
}

/** Σ_k x[k] w[k] in order, on both lanes. `end` is where x ends. */
function productOf(x: usize, w: usize, end: usize): v128 {
  let sum = f64x2.splat(0);
  while (x < end) {
    sum = madd(v128.load64_splat(x), v128.load64_splat(w), sum);
    x += 8;
    w += 8;
  }
  return sum;
}

/** What is left of row[j] after Σ_k row[k] w[k], k = from … j − 1, is subtracted piece by piece; on both lanes. */
function leftOf(row: usize, w: usize, from: i32, j: i32): v128 {
  const entry = row + ((<usize>j) << 3);
  let left = v128.load64_splat(entry);
  for (; from < j; from += PIECE) {
    const at = (<usize>from) << 3;
    const end = row + ((<usize>min(j, from + PIECE)) << 3);
    left = f64x2.sub(left, productOf(row + at, w + at, end));
  }
  return left;
}

/**
 * Row i of the factor, from column j on, out of the rows above: row[j] ← (row[j] − Σ_{k<j} row[k] L[j,k])/L[j,j], and the
 * pivot last. Pieces before the one of the first column are subtracted already. Returns 1 when the pivot stands, 0 when
 * it is skipped.
 */
function factorEntries(L: usize, ld: usize, i: i32, row: usize, j: i32, original: f64, tolerance: f64): i32 {
  const from = j & -PIECE;
  let above = L + <usize>j * ld;
  for (; j < i; j++) {
    const at = (<usize>j) << 3;
    v128.store64_lane(row + at, scaled(leftOf(row, above, from, j), load<f64>(above + at)), 0);
    above += ld;
  }
  const pivot = pivotOf(f64x2.extract_lane(leftOf(row, row, from, i), 0), original, tolerance);
  store<f64>(row + ((<usize>i) << 3), pivot);
  return pivot > 0 ? 1 : 0;
}

/** x[0] and y[0] side by side. */
function firstOf(x: v128, y: v128): v128 {
  return v128.shuffle<f64>(x, y, 0, 2);
}

/** x[1] and y[1] side by side. */
function secondOf(x: v128, y: v128): v128 {
  return v128.shuffle<f64>(x, y, 1, 3);
}

/** Stores two columns of two rows, in the rows and in their lines. */
function storePair(row: usize, next: usize, line: usize, a: v128, b: v128): void {
  v128.store(line, a);
  v128.store(line, b, 64);
  v128.store(row, firstOf(a, b));
  v128.store(next, secondOf(a, b));
}

/**
 * Columns j and j + 1 of two rows, which `row` and `next` point at, as `above` and `below` do in rows j and j + 1; `first`
 * and `second` are the sums over k < j.
 */
function finishPair(
  row: usize,
  next: usize,
  line: usize,
  first: v128,
  second: v128,
  above: usize,
  below: usize,
): void {
  const x = v128.load(row);
  const y = v128.load(next);
  const a = scaled(f64x2.sub(firstOf(x, y), first), load<f64>(above));
  const product = madd(a, v128.load64_splat(below), second);
  storePair(row, next, line, a, scaled(f64x2.sub(secondOf(x, y), product), load<f64>(below, 8)));
}

/** `finishPair` for pivots that stand: p = 1/L[j,j], q = 1/L[j+1,j+1], l = L[j+1,j]. */
function finishFast(
  row: usize,
  next: usize,
  line: usize,
  first: v128,
  second: v128,
  p: v128,
  l: v128,
  q: v128,
): void {
  const x = v128.load(row);
  const y = v128.load(next);
  const a = f64x2.mul(f64x2.sub(firstOf(x, y), first), p);
  storePair(row, next, line, a, f64x2.mul(f64x2.sub(secondOf(x, y), madd(a, l, second)), q));
}

/** Subtracts the sums of two columns from two rows. */
function subtractPair(row: usize, next: usize, first: v128, second: v128): void {
  v128.store(row, f64x2.sub(v128.load(row), firstOf(first, second)));
  v128.store(next, f64x2.sub(v128.load(next), secondOf(first, second)));
}

/**
 * Columns j and j + 1 of eight rows: sums over `count` terms from the first line on, and then the entries, or with
 * `partly` only their subtraction. `row` points at column j of the first row, `w0` into row j, at the first term.
 */
function factorColumns(row: usize, ld: usize, w0: usize, count: i32, partly: bool): void {
  let w1 = w0 + ld;
  let s00 = f64x2.splat(0);
  let s10 = f64x2.splat(0);
  let s20 = f64x2.splat(0);
  let s30 = f64x2.splat(0);
  let s01 = f64x2.splat(0);
  let s11 = f64x2.splat(0);
  let s21 = f64x2.splat(0);
  let s31 = f64x2.splat(0);
  let line = LINES;
  const end = line + ((<usize>count) << 6);
  while (line < end) {
    const a = v128.load64_splat(w0);
    const b = v128.load64_splat(w1);
    let x = v128.load(line);
    s00 = madd(x, a, s00);
    s01 = madd(x, b, s01);
    x = v128.load(line, 16);
    s10 = madd(x, a, s10);
    s11 = madd(x, b, s11);
    x = v128.load(line, 32);
    s20 = madd(x, a, s20);
    s21 = madd(x, b, s21);
    x = v128.load(line, 48);
    s30 = madd(x, a, s30);
    s31 = madd(x, b, s31);
    line += 64;
    w0 += 8;
    w1 += 8;
  }
  const two = ld << 1;
  const row2 = row + two;
  const row4 = row2 + two;
  const row6 = row4 + two;
  if (partly) {
    subtractPair(row, row + ld, s00, s01);
    subtractPair(row2, row2 + ld, s10, s11);
    subtractPair(row4, row4 + ld, s20, s21);
    subtractPair(row6, row6 + ld, s30, s31);
  } else if (load<f64>(w0) > 0 && load<f64>(w1, 8) > 0) {
    const p = f64x2.splat(1 / load<f64>(w0));
    const q = f64x2.splat(1 / load<f64>(w1, 8));
    const l = v128.load64_splat(w1);
    finishFast(row, row + ld, line, s00, s01, p, l, q);
    finishFast(row2, row2 + ld, line + 16, s10, s11, p, l, q);
    finishFast(row4, row4 + ld, line + 32, s20, s21, p, l, q);
    finishFast(row6, row6 + ld, line + 48, s30, s31, p, l, q);
  } else {
    finishPair(row, row + ld, line, s00, s01, w0, w1);
    finishPair(row2, row2 + ld, line + 16, s10, s11, w0, w1);
    finishPair(row4, row4 + ld, line + 32, s20, s21, w0, w1);
    finishPair(row6, row6 + ld, line + 48, s30, s31, w0, w1);
  }
}

/** Column 0 of eight rows. */
function factorFirst(row: usize, ld: usize, pivot: f64): void {
  for (let line = LINES; line < LINES + 64; line += 8) {
    const x = scaled(v128.load64_splat(row), pivot);
    v128.store64_lane(row, x, 0);
    v128.store64_lane(line, x, 0);
    row += ld;
  }
}

/**
 * The 4×4 block on the diagonal of rows that stand in the four columns of lines from `line` on, `count` terms.
 * `x0` points at it, `original` at the entries of the diagonal as they were. Returns the pivots that stand.
 */
function factorCorner(line: usize, count: i32, x0: usize, ld: usize, original: usize, tolerance: f64): i32 {
  let s00 = f64x2.splat(0);
  let s01 = f64x2.splat(0);
  let s10 = f64x2.splat(0);
  let s11 = f64x2.splat(0);
  let s21 = f64x2.splat(0);
  let s31 = f64x2.splat(0);
  const end = line + ((<usize>count) << 6);
  while (line < end) {
    const x = v128.load(line);
    const y = v128.load(line, 16);
    let w = v128.load64_splat(line);
    s00 = madd(x, w, s00);
    s01 = madd(y, w, s01);
    w = v128.load64_splat(line, 8);
    s10 = madd(x, w, s10);
    s11 = madd(y, w, s11);
    s21 = madd(y, v128.load64_splat(line, 16), s21);
    s31 = madd(y, v128.load64_splat(line, 24), s31);
    line += 64;
  }
  const x1 = x0 + ld;
  const x2 = x1 + ld;
  const x3 = x2 + ld;
  const y = v128.load(x2);
  const z = v128.load(x3);

  const p0 = pivotOf(load<f64>(x0) - f64x2.extract_lane(s00, 0), load<f64>(original), tolerance);
  const l10 = f64x2.splat(f64x2.extract_lane(scaled(f64x2.sub(v128.load64_splat(x1), s00), p0), 1));
  const first = scaled(f64x2.sub(firstOf(y, z), s01), p0);
  store<f64>(x0, p0);

  const left = load<f64>(x1, 8) - f64x2.extract_lane(madd(l10, l10, s10), 1);
  const p1 = pivotOf(left, load<f64>(original, 8), tolerance);
  const second = scaled(f64x2.sub(secondOf(y, z), madd(l10, first, s11)), p1);
  v128.store(x1, f64x2.replace_lane(l10, 1, p1));
  v128.store(x2, firstOf(first, second));
  v128.store(x3, secondOf(first, second));

  s21 = madd(firstOf(second, second), second, madd(firstOf(first, first), first, s21));
  s31 = madd(secondOf(second, second), second, madd(secondOf(first, first), first, s31));
  const p2 = pivotOf(load<f64>(x2, 16) - f64x2.extract_lane(s21, 0), load<f64>(original, 16), tolerance);
  const l32 = scaled(f64x2.sub(v128.load64_splat(x3, 16), s21), p2);
  store<f64>(x2, p2, 16);

  s31 = madd(l32, l32, s31);
  const p3 = pivotOf(load<f64>(x3, 24) - f64x2.extract_lane(s31, 1), load<f64>(original, 24), tolerance);
  v128.store(x3, firstOf(secondOf(l32, l32), f64x2.splat(p3)), 16);
  return (p0 > 0 ? 1 : 0) + (p1 > 0 ? 1 : 0) + (p2 > 0 ? 1 : 0) + (p3 > 0 ? 1 : 0);
}

/** The 4×4 block left of the second corner, `count` terms. `x0` points at it, `w0` at the first corner. */
function factorSquare(x0: usize, ld: usize, w0: usize, count: i32): void {
  let s00 = f64x2.splat(0);
  let s01 = f64x2.splat(0);
  let s02 = f64x2.splat(0);
  let s03 = f64x2.splat(0);
  let s10 = f64x2.splat(0);
  let s11 = f64x2.splat(0);
  let s12 = f64x2.splat(0);
  let s13 = f64x2.splat(0);
  let line = LINES;
  const end = line + ((<usize>count) << 6);
  while (line < end) {
    const x = v128.load(line, 32);
    const y = v128.load(line, 48);
    let w = v128.load64_splat(line);
    s00 = madd(x, w, s00);
    s10 = madd(y, w, s10);
    w = v128.load64_splat(line, 8);
    s01 = madd(x, w, s01);
    s11 = madd(y, w, s11);
    w = v128.load64_splat(line, 16);
    s02 = madd(x, w, s02);
    s12 = madd(y, w, s12);
    w = v128.load64_splat(line, 24);
    s03 = madd(x, w, s03);
    s13 = madd(y, w, s13);
    line += 64;
  }
  line += 32;
  const x2 = x0 + (ld << 1);
  let w1 = w0 + ld;
  finishPair(x0, x0 + ld, line, s00, s01, w0, w1);
  finishPair(x2, x2 + ld, line + 16, s10, s11, w0, w1);
  w0 = w1 + ld;
  w1 = w0 + ld;
  for (const last = w0 + 16; w0 < last; w0 += 8) {
    const x = v128.load(line);
    const y = v128.load(line, 16);
    let w = v128.load64_splat(w0);
    s02 = madd(x, w, s02);
    s12 = madd(y, w, s12);
    w = v128.load64_splat(w1);
    s03 = madd(x, w, s03);
    s13 = madd(y, w, s13);
    line += 64;
    w1 += 8;
  }
  finishPair(x0 + 16, x0 + ld + 16, line, s02, s03, w0, w1);
  finishPair(x2 + 16, x2 + ld + 16, line + 16, s12, s13, w0, w1);
}

/**
 * Eight rows of the factor, from row i on, out of the rows above, two columns at a time; then the block on the diagonal.
 * Leaves anything above the diagonal of that block. Returns the pivots that stand.
 */
function factorEight(L: usize, ld: usize, i: i32, tolerance: f64): i32 {
  const first = L + <usize>i * ld;
  const diagonal = first + ((<usize>i) << 3);
  for (let k: usize = 0; k < 8; k++) store<f64>(ORIGINALS + (k << 3), load<f64>(diagonal + k * (ld + 8)));
  let j = i & 1;
  if (j) factorFirst(first, ld, load<f64>(L));
  let from: i32 = 0;
  let row = first + ((<usize>j) << 3);
  let above = L + <usize>j * ld;
  const two = ld << 1;
  for (const pieces = i & -PIECE; from < pieces; from += PIECE) {
    for (; j < from + PIECE; j += 2) {
      factorColumns(row, ld, above, j - from, false);
      row += 16;
      above += two;
    }
    let x = row;
    let w = above;
    for (let k = j; k < i + 8; k += 2) {
      factorColumns(x, ld, w, PIECE, true);
      x += 16;
      w += two;
    }
    above += (<usize>PIECE) << 3;
    // With an odd i the last pair has one column of the next piece.
    memory.copy(LINES, LINES + ((<usize>PIECE) << 6), 64);
  }
  for (; j < i; j += 2) {
    factorColumns(row, ld, above, j - from, false);
    row += 16;
    above += two;
  }
  const count = i - from;
  let rank: i32 = 0;
  if (count > PIECE - 7) {
    for (let k: i32 = 0; k < 8; k++) {
      const original = load<f64>(ORIGINALS + ((<usize>k) << 3));
      rank += factorEntries(L, ld, i + k, first + <usize>k * ld, i, original, tolerance);
    }
    return rank;
  }
  rank = factorCorner(LINES, count, diagonal, ld, ORIGINALS, tolerance);
  const lower = diagonal + (ld << 2);
  factorSquare(lower, ld, diagonal, count);
  return rank + factorCorner(LINES + 32, count + 4, lower + 32, ld, ORIGINALS + 32, tolerance);
}

/** Zeros from `x` up to `end`. */
function clear(x: usize, end: usize): void {
  if ((end - x) & 8) {
    store<f64>(x, 0);
    x += 8;
  }
  for (; x < end; x += 16) v128.store(x, f64x2.splat(0));
}

/**
 * A = L Lᵀ in place: the lower triangle of A is read, L takes its place and the upper triangle becomes 0.
 * A pivot at most `tolerance` times the diagonal entry it comes from gives a zero column.
 * Shapes: A n×n with row stride ld, in elements.
 * Range: A positive semi-definite, tolerance ≥ 0 (1e-12 for Gram matrices). Returns the rank found.
 * Error: max |A − L Lᵀ| ≤ 3.6e-16 max |A| up to n = 61; a skipped pivot i leaves at most √(tolerance A[i,i] A[j,j])
 * in row j of its column.
 * Cost: n³/3 flops.
 */
export function cholesky(A: usize, n: i32, ld: i32, tolerance: f64): i32 {
  assert(n >= 0 && ld >= n);
  const stride = (<usize>ld) << 3;
  let rank: i32 = 0;
  let i: i32 = 0;
  let row = A;
  if (n < SMALL) {
    for (; i < n; i++) {
      rank += factorRow(A, stride, i, row, tolerance);
      row += stride;
    }
  }
  for (; i < (n & 7); i++) {
    rank += factorEntries(A, stride, i, row, 0, load<f64>(row + ((<usize>i) << 3)), tolerance);
    row += stride;
  }
  for (; i < n; i += 8) rank += factorEight(A, stride, i, tolerance);
  let end = A + ((<usize>n) << 3);
  for (let from = A + 8; from < end; from += stride + 8) {
    clear(from, end);
    end += stride;
  }
  return rank;
}
