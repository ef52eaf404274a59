// The rows of a fit, from the files that the user names or from the configuration itself.
import * as zlib from 'node:zlib';
import { decodeJson, tableFromJson } from '../data/json.ts';
import { readTable } from '../data/read.ts';
import { sniff } from '../data/sniff.ts';
import type { Table } from '../data/table.ts';
import type { FitData } from '../index.ts';
import { sha256 } from '../result-hash.ts';
import type { Host } from './host.ts';
import type { DataFile } from './manifest.ts';
import { fileName, readDataFile, refuseModel } from './read-files.ts';
import { rowsOf, type Selected, type Selection, select } from './select-columns.ts';

export interface FitInput {
  /** Rows from a file; undefined where the configuration holds them. */
  readonly data?: FitData;
  readonly selected?: Selected;
  /** The configuration, where the file was one. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly file: DataFile;
}

type Decompress = (bytes: Uint8Array) => Uint8Array;

/** Since Node 22.15. */
const { zstdDecompressSync } = zlib as { zstdDecompressSync?: Decompress };

const compressors: Readonly<Record<string, Decompress>> = {
  GZIP: (bytes) => new Uint8Array(zlib.gunzipSync(bytes)),
  BROTLI: (bytes) => new Uint8Array(zlib.brotliDecompressSync(bytes)),
  ...(zstdDecompressSync && { ZSTD: (bytes: Uint8Array) => new Uint8Array(zstdDecompressSync(bytes)) }),
};

/** A configuration says what to train; a table does not. */
function isConfig(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return ['theory', 'model', 'optimizer'].some((key) => Object.hasOwn(value, key));
}

/** Reads DATA, which is a table or a configuration that holds its rows. @throws DataError, UsageError */
export async function readInput(
  path: string,
  selection: Selection,
  header: boolean,
  host: Host,
): Promise<FitInput> {
  const bytes = await readDataFile(path, host);
  const file = await describe(path, bytes);
  const json = sniff(bytes, path) === 'json' ? decodeJson(bytes, path) : undefined;
  refuseModel(json, path, 'table or a configuration');
  if (isConfig(json)) return { config: json, file };
  const table = json === undefined ? await tableIn(bytes, path, header) : tableFromJson(json, path);
  const selected = select(table, selection);
  return { data: rowsOf(table, selected), selected, file };
}

/** Other rows with the columns of the training rows. @throws DataError */
export async function readTestRows(
  path: string,
  selected: Selected,
  header: boolean,
  host: Host,
): Promise<{ data: FitData; file: DataFile }> {
  const bytes = await readDataFile(path, host);
  const { group: _, ...columns } = selected;
  return { data: rowsOf(await tableIn(bytes, path, header), columns), file: await describe(path, bytes) };
}

async function tableIn(bytes: Uint8Array, file: string, header: boolean): Promise<Table> {
  return readTable(bytes, { file, header, compressors });
}

async function describe(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<DataFile> {
  return { file: fileName(path), sha256: await sha256(bytes), bytes: bytes.length };
}
