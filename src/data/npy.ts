// NumPy's .npy files as tables: one- and two-dimensional arrays of numbers. Columns are called c0, c1, …
// Source: the format specification of NumPy, versions 1.0 to 3.0 (numpy.lib.format).
import { DataError } from '../errors.ts';
import { type Column, numberedNames, numericColumn, type Table, tableOf } from './table.ts';

type Reader = (view: DataView, offset: number, little: boolean) => number;

/** Bytes per element and how to read one. */
const KINDS: Readonly<Record<string, readonly [size: number, read: Reader]>> = {
  f4: [4, (view, offset, little) => view.getFloat32(offset, little)],
  f8: [8, (view, offset, little) => view.getFloat64(offset, little)],
  i1: [1, (view, offset) => view.getInt8(offset)],
  i2: [2, (view, offset, little) => view.getInt16(offset, little)],
  i4: [4, (view, offset, little) => view.getInt32(offset, little)],
  i8: [8, (view, offset, little) => exact(view.getBigInt64(offset, little))],
  u1: [1, (view, offset) => view.getUint8(offset)],
  u2: [2, (view, offset, little) => view.getUint16(offset, little)],
  u4: [4, (view, offset, little) => view.getUint32(offset, little)],
  u8: [8, (view, offset, little) => exact(view.getBigUint64(offset, little))],
  b1: [1, (view, offset) => (view.getUint8(offset) === 0 ? 0 : 1)],
};

/** The integer as a double, or NaN where a double cannot hold it. */
function exact(integer: bigint): number {
  const value = Number(integer);
  return Number.isSafeInteger(value) ? value : Number.NaN;
}

export const NPY_MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

interface Header {
  readonly kind: string;
  readonly little: boolean;
  readonly fortran: boolean;
  readonly shape: readonly number[];
  /** Where the data begins. */
  readonly offset: number;
}

/** Reads an .npy file. @throws DataError */
export function readNpy(bytes: Uint8Array, { file }: { file: string }): Table {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { kind, little, fortran, shape, offset } = readHeader(bytes, view, file);
  const [rows, columns = 1] = shape;
  const [size, read] = KINDS[kind];
  const needed = rows * columns * size;
  if (bytes.length - offset !== needed) {
    throw new DataError({
      file,
      received: `${bytes.length - offset} bytes of data`,
      expected: `${needed} bytes for ${rows} × ${columns} elements of type ${kind}`,
      remedy: 'The file was cut off or changed: write it again.',
    });
  }
  if (rows === 0 || columns === 0) {
    const remedy = 'Check that the array was filled before it was saved.';
    throw new DataError({
      file,
      received: `a ${rows} × ${columns} array`,
      expected: 'at least one row',
      remedy,
    });
  }
  const column = (name: string, j: number): Column =>
    lazily(name, kind, () => {
      const values = new Float64Array(rows);
      for (let i = 0; i < rows; i++) {
        values[i] = read(view, offset + size * (fortran ? j * rows + i : i * columns + j), little);
      }
      return values;
    });
  return tableOf({ file, rows, columns: numberedNames(columns).map(column) });
}

/** A numeric column whose numbers are read on first use. */
function lazily(name: string, kind: string, read: () => Float64Array): Column {
  let column: Column | undefined;
  const ready = () => (column ??= numericColumn(name, read()));
  const numbers = () => {
    const result = ready().numbers();
    if (!('received' in result) || kind.startsWith('f')) return result;
    const remedy = 'Scale the column, or drop it if it is an identifier.';
    return { ...result, received: 'a larger integer', expected: 'an integer of at most 53 bits', remedy };
  };
  return { name, numbers, texts: () => ready().texts() };
}

function readHeader(bytes: Uint8Array, view: DataView, file: string): Header {
  const refuse = (received: string, expected: string, remedy: string) =>
    new DataError({ file, received, expected, remedy });
  const broken = () => refuse('a damaged header', 'an .npy header', 'Write the file again with numpy.save.');
  if (bytes.length < 12 || NPY_MAGIC.some((byte, i) => bytes[i] !== byte)) throw broken();
  const version = bytes[6];
  if (version < 1 || version > 3)
    throw refuse(`format version ${version}`, 'version 1, 2 or 3', 'Save it again.');
  const start = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (start + length > bytes.length) throw broken();
  const text = new TextDecoder().decode(bytes.subarray(start, start + length));
  const descr = /'descr'\s*:\s*('[^']*'|\[)/.exec(text)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(text)?.[1];
  if (descr === undefined || order === undefined || shape === undefined) throw broken();
  const [, endian, kind] = /^'([<>|=])(\w+)'$/.exec(descr) ?? [];
  if (!Object.hasOwn(KINDS, kind ?? '')) {
    const known = Object.keys(KINDS).join(', ');
    throw refuse(
      `elements of type ${descr}`,
      `one of ${known}`,
      'Convert it first: array.astype(numpy.float64).',
    );
  }
  const extents = shape
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
  if (extents.length < 1 || extents.length > 2) {
    const remedy = 'Reshape it to samples × features before saving.';
    throw refuse(`an array of ${extents.length} dimensions`, 'one or two', remedy);
  }
  if (!extents.every(Number.isSafeInteger)) throw broken();
  return { kind, little: endian !== '>', fortran: order === 'True', shape: extents, offset: start + length };
}
