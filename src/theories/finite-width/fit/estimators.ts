// The estimates of the test error that can run beside a training run, in one form: see each iterate once, then be taken
// one step further. The only place that knows which estimator a name stands for.
import type { Scope } from '../../../../bindings/arena.ts';
import type { Core } from '../../../../bindings/core.ts';
import { OnsagerEstimator, RELIABILITY_LIMIT, reliabilityRatio } from '../onsager.ts';
import type { SpectrumClass } from '../response.ts';
import type { Components } from './components.ts';
import type { EstimatorKind } from './cost.ts';
import { CrossValidation, errorOf } from './cross-validation.ts';
import type { DescentShape, Design, GradientDescent, Parameters } from './gradient-descent.ts';
import { TangentEstimator } from './tangent.ts';

/** What an estimator says about one iterate; errors in the units of the prepared labels. */
export interface EstimatedIterate {
  readonly error: number;
  readonly standardError: number;
  /** Prediction of every row by a network that has not seen it, where the estimator has one. */
  readonly leftOut?: Float64Array;
  /** f of every row at this iterate (tangent). */
  readonly output?: Float64Array;
  readonly sharpness?: number;
  readonly tailShare?: number;
  /** Above its limit the estimate is not to be trusted (onsager). */
  readonly reliability?: number;
}

/** Work that stops after every piece of it, where it may be left: yields the share of an iterate's work that is done. */
export type Pieces<T> = Generator<number, T>;

export interface LiveEstimator {
  /** Estimate at the iterate that the run has just evaluated. `rates` of the coming step, or of the last one at the end. */
  observe(t: number, rates: readonly number[]): Pieces<EstimatedIterate>;
  /** To the next iterate; before the run itself steps. */
  advance(t: number, rates: readonly number[]): Pieces<void>;
  /** For the diagnostics. */
  readonly details: Readonly<Record<string, number>>;
}

export interface EstimatorSetting {
  readonly core: Core;
  readonly scope: Scope;
  readonly descent: GradientDescent;
  readonly design: Design;
  readonly shape: DescentShape;
  readonly start: Parameters;
  readonly steps: number;
  readonly labels: Float64Array;
  readonly groups?: { readonly of: Int32Array; readonly count: number };
  readonly components?: Components;
  readonly head: number;
  readonly folds: readonly (readonly number[])[];
  /** Known spectrum of the feature covariance (onsager); isotropic where absent. */
  readonly spectrum?: readonly SpectrumClass[];
}

export const estimators: Readonly<Record<EstimatorKind, (setting: EstimatorSetting) => LiveEstimator>> = {
  tangent: tangentEstimator,
  onsager: onsagerEstimator,
  'cross-validation': crossValidationEstimator,
};

/** Derivatives that the run beside the estimator has to provide. */
export const estimatorOrder: Readonly<Record<EstimatorKind, 1 | 2>> = {
  tangent: 2,
  onsager: 2,
  'cross-validation': 1,
};

function tangentEstimator(setting: EstimatorSetting): LiveEstimator {
  const { core, scope, descent, design, components, head, shape, labels } = setting;
  const tangent = new TangentEstimator(core, scope, descent.net, design, components!, head, shape.biases);
  return {
    details: {
      head: tangent.head,
      rank: components!.rank,
      classes: tangent.classes,
      parameters: tangent.parameters,
    },
    *observe(_, rates) {
      const { leftOut, output, tailShare } = tangent.observe();
      const sharpness = yield* tangent.curvature(rates);
      return { ...errorOf(labels, leftOut), leftOut, output, tailShare, sharpness };
    },
    advance: (_, rates) => tangent.advance(rates),
  };
}

function crossValidationEstimator(setting: EstimatorSetting): LiveEstimator {
  const { core, scope, design, shape, start, folds, labels, groups } = setting;
  const validation = new CrossValidation(core, scope, design, shape, start, folds);
  return {
    details: { folds: folds.length },
    *observe() {
      const leftOut = validation.observe();
      yield 0.5;
      return { ...errorOf(labels, leftOut, groups), leftOut };
    },
    *advance(_, rates) {
      validation.advance(rates);
      yield 0.5;
    },
  };
}

function onsagerEstimator(setting: EstimatorSetting): LiveEstimator {
  const { core, scope, design, shape, descent, steps, spectrum } = setting;
  const { rows: m, columns: N } = design;
  const q = shape.width;
  const n = N - (design.constant ? 1 : 0);
  const { activations } = shape;
  const onsager = new OnsagerEstimator(core, scope, {
    width: q,
    activations,
    samples: m,
    steps,
    sampleRatio: m / n,
    spectrum,
  });
  return {
    details: { reliabilityLimit: RELIABILITY_LIMIT },
    *observe(t) {
      const { estimate, standardError, gram } = onsager.estimate(t, descent.net);
      yield 0;
      // The check compares with W'W, which is W'ΣW for isotropic columns only.
      if (spectrum) return { error: estimate, standardError };
      const { first } = descent.parameters();
      const own = new Float64Array(q * q);
      for (let i = 0; i < q; i++) {
        for (let j = 0; j < q; j++) {
          for (let c = 0; c < N; c++) own[i * q + j]! += first[i * N + c]! * first[j * N + c]!;
        }
      }
      return { error: estimate, standardError, reliability: reliabilityRatio(gram, own, q, m) };
    },
    advance: (t, rates) => onsager.respond(t, descent.net, rates[0]!),
  };
}
