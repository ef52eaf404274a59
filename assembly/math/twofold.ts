// Products whose rounding is known, for arithmetic with numbers that are the sum of two doubles.

/**
 * a b − p for p = fl(a b), exactly, unless it leaves the range of doubles. Without a fused multiply-add, so
 * that every build gives the same.
 * Source: T. J. Dekker, Numerische Mathematik 18 (1971) 224.
 */
export function splitProductError(a: f64, b: f64, p: f64): f64 {
  const aUpper = upperHalf(a);
  const bUpper = upperHalf(b);
  const aLower = a - aUpper;
  const bLower = b - bUpper;
  return aUpper * bUpper - p + aUpper * bLower + aLower * bUpper + aLower * bLower;
}

/** a with the upper 26 bits of its significand. */
export function upperHalf(a: f64): f64 {
  return reinterpret<f64>(reinterpret<u64>(a) & ((<u64>-1) << 27));
}
