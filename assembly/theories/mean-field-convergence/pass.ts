// Passes over the pre-activations of all neurons: a row is a neuron, a column a sample. Outputs, the direction of the flow,
// and mean squared slopes over windows. Knows no step sizes, labels or Gram matrices.
import { activate } from '../../activation/dispatch';
import { madd } from '../../math/madd';

/** Numbers that one turn of a pass activates at once: they stay in the first-level cache. */
export const TURN: i32 = 1024;

/** Doubles of scratch for `outputSums` on rows of n; `windowMeans` and `outputSumsSingle` take twice as many. */
export function passScratch(n: i32): i32 {
  return max(TURN, n);
}

/** f_a += sum_r w_r X_ra over `rows` rows of n, rows in order: four at a time, so that f is read once for four. */
export function addRows(X: usize, w: usize, rows: i32, n: i32, f: usize): void {
  const bytes = (<usize>n) << 3;
  const paired = bytes & ~15;
  let r: i32 = 0;
  for (; r + 4 <= rows; r += 4) {
    const w0 = v128.load64_splat(w);
    const w1 = v128.load64_splat(w, 8);
    const w2 = v128.load64_splat(w, 16);
    const w3 = v128.load64_splat(w, 24);
    const x1 = X + bytes;
    const x2 = x1 + bytes;
    const x3 = x2 + bytes;
    for (let at: usize = 0; at < paired; at += 16) {
      let sum = v128.load(f + at);
      sum = madd(w0, v128.load(X + at), sum);
      sum = madd(w1, v128.load(x1 + at), sum);
      sum = madd(w2, v128.load(x2 + at), sum);
      sum = madd(w3, v128.load(x3 + at), sum);
      v128.store(f + at, sum);
    }
    if (n & 1) {
      let sum = v128.load64_splat(f + paired);
      sum = madd(w0, v128.load64_splat(X + paired), sum);
      sum = madd(w1, v128.load64_splat(x1 + paired), sum);
      sum = madd(w2, v128.load64_splat(x2 + paired), sum);
      sum = madd(w3, v128.load64_splat(x3 + paired), sum);
      store<f64>(f + paired, f64x2.extract_lane(sum, 0));
    }
    X = x3 + bytes;
    w += 32;
  }
  for (; r < rows; r++) {
    const w0 = v128.load64_splat(w);
    for (let at: usize = 0; at < paired; at += 16) {
      v128.store(f + at, madd(w0, v128.load(X + at), v128.load(f + at)));
    }
    if (n & 1) {
      const sum = madd(w0, v128.load64_splat(X + paired), v128.load64_splat(f + paired));
      store<f64>(f + paired, f64x2.extract_lane(sum, 0));
    }
    X += bytes;
    w += 8;
  }
}

/**
 * f_a = sum_i w_i s(H_ia), and slopes_ia = s'(H_ia) unless `slopes` is 0: the outputs of the network and all slopes in one
 * read of H, (M1) and (M2).
 * Shapes: H and slopes rows x n without gaps, w rows, f n, scratch `passScratch(n)`.
 * Cost: one activation and one multiply-add an entry. The order of summation is i = 0..rows-1.
 */
export function outputSums(
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
  for (let i: i32 = 0; i < rows; i += turn) {
    const here = min(turn, rows - i);
    const bytes = (<usize>(here * n)) << 3;
    activate(kind, parameter, slopes ? 1 : 0, H, here * n, scratch, slopes, 0);
    addRows(scratch, w, here, n, f);
    H += bytes;
    if (slopes) slopes += bytes;
    w += (<usize>here) << 3;
  }
}

/**
 * D_ia = scales_i (slopes_ia zeta_a): the direction in which the coefficients of every neuron move, (M2).
 * Shapes: slopes and D rows x n without gaps, scales rows, zeta n. D may be `slopes`.
 * Cost: two multiplications an entry.
 */
export function flowDirection(slopes: usize, scales: usize, zeta: usize, rows: i32, n: i32, D: usize): void {
  const bytes = (<usize>n) << 3;
  const paired = bytes & ~15;
  for (let i: i32 = 0; i < rows; i++) {
    const scale = v128.load64_splat(scales);
    for (let at: usize = 0; at < paired; at += 16) {
      v128.store(D + at, f64x2.mul(scale, f64x2.mul(v128.load(slopes + at), v128.load(zeta + at))));
    }
    if (n & 1) {
      store<f64>(
        D + paired,
        f64x2.extract_lane(scale, 0) * (load<f64>(slopes + paired) * load<f64>(zeta + paired)),
      );
    }
    slopes += bytes;
    D += bytes;
    scales += 8;
  }
}

/** out = |x| + reach where `even`, else x - reach, for `rows` rows of n: where a window's smallest slope is. */
function windowEdges(even: i32, X: usize, reach: usize, rows: i32, n: i32, out: usize): void {
  const bytes = (<usize>n) << 3;
  const paired = bytes & ~15;
  for (let i: i32 = 0; i < rows; i++) {
    for (let at: usize = 0; at < paired; at += 16) {
      const x = v128.load(X + at);
      const r = v128.load(reach + at);
      v128.store(out + at, even ? f64x2.add(f64x2.abs(x), r) : f64x2.sub(x, r));
    }
    if (n & 1) {
      const x = load<f64>(X + paired);
      const r = load<f64>(reach + paired);
      store<f64>(out + paired, even ? abs(x) + r : x - r);
    }
    X += bytes;
    out += bytes;
  }
}

/**
 * out_a = sum_i w_i kappa(H_ia, reach_a)^2 with kappa(h, r) the smallest |s'| on [h - r, h + r]: at |h| + r for the even,
 * single-peaked slopes of tanh, erf and sigmoid, at h - r for the rising ones of softplus, relu and leaky relu, (C1).
 * Shapes: H rows x n without gaps, reach and out n, w rows, scratch 2 `passScratch(n)`.
 * Cost: one activation with its slope an entry. The order of summation is i = 0..rows-1.
 */
export function windowMeans(
  kind: i32,
  parameter: f64,
  even: i32,
  H: usize,
  reach: usize,
  w: usize,
  rows: i32,
  n: i32,
  out: usize,
  scratch: usize,
): void {
  memory.fill(out, 0, (<usize>n) << 3);
  if (n <= 0) return;
  const turn = max(1, TURN / n);
  const slopes = scratch + ((<usize>max(TURN, n)) << 3);
  for (let i: i32 = 0; i < rows; i += turn) {
    const here = min(turn, rows - i);
    const count = here * n;
    windowEdges(even, H, reach, here, n, scratch);
    activate(kind, parameter, 1, scratch, count, scratch, slopes, 0);
    for (let k: i32 = 0; k < count; k++) {
      const at = slopes + ((<usize>k) << 3);
      const slope = load<f64>(at);
      store<f64>(at, slope * slope);
    }
    addRows(slopes, w, here, n, out);
    H += (<usize>count) << 3;
    w += (<usize>here) << 3;
  }
}
