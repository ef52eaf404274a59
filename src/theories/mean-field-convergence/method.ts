// How a configuration is predicted: by which evaluator, on how many particles.
import { MOST_DIMENSIONS, usualNodes } from './mean-field.ts';
import { type MeanFieldProblem, sampleCount } from './problem.ts';

export type Evaluator = 'mean-field' | 'tangent-kernel' | 'initial-kernel';

/** Which evaluator a configuration means. A start with outputs of its own has the linearised network as its counterpart. */
export function evaluatorOf(problem: MeanFieldProblem): Evaluator {
  const { method } = problem.prediction;
  if (method !== 'auto') return method;
  if (problem.model.initialization.kind !== 'symmetric') return 'initial-kernel';
  return sampleCount(problem.data) <= MOST_DIMENSIONS ? 'mean-field' : 'tangent-kernel';
}

/** Particles a dimension. */
export const nodesOf = (problem: MeanFieldProblem): number =>
  problem.prediction.nodes ?? usualNodes(sampleCount(problem.data));
