// The user's rows as they come: a table of finite numbers with labels, and what is wrong with it said by row and column.
// Changes nothing; scaling is preparation.ts.
import { DataError } from '../../../errors.ts';
import { inWords } from '../../../numerics/in-words.ts';

/** Rows of numbers, or one long array with its two extents. */
export type FeatureTable =
  | readonly ArrayLike<number>[]
  | { readonly data: ArrayLike<number>; readonly shape: readonly [number, number] };

export interface FitData {
  readonly features: FeatureTable;
  readonly labels: ArrayLike<number>;
  /** Rows that belong together (one patient, one site): names or numbers, one per row. Left out as a whole. */
  readonly groups?: ArrayLike<string | number>;
  /** Names of the feature columns, for messages and the saved model. */
  readonly columns?: readonly string[];
}

/** Row-major numbers. */
export interface Table {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** A column's name, or its number from 1. */
export function columnName(names: readonly string[] | undefined, index: number): string | number {
  return names?.[index] ?? index + 1;
}

function isArrayLike(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

/** Names of the feature columns, if given: as many texts as there are columns. */
export function readColumns(columns: unknown, count: number): readonly string[] | undefined {
  if (columns === undefined) return undefined;
  const wrong = (received: string) =>
    new DataError({
      received,
      expected: `${count} column names, one per feature column`,
      remedy: 'Do not count the label column.',
    });
  if (!Array.isArray(columns)) throw wrong(inWords(columns));
  if (columns.length !== count) throw wrong(`${columns.length} column names`);
  for (const name of columns)
    if (typeof name !== 'string') throw wrong(`${inWords(name)} among the column names`);
  return columns;
}

/** @throws DataError naming row and column of the first entry that is no finite number, or the first ragged row. */
export function readTable(features: unknown, names?: readonly string[]): Table {
  const { rows, columns, row } = layout(features);
  const values = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const { from, at } = row(i);
    for (let j = 0; j < columns; j++) {
      const value = from[at + j];
      if (typeof value !== 'number' || !Number.isFinite(value)) {
        throw new DataError({
          row: i + 1,
          column: columnName(names, j),
          received: inWords(value),
          expected: 'a finite number',
          remedy: 'Remove the row or fill the value in; encode categories as numbers.',
        });
      }
      // + 0 turns -0 into 0.
      values[i * columns + j] = value + 0;
    }
  }
  return { rows, columns, values };
}

function layout(features: unknown): {
  rows: number;
  columns: number;
  row: (i: number) => { from: ArrayLike<unknown>; at: number };
} {
  const expected = 'rows of numbers, or { data, shape: [rows, columns] }';
  const wrong = (received: string, remedy: string, place = {}) =>
    new DataError({ ...place, received, expected, remedy });
  if (Array.isArray(features)) {
    const columns = isArrayLike(features[0]) ? features[0].length : 0;
    if (features.length === 0) throw wrong('no rows', 'Give at least 20 rows.');
    if (columns === 0) throw wrong(inWords(features[0]), 'Each row is an array of numbers.', { row: 1 });
    for (let i = 0; i < features.length; i++) {
      const row: unknown = features[i];
      if (isArrayLike(row) && row.length === columns) continue;
      const received = isArrayLike(row) ? `a row of ${row.length} numbers` : inWords(row);
      throw wrong(received, `All rows have ${columns} numbers, as the first one.`, { row: i + 1 });
    }
    return { rows: features.length, columns, row: (i) => ({ from: features[i], at: 0 }) };
  }
  const { data, shape } = (features ?? {}) as { data?: unknown; shape?: unknown };
  if (!isArrayLike(data) || !isArrayLike(shape))
    throw wrong(inWords(features), 'Each row is an array of numbers.');
  const [rows, columns] = [shape[0], shape[1]];
  const size = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;
  if (shape.length !== 2 || !size(rows) || !size(columns) || rows * columns !== data.length) {
    throw wrong(
      `${data.length} numbers with shape ${JSON.stringify(Array.from(shape))}`,
      'rows times columns is the length.',
    );
  }
  return { rows, columns, row: (i) => ({ from: data, at: i * columns }) };
}

/** @throws DataError where labels are missing, of another number than the rows, or not finite. */
export function readLabels(labels: unknown, rows: number): Float64Array {
  if (!isArrayLike(labels) || labels.length !== rows) {
    throw new DataError({
      column: 'labels',
      received: isArrayLike(labels) ? `${labels.length} labels` : inWords(labels),
      expected: `${rows} labels, one per row`,
      remedy: 'Give the target column as an array of numbers.',
    });
  }
  return Float64Array.from({ length: rows }, (_, i) => {
    const value = labels[i];
    if (typeof value === 'number' && Number.isFinite(value)) return value + 0;
    throw new DataError({
      row: i + 1,
      column: 'labels',
      received: inWords(value),
      expected: 'a finite number',
      remedy: 'Remove the row; encode two classes as -1 and 1.',
    });
  });
}

/** Groups as numbers 0..count-1 in order of appearance. */
export function readGroups(groups: unknown, rows: number): { of: Int32Array; count: number } | undefined {
  if (groups === undefined) return undefined;
  if (!isArrayLike(groups) || groups.length !== rows) {
    throw new DataError({
      column: 'groups',
      received: isArrayLike(groups) ? `${groups.length} groups` : inWords(groups),
      expected: `${rows} group names, one per row`,
      remedy: 'Give the name or number of the group of every row.',
    });
  }
  const numbers = new Map<unknown, number>();
  const of = Int32Array.from({ length: rows }, (_, i) => {
    const name = groups[i];
    if (typeof name !== 'string' && !(typeof name === 'number' && Number.isFinite(name))) {
      throw new DataError({
        row: i + 1,
        column: 'groups',
        received: inWords(name),
        expected: 'a text or a finite number',
        remedy: 'Give a row without a group a name of its own.',
      });
    }
    if (!numbers.has(name)) numbers.set(name, numbers.size);
    return numbers.get(name)!;
  });
  if (numbers.size < 3) {
    throw new DataError({
      column: 'groups',
      received: `${numbers.size} ${numbers.size === 1 ? 'group' : 'groups'}`,
      expected: 'at least 3 groups',
      remedy: 'Whole groups are left out in turn; leave the column out if rows are independent.',
    });
  }
  return { of, count: numbers.size };
}

/** Pairs [row, earlier row] whose features and label agree to the bit. */
export function duplicateRows(table: Table, labels: Float64Array): [number, number][] {
  const { rows, columns, values } = table;
  const words = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
  const labelWords = new Int32Array(labels.buffer, labels.byteOffset, 2 * labels.length);
  const buckets = new Map<number, number[]>();
  const pairs: [number, number][] = [];
  for (let i = 0; i < rows; i++) {
    // FNV-1a over 32-bit words.
    let hash = 0x811c9dc5;
    for (let w = 2 * i * columns; w < 2 * (i + 1) * columns; w++)
      hash = Math.imul(hash ^ words[w]!, 0x01000193);
    for (let w = 2 * i; w < 2 * i + 2; w++) hash = Math.imul(hash ^ labelWords[w]!, 0x01000193);
    const bucket = buckets.get(hash);
    if (!bucket) buckets.set(hash, [i]);
    else {
      const earlier = bucket.find((other) => sameRow(values, labels, columns, i, other));
      if (earlier === undefined) bucket.push(i);
      else pairs.push([i, earlier]);
    }
  }
  return pairs;
}

function sameRow(values: Float64Array, labels: Float64Array, columns: number, i: number, j: number): boolean {
  if (labels[i] !== labels[j]) return false;
  for (let c = 0; c < columns; c++) if (values[i * columns + c] !== values[j * columns + c]) return false;
  return true;
}
