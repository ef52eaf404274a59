import { Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { exact } from '../cores.ts';
import { type Argument, numbers, onChecked, onExact, onReference, sameBits } from './run.ts';

const draw = numbers(3);
const scratchFor = (m: number, n: number, k: number) => ({ scratch: exact.exports.gemmScratchFor(m, n, k) });

/** Parameters of `gemm` with strides larger than the rows and the scratch it says it needs, and no more. */
function product(
  transA: number,
  transB: number,
  m: number,
  n: number,
  k: number,
  accumulate: number,
): Argument[] {
  const lda = (transA ? m : k) + 1;
  const ldb = (transB ? k : n) + 2;
  const ldc = n + 1;
  const A = draw(lda * (transA ? k : m));
  const B = draw(ldb * (transB ? n : k));
  return [transA, transB, m, n, k, A, lda, B, ldb, draw(m * ldc), ldc, accumulate, scratchFor(m, n, k)];
}

/** The product on the exact core; the checked core must have its bits. */
function onBoth(name: string, parameters: Argument[]): Float64Array {
  const outcome = onExact(name, parameters);
  expect(sameBits(outcome, onChecked(name, parameters))).toBe(true);
  return outcome.arrays[2]!;
}

describe('gemm', () => {
  it('the bits of the scalar reference for m, n, k = 0…13, every transposition, with and without accumulation', () => {
    const wrong: string[] = [];
    for (let m = 0; m <= 13; m++) {
      for (let n = 0; n <= 13; n++) {
        for (let k = 0; k <= 13; k++) {
          const [transA, transB, accumulate] = [(m + n) & 1, (n + k) & 1, (m + k + ((n >> 1) & 1)) & 1];
          const parameters = product(transA, transB, m, n, k, accumulate);
          if (!sameBits(onExact('gemm', parameters), onReference('gemm', parameters)))
            wrong.push(`${m} ${n} ${k}`);
        }
      }
    }
    for (let flags = 0; flags < 8; flags++) {
      for (const [m, n, k] of [
        [7, 5, 9],
        [8, 8, 8],
        [13, 4, 6],
        [1, 13, 2],
      ] as const) {
        const parameters = product(flags & 1, (flags >> 1) & 1, m, n, k, flags >> 2);
        if (!sameBits(onExact('gemm', parameters), onReference('gemm', parameters)))
          wrong.push(`${flags}: ${m} ${n} ${k}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('the same at the edges of its blocks in m and n (96 and 512), k up to 256; the checked core agrees', () => {
    const wrong: string[] = [];
    for (const [m, n, k] of [
      [95, 3, 256],
      [96, 4, 255],
      [97, 5, 256],
      [2, 511, 17],
      [3, 512, 18],
      [5, 513, 9],
      [193, 6, 31],
    ] as const) {
      for (let flags = 0; flags < 4; flags++) {
        const parameters = product(flags & 1, flags >> 1, m, n, k, flags === 3 ? 1 : 0);
        const outcome = onExact('gemm', parameters);
        if (!sameBits(outcome, onReference('gemm', parameters)))
          wrong.push(`reference ${flags}: ${m} ${n} ${k}`);
        if (!sameBits(outcome, onChecked('gemm', parameters))) wrong.push(`checked ${flags}: ${m} ${n} ${k}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('within (k + 1) ε Σ|a b| of the reference beyond one block of k: at most 0.005 of that bound', () => {
    let worst = 0;
    for (const [m, n, k] of [
      [9, 7, 257],
      [13, 6, 511],
      [4, 4, 512],
      [5, 9, 513],
      [97, 513, 300],
      [3, 2, 1000],
    ] as const) {
      const parameters = product(0, 0, m, n, k, 0);
      const [A, B, C] = onExact('gemm', parameters).arrays;
      const want = onReference('gemm', parameters).arrays[2]!;
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          let size = 0;
          for (let p = 0; p < k; p++) size += Math.abs(A![i * (k + 1) + p]! * B![p * (n + 2) + j]!);
          const miss = Math.abs(C![i * (n + 1) + j]! - want[i * (n + 1) + j]!);
          worst = Math.max(worst, miss / ((k + 1) * Number.EPSILON * size));
        }
      }
    }
    expect(worst).toBeLessThan(0.005);
  });

  it('agrees with ml-matrix on 60×70 times 70×50 to 1e-15', () => {
    const [A, B] = [draw(60 * 70), draw(70 * 50)];
    const C = onExact('gemm', [
      0,
      0,
      60,
      50,
      70,
      A,
      70,
      B,
      50,
      new Float64Array(3000),
      50,
      0,
      scratchFor(60, 50, 70),
    ]);
    const want = Matrix.from1DArray(60, 70, A)
      .mmul(Matrix.from1DArray(70, 50, B))
      .to1DArray();
    const miss = C.arrays[2]!.map((v, i) => Math.abs(v - want[i]!));
    expect(Math.max(...miss)).toBeLessThan(1e-15);
  });

  it('gemmSymmetric: A D Aᵀ has the bits of gemm below the diagonal, and is symmetric', () => {
    for (const m of [1, 3, 4, 5, 24, 97]) {
      const k = 31;
      const A = draw(m * k);
      const d = draw(k);
      const B = A.map((a, i) => a * d[i % k]!);
      const full = onExact('gemm', [
        0,
        1,
        m,
        m,
        k,
        A,
        k,
        B,
        k,
        new Float64Array(m * m),
        m,
        0,
        scratchFor(m, m, k),
      ]);
      const half = onBoth('gemmSymmetric', [
        m,
        k,
        A,
        k,
        B,
        k,
        new Float64Array(m * m),
        m,
        scratchFor(m, m, k),
      ]);
      const want = full.arrays[2]!.map((v, at) => {
        const [i, j] = [Math.floor(at / m), at % m];
        return i >= j ? v : full.arrays[2]![j * m + i]!;
      });
      expect(half).toEqual(want);
    }
  });

  it('an element has the same bits in a small product as in a large one', () => {
    const [m, n, k] = [41, 43, 600];
    const [A, B] = [draw(m * k), draw(k * n)];
    const C = onExact('gemm', [0, 0, m, n, k, A, k, B, n, new Float64Array(m * n), n, 0, scratchFor(m, n, k)])
      .arrays[2]!;
    for (const [i, j] of [
      [0, 0],
      [40, 42],
      [17, 9],
    ] as const) {
      const row = A.slice(i * k, i * k + k);
      const column = Float64Array.from({ length: k }, (_, p) => B[p * n + j]!);
      const one = onExact('gemm', [
        0,
        0,
        1,
        1,
        k,
        row,
        k,
        column,
        1,
        new Float64Array(1),
        1,
        0,
        scratchFor(1, 1, k),
      ]);
      expect(one.arrays[2]![0]).toBe(C[i * n + j]);
    }
  });

  it('gemmScratch serves every size, gemmScratchFor no more than it', () => {
    for (const size of [1, 96, 97, 256, 512, 4096]) {
      expect(exact.exports.gemmScratchFor(size, size, size)).toBeLessThanOrEqual(exact.exports.gemmScratch());
    }
    expect(exact.exports.gemmScratchFor(4096, 4096, 4096)).toBe(exact.exports.gemmScratch());
  });
});

describe('syrk and syrkTransposed', () => {
  const shapes = [
    ...Array.from({ length: 14 * 14 }, (_, i) => [Math.floor(i / 14), i % 14]),
    [95, 3],
    [97, 5],
    [100, 40],
    [3, 97],
    [40, 131],
  ];

  it('both triangles have the bits of the reference product, every m and k = 0…13 and past one block of rows', () => {
    const wrong: string[] = [];
    for (const [m, k] of shapes as [number, number][]) {
      const A = draw(m * (k + 1));
      const rows: Argument[] = [m, k, A, k + 1, draw(m * (m + 1)), m + 1, scratchFor(m, m, k)];
      const columns: Argument[] = [m, k, A, k + 1, draw(k * (k + 1)), k + 1, scratchFor(k, k, m)];
      if (!sameBits(onExact('syrk', rows), onReference('syrk', rows))) wrong.push(`syrk ${m} ${k}`);
      if (!sameBits(onExact('syrkTransposed', columns), onReference('syrkTransposed', columns)))
        wrong.push(`syrkTransposed ${m} ${k}`);
      if (!sameBits(onExact('syrk', rows), onChecked('syrk', rows))) wrong.push(`checked ${m} ${k}`);
    }
    expect(wrong).toEqual([]);
  });

  it('have the bits of gemm past one block of columns and of k', () => {
    for (const [m, k] of [
      [530, 3],
      [20, 600],
      [515, 260],
    ] as const) {
      const A = draw(m * k);
      const C = onExact('syrk', [m, k, A, k, new Float64Array(m * m), m, scratchFor(m, m, k)]).arrays[1]!;
      const want = onExact('gemm', [
        0,
        1,
        m,
        m,
        k,
        A,
        k,
        A,
        k,
        new Float64Array(m * m),
        m,
        0,
        scratchFor(m, m, k),
      ]).arrays[2]!;
      expect(C.every((v, i) => v === want[i])).toBe(true);
    }
  });
});
