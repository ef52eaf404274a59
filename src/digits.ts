// A number as people read it: few digits, and an exponent where it would be mostly zeros; with its standard error, where it has one.

/** From here on a number of few digits is mostly zeros. */
const LONG = 1e7;

/** The value in so many significant digits; a dash where it is not finite. */
export function inDigits(value: number, digits: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= LONG) return value.toExponential(digits - 1).replace(/\.?0*e\+?/, 'e');
  return String(Number(value.toPrecision(digits))).replace('e+', 'e');
}

/** A step as it is, a time in four digits. */
export const timeInDigits = (time: number): string =>
  Number.isSafeInteger(time) ? String(time) : inDigits(time, 4);

/** Below this, value and error have an exponent. */
const SMALL = 1e-4;
/** A standard error below this share of its value is rounding: all runs have the same. */
const SAME = 1e-14;
/** Whether runs differ in a value with this standard error. */
export const spreads = (value: number, error: number): boolean => error > SAME * Math.abs(value);

/** Where the value would need more digits than this, four of it say enough. */
const MOST_DIGITS = 10;

/**
 * `1.2345 ± 0.0012`, `(1.26 ± 0.21)e9`: two significant digits of the error, the value to the same decimal place, and one
 * exponent for both where one is needed. The value alone, in four digits, where there is no error.
 */
export function withError(value: number, error: number | undefined): string {
  const bare = inDigits(value, 4);
  if (error === undefined || !Number.isFinite(error) || !Number.isFinite(value)) return bare;
  if (!spreads(value, error)) return bare;
  const last = exponentOf(error, 2) - 1;
  const larger = Math.max(Math.abs(value), error);
  const digits = value === 0 ? 1 : exponentOf(value) - last + 1;
  const exponent = digits > 1 ? exponentOf(value, digits) : last + 1;
  if (digits > MOST_DIGITS) return `${bare} ± ${inDigits(error, 2)}`;
  if (larger >= SMALL && larger < LONG) return `${toPlace(value, last)} ± ${toPlace(error, last)}`;
  const scaled = (number: number) => toPlace(number / Number(`1e${exponent}`), last - exponent);
  return `(${scaled(value)} ± ${scaled(error)})e${exponent}`;
}

/** The power of ten of the first digit, after rounding to so many where that is said. */
const exponentOf = (value: number, digits?: number) =>
  Number(value.toExponential(digits && digits - 1).split('e')[1]);

/** The value rounded at the decimal place of 10^place. */
function toPlace(value: number, place: number): string {
  const size = Number(`1e${Math.max(0, place)}`);
  const rounded = Math.round(value / size) * size;
  const text = place > 0 ? String(rounded) : value.toFixed(-place);
  return Number(text) === 0 ? text.replace('-', '') : text;
}
