// log Γ(x) for positive x, one number at a time.
import { log1pScalar, logScalar } from './log';

/** (−1)^k (ζ(k) − 1)/k, k = 2..30: the series of log Γ(2 + z) beyond its first term. */
// biome-ignore format: a table
const SERIES: usize = memory.data<f64>([
  0.3224670334241132,
  -0.0673523010531981,
  0.020580808427784546,
  -0.007385551028673986,
  0.0028905103307415234,
  -0.001192753911703261,
  0.0005096695247430425,
  -0.00022315475845357939,
  9.945751278180853e-05,
  -4.492623673813314e-05,
  2.050721277567069e-05,
  -9.439488275268397e-06,
  4.374866789907488e-06,
  -2.039215753801366e-06,
  9.55141213040742e-07,
  -4.492469198764566e-07,
  2.1207184805554665e-07,
  -1.0043224823968099e-07,
  4.7698101693639804e-08,
  -2.2711094608943164e-08,
  1.0838659214896955e-08,
  -5.183475041970047e-09,
  2.4836745438024785e-09,
  -1.1921401405860912e-09,
  5.731367241678862e-10,
  -2.7595228851242334e-10,
  1.330476437424449e-10,
  -6.4229645638381e-11,
  3.1044247747322276e-11,
], 16);
const SERIES_TERMS: i32 = 29;

/** B_2k/(2k (2k − 1)), k = 1..10: the series of Stirling in 1/x². */
// biome-ignore format: a table
const STIRLING: usize = memory.data<f64>([
  0.08333333333333333,
  -0.002777777777777778,
  0.0007936507936507937,
  -0.0005952380952380953,
  0.0008417508417508417,
  -0.0019175269175269176,
  0.00641025641025641,
  -0.029550653594771242,
  0.17964437236883057,
  -1.3924322169059011,
], 16);
const STIRLING_TERMS: i32 = 10;

function polynomial(table: usize, terms: i32, z: f64): f64 {
  let y = load<f64>(table + ((<usize>(terms - 1)) << 3));
  for (let k = terms - 2; k >= 0; k--) y = y * z + load<f64>(table + ((<usize>k) << 3));
  return y;
}

/** log Γ(2 + z) for |z| ≤ 1/2, with small relative error: z (1 − γ + Σ …). */
function nearTwo(z: f64): f64 {
  return z * (0.42278433509846713 + z * polynomial(SERIES, SERIES_TERMS, z));
}

/**
 * log Γ(x) for x > 0.
 * Range: 0 and Infinity give Infinity, negative x and NaN give NaN.
 * Error: relative, at most 8e-16, also next to the zeros at 1 and 2.
 */
export function lgammaScalar(x: f64): f64 {
  if (!(x > 0)) return x === 0 ? Infinity : NaN;
  if (x < 0.5) return nearTwo(x) - log1pScalar(x) - logScalar(x);
  if (x < 1.5) return nearTwo(x - 1) - log1pScalar(x - 1);
  if (x < 8) {
    let product: f64 = 1;
    while (x >= 2.5) {
      x -= 1;
      product *= x;
    }
    return nearTwo(x - 2) + (product === 1 ? 0 : logScalar(product));
  }
  const log = logScalar(x);
  if (x > 1e17) return x > 2.6e305 ? Infinity : x * (log - 1);
  const inverse = 1 / x;
  const series = inverse * polynomial(STIRLING, STIRLING_TERMS, inverse * inverse);
  return (x - 0.5) * (log - 1) + (0.9189385332046728 - 0.5 + series);
}
