// Sums whose error does not grow with their length: every rounding error is computed exactly and added back
// at the end. Plain additions and products only, in both builds: a fused step would break the error terms.
import { lanesSum } from './vector';

/** 2²⁷ + 1: splits a double into two halves whose products are exact. */
const SPLITTER: f64 = 134217729;

/** The rounding error of s = a + b, exactly (two-sum). */
function sumError(a: v128, b: v128, s: v128): v128 {
  const part = f64x2.sub(s, a);
  return f64x2.add(f64x2.sub(a, f64x2.sub(s, part)), f64x2.sub(b, part));
}

/** The rounding error of p = a b, exactly (two-product by splitting). */
function productError(a: v128, b: v128, p: v128): v128 {
  const splitter = f64x2.splat(SPLITTER);
  let t = f64x2.mul(splitter, a);
  const aHigh = f64x2.sub(t, f64x2.sub(t, a));
  const aLow = f64x2.sub(a, aHigh);
  t = f64x2.mul(splitter, b);
  const bHigh = f64x2.sub(t, f64x2.sub(t, b));
  const bLow = f64x2.sub(b, bHigh);
  let error = f64x2.sub(f64x2.mul(aHigh, bHigh), p);
  error = f64x2.add(error, f64x2.mul(aHigh, bLow));
  error = f64x2.add(error, f64x2.mul(aLow, bHigh));
  return f64x2.add(error, f64x2.mul(aLow, bLow));
}

/** The two lanes of a sum and of its errors, made into one number. */
function gather(lanes: v128, errors: v128): f64 {
  const a = f64x2.extract_lane(lanes, 0);
  const b = f64x2.extract_lane(lanes, 1);
  const s = a + b;
  const part = s - a;
  const error = a - (s - part) + (b - part) + lanesSum(errors);
  // An infinite or NaN total has no error terms: it is the answer itself.
  return error - error === 0 ? s + error : s;
}

/**
 * Σ_k x[k], compensated.
 * Shapes: x of n doubles.
 * Error: as if summed in twice the precision and rounded once: |error| ≤ ε|Σ x| + 2(nε)² Σ|x|.
 * Source: Ogita, Rump and Oishi, Accurate sum and dot product (2005), algorithm 4.4.
 */
export function sumCompensated(x: usize, n: i32): f64 {
  assert(n >= 0);
  let lanes = f64x2.splat(0);
  let errors = f64x2.splat(0);
  const end = x + ((<usize>n) << 3);
  while (x < end) {
    const term = x + 8 < end ? v128.load(x) : v128.load64_zero(x);
    const next = f64x2.add(lanes, term);
    errors = f64x2.add(errors, sumError(lanes, term, next));
    lanes = next;
    x += 16;
  }
  return gather(lanes, errors);
}

/**
 * Σ_k x[k] y[k], compensated.
 * Shapes: x and y of n doubles.
 * Range: |x[k]| and |y[k]| below 2⁹⁹⁶, products above 2⁻⁹⁶⁹; beyond, the plain sum comes back.
 * Error: |error| ≤ ε|Σ x y| + 2(nε)² Σ|x y|.
 * Source: Ogita, Rump and Oishi, Accurate sum and dot product (2005), algorithm 5.3; the split is Veltkamp's.
 */
export function dotCompensated(x: usize, y: usize, n: i32): f64 {
  assert(n >= 0);
  let lanes = f64x2.splat(0);
  let errors = f64x2.splat(0);
  const end = x + ((<usize>n) << 3);
  while (x < end) {
    const whole = x + 8 < end;
    const a = whole ? v128.load(x) : v128.load64_zero(x);
    const b = whole ? v128.load(y) : v128.load64_zero(y);
    const product = f64x2.mul(a, b);
    const next = f64x2.add(lanes, product);
    errors = f64x2.add(errors, f64x2.add(sumError(lanes, product, next), productError(a, b, product)));
    lanes = next;
    x += 16;
    y += 16;
  }
  return gather(lanes, errors);
}
