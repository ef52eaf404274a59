// Small dense matrices as row-major Float64Arrays with their extents beside them: the algebra of overlaps, where a
// kernel call would be longer than the sum. For anything that grows with data use the kernels.

/** a (rows x inner) times b (inner x columns). */
export function multiply(
  a: Float64Array,
  b: Float64Array,
  rows: number,
  inner: number,
  columns: number,
): Float64Array {
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < inner; k++) {
      const factor = a[i * inner + k]!;
      for (let j = 0; j < columns; j++) out[i * columns + j]! += factor * b[k * columns + j]!;
    }
  }
  return out;
}

/** a (rows x inner) times the transpose of b (columns x inner). */
export function multiplyTransposed(
  a: Float64Array,
  b: Float64Array,
  rows: number,
  inner: number,
  columns: number,
): Float64Array {
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = 0;
      for (let k = 0; k < inner; k++) sum += a[i * inner + k]! * b[j * inner + k]!;
      out[i * columns + j] = sum;
    }
  }
  return out;
}

/** y += factor x, entry by entry. */
export function addTo(y: Float64Array, x: Float64Array, factor = 1): Float64Array {
  for (let i = 0; i < y.length; i++) y[i]! += factor * x[i]!;
  return y;
}

export function identity(n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) out[i * n + i] = 1;
  return out;
}

export function dotProduct(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Rows [from, to) and columns [start, end) of a (row stride `columns`). */
export function part(
  a: Float64Array,
  columns: number,
  from: number,
  to: number,
  start: number,
  end: number,
): Float64Array {
  const out = new Float64Array((to - from) * (end - start));
  for (let i = from; i < to; i++) {
    for (let j = start; j < end; j++) out[(i - from) * (end - start) + j - start] = a[i * columns + j]!;
  }
  return out;
}
