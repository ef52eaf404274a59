// Valid files and what can happen to them on their way: cut off, overwritten, bits flipped, lines lost.
import fc from 'fast-check';

export type Mutation = (bytes: Uint8Array) => Uint8Array;

/** One or more accidents in a row. */
export const accidents: fc.Arbitrary<Mutation> = fc
  .array(
    fc.oneof(
      fc.double({ min: 0, max: 1, noNaN: true }).map(
        (part): Mutation =>
          (bytes) =>
            bytes.slice(0, Math.floor(part * bytes.length)),
      ),
      fc.double({ min: 0, max: 1, noNaN: true }).map(
        (part): Mutation =>
          (bytes) =>
            bytes.slice(Math.floor(part * bytes.length)),
      ),
      fc
        .array(fc.tuple(fc.double({ min: 0, max: 0.999999, noNaN: true }), fc.nat(7)), {
          minLength: 1,
          maxLength: 8,
        })
        .map(
          (flips): Mutation =>
            (bytes) => {
              const copy = bytes.slice();
              for (const [part, bit] of flips)
                if (copy.length > 0) copy[Math.floor(part * copy.length)] ^= 1 << bit;
              return copy;
            },
        ),
      fc
        .tuple(
          fc.double({ min: 0, max: 1, noNaN: true }),
          fc.uint8Array({ minLength: 1, maxLength: 40 }),
          fc.nat(40),
        )
        .map(
          ([part, insert, skip]): Mutation =>
            (bytes) => {
              const at = Math.floor(part * bytes.length);
              return Uint8Array.from([...bytes.subarray(0, at), ...insert, ...bytes.subarray(at + skip)]);
            },
        ),
      fc
        .tuple(
          fc.double({ min: 0, max: 1, noNaN: true }),
          fc.constantFrom(
            ',',
            '\n',
            '"',
            'NaN',
            'inf',
            '1e999',
            '1,5',
            '{',
            ']',
            'null',
            'é',
            '\0',
            ';',
            '__proto__',
          ),
        )
        .map(
          ([part, insert]): Mutation =>
            (bytes) => {
              const at = Math.floor(part * bytes.length);
              return Uint8Array.from([
                ...bytes.subarray(0, at),
                ...new TextEncoder().encode(insert),
                ...bytes.subarray(at),
              ]);
            },
        ),
      fc.uint8Array({ maxLength: 200 }).map(
        (bytes): Mutation =>
          () =>
            bytes,
      ),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((steps) => (bytes: Uint8Array) => steps.reduce((current, step) => step(current), bytes));
