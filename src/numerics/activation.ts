// The activations that networks and links can name: what they are called, which parameter they take, how
// smooth they are, and their values and derivatives over arrays.
import { Activation } from '../../assembly/abi.ts';
import { activateRow } from '../../bindings/activation.ts';
import { sharedCore } from '../../bindings/load.ts';
import { inWords } from './in-words.ts';
import { knownOptions } from './known-keys.ts';
import { didYouMean } from './nearest.ts';

export type ActivationName =
  | 'identity'
  | 'relu'
  | 'leaky-relu'
  | 'tanh'
  | 'sigmoid'
  | 'erf'
  | 'erf-sqrt2'
  | 'gelu'
  | 'silu'
  | 'softplus'
  | 'quadratic'
  | 'hermite'
  | 'sin'
  | 'sign';

type ParameterName = 'slope' | 'sharpness' | 'degree' | 'frequency';

/** An activation by its name, or with its parameter; a parameter that is left out has its default. */
export type ActivationSpec =
  | ActivationName
  | { readonly kind: Exclude<ActivationName, 'leaky-relu' | 'softplus' | 'hermite' | 'sin'> }
  | { readonly kind: 'leaky-relu'; readonly slope?: number }
  | { readonly kind: 'softplus'; readonly sharpness?: number }
  | { readonly kind: 'hermite'; readonly degree?: number }
  | { readonly kind: 'sin'; readonly frequency?: number };

export interface ActivationDescription {
  /** The number that the kernels know it by. */
  readonly kind: Activation;
  readonly description: string;
  /** Absent where it takes no parameter. */
  readonly parameterName?: ParameterName;
  /** 0 where it takes no parameter. */
  readonly defaultParameter: number;
  /** What the parameter must be, in words. */
  readonly expected?: string;
  /** Twice differentiable everywhere. */
  readonly smooth: boolean;
  /** Has a kink or a jump at 0, and nowhere else. */
  readonly kinkAtZero: boolean;
}

const smooth = { defaultParameter: 0, smooth: true, kinkAtZero: false } as const;
const kinked = { defaultParameter: 0, smooth: false, kinkAtZero: true } as const;

/** Every activation by its name. */
export const activations: Readonly<Record<ActivationName, ActivationDescription>> = {
  identity: { ...smooth, kind: Activation.Identity, description: 'x' },
  relu: { ...kinked, kind: Activation.Relu, description: 'max(x, 0); its derivative at 0 is 0' },
  'leaky-relu': {
    ...kinked,
    kind: Activation.LeakyRelu,
    description: 'x for x > 0, else slope · x; its derivative at 0 is the slope',
    parameterName: 'slope',
    defaultParameter: 0.01,
    expected: 'a finite number',
  },
  tanh: { ...smooth, kind: Activation.Tanh, description: 'hyperbolic tangent' },
  sigmoid: { ...smooth, kind: Activation.Sigmoid, description: '1/(1 + exp(−x))' },
  erf: { ...smooth, kind: Activation.Erf, description: 'error function erf(x)' },
  'erf-sqrt2': { ...smooth, kind: Activation.ErfSqrt2, description: 'erf(x/√2)' },
  gelu: { ...smooth, kind: Activation.Gelu, description: 'x Φ(x), with the normal distribution function Φ' },
  silu: { ...smooth, kind: Activation.Silu, description: 'x/(1 + exp(−x))' },
  softplus: {
    ...smooth,
    kind: Activation.Softplus,
    description: 'log(1 + exp(sharpness · x))/sharpness',
    parameterName: 'sharpness',
    defaultParameter: 1,
    expected: 'a finite number greater than 0',
  },
  quadratic: { ...smooth, kind: Activation.Quadratic, description: 'x²' },
  hermite: {
    ...smooth,
    kind: Activation.Hermite,
    description: 'Hermite polynomial He_degree(x)/√(degree!), of mean square 1 under N(0, 1)',
    parameterName: 'degree',
    defaultParameter: 2,
    expected: 'an integer from 0 to 1000',
  },
  sin: {
    ...smooth,
    kind: Activation.Sin,
    description: 'sin(frequency · x)',
    parameterName: 'frequency',
    defaultParameter: 1,
    expected: 'a finite number',
  },
  sign: { ...kinked, kind: Activation.Sign, description: '−1, 0 or 1; its derivative is taken to be 0' },
};

/** An activation ready for the kernels. */
export interface ResolvedActivation {
  readonly name: ActivationName;
  readonly kind: Activation;
  /** 0 where it takes none. */
  readonly parameter: number;
  /** Twice differentiable everywhere. */
  readonly smooth: boolean;
}

function accepts(parameterName: ParameterName, value: unknown): boolean {
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  if (parameterName === 'sharpness') return value > 0;
  if (parameterName === 'degree') return Number.isInteger(value) && value >= 0 && value <= 1000;
  return true;
}

/**
 * What `spec` names. @throws RangeError for an unknown name, a parameter that is not its own or out of range.
 */
export function resolveActivation(spec: ActivationSpec): ResolvedActivation {
  const given = (typeof spec === 'object' && spec !== null ? spec : { kind: spec }) as Record<
    string,
    unknown
  >;
  const name = given.kind as ActivationName;
  if (typeof name !== 'string' || !Object.hasOwn(activations, name)) {
    const known = Object.keys(activations);
    throw new RangeError(
      `activation must be one of ${known.join(', ')}; received ${String(name)}.${didYouMean(name, known)}`,
    );
  }
  const { kind, parameterName, defaultParameter, expected, smooth } = activations[name];
  for (const key of Object.keys(given)) {
    if (key === 'kind' || key === parameterName) continue;
    const own = parameterName ? `its parameter is ${parameterName}` : 'it has none';
    throw new RangeError(
      `${key} is no parameter of activation ${name}: ${own}; received ${String(given[key])}.${didYouMean(key, parameterName ? [parameterName] : [])}`,
    );
  }
  if (parameterName === undefined) return { name, kind, parameter: 0, smooth };
  const parameter = given[parameterName] ?? defaultParameter;
  if (!accepts(parameterName, parameter)) {
    throw new RangeError(
      `${parameterName} of activation ${name} must be ${expected}; received ${String(parameter)}.`,
    );
  }
  return { name, kind, parameter: parameter as number, smooth };
}

export interface Activated {
  readonly value: Float64Array;
  /** s'(x), for order ≥ 1. */
  readonly first?: Float64Array;
  /** s''(x), for order 2. */
  readonly second?: Float64Array;
}

/**
 * s(x), and its first and second derivative where `order` asks for them, element by element.
 * Range: every number but NaN, and finite frequency · x for sin; ±Infinity gives the limit.
 * Error: values within 4 ulp and first derivatives within 6 ulp, also in the tails; second derivatives within
 * 5e-16 of max(1, |answer|); hermite within 2e-14 of it up to degree 9. Where a parameter multiplies x, the
 * product is rounded first.
 */
export function activate(
  spec: ActivationSpec,
  x: ArrayLike<number>,
  options: { order?: 0 | 1 | 2 } = {},
): Activated {
  const activation = resolveActivation(spec);
  const { order = 0 } = knownOptions('activate', options, ['order']);
  if (order !== 0 && order !== 1 && order !== 2) {
    throw new RangeError(`order must be 0, 1 or 2; received ${String(order)}.`);
  }
  if (typeof x !== 'object' || x === null || !Number.isSafeInteger(x.length))
    throw new RangeError(
      `x of activation ${activation.name} must be an array of numbers; received ${inWords(x)}.`,
    );
  const finite = activation.kind === Activation.Sin;
  const n = x.length;
  for (let i = 0; i < n; i++) {
    const bad =
      typeof x[i] !== 'number' ||
      (finite ? !Number.isFinite(activation.parameter * x[i]!) : Number.isNaN(x[i]));
    if (!bad) continue;
    const expected = finite ? 'a number with finite frequency · x' : 'a number other than NaN';
    throw new RangeError(
      `x[${i}] of activation ${activation.name} must be ${expected}; received ${String(x[i])}.`,
    );
  }
  const core = sharedCore();
  return core.within((scope) => {
    const value = scope.from(x);
    const first = order >= 1 ? scope.f64(n) : undefined;
    const second = order === 2 ? scope.f64(n) : undefined;
    activateRow(core, activation, value, n, value, first, second);
    return { value: value.copy(), first: first?.copy(), second: second?.copy() };
  });
}
