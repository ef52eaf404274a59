// How each activation behaves off the real axis, for the choice of a quadrature rule. Kinked functions are not here: they
// need a rule that is split where they are.
import { Activation } from '../../assembly/abi.ts';
import type { Analyticity } from './gaussian-rule.ts';

const ENTIRE: Analyticity = { strip: Number.POSITIVE_INFINITY, frequency: 0, rate: 0, degree: 0 };

/** Analyticity of the activation `kind` with its parameter. Degrees count growth along the real axis, for the reach. */
export function analyticityOf({ kind, parameter }: { kind: number; parameter: number }): Analyticity {
  switch (kind) {
    case Activation.Identity:
      return { ...ENTIRE, degree: 1 };
    case Activation.Quadratic:
      return { ...ENTIRE, degree: 2 };
    case Activation.Hermite:
      return { ...ENTIRE, degree: parameter };
    case Activation.Sin:
      return { ...ENTIRE, frequency: Math.abs(parameter) };
    case Activation.Erf:
      return { ...ENTIRE, rate: 1 };
    case Activation.ErfSqrt2:
      return { ...ENTIRE, rate: 0.5 };
    case Activation.Gelu:
      return { ...ENTIRE, rate: 0.5, degree: 1 };
    case Activation.Tanh:
      return { ...ENTIRE, strip: Math.PI / 2 };
    case Activation.Sigmoid:
      return { ...ENTIRE, strip: Math.PI };
    case Activation.Silu:
      return { ...ENTIRE, strip: Math.PI, degree: 1 };
    case Activation.Softplus:
      return { ...ENTIRE, strip: Math.PI / parameter, degree: 1 };
    default:
      return { ...ENTIRE, strip: Math.PI / 2 };
  }
}
