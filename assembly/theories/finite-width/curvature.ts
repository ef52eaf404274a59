// The mean curvature of a head, block by block of units, and its product with every row's shift. The block of units a, b is
// C_ab = Z diag(J_ab) Z': symmetric itself and the same for b, a, so that half of each is computed and
//   sum_b C_ab S_b = sum_{b != a} C_ab (S_a + S_b) + (C_aa - sum_{b != a} C_ab) S_a
// takes each product C_ab (S_a + S_b) once for a and for b: q(q+1)/2 products of blocks instead of q².
// A block is kept as packed tiles: for 4 columns after 4 columns, all rows of them. Knows nothing of what Z and J are.
import { tile4x4 } from '../../linalg/gemm';
import { madd } from '../../math/madd';

/** Lines of a tile. */
const TILE: i32 = 4;
/** Bytes of one step of a packed tile. */
const LINE: usize = 32;
/** Samples, or rows of a block, that are summed before they are added to what is there. */
const DEPTH: i32 = 256;
/** Lines whose weighted copy, or rows whose tiles, stay in the second-level cache. */
const PANEL: i32 = 128;

function padded(length: i32): i32 {
  return (length + TILE - 1) & ~(TILE - 1);
}

/** Doubles of one packed block of R rows. */
export function curvatureBlock(R: i32): i32 {
  return padded(R) * padded(R);
}

/** Doubles of the packed copy of Z, R rows of m samples. */
export function packedScores(R: i32, m: i32): i32 {
  return padded(R) * m;
}

/** Doubles of scratch of `weightedGram` and of `addBlockProduct`, which holds `columns` samples. */
export function curvatureScratch(columns: i32): i32 {
  return DEPTH * max(PANEL, padded(columns));
}

/** Copies Z into tiles: for 4 rows after 4 rows, all samples of them; rows behind the last are zero. */
export function packScores(Z: usize, R: i32, m: i32, ld: i32, to: usize): void {
  const bytes = (<usize>ld) << 3;
  for (let i = 0; i < R; i += TILE) {
    for (let k = 0; k < m; k++) {
      const from = Z + ((<usize>k) << 3);
      for (let line = 0; line < TILE; line++) {
        store<f64>(to, i + line < R ? load<f64>(from + <usize>line * bytes) : 0);
        to += 8;
      }
    }
    Z += <usize>TILE * bytes;
  }
}

/** to = a packed tile with every step times its weight. */
function weightTile(from: usize, weights: usize, depth: i32, to: usize): void {
  const end = weights + ((<usize>depth) << 3);
  while (weights < end) {
    const w = v128.load64_splat(weights);
    v128.store(to, f64x2.mul(v128.load(from), w));
    v128.store(to, f64x2.mul(v128.load(from, 16), w), 16);
    weights += 8;
    from += LINE;
    to += LINE;
  }
}

/** The lower triangle of the 4 x 4 numbers c onto the upper one: rounding of w in Z_i (w Z_j) tells them apart. */
function mirrorTile(c: usize): void {
  for (let i: usize = 1; i < 4; i++) {
    for (let j: usize = 0; j < i; j++)
      store<f64>(c + (j << 5) + (i << 3), load<f64>(c + (i << 5) + (j << 3)));
  }
}

/** to = c', 4 x 4 numbers each. */
function transposeTile(c: usize, to: usize): void {
  for (let i: usize = 0; i < 32; i += 8) {
    for (let j: usize = 0; j < 4; j++) store<f64>(to + (i << 2) + (j << 3), load<f64>(c + (j << 5) + i));
  }
}

/**
 * C = Z diag(w) Z' of samples [start, start + count), added to C where start is not 0; both triangles after the samples that
 * end with `last`.
 * Shapes: Z as `packScores` left it, R rows of m samples; w the weights of all samples; C `curvatureBlock`, packed: column
 * tile j, row k, line i = C[k][4j + i]. start a multiple of 256. Scratch of `curvatureScratch`.
 * Error: that of plain sums in blocks of 256 samples, added in order.
 * Cost: R² count flops.
 */
export function weightedGram(
  Z: usize,
  R: i32,
  m: i32,
  w: usize,
  start: i32,
  count: i32,
  C: usize,
  last: i32,
  scratch: usize,
): void {
  assert(start % DEPTH === 0);
  const lines = padded(R);
  const zTile = <usize>m * LINE;
  const cTile = <usize>lines * LINE;
  const end = start + count;
  for (let from = start; from < end; from += DEPTH) {
    const depth = min(DEPTH, end - from);
    const offset = <usize>from * LINE;
    for (let panel = 0; panel < lines; panel += PANEL) {
      const width = min(PANEL, lines - panel);
      // The weighted lines are the columns j of C.
      const source = Z + <usize>(panel / TILE) * zTile + offset;
      for (let j = 0; j < width; j += TILE) {
        const to = scratch + <usize>(j / TILE) * <usize>depth * LINE;
        weightTile(source + <usize>(j / TILE) * zTile, w + ((<usize>from) << 3), depth, to);
      }
      for (let i = panel; i < lines; i += TILE) {
        const a = Z + <usize>(i / TILE) * zTile + offset;
        for (let j = 0; j < width && panel + j <= i; j += TILE) {
          const b = scratch + <usize>(j / TILE) * <usize>depth * LINE;
          const c = C + <usize>((panel + j) / TILE) * cTile + <usize>i * LINE;
          tile4x4(a, b, depth, c, LINE, from > 0 ? 1 : 0);
        }
      }
    }
  }
  if (!last) return;
  for (let i = 0; i < lines; i += TILE) {
    mirrorTile(C + <usize>(i / TILE) * cTile + <usize>i * LINE);
    for (let j = 0; j < i; j += TILE) {
      transposeTile(
        C + <usize>(j / TILE) * cTile + <usize>i * LINE,
        C + <usize>(i / TILE) * cTile + <usize>j * LINE,
      );
    }
  }
}

/** Rows [from, from + depth) of S (+ T, where it is given) into tiles of 4 samples; samples behind `count` are zero. */
function packSum(S: usize, T: usize, bytes: usize, depth: i32, count: i32, to: usize): void {
  for (let k = 0; k < count; k += TILE) {
    const offset = (<usize>k) << 3;
    if (k + TILE <= count) packWhole(S + offset, T ? T + offset : 0, bytes, depth, to);
    else packPart(S + offset, T ? T + offset : 0, bytes, depth, count - k, to);
    to += <usize>depth * LINE;
  }
}

function packWhole(S: usize, T: usize, bytes: usize, depth: i32, to: usize): void {
  const end = to + <usize>depth * LINE;
  if (T) {
    while (to < end) {
      v128.store(to, f64x2.add(v128.load(S), v128.load(T)));
      v128.store(to, f64x2.add(v128.load(S, 16), v128.load(T, 16)), 16);
      S += bytes;
      T += bytes;
      to += LINE;
    }
    return;
  }
  while (to < end) {
    v128.store(to, v128.load(S));
    v128.store(to, v128.load(S, 16), 16);
    S += bytes;
    to += LINE;
  }
}

function packPart(S: usize, T: usize, bytes: usize, depth: i32, count: i32, to: usize): void {
  for (let i = 0; i < depth; i++) {
    for (let k = 0; k < TILE; k++) {
      const at = (<usize>k) << 3;
      let value = k < count ? load<f64>(S + at) : 0;
      if (T && k < count) value += load<f64>(T + at);
      store<f64>(to + at, value);
    }
    S += bytes;
    if (T) T += bytes;
    to += LINE;
  }
}

/** p[4 x 4] += sum_k a[k]' b[k], and the same to q where it is given; rows `ld` bytes apart. */
function productTile(a: usize, b: usize, depth: i32, p: usize, q: usize, ld: usize): void {
  let s00 = f64x2.splat(0);
  let s01 = s00;
  let s10 = s00;
  let s11 = s00;
  let s20 = s00;
  let s21 = s00;
  let s30 = s00;
  let s31 = s00;
  const end = b + <usize>depth * LINE;
  while (b < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let t = v128.load64_splat(a);
    s00 = madd(t, b0, s00);
    s01 = madd(t, b1, s01);
    t = v128.load64_splat(a, 8);
    s10 = madd(t, b0, s10);
    s11 = madd(t, b1, s11);
    t = v128.load64_splat(a, 16);
    s20 = madd(t, b0, s20);
    s21 = madd(t, b1, s21);
    t = v128.load64_splat(a, 24);
    s30 = madd(t, b0, s30);
    s31 = madd(t, b1, s31);
    a += LINE;
    b += LINE;
  }
  for (let i = 0; i < 2; i++) {
    v128.store(p, f64x2.add(v128.load(p), s00));
    v128.store(p, f64x2.add(v128.load(p, 16), s01), 16);
    p += ld;
    v128.store(p, f64x2.add(v128.load(p), s10));
    v128.store(p, f64x2.add(v128.load(p, 16), s11), 16);
    p += ld;
    v128.store(p, f64x2.add(v128.load(p), s20));
    v128.store(p, f64x2.add(v128.load(p, 16), s21), 16);
    p += ld;
    v128.store(p, f64x2.add(v128.load(p), s30));
    v128.store(p, f64x2.add(v128.load(p, 16), s31), 16);
    if (!q) return;
    p = q;
    q = 0;
  }
}

/**
 * P += C (S + T), and the same to Q; with T = 0 and Q = 0, P += C S.
 * Shapes: C a block as `weightedGram` left it; S and T R rows of `count` samples, `ld` apart; P and Q R rows rounded up to a
 * multiple of 4, `ldp` apart, ldp at least `count` rounded up alike. Scratch of `curvatureScratch(count)`.
 * Error: that of plain sums in blocks of 256 rows, added in order; the bits do not depend on how samples are split.
 * Cost: 2 R² count flops.
 */
export function addBlockProduct(
  C: usize,
  R: i32,
  S: usize,
  T: usize,
  count: i32,
  ld: i32,
  P: usize,
  Q: usize,
  ldp: i32,
  scratch: usize,
): void {
  const lines = padded(R);
  const cTile = <usize>lines * LINE;
  const bytes = (<usize>ld) << 3;
  const pBytes = (<usize>ldp) << 3;
  for (let from = 0; from < R; from += DEPTH) {
    const depth = min(DEPTH, R - from);
    const row = <usize>from * bytes;
    packSum(S + row, T ? T + row : 0, bytes, depth, count, scratch);
    for (let panel = 0; panel < lines; panel += PANEL) {
      const stop = min(lines, panel + PANEL);
      for (let k = 0; k < count; k += TILE) {
        const b = scratch + <usize>k * <usize>depth * 8;
        const column = (<usize>k) << 3;
        for (let i = panel; i < stop; i += TILE) {
          const a = C + <usize>(i / TILE) * cTile + <usize>from * LINE;
          const at = <usize>i * pBytes + column;
          productTile(a, b, depth, P + at, Q ? Q + at : 0, pBytes);
        }
      }
    }
  }
}

/**
 * y += C (s + t), and the same to z; with t = 0 and z = 0, y += C s: `addBlockProduct` for vectors of R numbers.
 * Scratch of R.
 */
export function addBlockVector(
  C: usize,
  R: i32,
  s: usize,
  t: usize,
  y: usize,
  z: usize,
  scratch: usize,
): void {
  for (let i = 0; i < R; i++) {
    const at = (<usize>i) << 3;
    store<f64>(scratch + at, t ? load<f64>(s + at) + load<f64>(t + at) : load<f64>(s + at));
  }
  const cTile = <usize>padded(R) * LINE;
  for (let i = 0; i < R; i += TILE) {
    vectorTile(C, R, scratch, min(TILE, R - i), y, z);
    C += cTile;
    y += LINE;
    if (z) z += LINE;
  }
}

/** 4 entries of a block times a vector: even and odd terms apart. */
function vectorTile(C: usize, R: i32, x: usize, here: i32, y: usize, z: usize): void {
  let e0 = f64x2.splat(0);
  let e1 = e0;
  let o0 = e0;
  let o1 = e0;
  const end = x + ((<usize>(R & ~1)) << 3);
  while (x < end) {
    let w = v128.load64_splat(x);
    e0 = madd(w, v128.load(C), e0);
    e1 = madd(w, v128.load(C, 16), e1);
    w = v128.load64_splat(x, 8);
    o0 = madd(w, v128.load(C, 32), o0);
    o1 = madd(w, v128.load(C, 48), o1);
    C += LINE << 1;
    x += 16;
  }
  if (R & 1) {
    const w = v128.load64_splat(x);
    e0 = madd(w, v128.load(C), e0);
    e1 = madd(w, v128.load(C, 16), e1);
  }
  e0 = f64x2.add(e0, o0);
  e1 = f64x2.add(e1, o1);
  put(y, here, e0, e1);
  if (z) put(z, here, e0, e1);
}

/** Adds the first `here` of four numbers. */
function put(y: usize, here: i32, left: v128, right: v128): void {
  store<f64>(y, load<f64>(y) + f64x2.extract_lane(left, 0));
  if (here > 1) store<f64>(y, load<f64>(y, 8) + f64x2.extract_lane(left, 1), 8);
  if (here > 2) store<f64>(y, load<f64>(y, 16) + f64x2.extract_lane(right, 0), 16);
  if (here > 3) store<f64>(y, load<f64>(y, 24) + f64x2.extract_lane(right, 1), 24);
}
