// Independent variates of the laws of abi.ts, all of mean 0 and variance 1. One function per law, one loop each.
import { Law, Status } from '../abi';
import { logScalar } from '../math/log';
import { fillNormal, nextNormal } from './normal';
import { symmetricInterval, unitInterval } from './uniform';
import { nextWord } from './xoshiro';

const SQRT_3: f64 = 1.7320508075688772;
/** Values per inner call: V8 replaces a function's first code only between calls. */
const BLOCK: i32 = 1024;

/**
 * n independent variates of a law with mean 0 and variance 1.
 *
 * Shapes: state 32 bytes, out n.
 * Range: Law.StudentT: 2 < parameter ≤ 1e9; Law.Sparse: 1e-9 ≤ parameter ≤ 1 (the words resolve 2e-16); the others
 * take no parameter. A parameter or a law outside gives Status.BadArgument and writes nothing.
 * Cost: one word each, but Gaussian 1.03 and StudentT about 3.1 on average.
 */
export function fillLaw(state: usize, law: i32, parameter: f64, out: usize, n: i32): i32 {
  assert(n >= 0);
  if (law < 0 || law >= Law.Count) return Status.BadArgument;
  if (law === Law.StudentT && !(parameter > 2 && parameter <= 1e9)) return Status.BadArgument;
  if (law === Law.Sparse && !(parameter >= 1e-9 && parameter <= 1)) return Status.BadArgument;
  if (law === Law.Gaussian) {
    fillNormal(state, out, n);
    return Status.Ok;
  }
  while (n > BLOCK) {
    lawBlock(state, law, parameter, out, BLOCK);
    out += (<usize>BLOCK) << 3;
    n -= BLOCK;
  }
  lawBlock(state, law, parameter, out, n);
  return Status.Ok;
}

function lawBlock(state: usize, law: i32, parameter: f64, out: usize, n: i32): void {
  const end = out + ((<usize>n) << 3);
  if (law === Law.Rademacher) {
    for (; out < end; out += 8) store<f64>(out, nextSign(state));
  } else if (law === Law.Uniform) {
    for (; out < end; out += 8) store<f64>(out, symmetricInterval(nextWord(state)) * SQRT_3);
  } else if (law === Law.StudentT) {
    for (; out < end; out += 8) store<f64>(out, nextStudentT(state, parameter));
  } else if (law === Law.Sparse) {
    const size = 1 / sqrt<f64>(parameter);
    for (; out < end; out += 8) store<f64>(out, nextSparse(state, parameter, size));
  } else {
    for (; out < end; out += 8) store<f64>(out, -logScalar(unitInterval(nextWord(state))) - 1);
  }
}

/** ±1 from the top bit of a word. */
function nextSign(state: usize): f64 {
  return copysign<f64>(1, <f64>(<i64>nextWord(state)));
}

/** 0 with probability 1 - density, else ±size; the lowest bit, which the comparison does not use, is the sign. */
function nextSparse(state: usize, density: f64, size: f64): f64 {
  const word = nextWord(state);
  if (!(unitInterval(word) < density)) return 0;
  return (word & 1) === 0 ? size : -size;
}

/** z √((ν - 2)/(2 g)), z normal and g of the gamma law of shape ν/2: Student's t divided by √(ν/(ν - 2)). */
function nextStudentT(state: usize, degrees: f64): f64 {
  const z = nextNormal(state);
  return z * sqrt<f64>((degrees - 2) / (2 * nextGamma(state, 0.5 * degrees)));
}

/**
 * A variate of the gamma law of scale 1.
 *
 * Range: shape ≥ 1.
 * Source: G. Marsaglia and W. W. Tsang, A simple method for generating gamma variables, ACM Trans. Math. Softw. 26
 * (2000).
 */
export function nextGamma(state: usize, shape: f64): f64 {
  const d = shape - 1.0 / 3.0;
  const c = 1 / sqrt<f64>(9 * d);
  while (true) {
    const x = nextNormal(state);
    const t = 1 + c * x;
    if (t <= 0) continue;
    const v = t * t * t;
    const u = unitInterval(nextWord(state));
    const square = x * x;
    if (u < 1 - 0.0331 * square * square) return d * v;
    if (logScalar(u) < 0.5 * square + d * (1 - v + logScalar(v))) return d * v;
  }
}
