// Which format a file has, told from its first bytes; its name decides only between the text formats.
import { DataError } from '../errors.ts';
import { NPY_MAGIC } from './npy.ts';
import { PARQUET_MAGIC } from './parquet.ts';

export type Format = 'csv' | 'npy' | 'parquet' | 'json';

/** Formats that people try and that cannot be read, with what to do instead. */
const FOREIGN: readonly (readonly [magic: readonly number[], name: string, remedy: string])[] = [
  [
    [0x50, 0x4b, 0x03, 0x04],
    'a zip archive (.npz, .xlsx or .zip)',
    'Save one array with numpy.save, or export as CSV.',
  ],
  [[0x1f, 0x8b], 'a gzip archive', 'Unpack it first: gunzip FILE.'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'a Zstandard archive', 'Unpack it first: unzstd FILE.'],
  [[0x41, 0x52, 0x52, 0x4f, 0x57, 0x31], 'an Arrow or Feather file', 'Write it as Parquet or CSV.'],
  [[0x89, 0x48, 0x44, 0x46], 'an HDF5 file', 'Save the array with numpy.save, or export as CSV.'],
  [[0x80, 0x04, 0x95], 'a Python pickle', 'Save the array with numpy.save, or export as CSV.'],
  [[0xd0, 0xcf, 0x11, 0xe0], 'an old Excel file', 'Export the sheet as CSV.'],
  [[0x25, 0x50, 0x44, 0x46], 'a PDF', 'Export the table as CSV.'],
];

const begins = (bytes: Uint8Array, magic: readonly number[]) => magic.every((byte, i) => bytes[i] === byte);

/** The format of a file. @throws DataError for empty files and formats that cannot be read */
export function sniff(bytes: Uint8Array, file: string): Format {
  const expected = 'a CSV, JSON, npy or Parquet file';
  if (bytes.length === 0) {
    throw new DataError({
      file,
      received: 'an empty file',
      expected,
      remedy: 'Check that it was written completely.',
    });
  }
  if (begins(bytes, NPY_MAGIC)) return 'npy';
  if (begins(bytes, PARQUET_MAGIC)) return 'parquet';
  const foreign = FOREIGN.find(([magic]) => begins(bytes, magic));
  if (foreign) throw new DataError({ file, received: foreign[1], expected, remedy: foreign[2] });
  const text = new TextDecoder('utf-8').decode(bytes.subarray(0, 4096));
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (text.includes('\0') && !utf16) {
    throw new DataError({ file, received: 'binary data', expected, remedy: 'Export the data as CSV.' });
  }
  if (/\.(csv|tsv|txt)$/i.test(file)) return 'csv';
  return /^\s*[[{]/.test(text) || /\.json$/i.test(file) ? 'json' : 'csv';
}
