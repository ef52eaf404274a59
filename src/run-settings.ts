// What the configurations of all theories have in common, beside their name.
import { number, object, optional, string } from './check.ts';

/** Names the streams of random numbers. */
export const seed = optional(string({ maxLength: 1000 }), 'foretrain');

/** A run that needs more WebAssembly memory is refused before it starts. */
export const limits = optional(object({ memoryGiB: optional(number({ exclusiveMin: 0, max: 4 }), 3) }), {});
