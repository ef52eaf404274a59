// Scalar references of the kernels that only this theory needs, for the tests and the benches: entry by entry, in the
// order of summation of the kernels.

/** f_a = sum_i w_i X_ia, rows in order: the sums of outputSums and windowMeans on activated entries. */
export function rowSumsReference(X: usize, w: usize, rows: i32, n: i32, f: usize): void {
  for (let a = 0; a < n; a++) {
    let sum: f64 = 0;
    for (let i = 0; i < rows; i++) {
      const x = load<f64>(X + ((<usize>i * <usize>n + <usize>a) << 3));
      sum = load<f64>(w + ((<usize>i) << 3)) * x + sum;
    }
    store<f64>(f + ((<usize>a) << 3), sum);
  }
}

/** D_ia = scales_i (slopes_ia zeta_a). */
export function flowDirectionReference(
  slopes: usize,
  scales: usize,
  zeta: usize,
  rows: i32,
  n: i32,
  D: usize,
): void {
  for (let i = 0; i < rows; i++) {
    for (let a = 0; a < n; a++) {
      const at = (<usize>i * <usize>n + <usize>a) << 3;
      const moved = load<f64>(slopes + at) * load<f64>(zeta + ((<usize>a) << 3));
      store<f64>(D + at, load<f64>(scales + ((<usize>i) << 3)) * moved);
    }
  }
}

/** counts_ab = number of rows with H_ia > 0 and H_ib > 0. */
export function activeCountsReference(H: usize, rows: i32, n: i32, counts: usize): void {
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < n; b++) {
      let count: f64 = 0;
      for (let i = 0; i < rows; i++) {
        const row = H + ((<usize>i * <usize>n) << 3);
        const both = load<f64>(row + ((<usize>a) << 3)) > 0 && load<f64>(row + ((<usize>b) << 3)) > 0;
        count += both ? 1 : 0;
      }
      store<f64>(counts + ((<usize>a * <usize>n + <usize>b) << 3), count);
    }
  }
}

/** D_ia = scales_i (slopes_ia zeta_a) in single precision, scales and zeta rounded first. */
export function flowDirectionSingleReference(
  slopes: usize,
  scales: usize,
  zeta: usize,
  rows: i32,
  n: i32,
  D: usize,
): void {
  for (let i = 0; i < rows; i++) {
    const scale = <f32>load<f64>(scales + ((<usize>i) << 3));
    for (let a = 0; a < n; a++) {
      const at = (<usize>i * <usize>n + <usize>a) << 2;
      const moved = load<f32>(slopes + at) * <f32>load<f64>(zeta + ((<usize>a) << 3));
      store<f32>(D + at, scale * moved);
    }
  }
}
