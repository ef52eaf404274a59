// Scalar references of the kernels that only this theory needs, for the tests and the benches.

/** Terms of a sum that are added from zero before they join it, as `gemm` does. */
const BLOCK: i32 = 256;

function at(M: usize, i: i32, j: i32, columns: i32): usize {
  return M + ((<usize>i * <usize>columns + <usize>j) << 3);
}

/** Entry (k, j) of what a row is multiplied by: of W, or with `whole` of the triangle T with x·(T x) = x·(W x). */
function factor(W: usize, k: i32, j: i32, m: i32, whole: i32): f64 {
  if (!whole) return load<f64>(at(W, k, j, m));
  return k < j ? 0 : k === j ? load<f64>(at(W, k, j, m)) : 2 * load<f64>(at(W, k, j, m));
}

/**
 * Both passes over rows, entry by entry: `rowGradient`, and with `whole` `rowField`. Sums over entries of a row and over rows in
 * blocks; sums over columns in four lanes, 0 + 2 and 1 + 3; those of residuals in two, even and odd rows.
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
  let squaresEven: f64 = 0;
  let squaresOdd: f64 = 0;
  let totalEven: f64 = 0;
  let totalOdd: f64 = 0;
  for (let i = 0; i < n; i++) {
    const p = at(scratch, i, 0, m);
    const q = whole ? at(X, i, 0, d) : p;
    for (let j = 0; j < m; j++) {
      let value: f64 = 0;
      for (let from = 0; from < d; from += BLOCK) {
        let part: f64 = 0;
        for (let k = from; k < min(d, from + BLOCK); k++)
          part += load<f64>(at(X, i, k, d)) * factor(W, k, j, m, whole);
        value = from > 0 ? value + part : part;
      }
      store<f64>(p + ((<usize>j) << 3), value);
    }
    let s0: f64 = 0;
    let s1: f64 = 0;
    let s2: f64 = 0;
    let s3: f64 = 0;
    for (let j = 0; j < m; j++) {
      const here = (<usize>j) << 3;
      const term = load<f64>(p + here) * load<f64>(q + here);
      if ((j & 3) === 0) s0 += term;
      else if ((j & 3) === 1) s1 += term;
      else if ((j & 3) === 2) s2 += term;
      else s3 += term;
    }
    const sum = s0 + s2 + (s1 + s3);
    const residual = (sum - trace) / scale - load<f64>(y + ((<usize>i) << 3));
    if (i & 1) {
      squaresOdd += residual * residual;
      totalOdd += residual;
    } else {
      squaresEven += residual * residual;
      totalEven += residual;
    }
    for (let j = 0; j < m; j++) {
      const here = (<usize>j) << 3;
      store<f64>(p + here, residual * load<f64>(q + here));
    }
  }
  store<f64>(sums, squaresEven + squaresOdd);
  store<f64>(sums, totalEven + totalOdd, 8);
  for (let k = 0; k < d; k++) {
    for (let j = 0; j < m; j++) {
      // The field is symmetric: its lower triangle stands for both.
      const row = whole ? max(k, j) : k;
      const column = whole ? min(k, j) : j;
      let value: f64 = 0;
      for (let from = 0; from < n; from += BLOCK) {
        let part: f64 = 0;
        for (let i = from; i < min(n, from + BLOCK); i++)
          part += load<f64>(at(X, i, row, d)) * load<f64>(at(scratch, i, column, m));
        value = from > 0 ? value + part : part;
      }
      store<f64>(at(out, k, j, m), value);
    }
  }
}
