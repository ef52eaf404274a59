// Gaussian rows in coordinates turned after them: the lower trapezoid that a matrix of independent normals becomes.
import { nextGamma } from '../../random/law';
import { fillNormal, nextNormal } from '../../random/normal';

/**
 * Rows `first` … `first + rows` - 1 of [E, L]: E of `base` columns of independent normals; L of `degrees` columns the lower
 * trapezoidal factor of a Gaussian matrix G = L Q with orthonormal rows Q: normals below the diagonal, L_ii the root of a
 * chi-square variate of degrees - i degrees of freedom. The places behind are left as they are.
 * Shapes: state 32 bytes, out rows x ld, ld ≥ base + min(first + rows, degrees).
 * Error: none; Q is independent of L and uniformly distributed, so this is the law of a Gaussian matrix up to a turn.
 * Cost: a normal for each entry. Drawn row by row: how rows are split over calls changes nothing.
 * Source: M. S. Bartlett, Proc. R. Soc. Edinburgh 53 (1933), 260.
 */
export function fillTrapezoid(
  state: usize,
  first: i32,
  rows: i32,
  base: i32,
  degrees: i32,
  out: usize,
  ld: i32,
): void {
  assert(first >= 0 && base >= 0 && degrees >= 0 && ld >= base + min(first + rows, degrees));
  for (let i = first; i < first + rows; i++) {
    fillNormal(state, out, base + min(i, degrees));
    if (i < degrees) store<f64>(out + ((<usize>(base + i)) << 3), nextChi(state, degrees - i));
    out += (<usize>ld) << 3;
  }
}

/** The root of a chi-square variate of `degrees` ≥ 1 degrees of freedom. */
function nextChi(state: usize, degrees: i32): f64 {
  if (degrees === 1) return abs<f64>(nextNormal(state));
  return sqrt<f64>(2 * nextGamma(state, 0.5 * <f64>degrees));
}
