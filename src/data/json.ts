// JSON tables: { "features": [[…]], "labels": […] }, an array of records, or { "columns": { name: […] } }.
import { DataError } from '../errors.ts';
import { valueColumn } from './cells.ts';
import { JsonTextError, parseJson } from './json-text.ts';
import { type Column, numberedNames, type Table, tableOf } from './table.ts';

const FORMS = '{ "features": [[…]], "labels": […] }, an array of records, or { "columns": { "name": […] } }';

/** The JSON value in a file. @throws DataError with line and column */
export function decodeJson(bytes: Uint8Array, file: string): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const remedy = 'Save the file as UTF-8.';
    throw new DataError({ file, received: 'bytes that are not UTF-8', expected: 'JSON text', remedy });
  }
  try {
    return parseJson(text);
  } catch (cause) {
    if (!(cause instanceof JsonTextError)) throw cause;
    const { line, received, expected } = cause;
    const remedy = `Correct the JSON at character ${cause.column} of that line.`;
    throw new DataError({ file, line, received, expected, remedy }, { cause });
  }
}

/** Reads a JSON table. @throws DataError */
export function readJson(bytes: Uint8Array, { file }: { file: string }): Table {
  return tableFromJson(decodeJson(bytes, file), file);
}

type Refuse = (received: string, expected: string, remedy: string, row?: number) => DataError;

/** The table that a JSON value describes. @throws DataError */
export function tableFromJson(value: unknown, file: string): Table {
  const refuse: Refuse = (received, expected, remedy, row) =>
    new DataError({ file, ...(row !== undefined && { row: row + 1 }), received, expected, remedy });
  if (Array.isArray(value)) return fromRecords(value, file, refuse);
  if (isRecord(value) && Array.isArray(value.features))
    return fromFeatures(value, value.features, file, refuse);
  if (isRecord(value) && isRecord(value.columns)) return fromColumns(value.columns, file, refuse);
  throw refuse('JSON of another form', FORMS, 'Rearrange the data into one of these forms.');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fromRecords(records: readonly unknown[], file: string, refuse: Refuse): Table {
  const [first] = records;
  if (!isRecord(first)) {
    throw refuse(
      first === undefined ? 'an empty array' : 'an array of something else',
      FORMS,
      'Use records.',
    );
  }
  const names = Object.keys(first);
  const known = new Set(names);
  records.forEach((record, row) => {
    if (!isRecord(record))
      throw refuse('something that is no object', 'a record', 'Make every entry an object.', row);
    const lacking = names.find((name) => !Object.hasOwn(record, name));
    const extra = Object.keys(record).find((name) => !known.has(name));
    if (lacking === undefined && extra === undefined) return;
    const received =
      lacking === undefined ? `an extra key ${JSON.stringify(extra)}` : `no key ${JSON.stringify(lacking)}`;
    throw refuse(received, 'the same keys as in the first record', 'Give every record the same keys.', row);
  });
  const columns = names.map((name) =>
    valueColumn(
      name,
      records.map((record) => (record as Record<string, unknown>)[name]),
    ),
  );
  return tableOf({ file, rows: records.length, columns });
}

function fromColumns(columns: Record<string, unknown>, file: string, refuse: Refuse): Table {
  const names = Object.keys(columns);
  let rows = -1;
  const made = names.map((name): Column => {
    const cells = columns[name];
    if (!Array.isArray(cells))
      throw refuse(`no array in column ${JSON.stringify(name)}`, 'an array of cells', '');
    if (rows >= 0 && cells.length !== rows) {
      const remedy = 'Make all columns equally long.';
      throw refuse(
        `${cells.length} cells in column ${JSON.stringify(name)}`,
        `${rows}, as before it`,
        remedy,
      );
    }
    rows = cells.length;
    return valueColumn(name, cells);
  });
  if (rows < 1) throw refuse('no rows', 'at least one', 'Check that the file was written completely.');
  return tableOf({ file, rows, columns: made });
}

/** `features` with `labels` and, if given, `groups` and the `columns`' names. */
function fromFeatures(
  value: Record<string, unknown>,
  features: unknown[],
  file: string,
  refuse: Refuse,
): Table {
  const [first] = features;
  if (!Array.isArray(first) || first.length === 0)
    throw refuse('no rows', '"features": an array of rows', '');
  const names = value.columns === undefined ? numberedNames(first.length) : value.columns;
  const isNames =
    Array.isArray(names) && names.length === first.length && names.every((name) => typeof name === 'string');
  if (!isNames)
    throw refuse('other "columns"', `${first.length} names, one per feature`, 'Correct or remove them.');
  features.forEach((row, i) => {
    if (Array.isArray(row) && row.length === first.length) return;
    const received = Array.isArray(row) ? `a row of ${row.length}` : 'something that is no row';
    throw refuse(received, `${first.length} numbers, as in the first row`, 'Complete the row.', i);
  });
  const columns = (names as string[]).map((name, j) =>
    valueColumn(
      name,
      features.map((row) => (row as unknown[])[j]),
    ),
  );
  for (const [key, name] of [
    ['labels', 'label'],
    ['groups', 'group'],
  ] as const) {
    const cells = value[key];
    if (cells === undefined) continue;
    if (!Array.isArray(cells) || cells.length !== features.length) {
      const received = Array.isArray(cells) ? `${cells.length} ${key}` : `no array of ${key}`;
      throw refuse(received, `${features.length} ${key}, one per row of "features"`, 'Give one per row.');
    }
    columns.push(valueColumn(name, cells));
  }
  return tableOf({
    file,
    rows: features.length,
    columns,
    ...(value.labels !== undefined && { target: 'label' }),
    ...(value.groups !== undefined && { group: 'group' }),
  });
}
