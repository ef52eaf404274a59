// The sigmoid s(x) = 1/(1 + exp(−x)).
import { expLanes } from '../math/exp';
import { complement, logistic, logisticSlope, logisticTilt } from './logistic';

export class Sigmoid {
  /** s' = s (1 − s), s'' = s' (1 − 2s). */
  @inline
  at(order: i32, x: v128, _p: v128, value: usize, first: usize, second: usize): void {
    const e = expLanes(f64x2.neg(f64x2.abs(x)));
    const d = complement(e);
    v128.store(value, logistic(x, e, d));
    if (order >= 1) {
      const slope = logisticSlope(e, d);
      v128.store(first, slope);
      if (order >= 2) v128.store(second, f64x2.mul(slope, logisticTilt(x, e, d)));
    }
  }
}
