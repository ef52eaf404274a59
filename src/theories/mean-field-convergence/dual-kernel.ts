// Expectations of products of activations, and of their slopes, over correlated Gaussians (K1), and the infinite-width
// kernels made of them: features of frozen layers and the tangent kernel (K2). Closed forms where there are any.
import { Activation } from '../../../assembly/abi.ts';
import { activateRow } from '../../../bindings/activation.ts';
import type { Core } from '../../../bindings/core.ts';
import { gemmScratchFor, syrk } from '../../../bindings/linalg.ts';
import {
  type ActivationSpec,
  type ResolvedActivation,
  resolveActivation,
} from '../../numerics/activation.ts';
import { analyticityOf } from '../../numerics/analyticity.ts';
import { arccosine, arcsine } from '../../numerics/arcsine.ts';
import { productOf, rescaled, smoothGaussianRule } from '../../numerics/gaussian-rule.ts';
import { exp } from '../../numerics/special.ts';
import type { Rows } from './inputs.ts';
import type { MeanFieldProblem } from './problem.ts';

/** Which of the two: E s(u) s(v), or E s'(u) s'(v). */
export type Order = 0 | 1;

type Dual = (k11: number, k12: number, k22: number) => number;

const TWO_PI = 2 * Math.PI;

/** relu and leaky relu of slope b, by the angle between u and v. */
function kinkedDual(b: number, order: Order): Dual {
  return (k11, k12, k22) => {
    const norm = Math.sqrt(k11 * k22);
    const cosine = norm > 0 ? Math.max(-1, Math.min(1, k12 / norm)) : 1;
    const angle = arccosine(cosine);
    if (order === 1) return ((1 - b) * (1 - b) * (Math.PI - angle)) / TWO_PI + b * (1 - b) + b * b;
    const sine = Math.sqrt(Math.max(0, (1 - cosine) * (1 + cosine)));
    const rectified = (norm * (sine + (Math.PI - angle) * cosine)) / TWO_PI;
    return (1 - b) * (1 - b) * rectified + b * (1 - b) * k12 + b * b * k12;
  };
}

/** erf(r u). */
function erfDual(r: number, order: Order): Dual {
  const s = 2 * r * r;
  return (k11, k12, k22) => {
    const q = (1 + s * k11) * (1 + s * k22);
    if (order === 0) return (2 / Math.PI) * arcsine(Math.max(-1, Math.min(1, (s * k12) / Math.sqrt(q))));
    return (4 * r * r) / Math.PI / Math.sqrt(q - s * s * k12 * k12);
  };
}

function closedForm({ kind, parameter }: ResolvedActivation, order: Order): Dual | undefined {
  switch (kind) {
    case Activation.Identity:
      return order === 0 ? (_, k12) => k12 : () => 1;
    case Activation.Relu:
      return kinkedDual(0, order);
    case Activation.LeakyRelu:
      return kinkedDual(parameter, order);
    case Activation.Erf:
      return erfDual(1, order);
    case Activation.ErfSqrt2:
      return erfDual(Math.SQRT1_2, order);
    case Activation.Sin: {
      const w = parameter * parameter;
      return (k11, k12, k22) => {
        const [near, far] = [k11 + k22 - 2 * k12, k11 + k22 + 2 * k12].map((v) => exp((-w * v) / 2));
        return order === 0 ? (near! - far!) / 2 : (w * (near! + far!)) / 2;
      };
    }
    default:
      return undefined;
  }
}

/** Whether both orders have a closed form; otherwise they are expanded. */
export const isClosed = (spec: Parameters<typeof resolveActivation>[0]): boolean =>
  closedForm(resolveActivation(spec), 0) !== undefined;

/**
 * E s(u) s(v) (order 0) or E s'(u) s'(v) (order 1) over `rows` × `columns` pairs of Gaussians with covariances `cross`
 * and variances `left` and `right`. `symmetric`: the left ones are the right ones.
 */
export function dualActivation(
  core: Core,
  spec: ActivationSpec,
  order: Order,
  left: ArrayLike<number>,
  cross: ArrayLike<number>,
  right: ArrayLike<number>,
  symmetric = false,
): Float64Array {
  const activation = resolveActivation(spec);
  const rows = left.length;
  const columns = right.length;
  const closed = closedForm(activation, order);
  if (!closed) return mehler(core, activation, order, left, cross, right);
  const out = new Float64Array(rows * columns);
  for (let a = 0; a < rows; a++) {
    for (let b = symmetric ? a : 0; b < columns; b++) {
      const value = closed(left[a]!, cross[a * columns + b]!, right[b]!);
      out[a * columns + b] = value;
      if (symmetric) out[b * columns + a] = value;
    }
  }
  return out;
}

/** Terms of Mehler's expansion. */
const TERMS = 400;
/** What the terms left out may amount to, relative to the root of E s(u)² E s(v)². */
const ENOUGH = 1e-12;

interface HermiteRows {
  /** TERMS numbers E s(√k x) h_j(x) for each variance k. */
  readonly coefficients: Float64Array;
  /** E s(√k x)². */
  readonly squares: Float64Array;
  /** What of the square is beyond the last term. */
  readonly tails: Float64Array;
}

/** Coefficients of s(√k x), or of s'(√k x), in orthonormal Hermite polynomials. */
function hermiteRows(
  core: Core,
  activation: ResolvedActivation,
  order: Order,
  variances: ArrayLike<number>,
): HermiteRows {
  const count = variances.length;
  const coefficients = new Float64Array(count * TERMS);
  const squares = new Float64Array(count);
  const tails = new Float64Array(count);
  const known = new Map<number, number>();
  for (let a = 0; a < count; a++) {
    const variance = variances[a]!;
    const twin = known.get(variance);
    if (twin !== undefined) {
      coefficients.copyWithin(a * TERMS, twin * TERMS, (twin + 1) * TERMS);
      squares[a] = squares[twin]!;
      tails[a] = tails[twin]!;
      continue;
    }
    known.set(variance, a);
    const { nodes, weights } = ruleFor(activation, variance);
    const values = activated(core, activation, order, nodes, Math.sqrt(variance), 0);
    let before = new Float64Array(nodes.length);
    let here = new Float64Array(nodes.length).fill(1);
    for (let k = 0; k < nodes.length; k++) squares[a]! += weights[k]! * values[k]! * values[k]!;
    let rest = squares[a]!;
    for (let j = 0; j < TERMS; j++) {
      let sum = 0;
      const next = before;
      const root = Math.sqrt(j);
      const up = 1 / Math.sqrt(j + 1);
      for (let k = 0; k < nodes.length; k++) {
        sum += weights[k]! * values[k]! * here[k]!;
        next[k] = (nodes[k]! * here[k]! - root * before[k]!) * up;
      }
      coefficients[a * TERMS + j] = sum;
      rest -= sum * sum;
      before = here;
      here = next;
    }
    tails[a] = Math.max(0, rest);
  }
  return { coefficients, squares, tails };
}

/** A rule for s(√k x)² and for s(√k x) times the Hermite polynomials, which oscillate like cos(√j x) under the weight. */
function ruleFor(activation: ResolvedActivation, variance: number) {
  const scaled = rescaled(analyticityOf(activation), Math.sqrt(variance));
  const square = productOf(scaled, scaled);
  return smoothGaussianRule({ ...square, frequency: square.frequency + 1.2 * Math.sqrt(TERMS) });
}

/** s(scale x + shift), or s' there. */
function activated(
  core: Core,
  activation: ResolvedActivation,
  order: Order,
  x: Float64Array,
  scale: number,
  shift: number,
): Float64Array {
  return core.within((scope) => {
    const block = scope.from(x.map((z) => scale * z + shift));
    const slopes = order === 1 ? scope.f64(x.length) : undefined;
    activateRow(core, activation, block, x.length, block, slopes);
    return (slopes ?? block).copy();
  });
}

/** Smooth activations: Σ_j a_j(k11) a_j(k22) c^j, and a tensor rule where the terms beyond the last still count. */
function mehler(
  core: Core,
  activation: ResolvedActivation,
  order: Order,
  left: ArrayLike<number>,
  cross: ArrayLike<number>,
  right: ArrayLike<number>,
): Float64Array {
  const [rows, columns] = [left.length, right.length];
  const a = hermiteRows(core, activation, order, left);
  const b = left === right ? a : hermiteRows(core, activation, order, right);
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < columns; k++) {
      const norm = Math.sqrt(left[i]! * right[k]!);
      const c = norm > 0 ? Math.max(-1, Math.min(1, cross[i * columns + k]! / norm)) : 0;
      if (c === 1 && left[i] === right[k]) {
        out[i * columns + k] = a.squares[i]!;
        continue;
      }
      // |c|^TERMS of what is left of both.
      let missing = Math.sqrt(a.tails[i]! * b.tails[k]!);
      for (let j = 0; j < TERMS && missing > 0; j += 20) missing *= twentiethPower(Math.abs(c));
      if (missing > ENOUGH * Math.sqrt(a.squares[i]! * b.squares[k]!)) {
        out[i * columns + k] = tensorDual(core, activation, order, left[i]!, c, right[k]!);
        continue;
      }
      let sum = 0;
      let power = 1;
      for (let j = 0; j < TERMS && Math.abs(power) > 1e-19; j++) {
        sum += a.coefficients[i * TERMS + j]! * b.coefficients[k * TERMS + j]! * power;
        power *= c;
      }
      out[i * columns + k] = sum;
    }
  }
  return out;
}

function twentiethPower(c: number): number {
  const fourth = c * c * c * c;
  const eighth = fourth * fourth;
  return eighth * eighth * fourth;
}

/** E over u = √k11 x, v = √k22 (c x + √(1 - c²) y) by a product of trapezoidal rules. */
function tensorDual(
  core: Core,
  activation: ResolvedActivation,
  order: Order,
  k11: number,
  c: number,
  k22: number,
): number {
  const { nodes, weights } = ruleFor(activation, Math.max(k11, k22));
  const first = activated(core, activation, order, nodes, Math.sqrt(k11), 0);
  const spread = Math.sqrt(k22 * Math.max(0, (1 - c) * (1 + c)));
  let total = 0;
  for (let i = 0; i < nodes.length; i++) {
    const inner = activated(core, activation, order, nodes, spread, Math.sqrt(k22) * c * nodes[i]!);
    let sum = 0;
    for (let k = 0; k < nodes.length; k++) sum += weights[k]! * inner[k]!;
    total += weights[i]! * first[i]! * sum;
  }
  return total;
}

const diagonal = (matrix: Float64Array, n: number): Float64Array =>
  Float64Array.from({ length: n }, (_, a) => matrix[a * (n + 1)]!);

/** Σ of the last of infinitely wide frozen layers over all training rows, then all test rows. */
export function featureKernel(
  core: Core,
  layers: MeanFieldProblem['model']['frozenLayers'],
  train: Rows,
  test: Rows | undefined,
): Float64Array {
  const d = train.dimension;
  const count = train.count + (test?.count ?? 0);
  let kernel = core.within((scope) => {
    const X = scope.f64(count * d);
    X.set(train.X);
    if (test) X.set(test.X, train.count * d);
    const out = scope.f64(count * count);
    const scratch = scope.f64(gemmScratchFor(core, count, count, d));
    syrk(core, count, d, X, d, out, count, scratch);
    return out.copy();
  });
  let inputs = d;
  for (const { activation, weightVariance, biasVariance } of layers) {
    const covariance = kernel.map((k) => (weightVariance * k) / inputs + biasVariance);
    const variances = diagonal(covariance, count);
    kernel = dualActivation(core, activation as ActivationSpec, 0, variances, covariance, variances, true);
    inputs = 1;
  }
  return kernel;
}

/** Θ of (K2) for pre-activations of covariance factor² G: between training rows, and between training and test rows. */
export function tangentKernel(
  core: Core,
  activation: ActivationSpec,
  factor: number,
  gram: Float64Array,
  n: number,
  test?: { readonly cross: Float64Array; readonly norms: Float64Array },
): { train: Float64Array; cross?: Float64Array } {
  const square = factor * factor;
  const scaled = (values: Float64Array) => values.map((value) => square * value);
  const variances = scaled(diagonal(gram, n));
  const slopes = dualActivation(core, activation, 1, variances, scaled(gram), variances, true);
  const train = slopes.map((value, k) => value * gram[k]!);
  if (!test) return { train };
  const crossSlopes = dualActivation(core, activation, 1, variances, scaled(test.cross), scaled(test.norms));
  return { train, cross: crossSlopes.map((value, k) => value * test.cross[k]!) };
}
