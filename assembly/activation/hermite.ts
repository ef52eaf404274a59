// The normalised Hermite polynomial h_k = He_k/√k!, of mean square 1 under N(0, 1); the parameter is the
// degree k.

export class Hermite {
  /**
   * h_{j+1} = (x h_j − √j h_{j−1})/√(j + 1) from h_0 = 1; h_k' = √k h_{k−1}, h_k'' = √(k (k − 1)) h_{k−2}.
   * Where h_j has overflown, its predecessor no longer counts, so that it stays infinite.
   */
  @inline
  at(order: i32, x: v128, p: v128, value: usize, first: usize, second: usize): void {
    const degree = <i32>f64x2.extract_lane(p, 0);
    let current = f64x2.splat(1);
    let previous = f64x2.splat(0);
    let older = f64x2.splat(0);
    for (let j = 0; j < degree; j++) {
      const back = f64x2.mul(f64x2.splat(sqrt(<f64>j)), previous);
      const overflown = f64x2.eq(f64x2.abs(current), f64x2.splat(Infinity));
      const sum = f64x2.sub(f64x2.mul(x, current), v128.andnot(back, overflown));
      older = previous;
      previous = current;
      current = f64x2.div(sum, f64x2.splat(sqrt(<f64>(j + 1))));
    }
    v128.store(value, current);
    if (order >= 1) v128.store(first, f64x2.mul(f64x2.splat(sqrt(<f64>degree)), previous));
    if (order >= 2) {
      const factor = sqrt(<f64>degree * (<f64>degree - 1));
      v128.store(second, f64x2.mul(f64x2.splat(factor), older));
    }
  }
}
