import { Matrix as Other, pseudoInverse as otherPseudoInverse } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import {
  choleskyFactor,
  dot,
  gramMatrix,
  type Matrix,
  matrixFrom,
  matrixProduct,
  matrixVector,
  pseudoInverse,
  sum,
  symmetricEigen,
  symmetricSquareRoot,
  toRows,
} from '../../src/numerics/linalg.ts';
import { numbers } from '../linalg/run.ts';

const draw = numbers(6);
const random = (rows: number, columns: number): Matrix => ({ rows, columns, data: draw(rows * columns) });
const other = (a: Matrix) => Other.from1DArray(a.rows, a.columns, a.data);

/** max |a − b|. */
function distance(a: Matrix, b: Matrix | Other): number {
  const entries = b instanceof Other ? b.to1DArray() : b.data;
  expect(entries.length).toBe(a.data.length);
  return a.data.reduce((worst, value, i) => Math.max(worst, Math.abs(value - entries[i]!)), 0);
}

describe('matrices', () => {
  it('matrixFrom and toRows are inverse', () => {
    const rows = [
      [1, 2, 3],
      [4, 5, 6],
    ];
    expect(toRows(matrixFrom(rows))).toEqual(rows);
    expect(matrixFrom([])).toEqual({ rows: 0, columns: 0, data: new Float64Array(0) });
  });

  it('refuse ragged rows and entries that are not finite, by name and place', () => {
    expect(() => matrixFrom([[1, 2], [3]])).toThrow('row 1 has 1 entries, row 0 has 2');
    expect(() =>
      matrixFrom([
        [1, 2],
        [3, Number.NaN],
      ]),
    ).toThrow('rows has the entry NaN in row 1, column 1; expected finite numbers');
    const short = { rows: 2, columns: 2, data: new Float64Array(3) };
    expect(() => toRows(short)).toThrow('a.data holds 3 doubles; expected a Float64Array of 4');
    const odd = { rows: 1.5, columns: 2, data: new Float64Array(3) };
    expect(() => toRows(odd)).toThrow('a is 1.5×2; expected non-negative integers');
  });
});

describe('products', () => {
  it('matrixProduct, matrixVector and gramMatrix agree with ml-matrix to 1e-15', () => {
    for (const [m, k, n] of [
      [1, 1, 1],
      [3, 5, 2],
      [40, 30, 20],
      [7, 0, 3],
    ] as const) {
      const [a, b] = [random(m, k), random(k, n)];
      const want = k === 0 ? Other.zeros(m, n) : other(a).mmul(other(b));
      expect(distance(matrixProduct(a, b), want)).toBeLessThan(1e-15);
      const x = draw(k);
      const y = matrixVector(a, x);
      const image = k === 0 ? Other.zeros(m, 1) : other(a).mmul(Other.columnVector(x));
      expect(distance({ rows: m, columns: 1, data: y }, image)).toBeLessThan(1e-15);
      if (k === 0) continue;
      expect(distance(gramMatrix(a), other(a).mmul(other(a).transpose()))).toBeLessThan(1e-15);
      expect(distance(gramMatrix(a, { of: 'columns' }), other(a).transpose().mmul(other(a)))).toBeLessThan(
        1e-15,
      );
    }
  });

  it('gramMatrix is exactly symmetric', () => {
    const g = gramMatrix(random(31, 17));
    for (let i = 0; i < 31; i++)
      for (let j = 0; j < i; j++) expect(g.data[i * 31 + j]).toBe(g.data[j * 31 + i]);
  });

  it('name what does not fit', () => {
    expect(() => matrixProduct(random(2, 3), random(2, 3))).toThrow(
      'a is 2×3, b is 2×3; expected as many columns in a as rows in b',
    );
    expect(() => matrixVector(random(2, 3), [1, 2])).toThrow('x has 2 entries, a is 2×3');
    expect(() => matrixVector(random(1, 2), [1, Infinity])).toThrow(
      'x[1] is Infinity; expected a finite number',
    );
    expect(() => gramMatrix(random(1, 1), { of: 'both' as 'rows' })).toThrow(
      "of is both; expected 'rows' or 'columns'",
    );
  });

  it('an overflow is an error, not Infinity or NaN', () => {
    const huge = matrixFrom([[1e200, -1e200]]);
    expect(() => matrixProduct(huge, matrixFrom([[1e200], [1e200]]))).toThrow('beyond the largest double');
    expect(() => gramMatrix(huge)).toThrow('beyond the largest double');
    expect(() => matrixVector(huge, [1e200, 0])).toThrow('beyond the largest double');
    expect(() => sum([1e308, 1e308])).toThrow('beyond the largest double');
    expect(() => dot([1e200], [1e200])).toThrow('beyond the largest double');
  });
});

describe('choleskyFactor', () => {
  it('gives L Lᵀ = a to 2.8e-14 and the rank, full or not', () => {
    for (const [n, d] of [
      [1, 1],
      [5, 9],
      [20, 40],
      [12, 5],
    ] as const) {
      const a = gramMatrix(random(n, d));
      const { factor, rank } = choleskyFactor(a);
      expect(rank).toBe(Math.min(n, d));
      expect(distance(gramMatrix(factor), a)).toBeLessThan(2.8e-14);
    }
  });

  it('refuses what is not square, symmetric or positive semi-definite', () => {
    expect(() => choleskyFactor(random(2, 3))).toThrow('a is 2×3; expected a square matrix');
    expect(() =>
      choleskyFactor(
        matrixFrom([
          [1, 2],
          [2.5, 9],
        ]),
      ),
    ).toThrow('a has 2.5 in row 1, column 0 and 2 in row 0, column 1');
    expect(() =>
      choleskyFactor(
        matrixFrom([
          [1, 2],
          [2, 1],
        ]),
      ),
    ).toThrow('expected a positive semi-definite matrix');
    expect(() => choleskyFactor(matrixFrom([[-1]]))).toThrow('expected a positive semi-definite matrix');
    expect(() => choleskyFactor(matrixFrom([[1]]), { tolerance: -1 })).toThrow(
      'tolerance is -1; expected a number in [0, 1)',
    );
  });
});

describe('symmetric functions', () => {
  it('symmetricEigen reconstructs its matrix to 6e-15', () => {
    const g = random(25, 25);
    const a = matrixFrom(toRows(g).map((row, i) => row.map((v, j) => v + g.data[j * 25 + i]!)));
    const { values, vectors } = symmetricEigen(a);
    const v = other(vectors);
    expect(
      distance(
        a,
        v
          .transpose()
          .mmul(Other.diag([...values]))
          .mmul(v),
      ),
    ).toBeLessThan(6e-15);
    expect(() => symmetricEigen(random(2, 3))).toThrow('a is 2×3; expected a square matrix');
  });

  it('symmetricSquareRoot squares to its matrix (1.6e-14), and clips negative eigenvalues', () => {
    for (const [n, d] of [
      [1, 3],
      [6, 9],
      [20, 8],
    ] as const) {
      const a = gramMatrix(random(n, d));
      const root = symmetricSquareRoot(a);
      expect(distance(matrixProduct(root, root), a)).toBeLessThan(1.6e-14);
      expect(root.data.every((v, i) => v === root.data[(i % n) * n + Math.floor(i / n)])).toBe(true);
    }
    // Eigenvalues 3 and −1 on (1, 1)/√2 and (1, −1)/√2.
    const clipped = symmetricSquareRoot(
      matrixFrom([
        [1, 2],
        [2, 1],
      ]),
    );
    for (const value of clipped.data) expect(value).toBeCloseTo(Math.sqrt(3) / 2, 15);
  });

  it('pseudoInverse agrees with ml-matrix to 5e-15 and a a⁺ a = a to 6e-15, definite or not, singular or not', () => {
    const g = random(8, 8);
    const indefinite = matrixFrom(toRows(g).map((row, i) => row.map((v, j) => v + g.data[j * 8 + i]!)));
    for (const a of [gramMatrix(random(7, 12)), gramMatrix(random(9, 4)), indefinite]) {
      const inverse = pseudoInverse(a, { tolerance: 1e-12 });
      expect(distance(inverse, otherPseudoInverse(other(a), 1e-12))).toBeLessThan(5e-15);
      expect(distance(matrixProduct(matrixProduct(a, inverse), a), a)).toBeLessThan(6e-15);
    }
    expect(
      toRows(
        pseudoInverse(
          matrixFrom([
            [0, 0],
            [0, 0],
          ]),
        ),
      ),
    ).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(toRows(pseudoInverse(matrixFrom([[-2]])))[0]![0]).toBeCloseTo(-0.5, 15);
    expect(() => pseudoInverse(matrixFrom([[1]]), { tolerance: 2 })).toThrow(
      'tolerance is 2; expected a number in [0, 1)',
    );
  });
});

describe('sum and dot', () => {
  it('round once: ten tenths are 1, and cancellation costs nothing', () => {
    expect(sum(Array(10).fill(0.1))).toBe(1);
    expect(sum([1, 1e100, 1, -1e100])).toBe(2);
    expect(dot([1e10, 1, -1e10], [1e10, 1, 1e10])).toBe(1);
    expect(sum([])).toBe(0);
  });

  it('name what does not fit', () => {
    expect(() => dot([1], [1, 2])).toThrow('x has 1 entries, y has 2; expected equal lengths');
    expect(() => sum([1, Number.NaN])).toThrow('values[1] is NaN; expected a finite number');
  });
});
