// Register tiles of the curvature: products of a few packed lines with four packed columns, and how lines are split into
// tiles. Lines are split evenly, so that none is computed for nothing: 61 lines are 9 tiles of 5 and 4 of 4. Knows nothing
// of what is multiplied.
import { madd } from '../../math/madd';

/** Most lines of a tile: as many as keep their sums in registers beside the temporaries of this build. */
const MOST: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 5;
/** Fewest lines of a tile. */
const LEAST: i32 = 4;

/** Tiles of R lines; few lines that cannot be split so are filled up with empty ones. */
export function tileCount(R: i32): i32 {
  const tiles = (R + MOST - 1) / MOST;
  return R >= LEAST * tiles ? tiles : (R + LEAST - 1) / LEAST;
}

/** Lines of all tiles: R, or more where some are empty. */
export function tileLines(R: i32): i32 {
  return max(R, LEAST * tileCount(R));
}

/** Lines of the tiles behind the first `longTiles(R)`, which have one more. */
export function shortTile(R: i32): i32 {
  return tileLines(R) / max(1, tileCount(R));
}

export function longTiles(R: i32): i32 {
  return tileLines(R) % max(1, tileCount(R));
}

/** First line of tile i; that of tile `tileCount(R)` is `tileLines(R)`. */
export function tileStart(R: i32, i: i32): i32 {
  return i * shortTile(R) + min(i, longTiles(R));
}

/** Stores four numbers at p, or adds them to what is there; adds them at q, where it is given. */
function put(p: usize, q: usize, left: v128, right: v128, add: i32): void {
  if (q) {
    v128.store(q, f64x2.add(v128.load(q), left));
    v128.store(q, f64x2.add(v128.load(q, 16), right), 16);
  }
  if (add) {
    left = f64x2.add(v128.load(p), left);
    right = f64x2.add(v128.load(p, 16), right);
  }
  v128.store(p, left);
  v128.store(p, right, 16);
}

/**
 * `tiles` times p[lines x 4] = sum_k a[k]' b[k], or that added to p; and added to q, where it is given. From one tile to the
 * next a, b, p and q go on by as many bytes as their steps say.
 * Shapes: a `depth` steps of `lines` numbers, 4 to 6 (6 in the fast build only), b of 4; rows of p and q `ld` bytes apart.
 * Cost: 8 lines depth flops a tile. The order of summation is k, then what is there.
 */
export function multiplyTiles(
  lines: i32,
  tiles: i32,
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  depth: i32,
  p: usize,
  q: usize,
  ld: usize,
  pStep: usize,
  add: i32,
): void {
  if (ASC_FEATURE_RELAXED_SIMD) {
    if (lines === 6) {
      sixLines(tiles, a, aStep, b, bStep, depth, p, q, ld, pStep, add);
      return;
    }
  }
  if (lines === 5) fiveLines(tiles, a, aStep, b, bStep, depth, p, q, ld, pStep, add);
  else fourLines(tiles, a, aStep, b, bStep, depth, p, q, ld, pStep, add);
}

function fourLines(
  tiles: i32,
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  depth: i32,
  p: usize,
  q: usize,
  ld: usize,
  pStep: usize,
  add: i32,
): void {
  for (; tiles > 0; tiles--) {
    let s00 = f64x2.splat(0);
    let s01 = f64x2.splat(0);
    let s10 = f64x2.splat(0);
    let s11 = f64x2.splat(0);
    let s20 = f64x2.splat(0);
    let s21 = f64x2.splat(0);
    let s30 = f64x2.splat(0);
    let s31 = f64x2.splat(0);
    let x = a;
    let y = b;
    const end = b + ((<usize>depth) << 5);
    while (y < end) {
      const b0 = v128.load(y);
      const b1 = v128.load(y, 16);
      let t = v128.load64_splat(x);
      s00 = madd(t, b0, s00);
      s01 = madd(t, b1, s01);
      t = v128.load64_splat(x, 8);
      s10 = madd(t, b0, s10);
      s11 = madd(t, b1, s11);
      t = v128.load64_splat(x, 16);
      s20 = madd(t, b0, s20);
      s21 = madd(t, b1, s21);
      t = v128.load64_splat(x, 24);
      s30 = madd(t, b0, s30);
      s31 = madd(t, b1, s31);
      x += 32;
      y += 32;
    }
    let to = p;
    let also = q;
    put(to, also, s00, s01, add);
    to += ld;
    if (also) also += ld;
    put(to, also, s10, s11, add);
    to += ld;
    if (also) also += ld;
    put(to, also, s20, s21, add);
    to += ld;
    if (also) also += ld;
    put(to, also, s30, s31, add);
    a += aStep;
    b += bStep;
    p += pStep;
    if (q) q += pStep;
  }
}

function fiveLines(
  tiles: i32,
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  depth: i32,
  p: usize,
  q: usize,
  ld: usize,
  pStep: usize,
  add: i32,
): void {
  for (; tiles > 0; tiles--) {
    let s00 = f64x2.splat(0);
    let s01 = f64x2.splat(0);
    let s10 = f64x2.splat(0);
    let s11 = f64x2.splat(0);
    let s20 = f64x2.splat(0);
    let s21 = f64x2.splat(0);
    let s30 = f64x2.splat(0);
    let s31 = f64x2.splat(0);
    let s40 = f64x2.splat(0);
    let s41 = f64x2.splat(0);
    let x = a;
    let y = b;
    const end = b + ((<usize>depth) << 5);
    while (y < end) {
      const b0 = v128.load(y);
      const b1 = v128.load(y, 16);
      let t = v128.load64_splat(x);
      s00 = madd(t, b0, s00);
      s01 = madd(t, b1, s01);
      t = v128.load64_splat(x, 8);
      s10 = madd(t, b0, s10);
      s11 = madd(t, b1, s11);
      t = v128.load64_splat(x, 16);
      s20 = madd(t, b0, s20);
      s21 = madd(t, b1, s21);
      t = v128.load64_splat(x, 24);
      s30 = madd(t, b0, s30);
      s31 = madd(t, b1, s31);
      t = v128.load64_splat(x, 32);
      s40 = madd(t, b0, s40);
      s41 = madd(t, b1, s41);
      x += 40;
      y += 32;
    }
    let to = p;
    let also = q;
    put(to, also, s00, s01, add);
    to += ld;
    if (also) also += ld;
    put(to, also, s10, s11, add);
    to += ld;
    if (also) also += ld;
    put(to, also, s20, s21, add);
    to += ld;
    if (also) also += ld;
    put(to, also, s30, s31, add);
    to += ld;
    if (also) also += ld;
    put(to, also, s40, s41, add);
    a += aStep;
    b += bStep;
    p += pStep;
    if (q) q += pStep;
  }
}

function sixLines(
  tiles: i32,
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  depth: i32,
  p: usize,
  q: usize,
  ld: usize,
  pStep: usize,
  add: i32,
): void {
  for (; tiles > 0; tiles--) {
    let s00 = f64x2.splat(0);
    let s01 = f64x2.splat(0);
    let s10 = f64x2.splat(0);
    let s11 = f64x2.splat(0);
    let s20 = f64x2.splat(0);
    let s21 = f64x2.splat(0);
    let s30 = f64x2.splat(0);
    let s31 = f64x2.splat(0);
    let s40 = f64x2.splat(0);
    let s41 = f64x2.splat(0);
    let s50 = f64x2.splat(0);
    let s51 = f64x2.splat(0);
    let x = a;
    let y = b;
    const end = b + ((<usize>depth) << 5);
    while (y < end) {
      const b0 = v128.load(y);
      const b1 = v128.load(y, 16);
      let t = v128.load64_splat(x);
      s00 = madd(t, b0, s00);
      s01 = madd(t, b1, s01);
      t = v128.load64_splat(x, 8);
      s10 = madd(t, b0, s10);
      s11 = madd(t, b1, s11);
      t = v128.load64_splat(x, 16);
      s20 = madd(t, b0, s20);
      s21 = madd(t, b1, s21);
      t = v128.load64_splat(x, 24);
      s30 = madd(t, b0, s30);
      s31 = madd(t, b1, s31);
      t = v128.load64_splat(x, 32);
      s40 = madd(t, b0, s40);
      s41 = madd(t, b1, s41);
      t = v128.load64_splat(x, 40);
      s50 = madd(t, b0, s50);
      s51 = madd(t, b1, s51);
      x += 48;
      y += 32;
    }
    let to = p;
    let also = q;
    put(to, also, s00, s01, add);
    to += ld;
    if (also) also += ld;
    put(to, also, s10, s11, add);
    to += ld;
    if (also) also += ld;
    put(to, also, s20, s21, add);
    to += ld;
    if (also) also += ld;
    put(to, also, s30, s31, add);
    to += ld;
    if (also) also += ld;
    put(to, also, s40, s41, add);
    to += ld;
    if (also) also += ld;
    put(to, also, s50, s51, add);
    a += aStep;
    b += bStep;
    p += pStep;
    if (q) q += pStep;
  }
}
