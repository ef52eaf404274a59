// Functions on the sphere that rotations about the target mix only among themselves: the sectors of the fluctuation equations and
// their mode functions on the nodes, which diagonalise the interaction Hessian (H2) in them: (F1), (F2). Knows no time.
import { additionCoefficient, fillLegendre, harmonicCount, slopeFactor } from './legendre.ts';
import type { ZonalPotential } from './mean-field.ts';

export interface Sector {
  readonly j: number;
  /** Degrees l ≥ max(j, 1) with λ_l a_lj > 0. */
  readonly degrees: readonly number[];
  /** λ_l a_lj of these degrees. */
  readonly strengths: readonly number[];
  /** N_j of dimension d − 1. */
  readonly multiplicity: number;
  /** v_j = j(j + d − 3). */
  readonly angular: number;
  readonly dimension: number;
}

export function sectorsOf({ dimension: d, terms, lambda }: ZonalPotential): Sector[] {
  const sectors: Sector[] = [];
  for (let j = 0; j < terms; j++) {
    const degrees: number[] = [];
    const strengths: number[] = [];
    for (let l = Math.max(j, 1); l < terms; l++) {
      const strength = lambda[l]! * additionCoefficient(d, l, j);
      if (!(strength > 0)) continue;
      degrees.push(l);
      strengths.push(strength);
    }
    if (degrees.length === 0) continue;
    sectors.push({
      j,
      degrees,
      strengths,
      multiplicity: harmonicCount(d - 1, j),
      angular: j * (j + d - 3),
      dimension: d,
    });
  }
  return sectors;
}

/** Mode functions of a sector on n nodes, a row of n for each degree. */
export interface Modes {
  /** A_lj = β^j P. */
  readonly value: Float64Array;
  /** βA' = β^{j+1}P' − jαβ^{j−1}P. */
  readonly along: Float64Array;
  /** A/β = β^{j−1}P; zeros in sector 0. */
  readonly across: Float64Array;
}

export function emptyModes(sector: Sector, n: number): Modes {
  const rows = () => new Float64Array(sector.degrees.length * n);
  return { value: rows(), along: rows(), across: rows() };
}

/** Fills `modes` at the overlaps `alpha`. */
export function fillModes({ j, degrees, dimension }: Sector, alpha: Float64Array, modes: Modes): void {
  const n = alpha.length;
  const inner = dimension + 2 * j;
  const last = degrees[degrees.length - 1]! - j;
  const P = new Float64Array(last + 1);
  const U = new Float64Array(last + 1);
  for (let i = 0; i < n; i++) {
    const a = alpha[i]!;
    const beta = Math.sqrt((1 - a) * (1 + a));
    let below = 1;
    for (let k = 1; k < j; k++) below *= beta;
    const power = j === 0 ? 1 : below * beta;
    fillLegendre(P, inner, a);
    fillLegendre(U, inner + 2, a);
    for (let row = 0; row < degrees.length; row++) {
      const l = degrees[row]! - j;
      const slope = l === 0 ? 0 : slopeFactor(inner, l) * U[l - 1]!;
      const at = row * n + i;
      modes.value[at] = power * P[l]!;
      modes.along[at] = power * beta * slope - (j === 0 ? 0 : j * a * below * P[l]!);
      if (j > 0) modes.across[at] = below * P[l]!;
    }
  }
}
