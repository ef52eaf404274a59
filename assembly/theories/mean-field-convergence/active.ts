// How many neurons two samples have active in common, by bits: 64 neurons a word. Exact, and some 60 times fewer operations
// than a product of matrices of zeros and ones. Knows nothing of slopes or weights.
import { widen } from '../../linalg/vector-single';

/** Doubles of scratch: a word for every sample and 64 neurons. */
export function activeCountsScratch(rows: i32, n: i32): i32 {
  return ((rows + 63) >> 6) * n;
}

/** The word of sample a at bits + a stride: its bits are H_ia > 0 of up to 64 neurons, lowest first. H is here x n doubles. */
function gatherBits(H: usize, here: i32, n: i32, bits: usize, stride: usize): void {
  const bytes = (<usize>n) << 3;
  const zero = f64x2.splat(0);
  let a: i32 = 0;
  for (; a + 2 <= n; a += 2) {
    let words = i64x2.splat(0);
    let row = H;
    for (let r: i32 = 0; r < here; r++) {
      const active = f64x2.gt(v128.load(row), zero);
      words = v128.or(words, v128.and(active, i64x2.splat((<i64>1) << r)));
      row += bytes;
    }
    store<i64>(bits, i64x2.extract_lane(words, 0));
    store<i64>(bits + stride, i64x2.extract_lane(words, 1));
    bits += stride << 1;
    H += 16;
  }
  if (a < n) {
    let word: i64 = 0;
    let row = H;
    for (let r: i32 = 0; r < here; r++) {
      if (load<f64>(row) > 0) word |= (<i64>1) << r;
      row += bytes;
    }
    store<i64>(bits, word);
  }
}

/** counts from the words of all samples, `stride` bytes apart. */
function countBits(bits: usize, stride: usize, n: i32, counts: usize): void {
  const bytes = (<usize>n) << 3;
  for (let a: i32 = 0; a < n; a++) {
    const left = bits + <usize>a * stride;
    let right = bits;
    for (let b: i32 = 0; b <= a; b++) {
      let total: i64 = 0;
      for (let at: usize = 0; at < stride; at += 8) {
        total += popcnt<i64>(load<i64>(left + at) & load<i64>(right + at));
      }
      const count = <f64>total;
      store<f64>(counts + <usize>a * bytes + ((<usize>b) << 3), count);
      store<f64>(counts + <usize>b * bytes + ((<usize>a) << 3), count);
      right += stride;
    }
  }
}

/**
 * counts_ab = number of neurons i with H_ia > 0 and H_ib > 0, both triangles.
 * Shapes: H rows x n without gaps, counts n x n, scratch `activeCountsScratch(rows, n)` doubles.
 * Error: none: the counts are integers.
 * Cost: rows n comparisons and rows n^2 / 128 population counts.
 */
export function activeCounts(H: usize, rows: i32, n: i32, counts: usize, scratch: usize): void {
  const groups = (rows + 63) >> 6;
  const stride = (<usize>groups) << 3;
  for (let g: i32 = 0; g < groups; g++) {
    const here = min(64, rows - (g << 6));
    gatherBits(H, here, n, scratch + ((<usize>g) << 3), stride);
    H += (<usize>(here * n)) << 3;
  }
  countBits(scratch, stride, n, counts);
}

/** Doubles of scratch for `activeCountsSingle`: 64 rows as doubles besides. */
export function activeCountsSingleScratch(rows: i32, n: i32): i32 {
  return activeCountsScratch(rows, n) + 64 * n;
}

/** `activeCounts` of H in single precision, with scratch `activeCountsSingleScratch(rows, n)`. */
export function activeCountsSingle(H: usize, rows: i32, n: i32, counts: usize, scratch: usize): void {
  const groups = (rows + 63) >> 6;
  const stride = (<usize>groups) << 3;
  const wide = scratch + <usize>n * stride;
  for (let g: i32 = 0; g < groups; g++) {
    const here = min(64, rows - (g << 6));
    widen(H, here * n, wide);
    gatherBits(wide, here, n, scratch + ((<usize>g) << 3), stride);
    H += (<usize>(here * n)) << 2;
  }
  countBits(scratch, stride, n, counts);
}
