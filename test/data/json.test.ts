import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readJson, tableFromJson } from '../../src/data/json.ts';
import { JsonTextError, parseJson } from '../../src/data/json-text.ts';
import { DataError } from '../../src/errors.ts';

const table = (value: unknown) => tableFromJson(value, 't.json');
const refusal = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    return (error as DataError).message;
  }
  throw new Error('was accepted');
};

describe('JSON tables', () => {
  test('come as features and labels, as records or as columns', () => {
    const features = table({
      features: [
        [1, 2],
        [3, 4],
      ],
      labels: ['a', 'b'],
      groups: [7, 7],
    });
    expect(features.columns).toEqual(['c0', 'c1', 'label', 'group']);
    expect(features.target).toBe('label');
    expect(features.group).toBe('group');
    expect(features.text('label')).toEqual(['a', 'b']);
    expect(table({ features: [[1, 2]], labels: [1], columns: ['u', 'v'] }).columns).toEqual([
      'u',
      'v',
      'label',
    ]);
    expect([
      ...table([
        { a: 1, b: true },
        { b: false, a: 2 },
      ]).values('b'),
    ]).toEqual([1, 0]);
    expect([...table({ columns: { a: [1, 2], b: ['x', 'y'] } }).values('a')]).toEqual([1, 2]);
  });

  test('are refused with row, column and remedy where cells or rows are missing or of another kind', () => {
    expect(refusal(() => table([{ a: 1 }, { a: null }]).values('a'))).toMatch(
      /row 2, column "a": received no value/,
    );
    expect(refusal(() => table([{ a: 1 }, { b: 1 }]))).toMatch(/row 2: received no key "a"/);
    expect(refusal(() => table([{ a: 1 }, { a: 1, b: 1 }]))).toMatch(/row 2: received an extra key "b"/);
    expect(refusal(() => table([{ a: [1] }]).values('a'))).toContain('received a list');
    expect(refusal(() => table({ features: [[1, 2], [3]], labels: [1, 2] }))).toMatch(
      /row 2: received a row of 1/,
    );
    expect(refusal(() => table({ features: [[1]], labels: [1, 2] }))).toContain('2 labels');
    expect(refusal(() => table({ columns: { a: [1], b: [] } }))).toContain('0 cells');
    for (const other of [{}, [], 3, null, 'x', [1, 2], { features: 3 }, { columns: [] }])
      refusal(() => table(other));
  });

  test('name line and column of what is no JSON', () => {
    const message = refusal(() =>
      readJson(new TextEncoder().encode('[\n  {"a": 1},\n  {"a": NaN}\n]'), { file: 't.json' }),
    );
    expect(message).toMatch(/t\.json, line 3: received "N"; expected a value.*character 9/);
  });
});

describe('parseJson', () => {
  test('finds the place of the first error', () => {
    const place = (text: string) => {
      try {
        parseJson(text);
      } catch (error) {
        const { line, column, received, expected } = error as JsonTextError;
        return [line, column, received, expected];
      }
    };
    expect(place('{"a": 1,}')).toEqual([1, 9, '"}"', 'a key in double quotes']);
    expect(place('{\n  "a" 1\n}')).toEqual([2, 7, '"1"', '":"']);
    expect(place('[1, 2')).toEqual([1, 6, 'the end of the text', '"," or "]"']);
    expect(place('')).toEqual([1, 1, 'the end of the text', 'a value']);
    expect(place('{"a": tru}')).toEqual([1, 7, '"t"', 'a value']);
    expect(place('[01]')).toEqual([1, 3, '"1"', '"," or "]"']);
    expect(place("{'a': 1}")).toEqual([1, 2, '"\'"', 'a key in double quotes']);
    expect(place('{} x')).toEqual([1, 4, '"x"', 'the end of the text']);
    expect(place('["a\nb"]')?.slice(0, 2)).toEqual([1, 2]);
  });

  test('agrees with JSON.parse on 2,000 mutated texts, also where they are nested deeply', () => {
    const mutated = fc.tuple(fc.json(), fc.nat(), fc.nat(3), fc.string({ unit: 'grapheme', maxLength: 2 }));
    fc.assert(
      fc.property(mutated, ([text, at, skip, insert]) => {
        const cut = at % (text.length + 1);
        const broken = text.slice(0, cut) + insert + text.slice(cut + skip);
        let expected: unknown;
        try {
          expected = JSON.parse(broken);
        } catch {
          expect(() => parseJson(broken)).toThrow(JsonTextError);
          return;
        }
        expect(parseJson(broken)).toEqual(expected);
      }),
      { numRuns: 2000, seed: 10 },
    );
    expect(() => parseJson('['.repeat(1e6))).toThrow(JsonTextError);
  });
});
