// The inverse sine and cosine by Newton's method on the core's sine: the same bits everywhere.
import { inWords } from './in-words.ts';
import { cos, sin } from './special.ts';

/** asin(x) for -1 <= x <= 1. Error: at most 4e-16 absolute. */
export function arcsine(x: number): number {
  if (!(typeof x === 'number' && x >= -1 && x <= 1))
    throw new RangeError(`arcsine: received ${inWords(x)}; expected a number between -1 and 1.`);
  // Beyond 0.7 the half-angle form keeps the relative accuracy that the slope of the sine would lose.
  if (x > 0.7) return Math.PI / 2 - 2 * arcsine(Math.sqrt((1 - x) / 2));
  if (x < -0.7) return -arcsine(-x);
  let angle = x * (1 + (x * x) / 6);
  for (let i = 0; i < 4; i++) angle -= (sin(angle) - x) / cos(angle);
  return angle;
}

/** acos(x) for -1 <= x <= 1, accurate relative to the answer also next to 1. Error: at most 9e-16 absolute. */
export function arccosine(x: number): number {
  if (!(typeof x === 'number' && x >= -1 && x <= 1))
    throw new RangeError(`arccosine: received ${inWords(x)}; expected a number between -1 and 1.`);
  if (x > 0.5) return 2 * arcsine(Math.sqrt((1 - x) / 2));
  return Math.PI / 2 - arcsine(x);
}
