// Derivatives with respect to the deep parameters (layers 2..L): their mean gradient, and per-sample rows.
import { Net } from '../abi';
import { dot, sum } from '../linalg/vector';
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
  for (let i = 0; i < q; i++)
    store<f64>(out + ((<usize>i) << 3), dot(rowAt(net, Net.A, top + i, 0), v, count));
  store<f64>(out + ((<usize>q) << 3), sum(v, count));
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
