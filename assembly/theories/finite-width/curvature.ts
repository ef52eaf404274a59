// The mean curvature of a head, K: its blocks from weighted scores, and where they lie. The block of units a, b is
// C_ab = Z diag(J_ab) Z': symmetric itself and the same for b, a, so that half of each is computed and
//   sum_b C_ab S_b = sum_{b != a} C_ab (S_a + S_b) + (C_aa - sum_{b != a} C_ab) S_a
// takes each product C_ab (S_a + S_b) once for a and for b (curvature-product.ts): q(q+1)/2 products of blocks instead of q².
// A block is kept as packed tiles: for some lines after some lines (curvature-tiles.ts), all steps of them. One after another
// lie the own block of each unit, R lines of R + d steps, the last d of them for the deep parameters; the blocks of pairs
// a < b, R lines of R steps; and for each unit d lines of R + d steps for the deep parameters, whose own block is in those of
// unit 0. Knows nothing of what Z and J are.
import { longTiles, multiplyTiles, shortTile, tileCount, tileLines, tileStart } from './curvature-tiles';

/** Columns of a tile. */
const COLUMNS: i32 = 4;
/** Bytes of one step of packed columns. */
const STEP: usize = 32;
/** Samples that are summed before they are added to what is there. */
const DEPTH: i32 = 256;
/** Tiles whose weighted copy stays in the second-level cache. */
const PANEL: i32 = 24;
/** Lines of a panel, at most. */
const PANEL_LINES: i32 = 6 * PANEL;

function padded(length: i32): i32 {
  return (length + COLUMNS - 1) & ~(COLUMNS - 1);
}

/** Lines of a block of R rows, some of them empty where there are few. */
export function curvatureLines(R: i32): i32 {
  return tileLines(R);
}

/** Doubles of the whole curvature of q units with R rows each and d deep parameters, one behind the last included. */
export function curvatureSize(q: i32, R: i32, d: i32): i32 {
  return tileLines(R) * (q * (R + d) + ((q * (q - 1)) >> 1) * R) + tileLines(d) * q * (R + d) + 1;
}

/** Doubles of the upper triangle that a block is summed in. */
export function curvatureTriangle(R: i32): i32 {
  return tileLines(R) * padded(R);
}

/** Doubles of the packed copies of Z, R rows of m samples: as lines and as columns. */
export function packedScores(R: i32, m: i32): i32 {
  return (padded(R) + tileLines(R)) * m + 1;
}

/** Doubles of scratch of `weightedGram`. */
export function curvatureScratch(R: i32): i32 {
  return DEPTH * min(tileLines(R), PANEL_LINES) + 1;
}

/**
 * Copies Z twice. As columns: for 4 rows after 4 rows, all samples of them; empty rows stand in front of the first, where the
 * triangle has only one line. As lines: the same for the lines of each tile; empty ones stand behind the last.
 */
export function packScores(Z: usize, R: i32, m: i32, ld: i32, to: usize): void {
  const empty = padded(R) - R;
  for (let i = -empty; i < R; i += COLUMNS) {
    packRows(Z, R, i, COLUMNS, m, 1, ld, to);
    to += <usize>m * STEP;
  }
  for (let start = 0, i = 0; start < tileLines(R); i++) {
    const lines = tileStart(R, i + 1) - start;
    packRows(Z, R, start, lines, m, 1, ld, to);
    to += (<usize>(m * lines)) << 3;
    start += lines;
  }
}

/** `steps` steps of lines [start, start + lines) of X, those outside of its R lines zero. Strides in numbers. */
function packRows(
  X: usize,
  R: i32,
  start: i32,
  lines: i32,
  steps: i32,
  stepStride: i32,
  lineStride: i32,
  to: usize,
): void {
  for (let k = 0; k < steps; k++) {
    for (let i = start; i < start + lines; i++) {
      const inside = i >= 0 && i < R;
      const at = <usize>i * <usize>lineStride + <usize>k * <usize>stepStride;
      store<f64>(to, inside ? load<f64>(X + (at << 3)) : 0);
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
 * the sum between calls; C lines of `steps` steps, R or more: tile i, step k, line l = C[k][tileStart(i) + l], those behind
 * step R untouched. start a multiple of 256.
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
  steps: i32,
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
    const to = C + ((<usize>first * <usize>steps) << 3);
    packTile(G + ((<usize>empty) << 3), bytes, R, first, tileStart(R, i + 1) - first, to);
  }
}

/**
 * The part of the deep parameters in the curvature C: the last steps of every unit's own block, and the lines behind all blocks.
 * Shapes: mixed for each unit d rows of R numbers, deep d x d, C `curvatureSize`.
 */
export function packBorder(q: i32, R: i32, d: i32, mixed: usize, deep: usize, C: usize): void {
  const steps = R + d;
  let border = C + ((<usize>tileLines(R) * <usize>(q * steps + ((q * (q - 1)) >> 1) * R)) << 3);
  for (let a = 0; a < q; a++) {
    for (let i = 0; i < tileCount(R); i++) {
      const start = tileStart(R, i);
      const lines = tileStart(R, i + 1) - start;
      const to = C + ((<usize>(start * steps + R * lines)) << 3);
      packRows(mixed, R, start, lines, d, R, 1, to);
    }
    C += (<usize>(tileLines(R) * steps)) << 3;
    for (let i = 0; i < tileCount(d); i++) {
      const start = tileStart(d, i);
      const lines = tileStart(d, i + 1) - start;
      const to = border + ((<usize>(start * steps)) << 3);
      packRows(mixed, d, start, lines, R, 1, R, to);
      // The lines of unit 0 alone have these steps.
      packRows(deep, a === 0 ? d : 0, start, lines, d, 1, d, to + ((<usize>(R * lines)) << 3));
    }
    border += (<usize>(tileLines(d) * steps)) << 3;
    mixed += (<usize>(d * R)) << 3;
  }
}
