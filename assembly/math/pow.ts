// Powers x^p: the logarithm to 68 bits, times p, through the exponential with that many.
import { EXP_TABLE } from './exp-table';
import { LOG_TABLE } from './log-table';
import { splitProductError, upperHalf } from './twofold';

/** Where the cells of the table begin: the one around 1 lies in the middle of its cell. */
const FIRST_CELL: u64 = (<u64>0x3fe69000) << 32;

/** log x of the last `logTwofold`, rounded, and what rounding took from it. */
let logHigh: f64 = 0;
let logLow: f64 = 0;

/**
 * Leaves log x in `logHigh` + `logLow`, to 2^−67 relative, for normal positive bits (with lifted exponent).
 */
function logTwofold(bits: u64): void {
  const shifted = bits - FIRST_CELL;
  const k = <f64>(<i64>shifted >> 52);
  const row = LOG_TABLE + ((<usize>((shifted >> 45) & 127)) << 5);
  const z = reinterpret<f64>(bits - (shifted & 0xfff0000000000000));
  const c = load<f64>(row);
  const inverse = load<f64>(row, 8);
  // r + rRest = z/c − 1: z − c is exact, and so are both halves of r times c, which has 26 bits.
  const t = z - c;
  const r = t * inverse;
  const upper = upperHalf(r);
  const rRest = (t - upper * c - (r - upper) * c) * inverse;

  const base = k * 0.6931471805598903 + load<f64>(row, 16);
  const sum = base + r;
  const sumRest = base - sum + r;
  // −r²/2, exactly in two pieces
  const square = -0.5 * upper * upper;
  const squareRest = -0.5 * (r - upper) * (r + upper);
  const high = sum + square;
  const highRest = sum - high + square;
  const r2 = r * r;
  const q0 = 0.3333333333333333 - 0.25 * r;
  const q1 = 0.2 - 0.16666666666666666 * r;
  const q2 = 0.14285714285714285 - 0.125 * r + 0.1111111111111111 * r2;
  const cubic = r2 * r * (q0 + r2 * (q1 + r2 * q2));
  const small = k * 5.497923018708371e-14 + load<f64>(row, 24) + rRest * (1 - r);
  const low = small + sumRest + highRest + squareRest + cubic;
  logHigh = high + low;
  logLow = high - logHigh + low;
}

/** e^(x + rest) for |x| < 1100, scaled by 2^k in two steps where that leaves the range. */
function expTwofold(x: f64, rest: f64): f64 {
  const k = nearest(x * 184.6649652337873);
  const index = <i64>k;
  const row = EXP_TABLE + ((<usize>(index & 127)) << 4);
  const r = x - k * 0.0054152123482253955 + k * 1.0082281460997769e-13 + rest;
  const r2 = r * r;
  const q =
    0.4999999999999906 + r * 0.16666666666666533 + r2 * (0.04166667686916893 + r * 0.00833333479083362);
  const relative = r + (load<f64>(row, 8) + r2 * q);
  // The exponent is k/128 rounded down; half of it is applied at each end.
  const exponent = index >> 7;
  const half = exponent >> 1;
  const power = reinterpret<f64>(load<u64>(row) + (((index & 127) + (half << 7)) << 45));
  return (power + power * relative) * reinterpret<f64>((1023 + exponent - half) << 52);
}

/** 0 when p is no integer, 1 when odd, 2 when even. */
function parity(p: f64): i32 {
  if (p !== floor(p)) return 0;
  const half = 0.5 * p;
  return half === floor(half) ? 2 : 1;
}

/**
 * x^p.
 * Range: everything. As in IEEE 754: x^±0 = 1, 1^p = 1, (−1)^±Infinity = 1, limits at 0 and Infinity with the
 * sign of odd integer p; NaN for negative finite x and p no integer. NaN in either gives NaN, also in NaN^0
 * and 1^NaN.
 * Error: at most 0.51 ulp, 0.8 ulp where the answer is subnormal.
 * Source: after S. Nagy's pow in ARM's optimized routines (2018), which needs a fused multiply-add; tables
 * computed anew.
 */
export function powScalar(x: f64, p: f64): f64 {
  if (!(abs(x) >= 0 && abs(p) >= 0)) return NaN;
  if (p === 0 || x === 1) return 1;
  const size = abs(x);
  let sign: f64 = 1;
  if (x < 0 || (x === 0 && 1 / x < 0)) {
    const kind = parity(p);
    if (kind === 0 && x !== 0 && size !== Infinity) return NaN;
    if (kind === 1) sign = -1;
  }
  if (abs(p) === Infinity) {
    if (size === 1) return 1;
    return size > 1 === p > 0 ? Infinity : 0;
  }
  if (size === 0) return p > 0 ? sign * 0 : sign * Infinity;
  if (size === Infinity) return p > 0 ? sign * Infinity : sign * 0;

  const subnormal = size < 2.2250738585072014e-308;
  let bits = reinterpret<u64>(subnormal ? size * 4503599627370496.0 : size);
  if (subnormal) bits -= 52 << 52;
  logTwofold(bits);
  const high = p * logHigh;
  if (high > 1000) return sign * Infinity;
  if (high < -1000) return sign * 0;
  if (abs(high) < 1e-300) return sign;
  const low = splitProductError(p, logHigh, high) + p * logLow;
  return sign * expTwofold(high, low);
}
