// A number as people read it: few digits, and an exponent where it would be mostly zeros.

/** From here on a number of few digits is mostly zeros. */
const LONG = 1e7;

/** The value in so many significant digits; a dash where it is not finite. */
export function inDigits(value: number, digits: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= LONG) return value.toExponential(digits - 1).replace(/\.?0*e\+?/, 'e');
  return String(Number(value.toPrecision(digits))).replace('e+', 'e');
}
