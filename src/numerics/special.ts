// Elementary and special functions with the same bits on every engine: of one number, or element by element of an array.
// A function answers on the closure of its domain, with ±Infinity where that is the limit, and refuses the rest: NaN is
// never an answer. Errors are the largest that were seen over some 10^5 random and hard points, against 50 digits.
import type { Core } from '../../bindings/core.ts';
import { sharedCore } from '../../bindings/load.ts';
import * as kernels from '../../bindings/math.ts';

/** A function of a number, or of every element of an array. */
export interface Elementwise {
  (x: number): number;
  (x: ArrayLike<number>): Float64Array;
}

function refuse(f: string, parameter: string, expected: string, received: unknown): never {
  throw new RangeError(`${parameter} of ${f} must be ${expected}; received ${String(received)}.`);
}

/** Copies `values` after a look at every element that is not sure to be a number. */
function numbersOf(f: string, parameter: string, values: ArrayLike<number>): ArrayLike<number> {
  if (ArrayBuffer.isView(values)) return values;
  if (typeof values !== 'object' || values === null || !Number.isInteger(values.length)) {
    refuse(f, parameter, 'a number or an array of numbers', values);
  }
  for (let i = 0; i < values.length; i++) {
    if (typeof values[i] !== 'number') refuse(f, `${parameter}[${i}]`, 'a number', values[i]);
  }
  return values;
}

/** The place of the first NaN, or −1. */
function firstNaN(values: Float64Array): number {
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) return i;
  return -1;
}

function elementwise(f: kernels.Elementary, expected: string): Elementwise {
  function apply(x: number): number;
  function apply(x: ArrayLike<number>): Float64Array;
  function apply(x: number | ArrayLike<number>): number | Float64Array {
    const core: Core = sharedCore();
    if (typeof x === 'number') {
      const y = kernels.elementary(core, f, x);
      return Number.isNaN(y) ? refuse(f, 'x', expected, x) : y;
    }
    const given = numbersOf(f, 'x', x);
    return core.within((scope) => {
      const block = scope.from(given);
      kernels.elementaryMap(core, f, block, block, given.length);
      const y = block.copy();
      const bad = firstNaN(y);
      return bad < 0 ? y : refuse(f, `x[${bad}]`, expected, given[bad]);
    });
  }
  return apply;
}

/**
 * e^x. Overflows to Infinity beyond 709.78, underflows through the subnormals to 0 below −745.13.
 * Range: every number but NaN.
 * Error: at most 0.51 ulp for |x| ≤ 690, 2 ulp beyond.
 */
export const exp: Elementwise = elementwise('exp', 'a number other than NaN');

/**
 * The natural logarithm of x.
 * Range: x ≥ 0; log 0 = −Infinity.
 * Error: at most 1 ulp.
 */
export const log: Elementwise = elementwise('log', 'at least 0');

/**
 * e^x − 1, accurate near 0.
 * Range: every number but NaN; Infinity beyond 709.78.
 * Error: at most 1.7 ulp.
 */
export const expm1: Elementwise = elementwise('expm1', 'a number other than NaN');

/**
 * log(1 + x), accurate near 0.
 * Range: x ≥ −1; −Infinity at −1.
 * Error: at most 1.9 ulp.
 */
export const log1p: Elementwise = elementwise('log1p', 'at least -1');

/**
 * The hyperbolic tangent.
 * Range: every number but NaN.
 * Error: at most 2.5 ulp.
 */
export const tanh: Elementwise = elementwise('tanh', 'a number other than NaN');

/**
 * The error function 2/√π ∫₀ˣ exp(−t²) dt.
 * Range: every number but NaN.
 * Error: at most 1.9 ulp.
 */
export const erf: Elementwise = elementwise('erf', 'a number other than NaN');

/**
 * The sine of x radians, reduced exactly however large x is.
 * Range: every finite number.
 * Error: at most 1.1 ulp.
 */
export const sin: Elementwise = elementwise('sin', 'a finite number');

/**
 * The cosine of x radians, reduced exactly however large x is.
 * Range: every finite number.
 * Error: at most 1.1 ulp.
 */
export const cos: Elementwise = elementwise('cos', 'a finite number');

/**
 * The normal distribution function Φ(x), the probability that a standard normal variate is at most x.
 * Range: every number but NaN; 0 below −38.5.
 * Error: relative, at most 7e-16, also in the left tail, as long as the answer is a normal double (x ≥ −37.5).
 */
export const normalCdf: Elementwise = elementwise('normalCdf', 'a number other than NaN');

/**
 * The normal quantile Φ⁻¹(x), inverse of `normalCdf`.
 * Range: 0 ≤ x ≤ 1; ∓Infinity at the ends.
 * Error: relative, at most 9e-16.
 */
export const normalQuantile: Elementwise = elementwise('normalQuantile', 'in [0, 1]');

/**
 * log Γ(x).
 * Range: x ≥ 0; Infinity at 0 and beyond 2.5e305.
 * Error: relative, at most 8e-16, also next to the zeros at 1 and 2.
 */
export const lgamma: Elementwise = elementwise('lgamma', 'at least 0');

const POWER = 'an integer where x is negative';

/**
 * x^p; elementwise where x, p or both are arrays, a number going with every element of the other.
 * Range: x ≥ 0 with any p, x < 0 with integer p, neither of them NaN; 0^0 = 1 and 0^p = Infinity for p < 0.
 * Error: at most 0.51 ulp, 0.8 ulp where the answer is subnormal.
 */
export function pow(x: number, p: number): number;
export function pow(x: ArrayLike<number>, p: number | ArrayLike<number>): Float64Array;
export function pow(x: number, p: ArrayLike<number>): Float64Array;
export function pow(x: number | ArrayLike<number>, p: number | ArrayLike<number>): number | Float64Array {
  const core = sharedCore();
  if (typeof x === 'number' && typeof p === 'number') {
    const y = kernels.power(core, x, p);
    return Number.isNaN(y) ? refusePower('', x, p) : y;
  }
  const bases = typeof x === 'number' ? undefined : numbersOf('pow', 'x', x);
  const exponents = typeof p === 'number' ? undefined : numbersOf('pow', 'p', p);
  if (bases && exponents && bases.length !== exponents.length) {
    refuse(
      'pow',
      'p',
      `a number or an array of the length of x, ${bases.length}`,
      `length ${exponents.length}`,
    );
  }
  const n = (bases ?? exponents)!.length;
  return core.within((scope) => {
    const base = bases ? scope.from(bases) : scope.f64(n).fill(x as number);
    const exponent = exponents ? scope.from(exponents) : scope.f64(n).fill(p as number);
    const y = scope.f64(n);
    kernels.powerMap(core, base, exponent, y, n);
    const bad = firstNaN(y.view);
    return bad < 0 ? y.copy() : refusePower(`[${bad}]`, base.view[bad]!, exponent.view[bad]!);
  });
}

function refusePower(place: string, x: number, p: number): never {
  if (Number.isNaN(x)) return refuse('pow', `x${place}`, 'a number other than NaN', x);
  return refuse('pow', `p${place}`, Number.isNaN(p) ? 'a number other than NaN' : `${POWER} (x is ${x})`, p);
}
