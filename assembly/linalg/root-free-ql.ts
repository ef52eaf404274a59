// Eigenvalues of a symmetric tridiagonal matrix by QL sweeps on the squares of the couplings: no square root in a
// rotation, and no rotation that vectors could take. Knows nothing of where the matrix comes from.
import { Status } from '../abi';
import { EPSILON, MAX_SWEEPS, PATIENCE } from './ql';

/** Below this the product of two squares of entries has lost digits, and a rotation is a quarter turn or nothing. */
const TINY: f64 = 1e-280;

/** Whether the squared coupling of two diagonal entries is nothing beside them, or below `floor`. */
function isNothing(square: f64, above: f64, below: f64, floor: f64): bool {
  const neighbours = EPSILON * (abs(above) + abs(below));
  return square <= neighbours * neighbours || square <= floor;
}

/** First m ≥ l whose coupling to m + 1 is nothing; n − 1 when there is none. */
function blockEnd(diagonal: usize, squares: usize, l: i32, n: i32): i32 {
  for (let m: i32 = l; m < n - 1; m++) {
    const at = (<usize>m) << 3;
    const here = load<f64>(diagonal + at);
    if (isNothing(load<f64>(squares + at), here, load<f64>(diagonal + at, 8), 0)) return m;
  }
  return n - 1;
}

/** The eigenvalue of the leading 2×2 block of l that is nearer to its first entry. */
function shift(diagonal: usize, squares: usize, l: i32): f64 {
  const at = (<usize>l) << 3;
  const d = load<f64>(diagonal + at);
  const square = load<f64>(squares + at);
  const half = 0.5 * (load<f64>(diagonal + at, 8) - d);
  const root = sqrt<f64>(half * half + square);
  return d - square / (half + (half < 0 ? -root : root));
}

/**
 * One sweep on the unreduced block l … m: c² and s² of the rotation of rows i and i + 1, from row m down. Returns the
 * end of the block that now begins after row l: the first of l + 1 … m whose coupling to the next is nothing.
 */
function sweep(diagonal: usize, squares: usize, l: i32, m: i32, floor: f64): i32 {
  const sigma = shift(diagonal, squares, l);
  let i = m - 1;
  let at = (<usize>i) << 3;
  let gamma = load<f64>(diagonal + at, 8) - sigma;
  let p = gamma * gamma;
  let c: f64 = 1;
  let s: f64 = 0;
  let end = m;
  let below: f64 = 0;
  for (;;) {
    const square = load<f64>(squares + at);
    const r = p + square;
    const coupling = s * r;
    store<f64>(squares + at, coupling, 8);
    const quarter = c * square;
    c = p / r;
    s = square / r;
    // next = c (alpha − sigma) − s gamma and next²/c, with no division before another
    const alpha = load<f64>(diagonal + at);
    const product = p * (alpha - sigma) - square * gamma;
    const next = product / r;
    const size = p * r;
    p = size > TINY ? (product * product) / size : quarter;
    const settled = gamma + (alpha - next);
    store<f64>(diagonal + at, settled, 8);
    if (isNothing(coupling, settled, below, floor)) end = i + 1;
    below = settled;
    gamma = next;
    if (i === l) break;
    i--;
    at -= 8;
  }
  store<f64>(squares + at, s * p);
  store<f64>(diagonal + at, sigma + gamma);
  return end;
}

/**
 * Eigenvalues, in no order, of the tridiagonal matrix of order n in place of its diagonal; `off` is lost.
 * Shapes: diagonal and off of n doubles, off[i] between i and i + 1, off[n − 1] = 0. Returns Ok or NotConverged.
 * Range: entries between 1e-70 and 1e70 in size; smaller ones are nothing.
 * Cost: about n² rotations, each the time of one division, two products and one addition.
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
  let l: i32 = 0;
  let m = blockEnd(diagonal, off, 0, n);
  let tries: i32 = 0;
  while (l < n - 1) {
    if (l < m) {
      if (tries++ === MAX_SWEEPS) return Status.NotConverged;
      // Where the values fall to rounding of the largest one, no coupling need ever vanish beside its neighbours.
      const least = tries <= PATIENCE ? 0 : floor;
      m = sweep(diagonal, off, l, m, least);
      const at = (<usize>l) << 3;
      const here = load<f64>(diagonal + at);
      if (!isNothing(load<f64>(off + at), here, load<f64>(diagonal + at, 8), least)) continue;
    }
    l++;
    tries = 0;
    if (m < l) m = blockEnd(diagonal, off, l, n);
  }
  return Status.Ok;
}
