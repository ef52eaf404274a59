// Sine and cosine on two lanes. Up to |x| = 2^17 the angle is reduced by π/2 in three parts; what is larger, or so
// close to a multiple of π/2 that three parts do not do, goes lane by lane to the exact reduction.
import { reduceAngle, reducedHigh, reducedLow } from './angle';
import { pair } from './coefficients';
import { madd } from './madd';

// biome-ignore format: pairs
const SIN: usize = memory.data<f64>([
  // 0: (sin r − r)/r³ in r², |r| ≤ π/4, to 2^−55 after times r²
  -0.16666666666666666, -0.16666666666666666,
  0.008333333333330946, 0.008333333333330946,
  -0.0001984126983675497, -0.0001984126983675497,
  2.755731610068303e-06, 2.755731610068303e-06,
  -2.5051131455427943e-08, -2.5051131455427943e-08,
  1.5918101230273893e-10, 1.5918101230273893e-10,
  // 6: (cos r − 1 + r²/2)/r⁴ in r², to 2^−60 after times r⁴
  0.041666666666666664, 0.041666666666666664,
  -0.0013888888888887395, -0.0013888888888887395,
  2.4801587298763433e-05, 2.4801587298763433e-05,
  -2.7557317270560326e-07, -2.7557317270560326e-07,
  2.0876146024689743e-09, 2.0876146024689743e-09,
  -1.1382614868556182e-11, -1.1382614868556182e-11,
  // 12: 2/π, 1.5·2^52, −π/2 in three parts, the first two of 33 bits
  0.6366197723675814, 0.6366197723675814,
  6755399441055744.0, 6755399441055744.0,
  -1.5707963267341256, -1.5707963267341256,
  -6.077100506303966e-11, -6.077100506303966e-11,
  -2.0222662487959506e-21, -2.0222662487959506e-21,
  // 17: 1/2, 1, the sign, where the three parts end, 2^−9
  0.5, 0.5,
  1.0, 1.0,
  -0.0, -0.0,
  131072.0, 131072.0,
  0.001953125, 0.001953125,
], 16);

/** sin(r + low) for |r| ≤ π/4 and |low| far below r. */
function sinOfReduced(r: v128, low: v128): v128 {
  const z = f64x2.mul(r, r);
  const v = f64x2.mul(z, r);
  const w = f64x2.mul(z, z);
  const upper = madd(w, pair(SIN, 5), madd(z, pair(SIN, 4), pair(SIN, 3)));
  const p = madd(w, upper, madd(z, pair(SIN, 2), pair(SIN, 1)));
  const inner = f64x2.sub(f64x2.mul(low, pair(SIN, 17)), f64x2.mul(v, p));
  const rest = f64x2.sub(f64x2.sub(f64x2.mul(z, inner), low), f64x2.mul(v, pair(SIN, 0)));
  return f64x2.sub(r, rest);
}

/** cos(r + low) for |r| ≤ π/4 and |low| far below r. */
function cosOfReduced(r: v128, low: v128): v128 {
  const z = f64x2.mul(r, r);
  const w = f64x2.mul(z, z);
  const upper = madd(w, pair(SIN, 11), madd(z, pair(SIN, 10), pair(SIN, 9)));
  const p = madd(w, madd(z, upper, pair(SIN, 8)), madd(z, pair(SIN, 7), pair(SIN, 6)));
  const half = f64x2.mul(z, pair(SIN, 17));
  const main = f64x2.sub(pair(SIN, 18), half);
  const lost = f64x2.sub(f64x2.sub(pair(SIN, 18), main), half);
  return f64x2.add(main, f64x2.add(lost, f64x2.sub(f64x2.mul(w, p), f64x2.mul(r, low))));
}

/** sin(x + phase π/2) by the exact reduction. */
function sinFarScalar(x: f64, phase: i32): f64 {
  const quadrant = reduceAngle(x) + phase;
  const high = reducedHigh;
  const low = reducedLow;
  const y = quadrant & 1 ? cosScalar(high) - low * sinScalar(high) : sinScalar(high) + low * cosScalar(high);
  return quadrant & 2 ? -y : y;
}

function sinFar(x: v128, phase: i32): v128 {
  const y = f64x2.splat(sinFarScalar(f64x2.extract_lane(x, 0), phase));
  return f64x2.replace_lane(y, 1, sinFarScalar(f64x2.extract_lane(x, 1), phase));
}

/** Sin, for the loop over arrays. */
export class Sin {
  /** Sine of x + phase π/2. */
  @inline
  static withPhase(x: v128, phase: i32): v128 {
    const shifted = madd(x, pair(SIN, 12), pair(SIN, 13));
    const k = f64x2.sub(shifted, pair(SIN, 13));
    // k has 17 bits: the products with the first two parts are exact, and so is the first difference.
    const first = madd(k, pair(SIN, 14), x);
    const product = f64x2.mul(k, pair(SIN, 15));
    const r = f64x2.add(first, product);
    const low = madd(k, pair(SIN, 16), f64x2.add(f64x2.sub(first, r), product));
    const quadrant = phase === 0 ? shifted : i64x2.add(shifted, i64x2.splat(1));
    const odd = i64x2.neg(v128.and(quadrant, i64x2.splat(1)));
    const y = v128.bitselect(cosOfReduced(r, low), sinOfReduced(r, low), odd);
    const signed = v128.xor(y, v128.and(i64x2.shl(quadrant, 62), pair(SIN, 19)));
    const close = v128.and(f64x2.lt(f64x2.abs(r), pair(SIN, 21)), f64x2.ne(k, f64x2.splat(0)));
    const far = v128.or(close, f64x2.gt(f64x2.abs(x), pair(SIN, 20)));
    if (v128.any_true(far)) return v128.bitselect(sinFar(x, phase), signed, far);
    return signed;
  }

  @inline
  lanes(x: v128): v128 {
    return Sin.withPhase(x, 0);
  }
}

/** Cos, for the loop over arrays. */
export class Cos {
  @inline
  lanes(x: v128): v128 {
    return Sin.withPhase(x, 1);
  }
}

/**
 * sin x on each lane.
 * Range: every finite number, reduced exactly however large; ±Infinity and NaN give NaN; ±0 stays ±0.
 * Error: at most 1.1 ulp.
 * Source: the kernels of FreeBSD's k_sin.c and k_cos.c (Sun Microsystems, 1993), coefficients computed anew.
 */
export function sinLanes(x: v128): v128 {
  return changetype<Sin>(0).lanes(x);
}

/** sin x, with the bits of `sinLanes`. */
export function sinScalar(x: f64): f64 {
  return f64x2.extract_lane(sinLanes(f64x2.splat(x)), 0);
}

/**
 * cos x on each lane.
 * Range: every finite number, reduced exactly however large; ±Infinity and NaN give NaN.
 * Error: at most 1.1 ulp.
 */
export function cosLanes(x: v128): v128 {
  return changetype<Cos>(0).lanes(x);
}

/** cos x, with the bits of `cosLanes`. */
export function cosScalar(x: f64): f64 {
  return f64x2.extract_lane(cosLanes(f64x2.splat(x)), 0);
}
