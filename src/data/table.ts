// A table as it was read: named columns of numbers or texts. A column is judged only when it is asked for, so that
// a broken one that nobody uses does no harm.
import { DataError, type DataPlace } from '../errors.ts';
import { nearestName } from '../numerics/nearest.ts';

export interface Table {
  /** As errors call it. */
  readonly file: string;
  readonly columns: readonly string[];
  readonly rows: number;
  /** Columns that the file itself names as labels and groups. */
  readonly target?: string;
  readonly group?: string;
  /** Whether `values` would answer. */
  isNumeric(name: string): boolean;
  /** The numbers of a column, all finite. @throws DataError naming the first cell that is none. */
  values(name: string): Float64Array;
  /** The cells of a column as texts, none missing. @throws DataError naming the first that is missing. */
  text(name: string): readonly string[];
}

/** A cell that is no finite number, in words. */
export interface BadCell {
  readonly row: number;
  readonly received: string;
  readonly expected: string;
  readonly remedy: string;
}

/** One column as a reader hands it over. */
export interface Column {
  readonly name: string;
  /** The numbers, or the first cell that is none. */
  readonly numbers: () => Float64Array | BadCell;
  /** The texts, or the first cell that is missing or cannot be a text. */
  readonly texts: () => readonly string[] | BadCell;
}

export interface TableSource {
  readonly file: string;
  readonly rows: number;
  readonly columns: readonly Column[];
  readonly target?: string;
  readonly group?: string;
  /** Where a row (from 0) stands in the file, e.g. its line; its number from 1 unless given. */
  readonly place?: (row: number) => DataPlace;
}

const isBad = (result: ArrayLike<unknown> | BadCell): result is BadCell => 'received' in result;

/** The table over a reader's columns. @throws DataError for a name that occurs twice or is empty. */
export function tableOf(source: TableSource): Table {
  const { file, rows, target, group, place = (row) => ({ row: row + 1 }) } = source;
  const columns = new Map<string, Column>();
  source.columns.forEach((column, index) => {
    if (column.name !== '' && !columns.has(column.name)) {
      columns.set(column.name, column);
      return;
    }
    throw new DataError({
      file,
      column: index + 1,
      received:
        column.name === ''
          ? 'a column without a name'
          : `the name ${JSON.stringify(column.name)} a second time`,
      expected: 'a name of its own for every column',
      remedy: 'Name it in the first line, or remove the column.',
    });
  });
  const find = (name: string): Column => columns.get(name) ?? missingColumn(file, name, [...columns.keys()]);
  const answer = <T extends ArrayLike<unknown>>(name: string, result: T | BadCell): T => {
    if (!isBad(result)) return result;
    const { row, received, expected, remedy } = result;
    throw new DataError({ file, ...(row >= 0 ? place(row) : {}), column: name, received, expected, remedy });
  };
  return {
    file,
    columns: [...columns.keys()],
    rows,
    ...(target !== undefined && { target }),
    ...(group !== undefined && { group }),
    isNumeric: (name) => !isBad(find(name).numbers()),
    values: (name) => answer(name, find(name).numbers()),
    text: (name) => answer(name, find(name).texts()),
  };
}

/** @throws DataError that lists the columns there are. */
export function missingColumn(file: string, name: string, columns: readonly string[]): never {
  const nearest = nearestName(name, columns);
  const shown = columns.slice(0, 12).map((column) => JSON.stringify(column));
  throw new DataError({
    file,
    received: `no column ${JSON.stringify(name)}`,
    expected: `one of ${shown.join(', ')}${columns.length > shown.length ? `, … (${columns.length} columns)` : ''}`,
    remedy:
      nearest === undefined ? 'Check the spelling of the name.' : `Did you mean ${JSON.stringify(nearest)}?`,
  });
}

/** Names for columns that have none: `c0`, `c1`, … */
export const numberedNames = (count: number) => Array.from({ length: count }, (_, i) => `c${i}`);

/** A column of numbers that are already there; NaN and infinities are found here. */
export function numericColumn(name: string, numbers: Float64Array): Column {
  return {
    name,
    numbers: () => {
      const row = numbers.findIndex((value) => !Number.isFinite(value));
      return row < 0 ? numbers : notFinite(row, String(numbers[row]));
    },
    texts: () => Array.from(numbers, String),
  };
}

export const MISSING_REMEDY =
  'Fill in the missing cells or remove their rows (or drop the column) before fitting.';

/** The complaint about NaN and infinities. */
export function notFinite(row: number, received: string): BadCell {
  return { row, received, expected: 'a finite number', remedy: MISSING_REMEDY };
}
