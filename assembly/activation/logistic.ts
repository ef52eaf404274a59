// The logistic function of u, from e = exp(−|u|), so that nothing overflows: what sigmoid, silu and softplus
// share.

/** 1/(1 + e). */
export function complement(e: v128): v128 {
  return f64x2.div(f64x2.splat(1), f64x2.add(e, f64x2.splat(1)));
}

/** σ(u) = 1/(1 + exp(−u)), given e and d = 1/(1 + e). */
export function logistic(u: v128, e: v128, d: v128): v128 {
  return v128.bitselect(f64x2.mul(e, d), d, f64x2.lt(u, f64x2.splat(0)));
}

/** σ'(u) = e d². */
export function logisticSlope(e: v128, d: v128): v128 {
  return f64x2.mul(f64x2.mul(e, d), d);
}

/** 1 − 2σ(u) = −tanh(u/2) = −(1 − e) d with the sign of u. */
export function logisticTilt(u: v128, e: v128, d: v128): v128 {
  const size = f64x2.mul(f64x2.sub(e, f64x2.splat(1)), d);
  return v128.xor(size, v128.and(u, f64x2.splat(-0.0)));
}
