// What TypeScript accepts as a configuration and what it refuses. `tsc` is the test: every line that it must refuse says so.
import type {
  Config,
  FiniteWidthConfig,
  MeanFieldConvergenceConfig,
  PropagationOfChaosConfig,
  QuadraticNetworksConfig,
  Solution,
} from '../src/index.ts';
import { certify, dimensionStudy, fit as fitRows, predict, sampleStudy, tune, width } from '../src/index.ts';
import type { FiniteWidthProblem } from '../src/theories/finite-width/problem.ts';
import type { MeanFieldProblem } from '../src/theories/mean-field-convergence/problem.ts';
import type { PropagationProblem } from '../src/theories/propagation-of-chaos/problem.ts';
import type { QuadraticProblem } from '../src/theories/quadratic-networks/problem.ts';

/** A configuration that has been checked, defaults filled in, is one: types by inference and types from JSON Schema agree. */
export const again = {
  finiteWidth: (problem: FiniteWidthProblem): FiniteWidthConfig => problem,
  meanField: (problem: MeanFieldProblem): MeanFieldConvergenceConfig => problem,
  chaos: (problem: PropagationProblem): PropagationOfChaosConfig => problem,
  quadratic: (problem: QuadraticProblem): QuadraticNetworksConfig => problem,
};

const parts = {
  model: { width: 2, activations: ['tanh', { kind: 'softplus', sharpness: 2 }] },
  optimizer: { learningRates: new Float64Array([0.1, 0.1, 0.1]), steps: 5 },
} as const;

export async function accepted(solution: Solution): Promise<void> {
  await predict({
    $schema: './finite-width.schema.json',
    theory: 'finite-width',
    model: { ...parts.model, inputDimension: 100 },
    data: {
      sampleCount: 200,
      link: { kind: 'function', evaluate: (z) => z * z },
      features: { law: 'uniform' },
    },
    optimizer: parts.optimizer,
  });
  await predict({
    theory: 'quadratic-networks',
    model: { widthRatio: 0.3 },
    data: { sampleRatio: 0.5, teacherWidthRatio: 0.3 },
    optimizer: { kind: 'stationary', weightDecay: 0.1 },
  });
  await width(
    {
      theory: 'propagation-of-chaos',
      model: { inputDimension: 16, activation: 'ge4' },
      optimizer: { stepSize: 0.1, steps: 10 },
    },
    { tolerance: 0.1 },
  );
  const study = {
    theory: 'mean-field-convergence',
    model: { width: 100, activation: 'relu', frozenLayers: [{ width: null, activation: 'erf' }] },
    flow: { time: 10, integrator: { kind: 'euler', theta: 1 } },
  } as const;
  await dimensionStudy({ ...study, data: { kind: 'sphere', sampleCount: 10 } }, [5, 10]);
  await sampleStudy({ ...study, data: { kind: 'xor', dimension: 10 } }, [5, 10]);
  await certify({ ...study, data: { kind: 'rows', features: [[1, 2]], labels: [1] } });
  await certify({ features: [[1, 2]], labels: [1] });
  await certify({ features: [new Float64Array(2)], labels: new Float64Array(1) });
  await fitRows(undefined, { theory: 'finite-width', ...parts, data: { features: [[1]], labels: [1] } });
  await tune(
    undefined,
    { theory: 'finite-width', ...parts },
    { widths: [1, 2], activations: ['relu', ['tanh', 'erf']] },
  );
  await predict(solution.problem as Config);
  const parsed: Config = JSON.parse('{}');
  await predict(parsed);
  if (parsed.theory === 'quadratic-networks' && parsed.optimizer.kind === 'gradient-flow') {
    console.log(parsed.optimizer.time satisfies number);
  }
}

export async function refused(): Promise<void> {
  await predict({
    theory: 'quadratic-networks',
    // @ts-expect-error a mistyped key
    model: { widthRatio: 0.3, inputDimensoin: 60 },
    data: { sampleRatio: 0.5, teacherWidthRatio: 0.3 },
    optimizer: { kind: 'stationary' },
  });
  await predict({
    theory: 'quadratic-networks',
    model: { widthRatio: 0.3 },
    data: { sampleRatio: 0.5, teacherWidthRatio: 0.3 },
    // @ts-expect-error a key of another kind of optimizer
    optimizer: { kind: 'stationary', learningRate: 0.1 },
  });
  await predict({
    theory: 'finite-width',
    // @ts-expect-error a name that no activation has
    model: { width: 2, inputDimension: 100, activations: ['tahn'] },
    data: { sampleCount: 200 },
    optimizer: parts.optimizer,
  });
  await predict({
    theory: 'finite-width',
    model: { width: 2, inputDimension: 100, activations: ['tanh'] },
    data: { sampleCount: 200 },
    // @ts-expect-error a text in place of a number
    optimizer: { learningRates: [0.1, 0.1], steps: '5' },
  });
  // @ts-expect-error a key that is required is missing
  await predict({ theory: 'finite-width', model: parts.model, data: {} });
  // @ts-expect-error a theory that does not exist
  await predict({ theory: 'finite-widht' });
  // @ts-expect-error a theory that has no `width`
  await width({ theory: 'finite-width', ...parts, data: {} }, { tolerance: 0.1 });
  // @ts-expect-error a mistyped key of fit
  await fitRows(undefined, { theory: 'finite-width', ...parts, estimater: { kind: 'tangent' } });
  // @ts-expect-error a grid of something else
  await tune(undefined, { theory: 'finite-width', ...parts }, { width: [1, 2] });
}
