// What the configurations of all theories have in common, beside their name.
import { described, literal, number, object, optional, string } from './check.ts';

/** The name under `theory`. */
export const nameOf = <const N extends string>(theory: N) =>
  described(literal(theory), 'name of the theory that the configuration is of');

/** Names the streams of random numbers. */
export const seed = optional(
  string({
    maxLength: 1000,
    description: 'any text; it names the streams of random numbers, and the same one gives the same bits',
  }),
  'foretrain',
);

/** A run that needs more WebAssembly memory is refused before it starts. */
export const limits = optional(
  object(
    {
      memoryGiB: optional(
        number({
          exclusiveMin: 0,
          max: 4,
          unit: 'GiB',
          description: 'memory that one run may take; a run that needs more is refused before it starts',
        }),
        3,
      ),
    },
    { description: 'what a run may take' },
  ),
  {},
);

/** What stands beside the fields of every configuration. */
export const aside = {
  $schema: optional(string({ description: 'path or address of this schema, for editors; it is not read' })),
};
