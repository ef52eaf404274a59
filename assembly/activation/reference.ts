// Scalar references of the activation kernels, for the tests and the benches: the formulas as one writes them down, with
// AssemblyScript's library, for moderate x.
import { Activation } from '../abi';
import { erfReference, normalCdfReference } from '../math/reference';

/** He_k(x)/√k! by the sum Σ (−1)^m k!/(m! (k − 2m)! 2^m) x^(k − 2m), over √k!. */
function hermiteReference(degree: i32, x: f64): f64 {
  if (degree < 0) return 0;
  let factorial: f64 = 1;
  for (let j = 2; j <= degree; j++) factorial *= <f64>j;
  let sum: f64 = 0;
  for (let m = 0; 2 * m <= degree; m++) {
    let term: f64 = m & 1 ? -1 : 1;
    for (let j = 1; j <= m; j++) term /= 2 * <f64>j;
    for (let j = 1; j <= degree - 2 * m; j++) term *= x / <f64>j;
    sum += term * factorial;
  }
  return sum / sqrt(factorial);
}

function valueReference(kind: i32, p: f64, x: f64): f64 {
  switch (kind) {
    case Activation.Identity:
      return x;
    case Activation.Relu:
      return x > 0 ? x : 0;
    case Activation.LeakyRelu:
      return x > 0 ? x : p * x;
    case Activation.Tanh:
      return NativeMath.tanh(x);
    case Activation.Sigmoid:
      return 1 / (1 + NativeMath.exp(-x));
    case Activation.Erf:
      return erfReference(x);
    case Activation.ErfSqrt2:
      return erfReference(x * NativeMath.SQRT1_2);
    case Activation.Gelu:
      return x * normalCdfReference(x);
    case Activation.Silu:
      return x / (1 + NativeMath.exp(-x));
    case Activation.Softplus:
      return NativeMath.log(1 + NativeMath.exp(p * x)) / p;
    case Activation.Quadratic:
      return x * x;
    case Activation.Hermite:
      return hermiteReference(<i32>p, x);
    case Activation.Sin:
      return NativeMath.sin(p * x);
    default:
      return x > 0 ? 1 : x < 0 ? -1 : 0;
  }
}

function firstReference(kind: i32, p: f64, x: f64): f64 {
  const density = NativeMath.exp(-0.5 * x * x) / sqrt(2 * NativeMath.PI);
  const s = valueReference(kind, p, x);
  const sigma = valueReference(Activation.Sigmoid, 0, x);
  switch (kind) {
    case Activation.Identity:
      return 1;
    case Activation.Relu:
      return x > 0 ? 1 : 0;
    case Activation.LeakyRelu:
      return x > 0 ? 1 : p;
    case Activation.Tanh:
      return 1 - s * s;
    case Activation.Sigmoid:
      return s * (1 - s);
    case Activation.Erf:
      return (2 / sqrt(NativeMath.PI)) * NativeMath.exp(-x * x);
    case Activation.ErfSqrt2:
      return 2 * density;
    case Activation.Gelu:
      return normalCdfReference(x) + x * density;
    case Activation.Silu:
      return sigma * (1 + x * (1 - sigma));
    case Activation.Softplus:
      return valueReference(Activation.Sigmoid, 0, p * x);
    case Activation.Quadratic:
      return 2 * x;
    case Activation.Hermite:
      return sqrt(p) * hermiteReference(<i32>p - 1, x);
    case Activation.Sin:
      return p * NativeMath.cos(p * x);
    default:
      return 0;
  }
}

function secondReference(kind: i32, p: f64, x: f64): f64 {
  const density = NativeMath.exp(-0.5 * x * x) / sqrt(2 * NativeMath.PI);
  const s = valueReference(kind, p, x);
  const first = firstReference(kind, p, x);
  const sigma = valueReference(Activation.Sigmoid, 0, x);
  switch (kind) {
    case Activation.Tanh:
      return -2 * s * first;
    case Activation.Sigmoid:
      return first * (1 - 2 * s);
    case Activation.Erf:
      return -2 * x * first;
    case Activation.ErfSqrt2:
      return -x * first;
    case Activation.Gelu:
      return density * (2 - x * x);
    case Activation.Silu:
      return sigma * (1 - sigma) * (2 + x * (1 - 2 * sigma));
    case Activation.Softplus:
      return p * first * (1 - first);
    case Activation.Quadratic:
      return 2;
    case Activation.Hermite:
      return sqrt(p * (p - 1)) * hermiteReference(<i32>p - 2, x);
    case Activation.Sin:
      return -p * p * s;
    default:
      return 0;
  }
}

export function activateReference(
  kind: i32,
  parameter: f64,
  order: i32,
  x: usize,
  n: i32,
  value: usize,
  first: usize,
  second: usize,
): void {
  for (let i = 0; i < n; i++) {
    const at = (<usize>i) << 3;
    const xi = load<f64>(x + at);
    store<f64>(value + at, valueReference(kind, parameter, xi));
    if (order >= 1) store<f64>(first + at, firstReference(kind, parameter, xi));
    if (order >= 2) store<f64>(second + at, secondReference(kind, parameter, xi));
  }
}
