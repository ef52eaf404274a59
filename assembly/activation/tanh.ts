// The hyperbolic tangent.
// biome-ignore-all lint/style/useImportType: AssemblyScript has no imports of types
import { Tanh } from '../math/tanh';

export class TanhActivation {
  /**
   * s' = 4 (r − r²) with r = 1/(1 + exp(2|x|)), which keeps its relative accuracy where 1 − s² has none, and
   * 0 from |x| = 345 on, where it is below 2e-299; s'' = −2 s s'.
   */
  @inline
  at(order: i32, x: v128, _p: v128, value: usize, first: usize, second: usize): void {
    const grown = Tanh.grown(x);
    const s = Tanh.from(x, grown);
    v128.store(value, s);
    if (order >= 1) {
      const r = f64x2.div(f64x2.splat(1), f64x2.add(grown, f64x2.splat(2)));
      const product = f64x2.mul(f64x2.mul(r, f64x2.splat(4)), f64x2.sub(f64x2.splat(1), r));
      const slope = v128.andnot(product, f64x2.ge(f64x2.abs(x), f64x2.splat(345)));
      v128.store(first, slope);
      if (order >= 2) v128.store(second, f64x2.mul(f64x2.mul(s, f64x2.splat(-2)), slope));
    }
  }
}
