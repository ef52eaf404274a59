// What is measured on a flow at a record: errors, rates, bounds, movement and alignment (O1), (C6). One gauge a run; it keeps
// the kernel of the start. Knows no step sizes.
import type { Block, Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import { hadamard } from '../../../bindings/linalg.ts';
import { elementary } from '../../../bindings/math.ts';
import type { StateBlock } from '../../../bindings/mean-field-convergence.ts';
import type { Ensemble } from './ensemble.ts';
import type { Flow } from './flow.ts';
import { alignment, labelAlignment, relativeChange, spectrumOf } from './kernel-matrix.ts';

export class Gauge {
  readonly #flow: Flow;
  readonly #core: Core;
  readonly #startKernel: Block;
  readonly #slopeGram: Block;
  #begun = false;
  #first = 0;
  #exponent = 0;
  #time = 0;
  #floor = 0;

  constructor(flow: Flow, scope: Scope) {
    const n = flow.ensemble.samples;
    this.#flow = flow;
    this.#core = flow.core;
    this.#startKernel = scope.f64(n * n);
    this.#slopeGram = scope.f64(n * n);
  }

  /** The row of one record. `slopes` are those of the state or their average, (C7). */
  read(time: number, loss: number, slopes: StateBlock): Record<string, number | undefined> {
    const flow = this.#flow;
    const core = this.#core;
    const { samples: n, labels } = flow.ensemble;
    flow.slopeGram(this.#slopeGram, slopes);
    let slopeFloor = Number.POSITIVE_INFINITY;
    for (let a = 0; a < n; a++) slopeFloor = Math.min(slopeFloor, this.#slopeGram.view[a * (n + 1)]!);
    hadamard(core, this.#slopeGram, flow.ensemble.gram, flow.K, n * n);
    const rateFloor = (2 / n) * Math.max(0, spectrumOf(core, flow.K, n).smallest);
    if (!this.#begun) {
      this.#startKernel.set(flow.K.view);
      this.#first = loss;
    } else {
      this.#exponent += ((time - this.#time) * (rateFloor + this.#floor)) / 2;
    }
    this.#begun = true;
    this.#time = time;
    this.#floor = rateFloor;
    const posteriorBound = 2 * this.#first * elementary(core, 'exp', -this.#exponent);
    const featureLabelAlignment = core.within((scope) => {
      const F = scope.f64(n * n);
      flow.featureGram(F);
      return labelAlignment(core, F, labels, n);
    });
    return {
      trainError: 2 * loss,
      instantaneousRate: flow.instantaneousRate(),
      rateFloor,
      slopeFloor,
      posteriorBound,
      preactivationMovement: flow.preactivationMovement(),
      weightMovement: flow.weightMovement(),
      kernelMovement: relativeChange(core, flow.K, this.#startKernel, n * n) ?? 0,
      kernelAlignment: alignment(core, flow.K, this.#startKernel, n * n),
      kernelLabelAlignment: labelAlignment(core, flow.K, labels, n),
      featureLabelAlignment,
    };
  }
}

/**
 * How far from 0 rounding alone can put each output on the test rows: a sum of m terms is off by at most m u Σ |a_i s(h_i)| and as
 * much again for their products, u = 2^-53, where Σ |a_i| is the scale and |s(h)| <= min(sup |s|, |s(0)| + sup |s'| |h|), with the root
 * mean square of the pre-activations at the start for |h|. `rows`: neurons or particles that are summed.
 */
export function outputRounding({ activation, scale, rows: m, test }: Ensemble, rows = m): Float64Array {
  const { steepest, atZero, bound } = activation;
  const { count, H } = test!;
  const squares = new Float64Array(count);
  const values = H.view;
  for (let i = 0; i < m; i++)
    for (let k = 0; k < count; k++) squares[k]! += values[i * count + k]! * values[i * count + k]!;
  return squares.map(
    (square) => rows * Number.EPSILON * scale * Math.min(bound, atZero + steepest * Math.sqrt(square / m)),
  );
}

/**
 * Mean squared error on test rows, and the share of wrong signs where all labels are ±1. An output that `rounding` cannot tell from 0 has
 * no sign: wrong half of the time.
 */
export function testErrors(
  outputs: ArrayLike<number>,
  labels: ArrayLike<number>,
  rounding: ArrayLike<number>,
): { testError: number; misclassification?: number } {
  let square = 0;
  let wrong = 0;
  let signs = true;
  for (let k = 0; k < labels.length; k++) {
    const gap = outputs[k]! - labels[k]!;
    square += gap * gap;
    signs &&= labels[k] === 1 || labels[k] === -1;
    const margin = outputs[k]! * labels[k]!;
    wrong += margin > rounding[k]! ? 0 : margin < -rounding[k]! ? 1 : 0.5;
  }
  return { testError: square / labels.length, ...(signs && { misclassification: wrong / labels.length }) };
}

/** Mean squared error of the constant that fits the training labels best: what test errors are compared with. */
export function constantError(train: ArrayLike<number>, test: ArrayLike<number>): number {
  let mean = 0;
  for (let a = 0; a < train.length; a++) mean += train[a]! / train.length;
  let square = 0;
  for (let k = 0; k < test.length; k++) square += (test[k]! - mean) * (test[k]! - mean);
  return square / test.length;
}
