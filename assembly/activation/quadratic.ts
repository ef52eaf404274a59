// The square s(x) = x².

export class Quadratic {
  /** s' = 2x, s'' = 2. */
  @inline
  at(order: i32, x: v128, _p: v128, value: usize, first: usize, second: usize): void {
    v128.store(value, f64x2.mul(x, x));
    if (order >= 1) v128.store(first, f64x2.add(x, x));
    if (order >= 2) v128.store(second, f64x2.splat(2));
  }
}
