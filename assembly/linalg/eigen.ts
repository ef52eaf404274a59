// Eigenvalues and eigenvectors of symmetric matrices: Householder reduction, then the QL method with implicit
// shifts. Eigenvectors are rows, so that every rotation acts on two contiguous rows.
import { Status } from '../abi';
import { applySweeps, SWEEPS, stripLength } from './rotations';
import { accumulate, maxAbs, scaleToOne, tridiagonalise } from './tridiagonal';
import { scale } from './vector';

const EPSILON: f64 = 2.220446049250313e-16;
/** Sweeps allowed for one eigenvalue; 1.7 are needed on average. */
const MAX_SWEEPS: i32 = 60;

/** Doubles of scratch for a matrix of order n. */
export function symmetricEigenScratch(n: i32): i32 {
  return 4 * n + stripLength(n) + SWEEPS + 2 * SWEEPS * n;
}

/** √(f² + g²) without loss when the squares would vanish. */
function length(f: f64, g: f64): f64 {
  const squares = f * f + g * g;
  if (squares > 1e-280) return sqrt<f64>(squares);
  const up: f64 = 3.599131035634557e162; // 2⁵⁴⁰
  f *= up;
  g *= up;
  return sqrt<f64>(f * f + g * g) / up;
}

/** Copies the strict lower triangle of A onto the upper one. */
function mirrorLower(A: usize, n: i32, ld: usize): void {
  for (let i: i32 = 1; i < n; i++) {
    let row = A + <usize>i * ld;
    let column = A + ((<usize>i) << 3);
    for (let j: i32 = 0; j < i; j++) {
      store<f64>(column, load<f64>(row));
      row += 8;
      column += ld;
    }
  }
}

/** First m ≥ l whose coupling to m + 1 is nothing beside its neighbours; n − 1 when there is none. */
function blockEnd(diagonal: usize, off: usize, l: i32, n: i32): i32 {
  for (let m: i32 = l; m < n - 1; m++) {
    const at = (<usize>m) << 3;
    const neighbours = abs(load<f64>(diagonal + at)) + abs(load<f64>(diagonal + at, 8));
    if (abs(load<f64>(off + at)) <= EPSILON * neighbours) return m;
  }
  return n - 1;
}

/**
 * One implicit QL sweep on the unreduced block l … m. Writes the rotations as pairs (c, s) from row m down;
 * returns how many.
 */
function qlSweep(diagonal: usize, off: usize, l: i32, m: i32, pairs: usize): i32 {
  const first = (<usize>l) << 3;
  const last = (<usize>m) << 3;
  const e = load<f64>(off + first);
  const half = (load<f64>(diagonal + first, 8) - load<f64>(diagonal + first)) / (2 * e);
  const root = length(half, 1);
  // The eigenvalue of the leading 2×2 block that is nearer to its first entry, measured from d[m].
  let g = load<f64>(diagonal + last) - load<f64>(diagonal + first) + e / (half + (half < 0 ? -root : root));
  let s: f64 = 1;
  let c: f64 = 1;
  let p: f64 = 0;
  let count: i32 = 0;
  for (let i: i32 = m - 1; i >= l; i--) {
    const at = (<usize>i) << 3;
    const here = load<f64>(off + at);
    const f = s * here;
    const b = c * here;
    const r = length(f, g);
    store<f64>(off + at, r, 8);
    if (r === 0) {
      // The bulge has vanished: the block falls apart here.
      store<f64>(diagonal + at, load<f64>(diagonal + at, 8) - p, 8);
      store<f64>(off + last, 0);
      return count;
    }
    s = f / r;
    c = g / r;
    g = load<f64>(diagonal + at, 8) - p;
    const t = (load<f64>(diagonal + at) - g) * s + 2 * c * b;
    p = s * t;
    store<f64>(diagonal + at, g + p, 8);
    g = c * t - b;
    store<f64>(pairs, c);
    store<f64>(pairs, s, 8);
    pairs += 16;
    count++;
  }
  store<f64>(diagonal + first, load<f64>(diagonal + first) - p);
  store<f64>(off + first, g);
  store<f64>(off + last, 0);
  return count;
}

/** Sorts the values ascending and, when V is not 0, its rows with them. */
function sortAscending(values: usize, n: i32, V: usize, ld: usize): void {
  for (let i: i32 = 0; i < n - 1; i++) {
    const at = values + ((<usize>i) << 3);
    let least = i;
    let value = load<f64>(at);
    for (let j: i32 = i + 1; j < n; j++) {
      const other = load<f64>(values + ((<usize>j) << 3));
      if (other < value) {
        least = j;
        value = other;
      }
    }
    if (least === i) continue;
    store<f64>(values + ((<usize>least) << 3), load<f64>(at));
    store<f64>(at, value);
    if (V === 0) continue;
    let a = V + <usize>i * ld;
    let b = V + <usize>least * ld;
    for (let k: i32 = 0; k < n; k++) {
      const t = load<f64>(a);
      store<f64>(a, load<f64>(b));
      store<f64>(b, t);
      a += 8;
      b += 8;
    }
  }
}

/** Turns each row so that its entry of largest size, the first of such, is positive. */
function orient(V: usize, n: i32, ld: usize): void {
  for (let i: i32 = 0; i < n; i++) {
    const row = V + <usize>i * ld;
    let largest: f64 = 0;
    let entry: f64 = 0;
    for (let k: i32 = 0; k < n; k++) {
      const value = load<f64>(row + ((<usize>k) << 3));
      if (abs(value) > largest) {
        largest = abs(value);
        entry = value;
      }
    }
    if (entry < 0) scale(-1, row, n);
  }
}

/**
 * A = Σ_j values[j] v_j v_jᵀ: ascending eigenvalues and, when `wantVectors` is not 0, orthonormal eigenvectors,
 * row j of A for values[j], each with its largest entry positive. Without vectors A is destroyed.
 * Shapes: A n×n symmetric with row stride ld, in elements, of which the lower triangle is read; values of n
 * doubles; scratch of `symmetricEigenScratch(n)`.
 * Range: finite entries of any scale. Returns Ok, BadArgument for an entry that is not finite, or NotConverged.
 * Error: |A v − λ v| ≤ 7 ε‖A‖ and |v·u − δ| ≤ 19 ε up to n = 60; values within 13 ε‖A‖ of Jacobi's method.
 * Cost: 2 n³ flops for the values, about 9 n³ with vectors.
 * Source: Wilkinson and Reinsch, Handbook for Automatic Computation II (1971), contributions II/2 and II/4; the
 * rotations wait and are applied in strips as in Van Zee, van de Geijn and Quintana-Ortí (2014).
 */
export function symmetricEigen(
  A: usize,
  n: i32,
  ld: i32,
  values: usize,
  wantVectors: i32,
  scratch: usize,
): i32 {
  assert(n >= 0 && ld >= n);
  if (n === 0) return Status.Ok;
  const stride = (<usize>ld) << 3;
  const vector = (<usize>n) << 3;
  const off = scratch;
  const tau = off + vector;
  const w = tau + vector;
  const next = w + vector;
  const strip = next + vector;
  const table = strip + ((<usize>stripLength(n)) << 3);
  const pairs = table + ((<usize>SWEEPS) << 3);

  let largest: f64 = 0;
  for (let i: i32 = 0; i < n; i++) largest = max(largest, maxAbs(A + <usize>i * stride, i + 1));
  if (!(largest < Infinity)) return Status.BadArgument;
  // A matrix of zeros is scaled by nothing and falls through.
  const factor = largest > 0 ? scaleToOne(largest) : 1;
  for (let i: i32 = 0; i < n; i++) scale(factor, A + <usize>i * stride, i + 1);
  mirrorLower(A, n, stride);

  tridiagonalise(A, n, stride, values, off, tau, w, next, strip);
  if (wantVectors) accumulate(A, n, stride, tau, w);

  let waiting: i32 = 0;
  let free = pairs;
  for (let l: i32 = 0; l < n; l++) {
    let tries: i32 = 0;
    for (;;) {
      const m = blockEnd(values, off, l, n);
      if (m === l) break;
      if (tries++ === MAX_SWEEPS) return Status.NotConverged;
      const count = qlSweep(values, off, l, m, free);
      if (!wantVectors) continue;
      const entry = table + ((<usize>waiting) << 3);
      store<i32>(entry, m);
      store<i32>(entry, count, 4);
      free += (<usize>count) << 4;
      waiting++;
      if (waiting === SWEEPS) {
        applySweeps(A, n, stride, table, waiting, pairs, strip);
        waiting = 0;
        free = pairs;
      }
    }
  }
  if (wantVectors && waiting > 0) applySweeps(A, n, stride, table, waiting, pairs, strip);
  sortAscending(values, n, wantVectors ? A : 0, stride);
  if (wantVectors) orient(A, n, stride);
  for (let i: i32 = 0; i < n; i++) {
    const at = values + ((<usize>i) << 3);
    store<f64>(at, load<f64>(at) / factor);
  }
  return Status.Ok;
}
