// The check that counts and sizes share.

/** `value` if it is an integer from `low` to `high`. @throws RangeError naming the parameter. */
export function integerWithin(name: string, value: unknown, low: number, high: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high) return value;
  throw new RangeError(`${name} must be an integer from ${low} to ${high}; received ${String(value)}.`);
}
