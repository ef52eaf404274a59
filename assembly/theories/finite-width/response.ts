// The response recursion of state evolution: products with per-sample Jacobians over rows of samples.
import { madd } from '../../math/madd';

/**
 * out_{a,(b,k)} = sum_c J_{a,c,k} rows_{c,(b,k)} for samples k and right-hand sides b: each sample's Jacobian times its own
 * q x `columns` matrix.
 * Shapes: J q*q rows of `count` samples, `ldj` apart (entry (a, c) in row a*q + c); rows and out q rows of columns*count,
 * `ldr` and `ldo` apart. `out` may not overlap `rows`.
 * Cost: q^2 columns multiply-adds a sample. The order of summation is c = 0..q-1.
 * Source: D_{t,s} = J_t (...), response of gradient descent, Han & Imaizumi 2505.04898, section 2.
 */
export function jacobianProduct(
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
  const paired = count & ~1;
  const jBytes = (<usize>ldj) << 3;
  const rBytes = (<usize>ldr) << 3;
  for (let a = 0; a < q; a++) {
    const jacobian = J + <usize>(a * q) * jBytes;
    for (let b = 0; b < columns; b++) {
      const column = (<usize>b * <usize>count) << 3;
      const target = out + ((<usize>a * <usize>ldo) << 3) + column;
      const source = rows + column;
      let k = 0;
      for (; k < paired; k += 2) {
        const at = (<usize>k) << 3;
        let sum = f64x2.splat(0);
        let j = jacobian + at;
        let r = source + at;
        for (let c = 0; c < q; c++) {
          sum = madd(v128.load(j), v128.load(r), sum);
          j += jBytes;
          r += rBytes;
        }
        v128.store(target + at, sum);
      }
      if (k < count) {
        const at = (<usize>k) << 3;
        let sum = f64x2.splat(0);
        let j = jacobian + at;
        let r = source + at;
        for (let c = 0; c < q; c++) {
          sum = madd(v128.load64_splat(j), v128.load64_splat(r), sum);
          j += jBytes;
          r += rBytes;
        }
        store<f64>(target + at, f64x2.extract_lane(sum, 0));
      }
    }
  }
}
