// The hyperbolic tangent on two lanes.
// biome-ignore-all lint/style/useImportType: AssemblyScript has no imports of types
import { pair } from './coefficients';
import { Expm1 } from './exp';

// biome-ignore format: pairs
const TANH: usize = memory.data<f64>([
  // where exp(2|x|) is held, 2 and the sign
  690.0, 690.0,
  2.0, 2.0,
  -0.0, -0.0,
], 16);

/** Tanh, for the loop over arrays. */
export class Tanh {
  /** exp(2|x|) − 1, held from 2|x| = 690 on. */
  @inline
  static grown(x: v128): v128 {
    const size = v128.andnot(x, pair(TANH, 2));
    return Expm1.near(f64x2.pmin(f64x2.add(size, size), pair(TANH, 0)));
  }

  @inline
  lanes(x: v128): v128 {
    const grown = Tanh.grown(x);
    const magnitude = f64x2.div(grown, f64x2.add(grown, pair(TANH, 1)));
    return v128.bitselect(x, magnitude, pair(TANH, 2));
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
