// The soft rectifier s(x) = log(1 + exp(βx))/β, with sharpness β.
import { expLanes } from '../math/exp';
import { log1pLanes } from '../math/log';
import { complement, logistic, logisticSlope } from './logistic';

export class Softplus {
  /** s = max(x, 0) + log(1 + exp(−β|x|))/β, s' = σ(βx), s'' = β σ'(βx). */
  @inline
  at(order: i32, x: v128, p: v128, value: usize, first: usize, second: usize): void {
    const u = f64x2.mul(p, x);
    const e = expLanes(f64x2.neg(f64x2.abs(u)));
    v128.store(value, f64x2.add(f64x2.pmax(x, f64x2.splat(0)), f64x2.div(log1pLanes(e), p)));
    if (order >= 1) {
      const d = complement(e);
      v128.store(first, logistic(u, e, d));
      if (order >= 2) v128.store(second, f64x2.mul(p, logisticSlope(e, d)));
    }
  }
}
