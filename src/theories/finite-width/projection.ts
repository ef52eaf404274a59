// State evolution in projection form: the Gaussian processes written in an orthonormal basis of samples, in which all
// responses have been integrated by parts away. Exactly plain gradient descent on a constructed design of
// 1 + q + qT columns, hence as stable as gradient descent. First derivatives only: relu and any link are allowed.
// Ours, an extension of Han & Imaizumi 2505.04898; equations (P1)-(P5) of docs/theories/finite-width.md.
import type { Block, Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import { axpy, dot, scale, sum, sumSquares } from '../../../bindings/linalg.ts';
import { NetworkWorkspace } from '../../../bindings/network.ts';
import { fillLaw, fillNormal, openStream } from '../../../bindings/random.ts';
import { labelId, streamKey } from '../../numerics/random.ts';
import { addTo, multiplyTransposed } from '../../numerics/square.ts';
import { SampleBasis } from './basis.ts';
import { CoordinateFrame } from './frame.ts';
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
 * Yields iterate 0..T of one run on the given samples. Everything is kept in one orthonormal basis B: e, then at each step what
 * is new in the signals and the new directions. Signals, gh and the columns of the design are coordinates in it.
 * Cost: 5 N (qT)² multiply-adds, in two reads of the basis a step; memory 2 N q T doubles.
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
  const base = q + 1;
  const inverseRoot = finite ? 1 / Math.sqrt(sampleRatio) : 0;
  const { root, regular } = gramRoot(input.gram, base);

  const net = new NetworkWorkspace(core, scope, { width: q, activations, samples: N, order: 1 });
  const ld = net.stride;
  const basis = new SampleBasis(core, scope, base + (finite ? 2 * q * steps : 0), N, 2 * q);
  // Rows on their way into the basis: signals, then directions.
  const fresh = scope.f64(Math.max(base, 2 * q) * ld);
  const v = scope.f64(ld);

  draws.basis(fresh, base, ld);
  basis.append(fresh, base, ld);
  const z = scope.f64(ld);
  const noise = scope.f64(ld);
  core.within((inner) => {
    const weights = inner.from(root.slice(0, base));
    for (const piece of basis.pieces) basis.combine(piece, weights, 1, z, ld);
  });
  link.values(core, z, N, net.label);
  draws.noise(noise);
  axpy(core, 1, noise, net.label, N);

  /** Row of the basis that holds zeta_j: after e and the blocks of 2q rows before it, behind the signals of its own. */
  const rowOf = (j: number) => base + q * Math.floor(j / q) + q + j;
  const signals = new CoordinateFrame();
  let a: Float64Array = root.slice(base);
  let u = new Float64Array(0);
  let deep = input.deep;
  for (let t = 0; ; t++) {
    const known = finite ? q * t : 0;
    const { size } = basis;
    net.deep.set(deep);
    const grow = finite && t < steps;
    if (grow) draws.directions(fresh.at(q * ld, q * ld), q, ld, t);
    const coordinates = designCoordinates();
    const products = core.within((inner) => {
      net.H.fill(0);
      const weights = inner.from(coordinates);
      const sums = inner.f64(2 * q * size);
      const onSignals = sums.at(0, q * size);
      const onDirections = sums.at(q * size);
      for (const piece of basis.pieces) {
        basis.combine(piece, weights, q, net.H, ld);
        net.forward(piece.count, piece.start, 1);
        net.backward(piece.count, piece.start);
        if (t < steps) basis.multiply(piece, net.signal, ld, q, onSignals);
        if (grow) basis.multiply(piece, fresh.at(q * ld), ld, q, onDirections);
      }
      return sums.copy();
    });

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
      return keepDesign ? { preactivations, labels, design: design() } : { preactivations, labels };
    }

    const rates = learningRates[t]!;
    const eta = rates[0]!;
    v.set(net.residual.view);
    scale(core, 1 / N, v, N);
    const gradient = net.deepGradient(v, N);
    // E_N[g B'], the new rows of the basis included.
    let width = size;
    let moments: Float64Array = products.subarray(0, q * size).map((value) => value / N);
    if (grow) {
      fresh.set(net.signal.view.subarray(0, q * ld));
      width = size + 2 * q;
      moments = core.within((inner) => basis.orthonormalise(fresh, ld, 2 * q, inner.from(products)));
      basis.append(fresh, 2 * q, ld);
    }
    const next = new Float64Array(a);
    for (let i = 0; i < q; i++) {
      for (let k = 0; k < base; k++) next[i * base + k]! -= eta * moments[i * width + k]!;
    }
    if (grow) {
      const total = known + q;
      const grown = new Float64Array(q * total);
      for (let i = 0; i < q; i++) {
        const row = moments.subarray(i * width, (i + 1) * width);
        const kappa = signals.append(row.subarray(0, size + q));
        for (let j = 0; j < known; j++)
          grown[i * total + j] = u[i * known + j]! - eta * (inverseRoot * kappa[j]! + row[rowOf(j)]!);
        for (let j = known; j < kappa.length; j++) grown[i * total + j] = -eta * inverseRoot * kappa[j]!;
      }
      u = grown;
    }
    a = next;
    deep = descend(deep, deepRates(rates, q, activations.length + 1, 0), gradient);
  }

  /** h_t in the basis, q x size: a_t on e, u_t on zeta_j + phi^(-1/2) gh_j. */
  function designCoordinates(): Float64Array {
    const { size } = basis;
    const known = u.length / q;
    const out = new Float64Array(q * size);
    for (let i = 0; i < q; i++) {
      const row = out.subarray(i * size, (i + 1) * size);
      row.set(a.subarray(i * base, (i + 1) * base));
      for (let j = 0; j < known; j++) {
        const share = u[i * known + j]!;
        row[rowOf(j)]! += share;
        addTo(row.subarray(0, signals.rows[j]!.length), signals.rows[j]!, inverseRoot * share);
      }
    }
    return out;
  }

  /** One row of N values for each column of the design. */
  function design(): Float64Array {
    const columns = base + signals.rows.length;
    const out = new Float64Array(columns * N);
    core.within((inner) => {
      const weights = inner.f64(basis.size);
      const row = inner.f64(ld);
      for (let j = 0; j < columns; j++) {
        weights.fill(0);
        row.fill(0);
        if (j < base) weights.view[j] = 1;
        else {
          weights.view[rowOf(j - base)] = 1;
          const gh = signals.rows[j - base]!;
          addTo(weights.view.subarray(0, gh.length), gh, inverseRoot);
        }
        for (const piece of basis.pieces) basis.combine(piece, weights, 1, row, ld);
        out.set(row.copy(0, N), j * N);
      }
    });
    return out;
  }
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
        for (let pass = 0; pass < 2; pass++) {
          for (let j = 0; j < i; j++) {
            const earlier = Z.at(j * ld, ld);
            axpy(core, -dot(core, row, earlier, count) / count, earlier, row, count);
          }
        }
        scale(core, 1 / Math.sqrt(sumSquares(core, row, count) / count), row, count);
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
  return 5 * samples * columns * columns + 60 * samples * columns;
}
