// Infinitely many neurons in few dimensions: particles on a whitened grid in place of a drawn network (L1), which the same flow
// moves. Outputs on test rows by one more Gaussian. Knows no schedules.
import type { Block, Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import { cholesky, gemm, gemmScratch, solveLower } from '../../../bindings/linalg.ts';
import { elementaryMap } from '../../../bindings/math.ts';
import { outputSums, passScratch } from '../../../bindings/mean-field-convergence.ts';
import { gaussHermite } from '../../numerics/quadrature.ts';
import { exp } from '../../numerics/special.ts';
import type { Ensemble } from './ensemble.ts';
import type { Flow } from './flow.ts';
import { isKinked, type TrainedActivation } from './slopes.ts';
import { doublesOf } from './state.ts';

/** Half width of the grid in standard deviations. */
const REACH = 7.5;
/** Most samples. */
export const MOST_DIMENSIONS = 3;
/** Nodes of the rule over what of a test row's pre-activation the training rows do not fix. */
const TEST_NODES = 24;
const ROWS_AT_ONCE = 64;

/** Nodes a dimension unless told: even, so that none is on a kink. */
export const usualNodes = (n: number): number => [256, 96, 40][n - 1]!;

/** Particles of both signs on a grid with `nodes` points a dimension. */
export const particleCount = (n: number, nodes: number): number =>
  2 * [nodes, nodes * nodes, nodes * nodes * nodes][n - 1]!;

export interface GridInput {
  readonly activation: TrainedActivation;
  readonly scale: number;
  /** Factor on the pre-activations at the start. */
  readonly factor: number;
  readonly labels: Float64Array;
  readonly gram: Float64Array;
}

/** The ensemble of particles of N(0, factor² G) and both signs. */
export function particleEnsemble(core: Core, scope: Scope, input: GridInput, nodes: number): Ensemble {
  const { labels, gram, factor } = input;
  const n = labels.length;
  const rows = particleCount(n, nodes);
  const half = rows / 2;
  const H = scope.f64(rows * n);
  const line = Float64Array.from({ length: nodes }, (_, k) => -REACH + (2 * REACH * k) / (nodes - 1));
  const shape = line.map((x) => exp((-x * x) / 2));
  const weights = new Float64Array(rows);
  let total = 0;
  core.within((inner) => {
    const L = inner.from(gram);
    cholesky(core, L, n, n, 1e-12);
    const mesh = inner.f64(half * n);
    for (let i = 0; i < half; i++) {
      let rest = i;
      let weight = 1;
      for (let a = n - 1; a >= 0; a--) {
        const k = rest % nodes;
        rest = Math.floor(rest / nodes);
        mesh.view[i * n + a] = factor * line[k]!;
        weight *= shape[k]!;
      }
      weights[i] = weight;
      total += weight;
    }
    gemm(core, false, true, half, n, n, mesh, n, L, n, H, n, false, inner.f64(gemmScratch(core)));
  });
  H.set(H.view.slice(0, half * n), half * n);
  for (let i = 0; i < half; i++) {
    weights[i]! /= 2 * total;
    weights[half + i] = weights[i]!;
  }
  return {
    rows,
    samples: n,
    activation: input.activation,
    scale: input.scale,
    labels,
    dtype: 'float64',
    signs: Float64Array.from({ length: rows }, (_, i) => (i < half ? 1 : -1)),
    weights,
    gram: scope.from(gram),
    H,
  };
}

/** Test rows as particles see them: the regression of their pre-activations on the training ones, and what is left. */
export interface ParticleTest {
  readonly count: number;
  /** G_t, n × count. */
  readonly cross: Block;
  /** Regression coefficients on h(0), n × count. */
  readonly regression: Block;
  /** Standard deviations of the rest. */
  readonly spread: Float64Array;
}

export function particleTest(
  core: Core,
  scope: Scope,
  gram: Float64Array,
  n: number,
  factor: number,
  cross: Float64Array,
  norms: Float64Array,
): ParticleTest {
  const count = norms.length;
  const regression = scope.f64(n * count);
  const spread = new Float64Array(count);
  core.within((inner) => {
    const L = inner.from(gram);
    cholesky(core, L, n, n, 1e-12);
    const b = inner.f64(n);
    for (let k = 0; k < count; k++) {
      for (let a = 0; a < n; a++) b.view[a] = cross[a * count + k]!;
      solveLower(core, L, n, n, b);
      let explained = 0;
      for (let a = 0; a < n; a++) {
        explained += b.view[a]! * b.view[a]!;
        regression.view[a * count + k] = b.view[a]!;
      }
      spread[k] = factor * Math.sqrt(Math.max(0, norms[k]! - explained));
    }
    // h(0) = factor L x, so the mean factor b x = b L⁻¹ h(0).
    for (let k = 0; k < count; k++) {
      for (let a = n - 1; a >= 0; a--) {
        let value = regression.view[a * count + k]!;
        for (let c = a + 1; c < n; c++) value -= L.view[c * n + a]! * regression.view[c * count + k]!;
        const pivot = L.view[a * (n + 1)]!;
        regression.view[a * count + k] = pivot > 0 ? value / pivot : 0;
      }
    }
  });
  return { count, cross: scope.from(cross), regression, spread };
}

/** Outputs on test rows: each particle's σ averaged over the part of h_t that training rows do not fix. */
export function particleOutputs(flow: Flow, test: ParticleTest): Float64Array {
  const { core } = flow;
  const { rows, samples: n, activation, scale, signs, weights } = flow.ensemble;
  const { count, cross, regression, spread } = test;
  const out = new Float64Array(count);
  const kinked = isKinked(activation);
  const rule = kinked ? undefined : gaussHermite(TEST_NODES);
  core.within((scope) => {
    // Particles move in doubles.
    const [A, start] = [doublesOf(scope, flow.displacements!), doublesOf(scope, flow.start)];
    const amplitudes = scope.from(signs.map((sign, i) => scale * sign * weights![i]!));
    const centre = scope.f64(ROWS_AT_ONCE * count);
    const shifted = scope.f64(ROWS_AT_ONCE * count);
    const bell = scope.f64(kinked ? ROWS_AT_ONCE * count : 0);
    const part = scope.f64(count);
    const packing = scope.f64(gemmScratch(core));
    const pass = scope.f64(passScratch(core, count));
    for (let i = 0; i < rows; i += ROWS_AT_ONCE) {
      const here = Math.min(ROWS_AT_ONCE, rows - i);
      gemm(
        core,
        false,
        false,
        here,
        count,
        n,
        start.at(i * n),
        n,
        regression,
        count,
        centre,
        count,
        false,
        packing,
      );
      gemm(core, false, false, here, count, n, A.at(i * n), n, cross, count, centre, count, true, packing);
      if (!rule) {
        rectifiedMeans(core, activation.flattest, centre, shifted, bell, spread, here, count);
        const values = shifted.view;
        for (let r = 0; r < here; r++) {
          const amplitude = amplitudes.view[i + r]!;
          for (let k = 0; k < count; k++) out[k]! += amplitude * values[r * count + k]!;
        }
        continue;
      }
      for (let q = 0; q < TEST_NODES; q++) {
        const [from, to] = [centre.view, shifted.view];
        for (let r = 0; r < here; r++)
          for (let k = 0; k < count; k++)
            to[r * count + k] = from[r * count + k]! + spread[k]! * rule.nodes[q]!;
        outputSums(core, activation, shifted, amplitudes.at(i), here, count, part, undefined, pass);
        for (let k = 0; k < count; k++) out[k]! += rule.weights[q]! * part.view[k]!;
      }
    }
  });
  return out;
}

/** E σ(μ + s ξ) for slopes 1 above and b below 0: b μ + (1 - b)(μ Φ(μ/s) + s φ(μ/s)). */
function rectifiedMeans(
  core: Core,
  b: number,
  centre: Block,
  out: Block,
  bell: Block,
  spread: Float64Array,
  rows: number,
  count: number,
): void {
  const length = rows * count;
  const ratio = (k: number) => Math.max(spread[k]!, 1e-150);
  for (let j = 0; j < length; j++) {
    const z = centre.view[j]! / ratio(j % count);
    out.view[j] = z;
    bell.view[j] = -0.5 * z * z;
  }
  elementaryMap(core, 'normalCdf', out, out, length);
  elementaryMap(core, 'exp', bell, bell, length);
  for (let j = 0; j < length; j++) {
    const mean = centre.view[j]!;
    const rectified = mean * out.view[j]! + (ratio(j % count) * bell.view[j]!) / Math.sqrt(2 * Math.PI);
    out.view[j] = b * mean + (1 - b) * rectified;
  }
}

/** Output of infinitely many relu neurons of both signs on their one sample at coordinate u of the flow, (L2). */
export function singleSampleRelu(core: Core, gram: number, scale: number, u: number): number {
  const s = Math.sqrt(gram);
  return core.within((scope) => {
    const phi = scope.from([-u / s]);
    const bell = scope.from([(-u * u) / (2 * gram)]);
    elementaryMap(core, 'normalCdf', phi, phi, 1);
    elementaryMap(core, 'exp', bell, bell, 1);
    const root = Math.sqrt(2 * Math.PI);
    return (scale / 2) * (s / root + u / 2 - (s * bell.view[0]!) / root + u * phi.view[0]!);
  });
}
