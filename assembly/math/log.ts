// The natural logarithm and log(1 + x) on two lanes, by a table of inverses. Knows nothing of arrays.
import { pair } from './coefficients';
import { LOG_TABLE } from './log-table';
import { madd } from './madd';

// biome-ignore format: pairs
const LOG: usize = memory.data<f64>([
  // (log(1 + r) − r)/r² on |r| ≤ 0.0072, to 2^−57 after times r
  -0.5000000000000006, -0.5000000000000006,
  0.3333333333333338, 0.3333333333333338,
  -0.24999999981103188, -0.24999999981103188,
  0.1999999998320281, 0.1999999998320281,
  -0.16667638712018293, -0.16667638712018293,
  0.14286578326943067, 0.14286578326943067,
  // 6: log 2 in two parts, the first a multiple of 2^−42
  0.6931471805598903, 0.6931471805598903,
  5.497923018708371e-14, 5.497923018708371e-14,
  // 8: 1 and the sign
  1.0, 1.0,
  -0.0, -0.0,
], 16);

// biome-ignore format: pairs
const BITS: usize = memory.data<i64>([
  // the beginning of the first cell, sign and exponent, the upper 43 bits of a significand
  0x3fe6900000000000, 0x3fe6900000000000,
  -0x10000000000000, -0x10000000000000,
  -0x400, -0x400,
], 16);

/** Where the row of one lane lies, from the upper word of its shifted bits. */
function row(word: i32): usize {
  return LOG_TABLE + <usize>((word >> 8) & (127 << 5));
}

/** The bits of x counted from the first cell: the exponent k on top, the cell of z = x 2^−k below it. */
function cells(x: v128): v128 {
  return i64x2.sub(x, pair(BITS, 0));
}

/** Not normal, positive and finite, from the upper word of a lane's cell. */
function isOutside(word: i32): bool {
  return <u32>(word + 0x3fe69000 - 0x00100000) >= <u32>0x7fe00000;
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

/** Log, for the loop over arrays. */
export class Log {
  /**
   * log((upper + lower) 2^k), where upper is z to 43 bits: with the table's 1/c, r = (upper + lower)/c − 1 and
   * k log 2 + log c + r + r² q(r). As 1/c has 10 bits, upper/c − 1 is exact.
   */
  @inline
  static reduced(cell: v128, upper: v128, lower: v128): v128 {
    const at0 = row(i32x4.extract_lane(cell, 1));
    const at1 = row(i32x4.extract_lane(cell, 3));
    const row0 = v128.load(at0);
    const row1 = v128.load(at1);
    const logLower = v128.load64_lane(at1, v128.load64_zero(at0, 16), 1, 16);
    const inverse = v128.shuffle<u64>(row0, row1, 0, 2);
    const k = f64x2.convert_low_i32x4_s(i32x4.shr_s(v128.shuffle<u32>(cell, cell, 1, 3, 1, 3), 20));
    const whole = f64x2.sub(f64x2.mul(upper, inverse), pair(LOG, 8));
    const r = madd(lower, inverse, whole);
    const r2 = f64x2.mul(r, r);
    const q2 = madd(r, pair(LOG, 5), pair(LOG, 4));
    const q1 = madd(r, pair(LOG, 3), pair(LOG, 2));
    const q0 = madd(r, pair(LOG, 1), pair(LOG, 0));
    const small = madd(r2, madd(r2, madd(r2, q2, q1), q0), madd(k, pair(LOG, 7), logLower));
    const base = madd(k, pair(LOG, 6), v128.shuffle<u64>(row0, row1, 1, 3));
    return f64x2.add(base, f64x2.add(r, small));
  }

  @inline
  lanes(x: v128): v128 {
    const cell = cells(x);
    const z = i64x2.sub(x, v128.and(cell, pair(BITS, 1)));
    const upper = v128.and(z, pair(BITS, 2));
    const y = Log.reduced(cell, upper, f64x2.sub(z, upper));
    if (isOutside(i32x4.extract_lane(cell, 1)) || isOutside(i32x4.extract_lane(cell, 3)))
      return logOutside(x, y);
    return y;
  }
}

/**
 * log x on each lane.
 * Range: everything; ±0 gives −Infinity, negative x gives NaN, Infinity gives Infinity, NaN gives NaN.
 * Error: at most 1 ulp.
 * Source: P. T. P. Tang, Table-driven implementation of the logarithm function, ACM TOMS 16 (1990) 378.
 */
export function logLanes(x: v128): v128 {
  return changetype<Log>(0).lanes(x);
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
    const one = pair(LOG, 8);
    const u = f64x2.add(x, one);
    // u + lost = 1 + x exactly, whichever of the two is larger
    const part = f64x2.sub(u, x);
    const lost = f64x2.add(f64x2.sub(x, f64x2.sub(u, part)), f64x2.sub(one, part));
    const cell = cells(u);
    const exponent = v128.and(cell, pair(BITS, 1));
    const z = i64x2.sub(u, exponent);
    // rounded, so that near 1 all of x is in the lower part
    const upper = v128.and(i64x2.add(z, i64x2.splat(0x200)), pair(BITS, 2));
    // the bits of 1 less k << 52 are those of 2^−k
    const lower = madd(lost, i64x2.sub(one, exponent), f64x2.sub(z, upper));
    const y = v128.bitselect(x, Log.reduced(cell, upper, lower), pair(LOG, 9));
    const inside = v128.and(f64x2.gt(x, f64x2.splat(-1)), f64x2.lt(x, f64x2.splat(1e300)));
    if (!i64x2.all_true(inside)) return v128.bitselect(y, log1pOutside(x), inside);
    return y;
  }
}

/**
 * log(1 + x) on each lane, accurate near 0 and with the sign of x: log(u + lost), u = fl(1 + x).
 * Range: everything; −1 gives −Infinity, below it NaN, Infinity gives Infinity, NaN gives NaN.
 * Error: at most 1.9 ulp.
 */
export function log1pLanes(x: v128): v128 {
  return changetype<Log1p>(0).lanes(x);
}

/** log(1 + x), with the bits of `log1pLanes`. */
export function log1pScalar(x: f64): f64 {
  return f64x2.extract_lane(log1pLanes(f64x2.splat(x)), 0);
}
