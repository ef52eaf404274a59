// Backward pass (N3) over a range of samples: residuals, P_l = df/dh_l, first-layer signal g and its Jacobian J.
import { Net, Tile } from '../abi';
import { address, rowAt, weightsAt, word } from './layout';
import { accumulateTriple, affineRow, multiplyRows, scaleRow } from './rows';

/**
 * r = f - y, P_{L-1} = W_L .* s', P_{l-1} = (W_l P_l) .* s', g = r P_1 for samples start..start+count-1.
 * Needs networkForward with order >= 1 on the same range.
 * Cost: (L-2)q^2 + Lq multiply-adds a sample.
 */
export function networkBackward(net: usize, start: i32, count: i32): void {
  const q = word(net, Net.Width);
  const depth = word(net, Net.Depth);
  const stride = word(net, Net.Stride);
  subtractRows(
    rowAt(net, Net.Output, 0, start),
    rowAt(net, Net.Label, 0, start),
    count,
    rowAt(net, Net.Residual, 0, start),
  );
  const top = (depth - 2) * q;
  for (let i = 0; i < q; i++) {
    const w = load<f64>(weightsAt(net, depth) + ((<usize>i) << 3));
    scaleRow(w, rowAt(net, Net.First, top + i, start), count, rowAt(net, Net.P, top + i, start));
  }
  for (let layer = depth - 1; layer > 1; layer--) {
    const above = (layer - 1) * q;
    const below = above - q;
    for (let i = 0; i < q; i++) {
      const p = rowAt(net, Net.P, below + i, start);
      const weights = weightsAt(net, layer) + ((<usize>(i * q)) << 3);
      affineRow(weights, 1, 0, rowAt(net, Net.P, above, start), stride, q, count, p);
      multiplyRows(p, rowAt(net, Net.First, below + i, start), count, p);
    }
  }
  const residual = rowAt(net, Net.Residual, 0, start);
  for (let i = 0; i < q; i++) {
    multiplyRows(residual, rowAt(net, Net.P, i, start), count, rowAt(net, Net.Signal, i, start));
  }
}

function subtractRows(x: usize, y: usize, count: i32, out: usize): void {
  const paired = count & ~1;
  let k = 0;
  for (; k < paired; k += 2) {
    const at = (<usize>k) << 3;
    v128.store(out + at, f64x2.sub(v128.load(x + at), v128.load(y + at)));
  }
  if (k < count) {
    const at = (<usize>k) << 3;
    store<f64>(out + at, load<f64>(x + at) - load<f64>(y + at));
  }
}

/**
 * J = P_1 P_1' + r Hf with Hf = sum_l T_l' diag(s_l''(h_l) .* b_l) T_l, T_1 = I, T_{l+1} = W_{l+1}' diag(s_l') T_l and
 * b_l = df/da_l, for samples start..start+count-1. Needs networkForward with order 2 and networkBackward.
 * Shapes: J as q*q rows, entry (a, b) in row a*q + b.
 * Cost: (L-1) 2 q^3 multiply-adds a sample. Symmetric to the bit.
 */
export function networkJacobian(net: usize, start: i32, count: i32): void {
  if (word(net, Net.Depth) === 2) {
    shallowJacobian(net, start, count);
    return;
  }
  for (let done = 0; done < count; done += Tile.Samples) {
    jacobianTile(net, start + done, min(count - done, <i32>Tile.Samples));
  }
}

/** J of two layers, where Hf is diagonal: W_2 .* s''. */
function shallowJacobian(net: usize, start: i32, count: i32): void {
  const q = word(net, Net.Width);
  const residual = rowAt(net, Net.Residual, 0, start);
  for (let a = 0; a < q; a++) {
    const p = rowAt(net, Net.P, a, start);
    for (let c = a + 1; c < q; c++) {
      const upper = rowAt(net, Net.Jacobian, a * q + c, start);
      multiplyRows(p, rowAt(net, Net.P, c, start), count, upper);
      memory.copy(rowAt(net, Net.Jacobian, c * q + a, start), upper, (<usize>count) << 3);
    }
    const own = rowAt(net, Net.Jacobian, a * q + a, start);
    const w = load<f64>(weightsAt(net, 2) + ((<usize>a) << 3));
    ownCurvature(p, residual, w, rowAt(net, Net.Second, a, start), count, own);
  }
}

/** out_k = p_k p_k + r_k (w s_k). */
function ownCurvature(p: usize, r: usize, w: f64, s: usize, count: i32, out: usize): void {
  const factor = f64x2.splat(w);
  const end = p + ((<usize>(count >> 1)) << 4);
  while (p < end) {
    const x = v128.load(p);
    const bent = f64x2.mul(v128.load(r), f64x2.mul(factor, v128.load(s)));
    v128.store(out, f64x2.add(f64x2.mul(x, x), bent));
    p += 16;
    r += 16;
    s += 16;
    out += 16;
  }
  if (count & 1) store<f64>(out, load<f64>(p) * load<f64>(p) + load<f64>(r) * (w * load<f64>(s)));
}

function jacobianTile(net: usize, start: i32, count: i32): void {
  const q = word(net, Net.Width);
  const depth = word(net, Net.Depth);
  const stride = word(net, Net.Stride);
  const tile = <usize>(Tile.Samples << 3);
  const squareBytes = <usize>(q * q) * tile;
  let transfer = address(net, Net.Scratch);
  let next = transfer + squareBytes;
  const hessian = next + squareBytes;
  const curvature = hessian + squareBytes;
  memory.fill(transfer, 0, squareBytes);
  memory.fill(hessian, 0, squareBytes);
  for (let i = 0; i < q; i++) {
    const row = transfer + <usize>(i * q + i) * tile;
    for (let k = 0; k < count; k++) store<f64>(row + ((<usize>k) << 3), 1);
  }
  for (let layer = 1; layer < depth; layer++) {
    const base = (layer - 1) * q;
    for (let i = 0; i < q; i++) {
      const b = curvature + <usize>i * tile;
      if (layer === depth - 1) {
        const w = load<f64>(weightsAt(net, depth) + ((<usize>i) << 3));
        scaleRow(w, rowAt(net, Net.Second, base + i, start), count, b);
      } else {
        const weights = weightsAt(net, layer + 1) + ((<usize>(i * q)) << 3);
        affineRow(weights, 1, 0, rowAt(net, Net.P, base + q, start), stride, q, count, b);
        multiplyRows(b, rowAt(net, Net.Second, base + i, start), count, b);
      }
      for (let a = 0; a < q; a++) {
        const left = transfer + <usize>(i * q + a) * tile;
        for (let c = a; c < q; c++) {
          accumulateTriple(
            left,
            transfer + <usize>(i * q + c) * tile,
            b,
            count,
            hessian + <usize>(a * q + c) * tile,
          );
        }
      }
    }
    if (layer < depth - 1) {
      for (let i = 0; i < q; i++) {
        const slope = rowAt(net, Net.First, base + i, start);
        for (let a = 0; a < q; a++) {
          const row = transfer + <usize>(i * q + a) * tile;
          multiplyRows(row, slope, count, row);
        }
      }
      const weights = weightsAt(net, layer + 1);
      for (let j = 0; j < q; j++) {
        for (let a = 0; a < q; a++) {
          affineRow(
            weights + ((<usize>j) << 3),
            q,
            0,
            transfer + <usize>a * tile,
            q * <i32>Tile.Samples,
            q,
            count,
            next + <usize>(j * q + a) * tile,
          );
        }
      }
      const swap = transfer;
      transfer = next;
      next = swap;
    }
  }
  const residual = rowAt(net, Net.Residual, 0, start);
  for (let a = 0; a < q; a++) {
    for (let c = a; c < q; c++) {
      const upper = rowAt(net, Net.Jacobian, a * q + c, start);
      multiplyRows(rowAt(net, Net.P, a, start), rowAt(net, Net.P, c, start), count, upper);
      const product = hessian + <usize>(a * q + c) * tile;
      multiplyRows(residual, product, count, product);
      addRows(product, count, upper);
      if (c > a) memory.copy(rowAt(net, Net.Jacobian, c * q + a, start), upper, (<usize>count) << 3);
    }
  }
}

function addRows(x: usize, count: i32, out: usize): void {
  const paired = count & ~1;
  let k = 0;
  for (; k < paired; k += 2) {
    const at = (<usize>k) << 3;
    v128.store(out + at, f64x2.add(v128.load(out + at), v128.load(x + at)));
  }
  if (k < count) {
    const at = (<usize>k) << 3;
    store<f64>(out + at, load<f64>(out + at) + load<f64>(x + at));
  }
}
