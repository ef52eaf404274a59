// Cholesky factors of positive semi-definite matrices, by blocks of rows, and triangular solves. A pivot that is lost
// in rounding is skipped, so singular Gram matrices (twins, more rows than dimensions) have a factor too.
// Knows nothing of where the matrix comes from.
import { madd } from '../math/madd';
import { axpy, dot, lanesSum, sumSquares } from './vector';

/**
 * The first columns of the four rows in work are kept a second time, two columns of all four rows in a line of 64
 * bytes: one address instead of four in the inner loop. Later columns, and rows that are short, go without.
 */
const DEPTH: i32 = 512;
const LINES: usize = memory.data(512 * 32, 64);
/** Length from which on rows are kept in lines; with fused multiply-adds they win nothing. */
const LONG: i32 = ASC_FEATURE_RELAXED_SIMD ? i32.MAX_VALUE : 128;

/** Rows taken together as long as they are not kept in lines, which hold four: 2 to 5 % less time than with 4. */
const BLOCK: i32 = 16;

/** The pivot of a column of which `left` remains, or 0 when it is lost in rounding. NaN is lost too. */
function pivotOf(left: f64, original: f64, tolerance: f64): f64 {
  return left > tolerance * original && left > 0 ? sqrt<f64>(left) : 0;
}

/** (entry − product)/pivot, or 0 in the column of a lost pivot. */
function divided(entry: f64, product: f64, pivot: f64): f64 {
  return pivot === 0 ? 0 : (entry - product) / pivot;
}

/** Columns j … j + 3 of one row (j even), in the order of `dot`. `row` points at its first entry, `w0` at row j. */
function factorQuad(row: usize, ld: usize, w0: usize, j: i32): void {
  let w1 = w0 + ld;
  let w2 = w1 + ld;
  let w3 = w2 + ld;
  let a0 = f64x2.splat(0);
  let a1 = f64x2.splat(0);
  let a2 = f64x2.splat(0);
  let a3 = f64x2.splat(0);
  const end = row + ((<usize>j) << 3);
  while (row < end) {
    const x = v128.load(row);
    a0 = madd(x, v128.load(w0), a0);
    a1 = madd(x, v128.load(w1), a1);
    a2 = madd(x, v128.load(w2), a2);
    a3 = madd(x, v128.load(w3), a3);
    row += 16;
    w0 += 16;
    w1 += 16;
    w2 += 16;
    w3 += 16;
  }
  finishPair(row, a0, a1, w0, w1);
  const x = v128.load(row);
  a2 = madd(x, v128.load(w2), a2);
  a3 = madd(x, v128.load(w3), a3);
  finishPair(row + 16, a2, a3, w2 + 16, w3 + 16);
}

/**
 * Row `i` of the factor from the rows above: row[j] ← (row[j] − Σ_{k<j} row[k] L[j,k])/L[j,j] for j < i, and the
 * pivot last. Returns 1 when the pivot stands, 0 when it is skipped.
 */
function factorRow(L: usize, ld: usize, i: i32, row: usize, tolerance: f64): i32 {
  let above = L;
  let j: i32 = 0;
  for (; j + 4 <= i; j += 4) {
    factorQuad(row, ld, above, j);
    above += ld << 2;
  }
  let entry = row + ((<usize>j) << 3);
  for (; j < i; j++) {
    const pivot = load<f64>(above + ((<usize>j) << 3));
    store<f64>(entry, divided(load<f64>(entry), dot(row, above, j), pivot));
    above += ld;
    entry += 8;
  }
  const original = load<f64>(entry);
  const pivot = pivotOf(original - sumSquares(row, i), original, tolerance);
  store<f64>(entry, pivot);
  return pivot > 0 ? 1 : 0;
}

/** a and b side by side. */
function pairOf(a: f64, b: f64): v128 {
  return f64x2.replace_lane(f64x2.splat(a), 1, b);
}

/**
 * Columns j and j + 1 of one row: `row` and `above` point at column j, the lanes hold the products of k < j. Both are
 * stored at once: a processor that is to load them as a pair would wait for two stores to reach the cache.
 */
function finishPair(row: usize, first: v128, second: v128, above: usize, below: usize): void {
  const a = divided(load<f64>(row), lanesSum(first), load<f64>(above));
  const product = lanesSum(second) + a * load<f64>(below);
  v128.store(row, pairOf(a, divided(load<f64>(row, 8), product, load<f64>(below, 8))));
}

/** The sums of the lanes of a and of b, side by side. */
function lanesSums(a: v128, b: v128): v128 {
  return f64x2.add(v128.shuffle<f64>(a, b, 0, 2), v128.shuffle<f64>(a, b, 1, 3));
}

/** `finishPair` of two rows at once, for pivots that stand. */
function finishRows(
  row: usize,
  next: usize,
  first: v128,
  nextFirst: v128,
  second: v128,
  nextSecond: v128,
  above: usize,
  below: usize,
): void {
  const x = v128.load(row);
  const y = v128.load(next);
  const left = f64x2.sub(v128.shuffle<f64>(x, y, 0, 2), lanesSums(first, nextFirst));
  const a = f64x2.div(left, v128.load64_splat(above));
  const product = f64x2.add(lanesSums(second, nextSecond), f64x2.mul(a, v128.load64_splat(below)));
  const b = f64x2.div(f64x2.sub(v128.shuffle<f64>(x, y, 1, 3), product), v128.load64_splat(below, 8));
  v128.store(row, v128.shuffle<f64>(a, b, 0, 2));
  v128.store(next, v128.shuffle<f64>(a, b, 1, 3));
}

/**
 * Columns j and j + 1 (j even) of four rows below the diagonal, in the order of `factorRow`.
 * `x0` and `w0` point at the first of the four rows and at row j; ld in bytes. The first `depth` columns are in LINES.
 */
function factorPair(x0: usize, ld: usize, w0: usize, j: i32, depth: i32): void {
  let x1 = x0 + ld;
  let x2 = x1 + ld;
  let x3 = x2 + ld;
  let w1 = w0 + ld;
  let a00 = f64x2.splat(0);
  let a10 = f64x2.splat(0);
  let a20 = f64x2.splat(0);
  let a30 = f64x2.splat(0);
  let a01 = f64x2.splat(0);
  let a11 = f64x2.splat(0);
  let a21 = f64x2.splat(0);
  let a31 = f64x2.splat(0);
  const end = x0 + ((<usize>j) << 3);
  const inLines = (<usize>min(j, depth)) << 3;
  let line = LINES;
  const last = line + (inLines << 2);
  while (line < last) {
    const b0 = v128.load(w0);
    const b1 = v128.load(w1);
    let x = v128.load(line);
    a00 = madd(x, b0, a00);
    a01 = madd(x, b1, a01);
    x = v128.load(line, 16);
    a10 = madd(x, b0, a10);
    a11 = madd(x, b1, a11);
    x = v128.load(line, 32);
    a20 = madd(x, b0, a20);
    a21 = madd(x, b1, a21);
    x = v128.load(line, 48);
    a30 = madd(x, b0, a30);
    a31 = madd(x, b1, a31);
    line += 64;
    w0 += 16;
    w1 += 16;
  }
  x0 += inLines;
  x1 += inLines;
  x2 += inLines;
  x3 += inLines;
  while (x0 < end) {
    const b0 = v128.load(w0);
    const b1 = v128.load(w1);
    let x = v128.load(x0);
    a00 = madd(x, b0, a00);
    a01 = madd(x, b1, a01);
    x = v128.load(x1);
    a10 = madd(x, b0, a10);
    a11 = madd(x, b1, a11);
    x = v128.load(x2);
    a20 = madd(x, b0, a20);
    a21 = madd(x, b1, a21);
    x = v128.load(x3);
    a30 = madd(x, b0, a30);
    a31 = madd(x, b1, a31);
    x0 += 16;
    x1 += 16;
    x2 += 16;
    x3 += 16;
    w0 += 16;
    w1 += 16;
  }
  if (load<f64>(w0) > 0 && load<f64>(w1, 8) > 0) {
    finishRows(x0, x1, a00, a10, a01, a11, w0, w1);
    finishRows(x2, x3, a20, a30, a21, a31, w0, w1);
  } else {
    finishPair(x0, a00, a01, w0, w1);
    finishPair(x1, a10, a11, w0, w1);
    finishPair(x2, a20, a21, w0, w1);
    finishPair(x3, a30, a31, w0, w1);
  }
  if (j < depth) {
    v128.store(line, v128.load(x0));
    v128.store(line, v128.load(x1), 16);
    v128.store(line, v128.load(x2), 32);
    v128.store(line, v128.load(x3), 48);
  }
}

/** The 4×4 block on the diagonal at column i (i even), in the order of `factorRow`. Returns the pivots that stand. */
function factorCorner(x0: usize, ld: usize, i: i32, tolerance: f64): i32 {
  let x1 = x0 + ld;
  let x2 = x1 + ld;
  let x3 = x2 + ld;
  let a00 = f64x2.splat(0);
  let a10 = f64x2.splat(0);
  let a11 = f64x2.splat(0);
  let a20 = f64x2.splat(0);
  let a21 = f64x2.splat(0);
  let a22 = f64x2.splat(0);
  let a30 = f64x2.splat(0);
  let a31 = f64x2.splat(0);
  let a32 = f64x2.splat(0);
  let a33 = f64x2.splat(0);
  const end = x0 + ((<usize>i) << 3);
  while (x0 < end) {
    const u = v128.load(x0);
    const v = v128.load(x1);
    a00 = madd(u, u, a00);
    a10 = madd(u, v, a10);
    a11 = madd(v, v, a11);
    const w = v128.load(x2);
    a20 = madd(u, w, a20);
    a21 = madd(v, w, a21);
    a22 = madd(w, w, a22);
    const z = v128.load(x3);
    a30 = madd(u, z, a30);
    a31 = madd(v, z, a31);
    a32 = madd(w, z, a32);
    a33 = madd(z, z, a33);
    x0 += 16;
    x1 += 16;
    x2 += 16;
    x3 += 16;
  }
  const p0 = pivotOf(load<f64>(x0) - lanesSum(a00), load<f64>(x0), tolerance);
  store<f64>(x0, p0);

  const l10 = divided(load<f64>(x1), lanesSum(a10), p0);
  let original = load<f64>(x1, 8);
  const p1 = pivotOf(original - (lanesSum(a11) + l10 * l10), original, tolerance);
  v128.store(x1, pairOf(l10, p1));

  const y = v128.load(x2);
  const z = v128.load(x3);
  const left = f64x2.sub(v128.shuffle<f64>(y, z, 0, 2), lanesSums(a20, a30));
  const first = p0 > 0 ? f64x2.div(left, f64x2.splat(p0)) : f64x2.splat(0);
  const product = f64x2.add(lanesSums(a21, a31), f64x2.mul(first, f64x2.splat(l10)));
  const rest = f64x2.sub(v128.shuffle<f64>(y, z, 1, 3), product);
  const second = p1 > 0 ? f64x2.div(rest, f64x2.splat(p1)) : f64x2.splat(0);
  const pair = v128.shuffle<f64>(first, second, 0, 2);
  const last = v128.shuffle<f64>(first, second, 1, 3);
  v128.store(x2, pair);
  v128.store(x3, last);

  original = load<f64>(x2, 16);
  const p2 = pivotOf(original - lanesSum(madd(pair, pair, a22)), original, tolerance);
  store<f64>(x2, p2, 16);

  const l32 = divided(load<f64>(x3, 16), lanesSum(madd(last, pair, a32)), p2);
  original = load<f64>(x3, 24);
  const p3 = pivotOf(original - (lanesSum(madd(last, last, a33)) + l32 * l32), original, tolerance);
  v128.store(x3, pairOf(l32, p3), 16);
  return (p0 > 0 ? 1 : 0) + (p1 > 0 ? 1 : 0) + (p2 > 0 ? 1 : 0) + (p3 > 0 ? 1 : 0);
}

/**
 * Rows start … end − 1 of the factor (start even, whole fours of rows) from the rows above, column by column: what
 * waits for a division in four rows overlaps with the sums of the next four. Returns the pivots that stand.
 */
function factorRows(L: usize, ld: usize, start: i32, end: i32, tolerance: f64): i32 {
  const depth = start < LONG ? 0 : DEPTH;
  const four = ld << 2;
  const last = L + <usize>end * ld;
  let rank: i32 = 0;
  let first = L + <usize>start * ld;
  let above = L;
  for (let j: i32 = 0; j < end; j += 2) {
    if (j >= start && ((j - start) & 3) === 0) {
      rank += factorCorner(first, ld, j, tolerance);
      first += four;
    }
    for (let row = first; row < last; row += four) factorPair(row, ld, above, j, depth);
    above += ld << 1;
  }
  return rank;
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
  for (; i < (n & 2); i++) rank += factorRow(A, stride, i, A + <usize>i * stride, tolerance);
  while (i + 4 <= n) {
    const end = i + min(i < LONG ? BLOCK : 4, (n - i) & ~3);
    rank += factorRows(A, stride, i, end, tolerance);
    i = end;
  }
  if (i < n) rank += factorRow(A, stride, i, A + <usize>i * stride, tolerance);
  let end = A + ((<usize>n) << 3);
  for (let from = A + 8; from < end; from += stride + 8) {
    clear(from, end);
    end += stride;
  }
  return rank;
}

/**
 * Extends a factor of n rows by one, with the bits that `cholesky` would give. Returns 1 when the new pivot
 * stands, 0 when it is skipped.
 * Shapes: L of n rows with room for n + 1, row stride ld ≥ n + 1; `row` of n + 1 doubles, the new Gram row with
 * its diagonal last, read only; it may be row n of L itself. Column n of the rows above becomes 0.
 * Cost: n² flops.
 */
export function choleskyAppendRow(L: usize, ld: i32, n: i32, row: usize, tolerance: f64): i32 {
  assert(n >= 0 && ld > n);
  const stride = (<usize>ld) << 3;
  const target = L + <usize>n * stride;
  if (row !== target) memory.copy(target, row, (<usize>(n + 1)) << 3);
  let corner = L + ((<usize>n) << 3);
  for (let i: i32 = 0; i < n; i++) {
    store<f64>(corner, 0);
    corner += stride;
  }
  return factorRow(L, stride, n, target, tolerance);
}

/** (b[i] − product)/L[i,i], stored as x[i]; `row` and `x` point at entry i. */
function solved(row: usize, x: usize, product: f64): void {
  store<f64>(x, divided(load<f64>(x), product, load<f64>(row)));
}

/** Four rows of `solveLower` from row i on (i even), each product in the order of `dot`. */
function solveFourRows(r0: usize, ld: usize, i: i32, b: usize): void {
  let r1 = r0 + ld;
  let r2 = r1 + ld;
  let r3 = r2 + ld;
  let a0 = f64x2.splat(0);
  let a1 = f64x2.splat(0);
  let a2 = f64x2.splat(0);
  let a3 = f64x2.splat(0);
  const end = b + ((<usize>i) << 3);
  while (b < end) {
    const x = v128.load(b);
    a0 = madd(v128.load(r0), x, a0);
    a1 = madd(v128.load(r1), x, a1);
    a2 = madd(v128.load(r2), x, a2);
    a3 = madd(v128.load(r3), x, a3);
    r0 += 16;
    r1 += 16;
    r2 += 16;
    r3 += 16;
    b += 16;
  }
  solved(r0, b, lanesSum(a0));
  solved(r1 + 8, b + 8, lanesSum(a1) + load<f64>(r1) * load<f64>(b));
  const x = v128.load(b);
  a2 = madd(v128.load(r2), x, a2);
  a3 = madd(v128.load(r3), x, a3);
  solved(r2 + 16, b + 16, lanesSum(a2));
  solved(r3 + 24, b + 24, lanesSum(a3) + load<f64>(r3, 16) * load<f64>(b, 16));
}

/**
 * Solves L x = b in place of b. A zero pivot gives a zero component.
 * Shapes: L n×n lower with row stride ld, b of n doubles.
 * Cost: n² flops.
 */
export function solveLower(L: usize, n: i32, ld: i32, b: usize): void {
  assert(n >= 0 && ld >= n);
  const stride = (<usize>ld) << 3;
  let row = L;
  let i: i32 = 0;
  for (; i + 4 <= n; i += 4) {
    solveFourRows(row, stride, i, b);
    row += stride << 2;
  }
  for (; i < n; i++) {
    const at = (<usize>i) << 3;
    solved(row + at, b + at, dot(row, b, i));
    row += stride;
  }
}

/**
 * Solves Lᵀ x = b in place of b. A zero pivot gives a zero component.
 * Shapes: L n×n lower with row stride ld, b of n doubles.
 * Cost: n² flops.
 */
export function solveLowerTransposed(L: usize, n: i32, ld: i32, b: usize): void {
  assert(n >= 0 && ld >= n);
  const stride = (<usize>ld) << 3;
  let row = L + <usize>n * stride;
  for (let i: i32 = n - 1; i >= 0; i--) {
    row -= stride;
    const at = (<usize>i) << 3;
    const pivot = load<f64>(row + at);
    const x = pivot === 0 ? 0 : load<f64>(b + at) / pivot;
    store<f64>(b + at, x);
    axpy(-x, row, b, i);
  }
}
