// Scalar references of the kernels that only this theory needs, for the tests and the benches.

/** quadraticResiduals, entry by entry: two partial sums of even and odd columns, added, then the odd last one. */
export function quadraticResidualsReference(
  n: i32,
  m: i32,
  P: usize,
  ldp: i32,
  Q: usize,
  ldq: i32,
  y: usize,
  trace: f64,
  scale: f64,
  r: usize,
  out: usize,
): void {
  let squares: f64 = 0;
  let total: f64 = 0;
  for (let i = 0; i < n; i++) {
    const p = P + ((<usize>i * <usize>ldp) << 3);
    const q = Q + ((<usize>i * <usize>ldq) << 3);
    let even: f64 = 0;
    let odd: f64 = 0;
    const paired = m & ~1;
    for (let j = 0; j < paired; j += 2) {
      const at = (<usize>j) << 3;
      even = load<f64>(p + at) * load<f64>(q + at) + even;
      odd = load<f64>(p + at, 8) * load<f64>(q + at, 8) + odd;
    }
    let sum = even + odd;
    if (m & 1) sum += load<f64>(p + ((<usize>paired) << 3)) * load<f64>(q + ((<usize>paired) << 3));
    const offset = (<usize>i) << 3;
    const residual = (sum - trace) / scale - load<f64>(y + offset);
    store<f64>(r + offset, residual);
    squares += residual * residual;
    total += residual;
    for (let j = 0; j < m; j++) {
      const at = (<usize>j) << 3;
      store<f64>(p + at, residual * load<f64>(q + at));
    }
  }
  store<f64>(out, squares);
  store<f64>(out, total, 8);
}
