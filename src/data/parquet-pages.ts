// A walk over the pages of a Parquet file before anything is decoded: the decoder trusts the sizes and run lengths
// that the file states, and damaged ones would make it run for ever or ask for absurd memory.
import type { CompressionCodec, Compressors, FileMetaData, PageHeader } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { decompressPage } from 'hyparquet/src/datapage.js';
import { readVarInt } from 'hyparquet/src/thrift.js';

/** No codec packs tighter than this, by a wide margin (Zstandard on constant data stays below it). */
const TIGHTEST = 50_000;

/** What is wrong with the pages, in words for a user. */
export class PageError extends Error {
  override readonly name = 'PageError';
}

/** A flat column that will be decoded. */
export interface FlatColumn {
  readonly optional: boolean;
  readonly type: string | undefined;
}

interface Chunk extends FlatColumn {
  readonly codec: CompressionCodec;
  readonly compressors: Compressors | undefined;
}

type Reader = { readonly view: DataView; offset: number };

const readerOf = (bytes: Uint8Array): Reader => ({
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  offset: 0,
});

/** @throws PageError where the parts of a column contradict each other */
export function checkPages(
  bytes: Uint8Array,
  metadata: FileMetaData,
  columns: ReadonlyMap<string, FlatColumn>,
  compressors: Compressors | undefined,
): void {
  for (const { columns: chunks, num_rows } of metadata.row_groups) {
    for (const { meta_data: chunk } of chunks) {
      if (chunk === undefined) throw new PageError('a column chunk without description');
      const column = columns.get(chunk.path_in_schema[0]);
      if (column === undefined) continue;
      if (chunk.num_values !== num_rows) throw new PageError('a column of another length');
      const start = Number(chunk.dictionary_page_offset || chunk.data_page_offset);
      const end = start + Number(chunk.total_compressed_size);
      if (!(start >= 4 && end > start && end <= bytes.length))
        throw new PageError('a column chunk outside the file');
      checkChunk(bytes.subarray(start, end), Number(chunk.num_values), {
        ...column,
        codec: chunk.codec,
        compressors,
      });
    }
  }
}

function checkChunk(bytes: Uint8Array, expected: number, chunk: Chunk): void {
  const reader = readerOf(bytes);
  let values = 0;
  while (values < expected) {
    const page = parquetHeader(reader);
    const { compressed_page_size: stored, uncompressed_page_size: size } = page;
    const fits = stored >= 0 && reader.offset + stored <= bytes.length;
    if (!fits || !(size >= 0 && size <= TIGHTEST * (stored + 1)))
      throw new PageError('a page of impossible size');
    const body = bytes.subarray(reader.offset, reader.offset + stored);
    reader.offset += stored;
    if (page.type === 'DICTIONARY_PAGE') {
      const entries = page.dictionary_page_header?.num_values ?? -1;
      if (!(entries >= 0 && entries <= 8 * size)) throw new PageError('a dictionary of impossible size');
    } else if (page.type === 'DATA_PAGE') values += checkDataPage(body, page, chunk);
    else if (page.type === 'DATA_PAGE_V2') values += checkDataPageV2(body, page, chunk);
    else throw new PageError('a page of unknown type');
  }
  if (values !== expected) throw new PageError(`${values} values where ${expected} were announced`);
}

function checkDataPage(
  body: Uint8Array,
  page: PageHeader,
  { optional, type, codec, compressors }: Chunk,
): number {
  const header = page.data_page_header;
  if (!header || !(header.num_values > 0)) throw new PageError('a page without values');
  const reader = readerOf(decompressPage(body, Number(page.uncompressed_page_size), codec, compressors));
  if (optional) checkPrefixedRuns(reader, 1, header.num_values);
  // Missing values take no room, so their number bounds that of the values from above.
  checkValues(reader, header.encoding, type, header.num_values);
  return header.num_values;
}

function checkDataPageV2(
  body: Uint8Array,
  page: PageHeader,
  { optional, type, codec, compressors }: Chunk,
): number {
  const header = page.data_page_header_v2;
  if (!header || !(header.num_values > 0) || header.num_rows !== header.num_values) {
    throw new PageError('a page whose rows are not its values');
  }
  const {
    num_values,
    num_nulls,
    definition_levels_byte_length: levels,
    repetition_levels_byte_length: lists,
  } = header;
  if (!(num_nulls >= 0 && num_nulls <= num_values && levels >= 0 && lists === 0 && levels <= body.length)) {
    throw new PageError('levels of impossible size');
  }
  if (optional) checkRuns(readerOf(body.subarray(0, levels)), 1, num_values);
  const rest = body.subarray(levels);
  const size = Number(page.uncompressed_page_size) - levels;
  const plain = header.is_compressed === false ? rest : decompressPage(rest, size, codec, compressors);
  const reader = readerOf(plain);
  if (header.encoding === 'RLE') checkPrefixedRuns(reader, 1, num_values);
  else checkValues(reader, header.encoding, type, num_values);
  return num_values;
}

function checkValues(reader: Reader, encoding: string, type: string | undefined, most: number): void {
  if (encoding === 'PLAIN' || encoding === 'BYTE_STREAM_SPLIT') return;
  if (encoding === 'RLE' && type === 'BOOLEAN') {
    checkPrefixedRuns(reader, 1, most);
    return;
  }
  if (encoding === 'PLAIN_DICTIONARY' || encoding === 'RLE_DICTIONARY') {
    const width = reader.view.getUint8(reader.offset++);
    if (width > 32) throw new PageError('dictionary indices of impossible width');
    if (width > 0) checkRuns(reader, width, most);
    return;
  }
  if (encoding === 'DELTA_BINARY_PACKED' || encoding === 'DELTA_LENGTH_BYTE_ARRAY') {
    const block = readVarInt(reader);
    const miniblocks = readVarInt(reader);
    if (block > 0 && miniblocks > 0 && block % miniblocks === 0 && block <= 1 << 20) return;
    throw new PageError('delta blocks of impossible size');
  }
  throw new PageError(`the encoding ${encoding}`);
}

/** Runs after their length in four bytes. */
function checkPrefixedRuns(reader: Reader, width: number, most: number): void {
  const length = reader.view.getUint32(reader.offset, true);
  reader.offset += 4;
  const end = reader.offset + length;
  if (end > reader.view.byteLength) throw new PageError('levels of impossible size');
  checkRuns({ view: reader.view, offset: reader.offset }, width, most);
  reader.offset = end;
}

/** Run-length and bit-packed runs: none longer than the values that are left (and padding). */
function checkRuns(reader: Reader, width: number, most: number): void {
  let left = most;
  while (left > 0 && reader.offset < reader.view.byteLength) {
    const header = readVarInt(reader);
    const packed = (header & 1) === 1;
    const count = packed ? (header >>> 1) * 8 : header >>> 1;
    if (!(count > 0 && count <= left + (packed ? 512 : 0))) throw new PageError('a run of impossible length');
    reader.offset += packed ? (count / 8) * width : (width + 7) >> 3;
    left -= count;
  }
}
