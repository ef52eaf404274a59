// Applies the reflections of a tridiagonal reduction to rows, many at a time: a product of reflections is
// I − Vᵀ T V with a small triangular T, so that the work is done by matrix products. Knows nothing of eigenvalues.
import { gemm } from './gemm';
import { skinny } from './skinny';

/** Reflections that are applied together. */
const BLOCK: i32 = 48;

/** Doubles of scratch beside what `gemm` needs. */
export function reflectorScratch(n: i32): i32 {
  return 3 * BLOCK * n + BLOCK * BLOCK + BLOCK;
}

/**
 * −T of count reflections, T upper triangular: column i of T is −τ[i] T (V v_i) above the diagonal and τ[i] on it.
 * Shapes: V count×length with row stride length; tau of count doubles; T count×count; products of count doubles.
 */
function negatedTriangle(V: usize, count: i32, length: i32, tau: usize, T: usize, products: usize): void {
  const width = (<usize>count) << 3;
  memory.fill(T, 0, <usize>count * width);
  for (let i: i32 = 0; i < count; i++) {
    const t = load<f64>(tau + ((<usize>i) << 3));
    const v = V + ((<usize>(i * length)) << 3);
    skinny(V, i, length, length, v, length, 1, products, count);
    let row = T;
    for (let r: i32 = 0; r < i; r++) {
      let total: f64 = 0;
      for (let c = r; c < i; c++) {
        total += load<f64>(row + ((<usize>c) << 3)) * load<f64>(products + ((<usize>c) << 3));
      }
      store<f64>(row + ((<usize>i) << 3), -t * total);
      row += width;
    }
    store<f64>(row + ((<usize>i) << 3), -t);
  }
}

/**
 * Z ← Z H_1 H_2 … H_{n−1}, with the reflections H_i = I − τ[i] v_i v_iᵀ that `tridiagonalise` left in rows i of A:
 * rows that are eigenvectors of the tridiagonal matrix become eigenvectors of the matrix.
 * Shapes: A n×n with row stride ld in bytes, entries 0 … i − 1 of row i being v_i; Z n×n with row stride n; tau of n
 * doubles; scratch of `reflectorScratch(n)` doubles and gemmWork of `gemmScratchFor(n, n, n)`.
 * Cost: 2 n³ flops in `gemm`.
 * Source: R. Schreiber and C. Van Loan, A storage-efficient WY representation for products of Householder
 * transformations, SIAM J. Sci. Stat. Comput. 10 (1989) 53.
 */
export function applyReflections(
  A: usize,
  n: i32,
  ld: usize,
  tau: usize,
  Z: usize,
  scratch: usize,
  gemmWork: usize,
): void {
  const V = scratch;
  const TV = V + ((<usize>(BLOCK * n)) << 3);
  const Y = TV + ((<usize>(BLOCK * n)) << 3);
  const T = Y + ((<usize>(BLOCK * n)) << 3);
  const products = T + ((<usize>(BLOCK * BLOCK)) << 3);
  for (let first: i32 = 1; first < n; first += BLOCK) {
    const count = min(BLOCK, n - first);
    // The longest of these reflections.
    const length = first + count - 1;
    const width = (<usize>length) << 3;
    for (let r: i32 = 0; r < count; r++) {
      const own = (<usize>(first + r)) << 3;
      const to = V + <usize>r * width;
      memory.copy(to, A + <usize>(first + r) * ld, own);
      memory.fill(to + own, 0, width - own);
    }
    negatedTriangle(V, count, length, tau + ((<usize>first) << 3), T, products);
    gemm(0, 0, count, length, count, T, count, V, length, TV, length, 0, gemmWork);
    gemm(0, 1, n, count, length, Z, n, V, length, Y, count, 0, gemmWork);
    gemm(0, 0, n, length, count, Y, count, TV, length, Z, n, 1, gemmWork);
  }
}
