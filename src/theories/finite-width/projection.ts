// State evolution in projection form: the Gaussian processes written in an orthonormal basis of samples, in which all
// responses have been integrated by parts away. Exactly plain gradient descent on a constructed design of
// 1 + q + qT columns, hence as stable as gradient descent. First derivatives only: relu and any link are allowed.
// Ours, an extension of Han & Imaizumi 2505.04898; equations (P1)-(P5) of docs/theories/finite-width.md.
import type { Block, Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import { axpy, dot, scale, skinny, skinnyTransposed, sum, sumSquares } from '../../../bindings/linalg.ts';
import { NetworkWorkspace } from '../../../bindings/network.ts';
import { fillLaw, fillNormal, openStream } from '../../../bindings/random.ts';
import { labelId, streamKey } from '../../numerics/random.ts';
import { multiplyTransposed } from '../../numerics/square.ts';
import {
  deepRates,
  descend,
  effectiveSignal,
  gramRoot,
  type Iterate,
  overlapsOf,
  type StateEvolutionInput,
} from './state.ts';
import type { Overlaps } from './test-error.ts';

/** Component of a signal below this share of its size is rounding, and gives no new direction. */
const DEPENDENT = 1e-7;

/** What the last iterate leaves behind: samples of the training law. */
export interface ProjectionSamples {
  /** q rows of pre-activations h_T on the training rows. */
  readonly preactivations: Float64Array;
  readonly labels: Float64Array;
  /** Where asked for: the design of (P5), one row of N values per column of the design: e_i, then zeta_j + gh_j/√phi. */
  readonly design?: Float64Array;
}

/** Where the samples come from: rows of `count` numbers each, `ld` apart. */
export interface Draws {
  readonly count: number;
  /** 1 + q rows of the Gaussian basis, orthonormal in E_N. */
  basis(Z: Block, rows: number, ld: number): void;
  /** One row of label noise. */
  noise(out: Block): void;
  /** q rows of new directions at step t; what they share with earlier rows is projected out here. */
  directions(Z: Block, rows: number, ld: number, t: number): void;
}

/**
 * Yields iterate 0..T of one run on the given samples.
 * Cost: 8 N (qT)² multiply-adds; memory 2 N q T doubles.
 */
export function* projectionIterates(
  core: Core,
  scope: Scope,
  input: StateEvolutionInput,
  draws: Draws,
  testError: (overlaps: Overlaps) => number,
  { keepDesign = false }: { keepDesign?: boolean } = {},
): Generator<Iterate, ProjectionSamples> {
  const { width: q, activations, sampleRatio, link, learningRates } = input;
  const steps = learningRates.length;
  const N = draws.count;
  const finite = Number.isFinite(sampleRatio);
  const fresh = finite ? q * steps : 0;
  const base = q + 1;
  const inverseRoot = finite ? 1 / Math.sqrt(sampleRatio) : 0;
  const { root, regular } = gramRoot(input.gram, base);

  const net = new NetworkWorkspace(core, scope, { width: q, activations, samples: N, order: 1 });
  const ld = net.stride;
  // Rows e_0..e_q, then zeta_j: the Gaussian basis. Rows gh_j: the signals, orthonormalised.
  const Z = scope.f64((base + fresh) * ld);
  const Gh = scope.f64(fresh * ld);
  const v = scope.f64(ld);

  draws.basis(Z, base, ld);
  const z = scope.f64(ld);
  const noise = scope.f64(ld);
  skinnyTransposed(core, Z, base, N, ld, scope.from(root.slice(0, base)), base, 1, z, ld);
  link.values(core, z, N, net.label);
  draws.noise(noise);
  axpy(core, 1, noise, net.label, N);

  let a: Float64Array = root.slice(base);
  let u = new Float64Array(0);
  let deep = input.deep;
  for (let t = 0; ; t++) {
    const known = finite ? q * t : 0;
    net.deep.set(deep);
    core.within((inner) => {
      net.H.fill(0);
      const weights = inner.f64(q * (base + known));
      const w = weights.view;
      for (let i = 0; i < q; i++) {
        w.set(a.subarray(i * base, (i + 1) * base), i * (base + known));
        w.set(u.subarray(i * known, (i + 1) * known), i * (base + known) + base);
      }
      skinnyTransposed(core, Z, base + known, N, ld, weights, base + known, q, net.H, ld);
      if (known > 0) {
        const memory = inner.from(u.map((value) => inverseRoot * value));
        skinnyTransposed(core, Gh, known, N, ld, memory, known, q, net.H, ld);
      }
    });
    net.forward(N, 0, 1);
    net.backward(N);

    const noiseGram = multiplyTransposed(u, u, q, known, q);
    const overlaps = overlapsOf(a, noiseGram, root, q);
    const effective = regular ? effectiveSignal(a, root, q) : undefined;
    yield {
      trainError: sumSquares(core, net.residual, N) / N,
      testError: testError({ ...overlaps, deep }),
      ...overlaps,
      noiseGram,
      gain: effective?.A,
      signalGain: effective?.beta,
      deep,
    };
    if (t === steps) {
      const preactivations = new Float64Array(q * N);
      for (let j = 0; j < q; j++) preactivations.set(net.H.copy(j * ld, j * ld + N), j * N);
      const labels = net.label.copy(0, N);
      if (!keepDesign) return { preactivations, labels };
      axpy(core, inverseRoot, Gh, Z.at(base * ld, fresh * ld), fresh * ld);
      const design = new Float64Array((base + fresh) * N);
      for (let j = 0; j < base + fresh; j++) design.set(Z.copy(j * ld, j * ld + N), j * N);
      return { preactivations, labels, design };
    }

    const rates = learningRates[t]!;
    const eta = rates[0]!;
    // E_N[g Z'] before the signals are orthonormalised in place.
    const moments = core.within((inner) => {
      const out = inner.f64(q * (base + known));
      skinny(core, Z, base + known, N, ld, net.signal, ld, q, out, base + known);
      return out.copy();
    });
    for (let i = 0; i < moments.length; i++) moments[i]! /= N;
    v.set(net.residual.view);
    scale(core, 1 / N, v, N);
    const gradient = net.deepGradient(v, N);

    const rows = base + known;
    const next = new Float64Array(a);
    for (let i = 0; i < q; i++) {
      for (let k = 0; k < base; k++) next[i * base + k]! -= eta * moments[i * rows + k]!;
    }
    if (finite) {
      const kappa = orthonormalise(core, Gh, known, net.signal, q, N, ld);
      const width = known + q;
      const grown = new Float64Array(q * width);
      for (let i = 0; i < q; i++) {
        for (let j = 0; j < known; j++) {
          grown[i * width + j] =
            u[i * known + j]! - eta * (inverseRoot * kappa[i * width + j]! + moments[i * rows + base + j]!);
        }
        for (let j = known; j < width; j++) grown[i * width + j] = -eta * inverseRoot * kappa[i * width + j]!;
      }
      u = grown;
      draws.directions(Z.at((base + known) * ld, q * ld), q, ld, t);
      for (let j = 0; j < q; j++) {
        projectOut(core, Z.at((base + known + j) * ld, ld), N, ld, [
          { rows: Z, count: base + known + j },
          { rows: Gh, count: width },
        ]);
      }
    }
    a = next;
    deep = descend(deep, deepRates(rates, q, activations.length + 1, 0), gradient);
  }
}

/**
 * Orthonormalises the q signals against the first `known` rows of Gh and among themselves, in E_N, two passes; writes them
 * as the next q rows of Gh. Returns their coordinates, q x (known + q): E_N[g_a gh_j].
 */
function orthonormalise(
  core: Core,
  Gh: Block,
  known: number,
  signal: Block,
  q: number,
  N: number,
  ld: number,
): Float64Array {
  const width = known + q;
  const kappa = new Float64Array(q * width);
  const fresh = Gh.at(known * ld, q * ld);
  fresh.set(signal.view);
  const size = Array.from({ length: q }, (_, i) => Math.sqrt(sumSquares(core, signal.at(i * ld, ld), N) / N));
  for (let pass = 0; pass < 2 && known > 0; pass++) {
    core.within((inner) => {
      const coefficients = inner.f64(q * known);
      skinny(core, Gh, known, N, ld, fresh, ld, q, coefficients, known);
      scale(core, -1 / N, coefficients, q * known);
      skinnyTransposed(core, Gh, known, N, ld, coefficients, known, q, fresh, ld);
      const c = coefficients.view;
      for (let i = 0; i < q; i++) for (let j = 0; j < known; j++) kappa[i * width + j]! -= c[i * known + j]!;
    });
  }
  for (let i = 0; i < q; i++) {
    const row = fresh.at(i * ld, ld);
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < i; j++) {
        const earlier = fresh.at(j * ld, ld);
        const c = dot(core, row, earlier, N) / N;
        axpy(core, -c, earlier, row, N);
        kappa[i * width + known + j]! += c;
      }
    }
    const rms = Math.sqrt(sumSquares(core, row, N) / N);
    if (rms <= DEPENDENT * size[i]!) row.fill(0);
    else {
      scale(core, 1 / rms, row, N);
      kappa[i * width + known + i] = rms;
    }
  }
  return kappa;
}

/** Removes from `row` its components along orthonormal rows (some of them 0), twice, and scales it to E_N row² = 1. */
function projectOut(
  core: Core,
  row: Block,
  N: number,
  ld: number,
  families: readonly { rows: Block; count: number }[],
): void {
  for (let pass = 0; pass < 2; pass++) {
    for (const { rows, count } of families) {
      if (count === 0) continue;
      core.within((inner) => {
        const coefficients = inner.f64(count);
        skinny(core, rows, count, N, ld, row, ld, 1, coefficients, count);
        scale(core, -1 / N, coefficients, count);
        skinnyTransposed(core, rows, count, N, ld, coefficients, count, 1, row, ld);
      });
    }
  }
  scale(core, 1 / Math.sqrt(sumSquares(core, row, N) / N), row, N);
}

/** Monte Carlo samples of one repetition, each kind from a stream of its own. */
export function monteCarloDraws(
  core: Core,
  scope: Scope,
  noise: StateEvolutionInput['noise'],
  count: number,
  seed: string,
  repetition: number,
): Draws {
  const key = streamKey(seed);
  const open = (label: string) => openStream(core, scope, key, labelId(label), repetition);
  const basis = open('prediction/basis');
  const noises = open('prediction/noise');
  const directions = open('prediction/directions');
  return {
    count,
    /** Centred and whitened, so that their sample mean is 0 and sample covariance I. */
    basis(Z, rows, ld) {
      for (let i = 0; i < rows; i++) {
        const row = Z.at(i * ld, ld);
        fillNormal(core, basis, row, count);
        centre(core, row, count);
        projectOut(core, row, count, ld, [{ rows: Z, count: i }]);
      }
    },
    noise(out) {
      fillLaw(core, noises, noise.kind, noise.parameter, out, count);
      scale(core, Math.sqrt(noise.variance), out, count);
    },
    directions(Z, rows, ld) {
      for (let i = 0; i < rows; i++) fillNormal(core, directions, Z.at(i * ld, ld), count);
    },
  };
}

function centre(core: Core, row: Block, N: number): void {
  const mean = sum(core, row, N) / N;
  const values = row.view;
  for (let k = 0; k < N; k++) values[k]! -= mean;
}

/** Bytes of linear memory that one run takes. */
export function projectionBytes(width: number, steps: number, samples: number, depth: number): number {
  const rows = 2 * width * steps + (depth + 6) * width * 3 + 12;
  return 8 * rows * samples;
}

/** Multiply-adds of one run. */
export function projectionWork(width: number, steps: number, samples: number): number {
  const columns = width * steps;
  return 8 * samples * columns * columns + 60 * samples * columns;
}
