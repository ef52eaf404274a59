import { describe, expect, it } from 'vitest';
import type { Core } from '../../bindings/core.ts';
import { createCore } from '../../bindings/load.ts';
import { exact } from '../cores.ts';
import { type Argument, numbers, onCore, onExact } from './run.ts';

const draw = numbers(7);
// Runtimes without relaxed SIMD (Node 20) refuse the fast build; nothing is left to test there.
const fast: Core | undefined = await createCore('fast').catch(() => undefined);

describe.skipIf(fast === undefined)('the fast build', () => {
  const cases: Record<string, () => Argument[]> = {
    dot: () => [draw(101), draw(101), 101],
    skinny: () => [draw(29 * 101), 29, 101, 101, draw(5 * 101), 101, 5, new Float64Array(145), 29],
    skinnyTransposed: () => [draw(29 * 101), 29, 101, 101, draw(5 * 29), 29, 5, draw(5 * 101), 101],
    gemm: () => [
      0,
      1,
      23,
      19,
      300,
      draw(23 * 300),
      300,
      draw(19 * 300),
      300,
      new Float64Array(23 * 19),
      19,
      0,
      { scratch: exact.exports.gemmScratchFor(23, 19, 300) },
    ],
  };
  for (const [name, build] of Object.entries(cases)) {
    it(`${name}: within 8e-15 of the exact build for entries in [−1, 1]`, () => {
      const parameters = build();
      const [a, b] = [onExact(name, parameters), onCore(fast!, name, parameters)];
      if (!Number.isNaN(a.value)) expect(Math.abs(a.value - b.value)).toBeLessThan(8e-15);
      a.arrays.forEach((x, i) => {
        const misses = x.map((v, k) => Math.abs(v - b.arrays[i]![k]!));
        expect(Math.max(...misses)).toBeLessThan(8e-15);
      });
    });
  }

  it('gemm: the bits of an element do not depend on the tile that computed it', () => {
    const [n, k] = [11, 300];
    const [A, B] = [draw(25 * k), draw(n * k)];
    const scratch = { scratch: fast!.exports.gemmScratchFor(25, n, k) };
    const product = (m: number) =>
      onCore(fast!, 'gemm', [0, 1, m, n, k, A, k, B, k, new Float64Array(m * n), n, 0, scratch]).arrays[2]!;
    const all = product(25);
    for (let m = 1; m < 25; m++) expect(product(m)).toEqual(all.slice(0, m * n));
  });

  it('skinny: the bits of an element do not depend on the tile that computed it', () => {
    const [n, q] = [33, 3];
    const [X, W] = [draw(25 * n), draw(q * n)];
    const one = (i: number, j: number) =>
      onCore(fast!, 'dot', [X.slice(i * n, i * n + n), W.slice(j * n, j * n + n), n]).value;
    for (const columns of [1, 2, 3]) {
      for (const m of [1, 4, 5, 7, 8, 9, 25]) {
        const H = onCore(fast!, 'skinny', [X, m, n, n, W, n, columns, new Float64Array(columns * m), m]);
        const want = Float64Array.from({ length: columns * m }, (_, at) => one(at % m, Math.floor(at / m)));
        expect(H.arrays[2]).toEqual(want);
      }
    }
  });

  it('skinnyTransposed: consecutive blocks of rows give the bits of one call', () => {
    const [m, n, q] = [31, 21, 3];
    const [X, G, start] = [draw(m * n), draw(q * m), draw(q * n)];
    const call = (rows: number, from: number, out: Float64Array) =>
      onCore(fast!, 'skinnyTransposed', [
        X.slice(from * n),
        rows,
        n,
        n,
        Float64Array.from({ length: q * m }, (_, i) => G[i + from] ?? 0),
        m,
        q,
        out,
        n,
      ]).arrays[2]!;
    expect(call(14, 17, call(17, 0, start))).toEqual(call(m, 0, start));
  });

  it('compensated sums are the bits of the exact build', () => {
    const x = draw(201).map((v, k) => v * 2 ** ((k * 37) % 120));
    const y = draw(201);
    for (const [name, parameters] of [
      ['sumCompensated', [x, 201]],
      ['dotCompensated', [x, y, 201]],
    ] as const) {
      expect(onCore(fast!, name, [...parameters]).value).toBe(onExact(name, [...parameters]).value);
    }
  });

  it('cholesky: a factor of order 13 appended row by row is the factor, bit for bit', () => {
    const n = 13;
    const rows = draw(n * 20);
    const A = new Float64Array(n * n);
    onExact('syrk', [
      n,
      20,
      rows,
      20,
      A,
      n,
      { scratch: exact.exports.gemmScratchFor(n, n, 20) },
    ]).arrays[1]!.forEach((v, i) => {
      A[i] = v;
    });
    let L = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      const row = A.slice(i * n, i * n + i + 1);
      L = onCore(fast!, 'choleskyAppendRow', [L, n, i, row, 1e-12]).arrays[0]! as Float64Array<ArrayBuffer>;
    }
    expect(L).toEqual(onCore(fast!, 'cholesky', [A, n, n, 1e-12]).arrays[0]);
  });

  it('symmetricEigen: values within 1.1e-14 of the exact build at n = 40', () => {
    const n = 40;
    const A = draw(n * n);
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) A[j * n + i] = A[i * n + j]!;
    const parameters = [A, n, n, new Float64Array(n), 1, { scratch: exact.exports.symmetricEigenScratch(n) }];
    const [a, b] = [onExact('symmetricEigen', parameters), onCore(fast!, 'symmetricEigen', parameters)];
    const misses = a.arrays[1]!.map((v, k) => Math.abs(v - b.arrays[1]![k]!));
    expect(Math.max(...misses)).toBeLessThan(1.1e-14);
  });
});
