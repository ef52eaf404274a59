// Bounds on the root mean square gap from the mean field alone: (B1), (B2), (B3), (B4), (B5). Ours, after the idea of the paper. All for
// gradient flow, on a grid of times. Refuses to know the responses that the exact law solves for.

import type { Block, Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import { gemm, gemmScratch, symmetricEigen, symmetricEigenScratch } from '../../../bindings/linalg.ts';
import { exp } from '../../numerics/special.ts';
import { type HessianAt, type HessianIntegrals, localGrowth } from './hessian.ts';
import type { InitialLaw } from './initial-law.ts';
import { derivativeOf, type Links, polynomial } from './links.ts';
import { emptyModes, fillModes, type Modes, type Sector } from './sectors.ts';

/** What the envelopes need of one time. */
export interface EnvelopeTime {
  readonly time: number;
  /** Overlaps, V', λ_∥ and logarithms of the Jacobians of all nodes. */
  readonly alpha: Float64Array;
  readonly slope: Float64Array;
  readonly parallel: Float64Array;
  readonly logParallel: Float64Array;
  readonly logPerpendicular: Float64Array;
  /** n² of (C2). */
  readonly noise: number;
  /** Λ of (B1). */
  readonly growth: number;
}

export interface Envelopes {
  readonly naive: Float64Array;
  readonly energy: Float64Array;
  readonly volterra: Float64Array;
  readonly semidefinite: Float64Array;
  /** The smallest of the last three. */
  readonly least: Float64Array;
}

/** Values are cut here: bounds of no use are still numbers. */
const MOST = 1e300;
/** Logarithms of Jacobians are kept within this, so that their ratios stay numbers. */
const MOST_LOG = 300;

/** One time as the envelopes need it. */
export function envelopeTime(
  time: number,
  alpha: Block,
  force: Float64Array,
  hessian: HessianAt,
  integrals: HessianIntegrals,
  noise: number,
): EnvelopeTime {
  const local = hessian.at(alpha, force);
  return {
    time,
    alpha: alpha.copy(),
    slope: local.slope.slice(),
    parallel: local.parallel.slice(),
    logParallel: integrals.logParallel.map(bounded),
    logPerpendicular: integrals.logPerpendicular.map(bounded),
    noise,
    growth: localGrowth(local),
  };
}

const bounded = (value: number) => Math.max(-MOST_LOG, Math.min(MOST_LOG, value));

/** Bytes and multiply-adds of the envelopes. */
export function envelopeCost(
  sectors: readonly Sector[],
  count: number,
  times: number,
): { bytes: number; work: number } {
  let doubles = 0;
  let work = 0;
  for (const { degrees } of sectors) {
    const L = degrees.length;
    doubles = Math.max(doubles, 2 * count * (times + 2) * L + 2 * L * L * times);
    work += times * times * L * (2 * count * L + 60 * L * L);
  }
  return { bytes: 8 * (doubles + 2 * times * times) + 2_000_000, work };
}

export function envelopesOf(
  core: Core,
  links: Links,
  law: InitialLaw,
  sectors: readonly Sector[],
  times: readonly EnvelopeTime[],
): Envelopes {
  const stiffness = polynomial(derivativeOf(links.Q), 1);
  const { norm, change } = kernelNorms(core, law, sectors, times);
  const noise = times.map(({ noise }) => Math.sqrt(Math.max(0, noise)));
  const naive = naiveEnvelope(times, noise, stiffness);
  const energy = energyEnvelope(times, noise, stiffness);
  const volterra = volterraEnvelope(times, noise, norm);
  const semidefinite = semidefiniteEnvelope(times, noise, norm, change);
  const least = energy.map((value, i) => Math.min(value, volterra[i]!, semidefinite[i]!));
  return { naive, energy, volterra, semidefinite, least };
}

/** (B1) */
function naiveEnvelope(
  times: readonly EnvelopeTime[],
  noise: readonly number[],
  stiffness: number,
): Float64Array {
  let growth = 0;
  let drive = 0;
  return Float64Array.from(times, ({ time, growth: now }, i) => {
    growth = Math.max(growth, now);
    drive = Math.max(drive, Math.sqrt(stiffness) * noise[i]!);
    const rate = growth + stiffness;
    const factor = exp(Math.min(690, rate * time)) - 1;
    return Math.min(MOST, noise[i]! + (Math.sqrt(stiffness) * drive * factor) / rate);
  });
}

/** (B2), with Λ and η linear between times: a trapezoidal step that is exact for constant Λ to second order. */
function energyEnvelope(
  times: readonly EnvelopeTime[],
  noise: readonly number[],
  stiffness: number,
): Float64Array {
  const root = Math.sqrt(stiffness);
  let phi = 0;
  return Float64Array.from(times, ({ time, growth }, i) => {
    if (i > 0) {
      const before = times[i - 1]!;
      const h = time - before.time;
      const factor = exp(Math.min(690, (h * (growth + before.growth)) / 2));
      phi = Math.min(MOST, factor * (phi + 0.5 * h * root * noise[i - 1]!) + 0.5 * h * root * noise[i]!);
    }
    return Math.min(MOST, noise[i]! + root * phi);
  });
}

/** (B4), by the trapezoidal rule; the value at t itself is solved for. */
function volterraEnvelope(
  times: readonly EnvelopeTime[],
  noise: readonly number[],
  norm: readonly Float64Array[],
): Float64Array {
  const out = new Float64Array(times.length);
  times.forEach((_, i) => {
    const { sum, last } = trapezoid(times, i, norm[i]!, out);
    const share = 1 - last;
    out[i] = share > 0 ? Math.min(MOST, (noise[i]! + sum) / share) : MOST;
  });
  return out;
}

/** (B5) */
function semidefiniteEnvelope(
  times: readonly EnvelopeTime[],
  noise: readonly number[],
  norm: readonly Float64Array[],
  change: readonly Float64Array[],
): Float64Array {
  const out = new Float64Array(times.length);
  let y = 0;
  let before = 0;
  times.forEach(({ time }, i) => {
    const h = i === 0 ? 0 : time - times[i - 1]!.time;
    // y_i = y_{i-1} + h/2 (y'_{i-1} + y'_i), and y'_i itself has b_i = n_i + y_i in its integral.
    const { sum, last } = trapezoid(times, i, change[i]!, out);
    const drive = norm[i]![i]! * noise[i]! + sum + last * noise[i]!;
    const share = 1 - 0.5 * h * last;
    y = share > 0 ? Math.min(MOST, (y + 0.5 * h * (before + drive)) / share) : MOST;
    before = Math.min(MOST, drive + last * y);
    out[i] = Math.min(MOST, noise[i]! + y);
  });
  return out;
}

/** ∫ kernel(s) b(s) ds up to the i-th time, apart from b at that time, and the weight that b there has. */
function trapezoid(
  times: readonly EnvelopeTime[],
  i: number,
  kernel: Float64Array,
  b: Float64Array,
): { sum: number; last: number } {
  let sum = 0;
  for (let s = 0; s < i; s++) {
    const left = s === 0 ? times[0]!.time : times[s - 1]!.time;
    sum += 0.5 * (times[s + 1]!.time - left) * kernel[s]! * b[s]!;
  }
  const last = i === 0 ? 0 : 0.5 * (times[i]!.time - times[i - 1]!.time) * kernel[i]!;
  return { sum: Math.min(MOST, sum), last };
}

/** κ(t, s) and the norm of ∂_t K_{t,s} for s ≤ t: the largest over sectors, (B3). */
function kernelNorms(
  core: Core,
  law: InitialLaw,
  sectors: readonly Sector[],
  times: readonly EnvelopeTime[],
): { norm: Float64Array[]; change: Float64Array[] } {
  const norm = times.map((_, i) => new Float64Array(i + 1));
  const change = times.map((_, i) => new Float64Array(i + 1));
  for (const sector of sectors) {
    const L = sector.degrees.length;
    core.within((scope) => {
      const largest = new LargestSingular(core, scope, L);
      kernelRows(core, scope, law, sector, times, (t, K, columns) => {
        for (let s = 0; s <= t; s++) {
          norm[t]![s] = Math.max(norm[t]![s]!, largest.of(K, s * L, columns));
          change[t]![s] = Math.max(change[t]![s]!, largest.of(K, L * columns + s * L, columns));
        }
      });
    });
  }
  return { norm, change };
}

/**
 * K_{t,s} of a sector for all s ≤ t, time t by time: `visit` is given L rows of `columns` = (t + 1)L entries, the matrix of s in columns
 * sL to (s + 1)L, and below them as many rows of ∂_tK_{t,s}, (B3). Valid during the visit.
 */
export function kernelRows(
  core: Core,
  scope: Scope,
  law: InitialLaw,
  sector: Sector,
  times: readonly EnvelopeTime[],
  visit: (t: number, K: Float64Array, columns: number) => void,
): void {
  const { j, degrees, strengths, multiplicity, angular } = sector;
  const count = law.nodes.length;
  const width = j === 0 ? count : 2 * count;
  const L = degrees.length;
  // Rows of S: γ_l times [βA'_l / J_∥, (A_l/β) / J_⊥] at every time s; of R: the same times Jacobians, weights and 1/N_j at t, and
  // their derivatives.
  const S = scope.f64(times.length * L * width);
  const R = scope.f64(2 * L * width);
  const product = scope.f64(2 * L * times.length * L);
  const scratch = scope.f64(gemmScratch(core));
  const modes = emptyModes(sector, count);
  const rates = { along: new Float64Array(L * count), across: new Float64Array(L * count) };
  const roots = strengths.map(Math.sqrt);
  times.forEach((now, t) => {
    fillModes(sector, now.alpha, modes);
    fillModeRates(sector, now, modes, rates);
    const jacobian = exp(now.logParallel);
    const turning = exp(now.logPerpendicular);
    const s = S.view;
    const r = R.view;
    for (let row = 0; row < L; row++) {
      const at = (t * L + row) * width;
      for (let i = 0; i < count; i++) {
        const from = row * count + i;
        const weight = (roots[row]! * law.weights[i]!) / multiplicity;
        s[at + i] = (roots[row]! * modes.along[from]!) / jacobian[i]!;
        r[row * width + i] = weight * modes.along[from]! * jacobian[i]!;
        r[(L + row) * width + i] = weight * rates.along[from]! * jacobian[i]!;
        if (j === 0) continue;
        s[at + count + i] = (roots[row]! * modes.across[from]!) / turning[i]!;
        r[row * width + count + i] = weight * angular * modes.across[from]! * turning[i]!;
        r[(L + row) * width + count + i] = weight * angular * rates.across[from]! * turning[i]!;
      }
    }
    const columns = (t + 1) * L;
    gemm(core, false, true, 2 * L, columns, width, R, width, S, width, product, columns, false, scratch);
    visit(t, product.view, columns);
  });
}

/**
 * Rates of the modes along characteristics, Jacobians included: (βA')˙ + λ_∥βA' and (A/β)˙ + λ_⊥A/β. By Legendre's equation
 * β²A'' = (d − 1)αA' − l(l + d − 2)A + v A/β², the first is V'[(d − 2)αβA' − l(l + d − 2)βA + v A/β] + λ_∥βA'; the second V'βA'.
 */
function fillModeRates(
  { degrees, dimension: d, angular, j }: Sector,
  { alpha, slope, parallel }: EnvelopeTime,
  { value, along, across }: Modes,
  rates: { along: Float64Array; across: Float64Array },
): void {
  const n = alpha.length;
  degrees.forEach((l, row) => {
    for (let i = 0; i < n; i++) {
      const at = row * n + i;
      const a = alpha[i]!;
      const beta = Math.sqrt((1 - a) * (1 + a));
      const turn = (d - 2) * a * along[at]! - l * (l + d - 2) * beta * value[at]! + angular * across[at]!;
      rates.along[at] = slope[i]! * turn + parallel[i]! * along[at]!;
      rates.across[at] = j === 0 ? 0 : slope[i]! * along[at]!;
    }
  });
}

/** Largest singular value of small square matrices. */
class LargestSingular {
  readonly #core: Core;
  readonly #n: number;
  readonly #gram: Block;
  readonly #values: Block;
  readonly #scratch: Block;

  constructor(core: Core, scope: Scope, n: number) {
    this.#core = core;
    this.#n = n;
    this.#gram = scope.f64(n * n);
    this.#values = scope.f64(n);
    this.#scratch = scope.f64(symmetricEigenScratch(core, n));
  }

  /** Of the matrix whose first entry is `K[at]` and whose rows are `ld` apart. */
  of(K: Float64Array, at: number, ld: number): number {
    const n = this.#n;
    if (n === 1) return Math.abs(K[at]!);
    const gram = this.#gram.view;
    let scale = 0;
    for (let a = 0; a < n; a++)
      for (let b = 0; b < n; b++) scale = Math.max(scale, Math.abs(K[at + a * ld + b]!));
    if (scale === 0) return 0;
    for (let a = 0; a < n; a++) {
      for (let b = 0; b <= a; b++) {
        let sum = 0;
        for (let c = 0; c < n; c++) sum += (K[at + c * ld + a]! / scale) * (K[at + c * ld + b]! / scale);
        gram[a * n + b] = sum;
        gram[b * n + a] = sum;
      }
    }
    symmetricEigen(this.#core, this.#gram, n, n, this.#values, false, this.#scratch);
    return scale * Math.sqrt(Math.max(0, this.#values.view[n - 1]!));
  }
}
