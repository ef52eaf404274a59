// Eigenvalues of a symmetric tridiagonal matrix, as first guesses of the nodes of a quadrature rule.
import { Status } from '../abi';

const SWEEPS: i32 = 60;

/**
 * Replaces the diagonal by the eigenvalues, in no order, by implicit QL steps with Wilkinson's shift; the
 * off-diagonal is destroyed.
 *
 * Shapes: diagonal n, off n with off[i] joining i and i + 1 (the last entry is not used).
 * Error: some 1e-16 of the largest eigenvalue.
 * Cost: O(n²).
 * Source: H. Bowdler, R. S. Martin, C. Reinsch and J. H. Wilkinson, Numer. Math. 11, 293 (1968).
 */
export function tridiagonalEigenvalues(diagonal: usize, off: usize, n: i32): i32 {
  store<f64>(off + ((<usize>(n - 1)) << 3), 0);
  for (let first = 0; first < n; first++) {
    let sweeps = 0;
    while (true) {
      const last = blockEnd(diagonal, off, first, n);
      if (last === first) break;
      if (sweeps++ === SWEEPS) return Status.NotConverged;
      sweep(diagonal, off, first, last);
    }
  }
  return Status.Ok;
}

/** The last row that off-diagonal entries above rounding still join to row `first`. */
function blockEnd(diagonal: usize, off: usize, first: i32, n: i32): i32 {
  let i = first;
  for (; i < n - 1; i++) {
    const at = (<usize>i) << 3;
    const size = abs<f64>(load<f64>(diagonal + at)) + abs<f64>(load<f64>(diagonal + at, 8));
    if (abs<f64>(load<f64>(off + at)) <= 1e-17 * size) break;
  }
  return i;
}

/** One QL step on rows first … last: chases a bulge upwards with plane rotations. */
function sweep(diagonal: usize, off: usize, first: i32, last: i32): void {
  const top = (<usize>first) << 3;
  const corner = load<f64>(diagonal + top);
  const beside = load<f64>(off + top);
  const half = (load<f64>(diagonal + top, 8) - corner) / (2 * beside);
  const root = copysign<f64>(sqrt<f64>(half * half + 1), half);
  const shift = corner - beside / (half + root);

  let g = load<f64>(diagonal + ((<usize>last) << 3)) - shift;
  let sine = 1.0;
  let cosine = 1.0;
  let carried = 0.0;
  for (let i = last - 1; i >= first; i--) {
    const at = (<usize>i) << 3;
    const f = sine * load<f64>(off + at);
    const b = cosine * load<f64>(off + at);
    const r = sqrt<f64>(f * f + g * g);
    store<f64>(off + at, r, 8);
    if (r === 0) {
      // The bulge vanished: the matrix has split at i + 1.
      store<f64>(diagonal + at, load<f64>(diagonal + at, 8) - carried, 8);
      store<f64>(off + ((<usize>last) << 3), 0);
      return;
    }
    sine = f / r;
    cosine = g / r;
    const moved = load<f64>(diagonal + at, 8) - carried;
    const t = (load<f64>(diagonal + at) - moved) * sine + 2 * cosine * b;
    carried = sine * t;
    store<f64>(diagonal + at, moved + carried, 8);
    g = cosine * t - b;
  }
  store<f64>(diagonal + top, corner - carried);
  store<f64>(off + top, g);
  store<f64>(off + ((<usize>last) << 3), 0);
}
