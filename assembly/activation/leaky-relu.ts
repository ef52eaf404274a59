// The leaky rectifier: s(x) = x for x > 0, else a x, with slope a.

export class LeakyRelu {
  /** s' = 1 for x > 0, else the slope, also at 0; s'' = 0. NaN gives NaN in the value and in s'. */
  @inline
  at(order: i32, x: v128, p: v128, value: usize, first: usize, second: usize): void {
    const positive = f64x2.gt(x, f64x2.splat(0));
    v128.store(value, v128.bitselect(x, f64x2.mul(p, x), positive));
    if (order >= 1) {
      const slope = v128.bitselect(f64x2.splat(1), p, positive);
      v128.store(first, v128.or(slope, f64x2.ne(x, x)));
    }
    if (order >= 2) v128.store(second, f64x2.splat(0));
  }
}
