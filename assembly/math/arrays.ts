// The elementary functions over arrays: y[i] = f(x[i]) for i < n, in place where y is x. The bits of an
// element do not depend on n or on its neighbours: the last of an odd number goes through the same lanes.
// biome-ignore-all lint/style/useImportType: AssemblyScript has no imports of types
import { Erf } from './erf';
import { Exp, Expm1 } from './exp';
import { lgammaScalar } from './lgamma';
import { Log1p, logLanes, logPairs, logScalar } from './log';
import { NormalCdf } from './normal';
import { powScalar } from './pow';
import { normalQuantileScalar } from './quantile';
import { Cos, Sin } from './sin';
import { Tanh } from './tanh';

/** Bytes per call of the inner loop: engines replace a slow first version of a loop only between calls. */
const BLOCK: usize = 8192;

const LAST: usize = memory.data(16, 16);

/**
 * y = F(x) from x to `end`, two numbers at a time. F is a type with a method `lanes`; no instance is ever
 * made.
 */
function mapPairs<F>(x: usize, end: usize, y: usize): void {
  while (x < end) {
    v128.store(y, changetype<F>(0).lanes(v128.load(x)));
    x += 16;
    y += 16;
  }
}

function map<F>(x: usize, y: usize, n: i32): void {
  const end = x + ((<usize>(n >> 1)) << 4);
  while (end - x > BLOCK) {
    mapPairs<F>(x, x + BLOCK, y);
    x += BLOCK;
    y += BLOCK;
  }
  mapPairs<F>(x, end, y);
  if (n & 1) {
    const last = end - x;
    v128.store(LAST, v128.load64_splat(x + last));
    mapPairs<F>(LAST, LAST + 16, LAST);
    store<f64>(y + last, load<f64>(LAST));
  }
}

/** y = e^x. */
export function vexp(x: usize, y: usize, n: i32): void {
  map<Exp>(x, y, n);
}

/** y = log x. */
export function vlog(x: usize, y: usize, n: i32): void {
  const end = x + ((<usize>(n >> 1)) << 4);
  while (x < end) {
    const stop = min(end, x + BLOCK);
    const reached = logPairs(x, stop, y);
    y += reached - x;
    x = reached;
    if (x === stop) continue;
    v128.store(y, logLanes(v128.load(x)));
    x += 16;
    y += 16;
  }
  if (n & 1) store<f64>(y, logScalar(load<f64>(x)));
}

/** y = e^x − 1. */
export function vexpm1(x: usize, y: usize, n: i32): void {
  map<Expm1>(x, y, n);
}

/** y = log(1 + x). */
export function vlog1p(x: usize, y: usize, n: i32): void {
  map<Log1p>(x, y, n);
}

/** y = tanh x. */
export function vtanh(x: usize, y: usize, n: i32): void {
  map<Tanh>(x, y, n);
}

/** y = erf x. */
export function verf(x: usize, y: usize, n: i32): void {
  map<Erf>(x, y, n);
}

/** y = sin x. */
export function vsin(x: usize, y: usize, n: i32): void {
  map<Sin>(x, y, n);
}

/** y = cos x. */
export function vcos(x: usize, y: usize, n: i32): void {
  map<Cos>(x, y, n);
}

/** y = Φ(x). */
export function vnormalCdf(x: usize, y: usize, n: i32): void {
  map<NormalCdf>(x, y, n);
}

/** y = Φ⁻¹(x). */
export function vnormalQuantile(x: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    store<f64>(y + ((<usize>i) << 3), normalQuantileScalar(load<f64>(x + ((<usize>i) << 3))));
  }
}

/** y = log Γ(x). */
export function vlgamma(x: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i++)
    store<f64>(y + ((<usize>i) << 3), lgammaScalar(load<f64>(x + ((<usize>i) << 3))));
}

/** y = x^p, element by element; y may be x or p. */
export function vpow(x: usize, p: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const at = (<usize>i) << 3;
    store<f64>(y + at, powScalar(load<f64>(x + at), load<f64>(p + at)));
  }
}
