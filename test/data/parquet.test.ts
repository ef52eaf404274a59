import { gunzipSync, gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { readParquet } from '../../src/data/parquet.ts';
import { DataError } from '../../src/errors.ts';

type Columns = Parameters<typeof parquetWriteBuffer>[0];
const write = (options: Columns) => new Uint8Array(parquetWriteBuffer(options));
const read = (options: Columns) => readParquet(write(options), { file: 't.parquet' });
const refusal = async (run: () => unknown): Promise<string> => {
  try {
    await run();
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    return (error as DataError).message;
  }
  throw new Error('was accepted');
};
const many = Array.from({ length: 5000 }, (_, i) => i);

describe('readParquet reads', () => {
  test('integers, floats, switches and texts, plain and dictionary-encoded, in several row groups', async () => {
    const table = await read({
      columnData: [
        { name: 'i', data: many, type: 'INT32' },
        { name: 'l', data: many.map(BigInt), type: 'INT64' },
        { name: 'f', data: many.map((i) => i / 4), type: 'FLOAT' },
        { name: 'd', data: many.map((i) => Math.sqrt(i)), type: 'DOUBLE' },
        { name: 'b', data: many.map((i) => i % 3 === 0), type: 'BOOLEAN' },
        { name: 's', data: many.map((i) => `class ${i % 3}`), type: 'STRING' },
        { name: '__proto__', data: many, type: 'INT32' },
      ],
      rowGroupSize: 1000,
    });
    expect(table.rows).toBe(5000);
    expect([...table.values('i')]).toEqual(many);
    expect([...table.values('l')]).toEqual(many);
    expect([...table.values('f')]).toEqual(many.map((i) => i / 4));
    expect([...table.values('d')]).toEqual(many.map((i) => Math.sqrt(i)));
    expect([...table.values('b')].slice(0, 4)).toEqual([1, 0, 0, 1]);
    expect(table.text('s').slice(0, 4)).toEqual(['class 0', 'class 1', 'class 2', 'class 0']);
    expect([...table.values('__proto__')]).toEqual(many);
  });

  test('files without compression', async () => {
    const table = await read({
      columnData: [{ name: 'a', data: [1.5, 2.5], type: 'DOUBLE' }],
      codec: 'UNCOMPRESSED',
    });
    expect([...table.values('a')]).toEqual([1.5, 2.5]);
  });
});

test("codecs are the host's to give: gzip with one, an error that names it without", async () => {
  const compress = (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes));
  const bytes = write({
    columnData: [{ name: 'a', data: many, type: 'INT32' }],
    codec: 'GZIP',
    compressors: { GZIP: compress },
  });
  const decompress = (page: Uint8Array) => new Uint8Array(gunzipSync(page));
  const table = await readParquet(bytes, { file: 't.parquet', compressors: { GZIP: decompress } });
  expect([...table.values('a')]).toEqual(many);
  expect(await refusal(() => readParquet(bytes, { file: 't.parquet' }))).toMatch(/compression GZIP.*Snappy/);
});

describe('readParquet refuses', () => {
  test('missing values and NaN, with row and column', async () => {
    const table = await read({
      columnData: [
        { name: 'a', data: [1, null, 3], type: 'DOUBLE', nullable: true },
        { name: 'b', data: [1, 2, Number.NaN], type: 'DOUBLE' },
        { name: 'c', data: ['x', null, 'y'], type: 'STRING', nullable: true },
      ],
    });
    expect(await refusal(() => table.values('a'))).toMatch(/row 2, column "a": received no value/);
    expect(await refusal(() => table.values('b'))).toMatch(/row 3, column "b": received NaN/);
    expect(await refusal(() => table.text('c'))).toMatch(/row 2, column "c"/);
  });

  test('dates, binary values and integers of more than 53 bits, only where they are used', async () => {
    const table = await read({
      columnData: [
        { name: 'when', data: [new Date(0), new Date(1)], type: 'TIMESTAMP' },
        { name: 'bytes', data: [Uint8Array.of(1), Uint8Array.of(2)], type: 'BYTE_ARRAY' },
        { name: 'id', data: [2n ** 60n, 1n], type: 'INT64' },
        { name: 'a', data: [1, 2], type: 'INT32' },
      ],
    });
    expect([...table.values('a')]).toEqual([1, 2]);
    expect(await refusal(() => table.values('when'))).toMatch(/column "when": received dates/);
    expect(await refusal(() => table.values('bytes'))).toMatch(/column "bytes": received binary values/);
    expect(await refusal(() => table.values('id'))).toMatch(/row 1, column "id".*53 bits/);
  });

  test('nested columns, only where they are used', async () => {
    const table = await read({
      columnData: [
        { name: 'list', data: [[1, 2], [3]] },
        { name: 'a', data: [1, 2] },
      ],
      schema: [
        { name: 'root', num_children: 2 },
        { name: 'list', repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', type: 'INT32', repetition_type: 'OPTIONAL' },
        { name: 'a', type: 'INT32', repetition_type: 'REQUIRED' },
      ],
    });
    expect([...table.values('a')]).toEqual([1, 2]);
    expect(await refusal(() => table.values('list'))).toMatch(/column "list": received nested values/);
  });

  test('a file cut off anywhere', async () => {
    const bytes = write({ columnData: [{ name: 'a', data: many, type: 'INT32' }] });
    for (const length of [4, 5, 100, bytes.length - 1]) {
      expect(await refusal(() => readParquet(bytes.slice(0, length), { file: 't.parquet' }))).toContain(
        'damaged',
      );
    }
  });

  test('or survives every single flipped bit of a small file', async () => {
    const bytes = write({
      columnData: [
        { name: 'a', data: [1, 2, 3, 4], type: 'INT32' },
        { name: 'c', data: ['yes', 'no', 'yes', 'yes'], type: 'STRING' },
      ],
    });
    let readable = 0;
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const flipped = bytes.slice();
      flipped[bit >> 3] ^= 1 << (bit & 7);
      try {
        const table = await readParquet(flipped, { file: 't.parquet' });
        for (const name of table.columns)
          if (table.isNumeric(name)) expect(table.values(name).every(Number.isFinite)).toBe(true);
        readable++;
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
      }
    }
    expect(readable).toBeGreaterThan(0);
  });
});
