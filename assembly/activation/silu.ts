// The sigmoid-weighted unit s(x) = x σ(x), σ(x) = 1/(1 + exp(−x)).
import { expLanes } from '../math/exp';
import { madd } from '../math/madd';
import { complement, logistic, logisticSlope, logisticTilt } from './logistic';

export class Silu {
  /**
   * s' = σ + x σ', s'' = 2 σ' + x σ''. Beyond ±800 σ is 0 or 1: x is held there, so that no Infinity meets a
   * 0.
   */
  @inline
  at(order: i32, x: v128, _p: v128, value: usize, first: usize, second: usize): void {
    const e = expLanes(f64x2.neg(f64x2.abs(x)));
    const d = complement(e);
    const s = logistic(x, e, d);
    const held = f64x2.pmax(x, f64x2.splat(-800));
    v128.store(value, f64x2.mul(held, s));
    if (order >= 1) {
      const slope = logisticSlope(e, d);
      const inner = f64x2.pmin(held, f64x2.splat(800));
      v128.store(first, madd(inner, slope, s));
      if (order >= 2) {
        const tilt = f64x2.mul(inner, logisticTilt(x, e, d));
        v128.store(second, f64x2.mul(slope, f64x2.add(tilt, f64x2.splat(2))));
      }
    }
  }
}
