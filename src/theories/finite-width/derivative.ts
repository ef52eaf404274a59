// State evolution in derivative form: equations (S1)-(S6) of docs/theories/finite-width.md, with the responses tau and C
// by the chain rule, as Han & Imaizumi write it. Gives the
// response and Onsager matrices that the projection form integrates away; needs second derivatives of the activations.
// Expectations are weighted sums over nodes: Monte Carlo or Sobol points, a tensor rule, or the two-point design that is
// exact for linear networks (linear.ts).
import type { Block, Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import {
  axpy,
  choleskyAppendRow,
  dot,
  hadamard,
  skinny,
  skinnyTransposed,
  weightedDot,
} from '../../../bindings/linalg.ts';
import { NetworkWorkspace } from '../../../bindings/network.ts';
import { addTo, identity, multiply, multiplyTransposed } from '../../numerics/square.ts';
import { IterateResponse } from './response.ts';
import { SignalRows, signalRowsSize } from './response-row.ts';
import { deepRates, descend, type Iterate, type StateEvolutionInput } from './state.ts';
import type { Overlaps } from './test-error.ts';

/** Points of the expectation: rows of `count` values, `(U_*, U_0)` first, then the noise, then q columns per step. */
export interface Nodes {
  readonly count: number;
  /** Standard normal coordinates e_0..e_q of (U_*, U_0), 1 + q rows. */
  readonly basis: Float64Array;
  /** Label noise, one row, in label units. */
  readonly noise: Float64Array;
  /** Standard normal coordinates zeta of the Gaussian process Xi, qT rows. */
  readonly directions: Float64Array;
  /** Sum to 1; absent for equal weights. */
  readonly weights?: Float64Array;
}

export interface DerivativeIterate extends Iterate {
  /** tau_{t,s} for s <= t and tau_{t,*}; absent at t = T. */
  readonly tau?: readonly Float64Array[];
  readonly tauSignal?: Float64Array;
  /** C_{t,s} and rho_{t,s} for s < t. */
  readonly C: readonly Float64Array[];
  readonly rho: readonly Float64Array[];
}

/**
 * Yields iterate 0..T. `root` is a square root of S0 whose rows give (U_*, U_0) from the basis nodes.
 * Cost: N q³ T³/6 multiply-adds; memory N q² T doubles.
 */
export function* derivativeIterates(
  core: Core,
  scope: Scope,
  input: StateEvolutionInput,
  nodes: Nodes,
  root: Float64Array,
  testError: (overlaps: Overlaps) => number,
): Generator<DerivativeIterate> {
  const { width: q, activations, sampleRatio, link, learningRates, gram: S0 } = input;
  const steps = learningRates.length;
  const N = nodes.count;
  const base = q + 1;
  const depth = activations.length + 1;

  const net = new NetworkWorkspace(core, scope, { width: q, activations, samples: N, order: 2 });
  const ld = net.stride;
  const weights = scope.f64(ld);
  if (nodes.weights) weights.set(nodes.weights);
  else weights.view.fill(1 / N, 0, N);
  const responses = new SignalRows(core, scope, q, N, ld, steps, weights);
  const iterates = new IterateResponse(q, sampleRatio);

  // U_* (one row), U_0..U_T (q rows each), g_0..g_{T-1} (q rows each), D_{t,*} (q rows each).
  const signal = scope.f64(ld);
  const U = scope.f64(q * (steps + 1) * ld);
  const g = scope.f64(q * steps * ld);
  const signalResponses = scope.f64(q * steps * ld);
  const slope = scope.f64(ld);
  const scratch = scope.f64(q * ld);
  const directions = scope.f64(q * steps * ld);
  const factor = scope.f64(q * steps * q * steps);

  core.within((inner) => {
    const e = inner.f64(base * ld);
    for (let i = 0; i < base; i++) e.set(nodes.basis.subarray(i * N, (i + 1) * N), i * ld);
    skinnyTransposed(core, e, base, N, ld, inner.from(root.slice(0, base)), base, 1, signal, ld);
    skinnyTransposed(core, e, base, N, ld, inner.from(root.slice(base)), base, q, U, ld);
  });
  for (let j = 0; j < q * steps; j++) directions.set(nodes.directions.subarray(j * N, (j + 1) * N), j * ld);
  link.values(core, signal, N, net.label);
  if (link.differentiable) link.derivatives(core, signal, N, slope);
  core.within((inner) => axpy(core, 1, inner.from(nodes.noise), net.label, N));

  const K = new Float64Array(q * steps * q * steps);
  const A: Float64Array[] = [identity(q)];
  const beta: Float64Array[] = [new Float64Array(q)];
  const S = q + 1;
  let deep = input.deep;

  for (let t = 0; ; t++) {
    const rho = iterates.rho(t);
    const Ut = U.at(q * t * ld, q * ld);
    net.deep.set(deep);
    net.H.set(Ut.view);
    combine(core, g, t, rho, q, N, ld, net.H);
    net.forward(N, 0, 2);
    net.backward(N);
    net.computeJacobian(N);

    const noiseGram = noiseCovariance(iterates.rows[0]![t]!, K, q * steps, q);
    const overlaps = covariances(A[t]!, beta[t]!, S0, noiseGram, q);
    const state: Iterate = {
      trainError: weightedDot(core, weights, net.residual, net.residual, N),
      testError: testError({ ...overlaps, deep }),
      ...overlaps,
      noiseGram,
      gain: A[t],
      signalGain: beta[t],
      deep,
    };
    if (t === steps) {
      yield { ...state, C: iterates.C(t), rho };
      return;
    }

    g.at(q * t * ld, q * ld).set(net.signal.view);
    const tau = whole(responses.advance(t, net.jacobian, rho));
    const tauSignal = link.differentiable ? signalResponse(t, rho) : steinResponse(tau, t);
    yield { ...state, tau, tauSignal, C: iterates.C(t), rho };

    const eta = learningRates[t]![0]!;
    // Gram of the signals: K_{t,s} = (1/phi) E[g_t g_s'], and its Cholesky factor row by row.
    hadamardRows(core, weights, net.signal, scratch, q, N, ld);
    const moments = core.within((inner) => {
      const out = inner.f64(q * q * (t + 1));
      skinny(core, g, q * (t + 1), N, ld, scratch, ld, q, out, q * (t + 1));
      return out.copy();
    });
    for (let i = 0; i < q; i++) {
      const row = q * t + i;
      for (let j = 0; j <= row; j++) {
        const value = moments[i * q * (t + 1) + j]! / sampleRatio;
        K[row * q * steps + j] = value;
        K[j * q * steps + row] = value;
      }
    }
    const Unext = U.at(q * (t + 1) * ld, q * ld);
    Unext.set(Ut.view);
    core.within((inner) => {
      for (let i = 0; i < q; i++) {
        const size = q * t + i;
        const row = inner.from(K.subarray(size * q * steps, size * q * steps + size + 1));
        choleskyAppendRow(core, factor, q * steps, size, row, 1e-12);
      }
      const coefficients = inner.f64(q * q * (t + 1));
      const c = coefficients.view;
      const f = factor.view;
      for (let i = 0; i < q; i++) {
        for (let j = 0; j <= q * t + i; j++) c[i * q * (t + 1) + j] = -eta * f[(q * t + i) * q * steps + j]!;
      }
      skinnyTransposed(core, directions, q * (t + 1), N, ld, coefficients, q * (t + 1), q, Unext, ld);
      const pull = inner.f64(q * q * (t + 1));
      const p = pull.view;
      tau.forEach((matrix, s) => {
        for (let i = 0; i < q; i++) {
          for (let j = 0; j < q; j++) p[i * q * (t + 1) + s * q + j] = -eta * matrix[i * q + j]!;
        }
      });
      skinnyTransposed(core, U, q * (t + 1), N, ld, pull, q * (t + 1), q, Unext, ld);
      for (let i = 0; i < q; i++) axpy(core, -eta * tauSignal[i]!, signal, Unext.at(i * ld, ld), N);
    });

    const nextA = new Float64Array(A[t]!);
    const nextBeta = addTo(new Float64Array(beta[t]!), tauSignal, -eta);
    tau.forEach((matrix, s) => {
      addTo(nextA, multiply(matrix, A[s]!, q, q, q), -eta);
      addTo(nextBeta, multiply(matrix, beta[s]!, q, q, 1), -eta);
    });
    A.push(nextA);
    beta.push(nextBeta);
    iterates.advance(t, eta, tau);

    hadamard(core, weights, net.residual, slopeScratch(), N);
    const gradient = net.deepGradient(slopeScratch(), N);
    deep = descend(deep, deepRates(learningRates[t]!, q, depth, 0), gradient);
  }

  function slopeScratch(): Block {
    return scratch.at(0, ld);
  }

  /** (R2): D_{t,*} = jstar_t + J_t sum_{r<t} rho_{t,r} D_{r,*}, jstar = -link'(z) p; returns its mean. */
  function signalResponse(t: number, rho: readonly Float64Array[]): Float64Array {
    const row = signalResponses.at(q * t * ld, q * ld);
    scratch.fill(0);
    combine(core, signalResponses, t, rho, q, N, ld, scratch);
    for (let a = 0; a < q; a++) {
      const out = row.at(a * ld, ld);
      hadamard(core, slope, net.P.at(a * ld, ld), out, N);
      const values = out.view;
      for (let k = 0; k < N; k++) values[k] = -values[k]!;
      core.within((inner) => {
        const product = inner.f64(ld);
        for (let c = 0; c < q; c++) {
          hadamard(core, net.jacobian.at((a * q + c) * ld, ld), scratch.at(c * ld, ld), product, N);
          axpy(core, 1, product, out, N);
        }
      });
    }
    return Float64Array.from({ length: q }, (_, a) => dot(core, weights, row.at(a * ld, ld), N));
  }

  /** Gaussian integration by parts: tau_{t,*} = (E[g_t U_*] - sum_s tau_{t,s} Cov(U_s, U_*)) / s². */
  function steinResponse(tau: readonly Float64Array[], t: number): Float64Array {
    const variance = S0[0]!;
    const out = Float64Array.from({ length: q }, (_, i) =>
      weightedDot(core, weights, net.signal.at(i * ld, ld), signal, N),
    );
    if (variance === 0) return out.fill(0);
    for (let s = 0; s <= t; s++) {
      const { signalCovariance } = covariances(A[s]!, beta[s]!, S0, new Float64Array(q * q), q);
      addTo(out, multiply(tau[s]!, signalCovariance, q, q, 1), -1);
    }
    return out.map((value) => value / variance);
  }

  function covariances(
    a: Float64Array,
    b: Float64Array,
    gram: Float64Array,
    noise: Float64Array,
    width: number,
  ) {
    // [beta A] S0 [beta A]' + N and [beta A] S0 e_0.
    const rows = new Float64Array(width * S);
    for (let i = 0; i < width; i++) {
      rows[i * S] = b[i]!;
      rows.set(a.subarray(i * width, (i + 1) * width), i * S + 1);
    }
    const half = multiply(rows, gram, width, S, S);
    const full = addTo(multiplyTransposed(half, rows, width, S, width), noise);
    return { gram: full, signalCovariance: Float64Array.from({ length: width }, (_, i) => half[i * S]!) };
  }
}

/** out += sum_{r<t} rho_{t,r} rows_r for families of q rows. */
function combine(
  core: Core,
  rows: Block,
  t: number,
  rho: readonly Float64Array[],
  q: number,
  N: number,
  ld: number,
  out: Block,
): void {
  if (t === 0) return;
  core.within((scope) => {
    const weights = scope.f64(q * q * t);
    const w = weights.view;
    for (let r = 0; r < t; r++) {
      for (let a = 0; a < q; a++) w.set(rho[r]!.subarray(a * q, (a + 1) * q), a * q * t + r * q);
    }
    skinnyTransposed(core, rows, q * t, N, ld, weights, q * t, q, out, ld);
  });
}

function hadamardRows(
  core: Core,
  weights: Block,
  rows: Block,
  out: Block,
  q: number,
  N: number,
  ld: number,
): void {
  for (let i = 0; i < q; i++) hadamard(core, weights, rows.at(i * ld, ld), out.at(i * ld, ld), N);
}

/** N_t = C_t K C_t' for the row C_t = [C_{t,0} … C_{t,t-1}] and the Gram matrix K of the noises, row stride `ld`. */
function noiseCovariance(row: Float64Array, K: Float64Array, ld: number, q: number): Float64Array {
  const size = row.length / q;
  const half = new Float64Array(q * size);
  for (let i = 0; i < q; i++) {
    for (let k = 0; k < size; k++) {
      const factor = row[i * size + k]!;
      for (let j = 0; j < size; j++) half[i * size + j]! += factor * K[k * ld + j]!;
    }
  }
  return multiplyTransposed(half, row, q, size, q);
}

/** What work in pieces comes to. */
function whole<T>(pieces: Generator<number, T>): T {
  for (;;) {
    const next = pieces.next();
    if (next.done) return next.value;
  }
}

/** Bytes of linear memory that one run takes. */
export function derivativeBytes(width: number, steps: number, samples: number, depth: number): number {
  const rows = width * (4 * steps + 4 * depth + 4) + width * width * 2;
  return 8 * (signalRowsSize(width, samples, steps) + rows * samples + width * steps * width * steps);
}

/** Multiply-adds of one run. */
export function derivativeWork(width: number, steps: number, samples: number): number {
  const columns = width * steps;
  return (samples * columns * columns * columns) / 6 + 4 * samples * columns * columns;
}
