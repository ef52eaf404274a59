// The hyperbolic tangent on two lanes.
// biome-ignore-all lint/style/useImportType: AssemblyScript has no imports of types
import { Expm1 } from './exp';

/** Tanh, for the loop over arrays. */
export class Tanh {
  /** exp(2|x|) − 1, held from 2|x| = 690 on. */
  @inline
  static grown(x: v128): v128 {
    return Expm1.near(f64x2.pmin(f64x2.mul(f64x2.abs(x), f64x2.splat(2)), f64x2.splat(690)));
  }

  /** tanh x from `grown`. */
  @inline
  static from(x: v128, grown: v128): v128 {
    const magnitude = f64x2.div(grown, f64x2.add(grown, f64x2.splat(2)));
    return v128.bitselect(x, magnitude, f64x2.splat(-0.0));
  }

  @inline
  lanes(x: v128): v128 {
    return Tanh.from(x, Tanh.grown(x));
  }
}

/**
 * tanh x = e/(e + 2) with e = exp(2|x|) − 1, and the sign of x, on each lane.
 * Range: everything; ±0 stays ±0, ±Infinity gives ±1, NaN gives NaN.
 * Error: at most 2.5 ulp.
 */
export function tanhLanes(x: v128): v128 {
  return changetype<Tanh>(0).lanes(x);
}

/** tanh x, with the bits of `tanhLanes`. */
export function tanhScalar(x: f64): f64 {
  return f64x2.extract_lane(tanhLanes(f64x2.splat(x)), 0);
}
