// Scalar references of the kernels that only this theory needs, for the tests and the benches.

/** legendreSeries, term by term from the highest. */
export function legendreSeriesReference(
  x: usize,
  n: i32,
  terms: i32,
  table: usize,
  coefficients: usize,
  out: usize,
): void {
  for (let i: i32 = 0; i < n; i++) {
    const point = load<f64>(x + ((<usize>i) << 3));
    let after: f64 = 0;
    let sum = load<f64>(coefficients + ((<usize>(terms - 1)) << 3));
    for (let l: i32 = terms - 2; l >= 0; l--) {
      const at = table + ((<usize>l) << 4);
      const back = load<f64>(at, 24) * after + load<f64>(coefficients + ((<usize>l) << 3));
      after = sum;
      sum = load<f64>(at) * point * sum + back;
    }
    store<f64>(out + ((<usize>i) << 3), sum);
  }
}

/** legendreMoments: even and odd neurons apart, then their sum, then the odd last one. */
export function legendreMomentsReference(
  x: usize,
  w: usize,
  n: i32,
  terms: i32,
  table: usize,
  moments: usize,
): void {
  for (let l: i32 = 0; l < terms; l++) {
    let even: f64 = 0;
    let odd: f64 = 0;
    let sum: f64 = 0;
    for (let i: i32 = 0; i < n; i++) {
      const at = (<usize>i) << 3;
      const term = load<f64>(w + at) * legendre(load<f64>(x + at), l, table);
      if (i === n - 1 && n & 1) sum = even + odd + term;
      else if (i & 1) odd += term;
      else even += term;
    }
    if ((n & 1) === 0) sum = even + odd;
    store<f64>(moments + ((<usize>l) << 3), sum);
  }
}

/** P_l(x) by the recurrence of the table. */
function legendre(x: f64, l: i32, table: usize): f64 {
  let before: f64 = 0;
  let P: f64 = 1;
  for (let k: i32 = 0; k < l; k++) {
    const at = table + ((<usize>k) << 4);
    const after = load<f64>(at) * x * P + load<f64>(at, 8) * before;
    before = P;
    P = after;
  }
  return P;
}

/** advanceResponse, entry by entry. */
export function advanceResponseReference(
  rows: i32,
  cols: i32,
  ld: i32,
  terms: i32,
  rate: usize,
  H: usize,
  ldh: i32,
  E: usize,
  lde: i32,
  Y: usize,
  base: usize,
  c: f64,
  next: usize,
  accIn: usize,
  a: f64,
  accOut: usize,
): void {
  for (let i: i32 = 0; i < rows; i++) {
    for (let q: i32 = 0; q < cols; q++) {
      const at = (<usize>i * <usize>ld + <usize>q) << 3;
      let k = load<f64>(rate + ((<usize>i) << 3)) * load<f64>(Y + at);
      for (let l: i32 = 0; l < terms; l++) {
        const h = load<f64>(H + ((<usize>l * <usize>ldh + <usize>i) << 3));
        k = -h * load<f64>(E + ((<usize>l * <usize>lde + <usize>q) << 3)) + k;
      }
      const sum = a * k + load<f64>(accIn + at);
      if (next !== 0) store<f64>(next + at, c * k + load<f64>(base + at));
      store<f64>(accOut + at, sum);
    }
  }
}

/** weightedSquares, entry by entry. */
export function weightedSquaresReference(rows: i32, cols: i32, ld: i32, X: usize, u: usize, w: usize): f64 {
  let sum: f64 = 0;
  for (let i: i32 = 0; i < rows; i++) {
    let even: f64 = 0;
    let odd: f64 = 0;
    let row: f64 = 0;
    for (let q: i32 = 0; q < cols; q++) {
      const x = load<f64>(X + ((<usize>i * <usize>ld + <usize>q) << 3));
      const term = load<f64>(w + ((<usize>q) << 3)) * x * x;
      if (q === cols - 1 && cols & 1) row = term;
      else if (q & 1) odd += term;
      else even += term;
    }
    sum += load<f64>(u + ((<usize>i) << 3)) * (even + odd + row);
  }
  return sum;
}
