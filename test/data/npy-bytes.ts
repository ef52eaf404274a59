// .npy files written by hand from the format specification, for tests of the reader.

export interface NpyParts {
  readonly descr: string;
  readonly shape: readonly number[];
  readonly values: readonly (number | bigint)[];
  readonly fortran?: boolean;
  readonly version?: 1 | 2 | 3;
}

const WRITERS: Record<string, (view: DataView, offset: number, value: never, little: boolean) => void> = {
  f4: (view, offset, value, little) => view.setFloat32(offset, value, little),
  f8: (view, offset, value, little) => view.setFloat64(offset, value, little),
  i1: (view, offset, value) => view.setInt8(offset, value),
  i2: (view, offset, value, little) => view.setInt16(offset, value, little),
  i4: (view, offset, value, little) => view.setInt32(offset, value, little),
  i8: (view, offset, value, little) => view.setBigInt64(offset, BigInt(value), little),
  u1: (view, offset, value) => view.setUint8(offset, value),
  u2: (view, offset, value, little) => view.setUint16(offset, value, little),
  u4: (view, offset, value, little) => view.setUint32(offset, value, little),
  u8: (view, offset, value, little) => view.setBigUint64(offset, BigInt(value), little),
  b1: (view, offset, value) => view.setUint8(offset, value),
};

/** `values` stand in the order in which the file holds them. */
export function npyBytes({
  descr,
  shape,
  values,
  fortran = false,
  version = 1,
}: NpyParts): Uint8Array<ArrayBuffer> {
  const dictionary = `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`;
  const prefix = version === 1 ? 10 : 12;
  const length = Math.ceil((prefix + dictionary.length + 1) / 64) * 64 - prefix;
  const header = new TextEncoder().encode(`${dictionary.padEnd(length - 1)}\n`);
  const kind = descr.slice(1);
  const size = Number(kind.slice(1));
  const bytes = new Uint8Array(prefix + length + size * values.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  if (version === 1) view.setUint16(8, length, true);
  else view.setUint32(8, length, true);
  bytes.set(header, prefix);
  values.forEach((value, i) => {
    WRITERS[kind](view, prefix + length + i * size, value as never, descr[0] !== '>');
  });
  return bytes;
}
