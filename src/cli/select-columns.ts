// From a table to rows that can be fitted: which column is the target, which are features, which names the groups.
import { isDecimalComma } from '../data/cells.ts';
import { missingColumn, type Table } from '../data/table.ts';
import { DataError } from '../errors.ts';
import type { FitData } from '../index.ts';
import { UsageError } from './exit-codes.ts';

export interface Selection {
  readonly target?: string;
  readonly features?: readonly string[];
  readonly drop?: readonly string[];
  readonly group?: string;
}

/** A selection with every name filled in; what a manifest keeps. */
export interface Selected {
  readonly target: string;
  readonly features: readonly string[];
  readonly group?: string;
  /** Names of the two classes that stand for -1 and 1, where the target is no number. */
  readonly classes?: readonly [string, string];
}

/** Fills in what the selection leaves open. @throws DataError, UsageError */
export function select(table: Table, selection: Selection): Selected {
  const target = selection.target ?? table.target;
  if (target === undefined) {
    const shown = table.columns.slice(0, 12).join(', ');
    throw new UsageError(
      `Which column is to be predicted? Name it: --target COLUMN. Columns: ${shown}${table.columns.length > 12 ? ', …' : ''}.`,
    );
  }
  const group = selection.group ?? table.group;
  const named = [
    target,
    ...(group === undefined ? [] : [group]),
    ...(selection.drop ?? []),
    ...(selection.features ?? []),
  ];
  for (const name of named) if (!table.columns.includes(name)) missingColumn(table.file, name, table.columns);
  const special = new Map([
    [target, 'the target'],
    ...(group === undefined ? [] : [[group, 'the group'] as const]),
    ...(selection.drop ?? []).map((name) => [name, 'dropped'] as const),
  ]);
  const clash = selection.features?.find((name) => special.has(name));
  if (clash !== undefined)
    throw new UsageError(
      `Column ${JSON.stringify(clash)} is among --features, but it is ${special.get(clash)}.`,
    );
  const features = selection.features ?? table.columns.filter((name) => !special.has(name));
  if (features.length === 0) {
    const remedy = 'Give a table with more columns, or drop fewer.';
    throw new DataError({
      file: table.file,
      received: 'no column beside the target',
      expected: 'at least one feature',
      remedy,
    });
  }
  const classes = table.isNumeric(target) ? undefined : classesOf(table, target);
  return { target, features, ...(group !== undefined && { group }), ...(classes && { classes }) };
}

function classesOf(table: Table, target: string): readonly [string, string] | undefined {
  // A missing cell is the better complaint.
  const names = [...new Set(table.text(target))];
  const numbers = names.filter((name) => Number.isFinite(Number(name)));
  if (numbers.length > 0 && numbers.length < names.length) table.values(target);
  // Numbers with a decimal comma are no classes: the place and the remedy come from reading them as numbers.
  const commas = names.filter(isDecimalComma).length;
  if (commas > 0 && (commas === names.length || names.length > 2)) table.values(target);
  if (names.length === 2) return [...names].sort((a, b) => (a < b ? -1 : 1)) as [string, string];
  throw new DataError({
    file: table.file,
    column: target,
    received:
      names.length === 1
        ? `the same text in every row (${JSON.stringify(names[0])})`
        : `${names.length} different texts`,
    expected: 'numbers, or two classes',
    remedy:
      names.length === 1
        ? 'Choose another target.'
        : 'Encode the classes as numbers, or keep the rows of two of them.',
  });
}

/** The selected rows as numbers. @throws DataError naming line and column of what is none */
export function rowsOf(table: Table, { target, features, group, classes }: Selected): FitData {
  const columns = features.map((name) => table.values(name));
  const data = new Float64Array(table.rows * columns.length);
  columns.forEach((column, j) => {
    for (let i = 0; i < column.length; i++) data[i * columns.length + j] = column[i];
  });
  return {
    features: { data, shape: [table.rows, columns.length] },
    labels: classes ? classLabels(table, target, classes) : table.values(target),
    ...(group !== undefined && { groups: table.text(group) }),
    columns: features,
  };
}

function classLabels(table: Table, target: string, [low, high]: readonly [string, string]): Float64Array {
  return Float64Array.from(table.text(target), (name, row) => {
    if (name === low) return -1;
    if (name === high) return 1;
    throw new DataError({
      file: table.file,
      row: row + 1,
      column: target,
      received: JSON.stringify(name),
      expected: `${JSON.stringify(low)} or ${JSON.stringify(high)}`,
      remedy: 'Remove the rows of other classes.',
    });
  });
}
