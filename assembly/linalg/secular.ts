// The eigenvalue problem of a diagonal matrix plus a rank-one term, diag(d) + ρ z zᵀ with ρ > 0 and d strictly
// ascending: its secular equation, and eigenvectors that are orthogonal whatever the gaps. Knows no matrix.
import { madd } from '../math/madd';
import { lanesSum } from './vector';

const EPSILON: f64 = 2.220446049250313e-16;
/** Steps for one root; four or five are usual, and a bracket is halved when a step leaves it. */
const MAX_STEPS: i32 = 120;

/** Where `evaluate` leaves Σ z²/(d − λ) and Σ z²/(d − λ)²: below the gap, then above it. */
const SUMS: usize = memory.data(32, 16);

function at(x: usize, i: i32): f64 {
  return load<f64>(x + ((<usize>i) << 3));
}

/** Σ zz/δ and Σ zz/δ² over from ≤ i < to, with δ = (d[i] − origin) − shift, into two places of SUMS. */
function sumRange(d: usize, zz: usize, from: i32, to: i32, origin: f64, shift: f64, out: usize): void {
  const base = f64x2.splat(origin);
  const step = f64x2.splat(shift);
  const one = f64x2.splat(1);
  let sum = f64x2.splat(0);
  let slope = f64x2.splat(0);
  const length = to - from;
  d += (<usize>from) << 3;
  zz += (<usize>from) << 3;
  const end = d + ((<usize>(length >> 1)) << 4);
  while (d < end) {
    const inverse = f64x2.div(one, f64x2.sub(f64x2.sub(v128.load(d), base), step));
    const term = f64x2.mul(v128.load(zz), inverse);
    sum = f64x2.add(term, sum);
    slope = madd(term, inverse, slope);
    d += 16;
    zz += 16;
  }
  let total = lanesSum(sum);
  let totalSlope = lanesSum(slope);
  if (length & 1) {
    const inverse = 1 / (load<f64>(d) - origin - shift);
    const term = load<f64>(zz) * inverse;
    total += term;
    totalSlope += term * inverse;
  }
  store<f64>(out, total);
  store<f64>(out, totalSlope, 8);
}

/** Both sums of the secular function at origin + shift: poles up to `split`, then the poles above. */
function evaluate(d: usize, zz: usize, k: i32, split: i32, origin: f64, shift: f64): void {
  sumRange(d, zz, 0, split + 1, origin, shift, SUMS);
  sumRange(d, zz, split + 1, k, origin, shift, SUMS + 16);
}

/** The root nearer to 0 of c x² − a x + b = 0, for a two-pole model of the secular function. */
function nearRoot(a: f64, b: f64, c: f64): f64 {
  const root = sqrt<f64>(abs(a * a - 4 * b * c));
  return a <= 0 ? (a - root) / (2 * c) : (2 * b) / (a + root);
}

/** The other root, for the model to the right of the last pole. */
function farRoot(a: f64, b: f64, c: f64): f64 {
  const root = sqrt<f64>(abs(a * a - 4 * b * c));
  return a >= 0 ? (a + root) / (2 * c) : (2 * b) / (a - root);
}

/**
 * Root j of 1/ρ + Σ z²/(d − λ): the one between d[j] and d[j + 1], for j = k − 1 the one above d[k − 1]. The
 * differences d[i] − λ go to `delta`, each with full relative accuracy: λ is held as a distance from its nearer
 * pole.
 * Shapes: d ascending, zz = z² (Σ zz = 1) and delta of k ≥ 2 doubles.
 * Source: R.-C. Li, Solving secular equations stably and efficiently, LAPACK working note 89 (1993).
 */
function secularRoot(d: usize, zz: usize, k: i32, j: i32, rho: f64, delta: usize): f64 {
  const last = j === k - 1;
  const inverse = 1 / rho;
  // The pair of poles that the model keeps.
  const left = last ? k - 2 : j;
  const right = left + 1;
  const gap = at(d, right) - at(d, left);
  const zLeft = at(zz, left);
  const zRight = at(zz, right);

  // The sign in the middle says which end of the interval is nearer.
  const half = last ? 0.5 * rho : 0.5 * gap;
  let origin = at(d, j);
  evaluate(d, zz, k, left, origin, half);
  let w = inverse + load<f64>(SUMS) + load<f64>(SUMS, 16);
  let low: f64 = 0;
  let high: f64 = half;
  const rest = last ? w - zLeft / (-gap - half) + zRight / half : w + zLeft / half - zRight / half;
  let shift: f64;
  if (last) {
    if (w < 0) {
      low = half;
      // Σ z² is 1 up to rounding.
      high = rho * (1 + 64 * EPSILON);
    }
    const a = zLeft + zRight - rest * gap;
    shift = farRoot(a, -zRight * gap, rest);
  } else if (w >= 0) {
    shift = nearRoot(rest * gap + zLeft + zRight, zLeft * gap, rest);
  } else {
    origin = at(d, right);
    low = -half;
    high = 0;
    shift = nearRoot(zLeft + zRight - rest * gap, -zRight * gap, rest);
  }
  if (!(shift > low && shift < high)) shift = 0.5 * (low + high);

  let before: f64 = Infinity;
  let fixed = true;
  for (let step: i32 = 0; step < MAX_STEPS; step++) {
    evaluate(d, zz, k, left, origin, shift);
    const below = load<f64>(SUMS);
    const above = load<f64>(SUMS, 16);
    const slopeBelow = load<f64>(SUMS, 8);
    const slopeAbove = load<f64>(SUMS, 24);
    const slope = slopeBelow + slopeAbove;
    w = inverse + below + above;
    if (w < 0) low = shift;
    else high = shift;
    const noise = 8 * (abs(below) + abs(above)) + 2 * inverse + abs(shift) * slope;
    if (abs(w) <= EPSILON * noise) break;

    const p = at(d, left) - origin - shift;
    const q = at(d, right) - origin - shift;
    const a = (p + q) * w - p * q * slope;
    const b = p * q * w;
    let move: f64;
    if (last) {
      const c = abs(w - p * slopeBelow - q * slopeAbove);
      move = farRoot(a, b, c);
    } else {
      // The nearer pole keeps its true weight, or both poles take the slope of their side, whichever works.
      if (abs(w) > 0.1 * abs(before)) fixed = !fixed;
      let c: f64;
      if (!fixed) c = w - p * slopeBelow - q * slopeAbove;
      else if (origin === at(d, left)) c = w - q * slope - (p - q) * (zLeft / (p * p));
      else c = w - p * slope - (q - p) * (zRight / (q * q));
      move = nearRoot(a, b, c);
    }
    before = w;
    if (!(w * move < 0)) move = -w / slope;
    let next = shift + move;
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    if (next === shift || next === low || next === high) break;
    if (abs(next - shift) <= 0.5 * EPSILON * abs(next)) break;
    shift = next;
  }

  for (let i: i32 = 0; i < k; i++) {
    const offset = (<usize>i) << 3;
    store<f64>(delta + offset, load<f64>(d + offset) - origin - shift);
  }
  return origin + shift;
}

/** p[i] ← p[i] δ[i]/(d[i] − dj) for from ≤ i < to. */
function multiplyRange(p: usize, delta: usize, d: usize, dj: f64, from: i32, to: i32): void {
  const base = f64x2.splat(dj);
  const length = to - from;
  const start = (<usize>from) << 3;
  p += start;
  delta += start;
  d += start;
  const end = p + ((<usize>(length >> 1)) << 4);
  while (p < end) {
    const ratio = f64x2.div(v128.load(delta), f64x2.sub(v128.load(d), base));
    v128.store(p, f64x2.mul(v128.load(p), ratio));
    p += 16;
    delta += 16;
    d += 16;
  }
  if (length & 1) store<f64>(p, load<f64>(p) * (load<f64>(delta) / (load<f64>(d) - dj)));
}

/** x[i] = z[i]/δ[i] over δ; returns Σ x². */
function divideInto(z: usize, delta: usize, k: i32): f64 {
  let squares = f64x2.splat(0);
  const end = delta + ((<usize>(k >> 1)) << 4);
  while (delta < end) {
    const x = f64x2.div(v128.load(z), v128.load(delta));
    squares = madd(x, x, squares);
    v128.store(delta, x);
    z += 16;
    delta += 16;
  }
  let total = lanesSum(squares);
  if (k & 1) {
    const x = load<f64>(z) / load<f64>(delta);
    store<f64>(delta, x);
    total += x * x;
  }
  return total;
}

/**
 * Eigenvalues λ, ascending, and eigenvectors of diag(d) + ρ z zᵀ: row j of S belongs to λ[j], its entry for d[i] at
 * place[i].
 * Shapes: d, z and lambda of k doubles; place of k i32; S k×k with row stride ld in bytes; zz, p and spare of k
 * doubles of scratch.
 * Range: ρ > 0, Σ z² = 1, d strictly ascending, z without zeros, both by more than rounding.
 * Error: the vectors belong to a ẑ that differs from z by rounding and for which every λ is exact: so they are
 * orthogonal to rounding.
 * Cost: about 7 k² divisions.
 * Source: M. Gu and S. C. Eisenstat, A stable and efficient algorithm for the rank-one modification of the
 * symmetric eigenproblem, SIAM J. Matrix Anal. Appl. 15 (1994) 1266.
 */
export function rankOneEigen(
  d: usize,
  z: usize,
  k: i32,
  rho: f64,
  lambda: usize,
  S: usize,
  ld: usize,
  place: usize,
  zz: usize,
  p: usize,
  spare: usize,
): void {
  if (k === 1) {
    store<f64>(lambda, load<f64>(d) + rho * load<f64>(z) * load<f64>(z));
    store<f64>(S, 1);
    return;
  }
  for (let i: i32 = 0; i < k; i++) {
    const value = at(z, i);
    store<f64>(zz + ((<usize>i) << 3), value * value);
  }
  let row = S;
  for (let j: i32 = 0; j < k; j++) {
    store<f64>(lambda + ((<usize>j) << 3), secularRoot(d, zz, k, j, rho, row));
    row += ld;
  }

  // ẑ[i]² = Π_j (λ[j] − d[i])/Π_{j≠i} (d[j] − d[i])
  row = S;
  for (let i: i32 = 0; i < k; i++) {
    const offset = (<usize>i) << 3;
    store<f64>(p + offset, load<f64>(row + offset));
    row += ld;
  }
  row = S;
  for (let j: i32 = 0; j < k; j++) {
    multiplyRange(p, row, d, at(d, j), 0, j);
    multiplyRange(p, row, d, at(d, j), j + 1, k);
    row += ld;
  }
  for (let i: i32 = 0; i < k; i++) {
    const offset = (<usize>i) << 3;
    const size = sqrt<f64>(abs(load<f64>(p + offset)));
    store<f64>(p + offset, load<f64>(z + offset) < 0 ? -size : size);
  }

  row = S;
  for (let j: i32 = 0; j < k; j++) {
    const scale = 1 / sqrt<f64>(divideInto(p, row, k));
    memory.copy(spare, row, (<usize>k) << 3);
    for (let i: i32 = 0; i < k; i++) {
      const target = load<i32>(place + ((<usize>i) << 2));
      store<f64>(row + ((<usize>target) << 3), scale * at(spare, i));
    }
    row += ld;
  }
}
