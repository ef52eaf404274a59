// The Gaussian exp(−c x²), the complementary error function and the normal distribution function on two lanes,
// with small relative error far into the tail.
// biome-ignore-all lint/suspicious/noApproximativeNumericConstant: AssemblyScript tables take literals
import { pair } from './coefficients';
import { expLanes } from './exp';
import { madd } from './madd';

// biome-ignore format: pairs
const TAIL: usize = memory.data<f64>([
  // ((1 + 2a) exp(a²) erfc(a) − 1)/(1 + q) in q = (a − 3.5)/(a + 3.5) for a < 28.5, to 2^−53.8 after times 1 + q
  0.2423492448711544, 0.2423492448711544,
  -0.3823584250087737, -0.3823584250087737,
  0.37180282867655506, 0.37180282867655506,
  -0.27428373352330965, -0.27428373352330965,
  0.15919413536311344, 0.15919413536311344,
  -0.07121098153767039, -0.07121098153767039,
  0.022387655710493864, 0.022387655710493864,
  -0.003288324778811119, -0.003288324778811119,
  -0.0009266951458355571, -0.0009266951458355571,
  0.0006244273729307685, 0.0006244273729307685,
  -6.004277462022851e-05, -6.004277462022851e-05,
  -6.147024163303557e-05, -6.147024163303557e-05,
  1.868692234604701e-05, 1.868692234604701e-05,
  5.576093433167723e-06, 5.576093433167723e-06,
  -3.2438169780423497e-06, -3.2438169780423497e-06,
  -5.75121500418038e-07, -5.75121500418038e-07,
  5.219434603291902e-07, 5.219434603291902e-07,
  8.426862245607711e-08, 8.426862245607711e-08,
  -8.001860914642081e-08, -8.001860914642081e-08,
  -1.7481165717438212e-08, -1.7481165717438212e-08,
  8.853478557377211e-09, 8.853478557377211e-09,
  2.959583943929398e-09, 2.959583943929398e-09,
  // 22: 3.5, 1, 2, 1/6, 1/2, 40 and 1/√2
  3.5, 3.5,
  1.0, 1.0,
  2.0, 2.0,
  0.16666666666666666, 0.16666666666666666,
  0.5, 0.5,
  40.0, 40.0,
  0.7071067811865476, 0.7071067811865476,
], 16);

/** The upper 26 bits of a significand, whose square is exact. */
const UPPER: i64 = (<i64>-1) << 27;

/**
 * exp(−c x²) on each lane, for c a power of two of size at most 1. The square is split so that its rounding
 * does not show: c x² up to 745 would turn 1/2 ulp of it into 370 ulp of the answer.
 * Error: at most 2 ulp.
 */
export function gaussianLanes(x: v128, c: v128): v128 {
  const a = f64x2.pmin(f64x2.abs(x), pair(TAIL, 27));
  const upper = v128.and(a, i64x2.splat(UPPER));
  const main = expLanes(f64x2.neg(f64x2.mul(c, f64x2.mul(upper, upper))));
  const d = f64x2.neg(f64x2.mul(c, f64x2.mul(f64x2.sub(a, upper), f64x2.add(a, upper))));
  const step = madd(f64x2.mul(d, d), madd(d, pair(TAIL, 25), pair(TAIL, 26)), d);
  return madd(main, step, main);
}

/**
 * exp(a²) erfc(a) on each lane, for 0 ≤ a ≤ 28.5.
 * Error: at most 2.5 ulp.
 * Source: M. M. Shepherd and J. G. Laframboise, Math. Comp. 36 (1981) 249, coefficients computed anew.
 */
export function scaledErfcLanes(a: v128): v128 {
  const t = f64x2.div(f64x2.mul(a, pair(TAIL, 24)), f64x2.add(a, pair(TAIL, 22)));
  const q = f64x2.sub(t, pair(TAIL, 23));
  const z = f64x2.mul(q, q);
  let even = madd(z, pair(TAIL, 20), pair(TAIL, 18));
  let odd = madd(z, pair(TAIL, 21), pair(TAIL, 19));
  even = madd(z, even, pair(TAIL, 16));
  odd = madd(z, odd, pair(TAIL, 17));
  even = madd(z, even, pair(TAIL, 14));
  odd = madd(z, odd, pair(TAIL, 15));
  even = madd(z, even, pair(TAIL, 12));
  odd = madd(z, odd, pair(TAIL, 13));
  even = madd(z, even, pair(TAIL, 10));
  odd = madd(z, odd, pair(TAIL, 11));
  even = madd(z, even, pair(TAIL, 8));
  odd = madd(z, odd, pair(TAIL, 9));
  even = madd(z, even, pair(TAIL, 6));
  odd = madd(z, odd, pair(TAIL, 7));
  even = madd(z, even, pair(TAIL, 4));
  odd = madd(z, odd, pair(TAIL, 5));
  even = madd(z, even, pair(TAIL, 2));
  odd = madd(z, odd, pair(TAIL, 3));
  even = madd(z, even, pair(TAIL, 0));
  odd = madd(z, odd, pair(TAIL, 1));
  const numerator = madd(t, madd(q, odd, even), pair(TAIL, 23));
  return f64x2.div(numerator, madd(a, pair(TAIL, 24), pair(TAIL, 23)));
}

/** Φ(x) on each lane, where `gaussian` is exp(−x²/2) that the caller has computed. */
export function normalCdfFrom(x: v128, gaussian: v128): v128 {
  const a = f64x2.mul(f64x2.pmin(f64x2.abs(x), pair(TAIL, 27)), pair(TAIL, 28));
  const tail = f64x2.mul(f64x2.mul(scaledErfcLanes(a), pair(TAIL, 26)), gaussian);
  return v128.bitselect(f64x2.sub(pair(TAIL, 23), tail), tail, f64x2.gt(x, f64x2.splat(0)));
}

/** NormalCdf, for the loop over arrays. */
export class NormalCdf {
  @inline
  lanes(x: v128): v128 {
    return normalCdfFrom(x, gaussianLanes(x, pair(TAIL, 26)));
  }
}

/**
 * The normal distribution function Φ(x) = erfc(−x/√2)/2 on each lane.
 * Range: everything; −Infinity gives 0, Infinity gives 1, below −38.5 it is 0, NaN gives NaN.
 * Error: relative, at most 7e-16 down to the smallest normal double (x = −37.5).
 */
export function normalCdfLanes(x: v128): v128 {
  return changetype<NormalCdf>(0).lanes(x);
}

/** Φ(x), with the bits of `normalCdfLanes`. */
export function normalCdfScalar(x: f64): f64 {
  return f64x2.extract_lane(normalCdfLanes(f64x2.splat(x)), 0);
}
