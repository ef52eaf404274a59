// A factor W turned from the right into a trapezoid: only W Wᵀ matters to whoever takes it, and its zeros need not be multiplied.
// Knows nothing of data or steps.
import { NR, padded } from '../../linalg/gemm';
import { reflection } from '../../linalg/tridiagonal';
import { lanesSum } from '../../linalg/vector';
import { madd } from '../../math/madd';

/** Rows that are turned at a time. */
export const TURNED: i32 = 8;

/** First row of a turned d×m factor, at most the last one, where columns j to j + 3 need not vanish. */
export function firstRow(d: i32, m: i32, j: i32): i32 {
  return max(0, min(d - 1, m - NR - j));
}

/** Reflections that turn d rows of m entries: the last four columns may stay as they are. */
function reflections(d: i32, m: i32): i32 {
  return min(d, max(0, m - NR));
}

/** Doubles that the reflections of d rows of m entries take. */
export function turnLength(d: i32, m: i32): i32 {
  return reflections(d, m) * (padded(m, NR) + 1);
}

/** Eight rows times I − τ v vᵀ. Groups of four columns lie `group` bytes apart; v ends, filled up with zeros, at `end`. */
function reflectEight(rows: usize, group: usize, v: usize, end: usize, tau: f64): void {
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  let s2 = f64x2.splat(0);
  let s3 = f64x2.splat(0);
  let s4 = f64x2.splat(0);
  let s5 = f64x2.splat(0);
  let s6 = f64x2.splat(0);
  let s7 = f64x2.splat(0);
  let row = rows;
  for (let at = v; at < end; at += 32) {
    const v0 = v128.load(at);
    const v1 = v128.load(at, 16);
    s0 = madd(v1, v128.load(row, 16), madd(v0, v128.load(row), s0));
    s1 = madd(v1, v128.load(row, 48), madd(v0, v128.load(row, 32), s1));
    s2 = madd(v1, v128.load(row, 80), madd(v0, v128.load(row, 64), s2));
    s3 = madd(v1, v128.load(row, 112), madd(v0, v128.load(row, 96), s3));
    s4 = madd(v1, v128.load(row, 144), madd(v0, v128.load(row, 128), s4));
    s5 = madd(v1, v128.load(row, 176), madd(v0, v128.load(row, 160), s5));
    s6 = madd(v1, v128.load(row, 208), madd(v0, v128.load(row, 192), s6));
    s7 = madd(v1, v128.load(row, 240), madd(v0, v128.load(row, 224), s7));
    row += group;
  }
  s0 = f64x2.splat(-tau * lanesSum(s0));
  s1 = f64x2.splat(-tau * lanesSum(s1));
  s2 = f64x2.splat(-tau * lanesSum(s2));
  s3 = f64x2.splat(-tau * lanesSum(s3));
  s4 = f64x2.splat(-tau * lanesSum(s4));
  s5 = f64x2.splat(-tau * lanesSum(s5));
  s6 = f64x2.splat(-tau * lanesSum(s6));
  s7 = f64x2.splat(-tau * lanesSum(s7));
  row = rows;
  for (let at = v; at < end; at += 32) {
    const v0 = v128.load(at);
    const v1 = v128.load(at, 16);
    v128.store(row, madd(s0, v0, v128.load(row)));
    v128.store(row, madd(s0, v1, v128.load(row, 16)), 16);
    v128.store(row, madd(s1, v0, v128.load(row, 32)), 32);
    v128.store(row, madd(s1, v1, v128.load(row, 48)), 48);
    v128.store(row, madd(s2, v0, v128.load(row, 64)), 64);
    v128.store(row, madd(s2, v1, v128.load(row, 80)), 80);
    v128.store(row, madd(s3, v0, v128.load(row, 96)), 96);
    v128.store(row, madd(s3, v1, v128.load(row, 112)), 112);
    v128.store(row, madd(s4, v0, v128.load(row, 128)), 128);
    v128.store(row, madd(s4, v1, v128.load(row, 144)), 144);
    v128.store(row, madd(s5, v0, v128.load(row, 160)), 160);
    v128.store(row, madd(s5, v1, v128.load(row, 176)), 176);
    v128.store(row, madd(s6, v0, v128.load(row, 192)), 192);
    v128.store(row, madd(s6, v1, v128.load(row, 208)), 208);
    v128.store(row, madd(s7, v0, v128.load(row, 224)), 224);
    v128.store(row, madd(s7, v1, v128.load(row, 240)), 240);
    row += group;
  }
}

/** v ← the first `length` entries of a row, filled up with zeros to whole groups. */
function takeRow(row: usize, group: usize, length: i32, v: usize): void {
  for (let j = 0; j < length; j += 4) {
    v128.store(v, v128.load(row));
    v128.store(v, v128.load(row, 16), 16);
    row += group;
    v += 32;
  }
  for (let j = length; (j & 3) !== 0; j++) store<f64>(v - ((<usize>(4 - (j & 3))) << 3), 0);
}

/** The first `length` entries of a row ← 0, …, 0, last. */
function closeRow(row: usize, group: usize, length: i32, last: f64): void {
  const end = length - 1;
  for (let j = 0; j < end; j++) store<f64>(row + <usize>(j >> 2) * group + ((<usize>(j & 3)) << 3), 0);
  store<f64>(row + <usize>(end >> 2) * group + ((<usize>(end & 3)) << 3), last);
}

/**
 * W ← W Q with Q = H_0 H_1 …, where H_i clears row i but for its last i + 1 columns: W[i][j] = 0 wherever i + j < m − 1 and
 * i < m − 4. A row that is clear already takes no reflection.
 * Shapes: W d×m in groups of four columns, each with its rows one after the other and filled up with zeros to multiples of eight
 * rows and four columns; turn of `turnLength(d, m)`.
 * Error: W Wᵀ to 2.5e-15, relative to the norms of its rows, at sizes up to 80×40 and 60×60.
 * Cost: 2 d m² − ⅔ m³ flops for m ≤ d.
 */
export function turnToTrapezoid(d: i32, m: i32, W: usize, turn: usize): void {
  const count = reflections(d, m);
  const group = (<usize>padded(d, TURNED)) << 5;
  const line = (<usize>padded(m, NR)) << 3;
  const taus = turn + <usize>count * line;
  let rows = W;
  for (let i = 0; i < d; i += TURNED) {
    let v = turn;
    let tau = taus;
    for (let k = 0; k < min(count, i + TURNED); k++) {
      const length = m - k;
      const row = rows + ((<usize>(k - i)) << 5);
      let last: f64 = 0;
      if (k >= i) {
        takeRow(row, group, length, v);
        last = reflection(v, length, tau);
      }
      const t = load<f64>(tau);
      if (t !== 0) reflectEight(rows, group, v, v + ((<usize>padded(length, NR)) << 3), t);
      // What rounding left of the row.
      if (k >= i) closeRow(row, group, length, last);
      v += line;
      tau += 8;
    }
    rows += TURNED << 5;
  }
}

/**
 * G ← G Qᵀ with the Q that `turnToTrapezoid` left in `turn`.
 * Shapes: as there.
 * Cost: 2 d m² − m³ flops for m ≤ d.
 */
export function turnBack(d: i32, m: i32, G: usize, turn: usize): void {
  const count = reflections(d, m);
  const group = (<usize>padded(d, TURNED)) << 5;
  const line = (<usize>padded(m, NR)) << 3;
  const taus = turn + <usize>count * line;
  for (let i = 0; i < d; i += TURNED) {
    for (let k = count - 1; k >= 0; k--) {
      const v = turn + <usize>k * line;
      const tau = load<f64>(taus + ((<usize>k) << 3));
      if (tau !== 0) reflectEight(G, group, v, v + ((<usize>padded(m - k, NR)) << 3), tau);
    }
    G += TURNED << 5;
  }
}
