// The error function s(x) = erf(x).
// biome-ignore-all lint/style/useImportType: AssemblyScript has no imports of types
import { Erf } from '../math/erf';
import { gaussianLanes } from '../math/normal';

export class ErfActivation {
  /** s' = 2/√π exp(−x²), s'' = −2x s'. Beyond ±40 s' is 0: x is held there, so that no Infinity meets a 0. */
  @inline
  at(order: i32, x: v128, _p: v128, value: usize, first: usize, second: usize): void {
    v128.store(value, changetype<Erf>(0).lanes(x));
    if (order >= 1) {
      const slope = f64x2.mul(gaussianLanes(x, f64x2.splat(1)), f64x2.splat(1.1283791670955126));
      v128.store(first, slope);
      if (order >= 2) {
        const held = f64x2.pmin(f64x2.pmax(x, f64x2.splat(-40)), f64x2.splat(40));
        v128.store(second, f64x2.mul(f64x2.mul(held, f64x2.splat(-2)), slope));
      }
    }
  }
}
