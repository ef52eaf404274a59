// The elementary functions over arrays: y[i] = f(x[i]) for i < n, in place where y is x. The bits of an element do
// not depend on n or on its neighbours: the last of an odd number goes through the same lanes.
import { expLanes, expm1Lanes } from './exp';
import { erfLanes } from './erf';
import { lgammaScalar } from './lgamma';
import { log1pLanes, logLanes } from './log';
import { normalCdfLanes } from './normal';
import { powScalar } from './pow';
import { normalQuantileScalar } from './quantile';
import { cosLanes, sinLanes } from './sin';
import { tanhLanes } from './tanh';

/** Elements per call of the inner loop: engines replace a slow first version of a loop only between calls. */
const BLOCK: i32 = 1024;

// Each function as a type, so that `map` is compiled once for each. No instance is ever made.
class Exp {
  lanes(x: v128): v128 {
    return expLanes(x);
  }
}
class Log {
  lanes(x: v128): v128 {
    return logLanes(x);
  }
}
class Expm1 {
  lanes(x: v128): v128 {
    return expm1Lanes(x);
  }
}
class Log1p {
  lanes(x: v128): v128 {
    return log1pLanes(x);
  }
}
class Tanh {
  lanes(x: v128): v128 {
    return tanhLanes(x);
  }
}
class Erf {
  lanes(x: v128): v128 {
    return erfLanes(x);
  }
}
class Sin {
  lanes(x: v128): v128 {
    return sinLanes(x);
  }
}
class Cos {
  lanes(x: v128): v128 {
    return cosLanes(x);
  }
}
class NormalCdf {
  lanes(x: v128): v128 {
    return normalCdfLanes(x);
  }
}

function mapBlock<F>(x: usize, y: usize, n: i32): void {
  const end = x + (<usize>(n >> 1) << 4);
  while (x < end) {
    v128.store(y, changetype<F>(0).lanes(v128.load(x)));
    x += 16;
    y += 16;
  }
  if (n & 1) v128.store64_lane(y, changetype<F>(0).lanes(v128.load64_splat(x)), 0);
}

function map<F>(x: usize, y: usize, n: i32): void {
  while (n > BLOCK) {
    mapBlock<F>(x, y, BLOCK);
    x += <usize>BLOCK << 3;
    y += <usize>BLOCK << 3;
    n -= BLOCK;
  }
  mapBlock<F>(x, y, n);
}

/** y = e^x. Error: 0.6 ulp. Cost: 2.7 ns per element at 3 GHz. */
export function vexp(x: usize, y: usize, n: i32): void {
  map<Exp>(x, y, n);
}

/** y = log x. */
export function vlog(x: usize, y: usize, n: i32): void {
  map<Log>(x, y, n);
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
    store<f64>(y + (<usize>i << 3), normalQuantileScalar(load<f64>(x + (<usize>i << 3))));
  }
}

/** y = log Γ(x). */
export function vlgamma(x: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<f64>(y + (<usize>i << 3), lgammaScalar(load<f64>(x + (<usize>i << 3))));
}

/** y = x^p, element by element; y may be x or p. */
export function vpow(x: usize, p: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const at = <usize>i << 3;
    store<f64>(y + at, powScalar(load<f64>(x + at), load<f64>(p + at)));
  }
}
