// Comma-, semicolon- or tab-separated text as a table. Lines are those of the file, the header included.
import { CsvError, parse } from 'csv-parse/sync';
import { DataError } from '../errors.ts';
import { isNumber, textColumn } from './cells.ts';
import { numberedNames, type Table, tableOf } from './table.ts';

export interface CsvOptions {
  readonly file: string;
  /** Whether the first line holds the names; without it columns are called c0, c1, … */
  readonly header?: boolean;
}

interface Row {
  readonly record: readonly string[];
  readonly line: number;
}

/** Reads a CSV file. @throws DataError */
export function readCsv(bytes: Uint8Array, { file, header = true }: CsvOptions): Table {
  const text = decode(bytes, file);
  const delimiter = detectDelimiter(text);
  const [first, ...rest] = parseRows(text, delimiter, file);
  if (first === undefined) {
    const remedy = 'Give a table with a header line and a line for every sample.';
    throw new DataError({ file, received: 'no lines', expected: 'a table', remedy });
  }
  if (header && first.record.every(isNumber)) {
    throw new DataError({
      file,
      line: first.line,
      received: 'numbers only',
      expected: 'the names of the columns',
      remedy: 'Add a header line, or pass --no-header to call the columns c0, c1, …',
    });
  }
  const names = header ? first.record.map((name) => name.trim()) : numberedNames(first.record.length);
  const rows = header ? rest : [first, ...rest];
  for (const { record, line } of rows) {
    if (record.length === names.length) continue;
    throw new DataError({
      file,
      line,
      received: `${record.length} cells`,
      expected: `${names.length} cells, as in line ${first.line}`,
      remedy: 'Complete the line, or put cells that contain the separator in quotes.',
    });
  }
  if (rows.length === 0) {
    throw new DataError({
      file,
      received: 'a header and no rows',
      expected: 'at least one row of data',
      remedy: 'Check that the file was written completely.',
    });
  }
  return tableOf({
    file,
    rows: rows.length,
    columns: names.map((name, i) =>
      textColumn(
        name,
        rows.map(({ record }) => record[i]),
      ),
    ),
    place: (row) => ({ line: rows[row].line }),
  });
}

function decode(bytes: Uint8Array, file: string): string {
  const refuse = (received: string, remedy: string) =>
    new DataError({ file, received, expected: 'text in UTF-8', remedy });
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw refuse('text in UTF-16', 'Save the file as "CSV UTF-8".');
  }
  if (bytes.includes(0)) throw refuse('binary data', 'Give a CSV, JSON, npy or Parquet file.');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    if (cause instanceof RangeError)
      throw refuse('more text than fits into one string', 'Use Parquet or npy.');
    throw refuse('bytes that are not UTF-8', 'Save the file as "CSV UTF-8", or give another format.');
  }
}

/** The separator that occurs most often in the first line that is not empty, outside quotes. */
function detectDelimiter(text: string): string {
  const line = /[^\r\n]+/.exec(text)?.[0].slice(0, 1_000_000) ?? '';
  const bare = line.replace(/"[^"]*"/g, '');
  const counts = [',', ';', '\t'].map((delimiter) => bare.split(delimiter).length);
  return [',', ';', '\t'][counts.indexOf(Math.max(...counts))];
}

function parseRows(text: string, delimiter: string, file: string): Row[] {
  try {
    const rows = parse(text, {
      delimiter,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return rows.map(({ record, info }) => ({ record, line: info.lines }));
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const { lines } = cause as unknown as { lines?: number };
    throw new DataError(
      {
        file,
        ...(lines !== undefined && { line: lines }),
        received:
          cause.code === 'CSV_QUOTE_NOT_CLOSED' ? 'a quote that is never closed' : 'a misplaced quote',
        expected: 'quotes around whole cells, doubled inside them',
        remedy: 'Close the quote or remove it.',
      },
      { cause },
    );
  }
}
