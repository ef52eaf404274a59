// Scalar references of the linalg kernels, for the tests and the benches. Where a kernel promises its bits
// (vectors, skinny and packed products within one block of k) the order of summation here is the promised one:
// even terms, odd terms, both added, then the odd last term. Elsewhere this is the textbook.

export { symmetricEigenReference } from './jacobi';

function at(x: usize, k: i32): f64 {
  return load<f64>(x + ((<usize>k) << 3));
}

function put(x: usize, k: i32, value: f64): void {
  store<f64>(x + ((<usize>k) << 3), value);
}

/** Σ_k x[k·stepX] y[k·stepY], even and odd k apart. */
function stridedDot(x: usize, stepX: i32, y: usize, stepY: i32, n: i32): f64 {
  let even: f64 = 0;
  let odd: f64 = 0;
  for (let k: i32 = 0; k + 1 < n; k += 2) {
    even += at(x, k * stepX) * at(y, k * stepY);
    odd += at(x, (k + 1) * stepX) * at(y, (k + 1) * stepY);
  }
  let total = even + odd;
  if (n & 1) total += at(x, (n - 1) * stepX) * at(y, (n - 1) * stepY);
  return total;
}

export function dotReference(x: usize, y: usize, n: i32): f64 {
  return stridedDot(x, 1, y, 1, n);
}

export function weightedDotReference(w: usize, x: usize, y: usize, n: i32): f64 {
  let even: f64 = 0;
  let odd: f64 = 0;
  for (let k: i32 = 0; k + 1 < n; k += 2) {
    even += at(w, k) * at(x, k) * at(y, k);
    odd += at(w, k + 1) * at(x, k + 1) * at(y, k + 1);
  }
  let total = even + odd;
  if (n & 1) total += at(w, n - 1) * at(x, n - 1) * at(y, n - 1);
  return total;
}

export function sumReference(x: usize, n: i32): f64 {
  let even: f64 = 0;
  let odd: f64 = 0;
  for (let k: i32 = 0; k + 1 < n; k += 2) {
    even += at(x, k);
    odd += at(x, k + 1);
  }
  let total = even + odd;
  if (n & 1) total += at(x, n - 1);
  return total;
}

export function sumSquaresReference(x: usize, n: i32): f64 {
  return stridedDot(x, 1, x, 1, n);
}

/** Neumaier's sum, term after term. */
export function sumCompensatedReference(x: usize, n: i32): f64 {
  let total: f64 = 0;
  let lost: f64 = 0;
  for (let k: i32 = 0; k < n; k++) {
    const term = at(x, k);
    const next = total + term;
    lost += abs(total) >= abs(term) ? total - next + term : term - next + total;
    total = next;
  }
  return total + lost;
}

/** Products split by clearing the low 27 bits of each factor, summed by Neumaier's method. */
export function dotCompensatedReference(x: usize, y: usize, n: i32): f64 {
  let total: f64 = 0;
  let lost: f64 = 0;
  for (let k: i32 = 0; k < n; k++) {
    const a = at(x, k);
    const b = at(y, k);
    const aHigh = reinterpret<f64>(reinterpret<i64>(a) & ~0x7ffffff);
    const bHigh = reinterpret<f64>(reinterpret<i64>(b) & ~0x7ffffff);
    const aLow = a - aHigh;
    const bLow = b - bHigh;
    const term = a * b;
    lost += aHigh * bHigh - term + aHigh * bLow + aLow * bHigh + aLow * bLow;
    const next = total + term;
    lost += abs(total) >= abs(term) ? total - next + term : term - next + total;
    total = next;
  }
  return total + lost;
}

export function axpyReference(a: f64, x: usize, y: usize, n: i32): void {
  for (let k: i32 = 0; k < n; k++) put(y, k, at(y, k) + a * at(x, k));
}

export function scaleReference(a: f64, x: usize, n: i32): void {
  for (let k: i32 = 0; k < n; k++) put(x, k, a * at(x, k));
}

export function hadamardReference(x: usize, y: usize, z: usize, n: i32): void {
  for (let k: i32 = 0; k < n; k++) put(z, k, at(x, k) * at(y, k));
}

export function addScaledReference(a: f64, x: usize, b: f64, y: usize, z: usize, n: i32): void {
  for (let k: i32 = 0; k < n; k++) put(z, k, a * at(x, k) + b * at(y, k));
}

export function gemvReference(A: usize, rows: i32, cols: i32, ld: i32, x: usize, y: usize): void {
  for (let i: i32 = 0; i < rows; i++) put(y, i, stridedDot(A + ((<usize>(i * ld)) << 3), 1, x, 1, cols));
}

/** In row order; from 2¹⁹ numbers on a row of every quarter in turn, and the last rows at the end. */
export function gemvTransposedReference(A: usize, rows: i32, cols: i32, ld: i32, x: usize, y: usize): void {
  const quarter: i32 = rows * cols < 524288 ? 0 : rows >> 2;
  for (let k: i32 = 0; k < cols; k++) {
    let total: f64 = 0;
    for (let j: i32 = 0; j < 4 * quarter; j++) {
      const i = (j & 3) * quarter + (j >> 2);
      total += at(x, i) * at(A, i * ld + k);
    }
    for (let i: i32 = 4 * quarter; i < rows; i++) total += at(x, i) * at(A, i * ld + k);
    put(y, k, total);
  }
}

export function skinnyReference(
  X: usize,
  m: i32,
  n: i32,
  ldx: i32,
  W: usize,
  ldw: i32,
  q: i32,
  H: usize,
  ldh: i32,
): void {
  for (let j: i32 = 0; j < q; j++) {
    for (let i: i32 = 0; i < m; i++) {
      const x = X + ((<usize>(i * ldx)) << 3);
      const w = W + ((<usize>(j * ldw)) << 3);
      put(H, j * ldh + i, stridedDot(x, 1, w, 1, n));
    }
  }
}

export function skinnyTransposedReference(
  X: usize,
  m: i32,
  n: i32,
  ldx: i32,
  G: usize,
  ldg: i32,
  q: i32,
  out: usize,
  ldo: i32,
): void {
  for (let j: i32 = 0; j < q; j++) {
    for (let k: i32 = 0; k < n; k++) {
      let total = at(out, j * ldo + k);
      for (let i: i32 = 0; i < m; i++) total += at(G, j * ldg + i) * at(X, i * ldx + k);
      put(out, j * ldo + k, total);
    }
  }
}

/** k in order, then C added: the bits of `gemm` for k ≤ 256. */
export function gemmReference(
  transA: i32,
  transB: i32,
  m: i32,
  n: i32,
  k: i32,
  A: usize,
  lda: i32,
  B: usize,
  ldb: i32,
  C: usize,
  ldc: i32,
  accumulate: i32,
): void {
  for (let i: i32 = 0; i < m; i++) {
    for (let j: i32 = 0; j < n; j++) {
      let total: f64 = 0;
      for (let p: i32 = 0; p < k; p++) {
        const a = at(A, transA ? p * lda + i : i * lda + p);
        const b = at(B, transB ? j * ldb + p : p * ldb + j);
        total += a * b;
      }
      if (accumulate) total = at(C, i * ldc + j) + total;
      put(C, i * ldc + j, total);
    }
  }
}

export function syrkReference(m: i32, k: i32, A: usize, lda: i32, C: usize, ldc: i32): void {
  gemmReference(0, 1, m, m, k, A, lda, A, lda, C, ldc, 0);
}

export function syrkTransposedReference(m: i32, k: i32, A: usize, lda: i32, C: usize, ldc: i32): void {
  gemmReference(1, 0, k, k, m, A, lda, A, lda, C, ldc, 0);
}

/** Right-looking: each pivot's column is finished and subtracted from what remains of the matrix. */
export function choleskyReference(A: usize, n: i32, ld: i32, tolerance: f64): i32 {
  let rank: i32 = 0;
  for (let j: i32 = 0; j < n; j++) {
    // The strict upper triangle is free: row j there holds nothing, so the original diagonal waits in the factor
    // as Σ_k L[j,k]² + what is left.
    let original = at(A, j * ld + j);
    for (let k: i32 = 0; k < j; k++) original += at(A, j * ld + k) * at(A, j * ld + k);
    const left = at(A, j * ld + j);
    const stands = left > tolerance * original && left > 0;
    const pivot = stands ? sqrt<f64>(left) : 0;
    put(A, j * ld + j, pivot);
    for (let i: i32 = j + 1; i < n; i++) {
      put(A, j * ld + i, 0);
      put(A, i * ld + j, stands ? at(A, i * ld + j) / pivot : 0);
    }
    for (let i: i32 = j + 1; i < n; i++) {
      for (let k: i32 = j + 1; k <= i; k++) {
        put(A, i * ld + k, at(A, i * ld + k) - at(A, i * ld + j) * at(A, k * ld + j));
      }
    }
    rank += stands ? 1 : 0;
  }
  return rank;
}

/** Forms the new row by forward substitution and its pivot from what is left. */
export function choleskyAppendRowReference(L: usize, ld: i32, n: i32, row: usize, tolerance: f64): i32 {
  let left = at(row, n);
  for (let j: i32 = 0; j < n; j++) {
    let entry = at(row, j);
    for (let k: i32 = 0; k < j; k++) entry -= at(L, n * ld + k) * at(L, j * ld + k);
    const pivot = at(L, j * ld + j);
    entry = pivot === 0 ? 0 : entry / pivot;
    put(L, n * ld + j, entry);
    put(L, j * ld + n, 0);
    left -= entry * entry;
  }
  const stands = left > tolerance * at(row, n) && left > 0;
  put(L, n * ld + n, stands ? sqrt<f64>(left) : 0);
  return stands ? 1 : 0;
}

export function solveLowerReference(L: usize, n: i32, ld: i32, b: usize): void {
  for (let i: i32 = 0; i < n; i++) {
    let left = at(b, i);
    for (let k: i32 = 0; k < i; k++) left -= at(L, i * ld + k) * at(b, k);
    const pivot = at(L, i * ld + i);
    put(b, i, pivot === 0 ? 0 : left / pivot);
  }
}

export function solveLowerTransposedReference(L: usize, n: i32, ld: i32, b: usize): void {
  for (let i: i32 = n - 1; i >= 0; i--) {
    let left = at(b, i);
    for (let k: i32 = i + 1; k < n; k++) left -= at(L, k * ld + i) * at(b, k);
    const pivot = at(L, i * ld + i);
    put(b, i, pivot === 0 ? 0 : left / pivot);
  }
}

/** C += A B in single precision with B given in doubles: k in order within blocks of 256, block by block. */
export function addProductSingleReference(
  m: i32,
  n: i32,
  k: i32,
  A: usize,
  lda: i32,
  B: usize,
  ldb: i32,
  C: usize,
  ldc: i32,
): void {
  for (let i: i32 = 0; i < m; i++) {
    for (let j: i32 = 0; j < n; j++) {
      const c = C + ((<usize>(i * ldc + j)) << 2);
      for (let from: i32 = 0; from < k; from += 256) {
        let sum: f32 = 0;
        for (let p: i32 = from; p < min(from + 256, k); p++) {
          sum += load<f32>(A + ((<usize>(i * lda + p)) << 2)) * <f32>at(B, p * ldb + j);
        }
        store<f32>(c, load<f32>(c) + sum);
      }
    }
  }
}

/** y[k] ← y[k] + a x[k] in single precision. */
export function axpySingleReference(a: f64, x: usize, y: usize, n: i32): void {
  for (let k: i32 = 0; k < n; k++) {
    const y0 = y + ((<usize>k) << 2);
    store<f32>(y0, load<f32>(y0) + <f32>a * load<f32>(x + ((<usize>k) << 2)));
  }
}
