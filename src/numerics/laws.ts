// The laws of independent entries that problems can name, all of mean 0 and variance 1: what they are called, which
// parameter they take, and their moments. Drawing from them is random.ts.
import { Law } from '../../assembly/abi.ts';
import { inWords } from './in-words.ts';
import { didYouMean } from './nearest.ts';

export type LawName = 'gaussian' | 'rademacher' | 'uniform' | 'student-t' | 'sparse' | 'skewed';

/** A law without parameter by its name, or a law with its parameter. */
export type LawSpec =
  | 'gaussian'
  | 'rademacher'
  | 'uniform'
  | 'skewed'
  | { law: 'gaussian' | 'rademacher' | 'uniform' | 'skewed' }
  | { law: 'student-t'; degreesOfFreedom: number }
  | { law: 'sparse'; density: number };

/** A law ready to be drawn from. */
export interface ResolvedLaw {
  readonly name: LawName;
  /** The number that the kernels know the law by. */
  readonly kind: Law;
  /** The law's parameter, 0 where it has none. */
  readonly parameter: number;
  /** E x³. */
  readonly skewness: number;
  /** E x⁴ (3 for the Gaussian), Infinity where the moment does not exist. */
  readonly kurtosis: number;
}

export interface LawDescription {
  readonly kind: Law;
  readonly description: string;
  readonly parameter?: { readonly name: 'degreesOfFreedom' | 'density'; readonly expected: string };
  readonly accepts: (parameter: number) => boolean;
  readonly skewness: number;
  readonly kurtosis: (parameter: number) => number;
}

const none = () => true;

export const LAWS: { readonly [name in LawName]: LawDescription } = {
  gaussian: {
    kind: Law.Gaussian,
    description: 'standard normal',
    accepts: none,
    skewness: 0,
    kurtosis: () => 3,
  },
  rademacher: {
    kind: Law.Rademacher,
    description: '+1 or -1 with probability 1/2 each',
    accepts: none,
    skewness: 0,
    kurtosis: () => 1,
  },
  uniform: {
    kind: Law.Uniform,
    description: 'uniform on [-√3, √3]',
    accepts: none,
    skewness: 0,
    kurtosis: () => 9 / 5,
  },
  'student-t': {
    kind: Law.StudentT,
    description: "Student's t scaled to variance 1: heavy tails of power -(degreesOfFreedom + 1)",
    parameter: { name: 'degreesOfFreedom', expected: 'a number above 2, at most 1e9' },
    accepts: (degrees) => degrees > 2 && degrees <= 1e9,
    skewness: 0,
    kurtosis: (degrees) => (degrees > 4 ? 3 + 6 / (degrees - 4) : Infinity),
  },
  sparse: {
    kind: Law.Sparse,
    description: '0 with probability 1 - density, else ±1/√density',
    parameter: { name: 'density', expected: 'a number from 1e-9 to 1' },
    accepts: (density) => density >= 1e-9 && density <= 1,
    skewness: 0,
    kurtosis: (density) => 1 / density,
  },
  skewed: {
    kind: Law.Skewed,
    description: 'exponential of mean 1, minus 1',
    accepts: none,
    skewness: 2,
    kurtosis: () => 9,
  },
};

const NAMES = Object.keys(LAWS) as LawName[];

/**
 * The law that a name, or a name with its parameter, stands for: `resolveLaw({ law: 'student-t', degreesOfFreedom: 5 })`.
 * @throws TypeError on an unknown name or property, RangeError on a parameter that is missing or outside its range.
 */
export function resolveLaw(spec: LawSpec): ResolvedLaw {
  const properties: Record<string, unknown> =
    typeof spec === 'string' ? { law: spec } : { ...(spec as object) };
  const { law: name, ...parameters } = properties;
  const law = NAMES.includes(name as LawName) ? LAWS[name as LawName] : undefined;
  if (law === undefined) {
    throw new TypeError(
      `law must be one of ${NAMES.join(', ')}; received ${inWords(name ?? spec)}.${didYouMean(name, NAMES)}`,
    );
  }
  const expected = law.parameter;
  const unknown = Object.keys(parameters).find((key) => key !== expected?.name);
  if (unknown !== undefined) {
    const takes = expected ? `takes ${expected.name}` : 'takes no parameter';
    throw new TypeError(
      `law '${name}' ${takes}; received the property ${unknown}.${didYouMean(unknown, expected ? [expected.name] : [])}`,
    );
  }
  let parameter = 0;
  if (expected) {
    const value = parameters[expected.name];
    if (typeof value !== 'number' || !law.accepts(value)) {
      throw new RangeError(
        `${expected.name} of law '${name}' must be ${expected.expected}; received ${String(value)}.`,
      );
    }
    parameter = value;
  }
  return Object.freeze({
    name: name as LawName,
    kind: law.kind,
    parameter,
    skewness: law.skewness,
    kurtosis: law.kurtosis(parameter),
  });
}
