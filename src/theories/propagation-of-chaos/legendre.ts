// Legendre polynomials of dimension d, normalised to 1 at 1, and what rotations make of them: (M1), (F2).
// Small arrays in plain arithmetic; the loops over nodes are kernels. Knows no dynamics.

/** P_0(t)..P_L(t). */
export function legendreValues(d: number, degree: number, t: number): Float64Array {
  const P = new Float64Array(degree + 1);
  fillLegendre(P, d, t);
  return P;
}

/** Fills P with P_0(t), P_1(t), …, as many as it holds. */
export function fillLegendre(P: Float64Array, d: number, t: number): void {
  P[0] = 1;
  if (P.length > 1) P[1] = t;
  for (let l = 1; l < P.length - 1; l++) {
    P[l + 1] = ((2 * l + d - 2) * t * P[l]! - l * P[l - 1]!) / (l + d - 2);
  }
}

/** P_l' = slopeFactor(d, l) P_{l-1} of dimension d + 2. */
export function slopeFactor(d: number, l: number): number {
  return (l * (l + d - 2)) / (d - 1);
}

/** Coefficients of Σ a_l P_l' in Legendre polynomials of dimension d + 2; one fewer, at least one. */
export function legendreDerivative(d: number, series: ArrayLike<number>): Float64Array {
  const out = new Float64Array(Math.max(1, series.length - 1));
  for (let l = 1; l < series.length; l++) out[l - 1] = series[l]! * slopeFactor(d, l);
  return out;
}

/** Σ a_l P_l(t). */
export function legendreSum(d: number, series: ArrayLike<number>, t: number): number {
  const P = legendreValues(d, series.length - 1, t);
  let sum = 0;
  for (let l = 0; l < series.length; l++) sum += series[l]! * P[l]!;
  return sum;
}

/** Σ a_k t^k as Σ λ_l P_l(t), by Horner's scheme in P: t P_l = [(l+d-2) P_{l+1} + l P_{l-1}]/(2l+d-2), t P_0 = P_1. */
export function legendreFromMonomials(d: number, monomials: ArrayLike<number>): Float64Array {
  const degree = monomials.length - 1;
  let series = new Float64Array(degree + 1);
  for (let k = degree; k >= 0; k--) {
    const next = new Float64Array(degree + 1);
    next[0] = monomials[k]!;
    for (let l = 0; l < degree; l++) {
      const a = series[l]!;
      if (a === 0) continue;
      if (l === 0) next[1]! += a;
      else {
        next[l + 1]! += (a * (l + d - 2)) / (2 * l + d - 2);
        next[l - 1]! += (a * l) / (2 * l + d - 2);
      }
    }
    series = next;
  }
  return series;
}

/** N_l, the number of spherical harmonics of degree l in dimension d ≥ 2. */
export function harmonicCount(d: number, l: number): number {
  if (l === 0) return 1;
  // C(l + d - 3, l - 1), as an exact integer as long as it fits a double.
  let binomial = 1;
  for (let i = 1; i < l; i++) binomial = (binomial * (d - 2 + i)) / i;
  return ((2 * l + d - 2) * binomial) / l;
}

/** a_lj of the addition theorem, (F2). */
export function additionCoefficient(d: number, l: number, j: number): number {
  let product = 1;
  for (let i = 0; i < j; i++) product *= (d - 1 + 2 * i) / (d + 2 * i);
  return (harmonicCount(d - 1, j) * harmonicCount(d + 2 * j, l - j)) / (harmonicCount(d, l) * product);
}
