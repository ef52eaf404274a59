// The curvature of a head (curvature.ts) times every row's shift, and the step of the shifts that follows from it; the same
// times one vector. Each product with the block of a pair of units serves both. Knows nothing of what the curvature is of.
import { madd } from '../../math/madd';
import { longTiles, multiplyTiles, shortTile, tileCount, tileLines, tileStart } from './curvature-tiles';
import { tangentAdvance } from './tangent';

/** Samples of a tile. */
const COLUMNS: i32 = 4;
/** Bytes of one step of packed samples. */
const STEP: usize = 32;
/** Steps that are summed before they are added to what is there. */
const DEPTH: i32 = 256;
/** Samples whose shifts are packed together: few, so that they stay in the first-level cache beside a tile of a block. */
const GROUP: i32 = 32;
/** Bytes of a row of them. */
const GROUP_BYTES: usize = 256;

/** Doubles of scratch of `advanceShifts`: the products of some samples, and their packed shifts and sums of two. */
export function shiftsScratch(q: i32, R: i32, d: i32): i32 {
  return GROUP * (q * tileLines(R) + tileLines(d) + (q + 1) * min(DEPTH, R + d));
}

/** `depth` rows of X, `bytes` apart, of 4 samples `here` of which are there; the others are zero. */
function packTile(X: usize, bytes: usize, depth: i32, here: i32, to: usize): void {
  const end = to + <usize>depth * STEP;
  if (here >= COLUMNS) {
    while (to < end) {
      v128.store(to, v128.load(X));
      v128.store(to, v128.load(X, 16), 16);
      X += bytes;
      to += STEP;
    }
    return;
  }
  while (to < end) {
    for (let k = 0; k < COLUMNS; k++) {
      const at = (<usize>k) << 3;
      store<f64>(to + at, k < here ? load<f64>(X + at) : 0);
    }
    X += bytes;
    to += STEP;
  }
}

/** to = x + y, `steps` of every `stride` bytes of both; `tiles` times. */
function addPacked(x: usize, y: usize, stride: usize, steps: i32, tiles: i32, to: usize): void {
  for (; tiles > 0; tiles--) {
    const end = <usize>steps * STEP;
    for (let at: usize = 0; at < end; at += STEP) {
      v128.store(to + at, f64x2.add(v128.load(x + at), v128.load(y + at)));
      v128.store(to + at, f64x2.add(v128.load(x + at, 16), v128.load(y + at, 16)), 16);
    }
    x += stride;
    y += stride;
    to += end;
  }
}

/** p = C x or p += C x for steps [from, from + depth) of a block of R rows, and the same added to q, where it is given. */
function multiplyBlock(
  C: usize,
  R: i32,
  steps: i32,
  from: i32,
  depth: i32,
  x: usize,
  xStep: usize,
  tiles: i32,
  p: usize,
  q: usize,
  add: i32,
): void {
  const count = tileCount(R);
  const short = shortTile(R);
  const long = longTiles(R);
  for (let i = 0; i < count; i++) {
    const lines = i < long ? short + 1 : short;
    const a = C + ((<usize>(from * lines)) << 3);
    multiplyTiles(lines, tiles, a, 0, x, xStep, depth, p, q, GROUP_BYTES, STEP, add);
    C += (<usize>(lines * steps)) << 3;
    p += <usize>lines * GROUP_BYTES;
    if (q) q += <usize>lines * GROUP_BYTES;
  }
}

/** P = C S of `count` samples, at most 32: R rows, rounded up where they are few, for each unit, then the deep ones. */
function multiplyShifts(
  q: i32,
  R: i32,
  d: i32,
  C: usize,
  S: usize,
  count: i32,
  bytes: usize,
  P: usize,
  packed: usize,
): void {
  const steps = R + d;
  const tiles = (count + COLUMNS - 1) / COLUMNS;
  const ownBlock = (<usize>(tileLines(R) * steps)) << 3;
  const pairBlock = (<usize>(tileLines(R) * R)) << 3;
  const deepBlock = (<usize>(tileLines(d) * steps)) << 3;
  const pairs = C + <usize>q * ownBlock;
  const deep = pairs + <usize>((q * (q - 1)) >> 1) * pairBlock;
  const deepS = S + <usize>(q * R) * bytes;
  const unit = <usize>tileLines(R) * GROUP_BYTES;
  const deepP = P + <usize>q * unit;
  for (let from = 0; from < steps; from += DEPTH) {
    const depth = min(DEPTH, steps - from);
    const own = max(0, min(depth, R - from));
    const next = <usize>depth * STEP;
    const size = next * <usize>tiles;
    for (let a = 0; a < q; a++) {
      let to = packed + <usize>a * size;
      for (let k = 0; k < count; k += COLUMNS) {
        const at = (<usize>k) << 3;
        packTile(S + <usize>(a * R + from) * bytes + at, bytes, own, count - k, to);
        const more = deepS + <usize>(from + own - R) * bytes + at;
        packTile(more, bytes, depth - own, count - k, to + <usize>own * STEP);
        to += next;
      }
    }
    for (let a = 0; a < q; a++) {
      const x = packed + <usize>a * size;
      const add = from > 0 ? 1 : 0;
      multiplyBlock(
        C + <usize>a * ownBlock,
        R,
        steps,
        from,
        depth,
        x,
        next,
        tiles,
        P + <usize>a * unit,
        0,
        add,
      );
      const wanted = a === 0 ? depth : own;
      const more = a + from > 0 ? 1 : 0;
      if (wanted > 0)
        multiplyBlock(deep + <usize>a * deepBlock, d, steps, from, wanted, x, next, tiles, deepP, 0, more);
    }
    if (own === 0) continue;
    const sums = packed + <usize>q * size;
    let pair = pairs;
    for (let a = 0; a < q; a++) {
      for (let b = a + 1; b < q; b++) {
        addPacked(packed + <usize>a * size, packed + <usize>b * size, next, own, tiles, sums);
        const p = P + <usize>a * unit;
        multiplyBlock(pair, R, R, from, own, sums, <usize>own * STEP, tiles, p, P + <usize>b * unit, 1);
        pair += pairBlock;
      }
    }
  }
}

/**
 * S <- S - step (C S - Z own): one step of every sample's shifts, with C the curvature and `own` what the sample itself
 * contributed to it. Where `product` is 0, C S counts as 0.
 * Shapes: C `curvatureSize`; S R rows for each of q units and d deep ones; Z R rows, D d rows; own q rows, deepOwn one, all of
 * `count` samples and `ld` apart; step R + d numbers. Scratch of `shiftsScratch`.
 * Error: that of plain sums in blocks of 256 steps, added in order; the bits do not depend on how samples are split.
 * Cost: q(q+1) R² + 4 q R d flops a sample.
 */
export function advanceShifts(
  q: i32,
  R: i32,
  d: i32,
  C: usize,
  product: i32,
  S: usize,
  Z: usize,
  D: usize,
  own: usize,
  deepOwn: usize,
  step: usize,
  count: i32,
  ld: i32,
  scratch: usize,
): void {
  const bytes = (<usize>ld) << 3;
  const rows = q * tileLines(R) + tileLines(d);
  const packed = scratch + <usize>rows * GROUP_BYTES;
  if (!product) memory.fill(scratch, 0, <usize>rows * GROUP_BYTES);
  for (let k = 0; k < count; k += GROUP) {
    const here = min(GROUP, count - k);
    const at = (<usize>k) << 3;
    if (product) multiplyShifts(q, R, d, C, S + at, here, bytes, scratch, packed);
    let s = S + at;
    let p = scratch;
    for (let a = 0; a < q; a++) {
      tangentAdvance(s, p, Z + at, own + at + <usize>a * bytes, step, R, here, ld, GROUP);
      s += <usize>R * bytes;
      p += <usize>tileLines(R) * GROUP_BYTES;
    }
    tangentAdvance(s, p, D + at, deepOwn + at, step + ((<usize>R) << 3), d, here, ld, GROUP);
  }
}

/**
 * y = C v: the curvature times one vector.
 * Shapes: C `curvatureSize`; v and y R numbers for each of q units, then d. Scratch of R + d.
 * Error: that of plain sums, even and odd terms of a block apart.
 * Cost: q(q+1) R² + 4 q R d flops.
 */
export function curvatureVector(q: i32, R: i32, d: i32, C: usize, v: usize, y: usize, scratch: usize): void {
  const steps = R + d;
  const units = (<usize>R) << 3;
  const deepV = v + <usize>q * units;
  const deepY = y + <usize>q * units;
  const lines = <usize>tileLines(R);
  let pair = C + ((lines * <usize>(q * steps)) << 3);
  let deep = pair + ((lines * <usize>(((q * (q - 1)) >> 1) * R)) << 3);
  memory.fill(y, 0, <usize>q * units + ((<usize>d) << 3));
  memory.copy(scratch + units, deepV, (<usize>d) << 3);
  for (let a = 0; a < q; a++) {
    memory.copy(scratch, v + <usize>a * units, units);
    vectorBlock(C, R, steps, steps, scratch, y + <usize>a * units, 0);
    vectorBlock(deep, d, steps, a === 0 ? steps : R, scratch, deepY, 0);
    C += (lines * <usize>steps) << 3;
    deep += (<usize>(tileLines(d) * steps)) << 3;
  }
  for (let a = 0; a < q; a++) {
    const first = v + <usize>a * units;
    for (let b = a + 1; b < q; b++) {
      const second = v + <usize>b * units;
      for (let at: usize = 0; at < units; at += 8) {
        store<f64>(scratch + at, load<f64>(first + at) + load<f64>(second + at));
      }
      vectorBlock(pair, R, R, R, scratch, y + <usize>a * units, y + <usize>b * units);
      pair += (lines * <usize>R) << 3;
    }
  }
}

/** y += C x for the first `depth` steps of a block of R rows, and the same to z, where it is given. */
function vectorBlock(C: usize, R: i32, steps: i32, depth: i32, x: usize, y: usize, z: usize): void {
  const tiles = tileCount(R);
  for (let i = 0; i < tiles; i++) {
    const start = tileStart(R, i);
    const lines = tileStart(R, i + 1) - start;
    const at = (<usize>start) << 3;
    vectorTile(C + <usize>steps * at, depth, x, lines, min(lines, R - start), y + at, z ? z + at : 0);
  }
}

/** The lines of a tile times a vector, `here` of which are wanted: even and odd terms apart. */
function vectorTile(C: usize, depth: i32, x: usize, lines: i32, here: i32, y: usize, z: usize): void {
  let e0 = f64x2.splat(0);
  let e1 = e0;
  let e2 = e0;
  let o0 = e0;
  let o1 = e0;
  let o2 = e0;
  const step = (<usize>lines) << 3;
  const end = x + ((<usize>(depth & ~1)) << 3);
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
  if (depth & 1) {
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
