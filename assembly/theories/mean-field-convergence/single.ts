// The passes over pre-activations for trajectories in single precision: the state, slopes and directions are f32, activations and
// sums over neurons f64. Knows no step sizes, labels or Gram matrices.
import { activate } from '../../activation/dispatch';
import { narrow, narrowed, widen } from '../../linalg/vector-single';
import { addRows, TURN } from './pass';

/**
 * `outputSums` of H in single precision: f_a = sum_i w_i s(H_ia) in double precision, and slopes_ia = s'(H_ia) rounded to single
 * unless `slopes` is 0.
 * Shapes: H and slopes rows x n floats without gaps, w rows and f n doubles, scratch 2 `passScratch(n)`.
 * Cost: `outputSums` and two conversions an entry. The order of summation is i = 0..rows-1.
 */
export function outputSumsSingle(
  kind: i32,
  parameter: f64,
  H: usize,
  w: usize,
  rows: i32,
  n: i32,
  f: usize,
  slopes: usize,
  scratch: usize,
): void {
  memory.fill(f, 0, (<usize>n) << 3);
  if (n <= 0) return;
  const turn = max(1, TURN / n);
  const wide = scratch + ((<usize>max(TURN, n)) << 3);
  for (let i: i32 = 0; i < rows; i += turn) {
    const here = min(turn, rows - i);
    const count = here * n;
    widen(H, count, scratch);
    activate(kind, parameter, slopes ? 1 : 0, scratch, count, scratch, wide, 0);
    addRows(scratch, w, here, n, f);
    H += (<usize>count) << 2;
    if (slopes) {
      narrow(wide, count, slopes);
      slopes += (<usize>count) << 2;
    }
    w += (<usize>here) << 3;
  }
}

/**
 * `flowDirection` in single precision: D_ia = scales_i (slopes_ia zeta_a), scales and zeta rounded first.
 * Shapes: slopes and D rows x n floats without gaps, scales rows and zeta n doubles. D may be `slopes`.
 * Error: four roundings of 2^-24.
 */
export function flowDirectionSingle(
  slopes: usize,
  scales: usize,
  zeta: usize,
  rows: i32,
  n: i32,
  D: usize,
): void {
  const bytes = (<usize>n) << 2;
  const body = bytes & ~15;
  for (let i: i32 = 0; i < rows; i++) {
    const factor = <f32>load<f64>(scales);
    const scale = f32x4.splat(factor);
    let at: usize = 0;
    let z = zeta;
    for (; at < body; at += 16) {
      v128.store(D + at, f32x4.mul(scale, f32x4.mul(v128.load(slopes + at), narrowed(z))));
      z += 32;
    }
    for (; at < bytes; at += 4) {
      store<f32>(D + at, factor * (load<f32>(slopes + at) * <f32>load<f64>(z)));
      z += 8;
    }
    slopes += bytes;
    D += bytes;
    scales += 8;
  }
}
