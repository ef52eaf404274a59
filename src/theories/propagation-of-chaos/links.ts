// Activation and target as series in normalised Hermite polynomials, and the two scalar series of overlaps that carry the
// whole population problem: (L1), (L2), (L3). Knows no dynamics and no sphere.
import { type ActivationSpec, activate, resolveActivation } from '../../numerics/activation.ts';
import { analyticityOf } from '../../numerics/analyticity.ts';
import { productOf, smoothGaussianRule, splitGaussianRule } from '../../numerics/gaussian-rule.ts';
import { exp } from '../../numerics/special.ts';

/** A function of one number, as a config names it. */
export type FunctionSpec =
  | ActivationSpec
  | { readonly kind: 'hermite-series'; readonly coefficients: readonly number[] }
  | { readonly kind: 'bump'; readonly rate?: number }
  | { readonly kind: 'ge4' };

export interface HermiteSeries {
  /** c_0..c_K of Σ c_k h_k. */
  readonly coefficients: Float64Array;
  /** Highest degree with a component; Infinity where the function is no polynomial. */
  readonly exactDegree: number;
  /** Share of E f² that lies above K; 0 for polynomials of degree ≤ K. */
  readonly tail: number;
  /** Share of E f'² that lies above K, undefined where f has a jump and E f'² does not exist. */
  readonly slopeTail: number | undefined;
}

/** Everything that the dynamics know of activation and target. Arrays have K + 1 entries; do not write to them. */
export interface Links {
  /** K, the degree of the truncation. */
  readonly degree: number;
  /** c_k, of the activation. */
  readonly activation: Float64Array;
  /** b_k, of the target. */
  readonly target: Float64Array;
  /** Q(s) = Σ c_k² s^k, between neurons. */
  readonly Q: Float64Array;
  /** T(s) = Σ b_k c_k s^k, between a neuron and the target. */
  readonly T: Float64Array;
  /** Σ b_k². */
  readonly targetSquare: number;
  /** k* = min{k ≥ 1 : b_k ≠ 0}; Infinity for a constant target. */
  readonly informationExponent: number;
  /** The smallest k ≥ 1 with b_k c_k ≠ 0: what is learned first; Infinity where nothing is. */
  readonly learnedExponent: number;
  /** Target and activation are the same function. */
  readonly wellSpecified: boolean;
  /** Of Q and T together, whose constants do not count. Even: everything is symmetric in the overlap. */
  readonly parity: 'even' | 'odd' | 'mixed';
  readonly activationSeries: HermiteSeries;
  readonly targetSeries: HermiteSeries;
}

/** Coefficients below this share of the function's norm are rounding. */
const ROUNDING = 1e-12;
const INVERSE_SQRT_2PI = 0.3989422804014327;
const SQRT_2_OVER_PI = 0.7978845608028654;
const SQRT_3 = 1.7320508075688772;

/** h_0(z)..h_K(z), (L1). */
export function hermiteValues(degree: number, z: number): Float64Array {
  const h = new Float64Array(degree + 1);
  h[0] = 1;
  if (degree > 0) h[1] = z;
  for (let k = 1; k < degree; k++) h[k + 1] = (z * h[k]! - Math.sqrt(k) * h[k - 1]!) / Math.sqrt(k + 1);
  return h;
}

const kindOf = (spec: FunctionSpec): string => (typeof spec === 'string' ? spec : spec.kind);

/** Degree of a polynomial, Infinity for any other function. */
export function exactDegreeOf(spec: FunctionSpec): number {
  switch (kindOf(spec)) {
    case 'identity':
      return 1;
    case 'quadratic':
      return 2;
    case 'hermite':
      return resolveActivation(spec as ActivationSpec).parameter;
    case 'hermite-series': {
      const { coefficients } = spec as { coefficients: readonly number[] };
      return coefficients.reduce((last, value, k) => (value !== 0 ? k : last), 0);
    }
    default:
      return Number.POSITIVE_INFINITY;
  }
}

/** The series of `spec` up to `degree`, (L2). */
export function hermiteSeries(spec: FunctionSpec, degree: number): HermiteSeries {
  const { coefficients, square, slopeSquare } = expansion(spec, degree);
  const exactDegree = exactDegreeOf(spec);
  let norm = 0;
  for (const c of coefficients) norm += c * c;
  const scale = ROUNDING * Math.sqrt(Math.max(norm, square));
  for (let k = 0; k <= degree; k++) if (Math.abs(coefficients[k]!) <= scale) coefficients[k] = 0;
  const share = (kept: number, whole: number) => (whole > 0 ? Math.max(0, 1 - kept / whole) : 0);
  const polynomial = exactDegree <= degree;
  let slope = 0;
  for (let k = 1; k <= degree; k++) slope += k * coefficients[k]! * coefficients[k]!;
  return {
    coefficients,
    exactDegree,
    tail: polynomial ? 0 : share(norm, square),
    slopeTail: polynomial ? 0 : slopeSquare === undefined ? undefined : share(slope, slopeSquare),
  };
}

/** Coefficients, E f² and E f'² (undefined where it does not exist). */
function expansion(
  spec: FunctionSpec,
  degree: number,
): { coefficients: Float64Array; square: number; slopeSquare: number | undefined } {
  const c = new Float64Array(degree + 1);
  const kind = kindOf(spec);
  if (kind === 'hermite-series') {
    const given = (spec as { coefficients: readonly number[] }).coefficients;
    let square = 0;
    let slopeSquare = 0;
    given.forEach((value, k) => {
      if (k <= degree) c[k] = value;
      square += value * value;
      slopeSquare += k * value * value;
    });
    return { coefficients: c, square, slopeSquare };
  }
  if (kind === 'bump') {
    const rate = (spec as { rate?: number }).rate ?? 1;
    const step = -rate / (1 + 2 * rate);
    const front = 1 / Math.sqrt(1 + 2 * rate);
    for (let p = 0, term = front; 2 * p <= degree; p++) {
      c[2 * p] = term;
      // sqrt((2p + 2)!)/(p + 1)! over sqrt((2p)!)/p!.
      term *= (step * Math.sqrt((2 * p + 1) * (2 * p + 2))) / (p + 1);
    }
    const narrow = 1 / Math.sqrt(1 + 4 * rate);
    return { coefficients: c, square: narrow, slopeSquare: 4 * rate * rate * narrow * narrow * narrow };
  }
  if (kind === 'ge4') {
    // A_p = sqrt((2p)!)/p! (-1)^p, and 3^(-p).
    for (let p = 0, front = 1, power = 1; 2 * p <= degree; p++) {
      c[2 * p] = 5 * front * power * ((1 + 2 * p) / (3 * SQRT_3) - p / SQRT_3);
      front *= -Math.sqrt((2 * p + 1) * (2 * p + 2)) / (p + 1);
      power /= 3;
    }
    c[0] = 0;
    if (degree >= 2) c[2] = 0;
    // E of z^2p e^(-2z²) is (2p - 1)!! 5^(-p - 1/2).
    const moment = (p: number) => [1, 1, 3, 15][p]! / ([1, 5, 25, 125][p]! * 2.23606797749979);
    return {
      coefficients: c,
      square: 25 * (moment(2) - 1 / 27),
      slopeSquare: 100 * (moment(1) - 2 * moment(2) + moment(3)),
    };
  }
  return activationExpansion(spec as ActivationSpec, c);
}

function activationExpansion(
  spec: ActivationSpec,
  c: Float64Array,
): { coefficients: Float64Array; square: number; slopeSquare: number | undefined } {
  const degree = c.length - 1;
  const activation = resolveActivation(spec);
  const { name, parameter } = activation;
  const put = (k: number, value: number) => {
    if (k <= degree) c[k] = value;
  };
  switch (name) {
    case 'identity':
      put(1, 1);
      return { coefficients: c, square: 1, slopeSquare: 1 };
    case 'quadratic':
      put(0, 1);
      put(2, Math.sqrt(2));
      return { coefficients: c, square: 3, slopeSquare: 4 };
    case 'hermite':
      put(parameter, 1);
      return { coefficients: c, square: 1, slopeSquare: parameter };
    case 'relu':
    case 'leaky-relu': {
      const slope = name === 'leaky-relu' ? parameter : 0;
      const rest = 1 - slope;
      put(0, rest * INVERSE_SQRT_2PI);
      // (k - 3)!!/sqrt(k!) from k to k + 2: times (k - 1)/sqrt((k + 1)(k + 2)).
      for (let k = 2, term = rest * INVERSE_SQRT_2PI * Math.sqrt(0.5); k <= degree; k += 2) {
        c[k] = term;
        term *= -(k - 1) / Math.sqrt((k + 1) * (k + 2));
      }
      put(1, slope + 0.5 * rest);
      const half = 0.5 * (1 + slope * slope);
      return { coefficients: c, square: half, slopeSquare: half };
    }
    case 'sign':
      for (let k = 1, term = SQRT_2_OVER_PI; k <= degree; k += 2) {
        c[k] = term;
        term *= -k / Math.sqrt((k + 1) * (k + 2));
      }
      return { coefficients: c, square: 1, slopeSquare: undefined };
    case 'sin': {
      const square = parameter * parameter;
      for (let k = 1, term = parameter * exp(-0.5 * square); k <= degree; k += 2) {
        c[k] = term;
        term *= -square / Math.sqrt((k + 1) * (k + 2));
      }
      const twice = exp(-2 * square);
      return { coefficients: c, square: 0.5 * (1 - twice), slopeSquare: 0.5 * square * (1 + twice) };
    }
    default: {
      const own = analyticityOf(activation);
      const other = { strip: Number.POSITIVE_INFINITY, frequency: 0, rate: 0, degree };
      const wide = own.degree > degree ? own : other;
      const { nodes, weights } = activation.smooth
        ? smoothGaussianRule(productOf(own, productOf(own, wide)))
        : splitGaussianRule();
      const { value, first } = activate(spec, nodes, { order: 1 });
      let square = 0;
      let slopeSquare = 0;
      for (let i = 0; i < nodes.length; i++) {
        const h = hermiteValues(degree, nodes[i]!);
        const weighted = weights[i]! * value[i]!;
        for (let k = 0; k <= degree; k++) c[k]! += weighted * h[k]!;
        square += weighted * value[i]!;
        slopeSquare += weights[i]! * first![i]! * first![i]!;
      }
      return { coefficients: c, square, slopeSquare };
    }
  }
}

/** The degree that a problem is truncated at: that of the polynomials where both are, else `asked`. */
export function truncationDegree(activation: FunctionSpec, target: FunctionSpec, asked: number): number {
  const exact = Math.max(exactDegreeOf(activation), exactDegreeOf(target));
  return Number.isFinite(exact) ? exact : asked;
}

/** Activation and target up to `degree`. `target` undefined: the activation itself, the well-specified case. */
export function linksOf(activation: FunctionSpec, target: FunctionSpec | undefined, degree: number): Links {
  const activationSeries = hermiteSeries(activation, degree);
  const targetSeries = target === undefined ? activationSeries : hermiteSeries(target, degree);
  return linksOfSeries(activationSeries, targetSeries);
}

/** Links of two given series of one length. */
export function linksOfSeries(activationSeries: HermiteSeries, targetSeries: HermiteSeries): Links {
  const c = activationSeries.coefficients;
  const b = targetSeries.coefficients;
  const degree = c.length - 1;
  const Q = c.map((value) => value * value);
  const T = c.map((value, k) => value * b[k]!);
  const first = (series: Float64Array) => {
    const at = series.findIndex((value, k) => k > 0 && value !== 0);
    return at < 0 ? Number.POSITIVE_INFINITY : at;
  };
  const none = (remainder: number) => Q.every((value, k) => k === 0 || k % 2 !== remainder || value === 0);
  return {
    degree,
    activation: c,
    target: b,
    Q,
    T,
    targetSquare: b.reduce((sum, value) => sum + value * value, 0),
    informationExponent: first(b),
    learnedExponent: first(T),
    wellSpecified: c.every((value, k) => value === b[k]),
    parity: none(1) ? 'even' : none(0) ? 'odd' : 'mixed',
    activationSeries,
    targetSeries,
  };
}

/** ½ Σ b_k² over the degrees that the activation lacks: no network has less loss. */
export function irreducibleLoss({ activation, target }: Links): number {
  let sum = 0;
  target.forEach((b, k) => {
    if (activation[k] === 0) sum += b * b;
  });
  return 0.5 * sum;
}

/** Σ a_k s^k. */
export function polynomial(a: ArrayLike<number>, s: number): number {
  let sum = 0;
  for (let k = a.length - 1; k >= 0; k--) sum = sum * s + a[k]!;
  return sum;
}

/** Coefficients of the derivative of Σ a_k s^k; one fewer, at least one. */
export function derivativeOf(a: ArrayLike<number>): Float64Array {
  const out = new Float64Array(Math.max(1, a.length - 1));
  for (let k = 1; k < a.length; k++) out[k - 1] = k * a[k]!;
  return out;
}
