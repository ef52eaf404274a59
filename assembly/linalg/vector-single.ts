// Blocks of single-precision numbers: conversion from and to doubles, and addition. Four at a time; the bits of an element depend on
// nothing but itself.
import { maddSingle } from '../math/madd';

/** to = the doubles of `count` floats. */
export function widen(from: usize, count: i32, to: usize): void {
  const end = to + ((<usize>count) << 3);
  const paired = to + ((<usize>(count & ~3)) << 3);
  while (to < paired) {
    const four = v128.load(from);
    v128.store(to, f64x2.promote_low_f32x4(four));
    v128.store(to, f64x2.promote_low_f32x4(v128.shuffle<f32>(four, four, 2, 3, 2, 3)), 16);
    from += 16;
    to += 32;
  }
  while (to < end) {
    store<f64>(to, <f64>load<f32>(from));
    from += 4;
    to += 8;
  }
}

/** Four doubles rounded to single precision. */
export function narrowed(from: usize): v128 {
  const low = f32x4.demote_f64x2_zero(v128.load(from));
  const high = f32x4.demote_f64x2_zero(v128.load(from, 16));
  return v128.shuffle<f32>(low, high, 0, 1, 4, 5);
}

/** to = `count` doubles rounded to single precision. */
export function narrow(from: usize, count: i32, to: usize): void {
  const end = to + ((<usize>count) << 2);
  const paired = to + ((<usize>(count & ~3)) << 2);
  while (to < paired) {
    v128.store(to, narrowed(from));
    from += 32;
    to += 16;
  }
  while (to < end) {
    store<f32>(to, <f32>load<f64>(from));
    from += 8;
    to += 4;
  }
}

/**
 * y[k] ← y[k] + a x[k] in single precision, a rounded first.
 * Shapes: x and y of n floats, apart or the same.
 */
export function axpySingle(a: f64, x: usize, y: usize, n: i32): void {
  assert(n >= 0);
  const factor = f32x4.splat(<f32>a);
  const end = y + ((<usize>n) << 2);
  const body = y + ((<usize>(n & ~3)) << 2);
  while (y < body) {
    v128.store(y, maddSingle(factor, v128.load(x), v128.load(y)));
    x += 16;
    y += 16;
  }
  while (y < end) {
    const sum = maddSingle(factor, v128.load32_splat(x), v128.load32_splat(y));
    store<f32>(y, f32x4.extract_lane(sum, 0));
    x += 4;
    y += 4;
  }
}
