// The natural logarithm and log(1 + x) on two lanes, by one division and no table. Knows nothing of arrays.
import { pair } from './coefficients';
import { madd } from './madd';

// biome-ignore format: pairs
const LOG: usize = memory.data<f64>([
  // (log((1 + s)/(1 − s)) − 2s)/s³ in s², for s = f/(2 + f) and 1 + f in [√½, √2], to 2^−56 after times s²
  0.666666666666667, 0.666666666666667,
  0.399999999998992, 0.399999999998992,
  0.2857142862611452, 0.2857142862611452,
  0.22222211112104945, 0.22222211112104945,
  0.1818289077802629, 0.1818289077802629,
  0.1533166667659282, 0.1533166667659282,
  0.14617128399852802, 0.14617128399852802,
  // 7: log 2 in two parts, the first of 38 bits
  0.6931471805582987, 0.6931471805582987,
  1.6465949582897082e-12, 1.6465949582897082e-12,
  // 9: constants of the arithmetic
  0.5, 0.5,
  1.0, 1.0,
  2.0, 2.0,
  -0.0, -0.0,
  // 13: 2^52 + 1023, the smallest normal double, Infinity, 2^54
  4503599627371519.0, 4503599627371519.0,
  2.2250738585072014e-308, 2.2250738585072014e-308,
  Infinity, Infinity,
  18014398509481984.0, 18014398509481984.0,
], 16);

/** What takes the bits of √½ to those of 1, so that the exponent changes at √½ 2^k. */
const SHIFT: i64 = 0x3ff0000000000000 - 0x3fe6a09e00000000;

// biome-ignore format: pairs
const BITS: usize = memory.data<i64>([
  SHIFT, SHIFT,
  0x000fffffffffffff, 0x000fffffffffffff,
  0x3fe6a09e00000000, 0x3fe6a09e00000000,
  0x4330000000000000, 0x4330000000000000,
  0x3ff0000000000000, 0x3ff0000000000000,
], 16);

/** k log 2 + log(1 + f) for 1 + f in [√½, √2]. */
function logOfParts(k: v128, f: v128): v128 {
  const s = f64x2.div(f, f64x2.add(f, pair(LOG, 11)));
  const z = f64x2.mul(s, s);
  const w = f64x2.mul(z, z);
  const even = f64x2.mul(w, madd(w, madd(w, pair(LOG, 5), pair(LOG, 3)), pair(LOG, 1)));
  const odd = f64x2.mul(z, madd(w, madd(w, madd(w, pair(LOG, 6), pair(LOG, 4)), pair(LOG, 2)), pair(LOG, 0)));
  const half = f64x2.mul(f64x2.mul(f, f), pair(LOG, 9));
  const correction = madd(s, f64x2.add(half, f64x2.add(even, odd)), f64x2.mul(k, pair(LOG, 8)));
  return f64x2.sub(f64x2.mul(k, pair(LOG, 7)), f64x2.sub(f64x2.sub(half, correction), f));
}

/** log x for normal positive x. */
function logOfNormal(x: v128): v128 {
  const shifted = i64x2.add(x, pair(BITS, 0));
  const k = f64x2.sub(v128.or(i64x2.shr_u(shifted, 52), pair(BITS, 3)), pair(LOG, 13));
  const m = i64x2.add(v128.and(shifted, pair(BITS, 1)), pair(BITS, 2));
  return logOfParts(k, f64x2.sub(m, pair(LOG, 10)));
}

/** The lanes that are not normal and positive: subnormals by 2^54, the rest by rule. */
function logOutside(x: v128): v128 {
  // A subnormal x: log(2^54 x) − 54 log 2, whose rounding is far below the 700 that comes out.
  const lifted = logOfNormal(f64x2.mul(x, pair(LOG, 16)));
  let y = f64x2.sub(lifted, f64x2.splat(37.42994775023705));
  y = v128.bitselect(f64x2.splat(-Infinity), y, f64x2.eq(x, f64x2.splat(0)));
  y = v128.bitselect(f64x2.splat(NaN), y, f64x2.lt(x, f64x2.splat(0)));
  return v128.bitselect(x, y, v128.or(f64x2.eq(x, pair(LOG, 15)), f64x2.ne(x, x)));
}

/**
 * log x on each lane.
 * Range: everything; ±0 gives −Infinity, negative x gives NaN, Infinity gives Infinity, NaN gives NaN.
 * Error: at most 1 ulp.
 * Source: the reduction of FreeBSD's e_log.c (Sun Microsystems, 1993), coefficients computed anew.
 */
export function logLanes(x: v128): v128 {
  const y = logOfNormal(x);
  const inside = v128.and(f64x2.ge(x, pair(LOG, 14)), f64x2.lt(x, pair(LOG, 15)));
  if (!i64x2.all_true(inside)) return v128.bitselect(y, logOutside(x), inside);
  return y;
}

/** log x, with the bits of `logLanes`. */
export function logScalar(x: f64): f64 {
  return f64x2.extract_lane(logLanes(f64x2.splat(x)), 0);
}

/** The lanes of log(1 + x) outside (−1, Infinity). */
function log1pOutside(x: v128): v128 {
  const y = v128.bitselect(f64x2.splat(-Infinity), f64x2.splat(NaN), f64x2.eq(x, f64x2.splat(-1)));
  return v128.bitselect(x, y, v128.or(f64x2.eq(x, pair(LOG, 15)), f64x2.ne(x, x)));
}

/**
 * log(1 + x) on each lane, accurate near 0 and with the sign of x.
 * Range: everything; −1 gives −Infinity, below it NaN, Infinity gives Infinity, NaN gives NaN.
 * Error: at most 1.5 ulp.
 */
export function log1pLanes(x: v128): v128 {
  const one = pair(LOG, 10);
  const u = f64x2.add(x, one);
  // u + lost = 1 + x exactly, whichever of the two is larger
  const part = f64x2.sub(u, x);
  const lost = f64x2.add(f64x2.sub(x, f64x2.sub(u, part)), f64x2.sub(one, part));
  const shifted = i64x2.add(u, pair(BITS, 0));
  const exponent = i64x2.shr_u(shifted, 52);
  const k = f64x2.sub(v128.or(exponent, pair(BITS, 3)), pair(LOG, 13));
  const m = i64x2.add(v128.and(shifted, pair(BITS, 1)), pair(BITS, 2));
  // 2^−k, by taking k from the exponent of 1; k = 1023 makes it 0, where nothing is lost
  const inverse = i64x2.sub(pair(BITS, 4), i64x2.shl(i64x2.sub(exponent, i64x2.splat(1023)), 52));
  const f = madd(lost, inverse, f64x2.sub(m, one));
  const y = v128.bitselect(x, logOfParts(k, f), pair(LOG, 12));
  const inside = v128.and(f64x2.gt(x, f64x2.splat(-1)), f64x2.lt(x, pair(LOG, 15)));
  if (!i64x2.all_true(inside)) return v128.bitselect(y, log1pOutside(x), inside);
  return y;
}

/** log(1 + x), with the bits of `log1pLanes`. */
export function log1pScalar(x: f64): f64 {
  return f64x2.extract_lane(log1pLanes(f64x2.splat(x)), 0);
}
