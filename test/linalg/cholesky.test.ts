import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { numbers, onChecked, onExact, onReference, sameBits } from './run.ts';

const draw = numbers(4);
const orders = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 17, 24, 33, 50, 61];
/** Also orders at which rows are taken in several blocks, and kept in lines. */
const long = [...orders, 127, 128, 131, 146];

/** The Gram matrix of n random rows of dimension d. */
function gram(n: number, d: number): Float64Array {
  const rows = draw(n * d);
  const K = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let total = 0;
      for (let k = 0; k < d; k++) total += rows[i * d + k]! * rows[j * d + k]!;
      K[i * n + j] = K[j * n + i] = total;
    }
  }
  return K;
}

/** max |L Lᵀ − A| / max |A|. */
function missOf(L: Float64Array, A: Float64Array, n: number): number {
  let miss = 0;
  let size = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let total = 0;
      for (let k = 0; k < n; k++) total += L[i * n + k]! * L[j * n + k]!;
      miss = Math.max(miss, Math.abs(total - A[i * n + j]!));
      size = Math.max(size, Math.abs(A[i * n + j]!));
    }
  }
  return size === 0 ? miss : miss / size;
}

describe('cholesky', () => {
  it('L Lᵀ = A to 3.6e-16 of the largest entry, full rank, n = 0…13 and up to 61', () => {
    let worst = 0;
    for (const n of orders) {
      const A = gram(n, n + 5);
      const { value, arrays } = onExact('cholesky', [A, n, n, 1e-12]);
      expect(value).toBe(n);
      worst = Math.max(worst, missOf(arrays[0]!, A, n));
    }
    expect(worst).toBeLessThan(3.6e-16);
  });

  it('the factor of ml-matrix to 3.6e-15, and of the right-looking reference, for well-conditioned matrices', () => {
    let worst = 0;
    for (const n of orders.slice(1)) {
      const A = gram(n, 4 * n);
      const L = onExact('cholesky', [A, n, n, 1e-12]).arrays[0]!;
      const other = new CholeskyDecomposition(Matrix.from1DArray(n, n, A)).lowerTriangularMatrix.to1DArray();
      const reference = onReference('cholesky', [A, n, n, 1e-12]).arrays[0]!;
      L.forEach((v, i) => {
        worst = Math.max(worst, Math.abs(v - other[i]!), Math.abs(v - reference[i]!));
      });
    }
    expect(worst).toBeLessThan(3.6e-15);
  });

  it('zeroes the upper triangle, reads only the lower one, and leaves the stride gap alone', () => {
    for (const n of [1, 2, 5, 9, 16]) {
      const A = gram(n, 2 * n);
      const ld = n + 3;
      const wide = new Float64Array(n * ld).fill(7);
      for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) wide[i * ld + j] = A[i * n + j]!;
      const L = onExact('cholesky', [A, n, n, 0]).arrays[0]!;
      const W = onExact('cholesky', [wide, n, ld, 0]).arrays[0]!;
      for (let i = 0; i < n; i++) {
        expect(W.slice(i * ld, i * ld + n)).toEqual(L.slice(i * n, i * n + n));
        expect([...W.slice(i * ld + n, i * ld + ld)]).toEqual([7, 7, 7]);
        expect(L.slice(i * n + i + 1, i * n + n).every((v) => v === 0)).toBe(true);
      }
    }
  });

  it('the checked core gives the same bits', () => {
    for (const n of long) {
      const parameters = [gram(n, Math.ceil(n / 2) + 1), n, n, 1e-10];
      expect(sameBits(onExact('cholesky', parameters), onChecked('cholesky', parameters))).toBe(true);
    }
  });

  it('skips lost pivots: Gram matrices of rank d < n have rank d and L Lᵀ = A to 5.2e-13', () => {
    let worst = 0;
    for (const [n, d] of [
      [2, 1],
      [5, 2],
      [12, 5],
      [13, 12],
      [40, 7],
      [61, 30],
    ] as const) {
      const A = gram(n, d);
      const { value, arrays } = onExact('cholesky', [A, n, n, 1e-10]);
      expect(value).toBe(d);
      worst = Math.max(worst, missOf(arrays[0]!, A, n));
    }
    expect(worst).toBeLessThan(5.2e-13);
  });

  it('twins: a repeated row gives a zero column and the factor of the others', () => {
    const A = gram(9, 20);
    const order = [0, 1, 2, 3, 1, 4, 5, 3, 6, 7, 8, 0];
    const twins = Float64Array.from(
      { length: 144 },
      (_, i) => A[order[Math.floor(i / 12)]! * 9 + order[i % 12]!]!,
    );
    const { value, arrays } = onExact('cholesky', [twins, 12, 12, 1e-12]);
    expect(value).toBe(9);
    for (const column of [4, 7, 11]) {
      for (let i = 0; i < 12; i++) expect(arrays[0]![i * 12 + column]).toBe(0);
    }
    expect(missOf(arrays[0]!, twins, 12)).toBeLessThan(1e-15);
  });

  it('zero and negative pivots are skipped at tolerance 0, without a NaN', () => {
    expect(onExact('cholesky', [new Float64Array(9), 3, 3, 0])).toEqual({
      value: 0,
      arrays: [new Float64Array(9)],
    });
    const { value, arrays } = onExact('cholesky', [Float64Array.of(1, 2, 2, 1), 2, 2, 0]);
    expect(value).toBe(1);
    expect([...arrays[0]!]).toEqual([1, 0, 2, 0]);
  });
});

describe('choleskyAppendRow', () => {
  it('row by row gives the bits of the whole factorisation, with skipped pivots too', () => {
    for (const [n, d] of [
      [1, 1],
      [6, 9],
      [13, 4],
      [30, 40],
      [35, 22],
      [143, 150],
    ] as const) {
      const A = gram(n, d);
      const whole = onExact('cholesky', [A, n, n, 1e-10]);
      let L = new Float64Array(n * n).fill(5);
      let rank = 0;
      for (let i = 0; i < n; i++) {
        const parameters = [L, n, i, A.slice(i * n, i * n + i + 1), 1e-10];
        const next = onExact('choleskyAppendRow', parameters);
        expect(sameBits(next, onChecked('choleskyAppendRow', parameters))).toBe(true);
        const reference = onReference('choleskyAppendRow', parameters);
        expect(reference.value).toBe(next.value);
        expect(
          Math.max(...reference.arrays[0]!.map((v, k) => Math.abs(v - next.arrays[0]![k]!))),
        ).toBeLessThan(1e-9);
        rank += next.value;
        L = next.arrays[0]! as Float64Array<ArrayBuffer>;
      }
      expect(rank).toBe(whole.value);
      expect(L).toEqual(whole.arrays[0]);
    }
  });
});

describe('solveLower and solveLowerTransposed', () => {
  it('solve L x = b and Lᵀ x = b: residual at most 1.7e-16 of |L||x|, agreeing with the reference', () => {
    let worst = 0;
    for (const n of orders) {
      const L = onExact('cholesky', [gram(n, 3 * n), n, n, 0]).arrays[0]!;
      const b = draw(n);
      for (const name of ['solveLower', 'solveLowerTransposed']) {
        const parameters = [L, n, n, b];
        const x = onExact(name, parameters).arrays[1]!;
        expect(sameBits(onExact(name, parameters), onChecked(name, parameters))).toBe(true);
        const y = onReference(name, parameters).arrays[1]!;
        for (let i = 0; i < n; i++) {
          let total = 0;
          let size = Math.abs(b[i]!);
          for (let k = 0; k < n; k++) {
            const entry = name === 'solveLower' ? L[i * n + k]! : L[k * n + i]!;
            total += entry * x[k]!;
            size += Math.abs(entry * x[k]!);
          }
          worst = Math.max(worst, Math.abs(total - b[i]!) / size);
          expect(Math.abs(x[i]! - y[i]!)).toBeLessThan(1e-13 * (1 + Math.abs(y[i]!)));
        }
      }
    }
    expect(worst).toBeLessThan(1.7e-16);
  });

  it('a zero pivot gives a zero component and the others solve the rest', () => {
    const L = Float64Array.of(2, 0, 0, 3, 0, 0, 1, 0, 4);
    expect([...onExact('solveLower', [L, 3, 3, Float64Array.of(2, 9, 5)]).arrays[1]!]).toEqual([1, 0, 1]);
    expect([...onExact('solveLowerTransposed', [L, 3, 3, Float64Array.of(6, 9, 8)]).arrays[1]!]).toEqual([
      2, 0, 2,
    ]);
  });
});

describe('the order of summation of cholesky', () => {
  it('the bits of rows one by one, each product even and odd terms apart', () => {
    for (const n of [3, 14, 127, 128, 129, 135, 541]) {
      const A = gram(n, 30);
      for (let i = 0; i < n; i++) A[i * n + i]! += 30;
      const L = A.slice();
      for (let i = 0; i < n; i++) {
        for (let j = 0; j <= i; j++) {
          const [row, above] = [i * n, j * n];
          let [even, odd] = [0, 0];
          for (let k = 0; k + 1 < j; k += 2) {
            even += L[row + k]! * L[above + k]!;
            odd += L[row + k + 1]! * L[above + k + 1]!;
          }
          const rest = L[row + j]! - (even + odd + (j & 1 ? L[row + j - 1]! * L[above + j - 1]! : 0));
          L[row + j] = i === j ? Math.sqrt(rest) : rest / L[above + j]!;
        }
        L.fill(0, i * n + i + 1, i * n + n);
      }
      const parameters = [A, n, n, 0];
      expect(onExact('cholesky', parameters).arrays[0]).toEqual(L);
      expect(onChecked('cholesky', parameters).arrays[0]).toEqual(L);
    }
  });
});
