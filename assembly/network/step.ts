// The fused gradient: one read of the feature matrix does the forward pass, the backward pass and X'G.
import { Net } from '../abi';
import { skinny } from '../linalg/skinny';
import { skinnyTransposed } from '../linalg/skinny-transposed';
import { networkBackward } from './backward';
import { networkForward } from './forward';
import { rowAt, word } from './layout';

/**
 * H = X W_1, forward and backward pass, gradient += X'G, in blocks of `blockRows` rows so that a block of X is still in
 * cache when X'G reads it again. The result's bits do not depend on blockRows.
 * Shapes: X m x n (row stride ldx), W1 q x n (one row per unit, stride ldw), gradient q x n (stride ldg), not scaled by 1/m.
 * Cost: 2 m n q multiply-adds; memory traffic of one pass over X.
 */
export function networkGradient(
  net: usize,
  X: usize,
  m: i32,
  n: i32,
  ldx: i32,
  W1: usize,
  ldw: i32,
  gradient: usize,
  ldg: i32,
  blockRows: i32,
): void {
  const q = word(net, Net.Width);
  const stride = word(net, Net.Stride);
  for (let start = 0; start < m; start += blockRows) {
    const rows = min(blockRows, m - start);
    const block = X + ((<usize>start * <usize>ldx) << 3);
    skinny(block, rows, n, ldx, W1, ldw, q, rowAt(net, Net.H, 0, start), stride);
    networkForward(net, start, rows, 1);
    networkBackward(net, start, rows);
    skinnyTransposed(block, rows, n, ldx, rowAt(net, Net.Signal, 0, start), stride, q, gradient, ldg);
  }
}
