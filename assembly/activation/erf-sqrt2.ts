// The error function at the normal scale, s(x) = erf(x/√2) = 2 Φ(x) − 1.
// biome-ignore-all lint/style/useImportType: AssemblyScript has no imports of types
import { Erf } from '../math/erf';
import { gaussianLanes } from '../math/normal';

export class ErfSqrt2 {
  /**
   * s' = √(2/π) exp(−x²/2), s'' = −x s'. Beyond ±40 s' is 0: x is held there, so that no Infinity meets a 0.
   */
  @inline
  at(order: i32, x: v128, _p: v128, value: usize, first: usize, second: usize): void {
    v128.store(value, changetype<Erf>(0).lanes(f64x2.mul(x, f64x2.splat(sqrt(0.5)))));
    if (order >= 1) {
      const slope = f64x2.mul(gaussianLanes(x, f64x2.splat(0.5)), f64x2.splat(0.7978845608028654));
      v128.store(first, slope);
      if (order >= 2) {
        const held = f64x2.pmin(f64x2.pmax(x, f64x2.splat(-40)), f64x2.splat(40));
        v128.store(second, f64x2.neg(f64x2.mul(held, slope)));
      }
    }
  }
}
