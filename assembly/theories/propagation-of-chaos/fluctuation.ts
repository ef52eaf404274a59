// One stage of a Runge-Kutta step, or one descent step, of the response of all nodes to a unit mass at each of some nodes, and the
// mean square of a response: (F4), (F5), (F6). The modes of the source are given; refuses to know sectors and where rates come from.
import { madd } from '../../math/madd';

/**
 * k_{iq} = rate_i Y_{iq} - sum_{l < terms} H_{li} E_{lq}; then next = base + c k where `next` is not 0, and accOut = accIn + a k.
 * Shapes: Y, base, next, accIn, accOut rows x cols of stride ld; rate rows; H terms rows of stride ldh; E terms rows of stride lde.
 *   Outputs may be any of the inputs of the same shape.
 * Range: finite
 * Cost: rows cols (terms + 3) multiply-adds; terms are subtracted in order
 */
export function advanceResponse(
  rows: i32,
  cols: i32,
  ld: i32,
  terms: i32,
  rate: usize,
  H: usize,
  ldh: i32,
  E: usize,
  lde: i32,
  Y: usize,
  base: usize,
  c: f64,
  next: usize,
  accIn: usize,
  a: f64,
  accOut: usize,
): void {
  const hStride = (<usize>ldh) << 3;
  const eStride = (<usize>lde) << 3;
  const step = (<usize>ld) << 3;
  const hEnd = <usize>terms * hStride;
  for (let i: i32 = 0; i < rows; i++) {
    const at = <usize>i * step;
    row(
      cols,
      load<f64>(rate + ((<usize>i) << 3)),
      H + ((<usize>i) << 3),
      hStride,
      hEnd,
      E,
      eStride,
      Y + at,
      base + at,
      c,
      next === 0 ? 0 : next + at,
      accIn + at,
      a,
      accOut + at,
    );
  }
}

function row(
  cols: i32,
  rate: f64,
  H: usize,
  hStride: usize,
  hEnd: usize,
  E: usize,
  eStride: usize,
  Y: usize,
  base: usize,
  c: f64,
  next: usize,
  accIn: usize,
  a: f64,
  accOut: usize,
): void {
  const r = f64x2.splat(rate);
  let q: i32 = 0;
  for (; q + 8 <= cols; q += 8) {
    const at = (<usize>q) << 3;
    let k0 = f64x2.mul(r, v128.load(Y + at));
    let k1 = f64x2.mul(r, v128.load(Y + at, 16));
    let k2 = f64x2.mul(r, v128.load(Y + at, 32));
    let k3 = f64x2.mul(r, v128.load(Y + at, 48));
    let e = E + at;
    for (let h: usize = 0; h < hEnd; h += hStride) {
      const minus = f64x2.neg(v128.load64_splat(H + h));
      k0 = madd(minus, v128.load(e), k0);
      k1 = madd(minus, v128.load(e, 16), k1);
      k2 = madd(minus, v128.load(e, 32), k2);
      k3 = madd(minus, v128.load(e, 48), k3);
      e += eStride;
    }
    finish(at, k0, base, c, next, accIn, a, accOut);
    finish(at + 16, k1, base, c, next, accIn, a, accOut);
    finish(at + 32, k2, base, c, next, accIn, a, accOut);
    finish(at + 48, k3, base, c, next, accIn, a, accOut);
  }
  for (; q + 2 <= cols; q += 2) {
    const at = (<usize>q) << 3;
    let k = f64x2.mul(r, v128.load(Y + at));
    let e = E + at;
    for (let h: usize = 0; h < hEnd; h += hStride) {
      k = madd(f64x2.neg(v128.load64_splat(H + h)), v128.load(e), k);
      e += eStride;
    }
    finish(at, k, base, c, next, accIn, a, accOut);
  }
  if (q < cols) {
    const at = (<usize>q) << 3;
    let k = f64x2.mul(r, v128.load64_zero(Y + at));
    let e = E + at;
    for (let h: usize = 0; h < hEnd; h += hStride) {
      k = madd(f64x2.neg(v128.load64_splat(H + h)), v128.load64_zero(e), k);
      e += eStride;
    }
    const sum = madd(f64x2.splat(a), k, v128.load64_zero(accIn + at));
    if (next !== 0) {
      v128.store64_lane(next + at, madd(f64x2.splat(c), k, v128.load64_zero(base + at)), 0);
    }
    v128.store64_lane(accOut + at, sum, 0);
  }
}

/** Two columns of the two sums; both are read before either is written. */
function finish(
  at: usize,
  k: v128,
  base: usize,
  c: f64,
  next: usize,
  accIn: usize,
  a: f64,
  accOut: usize,
): void {
  const sum = madd(f64x2.splat(a), k, v128.load(accIn + at));
  if (next !== 0) v128.store(next + at, madd(f64x2.splat(c), k, v128.load(base + at)));
  v128.store(accOut + at, sum);
}

/**
 * sum_i u_i sum_q w_q X_{iq}^2.
 * Shapes: X rows x cols of stride ld; u rows; w cols
 * Cost: 2 rows cols multiply-adds. A row is summed over even and odd q apart, then added, then the odd last q; rows in order
 */
export function weightedSquares(rows: i32, cols: i32, ld: i32, X: usize, u: usize, w: usize): f64 {
  let sum: f64 = 0;
  const step = (<usize>ld) << 3;
  const whole = (<usize>(cols & ~1)) << 3;
  for (let i: i32 = 0; i < rows; i++) {
    let lanes = f64x2.splat(0);
    for (let at: usize = 0; at < whole; at += 16) {
      const x = v128.load(X + at);
      lanes = madd(f64x2.mul(v128.load(w + at), x), x, lanes);
    }
    let row = f64x2.extract_lane(lanes, 0) + f64x2.extract_lane(lanes, 1);
    if (cols & 1) {
      const x = load<f64>(X + whole);
      row += load<f64>(w + whole) * x * x;
    }
    sum += load<f64>(u + ((<usize>i) << 3)) * row;
    X += step;
  }
  return sum;
}
