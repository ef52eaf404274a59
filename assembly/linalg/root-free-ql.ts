// Eigenvalues of a symmetric tridiagonal matrix by QL sweeps on the squares of the couplings: no square root in a
// rotation, and no rotation that vectors could take. Knows nothing of where the matrix comes from.
import { Status } from '../abi';
import { EPSILON, MAX_SWEEPS, PATIENCE } from './ql';

/** Below this p has lost digits, and the rotation it stands for is a quarter turn to within its root. */
const TINY: f64 = 1e-280;

/** First m ≥ l whose squared coupling to m + 1 is nothing beside its neighbours, or below `floor`; n − 1 when there is none. */
function blockEnd(diagonal: usize, squares: usize, l: i32, n: i32, floor: f64): i32 {
  for (let m: i32 = l; m < n - 1; m++) {
    const at = (<usize>m) << 3;
    const square = load<f64>(squares + at);
    const neighbours = EPSILON * (abs(load<f64>(diagonal + at)) + abs(load<f64>(diagonal + at, 8)));
    if (square <= neighbours * neighbours || square <= floor) return m;
  }
  return n - 1;
}

/** The eigenvalue of the leading 2×2 block of l that is nearer to its first entry. */
function shift(diagonal: usize, squares: usize, l: i32): f64 {
  const at = (<usize>l) << 3;
  const d = load<f64>(diagonal + at);
  const e = sqrt<f64>(load<f64>(squares + at));
  const half = (load<f64>(diagonal + at, 8) - d) / (2 * e);
  const root = sqrt<f64>(half * half + 1);
  return d - e / (half + (half < 0 ? -root : root));
}

/** One sweep on the unreduced block l … m: c² and s² of the rotation of rows i and i + 1, from row m down. */
function sweep(diagonal: usize, squares: usize, l: i32, m: i32): void {
  const sigma = shift(diagonal, squares, l);
  let at = (<usize>(m - 1)) << 3;
  const first = (<usize>l) << 3;
  let gamma = load<f64>(diagonal + at, 8) - sigma;
  let p = gamma * gamma;
  let c: f64 = 1;
  let s: f64 = 0;
  for (;;) {
    const square = load<f64>(squares + at);
    const r = p + square;
    store<f64>(squares + at, s * r, 8);
    const before = c;
    const quarter = p < TINY;
    const inverse = r / p;
    c = p / r;
    s = square / r;
    const alpha = load<f64>(diagonal + at);
    const next = c * (alpha - sigma) - s * gamma;
    store<f64>(diagonal + at, gamma + (alpha - next), 8);
    gamma = next;
    p = quarter ? before * square : gamma * gamma * inverse;
    if (at === first) break;
    at -= 8;
  }
  store<f64>(squares + first, s * p);
  store<f64>(diagonal + first, sigma + gamma);
}

/**
 * Eigenvalues, in no order, of the tridiagonal matrix of order n in place of its diagonal; `off` is lost.
 * Shapes: diagonal and off of n doubles, off[i] between i and i + 1, off[n − 1] = 0. Returns Ok or NotConverged.
 * Range: entries between 1e-70 and 1e70 in size; smaller ones are nothing.
 * Cost: about n² rotations, each the time of one division and five additions or products.
 * Source: B. N. Parlett, The Symmetric Eigenvalue Problem (1998), section 8.15 (Pal, Walker and Kahan's form).
 */
export function qlValues(diagonal: usize, off: usize, n: i32): i32 {
  let largest: f64 = 0;
  for (let i: i32 = 0; i < n; i++) {
    const at = (<usize>i) << 3;
    const e = load<f64>(off + at);
    store<f64>(off + at, e * e);
    largest = max(largest, max(abs(e), abs(load<f64>(diagonal + at))));
  }
  const floor = EPSILON * largest * (EPSILON * largest);
  for (let l: i32 = 0; l < n; l++) {
    let tries: i32 = 0;
    for (;;) {
      // Where the values fall to rounding of the largest one, no coupling need ever vanish beside its neighbours.
      const m = blockEnd(diagonal, off, l, n, tries < PATIENCE ? 0 : floor);
      if (m === l) break;
      if (tries++ === MAX_SWEEPS) return Status.NotConverged;
      sweep(diagonal, off, l, m);
    }
  }
  return Status.Ok;
}
