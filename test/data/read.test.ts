import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { readTable } from '../../src/data/read.ts';
import type { Table } from '../../src/data/table.ts';
import { DataError } from '../../src/errors.ts';
import { accidents } from './malformed.ts';
import { npyBytes } from './npy-bytes.ts';

const text = (content: string) => new TextEncoder().encode(content);

/** Every column either gives finite numbers or a DataError, and the same for texts. */
function exhaust(table: Table): void {
  expect(table.rows).toBeGreaterThan(0);
  for (const name of table.columns) {
    let numbers: Float64Array | undefined;
    try {
      numbers = table.values(name);
    } catch (error) {
      expect(error).toBeInstanceOf(DataError);
    }
    expect(table.isNumeric(name)).toBe(numbers !== undefined);
    if (numbers) {
      expect(numbers.length).toBe(table.rows);
      expect(numbers.every(Number.isFinite)).toBe(true);
    }
    try {
      expect(table.text(name)).toHaveLength(table.rows);
    } catch (error) {
      expect(error).toBeInstanceOf(DataError);
    }
  }
}

async function tableOrDataError(bytes: Uint8Array, file: string): Promise<boolean> {
  try {
    exhaust(await readTable(bytes, { file }));
    return true;
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    expect(error.message).toContain(file);
    expect(error.received).not.toBe('');
    expect(error.expected).not.toBe('');
    return false;
  }
}

const rows = Array.from({ length: 12 }, (_, i) => ({ a: i, b: Math.sqrt(i), c: i % 2 === 0 ? 'yes' : 'no' }));
const parquet = new Uint8Array(
  parquetWriteBuffer({
    columnData: [
      { name: 'a', data: rows.map(({ a }) => a), type: 'INT32' },
      { name: 'b', data: rows.map(({ b }) => b), type: 'DOUBLE' },
      { name: 'c', data: rows.map(({ c }) => c), type: 'STRING' },
    ],
  }),
);
const valid: Record<string, Uint8Array> = {
  'table.csv': text(`a,b,c\n${rows.map(({ a, b, c }) => `${a},${b},"${c}"`).join('\n')}\n`),
  'table.tsv': text(`a\tb\tc\n${rows.map(({ a, b, c }) => `${a}\t${b}\t${c}`).join('\r\n')}`),
  'records.json': text(JSON.stringify(rows)),
  'features.json': text(
    JSON.stringify({ features: rows.map(({ a, b }) => [a, b]), labels: rows.map(({ c }) => c) }),
  ),
  'columns.json': text(JSON.stringify({ columns: { a: rows.map(({ a }) => a), c: rows.map(({ c }) => c) } })),
  'array.npy': npyBytes({ descr: '<f8', shape: [12, 2], values: rows.flatMap(({ a, b }) => [a, b]) }),
  'table.parquet': parquet,
};

describe('readTable', () => {
  test('tells the format by content, whatever the name', async () => {
    for (const [name, bytes] of Object.entries(valid)) {
      const file = name.endsWith('.json') ? name : 'data';
      const table = await readTable(bytes, { file });
      expect(table.rows).toBe(12);
      exhaust(table);
    }
  });

  test('names what it cannot read and what to do', async () => {
    const refusal = (bytes: Uint8Array | number[], file = 'data.bin') =>
      readTable(Uint8Array.from(bytes), { file }).then(() => '', String);
    expect(await refusal([])).toContain('an empty file');
    expect(await refusal([0x50, 0x4b, 3, 4, 0, 0], 'x.npz')).toMatch(/zip archive.*numpy\.save/);
    expect(await refusal([0x1f, 0x8b, 8, 0])).toMatch(/gzip.*gunzip/);
    expect(await refusal([1, 2, 0, 4, 5, 0])).toContain('binary data');
    expect(await refusal([0xff, 0xfe, 0x61, 0, 0x2c, 0], 'x.csv')).toContain('UTF-16');
    expect(await refusal([0x89, 0x48, 0x44, 0x46, 1])).toContain('HDF5');
  });

  test('1,500 damaged files give a table of finite numbers or a DataError, nothing else', async () => {
    let readable = 0;
    const file = fc.constantFrom(...Object.keys(valid));
    await fc.assert(
      fc.asyncProperty(file, accidents, async (name, damage) => {
        if (await tableOrDataError(damage(valid[name]), name)) readable++;
      }),
      { numRuns: 1500, seed: 8 },
    );
    // Some damage is harmless; if none or all were, the test would test nothing.
    expect(readable).toBeGreaterThan(50);
    expect(readable).toBeLessThan(1450);
  });
});
