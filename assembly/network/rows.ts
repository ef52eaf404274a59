// Arithmetic on rows of samples: what a small dense layer does to them. Knows nothing of networks.
import { madd } from '../math/madd';

/**
 * out_k = bias + sum_i weights[i] * rows_i[k]: one unit of a dense layer over samples.
 * Shapes: weights q values `weightStride` apart; rows q x count, `stride` elements apart; out count.
 * Cost: q multiply-adds a sample. The order of summation is i = 0..q-1 for every sample.
 */
export function affineRow(
  weights: usize,
  weightStride: i32,
  bias: f64,
  rows: usize,
  stride: i32,
  q: i32,
  count: i32,
  out: usize,
): void {
  const rowBytes = (<usize>stride) << 3;
  const weightBytes = (<usize>weightStride) << 3;
  const paired = count & ~3;
  let k = 0;
  for (; k < paired; k += 4) {
    const at = (<usize>k) << 3;
    let low = f64x2.splat(bias);
    let high = low;
    let row = rows + at;
    let weight = weights;
    for (let i = 0; i < q; i++) {
      const w = v128.load64_splat(weight);
      low = madd(w, v128.load(row), low);
      high = madd(w, v128.load(row, 16), high);
      row += rowBytes;
      weight += weightBytes;
    }
    v128.store(out + at, low);
    v128.store(out + at, high, 16);
  }
  for (; k < count; k++) {
    const at = (<usize>k) << 3;
    let sum = f64x2.splat(bias);
    let row = rows + at;
    let weight = weights;
    for (let i = 0; i < q; i++) {
      sum = madd(v128.load64_splat(weight), v128.load64_splat(row), sum);
      row += rowBytes;
      weight += weightBytes;
    }
    store<f64>(out + at, f64x2.extract_lane(sum, 0));
  }
}

/** out_k = x_k * y_k. `out` may be `x` or `y`. */
export function multiplyRows(x: usize, y: usize, count: i32, out: usize): void {
  const paired = count & ~1;
  let k = 0;
  for (; k < paired; k += 2) {
    const at = (<usize>k) << 3;
    v128.store(out + at, f64x2.mul(v128.load(x + at), v128.load(y + at)));
  }
  if (k < count) {
    const at = (<usize>k) << 3;
    store<f64>(out + at, load<f64>(x + at) * load<f64>(y + at));
  }
}

/** out_k = factor * x_k. */
export function scaleRow(factor: f64, x: usize, count: i32, out: usize): void {
  const f = f64x2.splat(factor);
  const paired = count & ~1;
  let k = 0;
  for (; k < paired; k += 2) {
    const at = (<usize>k) << 3;
    v128.store(out + at, f64x2.mul(f, v128.load(x + at)));
  }
  if (k < count) {
    const at = (<usize>k) << 3;
    store<f64>(out + at, factor * load<f64>(x + at));
  }
}

/** out_k += x_k * y_k * z_k. */
export function accumulateTriple(x: usize, y: usize, z: usize, count: i32, out: usize): void {
  const paired = count & ~1;
  let k = 0;
  for (; k < paired; k += 2) {
    const at = (<usize>k) << 3;
    const product = f64x2.mul(v128.load(x + at), v128.load(y + at));
    v128.store(out + at, madd(product, v128.load(z + at), v128.load(out + at)));
  }
  if (k < count) {
    const at = (<usize>k) << 3;
    const product = f64x2.splat(load<f64>(x + at) * load<f64>(y + at));
    const sum = madd(product, v128.load64_splat(z + at), v128.load64_splat(out + at));
    store<f64>(out + at, f64x2.extract_lane(sum, 0));
  }
}
