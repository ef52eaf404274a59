import { Activation } from '../abi';
import { tanhScalar } from '../math/tanh';
import { erfScalar } from '../math/erf';
import { expScalar } from '../math/exp';
import { log1pScalar } from '../math/log';
import { sinScalar, cosScalar } from '../math/sin';
import { normalCdfScalar } from '../math/normal';

export function activate(kind: i32, p: f64, order: i32, x: usize, n: i32, value: usize, first: usize, second: usize): void {
  for (let k = 0; k < n; k++) {
    const at = <usize>k << 3;
    const v = load<f64>(x + at);
    let a = v, b: f64 = 1, c: f64 = 0;
    if (kind == Activation.Tanh) { a = tanhScalar(v); b = 1 - a * a; c = -2 * a * b; }
    else if (kind == Activation.Relu) { a = v > 0 ? v : 0; b = v > 0 ? 1 : 0; }
    else if (kind == Activation.Sigmoid) { a = 1 / (1 + expScalar(-v)); b = a * (1 - a); c = b * (1 - 2 * a); }
    else if (kind == Activation.ErfSqrt2) { a = erfScalar(v * 0.7071067811865476); b = 0.7978845608028654 * expScalar(-0.5 * v * v); c = -v * b; }
    else if (kind == Activation.Erf) { a = erfScalar(v); b = 1.1283791670955126 * expScalar(-v * v); c = -2 * v * b; }
    else if (kind == Activation.Gelu) { const d = 0.3989422804014327 * expScalar(-0.5 * v * v); const P = normalCdfScalar(v); a = v * P; b = P + v * d; c = d * (2 - v * v); }
    else if (kind == Activation.Silu) { const s = 1 / (1 + expScalar(-v)); a = v * s; b = s + v * s * (1 - s); c = s * (1 - s) * (2 + v * (1 - 2 * s)); }
    else if (kind == Activation.Softplus) { const s = 1 / (1 + expScalar(-p * v)); a = (v > 0 ? v : 0) + log1pScalar(expScalar(-p * Math.abs(v))) / p; b = s; c = p * s * (1 - s); }
    else if (kind == Activation.Sin) { a = sinScalar(p * v); b = p * cosScalar(p * v); c = -p * p * a; }
    else if (kind == Activation.Sign) { a = v > 0 ? 1 : v < 0 ? -1 : 0; b = 0; }
    store<f64>(value + at, a);
    if (order >= 1) store<f64>(first + at, b);
    if (order >= 2) store<f64>(second + at, c);
  }
}
