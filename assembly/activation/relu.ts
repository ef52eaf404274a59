// The rectifier s(x) = max(x, 0).

export class Relu {
  /** s' = 1 for x > 0, else 0, also at 0; s'' = 0. NaN gives NaN in the value and in s'. */
  @inline
  at(order: i32, x: v128, _p: v128, value: usize, first: usize, second: usize): void {
    const zero = f64x2.splat(0);
    v128.store(value, f64x2.add(f64x2.pmax(x, zero), zero));
    if (order >= 1) {
      const step = v128.and(f64x2.gt(x, zero), f64x2.splat(1));
      v128.store(first, v128.or(step, f64x2.ne(x, x)));
    }
    if (order >= 2) v128.store(second, zero);
  }
}
