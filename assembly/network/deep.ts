// Derivatives with respect to the deep parameters (layers 2..L): their mean gradient, and per-sample rows.
import { Net } from '../abi';
import { dot, lanesSum, sum } from '../linalg/vector';
import { madd } from '../math/madd';
import { rowAt, word } from './layout';
import { multiplyRows } from './rows';

/**
 * gradient = sum_k v_k df/dtheta_d over the first `count` samples, in the order of the deep parameters:
 * dW_l[i][j] = sum_k v_k a_{l-1,i} P_{l,j}, dc_l[j] = sum_k v_k P_{l,j}, dW_L[i] = sum_k v_k a_{L-1,i}, dc_L = sum_k v_k.
 * With v = r/m this is the gradient of the loss (1/2m) sum r^2.
 * Shapes: v count; scratch count; gradient (L-2)q(q+1) + q + 1.
 * Cost: (L-2)q^2 + Lq multiply-adds a sample.
 */
export function networkDeepGradient(net: usize, count: i32, v: usize, scratch: usize, gradient: usize): void {
  const q = word(net, Net.Width);
  const depth = word(net, Net.Depth);
  let out = gradient;
  for (let layer = 2; layer < depth; layer++) {
    const base = (layer - 1) * q;
    for (let j = 0; j < q; j++) {
      multiplyRows(v, rowAt(net, Net.P, base + j, 0), count, scratch);
      for (let i = 0; i < q; i++) {
        store<f64>(
          out + ((<usize>(i * q + j)) << 3),
          dot(rowAt(net, Net.A, base - q + i, 0), scratch, count),
        );
      }
      store<f64>(out + ((<usize>(q * q + j)) << 3), sum(scratch, count));
    }
    out += (<usize>(q * q + q)) << 3;
  }
  const top = (depth - 2) * q;
  let i = 0;
  for (; i + 4 <= q; i += 4) {
    const bytes = (<usize>word(net, Net.Stride)) << 3;
    fourDots(rowAt(net, Net.A, top + i, 0), bytes, v, count, out + ((<usize>i) << 3));
  }
  for (; i < q; i++) store<f64>(out + ((<usize>i) << 3), dot(rowAt(net, Net.A, top + i, 0), v, count));
  store<f64>(out + ((<usize>q) << 3), sum(v, count));
}

/** Dot products of four rows with v, each with the bits of `dot`, whose one chain of additions waits for itself. */
function fourDots(x0: usize, bytes: usize, v: usize, count: i32, out: usize): void {
  let x1 = x0 + bytes;
  let x2 = x1 + bytes;
  let x3 = x2 + bytes;
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  const end = v + ((<usize>(count >> 1)) << 4);
  while (v < end) {
    const w = v128.load(v);
    s0 = madd(v128.load(x0), w, s0);
    s1 = madd(v128.load(x1), w, s1);
    s2 = madd(v128.load(x2), w, s2);
    s3 = madd(v128.load(x3), w, s3);
    x0 += 16;
    x1 += 16;
    x2 += 16;
    x3 += 16;
    v += 16;
  }
  const odd = count & 1;
  const w = odd ? load<f64>(v) : 0;
  store<f64>(out, lanesSum(s0) + (odd ? load<f64>(x0) * w : 0));
  store<f64>(out, lanesSum(s1) + (odd ? load<f64>(x1) * w : 0), 8);
  store<f64>(out, lanesSum(s2) + (odd ? load<f64>(x2) * w : 0), 16);
  store<f64>(out, lanesSum(s3) + (odd ? load<f64>(x3) * w : 0), 24);
}

/**
 * Rows df/dtheta_d of samples start..start+count-1: row p of `out` holds the derivative of every sample's output with
 * respect to deep parameter p, rows `stride` elements apart. The bias of the last layer gives a row of ones.
 */
export function networkDeepJacobian(net: usize, start: i32, count: i32, out: usize, stride: i32): void {
  const q = word(net, Net.Width);
  const depth = word(net, Net.Depth);
  const rowBytes = (<usize>stride) << 3;
  let row = out;
  for (let layer = 2; layer < depth; layer++) {
    const base = (layer - 1) * q;
    for (let i = 0; i < q; i++) {
      const a = rowAt(net, Net.A, base - q + i, start);
      for (let j = 0; j < q; j++) {
        multiplyRows(a, rowAt(net, Net.P, base + j, start), count, row);
        row += rowBytes;
      }
    }
    for (let j = 0; j < q; j++) {
      memory.copy(row, rowAt(net, Net.P, base + j, start), (<usize>count) << 3);
      row += rowBytes;
    }
  }
  const top = (depth - 2) * q;
  for (let i = 0; i < q; i++) {
    memory.copy(row, rowAt(net, Net.A, top + i, start), (<usize>count) << 3);
    row += rowBytes;
  }
  for (let k = 0; k < count; k++) store<f64>(row + ((<usize>k) << 3), 1);
}
