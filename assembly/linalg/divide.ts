// Eigenvalues and eigenvectors of a symmetric tridiagonal matrix by divide and conquer: small blocks by QL, then
// pairs of neighbouring blocks joined by a rank-one problem whose vectors come from matrix products. Eigenvectors
// are rows. Knows nothing of where the matrix comes from.
import { Status } from '../abi';
import { gemm } from './gemm';
import { qlIterate, qlScratch } from './ql';
import { rankOneEigen } from './secular';

const EPSILON: f64 = 2.220446049250313e-16;
/** Largest block that QL solves. */
const LEAF: i32 = 32;
/** Rows of a pair whose entries are all left of the cut, on both sides, all right of it; and rows that are settled. */
const LEFT: i32 = 0;
const BOTH: i32 = 1;
const RIGHT: i32 = 2;
const SETTLED: i32 = 3;

/** Doubles of scratch of `divideAndConquer` beside what `gemm` needs. */
export function divideScratch(n: i32): i32 {
  return 12 * n + max(n * (n + 1), qlScratch(LEAF));
}

function at(x: usize, i: i32): f64 {
  return load<f64>(x + ((<usize>i) << 3));
}

function put(x: usize, i: i32, value: f64): void {
  store<f64>(x + ((<usize>i) << 3), value);
}

function entry(list: usize, i: i32): i32 {
  return load<i32>(list + ((<usize>i) << 2));
}

function setEntry(list: usize, i: i32, value: i32): void {
  store<i32>(list + ((<usize>i) << 2), value);
}

/** x ← c x + s y and y ← c y − s x. */
function rotate(x: usize, y: usize, n: i32, c: f64, s: f64): void {
  for (let i: i32 = 0; i < n; i++) {
    const a = at(x, i);
    const b = at(y, i);
    put(x, i, c * a + s * b);
    put(y, i, c * b - s * a);
  }
}

/** Sorts the row numbers in `list` so that their values ascend; quick when they nearly do. */
function insertionSort(list: usize, n: i32, values: usize): void {
  for (let i: i32 = 1; i < n; i++) {
    const row = entry(list, i);
    const value = at(values, row);
    let j = i;
    while (j > 0 && at(values, entry(list, j - 1)) > value) {
      setEntry(list, j, entry(list, j - 1));
      j--;
    }
    setEntry(list, j, row);
  }
}

/** Merges two lists of row numbers, each ascending in `values`, the second one's numbers raised by `shift`. */
function mergeOrders(
  a: usize,
  lengthA: i32,
  b: usize,
  lengthB: i32,
  shift: i32,
  values: usize,
  to: usize,
): void {
  let i: i32 = 0;
  let j: i32 = 0;
  while (i < lengthA || j < lengthB) {
    const second = i >= lengthA || (j < lengthB && at(values, entry(b, j) + shift) < at(values, entry(a, i)));
    setEntry(to, i + j, second ? entry(b, j) + shift : entry(a, i));
    if (second) j++;
    else i++;
  }
}

/** Copies a block of rows × columns doubles between row strides in bytes. */
function copyBlock(
  from: usize,
  fromStride: usize,
  rows: i32,
  columns: i32,
  to: usize,
  toStride: usize,
): void {
  for (let i: i32 = 0; i < rows; i++) {
    memory.copy(to, from, (<usize>columns) << 3);
    from += fromStride;
    to += toStride;
  }
}

/**
 * Settles what the coupling ρ u uᵀ leaves alone: rows with almost no share in u, and one of two rows whose values
 * almost agree, after a rotation. Lists the rows that remain, ascending, with their values and shares, and the settled
 * ones; returns how many remain.
 */
function deflate(
  d: usize,
  z: usize,
  Z: usize,
  ld: usize,
  N: i32,
  rho: f64,
  tolerance: f64,
  merged: usize,
  kind: usize,
  kept: usize,
  settled: usize,
): i32 {
  let k: i32 = 0;
  let done: i32 = 0;
  let previous: i32 = -1;
  for (let t: i32 = 0; t < N; t++) {
    const j = entry(merged, t);
    const share = at(z, j);
    if (rho * abs(share) <= tolerance) {
      setEntry(kind, j, SETTLED);
      setEntry(settled, done++, j);
      continue;
    }
    if (previous >= 0) {
      const other = at(z, previous);
      const size = sqrt<f64>(share * share + other * other);
      const c = share / size;
      const s = -other / size;
      const low = at(d, previous);
      const high = at(d, j);
      if (abs((high - low) * c * s) <= tolerance) {
        put(z, j, size);
        if (entry(kind, j) !== entry(kind, previous)) setEntry(kind, j, BOTH);
        rotate(Z + <usize>previous * ld, Z + <usize>j * ld, N, c, s);
        put(d, previous, low * c * c + high * s * s);
        put(d, j, low * s * s + high * c * c);
        setEntry(kind, previous, SETTLED);
        setEntry(settled, done++, previous);
      } else {
        setEntry(kept, k++, previous);
      }
    }
    previous = j;
  }
  if (previous >= 0) setEntry(kept, k++, previous);
  return k;
}

/**
 * Joins two solved blocks, of which the first has n1 of the N rows: eigenvalues and eigenvectors of
 * diag(T1, T2) + ρ u uᵀ, u = e[n1 − 1] ± e[n1].
 * Shapes: d of N doubles; Z N×N with row stride ld in bytes, its blocks on the diagonal; order of N i32, each part
 * ascending for its block; parts of 11 n doubles, `each` n doubles in bytes; work of N (N + 1) doubles.
 */
function join(
  d: usize,
  Z: usize,
  ld: usize,
  n1: i32,
  N: i32,
  coupling: f64,
  order: usize,
  parts: usize,
  each: usize,
  work: usize,
  gemmWork: usize,
): void {
  const z = parts;
  const dk = z + each;
  const zk = dk + each;
  const lambda = zk + each;
  const spare = lambda + each; // three of them
  const lists = spare + 3 * each;
  const half = each >> 1;
  const merged = lists;
  const kind = merged + half;
  const kept = kind + half;
  const settled = kept + half;
  const place = settled + half;
  const n2 = N - n1;

  // u in the basis of the eigenvectors, made a unit vector; the sign of the coupling goes into its second part.
  const column = Z + ((<usize>(n1 - 1)) << 3);
  const second = (coupling < 0 ? -1 : 1) * Math.SQRT1_2;
  const rho = 2 * abs(coupling);
  let largest: f64 = 0;
  let largestShare: f64 = 0;
  for (let j: i32 = 0; j < N; j++) {
    const row = column + <usize>j * ld;
    const share = j < n1 ? Math.SQRT1_2 * load<f64>(row) : second * load<f64>(row, 8);
    put(z, j, share);
    setEntry(kind, j, j < n1 ? LEFT : RIGHT);
    largest = max(largest, abs(at(d, j)));
    largestShare = max(largestShare, abs(share));
  }
  mergeOrders(order, n1, order + ((<usize>n1) << 2), n2, n1, d, merged);
  const tolerance = 8 * EPSILON * max(largest, largestShare);
  if (rho * largestShare <= tolerance) {
    memory.copy(order, merged, (<usize>N) << 2);
    return;
  }
  const k = deflate(d, z, Z, ld, N, rho, tolerance, merged, kind, kept, settled);

  // The rows that remain go to `work`, grouped so that the products skip the zeros on either side of the cut.
  let left: i32 = 0;
  let both: i32 = 0;
  for (let i: i32 = 0; i < k; i++) {
    const t = entry(kind, entry(kept, i));
    left += t === LEFT ? 1 : 0;
    both += t === BOTH ? 1 : 0;
  }
  const upper = left + both;
  const lower = k - left;
  const leftRows = work;
  const rightRows = leftRows + ((<usize>(upper * n1)) << 3);
  const S = rightRows + ((<usize>(lower * n2)) << 3);
  let nextLeft: i32 = 0;
  let nextBoth = left;
  let nextRight = upper;
  for (let i: i32 = 0; i < k; i++) {
    const j = entry(kept, i);
    const t = entry(kind, j);
    put(dk, i, at(d, j));
    put(zk, i, at(z, j));
    const to = t === LEFT ? nextLeft++ : t === BOTH ? nextBoth++ : nextRight++;
    setEntry(place, i, to);
    const row = Z + <usize>j * ld;
    if (t !== RIGHT) memory.copy(leftRows + ((<usize>(to * n1)) << 3), row, (<usize>n1) << 3);
    if (t !== LEFT) {
      const from = row + ((<usize>n1) << 3);
      memory.copy(rightRows + ((<usize>((to - left) * n2)) << 3), from, (<usize>n2) << 3);
    }
  }

  // The settled rows move below the others, the last one first; `merged` becomes the map of where they went.
  let target = N - 1;
  for (let j = N - 1; j >= 0; j--) {
    if (entry(kind, j) !== SETTLED) continue;
    if (target !== j) memory.copy(Z + <usize>target * ld, Z + <usize>j * ld, (<usize>N) << 3);
    put(d, target, at(d, j));
    setEntry(merged, j, target--);
  }
  for (let i: i32 = 0; i < N - k; i++) setEntry(settled, i, entry(merged, entry(settled, i)));

  rankOneEigen(dk, zk, k, rho, lambda, Z, ld, place, spare, spare + each, spare + 2 * each);
  memory.copy(d, lambda, (<usize>k) << 3);

  // The vectors of the rank-one problem stand in Z itself: each half of them is moved out before its product.
  const stride = <i32>(ld >> 3);
  copyBlock(Z + ((<usize>left) << 3), ld, k, lower, S, (<usize>lower) << 3);
  gemm(0, 0, k, n2, lower, S, lower, rightRows, n2, Z + ((<usize>n1) << 3), stride, 0, gemmWork);
  copyBlock(Z, ld, k, upper, S, (<usize>upper) << 3);
  gemm(0, 0, k, n1, upper, S, upper, leftRows, n1, Z, stride, 0, gemmWork);

  for (let i: i32 = 0; i < k; i++) setEntry(kept, i, i);
  insertionSort(settled, N - k, d);
  mergeOrders(kept, k, settled, N - k, 0, d, order);
}

/**
 * Eigenvalues and eigenvectors of the tridiagonal matrix of order n: the values replace its diagonal, row j of Z is the
 * vector of value j, and order[i], an i32, is the row of the i-th smallest. `off` is lost.
 * Shapes: diagonal and off of n doubles, off[i] between i and i + 1; Z n×n with row stride n; scratch of
 * `divideScratch(n)` doubles and gemmWork of `gemmScratchFor(n, n, n)`. Returns Ok or NotConverged.
 * Range: entries of moderate size.
 * Cost: at most 4/3 n³ multiply-adds in products, fewer when values of the halves agree.
 * Source: J. J. M. Cuppen, Numer. Math. 36 (1981) 177, with the deflation of LAPACK's dlaed2.
 */
export function divideAndConquer(
  diagonal: usize,
  off: usize,
  n: i32,
  Z: usize,
  order: usize,
  scratch: usize,
  gemmWork: usize,
): i32 {
  const each = (<usize>(n + (n & 1))) << 3;
  const parts = scratch;
  const work = scratch + ((<usize>(12 * n)) << 3);
  const ld = (<usize>n) << 3;
  let levels: i32 = 0;
  while (((n - 1) >> levels) + 1 > LEAF) levels++;

  // Block b of a level begins at b n/2^level; every cut takes its coupling off the two entries beside it.
  const blocks: i32 = 1 << levels;
  for (let b: i32 = 1; b < blocks; b++) {
    const cut = (b * n) >> levels;
    const size = abs(at(off, cut - 1));
    put(diagonal, cut - 1, at(diagonal, cut - 1) - size);
    put(diagonal, cut, at(diagonal, cut) - size);
  }
  memory.fill(Z, 0, ld * <usize>n);
  for (let b: i32 = 0; b < blocks; b++) {
    const from = (b * n) >> levels;
    const size = (((b + 1) * n) >> levels) - from;
    const block = Z + <usize>from * ld + ((<usize>from) << 3);
    for (let i: i32 = 0; i < size; i++) {
      store<f64>(block + <usize>i * ld + ((<usize>i) << 3), 1);
      setEntry(order, from + i, i);
    }
    // QL clears the entry after the block, which is the coupling of the cut.
    const coupling = at(off, from + size - 1);
    const shift = (<usize>from) << 3;
    const status = qlIterate(diagonal + shift, off + shift, size, block, ld, work);
    if (status !== Status.Ok) return status;
    put(off, from + size - 1, coupling);
    insertionSort(order + ((<usize>from) << 2), size, diagonal + shift);
  }
  for (let level = levels - 1; level >= 0; level--) {
    const pairs: i32 = 1 << level;
    for (let b: i32 = 0; b < pairs; b++) {
      const from = (b * n) >> level;
      const size = (((b + 1) * n) >> level) - from;
      const n1 = (((2 * b + 1) * n) >> (level + 1)) - from;
      const shift = (<usize>from) << 3;
      join(
        diagonal + shift,
        Z + <usize>from * ld + shift,
        ld,
        n1,
        size,
        at(off, from + n1 - 1),
        order + ((<usize>from) << 2),
        parts,
        each,
        work,
        gemmWork,
      );
    }
  }
  return Status.Ok;
}
