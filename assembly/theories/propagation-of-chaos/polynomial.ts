// Polynomials in the entries of a block, by Horner's rule. A polynomial stands in memory as doubles: the number of its
// coefficients n, the step g (1, or 2 where only every second power occurs), the lowest power p, then n coefficients,
// the highest first: s^p Σ_r c_r s^{g (n-1-r)}. Knows nothing of what the polynomial is for.
import { madd } from '../../math/madd';

/** Doubles before the coefficients. */
const HEADER: usize = 24;

/** The polynomial at s on both lanes. */
function horner(P: usize, s: v128): v128 {
  const count = <i32>load<f64>(P);
  const square = load<f64>(P, 8) === 2 ? f64x2.mul(s, s) : s;
  let at = P + HEADER;
  const end = at + ((<usize>count) << 3);
  let value = v128.load64_splat(at);
  at += 8;
  while (at < end) {
    value = madd(value, square, v128.load64_splat(at));
    at += 8;
  }
  for (let p = <i32>load<f64>(P, 16); p > 0; p--) value = f64x2.mul(value, s);
  return value;
}

/** The polynomial at s. */
export function polynomialAt(P: usize, s: f64): f64 {
  return f64x2.extract_lane(horner(P, f64x2.splat(s)), 0);
}

/** Eight numbers at once, so that each coefficient is read once for them. */
function horner8(at: usize, end: usize, square: i32, power: i32, s: usize, to: usize): void {
  const s0 = v128.load(s);
  const s1 = v128.load(s, 16);
  const s2 = v128.load(s, 32);
  const s3 = v128.load(s, 48);
  let x0 = s0;
  let x1 = s1;
  let x2 = s2;
  let x3 = s3;
  if (square) {
    x0 = f64x2.mul(s0, s0);
    x1 = f64x2.mul(s1, s1);
    x2 = f64x2.mul(s2, s2);
    x3 = f64x2.mul(s3, s3);
  }
  let v0 = v128.load64_splat(at);
  let v1 = v0;
  let v2 = v0;
  let v3 = v0;
  at += 8;
  while (at < end) {
    const c = v128.load64_splat(at);
    v0 = madd(v0, x0, c);
    v1 = madd(v1, x1, c);
    v2 = madd(v2, x2, c);
    v3 = madd(v3, x3, c);
    at += 8;
  }
  for (; power > 0; power--) {
    v0 = f64x2.mul(v0, s0);
    v1 = f64x2.mul(v1, s1);
    v2 = f64x2.mul(v2, s2);
    v3 = f64x2.mul(v3, s3);
  }
  v128.store(to, v0);
  v128.store(to, v1, 16);
  v128.store(to, v2, 32);
  v128.store(to, v3, 48);
}

/**
 * to[k] = P(s[k]).
 * Shapes: s and to of n doubles, n a multiple of 4; they may be the same.
 * Cost: one multiply-add per coefficient and entry.
 */
export function polynomialOf(P: usize, s: usize, n: i32, to: usize): void {
  const count = <usize>load<f64>(P);
  const square = load<f64>(P, 8) === 2 ? 1 : 0;
  const power = <i32>load<f64>(P, 16);
  const at = P + HEADER;
  const end = at + (count << 3);
  const last = s + ((<usize>(n & ~7)) << 3);
  while (s < last) {
    horner8(at, end, square, power, s, to);
    s += 64;
    to += 64;
  }
  if (n & 4) {
    v128.store(to, horner(P, v128.load(s)));
    v128.store(to, horner(P, v128.load(s, 16)), 16);
  }
}
