import { describe, expect, test } from 'vitest';
import { readNpy } from '../../src/data/npy.ts';
import { DataError } from '../../src/errors.ts';
import { type NpyParts, npyBytes } from './npy-bytes.ts';

const read = (parts: NpyParts) => readNpy(npyBytes(parts), { file: 'a.npy' });
const refusal = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    return (error as DataError).message;
  }
  throw new Error('was accepted');
};

describe('readNpy reads', () => {
  test('what NumPy 2.4.6 writes', () => {
    // Made with numpy.save of numpy.array([[1., 2, 3], [4, 5, 6]]), and of the same in Fortran order as '>f4'.
    const files = [
      'k05VTVBZAQB2AHsnZGVzY3InOiAnPGY4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAADwPwAAAAAAAABAAAAAAAAACEAAAAAAAAAQQAAAAAAAABRAAAAAAAAAGEA=',
      'k05VTVBZAQB2AHsnZGVzY3InOiAnPmY0JywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwgMyksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAo/gAAAQIAAAEAAAABAoAAAQEAAAEDAAAA=',
    ];
    for (const file of files) {
      const table = readNpy(new Uint8Array(Buffer.from(file, 'base64')), { file: 'a.npy' });
      expect(table.rows).toBe(2);
      expect(table.columns).toEqual(['c0', 'c1', 'c2']);
      expect([...table.values('c0'), ...table.values('c1'), ...table.values('c2')]).toEqual([
        1, 4, 2, 5, 3, 6,
      ]);
    }
  });

  test('every supported type in both byte orders', () => {
    for (const kind of ['f4', 'f8', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8']) {
      const values = kind.startsWith('u') ? [0, 7, 100] : [-1, 7, 100];
      for (const order of '<>') {
        expect([...read({ descr: `${order}${kind}`, shape: [3], values }).values('c0')]).toEqual(values);
      }
    }
    expect([...read({ descr: '|b1', shape: [2], values: [1, 0] }).values('c0')]).toEqual([1, 0]);
  });

  test('C and Fortran order, one and two dimensions, format versions 1 to 3', () => {
    for (const version of [1, 2, 3] as const) {
      const c = read({ descr: '<f8', shape: [2, 3], values: [1, 2, 3, 4, 5, 6], version });
      const fortran = read({
        descr: '<f8',
        shape: [2, 3],
        values: [1, 4, 2, 5, 3, 6],
        fortran: true,
        version,
      });
      for (const name of ['c0', 'c1', 'c2']) expect(fortran.values(name)).toEqual(c.values(name));
    }
  });
});

describe('readNpy refuses', () => {
  test('NaN and infinities, with the row', () => {
    const table = read({ descr: '<f8', shape: [2, 2], values: [1, 2, 3, Number.NaN] });
    expect(refusal(() => table.values('c1'))).toMatch(/row 2, column "c1": received NaN/);
    expect([...table.values('c0')]).toEqual([1, 3]);
  });

  test('integers that a double cannot hold', () => {
    expect(refusal(() => read({ descr: '<i8', shape: [1], values: [2n ** 60n] }).values('c0'))).toContain(
      '53 bits',
    );
  });

  test('other types, dimensions, versions and lengths', () => {
    const good = npyBytes({ descr: '<f8', shape: [2, 2], values: [1, 2, 3, 4] });
    const patched = (from: string, to: string) => {
      const text = Buffer.from(good).toString('latin1').replace(from, to);
      return refusal(() => readNpy(new Uint8Array(Buffer.from(text, 'latin1')), { file: 'a.npy' }));
    };
    expect(patched('<f8', '<c8')).toMatch(/elements of type '<c8'.*float64/);
    expect(patched('<f8', '|O8')).toContain('elements of type');
    expect(patched('(2, 2)', '(2,1,2)')).toContain('3 dimensions');
    expect(patched('(2, 2)', '(2, 9)')).toMatch(/32 bytes of data; expected 144 bytes/);
    expect(patched('(2, 2)', '(0, 2)')).toContain('0 bytes');
    expect(patched('PY\u0001', 'PY\u0009')).toContain('version 9');
    expect(patched("'shape'", "'shame'")).toContain('damaged header');
    expect(refusal(() => readNpy(good.slice(0, 40), { file: 'a.npy' }))).toContain('damaged header');
    expect(refusal(() => readNpy(good.slice(0, -1), { file: 'a.npy' }))).toMatch(/31 bytes.*cut off/);
  });
});
