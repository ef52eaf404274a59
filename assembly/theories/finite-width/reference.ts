// Scalar references of the kernels that only this theory needs, for the tests and the benches.

/** out_k = sum_i X_{i,k} Y_{i,k}: columnDots, entry by entry, rows in order. */
export function columnDotsReference(
  X: usize,
  ldx: i32,
  Y: usize,
  ldy: i32,
  rows: i32,
  count: i32,
  out: usize,
): void {
  for (let k = 0; k < count; k++) {
    let sum: f64 = 0;
    for (let i = 0; i < rows; i++) {
      const x = load<f64>(X + ((<usize>i * <usize>ldx + <usize>k) << 3));
      sum = x * load<f64>(Y + ((<usize>i * <usize>ldy + <usize>k) << 3)) + sum;
    }
    store<f64>(out + ((<usize>k) << 3), sum);
  }
}
