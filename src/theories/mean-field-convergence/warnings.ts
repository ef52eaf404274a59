// What a user should know of a run of this theory before trusting it: remarks with their remedies.

import { Activation } from '../../../assembly/abi.ts';
import { type ActivationSpec, resolveActivation } from '../../numerics/activation.ts';
import type { RunStatus, Warning } from '../../solution.ts';
import type { Kind } from '../../theory.ts';
import { MOST_REFUSALS } from './integrate.ts';
import { evaluatorOf } from './method.ts';
import { layerInputs, type MeanFieldProblem, sampleCount } from './problem.ts';
import { scalingOf } from './scaling.ts';
import { trainedActivation } from './slopes.ts';

type Notes = Readonly<Record<string, number>>;

/** A smallest eigenvalue of G below this share of the largest makes progress invisibly slow. */
const SLOW_SHARE = 1e-6;
/** A displacement of neurons, 1/alpha, from which on features move. */
const LAZY_SCALE = 10;

export function warningsOf(
  problem: MeanFieldProblem,
  kind: Kind,
  status: RunStatus,
  notes: readonly Notes[],
): Warning[] {
  const warnings: Warning[] = [];
  const { scale } = scalingOf(problem);
  const activation = trainedActivation(problem.model.activation as ActivationSpec);
  warnings.push(...endWarnings(notes));
  const largestLabel = Math.max(0, ...notes.map((note) => note.largestLabel ?? 0));
  const reach = scale * activation.bound;
  if (largestLabel >= reach) {
    warnings.push({
      code: 'label-out-of-reach',
      message: `${activation.name} networks of scale ${scale} reach outputs below ${reach} in size, and the largest label is ${largestLabel}: no rate exists, and beyond that size the loss stays above 0. Raise model.scaling (free, scale well above ${largestLabel / activation.bound}), rescale the labels, or take an unbounded activation.`,
    });
  }
  warnings.push(...oddWarnings(problem));
  if (kind === 'prediction') {
    warnings.push(...spectrumWarnings(problem, notes), ...contradictions(notes));
    if (evaluatorOf(problem) !== 'mean-field' && scale < LAZY_SCALE) {
      warnings.push({
        code: 'kernel-counterpart',
        message: `The curves are those of the tangent kernel, which training follows for large scales only; at scale ${scale} features move, and the difference to a simulation is their doing.`,
      });
    }
    const uncertified = notes.filter(({ certificate }) => certificate === 0).length;
    if (uncertified > 0) {
      const threshold = Math.max(...notes.map((note) => note.threshold ?? -1));
      const from = threshold > 0 ? ` Certificates begin at scale ${threshold.toPrecision(4)}.` : '';
      warnings.push({
        code: 'no-certificate',
        message: `In ${uncertified} of ${notes.length} draws nothing is certified at the start, which does not mean that training fails.${from} A simulation may be certified on its way (restartRate).`,
      });
    }
  } else {
    const unfinished = notes.filter((note) => note.certificate === 0 && (note.lastShare ?? 0) > 0.01).length;
    if (unfinished > 0 && problem.flow.stopAt === 0 && status === 'complete') {
      warnings.push({
        code: 'unfinished',
        message: `In ${unfinished} of ${notes.length} replicas the loss is above 1 % of its start and no certificate fired. Raise flow.time, model.width (dead samples) or the dimension of the inputs.`,
      });
    }
  }
  return warnings;
}

/** Where training ended before its time, or went on below what its numbers resolve. */
function endWarnings(notes: readonly Notes[]): Warning[] {
  const warnings: Warning[] = [];
  const stalled = notes.filter((note) => note.stalled !== undefined);
  if (stalled.length > 0) {
    const time = Math.min(...stalled.map((note) => note.stalled!)).toPrecision(4);
    warnings.push({
      code: 'no-step',
      message: `In ${stalled.length} of ${notes.length} runs training ends before its time, first at t = ${time}: of ${MOST_REFUSALS + 1} steps, each shorter, none kept the tolerance of the adaptive integrator. Raise flow.integrator.tolerance, or give "exp2" a step.`,
    });
  }
  const floored = notes.filter((note) => note.floored !== undefined);
  if (floored.length > 0) {
    const time = Math.min(...floored.map((note) => note.floored!)).toPrecision(4);
    const floor = Math.max(...floored.map((note) => note.floorShare!));
    const stop = 10 * floor < 1 ? `flow.stopAt to ${(10 * floor).toPrecision(1)}, or ` : '';
    warnings.push({
      code: 'single-precision-floor',
      message: `In ${floored.length} of ${notes.length} replicas the loss falls to what single precision resolves, ${floor.toPrecision(1)} of the first, at t = ${time}: from there on losses, and kernels of neurons on a kink, are those of rounding, and bounds are not kept. Set ${stop}simulation.dtype to "float64".`,
    });
  }
  return warnings;
}

function spectrumWarnings(problem: MeanFieldProblem, notes: readonly Notes[]): Warning[] {
  const singular = notes.filter(({ smallestGram }) => smallestGram === 0);
  if (singular.length > 0) {
    return [
      {
        code: 'singular-gram',
        message: `In ${singular.length} of ${notes.length} draws the Gram matrix of the trained layer's inputs is singular, and the Schur certificate cannot apply: ${whySingular(problem, singular[0]!)}`,
      },
    ];
  }
  const slow = notes.filter((note) => note.smallestGram! < SLOW_SHARE * note.largestGram!).length;
  if (slow === 0) return [];
  return [
    {
      code: 'ill-conditioned-gram',
      message: `In ${slow} of ${notes.length} draws the smallest eigenvalue of the inputs' Gram matrix is below ${SLOW_SHARE} of the largest: what the Schur certificate guarantees is too slow to see. More input dimensions or wider frozen layers raise it.`,
    },
  ];
}

/** Causes with their remedies, as one draw has them. */
function whySingular(problem: MeanFieldProblem, { same, opposite, zero }: Notes): string {
  const [p, n] = [layerInputs(problem), sampleCount(problem.data)];
  const causes = [
    p < n &&
      `it has ${p} inputs for ${n} samples. Add inputs, or a frozen layer of at least ${n} features (model.frozenLayers).`,
    same! > 0 && `${same} pairs of rows are the same. Merge duplicates.`,
    opposite! > 0 &&
      `${opposite} pairs of rows are opposite, x and -x or odd features of them. Give a frozen layer a biasVariance above 0, or an activation that is not odd.`,
    zero! > 0 && `${zero} rows are zero. Remove them, or give a frozen layer a biasVariance above 0.`,
  ].filter((cause) => cause !== false);
  const others = 'rows depend on each other linearly. Remove such rows, or widen the frozen layer.';
  return causes.length > 0 ? causes.join(' Also, ') : others;
}

/** Labels that no function of the inputs meets. */
function contradictions(notes: readonly Notes[]): Warning[] {
  const found = notes.filter(({ contradictory }) => contradictory! > 0);
  if (found.length === 0) return [];
  return [
    {
      code: 'contradictory-rows',
      message: `In ${found.length} of ${notes.length} draws rows have labels that this network cannot output together: the same inputs with different labels, opposite ones of an odd network, or inputs of 0 with a label that is not. The loss stays above 0. Correct or merge such rows.`,
    },
  ];
}

/** Odd features under an odd trained activation make an odd network. */
function oddWarnings({ model, data }: MeanFieldProblem): Warning[] {
  const odd = trainedActivation(model.activation as ActivationSpec).odd;
  const features = model.frozenLayers.every(
    ({ activation, biasVariance }) => biasVariance === 0 && isOdd(activation as ActivationSpec),
  );
  if (!odd || !features || data.kind !== 'xor') return [];
  return [
    {
      code: 'odd-network',
      message:
        'The network is odd in its input and the target is even: no training set teaches it, and test errors stay at 1 or above. Use relu or softplus, or frozen layers with biases.',
    },
  ];
}

function isOdd(spec: ActivationSpec): boolean {
  const { kind } = resolveActivation(spec);
  return (
    kind === Activation.Identity ||
    kind === Activation.Tanh ||
    kind === Activation.Erf ||
    kind === Activation.ErfSqrt2 ||
    kind === Activation.Sin
  );
}
