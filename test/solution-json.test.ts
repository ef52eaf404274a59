import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Observable, Solution } from '../src/solution.ts';
import { flatten, nest, solutionFromJson, solutionToJson } from '../src/solution-json.ts';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const observable = fc
  .tuple(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }), fc.boolean())
  .chain(([shape, sampled]) => {
    const size = shape.reduce((product, extent) => product * extent, 1);
    const values = fc
      .array(finite, { minLength: size, maxLength: size })
      .map((list) => Float64Array.from(list));
    return fc.record({
      values,
      shape: fc.constant(shape),
      unit: fc.string(),
      description: fc.string(),
      axes: fc.constant(shape.map((_, i) => `axis ${i}`)),
      ...(sampled && { standardError: values }),
    }) as fc.Arbitrary<Observable>;
  });
const solution = fc.record({
  theory: fc.string(),
  kind: fc.constantFrom('prediction', 'simulation', 'fit'),
  status: fc.constantFrom('complete', 'aborted', 'diverged'),
  times: fc.array(finite).map((list) => Float64Array.from(list)),
  observables: fc.dictionary(fc.stringMatching(/^[a-z]\w*$/), observable, { noNullPrototype: true }),
  diagnostics: fc.constant({ warnings: [{ code: 'c', message: 'm' }], method: 'x' }),
  problem: fc.constant({ theory: 'toy', seed: 'one' }),
}) as fc.Arbitrary<Solution>;

/** JSON has no -0. */
const zeroed = (value: Float64Array) => value.map((entry) => entry + 0);

test('300 solutions survive JSON text with every bit of every number, -0 excepted', () => {
  fc.assert(
    fc.property(solution, fc.boolean(), (original, withManifest) => {
      const manifest = withManifest ? { config: original.problem, version: '1' } : undefined;
      const text = JSON.stringify(solutionToJson(original, manifest));
      const back = solutionFromJson(JSON.parse(text));
      expect(back.problem).toEqual(original.problem);
      expect(back.times).toEqual(zeroed(original.times));
      expect(Object.keys(back.observables)).toEqual(Object.keys(original.observables));
      for (const [name, entry] of Object.entries(original.observables)) {
        expect(back.observables[name].values).toEqual(zeroed(entry.values));
        expect(back.observables[name].shape).toEqual(entry.shape);
      }
    }),
    { numRuns: 300, seed: 7 },
  );
});

test('values are nested by shape; what is not finite becomes null', () => {
  expect(nest(Float64Array.of(1, 2, 3, 4, 5, 6), [2, 3])).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  expect(nest(Float64Array.of(7), [])).toBe(7);
  expect(nest(Float64Array.of(1, Number.NaN, Number.POSITIVE_INFINITY), [3])).toEqual([1, null, null]);
  expect(
    flatten([
      [1, null],
      [3, 4],
    ]),
  ).toEqual({ values: Float64Array.of(1, Number.NaN, 3, 4), shape: [2, 2] });
});
