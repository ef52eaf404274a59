// Vectors: sums, products and updates in place. Every sum has two lanes, even and odd k, added at the end,
// and then the odd last term: one order, so the same bits whoever computes it. Knows nothing of matrices.
import { madd } from '../math/madd';

/** The two lanes of an accumulator, added. */
export function lanesSum(lanes: v128): f64 {
  return f64x2.extract_lane(lanes, 0) + f64x2.extract_lane(lanes, 1);
}

/**
 * Σ_k x[k] y[k].
 * Shapes: x and y of n doubles, n ≥ 0.
 * Cost: n multiply-adds; one chain of additions, so latency bound in cache. `skinny` has many chains.
 */
export function dot(x: usize, y: usize, n: i32): f64 {
  assert(n >= 0);
  let lanes = f64x2.splat(0);
  const end = x + ((<usize>(n >> 1)) << 4);
  while (x < end) {
    lanes = madd(v128.load(x), v128.load(y), lanes);
    x += 16;
    y += 16;
  }
  let total = lanesSum(lanes);
  if (n & 1) total += load<f64>(x) * load<f64>(y);
  return total;
}

/**
 * Σ_k w[k] x[k] y[k], each term as (w x) y.
 * Shapes: w, x and y of n doubles.
 */
export function weightedDot(w: usize, x: usize, y: usize, n: i32): f64 {
  assert(n >= 0);
  let lanes = f64x2.splat(0);
  const end = x + ((<usize>(n >> 1)) << 4);
  while (x < end) {
    lanes = madd(f64x2.mul(v128.load(w), v128.load(x)), v128.load(y), lanes);
    w += 16;
    x += 16;
    y += 16;
  }
  let total = lanesSum(lanes);
  if (n & 1) total += load<f64>(w) * load<f64>(x) * load<f64>(y);
  return total;
}

/**
 * Σ_k x[k].
 * Shapes: x of n doubles.
 */
export function sum(x: usize, n: i32): f64 {
  assert(n >= 0);
  let lanes = f64x2.splat(0);
  const end = x + ((<usize>(n >> 1)) << 4);
  while (x < end) {
    lanes = f64x2.add(v128.load(x), lanes);
    x += 16;
  }
  let total = lanesSum(lanes);
  if (n & 1) total += load<f64>(x);
  return total;
}

/**
 * Σ_k x[k]².
 * Shapes: x of n doubles.
 */
export function sumSquares(x: usize, n: i32): f64 {
  return dot(x, x, n);
}

/**
 * y[k] ← y[k] + a x[k].
 * Shapes: x and y of n doubles, apart or the same.
 */
export function axpy(a: f64, x: usize, y: usize, n: i32): void {
  assert(n >= 0);
  const factor = f64x2.splat(a);
  const end = x + ((<usize>(n >> 1)) << 4);
  while (x < end) {
    v128.store(y, madd(factor, v128.load(x), v128.load(y)));
    x += 16;
    y += 16;
  }
  if (n & 1) store<f64>(y, load<f64>(y) + a * load<f64>(x));
}

/**
 * x[k] ← a x[k].
 * Shapes: x of n doubles.
 */
export function scale(a: f64, x: usize, n: i32): void {
  assert(n >= 0);
  const factor = f64x2.splat(a);
  const end = x + ((<usize>(n >> 1)) << 4);
  while (x < end) {
    v128.store(x, f64x2.mul(factor, v128.load(x)));
    x += 16;
  }
  if (n & 1) store<f64>(x, a * load<f64>(x));
}

/**
 * z[k] ← x[k] y[k].
 * Shapes: x, y and z of n doubles; z may be x or y.
 */
export function hadamard(x: usize, y: usize, z: usize, n: i32): void {
  assert(n >= 0);
  const end = x + ((<usize>(n >> 1)) << 4);
  while (x < end) {
    v128.store(z, f64x2.mul(v128.load(x), v128.load(y)));
    x += 16;
    y += 16;
    z += 16;
  }
  if (n & 1) store<f64>(z, load<f64>(x) * load<f64>(y));
}

/**
 * z[k] ← a x[k] + b y[k].
 * Shapes: x, y and z of n doubles; z may be x or y.
 */
export function addScaled(a: f64, x: usize, b: f64, y: usize, z: usize, n: i32): void {
  assert(n >= 0);
  const first = f64x2.splat(a);
  const second = f64x2.splat(b);
  const end = x + ((<usize>(n >> 1)) << 4);
  while (x < end) {
    v128.store(z, madd(second, v128.load(y), f64x2.mul(first, v128.load(x))));
    x += 16;
    y += 16;
    z += 16;
  }
  if (n & 1) store<f64>(z, a * load<f64>(x) + b * load<f64>(y));
}
