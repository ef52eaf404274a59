// The QL method with implicit shifts on a symmetric tridiagonal matrix, for values and vectors. Knows nothing of where
// the matrix comes from.
import { Status } from '../abi';
import { applySweeps, SWEEPS, stripLength } from './rotations';

/** Spacing of doubles at 1. */
export const EPSILON: f64 = 2.220446049250313e-16;
/** Sweeps allowed for one eigenvalue; about two are needed. */
export const MAX_SWEEPS: i32 = 60;
/** Sweeps after which a coupling also counts as nothing beside the whole matrix. */
export const PATIENCE: i32 = 10;

/** √(f² + g²) without loss when the squares would vanish. */
function length(f: f64, g: f64): f64 {
  const squares = f * f + g * g;
  if (squares > 1e-280) return sqrt<f64>(squares);
  const up: f64 = 3.599131035634557e162; // 2⁵⁴⁰
  f *= up;
  g *= up;
  return sqrt<f64>(f * f + g * g) / up;
}

/** max |x[k]|. */
function largestOf(x: usize, n: i32): f64 {
  let largest: f64 = 0;
  for (let k: i32 = 0; k < n; k++) largest = max(largest, abs(load<f64>(x + ((<usize>k) << 3))));
  return largest;
}

/** First m ≥ l whose coupling to m + 1 is nothing beside its neighbours, or below `floor`; n − 1 when there is none. */
function blockEnd(diagonal: usize, off: usize, l: i32, n: i32, floor: f64): i32 {
  for (let m: i32 = l; m < n - 1; m++) {
    const at = (<usize>m) << 3;
    const neighbours = abs(load<f64>(diagonal + at)) + abs(load<f64>(diagonal + at, 8));
    if (abs(load<f64>(off + at)) <= max(EPSILON * neighbours, floor)) return m;
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

/** Doubles of scratch of `qlIterate` for order n. */
export function qlScratch(n: i32): i32 {
  return stripLength(n) + SWEEPS + 2 * SWEEPS * n;
}

/**
 * Eigenvalues, in no order, of the tridiagonal matrix of order n in place of its diagonal; `off` is lost. The rows of
 * V take every rotation, so that the identity becomes the eigenvectors, row j for value j.
 * Shapes: diagonal and off of n doubles, off[i] between i and i + 1, off[n − 1] = 0; V n×n with row stride ld in
 * bytes; scratch of `qlScratch(n)` doubles. Returns Ok or NotConverged.
 * Cost: about n² rotations, and 6 n flops for each. `qlValues` is quicker where no vectors are wanted.
 */
export function qlIterate(diagonal: usize, off: usize, n: i32, V: usize, ld: usize, scratch: usize): i32 {
  const pairs = scratch;
  const table = pairs + ((<usize>(2 * SWEEPS * n)) << 3);
  const strip = table + ((<usize>SWEEPS) << 3);
  const floor = EPSILON * max(largestOf(diagonal, n), largestOf(off, n - 1));
  let waiting: i32 = 0;
  let free = pairs;
  for (let l: i32 = 0; l < n; l++) {
    let tries: i32 = 0;
    for (;;) {
      // Where the values fall to rounding of the largest one, no coupling need ever vanish beside its neighbours.
      const m = blockEnd(diagonal, off, l, n, tries < PATIENCE ? 0 : floor);
      if (m === l) break;
      if (tries++ === MAX_SWEEPS) return Status.NotConverged;
      const count = qlSweep(diagonal, off, l, m, free);
      const entry = table + ((<usize>waiting) << 3);
      store<i32>(entry, m);
      store<i32>(entry, count, 4);
      free += (<usize>count) << 4;
      waiting++;
      if (waiting === SWEEPS) {
        applySweeps(V, n, ld, table, waiting, pairs, strip);
        waiting = 0;
        free = pairs;
      }
    }
  }
  if (waiting > 0) applySweeps(V, n, ld, table, waiting, pairs, strip);
  return Status.Ok;
}
