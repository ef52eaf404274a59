import { describe, expect, it } from 'vitest';
import {
  type Prepared,
  prepare,
  type Standardize,
  transform,
} from '../../../../src/theories/finite-width/fit/preparation.ts';
import {
  duplicateRows,
  readGroups,
  readLabels,
  readTable,
} from '../../../../src/theories/finite-width/fit/rows.ts';
import { range, syntheticRows } from './rows.ts';

const { features, labels } = syntheticRows(40, 4, 'preparation');

function prepared(rows: number[][], standardize: Standardize = true, biases = true, y = labels): Prepared {
  const table = readTable(rows);
  return prepare(table, readLabels(y, table.rows), { standardize, biases });
}

const column = ({ features, rows, columns }: Prepared, j: number) =>
  range(rows).map((k) => features[k * columns + j]!);
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const variance = (values: number[]) => mean(values.map((value) => value * value)) - mean(values) ** 2;

describe('preparing rows', () => {
  it('centres columns and labels, gives them variance 1, and puts a column of ones in front', () => {
    const result = prepared(features);
    expect(result.columns).toBe(5);
    expect(column(result, 0)).toEqual(range(40).map(() => 1));
    for (let j = 1; j < 5; j++) {
      expect(Math.abs(mean(column(result, j)))).toBeLessThan(1e-15);
      expect(variance(column(result, j))).toBeCloseTo(1, 12);
    }
    expect(Math.abs(mean([...result.labels]))).toBeLessThan(1e-15);
    expect(variance([...result.labels])).toBeCloseTo(1, 12);
    expect(result.labelDeviation).toBeCloseTo(1, 14);
  });

  it('has no column of ones without biases', () => {
    expect(prepared(features, true, false).columns).toBe(4);
  });

  it('takes features and labels to the bit as given when standardize is false', () => {
    const result = prepared(features, false);
    const given = features.flatMap((row) => [1, ...row]);
    expect([...result.features]).toEqual(given);
    expect([...result.labels]).toEqual(labels);
    expect(result.labelDeviation).toBeCloseTo(Math.sqrt(variance(labels)), 12);
  });

  it("uses the user's own constant column as the bias when standardize is false", () => {
    const own = features.map((row) => [row[0]!, row[1]!, 2, row[3]!]);
    const result = prepared(own, false);
    expect(result.preparation.constant).toEqual({ value: 2, input: 2 });
    expect(result.columns).toBe(4);
    expect([...result.features.subarray(0, 4)]).toEqual([2, own[0]![0], own[0]![1], own[0]![3]]);
  });

  it('drops constant columns and names them', () => {
    const table = readTable(features.map((row) => [7, ...row, 0]));
    const names = ['seven', 'a', 'b', 'c', 'd', 'zero'];
    const result = prepare(table, readLabels(labels, 40), {
      standardize: true,
      biases: true,
      columns: names,
    });
    expect(result.preparation.kept).toEqual([1, 2, 3, 4]);
    expect(result.warnings[0]!.code).toBe('constant-columns');
    expect(result.warnings[0]!.message).toContain('"seven", "zero"');
    expect([...result.features]).toEqual([...prepared(features).features]);
  });

  it('divides columns of different units one by one, and pixels by one number', () => {
    const units = features.map((row) => [row[0]!, 100 * row[1]!, row[2]!, row[3]!]);
    expect(prepared(units).preparation.scaling).toBe('per-column');
    // Eight pixels in [0, 1]; the last two hardly ever lit.
    const pixels = features.map((row, k) => [
      ...row.map((value) => (value > 0 ? Math.min(1, value) : 0)),
      Number(k % 2 === 0),
      Number(k % 3 === 0),
      k === 5 ? 0.05 : 0,
      k === 9 ? 0.04 : 0,
    ]);
    const result = prepared(pixels);
    expect(result.preparation.scaling).toBe('one-scale');
    expect(new Set(result.preparation.scales).size).toBe(1);
    expect(mean(range(8).map((j) => variance(column(result, j + 1))))).toBeCloseTo(1, 12);
    expect(result.warnings).toEqual([]);
    const alone = prepared(pixels, 'per-column');
    expect(alone.warnings.map(({ code }) => code)).toEqual(['lonely-columns']);
    const floored = prepared(pixels, 'floored');
    const typical = result.preparation.scales[0]!;
    expect(floored.preparation.scales[7]).toBeCloseTo(typical / 4, 12);
    expect(floored.preparation.scales[0]).toBe(alone.preparation.scales[0]);
  });

  it('prepares new rows as the training rows', () => {
    const result = prepared(features, 'floored');
    expect([...transform(result.preparation, readTable(features))]).toEqual([...result.features]);
    expect(() => transform(result.preparation, readTable([[1, 2, 3]]))).toThrow(
      /4 numbers, as in the training rows/,
    );
  });

  it('does not depend on the layout: arrays of arrays, typed rows, or one array with its shape', () => {
    const one = readTable({ data: features.flat(), shape: [40, 4] });
    const typed = readTable(features.map((row) => Float64Array.from(row)));
    expect([...one.values]).toEqual(features.flat());
    expect([...typed.values]).toEqual(features.flat());
  });
});

describe('what is wrong with rows is said by row and column', () => {
  it.each([
    ['no rows', () => readTable([]), /no rows/],
    ['no table', () => readTable(undefined), /received nothing/],
    ['a row that is no array', () => readTable([[1], 'x']), /row 2: received "x"/],
    ['a ragged row', () => readTable([[1, 2], [1]]), /row 2: received a row of 1 numbers.*All rows have 2/],
    ['a text', () => readTable([[1, 'NA']], ['a', 'b']), /row 1, column "b": received "NA"/],
    ['NaN', () => readTable([[1], [Number.NaN]]), /row 2, column 1: received NaN/],
    [
      'a shape that does not fit',
      () => readTable({ data: [1, 2, 3], shape: [2, 2] }),
      /3 numbers with shape \[2,2\]/,
    ],
    ['labels of another number', () => readLabels([1], 2), /1 labels; expected 2 labels/],
    [
      'an infinite label',
      () => readLabels([1, Number.POSITIVE_INFINITY], 2),
      /row 2, column "labels": received Infinity/,
    ],
    [
      'constant labels',
      () =>
        prepared(
          features,
          true,
          true,
          labels.map(() => 3),
        ),
      /the same label 3 in every row/,
    ],
    ['no varying column', () => prepared(features.map(() => [1, 2])), /2 constant feature columns/],
    [
      'a value whose square overflows',
      () => prepared([[1e200, 1], ...features.slice(1).map((row) => row.slice(0, 2))]),
      /column 1: received a value of size 1e\+200/,
    ],
    ['two groups', () => readGroups(['a', 'b', 'a'], 3), /2 groups; expected at least 3/],
    [
      'a group that is no name',
      () => readGroups(['a', null, 'b'], 3),
      /row 2, column "groups": received null/,
    ],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(message);
    expect(act).toThrow(expect.objectContaining({ name: 'DataError' }));
  });
});

it('finds exact copies of rows, and only those', () => {
  const rows = [...features, features[3]!, features[17]!, features[3]!];
  const found = duplicateRows(
    readTable(rows),
    readLabels([...labels, labels[3]!, labels[17]! + 1, labels[3]!], 43),
  );
  expect(found).toEqual([
    [40, 3],
    [42, 3],
  ]);
});
