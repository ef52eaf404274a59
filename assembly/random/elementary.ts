// exp and log for the rare paths of the samplers: one number at a time, plain IEEE arithmetic, the same bits on every
// engine. Not exported from the core, and not for wide ranges: the samplers only need what is documented here.
// biome-ignore-all lint/correctness/noPrecisionLoss: AssemblyScript has 64-bit integers

// biome-ignore lint/suspicious/noApproximativeNumericConstant: the host's Math is not for results
const LOG2_E: f64 = 1.4426950408889634;
/** ln 2 in two parts; the upper has 20 trailing zero bits, so that k times it is exact. */
const LN2_HIGH: f64 = 0.6931471803691238;
const LN2_LOW: f64 = 1.9082149292705877e-10;

/**
 * exp(x) by x = k ln 2 + r, |r| ≤ ln 2 / 2, and Taylor's polynomial of degree 13 in r.
 *
 * Range: -700 ≤ x ≤ 700.
 * Error: at most 1 ulp.
 */
export function exponential(x: f64): f64 {
  const k = nearest<f64>(x * LOG2_E);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let p = 1.0 / 6227020800.0;
  p = p * r + 1.0 / 479001600.0;
  p = p * r + 1.0 / 39916800.0;
  p = p * r + 1.0 / 3628800.0;
  p = p * r + 1.0 / 362880.0;
  p = p * r + 1.0 / 40320.0;
  p = p * r + 1.0 / 5040.0;
  p = p * r + 1.0 / 720.0;
  p = p * r + 1.0 / 120.0;
  p = p * r + 1.0 / 24.0;
  p = p * r + 1.0 / 6.0;
  p = p * r + 0.5;
  p = p * r * r + r + 1.0;
  return p * reinterpret<f64>((<i64>(k + 1023.0)) << 52);
}

/**
 * log(x) by x = 2^k m, √½ ≤ m < √2, and log m = 2 artanh s, s = (m - 1)/(m + 1), by its series to s^21.
 *
 * Range: positive normal numbers.
 * Error: at most 1 ulp.
 */
export function logarithm(x: f64): f64 {
  const bits = reinterpret<i64>(x);
  // Subtracting √½'s bits puts the break between two exponents at √½ instead of 1.
  const shifted = bits - 0x3fe6a09e667f3bcd;
  const k = <f64>(shifted >> 52);
  const m = reinterpret<f64>(bits - (shifted & 0xfff0000000000000));
  const f = m - 1.0;
  const s = f / (f + 2.0);
  const z = s * s;
  let p = 2.0 / 21.0;
  p = p * z + 2.0 / 19.0;
  p = p * z + 2.0 / 17.0;
  p = p * z + 2.0 / 15.0;
  p = p * z + 2.0 / 13.0;
  p = p * z + 2.0 / 11.0;
  p = p * z + 2.0 / 9.0;
  p = p * z + 2.0 / 7.0;
  p = p * z + 2.0 / 5.0;
  p = p * z + 2.0 / 3.0;
  // 2s = f - s f, so log m = f - (f²/2 - s (f²/2 + p z)): the large part f is exact.
  const half = 0.5 * f * f;
  return k * LN2_HIGH + (f - (half - (s * (half + p * z) + k * LN2_LOW)));
}
