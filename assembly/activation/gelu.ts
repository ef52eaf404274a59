// The Gaussian error unit s(x) = x Φ(x), exactly, not by a tanh.
import { madd } from '../math/madd';
import { gaussianLanes, normalCdfFrom } from '../math/normal';

export class Gelu {
  /**
   * s' = Φ + x φ, s'' = (2 − x²) φ. Beyond ±40 Φ is 0 or 1: x is held there, so that no Infinity meets a 0.
   */
  @inline
  at(order: i32, x: v128, _p: v128, value: usize, first: usize, second: usize): void {
    const gaussian = gaussianLanes(x, f64x2.splat(0.5));
    const cdf = normalCdfFrom(x, gaussian);
    const held = f64x2.pmax(x, f64x2.splat(-40));
    v128.store(value, f64x2.mul(held, cdf));
    if (order >= 1) {
      const density = f64x2.mul(gaussian, f64x2.splat(0.3989422804014327));
      const inner = f64x2.pmin(held, f64x2.splat(40));
      v128.store(first, madd(inner, density, cdf));
      if (order >= 2) {
        const factor = f64x2.sub(f64x2.splat(2), f64x2.mul(inner, inner));
        v128.store(second, f64x2.mul(factor, density));
      }
    }
  }
}
