// One row of the response of signals, solved from its right end: what gradient g_t of a sample owes to each earlier
// pre-activation. A block of samples stays in cache while the whole row is solved.
import { madd } from '../../math/madd';

/** Samples that are solved together: 8 vectors. */
const BLOCK: i32 = 16;
const BYTES: usize = 128;
/** Bytes of the partial sums of one entry: samples by their number modulo 8. */
const SUM: usize = 64;

/** Doubles of all J_s of `samples` samples, as `responseRow` keeps them. */
export function responseHistory(q: i32, samples: i32, steps: i32): i32 {
  return ((samples + BLOCK - 1) / BLOCK) * BLOCK * q * q * steps;
}

/** Doubles of scratch of `responseRow`: the row itself, one product, and the weights of a block. */
export function responseRowScratch(q: i32, steps: i32): i32 {
  return BLOCK * (q * q * (steps + 1) + 1);
}

/** Four vectors of two sums: y_c += sum_i rho_{c,i} D_i, 8 samples; D rows `step` bytes apart. */
function pairTile(D: usize, step: usize, g: usize, ldg: usize, length: usize, y: usize, ldy: usize): void {
  let a0 = f64x2.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let b0 = a0;
  let b1 = a0;
  let b2 = a0;
  let b3 = a0;
  const end = g + length;
  while (g < end) {
    const x0 = v128.load(D);
    const x1 = v128.load(D, 16);
    const x2 = v128.load(D, 32);
    const x3 = v128.load(D, 48);
    let w = v128.load64_splat(g);
    a0 = madd(w, x0, a0);
    a1 = madd(w, x1, a1);
    a2 = madd(w, x2, a2);
    a3 = madd(w, x3, a3);
    w = v128.load64_splat(g + ldg);
    b0 = madd(w, x0, b0);
    b1 = madd(w, x1, b1);
    b2 = madd(w, x2, b2);
    b3 = madd(w, x3, b3);
    D += step;
    g += 8;
  }
  v128.store(y, a0);
  v128.store(y, a1, 16);
  v128.store(y, a2, 32);
  v128.store(y, a3, 48);
  y += ldy;
  v128.store(y, b0);
  v128.store(y, b1, 16);
  v128.store(y, b2, 32);
  v128.store(y, b3, 48);
}

/** Eight vectors of one sum: all samples of the block. */
function singleTile(D: usize, step: usize, g: usize, length: usize, y: usize): void {
  let a0 = f64x2.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let a4 = a0;
  let a5 = a0;
  let a6 = a0;
  let a7 = a0;
  const end = g + length;
  while (g < end) {
    const w = v128.load64_splat(g);
    a0 = madd(w, v128.load(D), a0);
    a1 = madd(w, v128.load(D, 16), a1);
    a2 = madd(w, v128.load(D, 32), a2);
    a3 = madd(w, v128.load(D, 48), a3);
    a4 = madd(w, v128.load(D, 64), a4);
    a5 = madd(w, v128.load(D, 80), a5);
    a6 = madd(w, v128.load(D, 96), a6);
    a7 = madd(w, v128.load(D, 112), a7);
    D += step;
    g += 8;
  }
  v128.store(y, a0);
  v128.store(y, a1, 16);
  v128.store(y, a2, 32);
  v128.store(y, a3, 48);
  v128.store(y, a4, 64);
  v128.store(y, a5, 80);
  v128.store(y, a6, 96);
  v128.store(y, a7, 112);
}

/** out = Y J for 8 samples of one unit a and one column d of J, and its part of the sums: w out, or out where w is 0. */
function jacobianTile(q: i32, J: usize, Y: usize, out: usize, w: usize, sums: usize): void {
  let a0 = f64x2.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  const jStep = <usize>q * BYTES;
  for (let c = 0; c < q; c++) {
    a0 = madd(v128.load(J), v128.load(Y), a0);
    a1 = madd(v128.load(J, 16), v128.load(Y, 16), a1);
    a2 = madd(v128.load(J, 32), v128.load(Y, 32), a2);
    a3 = madd(v128.load(J, 48), v128.load(Y, 48), a3);
    J += jStep;
    Y += jStep;
  }
  v128.store(out, a0);
  v128.store(out, a1, 16);
  v128.store(out, a2, 32);
  v128.store(out, a3, 48);
  if (w) {
    a0 = f64x2.mul(v128.load(w), a0);
    a1 = f64x2.mul(v128.load(w, 16), a1);
    a2 = f64x2.mul(v128.load(w, 32), a2);
    a3 = f64x2.mul(v128.load(w, 48), a3);
  }
  v128.store(sums, f64x2.add(v128.load(sums), a0));
  v128.store(sums, f64x2.add(v128.load(sums, 16), a1), 16);
  v128.store(sums, f64x2.add(v128.load(sums, 32), a2), 32);
  v128.store(sums, f64x2.add(v128.load(sums, 48), a3), 48);
}

/** D_{t,t} = J_t: q rows d of (unit a, sample), and its sums. J is symmetric to the bit. */
function startRow(q: i32, J: usize, out: usize, w: usize, sums: usize): void {
  for (let i = 0; i < q * q; i++) {
    for (let half: usize = 0; half < BYTES; half += SUM) {
      for (let at: usize = 0; at < SUM; at += 16) {
        let value = v128.load(J + half + at);
        v128.store(out + half + at, value);
        if (w) value = f64x2.mul(v128.load(w + half + at), value);
        v128.store(sums + at, f64x2.add(v128.load(sums + at), value));
      }
    }
    J += BYTES;
    out += BYTES;
    sums += SUM;
  }
}

/** D_{t,s} of one block from D_{t,r}, r > s. `family` is the size of one D_{t,r} in bytes. */
function solveStep(
  q: i32,
  known: i32,
  J: usize,
  next: usize,
  rho: usize,
  rhoBytes: usize,
  Y: usize,
  out: usize,
  w: usize,
  sums: usize,
): void {
  const step = <usize>q * BYTES;
  const length = (<usize>known) << 3;
  // Y: q rows c of (unit a, sample).
  let c = 0;
  for (; c + 2 <= q; c += 2) {
    const y = Y + <usize>c * step;
    for (let at: usize = 0; at < step; at += SUM)
      pairTile(next + at, step, rho, rhoBytes, length, y + at, step);
    rho += rhoBytes << 1;
  }
  if (c < q) {
    const y = Y + <usize>c * step;
    for (let at: usize = 0; at < step; at += BYTES) singleTile(next + at, step, rho, length, y + at);
  }
  for (let d = 0; d < q; d++) {
    let y = Y;
    for (let a = 0; a < q; a++) {
      jacobianTile(q, J, y, out, w, sums);
      jacobianTile(q, J + SUM, y + SUM, out + SUM, w ? w + SUM : 0, sums);
      y += BYTES;
      out += BYTES;
      sums += SUM;
    }
    J += BYTES;
  }
}

/** Copies `here` of 16 numbers and fills the rest with zeros. */
function copyBlock(from: usize, here: i32, to: usize): void {
  for (let k = 0; k < BLOCK; k++) {
    store<f64>(to, k < here ? load<f64>(from) : 0);
    from += 8;
    to += 8;
  }
}

/**
 * D_{t,t} = J_t, D_{t,s} = (sum_{r=s+1}^{t} D_{t,r} rho_{r,s}) J_s for s = t-1..0 of the samples [start, start + count), and
 * sums[s] += sum_k w_k D_{t,s}[k].
 * Shapes: J q*q rows, `ldj` apart, of all samples: J_t, symmetric to the bit, which is added to `history` of
 * `responseHistory` doubles; the calls for earlier t have left J_s there. start a multiple of 16, count one too or up to
 * the end.
 * rho by columns: for each s < steps-1, q rows c of (steps-1-s)*q numbers, rho_{r,s}[b,c] at (r-s-1)*q + b.
 * sums: for each s <= t, entry (d, a) = D_{t,s}[a,d] as 8 partial sums, of the samples whose number modulo 8 is their place.
 * weights 0: every w_k = 1. Scratch of `responseRowScratch` doubles.
 * Cost: q^3 t (t+1)/2 multiply-adds a sample. The order of summation is r = s+1..t and b, then c; samples 8 apart in order.
 * Source: D = J + J rho D of Han & Imaizumi 2505.04898, section 2, read as D = J + D rho J; ours.
 */
export function responseRow(
  q: i32,
  t: i32,
  steps: i32,
  start: i32,
  count: i32,
  J: usize,
  ldj: i32,
  history: usize,
  rho: usize,
  weights: usize,
  sums: usize,
  scratch: usize,
): void {
  assert(start % BLOCK === 0);
  const family = <usize>(q * q) * BYTES;
  const w = weights ? scratch : 0;
  const Y = scratch + BYTES;
  const D = Y + family;
  const sumFamily = <usize>(q * q) * SUM;
  const end = start + count;
  let past = history + <usize>(start / BLOCK) * <usize>steps * family;
  for (let k = start; k < end; k += BLOCK) {
    const here = min(BLOCK, end - k);
    const offset = (<usize>k) << 3;
    if (weights) copyBlock(weights + offset, here, w);
    const now = past + <usize>t * family;
    for (let i = 0; i < q * q; i++) {
      copyBlock(J + ((<usize>i * <usize>ldj) << 3) + offset, here, now + <usize>i * BYTES);
    }
    startRow(q, now, D + <usize>t * family, w, sums + <usize>t * sumFamily);
    for (let s = t - 1; s >= 0; s--) {
      // Columns 0..s-1 of rho take q*q*(steps-1-s') numbers each.
      const before = <usize>(q * q) * ((<usize>s * <usize>(2 * steps - 1 - s)) >> 1);
      solveStep(
        q,
        (t - s) * q,
        past + <usize>s * family,
        D + <usize>(s + 1) * family,
        rho + (before << 3),
        (<usize>((steps - 1 - s) * q)) << 3,
        Y,
        D + <usize>s * family,
        w,
        sums + <usize>s * sumFamily,
      );
    }
    past += <usize>steps * family;
  }
}
