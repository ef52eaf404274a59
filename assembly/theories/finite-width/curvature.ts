// The mean curvature of a head, block by block of units, and its product with every row's shift. The block of units a, b is
// C_ab = Z diag(J_ab) Z': symmetric itself and the same for b, a, so that half of each is computed and
//   sum_b C_ab S_b = sum_{b != a} C_ab (S_a + S_b) + (C_aa - sum_{b != a} C_ab) S_a
// takes each product C_ab (S_a + S_b) once for a and for b: q(q+1)/2 products of blocks instead of q².
// A block is kept as packed tiles: for some lines after some lines (curvature-tiles.ts), all rows of them. Knows nothing of
// what Z and J are.
import { madd } from '../../math/madd';
import { longTiles, multiplyTiles, shortTile, tileCount, tileLines, tileStart } from './curvature-tiles';

/** Columns of a tile. */
const COLUMNS: i32 = 4;
/** Bytes of one step of packed columns. */
const STEP: usize = 32;
/** Samples, or rows of a block, that are summed before they are added to what is there. */
const DEPTH: i32 = 256;
/** Samples whose shifts are packed together: few, so that they stay in the first-level cache beside a tile of the block. */
const GROUP: i32 = 32;
/** Tiles whose weighted copy stays in the second-level cache. */
const PANEL: i32 = 24;
/** Lines of a panel, at most. */
const PANEL_LINES: i32 = 6 * PANEL;

function padded(length: i32): i32 {
  return (length + COLUMNS - 1) & ~(COLUMNS - 1);
}

/** Rows that `addBlockProduct` writes for a block of R rows. */
export function curvatureRows(R: i32): i32 {
  return tileLines(R);
}

/** Doubles of one packed block of R rows. The last tile is read two numbers at a time. */
export function curvatureBlock(R: i32): i32 {
  return tileLines(R) * R + 1;
}

/** Doubles of the upper triangle that a block is summed in. */
export function curvatureTriangle(R: i32): i32 {
  return tileLines(R) * padded(R);
}

/** Doubles of the packed copies of Z, R rows of m samples: as lines and as columns. */
export function packedScores(R: i32, m: i32): i32 {
  return (padded(R) + tileLines(R)) * m + 1;
}

/** Doubles of scratch of `weightedGram` and of `addBlockProduct`. */
export function curvatureScratch(R: i32): i32 {
  return DEPTH * max(min(tileLines(R), PANEL_LINES), GROUP) + 1;
}

/**
 * Copies Z twice. As columns: for 4 rows after 4 rows, all samples of them; empty rows stand in front of the first, where the
 * triangle has only one line. As lines: the same for the lines of each tile; empty ones stand behind the last.
 */
export function packScores(Z: usize, R: i32, m: i32, ld: i32, to: usize): void {
  const empty = padded(R) - R;
  for (let i = -empty; i < R; i += COLUMNS) {
    packRows(Z, R, m, ld, i, COLUMNS, to);
    to += <usize>m * STEP;
  }
  for (let start = 0, i = 0; start < tileLines(R); i++) {
    const lines = tileStart(R, i + 1) - start;
    packRows(Z, R, m, ld, start, lines, to);
    to += (<usize>(m * lines)) << 3;
    start += lines;
  }
}

/** All samples of rows [start, start + rows) of Z, those outside of it zero. */
function packRows(Z: usize, R: i32, m: i32, ld: i32, start: i32, rows: i32, to: usize): void {
  for (let k = 0; k < m; k++) {
    for (let i = start; i < start + rows; i++) {
      const inside = i >= 0 && i < R;
      store<f64>(to, inside ? load<f64>(Z + ((<usize>i * <usize>ld + <usize>k) << 3)) : 0);
      to += 8;
    }
  }
}

/** to = packed lines with every step times its weight; a number behind the last may be written too. */
function weightTile(from: usize, weights: usize, depth: i32, lines: i32, to: usize): void {
  if (lines > 4) weightWide(from, weights, depth, (<usize>lines) << 3, to);
  else weightNarrow(from, weights, depth, to);
}

/** 5 or 6 lines. */
function weightWide(from: usize, weights: usize, depth: i32, step: usize, to: usize): void {
  const end = weights + ((<usize>depth) << 3);
  while (weights < end) {
    const w = v128.load64_splat(weights);
    v128.store(to, f64x2.mul(v128.load(from), w));
    v128.store(to, f64x2.mul(v128.load(from, 16), w), 16);
    v128.store(to, f64x2.mul(v128.load(from, 32), w), 32);
    weights += 8;
    from += step;
    to += step;
  }
}

/** 4 lines. */
function weightNarrow(from: usize, weights: usize, depth: i32, to: usize): void {
  const end = weights + ((<usize>depth) << 3);
  while (weights < end) {
    const w = v128.load64_splat(weights);
    v128.store(to, f64x2.mul(v128.load(from), w));
    v128.store(to, f64x2.mul(v128.load(from, 16), w), 16);
    weights += 8;
    from += STEP;
    to += STEP;
  }
}

/**
 * Lines [start, start + lines) of the symmetric matrix with upper triangle G, all R rows of them: rows up to the diagonal
 * from the rows of G, the others from its columns. Numbers behind the last line of a row are written too, before their own.
 */
function packTile(G: usize, bytes: usize, R: i32, start: i32, lines: i32, to: usize): void {
  const step = (<usize>lines) << 3;
  let row = G + ((<usize>start) << 3);
  for (let k = 0; k < start; k++) {
    v128.store(to, v128.load(row));
    v128.store(to, v128.load(row, 16), 16);
    if (lines > 4) v128.store(to, v128.load(row, 32), 32);
    row += bytes;
    to += step;
  }
  const stop = min(R, start + lines);
  for (let k = start; k < stop; k++) {
    for (let i = start; i < start + lines; i++) {
      const at = <usize>min(i, k) * bytes + ((<usize>max(i, k)) << 3);
      store<f64>(to + ((<usize>(i - start)) << 3), i < R ? load<f64>(G + at) : 0);
    }
    to += step;
  }
  let column = G + <usize>start * bytes + ((<usize>stop) << 3);
  for (let k = stop; k < R; k++) {
    let from = column;
    store<f64>(to, load<f64>(from));
    from += bytes;
    store<f64>(to, load<f64>(from), 8);
    from += bytes;
    store<f64>(to, load<f64>(from), 16);
    from += bytes;
    store<f64>(to, load<f64>(from), 24);
    if (lines > 4) store<f64>(to, load<f64>(from + bytes), 32);
    if (lines > 5) store<f64>(to, load<f64>(from + (bytes << 1)), 40);
    column += 8;
    to += step;
  }
}

/**
 * C = Z diag(w) Z' of samples [start, start + count), added to what was there where start is not 0: the upper triangle in G,
 * and after the samples that end with `last` the whole in C.
 * Shapes: Z as `packScores` left it, R rows of m samples; w the weights of all samples; G `curvatureTriangle`, which holds
 * the sum between calls; C `curvatureBlock`, packed: tile i, row k, line l = C[k][tileStart(i) + l]. start a multiple of 256.
 * Scratch of `curvatureScratch`.
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
  G: usize,
  C: usize,
  last: i32,
  scratch: usize,
): void {
  assert(start % DEPTH === 0);
  const columns = padded(R);
  const empty = columns - R;
  const bytes = (<usize>columns) << 3;
  const lines = Z + ((<usize>columns * <usize>m) << 3);
  const tiles = tileCount(R);
  const short = shortTile(R);
  const long = longTiles(R);
  const end = start + count;
  for (let from = start; from < end; from += DEPTH) {
    const depth = min(DEPTH, end - from);
    const add = from > 0 ? 1 : 0;
    for (let panel = 0; panel < tiles; panel += PANEL) {
      const stop = min(tiles, panel + PANEL);
      const start = tileStart(R, panel);
      let a = scratch;
      for (let j = panel, first = start; j < stop; j++) {
        const here = j < long ? short + 1 : short;
        const source = lines + ((<usize>first * <usize>m + <usize>(from * here)) << 3);
        weightTile(source, w + ((<usize>from) << 3), depth, here, a);
        a += (<usize>(depth * here)) << 3;
        first += here;
      }
      a = scratch;
      for (let j = panel, first = start; j < stop; j++) {
        const here = j < long ? short + 1 : short;
        const row = G + <usize>first * bytes;
        const i = (first + empty) & ~3;
        const b = Z + ((<usize>i * <usize>m + <usize>(from * COLUMNS)) << 3);
        const to = row + ((<usize>i) << 3);
        multiplyTiles(here, (columns - i) >> 2, a, 0, b, <usize>m * STEP, depth, to, 0, bytes, STEP, add);
        a += (<usize>(depth * here)) << 3;
        first += here;
      }
    }
  }
  if (!last) return;
  for (let i = 0; i < tiles; i++) {
    const first = tileStart(R, i);
    const to = C + ((<usize>first * <usize>R) << 3);
    packTile(G + ((<usize>empty) << 3), bytes, R, first, tileStart(R, i + 1) - first, to);
  }
}

/** Rows [from, from + depth) of S (+ T, where it is given) into tiles of 4 samples; samples behind `count` are zero. */
function packSum(S: usize, T: usize, bytes: usize, depth: i32, count: i32, to: usize): void {
  for (let k = 0; k < count; k += COLUMNS) {
    const offset = (<usize>k) << 3;
    if (k + COLUMNS <= count) packWhole(S + offset, T ? T + offset : 0, bytes, depth, to);
    else packPart(S + offset, T ? T + offset : 0, bytes, depth, count - k, to);
    to += <usize>depth * STEP;
  }
}

function packWhole(S: usize, T: usize, bytes: usize, depth: i32, to: usize): void {
  const end = to + <usize>depth * STEP;
  if (T) {
    while (to < end) {
      v128.store(to, f64x2.add(v128.load(S), v128.load(T)));
      v128.store(to, f64x2.add(v128.load(S, 16), v128.load(T, 16)), 16);
      S += bytes;
      T += bytes;
      to += STEP;
    }
    return;
  }
  while (to < end) {
    v128.store(to, v128.load(S));
    v128.store(to, v128.load(S, 16), 16);
    S += bytes;
    to += STEP;
  }
}

function packPart(S: usize, T: usize, bytes: usize, depth: i32, count: i32, to: usize): void {
  for (let i = 0; i < depth; i++) {
    for (let k = 0; k < COLUMNS; k++) {
      const at = (<usize>k) << 3;
      let value = k < count ? load<f64>(S + at) : 0;
      if (T && k < count) value += load<f64>(T + at);
      store<f64>(to + at, value);
    }
    S += bytes;
    if (T) T += bytes;
    to += STEP;
  }
}

/**
 * P += C (S + T), and the same to Q; with T = 0 and Q = 0, P += C S.
 * Shapes: C a block as `weightedGram` left it; S and T R rows of `count` samples, `ld` apart; P and Q `curvatureRows`, `ldp`
 * apart, ldp at least `count` rounded up to a multiple of 4. Scratch of `curvatureScratch`.
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
  const tiles = tileCount(R);
  const short = shortTile(R);
  const long = longTiles(R);
  const bytes = (<usize>ld) << 3;
  const pBytes = (<usize>ldp) << 3;
  for (let from = 0; from < R; from += DEPTH) {
    const depth = min(DEPTH, R - from);
    const row = <usize>from * bytes;
    for (let k = 0; k < count; k += GROUP) {
      const here = min(GROUP, count - k);
      const at = (<usize>k) << 3;
      packSum(S + row + at, T ? T + row + at : 0, bytes, depth, here, scratch);
      let a = C;
      let p = P + at;
      let q = Q ? Q + at : 0;
      for (let i = 0; i < tiles; i++) {
        const lines = i < long ? short + 1 : short;
        const rows = a + ((<usize>(from * lines)) << 3);
        const next = <usize>depth * STEP;
        multiplyTiles(lines, (here + 3) >> 2, rows, 0, scratch, next, depth, p, q, pBytes, STEP, 1);
        a += (<usize>(lines * R)) << 3;
        p += <usize>lines * pBytes;
        if (q) q += <usize>lines * pBytes;
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
  const tiles = tileCount(R);
  for (let i = 0; i < tiles; i++) {
    const start = tileStart(R, i);
    const lines = tileStart(R, i + 1) - start;
    const at = (<usize>start) << 3;
    vectorTile(C + <usize>R * at, R, scratch, lines, min(lines, R - start), y + at, z ? z + at : 0);
  }
}

/** The lines of a tile times a vector, `here` of which are wanted: even and odd terms apart. */
function vectorTile(C: usize, R: i32, x: usize, lines: i32, here: i32, y: usize, z: usize): void {
  let e0 = f64x2.splat(0);
  let e1 = e0;
  let e2 = e0;
  let o0 = e0;
  let o1 = e0;
  let o2 = e0;
  const step = (<usize>lines) << 3;
  const end = x + ((<usize>(R & ~1)) << 3);
  while (x < end) {
    let w = v128.load64_splat(x);
    e0 = madd(w, v128.load(C), e0);
    e1 = madd(w, v128.load(C, 16), e1);
    if (lines > 4) e2 = madd(w, v128.load(C, 32), e2);
    C += step;
    w = v128.load64_splat(x, 8);
    o0 = madd(w, v128.load(C), o0);
    o1 = madd(w, v128.load(C, 16), o1);
    if (lines > 4) o2 = madd(w, v128.load(C, 32), o2);
    C += step;
    x += 16;
  }
  if (R & 1) {
    const w = v128.load64_splat(x);
    e0 = madd(w, v128.load(C), e0);
    e1 = madd(w, v128.load(C, 16), e1);
    if (lines > 4) e2 = madd(w, v128.load(C, 32), e2);
  }
  e0 = f64x2.add(e0, o0);
  e1 = f64x2.add(e1, o1);
  e2 = f64x2.add(e2, o2);
  addPair(y, here, e0);
  addPair(y + 16, here - 2, e1);
  addPair(y + 32, here - 4, e2);
  if (!z) return;
  addPair(z, here, e0);
  addPair(z + 16, here - 2, e1);
  addPair(z + 32, here - 4, e2);
}

/** Adds the first `here` of two numbers. */
function addPair(y: usize, here: i32, values: v128): void {
  if (here > 0) store<f64>(y, load<f64>(y) + f64x2.extract_lane(values, 0));
  if (here > 1) store<f64>(y, load<f64>(y, 8) + f64x2.extract_lane(values, 1), 8);
}
