// Standard normal variates by the ziggurat method. Nothing is kept between variates but the stream's state.
// Source: G. Marsaglia and W. W. Tsang, The ziggurat method for generating random variables, J. Stat. Softw. 5(8)
// (2000); layer, sign and magnitude are taken from separate bits of one word, after J. A. Doornik (2005).
import { expScalar } from '../math/exp';
import { logScalar } from '../math/log';
import { symmetricInterval, unitInterval } from './uniform';
import { nextWord } from './xoshiro';
import { DENSITIES, EDGES, TAIL } from './ziggurat-table';

/** Values per inner call: V8 replaces a function's first code only between calls. */
const BLOCK: i32 = 1024;

/**
 * n independent standard normal variates.
 *
 * Shapes: state 32 bytes, out n.
 * Range: 0 < |x| < 12.3 (the tail's logarithms are of 52-bit numbers); never 0, never NaN.
 * Error: the law is exact up to the 2^-52 grid of the words.
 * Cost: 98.5 % of the variates take one word, a product and a comparison.
 */
export function fillNormal(state: usize, out: usize, n: i32): void {
  assert(n >= 0);
  while (n > BLOCK) {
    normalBlock(state, out, BLOCK);
    out += (<usize>BLOCK) << 3;
    n -= BLOCK;
  }
  normalBlock(state, out, n);
}

function normalBlock(state: usize, out: usize, n: i32): void {
  let s0 = load<u64>(state);
  let s1 = load<u64>(state, 8);
  let s2 = load<u64>(state, 16);
  let s3 = load<u64>(state, 24);
  const end = out + ((<usize>n) << 3);
  while (out < end) {
    const word = rotl<u64>(s0 + s3, 23) + s0;
    const t = s1 << 17;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= t;
    s3 = rotl<u64>(s3, 45);
    const edge = EDGES + ((<usize>(word & 255)) << 3);
    const x = symmetricInterval(word) * load<f64>(edge);
    if (abs<f64>(x) < load<f64>(edge, 8)) {
      store<f64>(out, x);
    } else {
      store<u64>(state, s0);
      store<u64>(state, s1, 8);
      store<u64>(state, s2, 16);
      store<u64>(state, s3, 24);
      const y = outsideCore(state, <i32>(word & 255), x);
      store<f64>(out, y !== 0 ? y : nextNormal(state));
      s0 = load<u64>(state);
      s1 = load<u64>(state, 8);
      s2 = load<u64>(state, 16);
      s3 = load<u64>(state, 24);
    }
    out += 8;
  }
  store<u64>(state, s0);
  store<u64>(state, s1, 8);
  store<u64>(state, s2, 16);
  store<u64>(state, s3, 24);
}

/** One standard normal variate; the same one that `fillNormal` would give next. */
export function nextNormal(state: usize): f64 {
  while (true) {
    const word = nextWord(state);
    const layer = <i32>(word & 255);
    const edge = EDGES + ((<usize>layer) << 3);
    const x = symmetricInterval(word) * load<f64>(edge);
    if (abs<f64>(x) < load<f64>(edge, 8)) return x;
    const y = outsideCore(state, layer, x);
    if (y !== 0) return y;
  }
}

/** What becomes of a point right of its layer's core: itself if under the density, a tail value, or 0 if refused. */
function outsideCore(state: usize, layer: i32, x: f64): f64 {
  if (layer === 0) return tail(state, x < 0);
  const low = load<f64>(DENSITIES + ((<usize>layer) << 3));
  const high = load<f64>(DENSITIES + ((<usize>layer) << 3), 8);
  const height = low + unitInterval(nextWord(state)) * (high - low);
  return height < expScalar(-0.5 * x * x) ? x : 0;
}

/** A normal variate beyond the last layer: exponential proposals, G. Marsaglia, Technometrics 6, 101 (1964). */
function tail(state: usize, negative: bool): f64 {
  while (true) {
    const a = -logScalar(unitInterval(nextWord(state))) / TAIL;
    const b = -logScalar(unitInterval(nextWord(state)));
    if (b + b > a * a) return negative ? -(TAIL + a) : TAIL + a;
  }
}
