// What certificates need to know of the trained activation: how large its slope gets, how fast it changes, and where in
// a window around h it is smallest. Plain facts, no networks.
import { Activation } from '../../../assembly/abi.ts';
import { type ActivationSpec, resolveActivation } from '../../numerics/activation.ts';

export interface TrainedActivation {
  readonly name: string;
  readonly kind: number;
  readonly parameter: number;
  /** M = sup |s'|. */
  readonly steepest: number;
  /** inf |s'|: above 0 every scale is certified. */
  readonly flattest: number;
  /** Lip(s'); absent where s' jumps. */
  readonly curvature?: number;
  /** Slopes are even with their peak at 0; otherwise they rise. */
  readonly even: boolean;
  /** |s(0)|. */
  readonly atZero: number;
  /** sup |s|; Infinity where it is unbounded. */
  readonly bound: number;
  /** s(-h) = -s(h). */
  readonly odd: boolean;
}

const SQRT_2_OVER_PI = 0.7978845608028654;
const TWO_OVER_SQRT_PI = 1.1283791670955126;
const EXP_MINUS_HALF = 0.6065306597126334;
const UNBOUNDED = Number.POSITIVE_INFINITY;

/** The facts about `spec`, one of the activations that a trained layer can have. */
export function trainedActivation(spec: ActivationSpec): TrainedActivation {
  const { name, kind, parameter } = resolveActivation(spec);
  const base = { name, kind, parameter, atZero: 0 };
  switch (kind) {
    case Activation.Identity:
      return { ...base, steepest: 1, flattest: 1, curvature: 0, even: true, bound: UNBOUNDED, odd: true };
    case Activation.Relu:
      return { ...base, steepest: 1, flattest: 0, even: false, bound: UNBOUNDED, odd: false };
    case Activation.LeakyRelu:
      return { ...base, steepest: 1, flattest: parameter, even: false, bound: UNBOUNDED, odd: false };
    case Activation.Tanh: {
      const curvature = 4 / (3 * Math.sqrt(3));
      return { ...base, steepest: 1, flattest: 0, curvature, even: true, bound: 1, odd: true };
    }
    case Activation.Sigmoid: {
      const curvature = 1 / (6 * Math.sqrt(3));
      return {
        ...base,
        atZero: 0.5,
        steepest: 0.25,
        flattest: 0,
        curvature,
        even: true,
        bound: 1,
        odd: false,
      };
    }
    case Activation.Erf: {
      const curvature = 2 * SQRT_2_OVER_PI * EXP_MINUS_HALF;
      return { ...base, steepest: TWO_OVER_SQRT_PI, flattest: 0, curvature, even: true, bound: 1, odd: true };
    }
    case Activation.ErfSqrt2: {
      const curvature = SQRT_2_OVER_PI * EXP_MINUS_HALF;
      return { ...base, steepest: SQRT_2_OVER_PI, flattest: 0, curvature, even: true, bound: 1, odd: true };
    }
    case Activation.Softplus: {
      const curvature = parameter / 4;
      const atZero = Math.LN2 / parameter;
      return {
        ...base,
        atZero,
        steepest: 1,
        flattest: 0,
        curvature,
        even: false,
        bound: UNBOUNDED,
        odd: false,
      };
    }
    default:
      throw new RangeError(`activation ${name} cannot be that of a trained layer.`);
  }
}

/** Whether the slope jumps at 0: relu and leaky relu. */
export const isKinked = (activation: TrainedActivation): boolean => activation.curvature === undefined;
