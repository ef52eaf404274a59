// Scalar references of the kernels that only this theory needs, for the tests and the benches.

/** out_{a,(b,k)} = sum_c J_{a,c,k} rows_{c,(b,k)}, entry by entry, in the order of summation of jacobianProduct. */
export function jacobianProductReference(
  q: i32,
  count: i32,
  columns: i32,
  J: usize,
  ldj: i32,
  rows: usize,
  ldr: i32,
  out: usize,
  ldo: i32,
): void {
  for (let a = 0; a < q; a++) {
    for (let b = 0; b < columns; b++) {
      for (let k = 0; k < count; k++) {
        const at = <usize>b * <usize>count + <usize>k;
        let sum: f64 = 0;
        for (let c = 0; c < q; c++) {
          const j = load<f64>(J + ((<usize>(a * q + c) * <usize>ldj + <usize>k) << 3));
          sum = j * load<f64>(rows + ((<usize>c * <usize>ldr + at) << 3)) + sum;
        }
        store<f64>(out + ((<usize>a * <usize>ldo + at) << 3), sum);
      }
    }
  }
}

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
