// Scalar references of the kernels that only this theory needs, for the tests and the benches.

/** Terms of a sum that are added from zero before they join it, as `gemm` does. */
const BLOCK: i32 = 256;

function at(M: usize, i: i32, j: i32, columns: i32): usize {
  return M + ((<usize>i * <usize>columns + <usize>j) << 3);
}

/**
 * Both passes over rows, entry by entry: `rowGradient`, and with `whole` `rowField`. Sums over entries of a row and over rows in
 * blocks; sums over columns in two lanes, even and odd, added, then the odd last one.
 * Shapes: X n×d, W and out d×m, y of n, sums of 2, scratch of n×m.
 */
export function rowPassReference(
  n: i32,
  d: i32,
  m: i32,
  X: usize,
  W: usize,
  whole: i32,
  y: usize,
  trace: f64,
  scale: f64,
  out: usize,
  sums: usize,
  scratch: usize,
): void {
  let squares: f64 = 0;
  let total: f64 = 0;
  for (let i = 0; i < n; i++) {
    const p = at(scratch, i, 0, m);
    const q = whole ? at(X, i, 0, d) : p;
    for (let j = 0; j < m; j++) {
      let value: f64 = 0;
      for (let from = 0; from < d; from += BLOCK) {
        let part: f64 = 0;
        for (let k = from; k < min(d, from + BLOCK); k++)
          part += load<f64>(at(X, i, k, d)) * load<f64>(at(W, k, j, m));
        value = from > 0 ? value + part : part;
      }
      store<f64>(p + ((<usize>j) << 3), value);
    }
    let even: f64 = 0;
    let odd: f64 = 0;
    for (let j = 0; j + 1 < m; j += 2) {
      const here = (<usize>j) << 3;
      even += load<f64>(p + here) * load<f64>(q + here);
      odd += load<f64>(p + here, 8) * load<f64>(q + here, 8);
    }
    let sum = even + odd;
    const last = (<usize>(m - 1)) << 3;
    if (m & 1) sum += load<f64>(p + last) * load<f64>(q + last);
    const residual = (sum - trace) / scale - load<f64>(y + ((<usize>i) << 3));
    squares += residual * residual;
    total += residual;
    for (let j = 0; j < m; j++) {
      const here = (<usize>j) << 3;
      store<f64>(p + here, residual * load<f64>(q + here));
    }
  }
  store<f64>(sums, squares);
  store<f64>(sums, total, 8);
  for (let k = 0; k < d; k++) {
    for (let j = 0; j < m; j++) {
      let value: f64 = 0;
      for (let from = 0; from < n; from += BLOCK) {
        let part: f64 = 0;
        for (let i = from; i < min(n, from + BLOCK); i++)
          part += load<f64>(at(X, i, k, d)) * load<f64>(at(scratch, i, j, m));
        value = from > 0 ? value + part : part;
      }
      store<f64>(at(out, k, j, m), value);
    }
  }
}
