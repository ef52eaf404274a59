import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { exact } from '../cores.ts';
import { numbers, onChecked, onExact, onReference, sameBits } from './run.ts';

const draw = numbers(5);
const orders = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16, 17, 25, 31, 32, 33, 47, 60];
/** Divide and conquer from 80 on, panels of reflections above 128. */
const large = [79, 80, 81, 97, 127, 128, 129, 130, 131, 161];
const scratch = (n: number) => ({ scratch: exact.exports.symmetricEigenScratch(n) });

function random(n: number): Float64Array {
  const A = draw(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) A[j * n + i] = A[i * n + j]!;
  return A;
}

/** The Gram matrix of n rows of d random numbers. */
function gram(n: number, d: number): Float64Array {
  const rows = draw(n * d);
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n) * d, (at % n) * d];
    let total = 0;
    for (let k = 0; k < d; k++) total += rows[i + k]! * rows[j + k]!;
    return total;
  });
}

function eigen(A: Float64Array, n: number): { status: number; values: Float64Array; vectors: Float64Array } {
  const values = new Float64Array(n);
  const outcome = onExact('symmetricEigen', [A, n, n, values, 1, scratch(n)]);
  return { status: 0, values: outcome.arrays[1]!, vectors: outcome.arrays[0]! };
}

/** Values without vectors. */
function valuesAlone(A: Float64Array, n: number): Float64Array {
  return onExact('symmetricEigen', [A, n, n, new Float64Array(n), 0, scratch(n)]).arrays[1]!;
}

/** Largest distance of values alone from values with vectors in units of ε‖A‖; Infinity where they are not ascending. */
function alonePast(A: Float64Array, n: number): number {
  const [alone, { values }] = [valuesAlone(A, n), eigen(A, n)];
  if (alone.some((value, j) => !(value >= alone[Math.max(j - 1, 0)]!))) return Infinity;
  const norm = Math.max(Math.abs(values[0]!), Math.abs(values[n - 1]!)) || 1;
  return Math.max(...alone.map((value, j) => Math.abs(value - values[j]!))) / norm / Number.EPSILON;
}

/** H diag(spectrum) H for two reflections after another, made symmetric. */
function withSpectrum(n: number, spectrum: (j: number) => number): Float64Array {
  const A = new Float64Array(n * n);
  for (let j = 0; j < n; j++) A[j * n + j] = spectrum(j);
  for (let pass = 0; pass < 2; pass++) {
    const v = draw(n);
    const square = v.reduce((total, x) => total + x * x, 0);
    const p = Array.from(v, (_, i) => v.reduce((total, x, k) => total + A[i * n + k]! * x, 0));
    const middle = v.reduce((total, x, i) => total + x * p[i]!, 0);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        const change = v[i]! * p[j]! + p[i]! * v[j]! - (2 * middle * v[i]! * v[j]!) / square;
        A[j * n + i] = A[i * n + j] = A[i * n + j]! - (2 * change) / square;
      }
    }
  }
  return A;
}

/** Residual max |A v − λ v| and loss of orthogonality max |v·u − δ|, in units of ε‖A‖ and ε. */
function measure(A: Float64Array, n: number): { residual: number; orthogonality: number } {
  const { values, vectors } = eigen(A, n);
  const norm = Math.max(Math.abs(values[0]!), Math.abs(values[n - 1]!)) || 1;
  let residual = 0;
  let orthogonality = 0;
  for (let j = 0; j < n; j++) {
    const v = vectors.subarray(j * n, j * n + n);
    for (let i = 0; i < n; i++) {
      let total = 0;
      for (let k = 0; k < n; k++) total += (A[i * n + k]! / norm) * v[k]!;
      residual = Math.max(residual, Math.abs(total - (values[j]! / norm) * v[i]!));
    }
    for (let l = 0; l <= j; l++) {
      let total = 0;
      for (let k = 0; k < n; k++) total += v[k]! * vectors[l * n + k]!;
      orthogonality = Math.max(orthogonality, Math.abs(total - (l === j ? 1 : 0)));
    }
  }
  return { residual: residual / Number.EPSILON, orthogonality: orthogonality / Number.EPSILON };
}

describe('symmetricEigen', () => {
  it('random matrices up to n = 60: |A v − λ v| ≤ 5 ε‖A‖, |v·u − δ| ≤ 19 ε', () => {
    const measured = orders.map((n) => measure(random(n), n));
    expect(Math.max(...measured.map((m) => m.residual))).toBeLessThan(5);
    expect(Math.max(...measured.map((m) => m.orthogonality))).toBeLessThan(19);
  });

  it('the values of Jacobi (reference) to 13 ε‖A‖ and of ml-matrix to 17 ε‖A‖, ascending', () => {
    let jacobi = 0;
    let other = 0;
    for (const n of orders) {
      const A = random(n);
      const { values } = eigen(A, n);
      expect([...values]).toEqual([...values].sort((a, b) => a - b));
      const norm = Math.max(Math.abs(values[0]!), Math.abs(values[n - 1]!));
      const reference = onReference('symmetricEigen', [A, n, n, new Float64Array(n)]);
      expect(reference.value).toBe(0);
      const library = new EigenvalueDecomposition(Matrix.from1DArray(n, n, A), { assumeSymmetric: true });
      const sorted = [...library.realEigenvalues].sort((a, b) => a - b);
      values.forEach((value, j) => {
        jacobi = Math.max(jacobi, Math.abs(value - reference.arrays[1]![j]!) / norm / Number.EPSILON);
        other = Math.max(other, Math.abs(value - sorted[j]!) / norm / Number.EPSILON);
      });
    }
    expect(jacobi).toBeLessThan(13);
    expect(other).toBeLessThan(17);
  });

  it('the closed form of the path graph, 2 − 2 cos(π j/(n + 1)), to 1.4e-15 at n = 50', () => {
    const n = 50;
    const A = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      A[i * n + i] = 2;
      if (i > 0) A[i * n + i - 1] = A[(i - 1) * n + i] = -1;
    }
    const { values } = eigen(A, n);
    const misses = values.map((value, j) =>
      Math.abs(value - (2 - 2 * Math.cos((Math.PI * (j + 1)) / (n + 1)))),
    );
    expect(Math.max(...misses)).toBeLessThan(1.4e-15);
  });

  it('values alone: those with vectors to 12 ε‖A‖, ascending', () => {
    const misses = orders.map((n) => alonePast(random(n), n));
    expect(Math.max(...misses)).toBeLessThan(12);
  });

  it('large random and Gram matrices, n = 79 … 161: |A v − λ v| ≤ 5 ε‖A‖, |v·u − δ| ≤ 18 ε', () => {
    const measured = large.flatMap((n) => [measure(random(n), n), measure(gram(n, n >> 1), n)]);
    expect(Math.max(...measured.map((m) => m.residual))).toBeLessThan(5);
    expect(Math.max(...measured.map((m) => m.orthogonality))).toBeLessThan(18);
  });

  it('large: the values of Jacobi (reference) to 17 ε‖A‖ with vectors, 20 ε‖A‖ alone', () => {
    let withVectors = 0;
    let withoutThem = 0;
    for (const n of [81, 130, 161]) {
      const A = random(n);
      const { values } = eigen(A, n);
      const alone = valuesAlone(A, n);
      expect([...values]).toEqual([...values].sort((a, b) => a - b));
      expect([...alone]).toEqual([...alone].sort((a, b) => a - b));
      const norm = Math.max(Math.abs(values[0]!), Math.abs(values[n - 1]!));
      const reference = onReference('symmetricEigen', [A, n, n, new Float64Array(n)]).arrays[1]!;
      reference.forEach((value, j) => {
        withVectors = Math.max(withVectors, Math.abs(value - values[j]!) / norm / Number.EPSILON);
        withoutThem = Math.max(withoutThem, Math.abs(value - alone[j]!) / norm / Number.EPSILON);
      });
    }
    expect(withVectors).toBeLessThan(17);
    expect(withoutThem).toBeLessThan(20);
  });

  it('large: the checked core gives the same bits, within the scratch it asks for', () => {
    for (const n of [80, 129, 145]) {
      for (const want of [0, 1]) {
        const parameters = [random(n), n, n, new Float64Array(n), want, scratch(n)];
        expect(sameBits(onExact('symmetricEigen', parameters), onChecked('symmetricEigen', parameters))).toBe(
          true,
        );
      }
    }
  });

  it('large: reads the lower triangle only and leaves the stride gap alone', () => {
    const [n, ld] = [133, 135];
    const A = random(n);
    const wide = new Float64Array(n * ld).fill(3);
    for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) wide[i * ld + j] = A[i * n + j]!;
    const outcome = onExact('symmetricEigen', [wide, n, ld, new Float64Array(n), 1, scratch(n)]);
    const { values, vectors } = eigen(A, n);
    expect(outcome.arrays[1]).toEqual(values);
    for (let i = 0; i < n; i++) {
      expect(outcome.arrays[0]!.slice(i * ld, i * ld + n)).toEqual(vectors.slice(i * n, i * n + n));
      expect([...outcome.arrays[0]!.slice(i * ld + n, i * ld + ld)]).toEqual([3, 3]);
    }
  });

  it('the checked core gives the same bits, within the scratch it asks for', () => {
    for (const n of orders) {
      for (const want of [0, 1]) {
        const parameters = [random(n), n, n, new Float64Array(n), want, scratch(n)];
        expect(sameBits(onExact('symmetricEigen', parameters), onChecked('symmetricEigen', parameters))).toBe(
          true,
        );
      }
    }
  });

  it('reads the lower triangle only and leaves the stride gap alone', () => {
    const [n, ld] = [9, 12];
    const A = random(n);
    const wide = new Float64Array(n * ld).fill(3);
    for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) wide[i * ld + j] = A[i * n + j]!;
    const outcome = onExact('symmetricEigen', [wide, n, ld, new Float64Array(n), 1, scratch(n)]);
    const { values, vectors } = eigen(A, n);
    expect(outcome.arrays[1]).toEqual(values);
    for (let i = 0; i < n; i++) {
      expect(outcome.arrays[0]!.slice(i * ld, i * ld + n)).toEqual(vectors.slice(i * n, i * n + n));
      expect([...outcome.arrays[0]!.slice(i * ld + n, i * ld + ld)]).toEqual([3, 3, 3]);
    }
  });

  it('the largest entry of each vector is positive', () => {
    const n = 31;
    const { vectors } = eigen(random(n), n);
    for (let j = 0; j < n; j++) {
      const v = [...vectors.subarray(j * n, j * n + n)];
      expect(v.find((x) => Math.abs(x) === Math.max(...v.map(Math.abs)))).toBeGreaterThan(0);
    }
  });
});

describe('symmetricEigen on degenerate matrices', () => {
  it('1×1, zero, identity and diagonal matrices are exact', () => {
    expect(eigen(Float64Array.of(-3), 1)).toEqual({
      status: 0,
      values: Float64Array.of(-3),
      vectors: Float64Array.of(1),
    });
    for (const n of [1, 2, 5, 16, 33, 90, 150]) {
      const unit = new Float64Array(n * n);
      for (let i = 0; i < n; i++) unit[i * n + i] = 1;
      expect(eigen(new Float64Array(n * n), n)).toEqual({
        status: 0,
        values: new Float64Array(n),
        vectors: unit,
      });
      expect(eigen(unit, n)).toEqual({ status: 0, values: new Float64Array(n).fill(1), vectors: unit });
    }
    const { values, vectors } = eigen(Float64Array.of(3, 0, 0, 0, -1, 0, 0, 0, 2), 3);
    expect([...values]).toEqual([-1, 2, 3]);
    expect([...vectors]).toEqual([0, 1, 0, 0, 0, 1, 1, 0, 0]);
  });

  const families: Record<string, (n: number) => Float64Array> = {
    'all ones': (n) => new Float64Array(n * n).fill(1),
    'rank one': (n) => {
      const v = draw(n);
      return Float64Array.from({ length: n * n }, (_, i) => v[Math.floor(i / n)]! * v[i % n]!);
    },
    'two values': (n) => {
      const v = draw(n);
      const square = v.reduce((s, x) => s + x * x, 0);
      return Float64Array.from({ length: n * n }, (_, i) => {
        const [r, c] = [Math.floor(i / n), i % n];
        return (r === c ? 1 : 0) - (2 * v[r]! * v[c]!) / square;
      });
    },
    blocks: (n) =>
      Float64Array.from({ length: n * n }, (_, i) =>
        Math.floor(i / n / 3) === Math.floor((i % n) / 3) ? 1 : 0,
      ),
    graded: (n) => {
      const A = random(n);
      return A.map((x, i) => x * 10 ** -(Math.floor(i / n) + (i % n)));
    },
    'graded upwards': (n) => {
      const A = random(n);
      return A.map((x, i) => x * 10 ** (Math.floor(i / n) + (i % n) - 2 * n));
    },
    'tiny couplings': (n) =>
      Float64Array.from({ length: n * n }, (_, i) => (Math.floor(i / n) === i % n ? 1 : 1e-170)),
    'tiny block': (n) =>
      Float64Array.from({ length: n * n }, (_, i) =>
        i === 0 ? 1 : Math.floor(i / n) > 0 && i % n > 0 ? 1e-170 : 0,
      ),
    wilkinson: (n) =>
      Float64Array.from({ length: n * n }, (_, i) => {
        const [r, c] = [Math.floor(i / n), i % n];
        return r === c ? Math.abs(r - (n - 1) / 2) : Math.abs(r - c) === 1 ? 1 : 0;
      }),
    'kernel of a line': (n) =>
      Float64Array.from({ length: n * n }, (_, i) => {
        const distance = (Math.floor(i / n) - (i % n)) / n;
        return Math.exp(-10 * distance * distance);
      }),
    'values over 16 decades': (n) => withSpectrum(n, (j) => 10 ** ((-16 * j) / n)),
    'one cluster': (n) => withSpectrum(n, (j) => 1 + 1e-14 * Math.sin(j)),
    'halves of ±1': (n) => withSpectrum(n, (j) => (2 * j < n ? 1 : -1)),
  };

  it('rank one, repeated values, blocks and graded entries: |A v − λ v| ≤ 7 ε‖A‖, |v·u − δ| ≤ 15 ε', () => {
    const measured = Object.values(families).flatMap((family) =>
      [2, 3, 7, 12, 21, 40].map((n) => measure(family(n), n)),
    );
    expect(Math.max(...measured.map((m) => m.residual))).toBeLessThan(7);
    expect(Math.max(...measured.map((m) => m.orthogonality))).toBeLessThan(15);
  });

  it('the same at orders 80 … 151: |A v − λ v| ≤ 25 ε‖A‖, |v·u − δ| ≤ 40 ε', () => {
    const measured = Object.values(families).flatMap((family) =>
      [80, 129, 151].map((n) => measure(family(n), n)),
    );
    expect(Math.max(...measured.map((m) => m.residual))).toBeLessThan(25);
    expect(Math.max(...measured.map((m) => m.orthogonality))).toBeLessThan(40);
  });

  it('values that fall to rounding of the largest converge, alone too: within 7 ε‖A‖ of what they are', () => {
    for (const n of [60, 96, 130, 201]) {
      const A = withSpectrum(n, (j) => 10 ** ((-16 * j) / n));
      const values = valuesAlone(A, n);
      values.forEach((value, j) => {
        expect(Math.abs(value - 10 ** ((-16 * (n - 1 - j)) / n))).toBeLessThan(7 * Number.EPSILON);
      });
    }
  });

  it('scales of 1e±150 and 1e±300 change nothing but the scale (exactly so for powers of two)', () => {
    const n = 20;
    const A = random(n);
    const { values, vectors } = eigen(A, n);
    for (const factor of [2 ** 500, 2 ** -500, 2 ** 1000, 2 ** -960]) {
      const scaled = eigen(
        A.map((x) => x * factor),
        n,
      );
      expect(scaled.values).toEqual(values.map((x) => x * factor));
      expect(scaled.vectors).toEqual(vectors);
    }
    for (const factor of [1e150, 1e-150, 1e300, 1e-300]) {
      const { residual, orthogonality } = measure(
        A.map((x) => x * factor),
        n,
      );
      expect(residual).toBeLessThan(5);
      expect(orthogonality).toBeLessThan(19);
    }
  });

  it('a 2×2 block far below its matrix keeps its own eigenvectors', () => {
    const small = 1e-170;
    const { values, vectors } = eigen(Float64Array.of(1, 0, 0, 0, small, small, 0, small, small), 3);
    expect(values[2]).toBe(1);
    expect(Math.abs(vectors[3 * 1 + 1]!)).toBeCloseTo(Math.SQRT1_2, 14);
    expect(values[1]! / (2 * small)).toBeCloseTo(1, 14);
  });

  it('an entry that is not finite is refused', () => {
    for (const bad of [Number.NaN, Infinity, -Infinity]) {
      expect(() => eigen(Float64Array.of(1, 0, bad, 1), 2)).toThrow(
        /order 2 has an entry that is not finite/,
      );
    }
  });

  it('values alone of every family above: those with vectors to 19 ε‖A‖', () => {
    const misses = Object.values(families).flatMap((family) =>
      [2, 3, 7, 12, 21, 40, 80, 129, 151].map((n) => alonePast(family(n), n)),
    );
    expect(Math.max(...misses)).toBeLessThan(19);
  });
});
