// Sobol points in the unit cube, as they are or randomised. Layout: coordinate d of point i is out[d·ld + i]. Values
// lie strictly between 0 and 1, so a quantile function may follow.
// Source: I. M. Sobol (1967) in the order of I. A. Antonov and V. M. Saleev (1979), with the direction numbers of
// S. Joe and F. Y. Kuo, SIAM J. Sci. Comput. 30, 2635-2654 (2008).

import { Status } from '../abi';
import { absorb } from '../random/xoshiro';
import { DIMENSIONS, INITIAL, POLYNOMIALS } from './sobol-table';

/** Coordinates that there are direction numbers for. */
export function sobolDimensions(): i32 {
  return DIMENSIONS;
}

/**
 * Points start … start + count - 1 as they are: x = (digits + 1/2) 2^-32, the middle of the cell.
 *
 * Shapes: out dimensions × ld, scratch 16 doubles.
 * Range: 1 ≤ dimensions ≤ 400, count ≤ ld, start + count ≤ 2^32, else Status.BadArgument. Whole blocks of 2^k points
 * that start at a multiple of 2^k are balanced.
 */
export function sobolPoints(
  dimensions: i32,
  start: u32,
  count: i32,
  out: usize,
  ld: i32,
  scratch: usize,
): i32 {
  if (!valid(dimensions, start, count, ld)) return Status.BadArgument;
  let initial = INITIAL;
  for (let d = 0; d < dimensions; d++) {
    initial = directionNumbers(d, initial, scratch);
    plainCoordinate(start, count, out + ((<usize>d * <usize>ld) << 3), scratch);
  }
  return Status.Ok;
}

/**
 * The same points after a random digital shift: the digits of each coordinate are xored with 32 random bits, and 20
 * more random bits follow. Each point is uniform; the error falls like that of the points themselves.
 *
 * Shapes, Range: as for sobolPoints. The key is 128 bits.
 */
export function sobolPointsShifted(
  dimensions: i32,
  start: u32,
  count: i32,
  out: usize,
  ld: i32,
  scratch: usize,
  k0: u32,
  k1: u32,
  k2: u32,
  k3: u32,
): i32 {
  if (!valid(dimensions, start, count, ld)) return Status.BadArgument;
  let initial = INITIAL;
  for (let d = 0; d < dimensions; d++) {
    initial = directionNumbers(d, initial, scratch);
    shiftedCoordinate(start, count, out + ((<usize>d * <usize>ld) << 3), scratch, keyOf(d, k0, k1, k2, k3));
  }
  return Status.Ok;
}

/**
 * The same points after Owen's scrambling: each digit is flipped or not by a random choice that depends on the digits
 * before it. Each point is uniform, blocks of 2^k stay balanced, and the variance of a smooth integrand's mean falls
 * like count^-3. The choices come from a hash of the digits in reverse; 20 further digits from another.
 *
 * Shapes, Range: as for sobolPoints. The key is 128 bits.
 * Source: A. B. Owen, SIAM J. Numer. Anal. 34, 1884 (1997); S. Laine and T. Karras, Comput. Graph. Forum 30, 1197
 * (2011); B. Burley, J. Comput. Graph. Tech. 9(4) (2020); hash constants of N. Vegdahl (2021).
 */
export function sobolPointsScrambled(
  dimensions: i32,
  start: u32,
  count: i32,
  out: usize,
  ld: i32,
  scratch: usize,
  k0: u32,
  k1: u32,
  k2: u32,
  k3: u32,
): i32 {
  if (!valid(dimensions, start, count, ld)) return Status.BadArgument;
  let initial = INITIAL;
  for (let d = 0; d < dimensions; d++) {
    initial = directionNumbers(d, initial, scratch);
    reverseAll(scratch);
    scrambledCoordinate(start, count, out + ((<usize>d * <usize>ld) << 3), scratch, keyOf(d, k0, k1, k2, k3));
  }
  return Status.Ok;
}

function valid(dimensions: i32, start: u32, count: i32, ld: i32): bool {
  if (dimensions < 1 || dimensions > DIMENSIONS || count < 0 || count > ld) return false;
  return <u64>start + <u64>count <= 0x100000000;
}

function keyOf(dimension: i32, k0: u32, k1: u32, k2: u32, k3: u32): u64 {
  return absorb(absorb(absorb(0, <u64>k0 | ((<u64>k1) << 32)), <u64>k2 | ((<u64>k3) << 32)), dimension);
}

/**
 * Writes the 32 direction numbers of a coordinate, and returns where the next coordinate's m begin. The bit 31 - k of
 * number k is its leading one: v_k = m_{k+1} 2^(31-k).
 */
function directionNumbers(dimension: i32, initial: usize, v: usize): usize {
  const polynomial = <u32>load<u16>(POLYNOMIALS + ((<usize>dimension) << 1));
  const degree = 31 - <i32>clz<u32>(polynomial);
  if (degree === 0) {
    for (let k = 0; k < 32; k++) store<u32>(v + ((<usize>k) << 2), (<u32>1) << (31 - k));
    return initial;
  }
  for (let k = 0; k < degree; k++) {
    store<u32>(v + ((<usize>k) << 2), (<u32>load<u16>(initial + ((<usize>k) << 1))) << (31 - k));
  }
  for (let k = degree; k < 32; k++) {
    const first = load<u32>(v + ((<usize>(k - degree)) << 2));
    let value = first ^ (first >> degree);
    for (let j = 1; j < degree; j++) {
      if ((polynomial >> (degree - j)) & 1) value ^= load<u32>(v + ((<usize>(k - j)) << 2));
    }
    store<u32>(v + ((<usize>k) << 2), value);
  }
  return initial + ((<usize>degree) << 1);
}

/** The digits of point i: the xor of the direction numbers at the ones of i's Gray code. */
function digits(v: usize, i: u32): u32 {
  let gray = i ^ (i >> 1);
  let x: u32 = 0;
  for (; gray !== 0; gray &= gray - 1) x ^= load<u32>(v + ((<usize>ctz<u32>(gray)) << 2));
  return x;
}

/** The direction number that leads from point i - 1 to point i > 0. */
function step(v: usize, i: u32): u32 {
  return load<u32>(v + ((<usize>ctz<u32>(i)) << 2));
}

/** (32 digits, 20 further bits, 1/2) as a fraction. */
function fraction(x: u32, more: u64): f64 {
  return (<f64>(((<u64>x) << 20) | more) + 0.5) * reinterpret<f64>(0x3cb0000000000000);
}

function plainCoordinate(start: u32, count: i32, out: usize, v: usize): void {
  let x: u32 = 0;
  for (let n = 0; n < count; n++) {
    const i = start + <u32>n;
    x = n === 0 ? digits(v, i) : x ^ step(v, i);
    store<f64>(out + ((<usize>n) << 3), (<f64>x + 0.5) * 2.3283064365386963e-10);
  }
}

function shiftedCoordinate(start: u32, count: i32, out: usize, v: usize, key: u64): void {
  const shift = <u32>(key >> 32);
  const more = (key >> 12) & 0xfffff;
  let x: u32 = 0;
  for (let n = 0; n < count; n++) {
    const i = start + <u32>n;
    x = n === 0 ? digits(v, i) : x ^ step(v, i);
    store<f64>(out + ((<usize>n) << 3), fraction(x ^ shift, more));
  }
}

function scrambledCoordinate(start: u32, count: i32, out: usize, v: usize, key: u64): void {
  const seed = <u32>key;
  let x: u32 = 0;
  for (let n = 0; n < count; n++) {
    const i = start + <u32>n;
    x = n === 0 ? digits(v, i) : x ^ step(v, i);
    const y = reverse(flipUpwards(x, seed));
    store<f64>(out + ((<usize>n) << 3), fraction(y, absorb(key, y) >> 44));
  }
}

/** Flips each bit by a hash of the bits below it and the seed: sums and even products carry only upwards. */
function flipUpwards(x: u32, seed: u32): u32 {
  x ^= x * 0x3d20adea;
  x += seed;
  x *= (seed >> 16) | 1;
  x ^= x * 0x05526c56;
  x ^= x * 0x53a22864;
  return x;
}

/** The 32 bits in reverse order. */
function reverse(x: u32): u32 {
  x = ((x >> 1) & 0x55555555) | ((x & 0x55555555) << 1);
  x = ((x >> 2) & 0x33333333) | ((x & 0x33333333) << 2);
  x = ((x >> 4) & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4);
  return bswap<u32>(x);
}

function reverseAll(v: usize): void {
  for (let k = 0; k < 32; k++) store<u32>(v + ((<usize>k) << 2), reverse(load<u32>(v + ((<usize>k) << 2))));
}
