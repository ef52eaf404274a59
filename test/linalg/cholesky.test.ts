import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { numbers, onChecked, onExact, onReference, sameBits } from './run.ts';

const draw = numbers(4);
/** For orders at which products are summed in several pieces, of 512 terms. */
const drawLong = numbers(5);
const orders = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 17, 24, 33, 50, 61];
/** Also orders at which many eights of rows are taken. */
const long = [...orders, 127, 128, 131, 146];

/** The Gram matrix of n random rows of dimension d. */
function gram(n: number, d: number, from = draw): Float64Array {
  const rows = from(n * d);
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

  it('rank 19 of order 537, where rows are longer than a piece of 512 terms; the same bits on the checked core', () => {
    const A = gram(537, 19, drawLong);
    const found = onExact('cholesky', [A, 537, 537, 1e-10]);
    expect(found.value).toBe(19);
    expect(missOf(found.arrays[0]!, A, 537)).toBeLessThan(5.2e-13);
    expect(sameBits(found, onChecked('cholesky', [A, 537, 537, 1e-10]))).toBe(true);
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
  it('row by row gives the whole factorisation, with skipped pivots too: its bits below order 16, then to 1.5e-14', () => {
    let worst = 0;
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
      if (n < 16) expect(L).toEqual(whole.arrays[0]);
      worst = Math.max(worst, ...L.map((v, k) => Math.abs(v - whole.arrays[0]![k]!)));
    }
    expect(worst).toBeLessThan(1.5e-14);
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
  /** Σ_k x[k] y[k] over k < j, even and odd terms apart. */
  function inLanes(x: Float64Array, y: Float64Array, j: number): number {
    let [even, odd] = [0, 0];
    for (let k = 0; k + 1 < j; k += 2) {
      even += x[k]! * y[k]!;
      odd += x[k + 1]! * y[k + 1]!;
    }
    return even + odd + (j & 1 ? x[j - 1]! * y[j - 1]! : 0);
  }

  /** entry − Σ_k x[k] y[k] over k < j in order, 512 terms at a time. */
  function inPieces(entry: number, x: Float64Array, y: Float64Array, j: number): number {
    for (let from = 0; from < j; from += 512) {
      let sum = 0;
      for (let k = from; k < Math.min(j, from + 512); k++) sum += x[k]! * y[k]!;
      entry -= sum;
    }
    return entry;
  }

  it('the bits of rows one by one: in order, 512 terms at a time; below order 16 even and odd terms apart', () => {
    for (const n of [3, 14, 15, 16, 23, 50, 127, 135, 512, 521, 541]) {
      const A = gram(n, 30, drawLong);
      for (let i = 0; i < n; i++) A[i * n + i]! += 30;
      const L = A.slice();
      for (let i = 0; i < n; i++) {
        const row = L.subarray(i * n, (i + 1) * n);
        for (let j = 0; j <= i; j++) {
          const above = L.subarray(j * n, (j + 1) * n);
          const left = n < 16 ? row[j]! - inLanes(row, above, j) : inPieces(row[j]!, row, above, j);
          if (i === j) row[j] = Math.sqrt(left);
          else row[j] = n < 16 ? left / above[j]! : left * (1 / above[j]!);
        }
        row.fill(0, i + 1);
      }
      const expected = { value: n, arrays: [L] };
      expect(sameBits(onExact('cholesky', [A, n, n, 0]), expected)).toBe(true);
      expect(sameBits(onChecked('cholesky', [A, n, n, 0]), expected)).toBe(true);
    }
  });
});
