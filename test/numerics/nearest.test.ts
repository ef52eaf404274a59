import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, nearestName } from '../../src/numerics/nearest.ts';

/** The same distance by plain recursion over all edits. */
function slow(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const swap = a.length > 1 && b.length > 1 && a[0] === b[1] && a[1] === b[0];
  return Math.min(
    slow(a.slice(1), b) + 1,
    slow(a, b.slice(1)) + 1,
    slow(a.slice(1), b.slice(1)) + (a[0] === b[0] ? 0 : 1),
    swap ? slow(a.slice(2), b.slice(2)) + 1 : Number.POSITIVE_INFINITY,
  );
}

test('edit distance agrees with plain recursion up to its limit', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });
  fc.assert(
    fc.property(word, word, fc.integer({ min: 0, max: 4 }), (a, b, limit) => {
      expect(editDistance(a, b, limit)).toBe(Math.min(slow(a, b), limit + 1));
    }),
    { numRuns: 500, seed: 3 },
  );
});

test('a typing error, another case or another separator finds the name; another word does not', () => {
  const names = ['learningRates', 'width', 'seed', 'steps'];
  expect(nearestName('learningRate', names)).toBe('learningRates');
  expect(nearestName('learning-rates', names)).toBe('learningRates');
  expect(nearestName('SEED', names)).toBe('seed');
  expect(nearestName('wdith', names)).toBe('width');
  expect(nearestName('step', names)).toBe('steps');
  expect(nearestName('depth', names)).toBeUndefined();
  expect(nearestName('', names)).toBeUndefined();
  expect(nearestName('x'.repeat(1e6), names)).toBeUndefined();
});
