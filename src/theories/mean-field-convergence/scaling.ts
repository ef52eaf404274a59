// The scalings (M6) as what the engine knows of them: the scale of the output and a factor on the pre-activations.
import { layerInputs, type MeanFieldProblem } from './problem.ts';

export interface Scaling {
  /** alpha of (M1). */
  readonly scale: number;
  /** Factor on H(0). */
  readonly factor: number;
}

export function scalingOf(problem: MeanFieldProblem): Scaling {
  const { scaling, width } = problem.model;
  switch (scaling.kind) {
    case 'mean-field':
      return { scale: 1, factor: 1 };
    case 'tangent-kernel':
    case 'standard':
      return { scale: Math.sqrt(width), factor: 1 };
    case 'doubly-mean-field':
      return { scale: 1, factor: 1 / Math.sqrt(layerInputs(problem)) };
    case 'free':
      return { scale: scaling.scale, factor: scaling.preactivationFactor };
  }
}
