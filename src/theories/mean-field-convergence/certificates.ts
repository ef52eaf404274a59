// Rates that are guaranteed for all later times, from a state at one time: (C1)-(C4) and (C8). Knows no integration: the state
// is pre-activations, a loss and what does not change.
import type { Block, Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import { hadamard } from '../../../bindings/linalg.ts';
import { power } from '../../../bindings/math.ts';
import {
  activeCounts,
  activeCountsScratch,
  passScratch,
  type StateBlock,
  windowMeans,
} from '../../../bindings/mean-field-convergence.ts';
import { exp, normalCdf } from '../../numerics/special.ts';
import type { Ensemble } from './ensemble.ts';
import { kinkedSlopes } from './flow.ts';
import { spectrumOf } from './kernel-matrix.ts';
import { isKinked, type TrainedActivation } from './slopes.ts';
import { doublesOf, stateBlock } from './state.ts';

export interface Certificate {
  /** r with L(t) <= L e^{-rt}; 0: none. */
  readonly rate: number;
  /** The rate if nothing moved. */
  readonly ceiling: number;
  /** D of (C4), where the condition holds. */
  readonly displacement?: number;
  /** alpha_min; absent where no scale is certified. */
  readonly threshold?: number;
}

export interface Certificates {
  readonly schur: Certificate;
  readonly jacobian?: Certificate;
  readonly frozen?: Certificate;
  /** The best rate of all. */
  readonly rate: number;
  /** Which one has it, an index of CERTIFICATES; 0: none has one. */
  readonly best: number;
  /** The smallest scale that any of them certifies, where it is known. */
  readonly threshold?: number;
}

/** Names of (C1) to (C3) as diagnostics tell them. */
export const CERTIFICATES = ['none', 'schur', 'jacobian', 'frozen'] as const;
export type CertificateName = (typeof CERTIFICATES)[number];

/** Eigenvalues of G below this share of the largest count as 0. */
const NULL_SHARE = 1e-12;
const SCHUR_GRID = 2048;
const FROZEN_GRID = 512;
/** Points of the sum that gives the threshold of (C3): each is an eigenproblem. */
const FROZEN_THRESHOLD_GRID = 32;
const DOUBLINGS = 8;
/** Points of the coarse sums that rule out a range before the fine one is made. */
const COARSE = [24, 240];
/** Points that rule out all ranges at once: as many up to the first range as on each doubling of it. */
const ROUGH = 6;
/** An eigenvalue of the frozen part below this is 0. */
const FROZEN_NULL = 1e-14;

/** What of an ensemble certificates use and training does not change; computed once. */
export class CertificateGround {
  readonly smallest: number;
  readonly largest: number;
  /** g_a of (C1). */
  readonly speeds: Float64Array;
  readonly core: Core;
  readonly ensemble: Ensemble;

  constructor(core: Core, ensemble: Ensemble) {
    const { gram, samples: n, activation } = ensemble;
    this.core = core;
    this.ensemble = ensemble;
    const { smallest, largest } = spectrumOf(core, gram, n);
    this.smallest = smallest <= NULL_SHARE * largest ? 0 : smallest;
    this.largest = largest;
    this.speeds = speedBounds(gram.copy(0, n * n), n, activation);
  }

  /** All certificates of the state H with loss `loss`; `averages` are 1/m. Thresholds cost most; leave them out along a run. */
  certify(
    H: StateBlock,
    averages: Block,
    loss: number,
    smallestTangent: number,
    { thresholds: wanted = true } = {},
  ): Certificates {
    const { activation, weights } = this.ensemble;
    const schur = this.schur(H, averages, loss, wanted);
    const jacobian = activation.curvature === undefined ? undefined : this.jacobian(smallestTangent, loss);
    // Where G is singular, (C1) has no threshold and (C3) is asked for one.
    const frozen =
      isKinked(activation) && !weights ? this.frozen(H, loss, wanted && this.smallest === 0) : undefined;
    const all = [schur, jacobian, frozen];
    const thresholds = all.flatMap((one) => (one?.threshold === undefined ? [] : [one.threshold]));
    const rates = all.map((one) => one?.rate ?? 0);
    const rate = Math.max(...rates);
    return {
      schur,
      ...(jacobian && { jacobian }),
      ...(frozen && { frozen }),
      rate,
      best: rate > 0 ? 1 + rates.indexOf(rate) : 0,
      ...(thresholds.length > 0 && { threshold: Math.min(...thresholds) }),
    };
  }

  /** Abar of (C1) at s, as long as the scope lives. */
  #slopeFloor(scope: Scope, H: StateBlock, averages: Block): (s: number) => number {
    const { activation, rows: m, samples: n, weights } = this.ensemble;
    const { core, speeds } = this;
    if (isKinked(activation) && !weights) return sortedFloor(H, m, n, speeds, activation.flattest);
    const wide = doublesOf(scope, H);
    return (s) =>
      core.within((inner) => {
        const reach = inner.from(speeds.map((g) => g * s));
        const out = inner.f64(n);
        const scratch = inner.f64(2 * passScratch(core, n));
        windowMeans(core, activation, activation.even, wide, reach, averages, m, n, out, scratch);
        return out.view.reduce((least, value) => Math.min(least, value));
      });
  }

  /** (C1). */
  schur(H: StateBlock, averages: Block, loss: number, wanted = true): Certificate {
    return this.core.within((scope) => this.#schur(this.#slopeFloor(scope, H, averages), loss, wanted));
  }

  #schur(floor: (s: number) => number, loss: number, wanted: boolean): Certificate {
    const { samples: n, scale, activation } = this.ensemble;
    const first = floor(0);
    const certificate = solve({
      lambda: (s) => this.smallest * floor(s),
      nothing: 0,
      grid: SCHUR_GRID,
      scale,
      n,
      loss,
    });
    const ceiling = (2 / n) * this.smallest * first;
    if (this.smallest === 0) return { rate: 0, ceiling: 0 };
    const least = activation.flattest * activation.flattest;
    if (least > 0) {
      const always = (2 / n) * this.smallest * least;
      return { ...certificate, rate: Math.max(certificate.rate, always), ceiling, threshold: 0 };
    }
    if (first === 0 || !wanted) return { ...certificate, ceiling };
    const threshold = (n * Math.sqrt(loss)) / (this.smallest * integralOf(floor, first));
    return { ...certificate, ceiling, threshold };
  }

  /** (C2), from the smallest eigenvalue of K. */
  jacobian(smallestTangent: number, loss: number): Certificate {
    const { samples: n, scale, activation } = this.ensemble;
    const start = Math.max(0, smallestTangent);
    const ceiling = (2 / n) * start;
    if (start <= NULL_SHARE * this.largest) return { rate: 0, ceiling: 0 };
    const fastest = this.speeds.reduce((most, g) => Math.max(most, g));
    const c = activation.curvature! * fastest * Math.sqrt(this.largest);
    const root = start * Math.sqrt(start);
    const need = 3 * c * n * Math.sqrt(loss);
    const left = root - need / scale;
    const rate = left > 0 ? (2 / n) * power(this.core, left, 2 / 3) : 0;
    return { rate, ceiling, threshold: need / root };
  }

  /** (C3). */
  frozen(H: StateBlock, loss: number, wanted = false): Certificate {
    const { core, speeds } = this;
    const { rows: m, samples: n, scale, activation, gram } = this.ensemble;
    return core.within((scope) => {
      // Neurons by the displacement up to which they are frozen, the last to move first.
      const margins = new Float64Array(m);
      const h = H.view;
      for (let i = 0; i < m; i++) {
        let margin = Number.POSITIVE_INFINITY;
        for (let a = 0; a < n; a++) margin = Math.min(margin, Math.abs(h[i * n + a]!) / speeds[a]!);
        margins[i] = margin;
      }
      const order = Array.from(margins.keys()).sort((i, j) => margins[j]! - margins[i]! || i - j);
      const sorted = stateBlock(scope, this.ensemble.dtype, m * n);
      order.forEach((i, place) => {
        sorted.set(H.view.subarray(i * n, (i + 1) * n), place * n);
      });
      const ranked = Float64Array.from(order, (i) => margins[i]!);
      const K = scope.f64(n * n);
      const scratch = scope.f64(activeCountsScratch(core, m, n, this.ensemble.dtype === 'float32'));
      const known = new Map<number, number>();
      const smallest = (count: number) => {
        let value = known.get(count);
        if (value === undefined) {
          activeCounts(core, sorted, count, n, K, scratch);
          kinkedSlopes(K.view, n, count, m, activation.flattest);
          hadamard(core, K, gram, K, n * n);
          value = spectrumOf(core, K, n).smallest;
          known.set(count, value);
        }
        return value;
      };
      const lambda = (s: number) => {
        const count = countAbove(ranked, s);
        return count === 0 ? 0 : smallest(count);
      };
      const first = lambda(0);
      const ceiling = Math.max(0, (2 / n) * first);
      const integral = wanted && first > FROZEN_NULL ? frozenIntegral(lambda, ranked) : 0;
      const threshold = integral > 0 ? (n * Math.sqrt(loss)) / integral : undefined;
      const found = { ceiling, ...(threshold !== undefined && { threshold }) };
      // All of the integral is below lambda(0) times the largest margin.
      if (first <= FROZEN_NULL || (scale / n) * first * ranked[0]! < Math.sqrt(loss))
        return { rate: 0, ...found };
      return { ...solve({ lambda, nothing: FROZEN_NULL, grid: FROZEN_GRID, scale, n, loss }), ...found };
    });
  }
}

/** g_a = M |G_a| √(2/n). */
export function speedBounds(gram: Float64Array, n: number, activation: TrainedActivation): Float64Array {
  return Float64Array.from({ length: n }, (_, a) => {
    let square = 0;
    for (let b = 0; b < n; b++) square += gram[a * n + b]! * gram[a * n + b]!;
    return activation.steepest * Math.sqrt(square) * Math.sqrt(2 / n);
  });
}

interface Condition {
  readonly lambda: (s: number) => number;
  /** Values up to this one count as 0. */
  readonly nothing: number;
  readonly grid: number;
  readonly scale: number;
  readonly n: number;
  readonly loss: number;
}

/** (C4) by sums over right end points, on ranges that double. */
function solve({ lambda, nothing, grid, scale, n, loss }: Condition): Certificate {
  const first = lambda(0);
  if (!(first > nothing)) return { rate: 0, ceiling: 0 };
  const need = Math.sqrt(loss);
  const base = (need * n) / (scale * first);
  if (!mayReach((need * n) / scale, lambda, base)) return { rate: 0, ceiling: 0 };
  for (let doubling = 0, range = base; doubling <= DOUBLINGS; doubling++, range *= 2) {
    if (COARSE.some((points) => upperSum(lambda, range, points) * (scale / n) < need)) continue;
    const step = range / grid;
    let total = 0;
    for (let k = 1; k <= grid; k++) {
      const value = lambda(k * step);
      if (!(value > nothing)) return { rate: 0, ceiling: 0 };
      total += value * step;
      // What is left cannot be more than this value over the rest of the range.
      if (((scale * (total + (grid - k) * step * value)) / n) * (1 + 1e-9) < need) break;
      if ((scale * total) / n >= need) {
        return { rate: (2 / n) * value, ceiling: 0, displacement: k * step };
      }
    }
  }
  return { rate: 0, ceiling: 0 };
}

/** Whether a falling function's integral over the widest range may be as large as `target`, by a sum over left end points. */
function mayReach(target: number, lambda: (s: number) => number, base: number): boolean {
  const widest = base * 2 ** DOUBLINGS;
  let total = 0;
  for (let from = 0; from < widest; ) {
    const to = Math.min(widest, from + Math.max(from, base) / ROUGH);
    const value = Math.max(0, lambda(from));
    if ((total + value * (widest - from)) * (1 + 1e-9) < target) return false;
    total += value * (to - from);
    if (total >= target) return true;
    from = to;
  }
  return total * (1 + 1e-9) >= target;
}

/** A sum over left end points: not below the integral of a falling function, with room for rounding. */
function upperSum(lambda: (s: number) => number, range: number, points: number): number {
  let total = 0;
  for (let k = 0; k < points; k++) total += Math.max(0, lambda((k * range) / points));
  return ((total * range) / points) * (1 + 1e-9);
}

/** Integral of a falling function from 0 to infinity, by the trapezoidal rule up to where 1e-10 of it is left. */
function integralOf(floor: (s: number) => number, first: number): number {
  let end = 1e-3;
  while (floor(end) > 1e-10 * first && end < 1e12) end *= 2;
  const points = 512;
  let total = 0.5 * first;
  for (let k = 1; k < points; k++) total += floor((k * end) / points);
  return (total * end) / points;
}

/** A sum over right end points up to where lambda of (C3) is 0: not above its integral. `ranked` are the margins, falling. */
function frozenIntegral(lambda: (s: number) => number, ranked: Float64Array): number {
  let [inside, outside] = [ranked.length, 0];
  while (inside - outside > 1) {
    const middle = (inside + outside) >> 1;
    // Just below the margin of a neuron it still counts.
    if (lambda(ranked[middle - 1]! * (1 - 1e-12)) > FROZEN_NULL) inside = middle;
    else outside = middle;
  }
  const step = ranked[inside - 1]! / FROZEN_THRESHOLD_GRID;
  let total = 0;
  for (let k = 1; k < FROZEN_THRESHOLD_GRID; k++) total += Math.max(0, lambda(k * step)) * step;
  return total;
}

/** Entries of a falling list that are above s. */
function countAbove(falling: Float64Array, s: number): number {
  let [low, high] = [0, falling.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (falling[middle]! > s) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Abar for slopes of 1 above and b below 0: columns sorted once, counts by bisection. */
function sortedFloor(
  H: StateBlock,
  m: number,
  n: number,
  speeds: Float64Array,
  b: number,
): (s: number) => number {
  const h = H.view;
  const columns = Array.from({ length: n }, (_, a) =>
    Float64Array.from({ length: m }, (_, i) => -h[i * n + a]!)
      .sort()
      .map((value) => -value),
  );
  return (s) => {
    let least = Number.POSITIVE_INFINITY;
    for (let a = 0; a < n; a++) {
      const active = countAbove(columns[a]!, speeds[a]! * s);
      least = Math.min(least, (active + b * b * (m - active)) / m);
    }
    return least;
  };
}

/** (C8): the Schur certificate of infinitely many relu neurons at their start. */
export function infiniteReluCertificate(
  gram: Float64Array,
  n: number,
  smallest: number,
  scale: number,
  loss: number,
): Certificate {
  let q = 0;
  const speeds = speedBounds(gram, n, { steepest: 1 } as TrainedActivation);
  for (let a = 0; a < n; a++) q = Math.max(q, speeds[a]! / Math.sqrt(gram[a * (n + 1)]!));
  const root = Math.sqrt(2 * Math.PI);
  const need = n * Math.sqrt(loss);
  const threshold = (need * q * root) / smallest;
  const ceiling = smallest / n;
  const integral = (x: number) => (x * normalCdf(-x) + (1 - exp((-x * x) / 2)) / root) / q;
  const target = need / (scale * smallest);
  if (!(scale > threshold)) return { rate: 0, ceiling, threshold };
  let [low, high] = [0, 1];
  while (integral(high) < target && high < 40) high *= 2;
  for (let k = 0; k < 200 && high - low > 1e-16 * high; k++) {
    const middle = (low + high) / 2;
    if (integral(middle) < target) low = middle;
    else high = middle;
  }
  return { rate: (2 / n) * smallest * normalCdf(-high), ceiling, threshold, displacement: high / q };
}
