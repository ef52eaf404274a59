// Uniform variates and unbiased integers from a stream. Every variate uses words of its own, so filling 10 and then
// 5 gives the same numbers as filling 15.
import { nextWord } from './xoshiro';

/** Values per inner call: V8 replaces a function's first code only between calls. */
const BLOCK: i32 = 1024;

/** The middle of one of 2^52 cells of (0, 1): never 0 or 1, and as far from 0 as its mirror image is from 1. */
export function unitInterval(word: u64): f64 {
  return (<f64>(word >> 12) + 0.5) * reinterpret<f64>(0x3cb0000000000000);
}

/** The middle of one of 2^53 cells of (-1, 1): never 0, symmetric. Uses the upper 53 bits of the word. */
export function symmetricInterval(word: u64): f64 {
  return (<f64>(<i64>word >> 11) + 0.5) * reinterpret<f64>(0x3cb0000000000000);
}

/**
 * n independent variates, uniform on the open interval (0, 1).
 *
 * Shapes: state 32 bytes, out n.
 * Range: multiples of 2^-52 plus 2^-53, from 2^-53 to 1 - 2^-53.
 * Cost: one word each.
 */
export function fillUniform(state: usize, out: usize, n: i32): void {
  assert(n >= 0);
  while (n > BLOCK) {
    uniformBlock(state, out, BLOCK);
    out += (<usize>BLOCK) << 3;
    n -= BLOCK;
  }
  uniformBlock(state, out, n);
}

function uniformBlock(state: usize, out: usize, n: i32): void {
  let s0 = load<u64>(state);
  let s1 = load<u64>(state, 8);
  let s2 = load<u64>(state, 16);
  let s3 = load<u64>(state, 24);
  const end = out + ((<usize>n) << 3);
  while (out < end) {
    store<f64>(out, unitInterval(rotl<u64>(s0 + s3, 23) + s0));
    const t = s1 << 17;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= t;
    s3 = rotl<u64>(s3, 45);
    out += 8;
  }
  store<u64>(state, s0);
  store<u64>(state, s1, 8);
  store<u64>(state, s2, 16);
  store<u64>(state, s3, 24);
}

/**
 * An integer uniform on 0 … bound - 1, without bias: the upper half of (32 random bits) × bound, drawn again where
 * the lower half shows that the value would come up once too often.
 *
 * Range: 1 ≤ bound < 2^32.
 * Source: D. Lemire, Fast random integer generation in an interval, ACM Trans. Model. Comput. Simul. 29 (2019).
 */
function nextIndex(state: usize, bound: u32): u32 {
  let product = (nextWord(state) >> 32) * <u64>bound;
  if (<u32>product < bound) {
    const excess: u32 = (0 - bound) % bound;
    while (<u32>product < excess) product = (nextWord(state) >> 32) * <u64>bound;
  }
  return <u32>(product >> 32);
}

/**
 * n independent integers, uniform on 0 … bound - 1 (draws with replacement).
 *
 * Shapes: state 32 bytes, out n 32-bit integers.
 * Range: bound ≥ 1.
 */
export function fillIndices(state: usize, bound: i32, out: usize, n: i32): void {
  assert(bound >= 1);
  assert(n >= 0);
  for (let i = 0; i < n; i++) store<i32>(out + ((<usize>i) << 2), nextIndex(state, bound));
}

/**
 * A permutation of 0 … n - 1, each of the n! equally likely (Fisher-Yates, from the front).
 *
 * Shapes: state 32 bytes, out n 32-bit integers.
 */
export function fillPermutation(state: usize, out: usize, n: i32): void {
  assert(n >= 0);
  for (let i = 0; i < n; i++) {
    const j = (<usize>nextIndex(state, i + 1)) << 2;
    // The newcomer takes place j, and whoever was there moves to the new last place.
    const at = out + ((<usize>i) << 2);
    store<i32>(at, i);
    const other = load<i32>(out + j);
    store<i32>(out + j, i);
    store<i32>(at, other);
  }
}
