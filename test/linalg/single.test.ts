import { describe, expect, it } from 'vitest';
import { addProductSingle, axpySingle, packedSingleLength, packSingle } from '../../bindings/linalg.ts';
import { createCore } from '../../bindings/load.ts';
import { createStream } from '../../src/numerics/random.ts';
import { checked, exact, referenceCore } from '../cores.ts';

const reference = referenceCore();

/** C + A B with rows 3 and 2 elements longer than they need to be. */
interface Product {
  m: number;
  n: number;
  k: number;
  A: Float32Array;
  B: Float64Array;
  C: Float32Array;
}

function drawn(m: number, n: number, k: number): Product {
  const draw = createStream(`${m} ${n} ${k}`, 'single');
  const [A, B, C] = [draw.normal(m * (k + 3)), draw.normal(k * (n + 1)), draw.normal(m * (n + 2))];
  return { m, n, k, A: Float32Array.from(A), B, C: Float32Array.from(C) };
}

function product(core: typeof exact, { m, n, k, A, B, C }: Product): Float32Array {
  return core.within((scope) => {
    const packed = scope.f32(packedSingleLength(core, k, n));
    const [a, b, c] = [scope.f32(A.length).set(A), scope.from(B), scope.f32(C.length).set(C)];
    packSingle(core, b, k, n, n + 1, packed);
    addProductSingle(core, m, n, k, a, k + 3, packed, c, n + 2);
    return c.copy();
  });
}

const wanted = ({ m, n, k, A, B, C }: Product): Float32Array =>
  reference.within((scope) => {
    const [a, b, c] = [scope.f32(A.length).set(A), scope.from(B), scope.f32(C.length).set(C)];
    reference.exports.addProductSingleReference!(m, n, k, a.ptr, k + 3, b.ptr, n + 1, c.ptr, n + 2);
    return c.copy();
  });

const SIZES = [
  ...Array.from({ length: 34 }, (_, n) => [7, n, 9] as const),
  ...Array.from({ length: 34 }, (_, m) => [m, 11, 5] as const),
  ...Array.from({ length: 34 }, (_, k) => [5, 9, k] as const),
  ...([255, 256, 257, 600] as const).map((k) => [9, 13, k] as const),
  ...([48, 49, 97] as const).map((m) => [m, 24, 16] as const),
];

describe.each([
  ['exact', exact],
  ['checked', checked],
] as const)('single precision on the %s core', (_, core) => {
  it('addProductSingle gives the bits of its reference at every m, n, k 0..33 and around its blocks, and leaves what is between rows', () => {
    for (const [m, n, k] of SIZES) {
      const given = drawn(m, n, k);
      expect(product(core, given), `${m} ${n} ${k}`).toEqual(wanted(given));
    }
  });

  it('axpySingle gives the bits of its reference at every length 0..33, also onto itself', () => {
    for (let n = 0; n <= 33; n++) {
      const draw = createStream(`${n}`, 'axpy');
      const [X, Y] = [draw.normal(n), draw.normal(n)];
      const theirs = reference.within((scope) => {
        const [x, y] = [scope.f32(n).set(X), scope.f32(n).set(Y)];
        reference.exports.axpySingleReference!(0.3, x.ptr, y.ptr, n);
        return y.copy();
      });
      core.within((scope) => {
        const [x, y] = [scope.f32(n).set(X), scope.f32(n).set(Y)];
        axpySingle(core, 0.3, x, y, n);
        expect(y.copy()).toEqual(theirs);
        axpySingle(core, 1, x, x, n);
        expect(x.copy()).toEqual(Float32Array.from(X, (value) => 2 * Math.fround(value)));
      });
    }
  });
});

/** Largest error of a product against doubles, in units of 2⁻²⁴ (|C| + Σ|A||B|). */
function worstError(given: Product, ours: Float32Array): number {
  const { m, n, k, A, B, C } = given;
  let worst = 0;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let [sum, size] = [C[i * (n + 2) + j]!, Math.abs(C[i * (n + 2) + j]!)];
      for (let p = 0; p < k; p++) {
        const term = A[i * (k + 3) + p]! * B[p * (n + 1) + j]!;
        sum += term;
        size += Math.abs(term);
      }
      worst = Math.max(worst, Math.abs(ours[i * (n + 2) + j]! - sum) / (size * 2 ** -24));
    }
  }
  return worst;
}

describe('the product in single precision', () => {
  it('is within 1.3 roundings of 2⁻²⁴ (|C| + Σ|A||B|) of doubles on normal numbers, k = 600', () => {
    const given = drawn(40, 33, 600);
    expect(worstError(given, product(exact, given))).toBeLessThan(1.3);
  });

  it('on the fast core: within 2.3 of them as in the exact one, k = 300, and the bits of an element do not depend on the tile', async (context) => {
    const fast = await createCore('fast').catch(() => undefined);
    if (!fast) return context.skip();
    const given = drawn(25, 21, 300);
    const all = product(fast, given);
    expect(worstError(given, all)).toBeLessThan(2.3);
    expect(worstError(given, product(exact, given))).toBeLessThan(2.3);
    for (let i = 0; i < 25; i++) {
      const row = { ...given, m: 1, A: given.A.slice(303 * i), C: given.C.slice(23 * i, 23 * (i + 1)) };
      expect(product(fast, row)).toEqual(all.slice(23 * i, 23 * (i + 1)));
    }
  });
});
