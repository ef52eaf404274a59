// The sign s(x) = −1, 0 or 1.

export class Sign {
  /** s' = s'' = 0, also at the jump. NaN gives NaN in the value. */
  @inline
  at(order: i32, x: v128, _p: v128, value: usize, first: usize, second: usize): void {
    const zero = f64x2.splat(0);
    const up = v128.and(f64x2.gt(x, zero), f64x2.splat(1));
    const down = v128.and(f64x2.lt(x, zero), f64x2.splat(-1));
    v128.store(value, v128.or(v128.or(up, down), f64x2.ne(x, x)));
    if (order >= 1) v128.store(first, zero);
    if (order >= 2) v128.store(second, zero);
  }
}
