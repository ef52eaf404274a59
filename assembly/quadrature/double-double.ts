// Arithmetic on unevaluated sums of two doubles (about 32 digits), from plain IEEE operations. A function returns the
// leading part and leaves the trailing part in `trailing`, since a WebAssembly function of AssemblyScript returns one
// number. For set-up code: each operation costs some 20 flops.
// Source: T. J. Dekker, Numer. Math. 18, 224 (1971); Y. Hida, X. S. Li and D. H. Bailey, ARITH-15 (2001).

/** The trailing part of the last result. */
export let trailing: f64 = 0;

/** a·b - product, exactly, where product is a·b rounded. Range: |a|, |b| < 2^996. */
export function productError(a: f64, b: f64, product: f64): f64 {
  const ta = 134217729.0 * a;
  const tb = 134217729.0 * b;
  const ah = ta - (ta - a);
  const bh = tb - (tb - b);
  const al = a - ah;
  const bl = b - bh;
  return ah * bh - product + ah * bl + al * bh + al * bl;
}

/** a + b - sum, exactly, where sum is a + b rounded. */
export function sumError(a: f64, b: f64, sum: f64): f64 {
  const v = sum - a;
  return a - (sum - v) + (b - v);
}

/** (a + a′) + (b + b′). */
export function add(a: f64, a1: f64, b: f64, b1: f64): f64 {
  const s = a + b;
  const e = sumError(a, b, s) + (a1 + b1);
  const high = s + e;
  trailing = e - (high - s);
  return high;
}

/** (a + a′)(b + b′). */
export function multiply(a: f64, a1: f64, b: f64, b1: f64): f64 {
  const p = a * b;
  const e = productError(a, b, p) + (a * b1 + a1 * b);
  const high = p + e;
  trailing = e - (high - p);
  return high;
}

/** (a + a′)/(b + b′), by long division. */
export function divide(a: f64, a1: f64, b: f64, b1: f64): f64 {
  const q = a / b;
  const p = q * b;
  const rest = a - p - productError(q, b, p) + (a1 - q * b1);
  const q1 = rest / b;
  const high = q + q1;
  trailing = q1 - (high - q);
  return high;
}
