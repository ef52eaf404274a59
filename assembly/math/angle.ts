// The exact reduction of an angle: x = n π/2 + r for any finite x, by a window of the binary digits of 2/π
// (Payne and Hanek). Knows nothing of sines; slow, and meant for few numbers.
import { TWO_OVER_PI } from './angle-table';
import { splitProductError } from './twofold';

/** r of the last `reduceAngle`, rounded. */
export let reducedHigh: f64 = 0;
/** What rounding took from it. */
export let reducedLow: f64 = 0;

/** Upper half of the 128-bit product. */
function upperProduct(a: u64, b: u64): u64 {
  const a0 = a & 0xffffffff;
  const a1 = a >> 32;
  const b0 = b & 0xffffffff;
  const b1 = b >> 32;
  const middle = a1 * b0 + ((a0 * b0) >> 32);
  const other = a0 * b1 + (middle & 0xffffffff);
  return a1 * b1 + (middle >> 32) + (other >> 32);
}

/** 64 binary digits of 2/π from digit `at` of the table on. */
function digits(at: i32): u64 {
  const word = TWO_OVER_PI + ((<usize>(at >> 6)) << 3);
  const shift = <u64>(at & 63);
  const first = load<u64>(word);
  return shift === 0 ? first : (first << shift) | (load<u64>(word, 8) >> (64 - shift));
}

/**
 * The quadrant n, of which the last two bits count, with |r| ≤ π/4 left in `reducedHigh` + `reducedLow`.
 * Range: every number; |x| below 2^−10 is its own r; for ±Infinity and NaN r is NaN.
 * Error: r to 2^−65 relative: 192 digits leave 2^−75 where the closest double (2^−61) comes to a multiple.
 * Source: M. Payne and R. Hanek, Radian reduction for trigonometric functions, SIGNUM 18 (1983) 19.
 */
export function reduceAngle(x: f64): i32 {
  const bits = reinterpret<u64>(x);
  const exponent = <i32>((bits >> 52) & 0x7ff) - 1075;
  if (exponent === 0x7ff - 1075) {
    reducedHigh = reducedLow = x - x;
    return 0;
  }
  if (exponent < -62) {
    reducedHigh = x;
    reducedLow = 0;
    return 0;
  }
  // |x| = m 2^exponent: digits of 2/π above 2^(1 − exponent) only add multiples of four quadrants.
  const m = (bits & 0x000fffffffffffff) | 0x0010000000000000;
  const at = exponent + 62;
  const u1 = digits(at + 64);
  const u2 = digits(at + 128);
  const p1 = m * u1;
  const p2 = upperProduct(m, u2) + p1;
  const p3 = m * u2;
  const top = m * digits(at) + upperProduct(m, u1) + u64(p2 < p1);
  let quadrant = <i32>(top >> 62);
  // the fraction of a quadrant in 128 bits, then to the nearest quadrant
  let high = (top << 2) | (p2 >> 62);
  let low = (p2 << 2) | (p3 >> 62);
  let negative = <i64>high < 0;
  if (negative) {
    quadrant++;
    low = ~low + 1;
    high = ~high + u64(low === 0);
  }
  const zeros = clz(high);
  high = (high << zeros) | (zeros === 0 ? 0 : low >> (64 - zeros));
  low <<= zeros;
  const unit = reinterpret<f64>((1023 - 64 - zeros) << 52);
  const f = <f64>(high >> 11) * 2048.0 * unit;
  const rest = (<f64>(high & 0x7ff) + <f64>(low >> 11) * (1.0 / 9007199254740992.0)) * unit;
  const r = f * 1.5707963267948966;
  const error =
    splitProductError(f, 1.5707963267948966, r) + f * 6.123233995736766e-17 + rest * 1.5707963267948966;
  if (<i64>bits < 0) {
    negative = !negative;
    quadrant = -quadrant;
  }
  reducedHigh = negative ? -(r + error) : r + error;
  const left = r - (r + error) + error;
  reducedLow = negative ? -left : left;
  return quadrant;
}
