// The hyperbolic tangent, in two passes over a block: the exponential, then the divisions. Each pass has half of the chain
// of dependent operations of one number, so that a processor overlaps twice as many of them.
import { Tanh } from '../math/tanh';

/** Bytes of a block: what the first pass leaves stays in the first-level cache. */
const BLOCK: usize = 4096;

/** A pair each of value, first and second derivative for the last of an odd count. */
const LAST: usize = memory.data(48, 16);

// biome-ignore format: pairs
const TABLE: usize = memory.data<f64>([
  2.0, 2.0, 1.0, 1.0, 4.0, 4.0, -2.0, -2.0,
  // exp(690) less 4e-14 of it: between where exp(2|x|) - 1 is held and the largest number below
  4.6046064047828e299, 4.6046064047828e299,
  -0.0, -0.0,
], 16);

/** to = exp(2|x|) - 1 with the sign of x, held from |x| = 345 on. */
function grow(x: usize, end: usize, to: usize): void {
  while (x < end) {
    const v = v128.load(x);
    v128.store(to, v128.or(v128.and(v, v128.load(TABLE, 80)), Tanh.grown(v)));
    x += 16;
    to += 16;
  }
}

/** s = g/(|g| + 2). */
function values(from: usize, end: usize): void {
  while (from < end) {
    const g = v128.load(from);
    v128.store(from, f64x2.div(g, f64x2.add(f64x2.abs(g), v128.load(TABLE))));
    from += 16;
  }
}

/** The same and s'. */
function slopes(value: usize, end: usize, first: usize): void {
  while (value < end) {
    const g = v128.load(value);
    const size = f64x2.abs(g);
    const below = f64x2.add(size, v128.load(TABLE));
    const r = f64x2.div(v128.load(TABLE, 16), below);
    v128.store(value, f64x2.div(g, below));
    const product = f64x2.mul(f64x2.mul(r, v128.load(TABLE, 32)), f64x2.sub(v128.load(TABLE, 16), r));
    v128.store(first, v128.andnot(product, f64x2.ge(size, v128.load(TABLE, 64))));
    value += 16;
    first += 16;
  }
}

/** The same, s' and s''. */
function curvatures(value: usize, end: usize, first: usize, second: usize): void {
  while (value < end) {
    const g = v128.load(value);
    const size = f64x2.abs(g);
    const below = f64x2.add(size, v128.load(TABLE));
    const r = f64x2.div(v128.load(TABLE, 16), below);
    const s = f64x2.div(g, below);
    v128.store(value, s);
    const product = f64x2.mul(f64x2.mul(r, v128.load(TABLE, 32)), f64x2.sub(v128.load(TABLE, 16), r));
    const slope = v128.andnot(product, f64x2.ge(size, v128.load(TABLE, 64)));
    v128.store(first, slope);
    v128.store(second, f64x2.mul(f64x2.mul(s, v128.load(TABLE, 48)), slope));
    value += 16;
    first += 16;
    second += 16;
  }
}

/** An even count of numbers, BLOCK bytes at most. */
function block(order: i32, x: usize, bytes: usize, value: usize, first: usize, second: usize): void {
  grow(x, x + bytes, value);
  const end = value + bytes;
  if (order === 0) values(value, end);
  else if (order === 1) slopes(value, end, first);
  else curvatures(value, end, first, second);
}

/**
 * value = tanh x, first = s' where order >= 1, second = s'' where order = 2, for n numbers; `value` may be `x`.
 * s' = 4 (r − r²) with r = 1/(1 + exp(2|x|)), which keeps its relative accuracy where 1 − s² has none, and
 * 0 from |x| = 345 on, where it is below 2e-299; s'' = −2 s s'.
 */
export function tanhSweep(order: i32, x: usize, n: i32, value: usize, first: usize, second: usize): void {
  const all = (<usize>(n >> 1)) << 4;
  for (let at: usize = 0; at < all; at += BLOCK) {
    block(order, x + at, min(BLOCK, all - at), value + at, first + at, second + at);
  }
  if (n & 1) {
    v128.store(LAST, v128.load64_splat(x + all));
    block(order, LAST, 16, LAST, LAST + 16, LAST + 32);
    store<f64>(value + all, load<f64>(LAST));
    if (order >= 1) store<f64>(first + all, load<f64>(LAST, 16));
    if (order >= 2) store<f64>(second + all, load<f64>(LAST, 32));
  }
}
