import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCsv } from '../../src/data/csv.ts';
import { DataError } from '../../src/errors.ts';

const bytes = (content: string) => new TextEncoder().encode(content);
const read = (content: string, header = true) => readCsv(bytes(content), { file: 't.csv', header });
const refusal = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    return (error as DataError).message;
  }
  throw new Error('was accepted');
};

describe('readCsv reads', () => {
  test('numbers in all their spellings, to the bit', () => {
    const table = read('a\n1\n-2.5e-3\n+.5\n 7. \n1E3\n0.1\n');
    expect([...table.values('a')]).toEqual([1, -2.5e-3, 0.5, 7, 1000, 0.1]);
  });

  test('commas, semicolons and tabs; quotes; a byte-order mark; Windows line ends; empty lines', () => {
    expect(read('\ufeffa,"b, c"\r\n1,"x ""y"""\r\n\r\n2,z\r\n').columns).toEqual(['a', 'b, c']);
    expect(read('\ufeffa,"b, c"\r\n1,"x ""y"""\r\n').text('b, c')).toEqual(['x "y"']);
    expect([...read('a;b\n1;2\n').values('b')]).toEqual([2]);
    expect([...read('a\tb\n1\t2').values('b')]).toEqual([2]);
    expect([...read('only\n1\n2').values('only')]).toEqual([1, 2]);
  });

  test('true and false as 1 and 0 where a column has nothing else', () => {
    expect([...read('a\nTrue\nfalse').values('a')]).toEqual([1, 0]);
    expect(read('a\nTrue\n2').isNumeric('a')).toBe(false);
  });

  test('files without a header under numbered names, when told so', () => {
    const table = read('1,2\n3,4\n', false);
    expect(table.columns).toEqual(['c0', 'c1']);
    expect([...table.values('c1')]).toEqual([2, 4]);
  });

  test('500 tables of arbitrary doubles and texts back as they were written', () => {
    const cell = fc.double({ noNaN: true, noDefaultInfinity: true });
    const label = fc.string().map((text) => `x${text.replace(/[\r\n\0]/g, '').trimEnd()}`);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, label), { minLength: 1 }),
        fc.constantFrom(',', ';', '\t'),
        (rows, separator) => {
          const lines = rows.map(([number, text]) => `${number}${separator}"${text.replaceAll('"', '""')}"`);
          const table = read(`n${separator}t\n${lines.join('\n')}`);
          expect([...table.values('n')]).toEqual(rows.map(([number]) => number + 0));
          expect(table.text('t')).toEqual(rows.map(([, text]) => text));
        },
      ),
      { numRuns: 500, seed: 9 },
    );
  });
});

describe('readCsv refuses, with line, column and remedy,', () => {
  test('missing cells, in whatever way they are marked', () => {
    for (const [cell, received] of [
      ['', 'an empty cell'],
      ['NA', '"NA"'],
      ['NaN', '"NaN"'],
      ['null', '"null"'],
      ['?', '"?"'],
    ]) {
      const message = refusal(() => read(`a,b\n1,2\n3,${cell}\n`).values('b'));
      expect(message).toMatch(/^t\.csv, line 3, column "b": received /);
      expect(message).toContain(received);
      expect(message).toContain('Fill in');
    }
  });

  test('infinities and numbers beyond the doubles', () => {
    for (const cell of ['inf', '-Infinity', '1e999']) {
      expect(refusal(() => read(`a\n${cell}`).values('a'))).toContain('a finite number');
    }
  });

  test('decimal commas', () => {
    expect(refusal(() => read('a;b\n1,5;2\n').values('a'))).toMatch(/line 2.*decimal comma.*decimal point/);
  });

  test('texts among numbers', () => {
    expect(refusal(() => read('a,b\n1,2\n3,four').values('b'))).toMatch(
      /line 3, column "b": received "four"; expected a number/,
    );
  });

  test('ragged rows', () => {
    expect(refusal(() => read('a,b\n1,2\n3\n'))).toMatch(
      /line 3: received 1 cells; expected 2 cells, as in line 1/,
    );
  });

  test('a file without a header', () => {
    expect(refusal(() => read('1,2\n3,4\n'))).toMatch(/line 1: received numbers only.*--no-header/);
  });

  test('columns without a name or with the same one', () => {
    expect(refusal(() => read('a,,b\n1,2,3\n'))).toMatch(/column 2.*without a name/);
    expect(refusal(() => read('a,b,a\n1,2,3\n'))).toMatch(/column 3.*"a" a second time/);
  });

  test('empty files, headers alone, open quotes, other encodings and binary data', () => {
    expect(refusal(() => read('\n\n'))).toContain('no lines');
    expect(refusal(() => read('a,b\n'))).toContain('a header and no rows');
    expect(refusal(() => read('a,b\n"1,2\n3,4'))).toMatch(/line \d.*quote that is never closed/);
    expect(refusal(() => readCsv(Uint8Array.of(0x61, 0x0a, 0xe9, 0x0a), { file: 't.csv' }))).toContain(
      'UTF-8',
    );
    expect(refusal(() => readCsv(Uint8Array.of(0x61, 0, 0x62), { file: 't.csv' }))).toContain('binary');
  });

  test('unknown columns, with the nearest name', () => {
    expect(refusal(() => read('price,rooms\n1,2').values('pirce'))).toMatch(
      /no column "pirce".*"price", "rooms".*Did you mean "price"/,
    );
  });
});
