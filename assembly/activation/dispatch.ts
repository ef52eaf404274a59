// From the number of an activation to its loop: chosen once per call, never per element.
// biome-ignore-all lint/style/useImportType: AssemblyScript has no imports of types
import { Activation } from '../abi';
import { ErfActivation } from './erf';
import { ErfSqrt2 } from './erf-sqrt2';
import { Gelu } from './gelu';
import { Hermite } from './hermite';
import { Identity } from './identity';
import { LeakyRelu } from './leaky-relu';
import { Quadratic } from './quadratic';
import { Relu } from './relu';
import { Sigmoid } from './sigmoid';
import { Sign } from './sign';
import { Silu } from './silu';
import { SinActivation } from './sin';
import { Softplus } from './softplus';
import { sweep } from './sweep';
import { tanhSweep } from './tanh';

/**
 * value = s(x), first = s'(x) where order ≥ 1, second = s''(x) where order = 2, for the activation s of
 * `kind` with its parameter, 0 where it has none.
 * Shapes: n numbers each; `value` may be `x`; pointers that the order does not ask for may be 0.
 * Range: every x; ±Infinity gives the limit, NaN gives NaN in what depends on x. Polynomials overflow to
 * ±Infinity.
 * Error: values within 4 ulp and first derivatives within 6 ulp, also in the tails; second derivatives within
 * 5e-16 of max(1, |answer|); Hermite within 2e-14 of it up to degree 9. Where a parameter multiplies x, the
 * product is rounded first.
 * Cost: of tanh with both derivatives about that of tanh alone; erf and gelu take an exponential on top.
 */
export function activate(
  kind: i32,
  parameter: f64,
  order: i32,
  x: usize,
  n: i32,
  value: usize,
  first: usize,
  second: usize,
): void {
  switch (kind) {
    case Activation.Identity:
      sweep<Identity>(parameter, order, x, n, value, first, second);
      break;
    case Activation.Relu:
      sweep<Relu>(parameter, order, x, n, value, first, second);
      break;
    case Activation.LeakyRelu:
      sweep<LeakyRelu>(parameter, order, x, n, value, first, second);
      break;
    case Activation.Tanh:
      tanhSweep(order, x, n, value, first, second);
      break;
    case Activation.Sigmoid:
      sweep<Sigmoid>(parameter, order, x, n, value, first, second);
      break;
    case Activation.Erf:
      sweep<ErfActivation>(parameter, order, x, n, value, first, second);
      break;
    case Activation.ErfSqrt2:
      sweep<ErfSqrt2>(parameter, order, x, n, value, first, second);
      break;
    case Activation.Gelu:
      sweep<Gelu>(parameter, order, x, n, value, first, second);
      break;
    case Activation.Silu:
      sweep<Silu>(parameter, order, x, n, value, first, second);
      break;
    case Activation.Softplus:
      sweep<Softplus>(parameter, order, x, n, value, first, second);
      break;
    case Activation.Quadratic:
      sweep<Quadratic>(parameter, order, x, n, value, first, second);
      break;
    case Activation.Hermite:
      sweep<Hermite>(parameter, order, x, n, value, first, second);
      break;
    case Activation.Sin:
      sweep<SinActivation>(parameter, order, x, n, value, first, second);
      break;
    case Activation.Sign:
      sweep<Sign>(parameter, order, x, n, value, first, second);
      break;
    default:
      assert(false, 'no such activation');
  }
}
