// Plane rotations on neighbouring rows, many sweeps at a time: they are written down first and then applied to a
// narrow strip of columns after another, which stays in the first-level cache. Knows nothing of what is rotated.
import { madd } from '../math/madd';

/** Columns of a strip: four vectors are carried from row to row in registers. */
const STRIP: i32 = 8;
/** Sweeps that are written down before they are applied. */
export const SWEEPS: i32 = 32;

/** Doubles of a strip of n rows. */
export function stripLength(n: i32): i32 {
  return STRIP * n;
}

/**
 * One sweep on a strip: for t = 0 … count − 1 the rows i = top − 1 − t and i + 1 become
 * row[i + 1] = s row[i] + c row[i + 1] and row[i] = c row[i] − s row[i + 1], with the t-th pair (c, s).
 */
function sweep(strip: usize, top: i32, count: i32, pairs: usize): void {
  let row = strip + ((<usize>top) << 6);
  let carry0 = v128.load(row);
  let carry1 = v128.load(row, 16);
  let carry2 = v128.load(row, 32);
  let carry3 = v128.load(row, 48);
  const end = pairs + ((<usize>count) << 4);
  while (pairs < end) {
    const c = v128.load64_splat(pairs);
    const s = v128.load64_splat(pairs, 8);
    const minus = f64x2.neg(s);
    const above = row - 64;
    let x = v128.load(above);
    v128.store(row, madd(c, carry0, f64x2.mul(s, x)));
    carry0 = madd(minus, carry0, f64x2.mul(c, x));
    x = v128.load(above, 16);
    v128.store(row, madd(c, carry1, f64x2.mul(s, x)), 16);
    carry1 = madd(minus, carry1, f64x2.mul(c, x));
    x = v128.load(above, 32);
    v128.store(row, madd(c, carry2, f64x2.mul(s, x)), 32);
    carry2 = madd(minus, carry2, f64x2.mul(c, x));
    x = v128.load(above, 48);
    v128.store(row, madd(c, carry3, f64x2.mul(s, x)), 48);
    carry3 = madd(minus, carry3, f64x2.mul(c, x));
    row = above;
    pairs += 16;
  }
  v128.store(row, carry0);
  v128.store(row, carry1, 16);
  v128.store(row, carry2, 32);
  v128.store(row, carry3, 48);
}

/** Copies `rows` rows of `columns` ≤ 8 doubles from one row stride to another. */
function copyStrip(
  from: usize,
  fromStride: usize,
  to: usize,
  toStride: usize,
  rows: i32,
  columns: i32,
): void {
  for (let i: i32 = 0; i < rows; i++) {
    if (columns === STRIP) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
      v128.store(to, v128.load(from, 32), 32);
      v128.store(to, v128.load(from, 48), 48);
    } else {
      for (let k: i32 = 0; k < columns; k++) {
        store<f64>(to + ((<usize>k) << 3), load<f64>(from + ((<usize>k) << 3)));
      }
    }
    from += fromStride;
    to += toStride;
  }
}

/**
 * Applies `sweeps` sweeps, in order, to the rows of V.
 * Shapes: V n×n with row stride ld in bytes; table of `sweeps` pairs of i32 (top, count); pairs of (c, s), sweep
 * after sweep; strip of `stripLength(n)` doubles of scratch.
 * Cost: 6 n flops per rotation; V moves through the cache once for all sweeps.
 */
export function applySweeps(
  V: usize,
  n: i32,
  ld: usize,
  table: usize,
  sweeps: i32,
  pairs: usize,
  strip: usize,
): void {
  for (let k: i32 = 0; k < n; k += STRIP) {
    const columns = min(STRIP, n - k);
    const at = V + ((<usize>k) << 3);
    copyStrip(at, ld, strip, (<usize>STRIP) << 3, n, columns);
    let rotation = pairs;
    for (let index: i32 = 0; index < sweeps; index++) {
      const entry = table + ((<usize>index) << 3);
      const count = load<i32>(entry, 4);
      sweep(strip, load<i32>(entry), count, rotation);
      rotation += (<usize>count) << 4;
    }
    copyStrip(strip, (<usize>STRIP) << 3, at, ld, n, columns);
  }
}
