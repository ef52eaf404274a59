// Overlaps of the first layer with the signal and with its own start: cosines, and the shares of either in it.
import { addTo, multiply } from '../../numerics/square.ts';
import { gramRoot } from './state.ts';

/** Cov(U_t, U_0) = A_t S0_WW + beta_t S0_muW. */
export function initialCovariance(
  A: Float64Array,
  beta: Float64Array,
  S0: Float64Array,
  q: number,
): Float64Array {
  const size = q + 1;
  const units = new Float64Array(q * q);
  const signal = new Float64Array(q);
  for (let i = 0; i < q; i++) {
    signal[i] = S0[i + 1]!;
    for (let j = 0; j < q; j++) units[i * q + j] = S0[(i + 1) * size + j + 1]!;
  }
  return addTo(multiply(A, units, q, q, q), multiply(beta, signal, q, 1, q));
}

/** c_j/(s √Q_jj); 0 where a unit or the signal vanishes. */
export function signalOverlap(
  Q: Float64Array,
  c: Float64Array,
  signalVariance: number,
  q: number,
): Float64Array {
  return c.map((value, j) => {
    const scale = Math.sqrt(signalVariance * Q[j * q + j]!);
    return scale > 0 ? value / scale : 0;
  });
}

/** Cov(U_t,j, U_0,i) over the norms, [j, i]. */
export function initialOverlap(
  covariance: Float64Array,
  Q: Float64Array,
  S0: Float64Array,
  q: number,
): Float64Array {
  return covariance.map((value, at) => {
    const j = Math.floor(at / q);
    const i = at % q;
    const scale = Math.sqrt(Q[j * q + j]! * S0[(i + 1) * (q + 2)]!);
    return scale > 0 ? value / scale : 0;
  });
}

/** Least squares of W_1 on [mu, W_1^(0)]: [beta A] = [c, W'W0] S0^{-1} and the Gram of what is left. */
export function leastSquaresGains(
  signal: Float64Array,
  initial: Float64Array,
  S0: Float64Array,
  gram: Float64Array,
  q: number,
): { A: Float64Array; beta: Float64Array; noise: Float64Array } {
  const size = q + 1;
  const { root } = gramRoot(S0, size);
  const right = new Float64Array(q * size);
  for (let i = 0; i < q; i++) {
    right[i * size] = signal[i]!;
    right.set(initial.subarray(i * q, (i + 1) * q), i * size + 1);
  }
  const A = new Float64Array(q * q);
  const beta = new Float64Array(q);
  const noise = new Float64Array(gram);
  const coordinates = new Float64Array(q * size);
  for (let i = 0; i < q; i++) {
    // x R0 = right row by forward substitution of R0 x' = right'.
    const x = coordinates.subarray(i * size, (i + 1) * size);
    for (let k = 0; k < size; k++) {
      let value = right[i * size + k]!;
      for (let j = 0; j < k; j++) value -= root[k * size + j]! * x[j]!;
      x[k] = value / root[k * size + k]!;
    }
    const solution = new Float64Array(x);
    for (let k = size - 1; k >= 0; k--) {
      let value = solution[k]!;
      for (let j = k + 1; j < size; j++) value -= root[j * size + k]! * solution[j]!;
      solution[k] = value / root[k * size + k]!;
    }
    beta[i] = solution[0]!;
    A.set(solution.subarray(1), i * q);
  }
  for (let i = 0; i < q; i++) {
    for (let j = 0; j < q; j++) {
      for (let k = 0; k < size; k++)
        noise[i * q + j]! -= coordinates[i * size + k]! * coordinates[j * size + k]!;
    }
  }
  return { A, beta, noise };
}
