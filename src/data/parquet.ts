// Parquet files as tables. Flat columns of numbers, switches and texts; dates, lists, structs and binary values are
// named when they are asked for.
import type { Compressors, FileMetaData, SchemaTree } from 'hyparquet';
import { parquetMetadata, parquetRead, parquetSchema } from 'hyparquet';
import { DataError } from '../errors.ts';
import { valueColumn } from './cells.ts';
import { checkPages, type FlatColumn, PageError } from './parquet-pages.ts';
import { type Column, type Table, tableOf } from './table.ts';

export interface ParquetOptions {
  readonly file: string;
  /** Decompressors beyond Snappy, by codec; the host knows which it has. */
  readonly compressors?: Compressors;
}

export const PARQUET_MAGIC = [0x50, 0x41, 0x52, 0x31];
const MOST_CELLS = 500_000_000;

/** Reads a Parquet file from memory. @throws DataError */
export async function readParquet(bytes: Uint8Array, options: ParquetOptions): Promise<Table> {
  const { file } = options;
  try {
    const buffer = bytes.slice().buffer as ArrayBuffer;
    const metadata = parquetMetadata(buffer);
    const fields = parquetSchema(metadata).children;
    const rows = checkExtent(metadata, fields, file);
    checkCodecs(metadata, options);
    const usable = fields.filter((field) => unusable(field) === undefined).map(({ element }) => element);
    const names = usable.map(({ name }) => name);
    const flat = usable.map(({ name, type, repetition_type }): [string, FlatColumn] => [
      name,
      { type, optional: repetition_type === 'OPTIONAL' },
    ]);
    checkPages(bytes, metadata, new Map(flat), options.compressors);
    const cells = names.length > 0 ? await readColumns(buffer, metadata, names, rows, options) : new Map();
    const columns = fields.map((field): Column => {
      const { name } = field.element;
      return cells.has(name)
        ? valueColumn(name, cells.get(name))
        : unusableColumn(name, unusable(field) ?? 'no data');
    });
    return tableOf({ file, rows, columns });
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    const received = `a damaged or unknown Parquet file${cause instanceof PageError ? ` (${cause.message})` : ''}`;
    const remedy = 'Write the file again, with plain columns and Snappy or no compression.';
    throw new DataError({ file, received, expected: 'a Parquet file', remedy }, { cause });
  }
}

/** The number of rows, once the parts of the file agree on it. */
function checkExtent(metadata: FileMetaData, fields: readonly SchemaTree[], file: string): number {
  const rows = Number(metadata.num_rows);
  const groups = metadata.row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0);
  if (rows !== groups || !(rows >= 0) || rows * fields.length > MOST_CELLS) {
    const remedy = 'The file was cut off or changed, or is larger than can be fitted: write it again.';
    throw new DataError({
      file,
      received: `${rows} rows that its parts do not bear out`,
      expected: 'a Parquet file',
      remedy,
    });
  }
  if (rows === 0) {
    const remedy = 'Check that the table was filled before it was saved.';
    throw new DataError({ file, received: 'no rows', expected: 'at least one row', remedy });
  }
  return rows;
}

function checkCodecs(metadata: FileMetaData, { file, compressors = {} }: ParquetOptions): void {
  for (const { columns } of metadata.row_groups) {
    for (const { meta_data } of columns) {
      const codec = meta_data?.codec ?? 'UNCOMPRESSED';
      if (codec === 'UNCOMPRESSED' || codec === 'SNAPPY' || Object.hasOwn(compressors, codec)) continue;
      const remedy = 'Write it with Snappy, gzip or no compression.';
      throw new DataError({ file, received: `compression ${codec}`, expected: 'a codec known here', remedy });
    }
  }
}

/** What a column holds, if it is nothing to fit on. */
function unusable({ element, children }: SchemaTree): string | undefined {
  if (children.length > 0 || element.repetition_type === 'REPEATED') return 'nested values';
  const logical = element.logical_type?.type;
  const converted = element.converted_type;
  if (logical === 'DATE' || logical === 'TIME' || logical === 'TIMESTAMP' || element.type === 'INT96')
    return 'dates';
  if (converted && /DATE|TIME|INTERVAL/.test(converted)) return 'dates';
  const binary = element.type === 'BYTE_ARRAY' || element.type === 'FIXED_LEN_BYTE_ARRAY';
  const decimal = converted === 'DECIMAL' || logical === 'DECIMAL' || logical === 'FLOAT16';
  const text = converted === 'UTF8' || converted === 'ENUM' || logical === 'STRING' || logical === 'ENUM';
  return binary && !decimal && !text ? 'binary values' : undefined;
}

function unusableColumn(name: string, received: string): Column {
  const remedy = 'Drop the column, or convert it to numbers before writing the file.';
  const bad = () => ({ row: -1, received, expected: 'numbers, switches or texts', remedy });
  return { name, numbers: bad, texts: bad };
}

async function readColumns(
  file: ArrayBuffer,
  metadata: FileMetaData,
  names: string[],
  rows: number,
  { compressors }: ParquetOptions,
): Promise<Map<string, unknown[]>> {
  const cells = new Map(names.map((name): [string, unknown[]] => [name, new Array(rows).fill(null)]));
  const onComplete = (read: unknown[][]) => {
    if (read.length !== rows) throw new Error(`${read.length} of ${rows} rows`);
    read.forEach((row, i) => {
      names.forEach((name, j) => {
        cells.get(name)![i] = row[j];
      });
    });
  };
  await parquetRead({ file, metadata, columns: names, compressors, rowFormat: 'array', onComplete });
  return cells;
}
