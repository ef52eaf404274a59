// Gradient flow of a linear model with a fixed kernel, at any time and at infinity (K3). Knows neither networks nor where the
// kernel is from.
import type { Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import { gemv, gemvTransposed } from '../../../bindings/linalg.ts';
import { Eigenbasis, phi1 } from './kernel-matrix.ts';

/** Eigenvalues below this share of the largest are cut at infinite time. */
const CUT = 1e-13;

export interface KernelOutputs {
  readonly train: Float64Array;
  readonly test?: Float64Array;
}

export class KernelFlow {
  readonly #core: Core;
  readonly #basis: Eigenbasis;
  readonly #n: number;
  readonly #train: Float64Array;
  readonly #cross: Float64Array | undefined;
  readonly #gap: Float64Array;
  readonly #start: KernelOutputs;

  /** `train` is n × n, `cross` n × test rows; `start` the outputs at time 0, which are 0 unless given. */
  constructor(
    core: Core,
    scope: Scope,
    train: Float64Array,
    cross: Float64Array | undefined,
    labels: Float64Array,
    start?: KernelOutputs,
  ) {
    const n = labels.length;
    this.#core = core;
    this.#n = n;
    this.#train = train;
    this.#cross = cross;
    this.#start = start ?? {
      train: new Float64Array(n),
      ...(cross && { test: new Float64Array(cross.length / n) }),
    };
    this.#gap = labels.map((y, a) => y - this.#start.train[a]!);
    this.#basis = new Eigenbasis(core, scope, scope.from(train), n);
  }

  /** Outputs at time t; Infinity: the end. */
  at(t: number): KernelOutputs {
    const core = this.#core;
    const n = this.#n;
    const cut = CUT * this.#basis.values[n - 1]!;
    const gain = (value: number) =>
      Number.isFinite(t) ? (t / n) * phi1(core, (-Math.max(0, value) * t) / n) : value > cut ? 1 / value : 0;
    return core.within((scope) => {
      const c = scope.from(this.#gap);
      this.#basis.apply(gain, c, c);
      const train = scope.f64(n);
      gemv(core, scope.from(this.#train), n, n, n, c, train);
      const start = this.#start;
      const plus = (values: Float64Array, more: Float64Array) => values.map((value, k) => value + more[k]!);
      if (!this.#cross) return { train: plus(train.view, start.train) };
      const tests = this.#cross.length / n;
      const test = scope.f64(tests);
      gemvTransposed(core, scope.from(this.#cross), n, tests, tests, c, test);
      return { train: plus(train.view, start.train), test: plus(test.view, start.test!) };
    });
  }
}
