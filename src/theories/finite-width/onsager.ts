// Augmented gradient descent: the test error estimated at every iterate from the training data alone, by taking the
// memory of each row out of its pre-activation (Onsager correction). For features of independent, standardised columns.
// Source: Han & Imaizumi 2505.04898, section 4; equations (O1)-(O3) of docs/theories/finite-width.md.
// The spectrum classes and the reliability ratio are ours.
import type { Block, Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import { skinny, skinnyTransposed } from '../../../bindings/linalg.ts';
import { type HiddenActivation, NetworkWorkspace } from '../../../bindings/network.ts';
import { ISOTROPIC, IterateResponse, type SpectrumClass } from './response.ts';
import { SignalRows, signalRowsSize } from './response-row.ts';

/** Above this ratio of the diagnostic to its sampling size an iterate is flagged (read off 104 runs; not validated). */
export const RELIABILITY_LIMIT = 3;

export interface OnsagerSetup {
  readonly width: number;
  readonly activations: readonly HiddenActivation[];
  /** Training rows m. */
  readonly samples: number;
  readonly steps: number;
  /** m/n. */
  readonly sampleRatio: number;
  readonly spectrum?: readonly SpectrumClass[];
}

export interface OnsagerEstimate {
  /** E_gen[t]: mean over rows of (y - f(Uhat))². */
  readonly estimate: number;
  /** Standard deviation over rows of the squared error, over √m. */
  readonly standardError: number;
  /** Gram of the corrected pre-activations, (1/m) Uhat'Uhat, q x q: estimates W_1'W_1. */
  readonly gram: Float64Array;
}

export class OnsagerEstimator {
  readonly iterates: IterateResponse;
  /** tau_{t,s} so far. */
  readonly tau: Float64Array[][] = [];
  readonly #core: Core;
  readonly #setup: OnsagerSetup;
  readonly #signals: SignalRows;
  readonly #G: Block;
  readonly #probe: NetworkWorkspace;
  #rho: Float64Array[] = [];

  constructor(core: Core, scope: Scope, setup: OnsagerSetup) {
    const { width: q, samples, steps } = setup;
    const ld = samples + (samples & 1);
    this.#core = core;
    this.#setup = setup;
    this.iterates = new IterateResponse(q, setup.sampleRatio, setup.spectrum ?? ISOTROPIC);
    this.#signals = new SignalRows(core, scope, q, samples, ld, steps);
    this.#G = scope.f64(q * steps * ld);
    this.#probe = new NetworkWorkspace(core, scope, {
      width: q,
      activations: setup.activations,
      samples,
      order: 1,
    });
  }

  /** Corrected pre-activations Uhat of the last call, q rows. */
  get corrected(): Block {
    return this.#probe.H;
  }

  /**
   * Iterate t of a run whose workspace has just done `forward` of order 2 and `backward`. `eta` is the first layer's rate of
   * this step, undefined at the last iterate.
   */
  step(t: number, net: NetworkWorkspace, eta: number | undefined): OnsagerEstimate {
    const estimate = this.estimate(t, net);
    if (eta !== undefined) for (const _ of this.respond(t, net, eta));
    return estimate;
  }

  /** The estimate at iterate t. Cost: q² t multiply-adds a row. */
  estimate(t: number, net: NetworkWorkspace): OnsagerEstimate {
    const { width: q, samples: m } = this.#setup;
    const ld = net.stride;
    const probe = this.#probe;
    const rho = this.iterates.rho(t);
    this.#rho = rho;
    probe.deep.set(net.deep.view);
    probe.H.set(net.H.view);
    if (t > 0) {
      this.#core.within((scope) => {
        const weights = scope.f64(q * q * t);
        const w = weights.view;
        rho.forEach((matrix, s) => {
          for (let a = 0; a < q; a++)
            for (let b = 0; b < q; b++) w[a * q * t + s * q + b] = -matrix[a * q + b]!;
        });
        skinnyTransposed(this.#core, this.#G, q * t, m, ld, weights, q * t, q, probe.H, ld);
      });
    }
    probe.forward(m, 0, 0);
    const f = probe.output.view;
    const y = net.label.view;
    let total = 0;
    let squares = 0;
    for (let k = 0; k < m; k++) {
      const error = (y[k]! - f[k]!) * (y[k]! - f[k]!);
      total += error;
      squares += error * error;
    }
    const estimate = total / m;
    const spread = Math.sqrt(Math.max(0, squares / m - estimate * estimate));
    return { estimate, standardError: spread / Math.sqrt(m), gram: this.#gram() };
  }

  /**
   * To iterate t + 1, from the same workspace as `estimate` before it; eta is the first layer's rate of the step. Yields the
   * share of the work that every piece of it has done.
   * Cost: q³ t²/2 multiply-adds a row.
   */
  *respond(t: number, net: NetworkWorkspace, eta: number): Generator<number, void> {
    const { width: q, samples: m } = this.#setup;
    const ld = net.stride;
    this.#G.at(q * t * ld, q * ld).set(net.signal.view);
    net.computeJacobian(m);
    const tau = yield* this.#signals.advance(t, net.jacobian, this.#rho);
    this.tau.push(tau);
    this.iterates.advance(t, eta, tau);
  }

  #gram(): Float64Array {
    const { width: q, samples: m } = this.#setup;
    const { H, stride } = this.#probe;
    return this.#core.within((scope) => {
      const gram = scope.f64(q * q);
      skinny(this.#core, H, q, m, stride, H, stride, q, gram, q);
      return gram.copy().map((value) => value / m);
    });
  }
}

/** ||(1/m) Uhat'Uhat - W_1'W_1||_F / ||W_1'W_1||_F over √((q+1)/m): of order 1 when the estimate may be trusted. */
export function reliabilityRatio(
  corrected: Float64Array,
  gram: Float64Array,
  width: number,
  samples: number,
): number {
  let difference = 0;
  let size = 0;
  for (let i = 0; i < gram.length; i++) {
    const gap = corrected[i]! - gram[i]!;
    difference += gap * gap;
    size += gram[i]! * gram[i]!;
  }
  if (size === 0) return 0;
  return Math.sqrt(difference / size) / Math.sqrt((width + 1) / samples);
}

/** Bytes of linear memory of the estimator. */
export function onsagerBytes(width: number, samples: number, steps: number): number {
  return 8 * (signalRowsSize(width, samples, steps) + width * steps * samples + 8 * width * samples);
}
