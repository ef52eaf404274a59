// The exponential and e^x − 1 on two lanes, by a table of 2^(j/128). Knows nothing of arrays.
import { pair } from './coefficients';
import { EXP_TABLE } from './exp-table';
import { madd } from './madd';

// biome-ignore format: pairs
const EXP: usize = memory.data<f64>([
  // (e^r − 1 − r)/r² on |r| ≤ log(2)/256, to 2^−55 after division by r
  0.4999999999999906, 0.4999999999999906,
  0.16666666666666533, 0.16666666666666533,
  0.04166667686916893, 0.04166667686916893,
  0.00833333479083362, 0.00833333479083362,
  // 4: 128/log 2, then 1.5·2^52, whose sum with k holds the integer k in its low bits
  184.6649652337873, 184.6649652337873,
  6755399441055744.0, 6755399441055744.0,
  // 6: −log(2)/128 in two parts, the first of 35 bits
  -0.0054152123482253955, -0.0054152123482253955,
  1.0082281460997769e-13, 1.0082281460997769e-13,
  // 8: where the plain path ends, where e^x − 1 is −1, then 1 and the sign
  690.0, 690.0,
  -60.0, -60.0,
  1.0, 1.0,
  -0.0, -0.0,
], 16);

/** Row j of the table for one lane of the shifted index. */
function row(index: i32): v128 {
  return v128.load(EXP_TABLE + ((<usize>(index & 127)) << 4));
}

/** (e^r − 1 − r)/r². */
function quadratic(r: v128): v128 {
  return madd(f64x2.mul(r, r), madd(r, pair(EXP, 3), pair(EXP, 2)), madd(r, pair(EXP, 1), pair(EXP, 0)));
}

/** The lanes beyond ±690, whose powers of two leave the range: the square of e^(x/2). */
function expFar(x: v128): v128 {
  const half = f64x2.mul(f64x2.pmin(f64x2.pmax(x, f64x2.splat(-800)), f64x2.splat(800)), f64x2.splat(0.5));
  const y = expLanes(half);
  return f64x2.mul(y, y);
}

/** Exp, for the loop over arrays. */
export class Exp {
  @inline
  lanes(x: v128): v128 {
    const shifted = madd(x, pair(EXP, 4), pair(EXP, 5));
    const row0 = row(i32x4.extract_lane(shifted, 0));
    const row1 = row(i32x4.extract_lane(shifted, 2));
    const power = i64x2.add(v128.shuffle<u64>(row0, row1, 0, 2), i64x2.shl(shifted, 45));
    const k = f64x2.sub(shifted, pair(EXP, 5));
    const r = madd(k, pair(EXP, 7), madd(k, pair(EXP, 6), x));
    const rest = madd(f64x2.mul(r, r), quadratic(r), v128.shuffle<u64>(row0, row1, 1, 3));
    const y = madd(power, f64x2.add(r, rest), power);
    const outside = f64x2.gt(f64x2.abs(x), pair(EXP, 8));
    if (v128.any_true(outside)) return v128.bitselect(expFar(x), y, outside);
    return y;
  }
}

/**
 * e^x on each lane.
 * Range: everything; overflow gives Infinity, underflow goes through the subnormals to 0, NaN gives NaN.
 * Error: at most 0.51 ulp for |x| ≤ 690, 2 ulp beyond.
 * Source: P. T. P. Tang, Table-driven implementation of the exponential function, ACM TOMS 15 (1989) 144.
 */
export function expLanes(x: v128): v128 {
  return changetype<Exp>(0).lanes(x);
}

/** e^x, with the bits of `expLanes`. */
export function expScalar(x: f64): f64 {
  return f64x2.extract_lane(expLanes(f64x2.splat(x)), 0);
}

/** Expm1, for the loop over arrays. */
export class Expm1 {
  /**
   * e^x − 1 for −60 ≤ x ≤ 690, with 0 for −0. With the power s, a = s − 1 and e^r − 1 = r + c, it is
   * a + r + (c + a (r + c)), summed so that only the last addition rounds at full size.
   */
  @inline
  static near(x: v128): v128 {
    const shifted = madd(x, pair(EXP, 4), pair(EXP, 5));
    const row0 = row(i32x4.extract_lane(shifted, 0));
    const row1 = row(i32x4.extract_lane(shifted, 2));
    const power = i64x2.add(v128.shuffle<u64>(row0, row1, 0, 2), i64x2.shl(shifted, 45));
    const tail = v128.shuffle<u64>(row0, row1, 1, 3);
    const k = f64x2.sub(shifted, pair(EXP, 5));
    const upper = madd(k, pair(EXP, 6), x);
    const lower = f64x2.mul(k, pair(EXP, 7));
    const r = f64x2.add(upper, lower);
    const small = madd(f64x2.mul(r, r), quadratic(r), f64x2.add(lower, madd(tail, r, tail)));
    const a = f64x2.sub(power, pair(EXP, 10));
    const sum = f64x2.add(a, upper);
    const lost = f64x2.add(f64x2.sub(a, sum), upper);
    return f64x2.add(sum, f64x2.add(lost, madd(a, f64x2.add(upper, small), small)));
  }

  @inline
  lanes(x: v128): v128 {
    const y = v128.bitselect(x, Expm1.near(f64x2.pmax(x, pair(EXP, 9))), pair(EXP, 11));
    const outside = f64x2.gt(x, pair(EXP, 8));
    if (v128.any_true(outside)) return v128.bitselect(expLanes(x), y, outside);
    return y;
  }
}

/**
 * e^x − 1 on each lane, accurate near 0 and with the sign of x.
 * Range: everything; below −37.5 it is −1, overflow gives Infinity, NaN gives NaN.
 * Error: at most 1.7 ulp; 1 ulp up to x = 690.
 */
export function expm1Lanes(x: v128): v128 {
  return changetype<Expm1>(0).lanes(x);
}

/** e^x − 1, with the bits of `expm1Lanes`. */
export function expm1Scalar(x: f64): f64 {
  return f64x2.extract_lane(expm1Lanes(f64x2.splat(x)), 0);
}
