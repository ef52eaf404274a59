// The error function on two lanes, by Taylor series around the nearest point of a grid of step 1/128.
import { pair } from './coefficients';
import { ERF_TABLE } from './erf-table';
import { madd } from './madd';

// biome-ignore format: pairs
const ERF: usize = memory.data<f64>([
  // 0: end of the grid, then 1.5·2^45, whose sum with x is x rounded to the grid, its low bits 128 r
  6.0, 6.0,
  52776558133248.0, 52776558133248.0,
  // 2: the Taylor coefficients in r: (2r² − 1)/3, (3r − 2r³)/6, (4r⁴ − 12r² + 3)/30, (20r³ − 4r⁵ − 15r)/90
  // with the first term left out, −d⁶/42, spread over the constants by its Chebyshev expansion on |d| ≤ 1/256
  0.6666666666666666, 0.6666666666666666,
  -0.3333333333302151, -0.3333333333302151,
  -0.3333333333333333, -0.3333333333333333,
  0.5, 0.5,
  0.13333333333333333, 0.13333333333333333,
  -0.4, -0.4,
  0.09999945504324777, 0.09999945504324777,
  -0.044444444444444446, -0.044444444444444446,
  0.2222222222222222, 0.2222222222222222,
  -0.16666666666666666, -0.16666666666666666,
  // 12: the sign
  -0.0, -0.0,
], 16);

/** Erf, for the loop over arrays. */
export class Erf {
  @inline
  lanes(x: v128): v128 {
    const size = f64x2.abs(x);
    const near = f64x2.pmin(size, pair(ERF, 0));
    // The same, but 6 in place of NaN, so that the index is always one of the table.
    const shifted = f64x2.add(f64x2.pmin(pair(ERF, 0), size), pair(ERF, 1));
    const row0 = v128.load(ERF_TABLE + ((<usize>(i32x4.extract_lane(shifted, 0) & 1023)) << 4));
    const row1 = v128.load(ERF_TABLE + ((<usize>(i32x4.extract_lane(shifted, 2) & 1023)) << 4));
    const value = v128.shuffle<u64>(row0, row1, 0, 2);
    const slope = v128.shuffle<u64>(row0, row1, 1, 3);
    const r = f64x2.sub(shifted, pair(ERF, 1));
    const d = f64x2.sub(near, r);
    const r2 = f64x2.mul(r, r);
    const c2 = madd(r2, pair(ERF, 2), pair(ERF, 3));
    const c3 = f64x2.mul(r, madd(r2, pair(ERF, 4), pair(ERF, 5)));
    const c4 = madd(r2, madd(r2, pair(ERF, 6), pair(ERF, 7)), pair(ERF, 8));
    const c5 = f64x2.mul(r, madd(r2, madd(r2, pair(ERF, 9), pair(ERF, 10)), pair(ERF, 11)));
    const d2 = f64x2.mul(d, d);
    const p = madd(d2, madd(d2, madd(d, c5, c4), madd(d, c3, c2)), f64x2.neg(f64x2.mul(r, d)));
    const t = f64x2.mul(slope, d);
    return v128.bitselect(x, f64x2.add(value, madd(t, p, t)), pair(ERF, 12));
  }
}

/**
 * erf x = 2/√π ∫₀ˣ exp(−t²) dt on each lane: erf r + slope(r) (d − r d² + …), d = |x| − r.
 * Range: everything; ±0 stays ±0, beyond ±6 it is ±1, NaN gives NaN.
 * Error: at most 1.9 ulp.
 */
export function erfLanes(x: v128): v128 {
  return changetype<Erf>(0).lanes(x);
}

/** erf x, with the bits of `erfLanes`. */
export function erfScalar(x: f64): f64 {
  return f64x2.extract_lane(erfLanes(f64x2.splat(x)), 0);
}
