// The natural logarithm and log(1 + x) on two lanes, by a table of c, 1/c and log c. The loop of the logarithm over
// pairs is here too, because it reads the upper words from memory and leaves rare numbers to its caller.
import { pair } from './coefficients';
import { LOG_TABLE } from './log-table';
import { madd } from './madd';

// biome-ignore format: pairs
const LOG: usize = memory.data<f64>([
  // (log(1 + r) − r)/r² on |r| ≤ 0.00391, to 2^−54.8 after times r
  -0.5, -0.5,
  0.333333333322899, 0.333333333322899,
  -0.24999999999086994, -0.24999999999086994,
  0.20000273005031946, 0.20000273005031946,
  -0.16666905546150776, -0.16666905546150776,
  // 5: log 2 in two parts, the first a multiple of 2^−42
  0.6931471805598903, 0.6931471805598903,
  5.497923018708371e-14, 5.497923018708371e-14,
  // 7: 1 and the sign
  1.0, 1.0,
  -0.0, -0.0,
], 16);

// biome-ignore format: pairs
const BITS: usize = memory.data<i64>([
  // the beginning of the first cell, sign and exponent
  0x3fe6900000000000, 0x3fe6900000000000,
  -0x10000000000000, -0x10000000000000,
], 16);

/** The upper word of the beginning of the first cell. */
const FIRST_CELL: i32 = 0x3fe69000;

/** Where in the table the row of one lane lies, from the upper word of its cell. */
function row(word: i32): usize {
  return <usize>((word >> 8) & (127 << 5));
}

/** The bits of x counted from the first cell: the exponent k on top, the cell of z = x 2^−k below it. */
function cells(x: v128): v128 {
  return i64x2.sub(x, pair(BITS, 0));
}

/** Not normal, positive and finite, from the upper word of a lane's cell. */
function isOutside(word: i32): bool {
  return <u32>(word + FIRST_CELL - 0x00100000) >= <u32>0x7fe00000;
}

/** y where x is normal, positive and finite; subnormals by 2^54, the rest by rule. */
function logOutside(x: v128, y: v128): v128 {
  const normal = f64x2.ge(x, f64x2.splat(2.2250738585072014e-308));
  const subnormal = v128.andnot(f64x2.gt(x, f64x2.splat(0)), normal);
  const lifted = v128.bitselect(f64x2.mul(x, f64x2.splat(18014398509481984)), f64x2.splat(1), subnormal);
  // − 54 log 2, whose rounding is far below the 700 that comes out
  const low = f64x2.sub(logLanes(lifted), f64x2.splat(37.42994775023705));
  const rule = v128.bitselect(f64x2.splat(-Infinity), f64x2.splat(NaN), f64x2.eq(x, f64x2.splat(0)));
  const kept = v128.or(f64x2.eq(x, f64x2.splat(Infinity)), f64x2.ne(x, x));
  return v128.bitselect(x, v128.bitselect(y, v128.bitselect(low, rule, subnormal), normal), kept);
}

/** Parts of the logarithm. Methods, because those can be inlined for certain; no instance is ever made. */
class Log {
  /** log(c (1 + r) 2^k) = k log 2 + log c + r + r² q(r), with log c of the rows at0 and at1 of the table. */
  @inline
  near(at0: usize, at1: usize, cell: v128, r: v128): v128 {
    const log0 = v128.load(at0, LOG_TABLE + 16);
    const log1 = v128.load(at1, LOG_TABLE + 16);
    const k = f64x2.convert_low_i32x4_s(i32x4.shr_s(v128.shuffle<u32>(cell, cell, 1, 3, 1, 3), 20));
    const r2 = f64x2.mul(r, r);
    const q1 = madd(r, pair(LOG, 3), pair(LOG, 2));
    const q0 = madd(r, pair(LOG, 1), pair(LOG, 0));
    const rest = madd(k, pair(LOG, 6), v128.shuffle<u64>(log0, log1, 1, 3));
    const small = madd(r2, madd(r2, madd(r2, pair(LOG, 4), q1), q0), rest);
    const base = madd(k, pair(LOG, 5), v128.shuffle<u64>(log0, log1, 0, 2));
    return f64x2.add(base, f64x2.add(r, small));
  }

  /**
   * log x of normal, positive, finite x = z 2^k. With the table's c next to z, z − c is exact; c = 1 around 1.
   * word0 and word1 are the upper words of `cells(x)`.
   */
  @inline
  inside(x: v128, word0: i32, word1: i32): v128 {
    const cell = cells(x);
    const z = i64x2.sub(x, v128.and(cell, pair(BITS, 1)));
    const at0 = row(word0);
    const at1 = row(word1);
    const c0 = v128.load(at0, LOG_TABLE);
    const c1 = v128.load(at1, LOG_TABLE);
    const t = f64x2.sub(z, v128.shuffle<u64>(c0, c1, 0, 2));
    return this.near(at0, at1, cell, f64x2.mul(t, v128.shuffle<u64>(c0, c1, 1, 3)));
  }
}

/**
 * y = log x for pairs from x to `end`, with the bits of `logLanes`. Stops before the first pair with a number outside
 * [2^−511, 2^513), and returns where: a loop without rare cases keeps everything in registers.
 */
export function logPairs(x: usize, end: usize, y: usize): usize {
  while (x < end) {
    const word0 = load<i32>(x, 4);
    const word1 = load<i32>(x, 12);
    if (<u32>((word0 - 0x20000000) | (word1 - 0x20000000)) >= <u32>0x40000000) break;
    v128.store(y, changetype<Log>(0).inside(v128.load(x), word0 - FIRST_CELL, word1 - FIRST_CELL));
    x += 16;
    y += 16;
  }
  return x;
}

/**
 * log x on each lane.
 * Range: everything; ±0 gives −Infinity, negative x gives NaN, Infinity gives Infinity, NaN gives NaN.
 * Error: at most 1.2 ulp.
 * Source: P. T. P. Tang, Table-driven implementation of the logarithm function, ACM TOMS 16 (1990) 378.
 */
export function logLanes(x: v128): v128 {
  const cell = cells(x);
  const word0 = i32x4.extract_lane(cell, 1);
  const word1 = i32x4.extract_lane(cell, 3);
  const y = changetype<Log>(0).inside(x, word0, word1);
  if (isOutside(word0) || isOutside(word1)) return logOutside(x, y);
  return y;
}

/** log x, with the bits of `logLanes`. */
export function logScalar(x: f64): f64 {
  return f64x2.extract_lane(logLanes(f64x2.splat(x)), 0);
}

/** The lanes of log(1 + x) outside (−1, 2^1000): log x, −Infinity at −1, NaN below. */
function log1pOutside(x: v128): v128 {
  const y = v128.bitselect(f64x2.splat(-Infinity), f64x2.splat(NaN), f64x2.eq(x, f64x2.splat(-1)));
  return v128.bitselect(y, logLanes(x), f64x2.lt(x, f64x2.splat(0)));
}

/** Log1p, for the loop over arrays. */
export class Log1p {
  @inline
  lanes(x: v128): v128 {
    const one = pair(LOG, 7);
    const u = f64x2.add(x, one);
    // u + lost = 1 + x exactly, whichever of the two is larger
    const part = f64x2.sub(u, x);
    const lost = f64x2.add(f64x2.sub(x, f64x2.sub(u, part)), f64x2.sub(one, part));
    const cell = cells(u);
    const exponent = v128.and(cell, pair(BITS, 1));
    // the bits of 1 less k << 52 are those of 2^−k
    const lower = f64x2.mul(lost, i64x2.sub(one, exponent));
    const at0 = row(i32x4.extract_lane(cell, 1));
    const at1 = row(i32x4.extract_lane(cell, 3));
    const c0 = v128.load(at0, LOG_TABLE);
    const c1 = v128.load(at1, LOG_TABLE);
    const t = f64x2.add(f64x2.sub(i64x2.sub(u, exponent), v128.shuffle<u64>(c0, c1, 0, 2)), lower);
    const log = changetype<Log>(0).near(at0, at1, cell, f64x2.mul(t, v128.shuffle<u64>(c0, c1, 1, 3)));
    const y = v128.bitselect(x, log, pair(LOG, 8));
    const inside = v128.and(f64x2.gt(x, f64x2.splat(-1)), f64x2.lt(x, f64x2.splat(1e300)));
    if (!i64x2.all_true(inside)) return v128.bitselect(y, log1pOutside(x), inside);
    return y;
  }
}

/**
 * log(1 + x) on each lane, accurate near 0 and with the sign of x: log(u + lost), u = fl(1 + x).
 * Range: everything; −1 gives −Infinity, below it NaN, Infinity gives Infinity, NaN gives NaN.
 * Error: at most 1.2 ulp.
 */
export function log1pLanes(x: v128): v128 {
  return changetype<Log1p>(0).lanes(x);
}

/** log(1 + x), with the bits of `log1pLanes`. */
export function log1pScalar(x: f64): f64 {
  return f64x2.extract_lane(log1pLanes(f64x2.splat(x)), 0);
}
