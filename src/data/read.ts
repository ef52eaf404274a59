// A table from the bytes of a file: the content says which format it is, the name only where the content cannot.
import { DataError } from '../errors.ts';
import { readCsv } from './csv.ts';
import { readJson } from './json.ts';
import { readNpy } from './npy.ts';
import { type ParquetOptions, readParquet } from './parquet.ts';
import { sniff } from './sniff.ts';
import type { Table } from './table.ts';

export interface ReadOptions extends ParquetOptions {
  /** Whether a CSV file begins with the names of its columns. */
  readonly header?: boolean;
}

/** Reads a table of any known format. @throws DataError */
export async function readTable(bytes: Uint8Array, options: ReadOptions): Promise<Table> {
  switch (sniff(bytes, options.file)) {
    case 'npy':
      return readNpy(bytes, options);
    case 'parquet':
      return readParquet(bytes, options);
    case 'json':
      return readJson(bytes, options);
    case 'csv':
      return readCsv(bytes, options);
    default:
      throw new DataError({
        file: options.file,
        received: 'a file of an unknown format',
        expected: 'CSV, JSON, npy or Parquet',
        remedy: 'Export the data as CSV.',
      });
  }
}
