// The velocity of particles on n samples instead of the population: the gradient of the mean squared residual, with the
// activation a Hermite series. Samples pass in blocks: pre-activations of all particles, activation, residual and
// gradient while the block is in cache. Knows nothing of where samples come from or of steps.

import { hermiteSeries } from './hermite-series';
import { tangent } from './sphere';
import { addAcross, BLOCK, gramBlock, packColumns, packRows, padded4 } from './tiles';

/** Doubles of scratch for dataVelocity. */
export function dataVelocityScratch(m: i32, d: i32): i32 {
  return padded4(m) * (2 * padded4(d) + BLOCK) + 2 * BLOCK * padded4(d) + BLOCK * BLOCK + 3 * BLOCK + 1;
}

/** Pre-activations of up to 64 particles on a block of samples: into their rows, and σ into the outputs of the block. */
function forward(
  weights: usize,
  rows: i32,
  here: i32,
  samples: usize,
  columns: i32,
  depth: i32,
  values: usize,
  slopes: usize,
  H: usize,
  spare: usize,
  outputs: usize,
): void {
  gramBlock(weights, rows, samples, columns, depth, H);
  hermiteSeries(values, H, BLOCK * rows, spare);
  hermiteSeries(slopes, H, BLOCK * rows, H);
  const end = outputs + ((<usize>columns) << 3);
  for (let i: i32 = 0; i < here; i++) {
    let from = spare;
    for (let o = outputs; o < end; o += 16) {
      v128.store(o, f64x2.add(v128.load(o), v128.load(from)));
      from += 16;
    }
    spare += (<usize>BLOCK) << 3;
  }
}

/** One block of samples: outputs, residuals (into `residuals`) and sums += Σ_s σ'(⟨w_i,x_s⟩) r_s x_s. */
function sampleBlock(
  X: usize,
  lds: usize,
  count: i32,
  d: i32,
  y: usize,
  m: i32,
  weights: usize,
  values: usize,
  slopes: usize,
  sums: usize,
  residuals: usize,
  scratch: usize,
): void {
  const mp = padded4(m);
  const dp = padded4(d);
  const columns = padded4(count);
  const ld = (<usize>dp) << 3;
  const H = scratch;
  const samples = H + ((<usize>(mp * BLOCK)) << 3);
  const scaled = samples + <usize>BLOCK * ld;
  const spare = scaled + <usize>BLOCK * ld;
  const outputs = spare + ((<usize>(BLOCK * BLOCK)) << 3);
  packRows(X, lds, count, d, samples);
  packColumns(X, lds, count, d, scaled);
  memory.fill(outputs, 0, (<usize>BLOCK) << 3);
  for (let i: i32 = 0; i < mp; i += BLOCK) {
    const rows = min(BLOCK, mp - i);
    const h = H + ((<usize>(i * BLOCK)) << 3);
    forward(
      weights + <usize>i * ld,
      rows,
      min(rows, m - i),
      samples,
      columns,
      dp,
      values,
      slopes,
      h,
      spare,
      outputs,
    );
  }
  for (let s: i32 = 0; s < count; s++) {
    const at = (<usize>s) << 3;
    const residual = load<f64>(y + at) - load<f64>(outputs + at) / <f64>m;
    store<f64>(residuals + at, residual);
    let panel = scaled + ((<usize>s) << 5);
    const factor = f64x2.splat(residual);
    for (let k: i32 = 0; k < dp; k += 4) {
      v128.store(panel, f64x2.mul(factor, v128.load(panel)));
      v128.store(panel, f64x2.mul(factor, v128.load(panel, 16)), 16);
      panel += (<usize>columns) << 5;
    }
  }
  for (let i: i32 = 0; i < mp; i += BLOCK) {
    const rows = min(BLOCK, mp - i);
    const h = H + ((<usize>(i * BLOCK)) << 3);
    addAcross(h, rows, columns, scaled, (<usize>columns) << 5, dp, sums + <usize>i * ld, ld);
  }
}

/**
 * V_i = P_i (1/n) Σ_s r_s σ'(⟨w_i,x_s⟩) x_s with r_s = y_s − (1/m) Σ_i σ(⟨w_i,x_s⟩) and P_i = I − w_i w_iᵀ.
 * Samples `from` to `to`, in parts from 0 to n: V is there after the part that ends at n, until then W and scratch stay. Returns Σ_s r_s²
 * over the samples so far.
 * Shapes: W and V m×d with row strides ldw and ldv, X n×d with ldx (elements), y of n doubles; `values` and `slopes` are
 * σ and σ' as hermite-series.ts has them; from multiples of 64; scratch of dataVelocityScratch(m, d) doubles.
 * Error: pre-activations sum over k, outputs over i, velocities over s, all in order: no bit depends on the blocks or the parts.
 * Cost: 4 m n d flops and 4 K m n multiply-adds for the series.
 */
export function dataVelocity(
  W: usize,
  ldw: i32,
  m: i32,
  d: i32,
  X: usize,
  ldx: i32,
  y: usize,
  n: i32,
  values: usize,
  slopes: usize,
  V: usize,
  ldv: i32,
  from: i32,
  to: i32,
  scratch: usize,
): f64 {
  assert(m > 0 && d > 0 && n > 0 && from % BLOCK === 0 && (to === n || to % BLOCK === 0));
  const dp = padded4(d);
  const size = (<usize>padded4(m) * <usize>dp) << 3;
  const total = scratch;
  const weights = total + 8;
  const sums = weights + size;
  const residuals = sums + size;
  const rest = residuals + ((<usize>BLOCK) << 3);
  if (from === 0) {
    packRows(W, (<usize>ldw) << 3, m, d, weights);
    memory.fill(sums, 0, size);
    store<f64>(total, 0);
  }
  let squares = load<f64>(total);
  for (let s = from; s < to; s += BLOCK) {
    const count = min(BLOCK, n - s);
    const x = X + ((<usize>s * <usize>ldx) << 3);
    const label = y + ((<usize>s) << 3);
    sampleBlock(x, (<usize>ldx) << 3, count, d, label, m, weights, values, slopes, sums, residuals, rest);
    for (let r: i32 = 0; r < count; r++) {
      const residual = load<f64>(residuals + ((<usize>r) << 3));
      squares += residual * residual;
    }
  }
  store<f64>(total, squares);
  if (to < n) return squares;
  for (let i: i32 = 0; i < m; i++) {
    const w = W + ((<usize>i * <usize>ldw) << 3);
    const v = V + ((<usize>i * <usize>ldv) << 3);
    const sum = sums + ((<usize>i * <usize>dp) << 3);
    for (let k: i32 = 0; k < d; k++) {
      const at = (<usize>k) << 3;
      store<f64>(v + at, load<f64>(sum + at) / <f64>n);
    }
    tangent(w, d, v);
  }
  return squares;
}
