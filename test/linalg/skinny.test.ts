import { describe, expect, it } from 'vitest';
import { numbers, type Outcome, onChecked, onExact, onReference, sameBits } from './run.ts';

const draw = numbers(2);
const widths = Array.from({ length: 17 }, (_, i) => i + 1);
const heights = [...Array.from({ length: 14 }, (_, i) => i), 24, 25, 26, 27];
const depths = Array.from({ length: 18 }, (_, i) => i);

/** Calls `visit` for every shape and collects those for which it is false. */
function shapesWhere(visit: (q: number, m: number, n: number) => boolean): string[] {
  const wrong: string[] = [];
  for (const q of widths) {
    for (const m of heights) {
      for (const n of depths) if (!visit(q, m, n)) wrong.push(`q=${q} m=${m} n=${n}`);
    }
  }
  return wrong;
}

/** Parameters of `skinny` with strides larger than the rows. */
function forward(m: number, n: number, q: number) {
  const [ldx, ldw, ldh] = [n + 1, n + 2, m + 1];
  return [draw(m * ldx), m, n, ldx, draw(q * ldw), ldw, q, draw(q * ldh), ldh];
}

/** Parameters of `skinnyTransposed` with strides larger than the rows. */
function backward(m: number, n: number, q: number) {
  const [ldx, ldg, ldo] = [n + 2, m + 1, n + 1];
  return [draw(m * ldx), m, n, ldx, draw(q * ldg), ldg, q, draw(q * ldo), ldo];
}

describe('skinny: H = W Xᵀ', () => {
  it('the bits of the scalar reference for q = 1…17, m = 0…13 and 24…27, n = 0…17; nothing else written', () => {
    expect(
      shapesWhere((q, m, n) => {
        const parameters = forward(m, n, q);
        return sameBits(onExact('skinny', parameters), onReference('skinny', parameters));
      }),
    ).toEqual([]);
  });

  it('the checked core gives the same bits and keeps within its blocks', () => {
    const wrong: string[] = [];
    for (const [q, m, n] of [
      [1, 8, 17],
      [2, 9, 16],
      [3, 11, 15],
      [4, 26, 17],
      [5, 3, 1],
      [7, 25, 2],
      [16, 27, 17],
    ] as const) {
      // Tight blocks: the guard words behind them see any write past the end.
      const parameters = [draw(m * n), m, n, n, draw(q * n), n, q, draw(q * m), m];
      if (!sameBits(onExact('skinny', parameters), onChecked('skinny', parameters)))
        wrong.push(`${q} ${m} ${n}`);
    }
    expect(wrong).toEqual([]);
  });

  it('the same bits for four rows of W and a matrix beyond the cache, on both cores', () => {
    for (const [m, n] of [
      [133, 500],
      [1200, 55],
      [130, 511],
    ] as const) {
      const parameters = forward(m, n, 4);
      const outcome = onExact('skinny', parameters);
      expect(sameBits(outcome, onReference('skinny', parameters))).toBe(true);
      expect(sameBits(outcome, onChecked('skinny', parameters))).toBe(true);
    }
  });

  it('an element has the same bits alone, in any column and in any row', () => {
    const [m, n, q] = [29, 101, 9];
    const [X, W] = [draw(m * n), draw(q * n)];
    const H = onExact('skinny', [X, m, n, n, W, n, q, new Float64Array(q * m), m]).arrays[2]!;
    for (let j = 0; j < q; j++) {
      for (let i = 0; i < m; i++) {
        const alone = onExact('dot', [X.slice(i * n, i * n + n), W.slice(j * n, j * n + n), n]).value;
        expect(H[j * m + i]).toBe(alone);
      }
    }
  });

  it('gemv has the same bits as dot and as its reference', () => {
    for (const rows of heights) {
      for (const cols of depths) {
        const parameters = [draw(rows * (cols + 1)), rows, cols, cols + 1, draw(cols), draw(rows + 1)];
        expect(sameBits(onExact('gemv', parameters), onReference('gemv', parameters))).toBe(true);
      }
    }
  });
});

describe('skinnyTransposed: out += G X', () => {
  it('the bits of the scalar reference for q = 1…17, m = 0…13 and 24…27, n = 0…17; nothing else written', () => {
    expect(
      shapesWhere((q, m, n) => {
        const parameters = backward(m, n, q);
        return sameBits(onExact('skinnyTransposed', parameters), onReference('skinnyTransposed', parameters));
      }),
    ).toEqual([]);
  });

  it('the same for long rows and more rows than one block, on both cores', () => {
    const wrong: string[] = [];
    for (const q of [1, 2, 3, 4, 5, 6, 7, 8, 16, 17]) {
      for (const [m, n] of [
        [33, 49],
        [64, 97],
        [70, 147],
        [31, 200],
      ] as const) {
        const parameters = backward(m, n, q);
        const outcome = onExact('skinnyTransposed', parameters);
        if (!sameBits(outcome, onReference('skinnyTransposed', parameters)))
          wrong.push(`reference ${q} ${m} ${n}`);
        if (!sameBits(outcome, onChecked('skinnyTransposed', parameters)))
          wrong.push(`checked ${q} ${m} ${n}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('the same for one row of G and a matrix beyond the cache, whose rows are taken one after another', () => {
    for (const [m, n] of [
      [1049, 500],
      [1047, 501],
    ] as const) {
      const parameters = backward(m, n, 1);
      const outcome = onExact('skinnyTransposed', parameters);
      expect(sameBits(outcome, onReference('skinnyTransposed', parameters))).toBe(true);
      expect(sameBits(outcome, onChecked('skinnyTransposed', parameters))).toBe(true);
    }
  });

  it('consecutive blocks of rows give the bits of one call, wherever they are split', () => {
    const [m, n] = [71, 37];
    for (const q of [1, 2, 3, 4, 6, 9]) {
      const [X, G, start] = [draw(m * n), draw(q * m), draw(q * n)];
      const whole = onExact('skinnyTransposed', [X, m, n, n, G, m, q, start, n]).arrays[2]!;
      for (const blocks of [[1, 70], [32, 39], [33, 38], [7, 13, 51], [24, 24, 23], Array(71).fill(1)]) {
        let out = start;
        let row = 0;
        for (const rows of blocks) {
          const part: Outcome = onExact('skinnyTransposed', [
            X.slice(row * n),
            rows,
            n,
            n,
            Float64Array.from({ length: q * m }, (_, i) => G[i + row] ?? 0),
            m,
            q,
            out,
            n,
          ]);
          out = part.arrays[2]!;
          row += rows;
        }
        expect(out.every((v, i) => Object.is(v, whole[i]))).toBe(true);
      }
    }
  });

  it('gemvTransposed overwrites its output and has the bits of its reference', () => {
    for (const rows of heights) {
      for (const cols of depths) {
        const parameters = [draw(rows * (cols + 1)), rows, cols, cols + 1, draw(rows), draw(cols + 1)];
        expect(
          sameBits(onExact('gemvTransposed', parameters), onReference('gemvTransposed', parameters)),
        ).toBe(true);
      }
    }
  });

  it('gemvTransposed of a matrix beyond the cache takes a row of every quarter in turn, then the last rows: sums within 8e-14 of row order', () => {
    let worst = 0;
    for (const [rows, cols, ld] of [
      [1049, 500, 500],
      [1046, 503, 504],
      [1051, 501, 501],
      [1048, 502, 503],
      [3, 174763, 174763],
    ] as const) {
      const parameters = [draw(rows * ld), rows, cols, ld, draw(rows), draw(cols + 1)];
      const outcome = onExact('gemvTransposed', parameters);
      expect(sameBits(outcome, onReference('gemvTransposed', parameters))).toBe(true);
      expect(sameBits(outcome, onChecked('gemvTransposed', parameters))).toBe(true);
      const inOrder = onExact('skinnyTransposed', [
        ...parameters.slice(0, 5),
        rows,
        1,
        new Float64Array(cols),
        cols,
      ]).arrays[2]!;
      for (let k = 0; k < cols; k++) worst = Math.max(worst, Math.abs(inOrder[k]! - outcome.arrays[2]![k]!));
    }
    expect(worst).toBeLessThan(8e-14);
  });
});
