// The configuration of the mean-field-convergence theory: its form, defaults and checks across fields. Plain JSON in,
// frozen plain JSON out.
import {
  array,
  boolean,
  type Complain,
  check,
  type Infer,
  literal,
  nameOrObject,
  nullable,
  number,
  numericMatrix,
  numericVector,
  object,
  oneOf,
  optional,
  refine,
  toJsonSchema,
  union,
} from '../../check.ts';
import { ConfigError } from '../../errors.ts';
import { formsOf } from '../../function-forms.ts';
import { limits, seed } from '../../run-settings.ts';

const trainedForms = {
  ...formsOf('identity', 'relu', 'tanh', 'sigmoid', 'erf', 'erf-sqrt2', 'softplus'),
  'leaky-relu': {
    slope: optional(number({ min: 0, exclusiveMax: 1, description: 'slope for negative input' }), 0.01),
  },
};
const frozenForms = { ...trainedForms, ...formsOf('gelu', 'silu', 'sin') };
const linkForms = { ...frozenForms, ...formsOf('quadratic', 'hermite', 'sign') };

/** Most samples: an n × n eigenproblem is solved at every measurement. */
const MOST_SAMPLES = 4096;
const samples = number({ integer: true, min: 1, max: MOST_SAMPLES, description: 'training rows n' });
const dimension = number({ integer: true, min: 1, max: 1e6, description: 'inputs d' });
const testSamples = optional(
  number({ integer: true, min: 0, max: 100_000, description: 'test rows; 0: none' }),
  1000,
);

const labelsSchema = union('kind', {
  signs: { scale: optional(number({ exclusiveMin: 0, max: 1e6 }), 1) },
  gaussian: { scale: optional(number({ exclusiveMin: 0, max: 1e6 }), 1) },
});

const dataSchema = union('kind', {
  sphere: { sampleCount: samples, dimension, labels: optional(nameOrObject(labelsSchema), 'signs') },
  xor: {
    sampleCount: samples,
    dimension: number({ integer: true, min: 2, max: 1e6, description: 'inputs d, each ±1' }),
    testSamples,
  },
  'single-neuron': {
    sampleCount: samples,
    dimension,
    testSamples,
    link: optional(nameOrObject(union('kind', linkForms)), 'relu'),
  },
  spiked: {
    sampleCount: samples,
    dimension,
    testSamples,
    strength: optional(number({ min: 0, max: 1e6, description: 'the spike has variance 1 + strength' }), 5),
    link: optional(nameOrObject(union('kind', linkForms)), { kind: 'hermite', degree: 2 }),
  },
  rows: {
    features: numericMatrix({ description: 'one row per sample' }),
    labels: numericVector({ minLength: 1, maxLength: MOST_SAMPLES }),
    testFeatures: optional(numericMatrix()),
    testLabels: optional(numericVector({ minLength: 1 })),
  },
});

const layerSchema = object({
  width: nullable(
    number({ integer: true, min: 1, max: 100_000, description: 'null: infinitely wide, in every layer' }),
  ),
  activation: nameOrObject(union('kind', frozenForms)),
  weightVariance: optional(number({ exclusiveMin: 0, max: 1e6 }), 1),
  biasVariance: optional(number({ min: 0, max: 1e6 }), 0),
});

const scalingSchema = nameOrObject(
  union('kind', {
    'mean-field': {},
    'tangent-kernel': {},
    standard: {},
    'doubly-mean-field': {},
    free: {
      scale: number({ exclusiveMin: 0, max: 1e9, description: 'α: 1 is mean-field, √m tangent-kernel' }),
      preactivationFactor: optional(number({ min: 0, max: 1e6, description: 'factor on H(0)' }), 1),
    },
  }),
);

const initializationSchema = nameOrObject(
  union('kind', {
    symmetric: {},
    independent: {},
    explicit: { weights: numericMatrix(), signs: numericVector({ minLength: 1 }) },
  }),
);

const integratorSchema = nameOrObject(
  union('kind', {
    auto: {},
    euler: {
      theta: optional(number({ exclusiveMin: 0, max: 2, description: 'share of the safe step' }), 0.5),
    },
    rk4: { theta: optional(number({ exclusiveMin: 0, max: 2.78 }), 0.5) },
    exp1: { step: number({ exclusiveMin: 0, max: 1e9 }) },
    exp2: { step: number({ exclusiveMin: 0, max: 1e9 }) },
    adaptive: { tolerance: optional(number({ exclusiveMin: 0, max: 0.1 }), 1e-4) },
  }),
);

const form = object({
  theory: literal('mean-field-convergence'),
  model: object({
    width: number({ integer: true, min: 1, max: 1e6, description: 'trained neurons m' }),
    activation: nameOrObject(union('kind', trainedForms)),
    frozenLayers: optional(array(layerSchema, { maxLength: 16 }), []),
    normalize: optional(
      boolean({ description: 'mean |u|² = 1 over training rows; unless given: with frozen layers' }),
    ),
    scaling: optional(scalingSchema, 'mean-field'),
    initialization: optional(initializationSchema, 'symmetric'),
  }),
  data: dataSchema,
  flow: object({
    time: number({ exclusiveMin: 0, max: 1e9, description: 'end of gradient flow, in the clock of (M2)' }),
    records: optional(number({ integer: true, min: 1, max: 10_000, description: 'measurements' }), 40),
    integrator: optional(integratorSchema, 'auto'),
    stopAt: optional(
      number({
        min: 0,
        exclusiveMax: 1,
        description: 'training ends at this fraction of the first loss; rows end where all runs have',
      }),
      0,
    ),
  }),
  prediction: optional(
    object({
      method: optional(oneOf('auto', 'mean-field', 'tangent-kernel', 'initial-kernel'), 'auto'),
      nodes: optional(number({ integer: true, min: 4, max: 400, description: 'particles per dimension' })),
    }),
    {},
  ),
  simulation: optional(
    object({
      replicas: optional(number({ integer: true, min: 1, max: 100_000 }), 4),
      form: optional(oneOf('auto', 'primal', 'dual'), 'auto'),
      dtype: optional(oneOf('float64', 'float32'), 'float64'),
      restart: optional(boolean({ description: 'certificates along the run' }), true),
    }),
    {},
  ),
  seed,
  limits,
});

export type MeanFieldProblem = Infer<typeof form>;

const configSchema = refine(form, (config, complain) => {
  checkInitialization(config, complain);
  checkData(config, complain);
  checkLayers(config, complain);
  checkPrediction(config, complain);
  checkSimulation(config, complain);
});

function checkInitialization({ model, data, flow }: MeanFieldProblem, complain: Complain): void {
  const { initialization, width, frozenLayers } = model;
  if (initialization.kind === 'symmetric' && width % 2 === 1) {
    complain({
      path: 'model.width',
      received: String(width),
      expected: 'an even number: the symmetric start makes pairs of neurons of opposite sign',
      remedy: `Use ${width + 1}, or model.initialization "independent".`,
    });
  }
  if (initialization.kind === 'explicit') {
    const { weights, signs } = initialization;
    const inputs = frozenLayers.at(-1)?.width ?? inputDimension(data);
    if (weights.length !== width || weights[0]!.length !== inputs) {
      complain({
        path: 'model.initialization.weights',
        received: `${weights.length} rows of ${weights[0]!.length}`,
        expected: `${width} rows of ${inputs}: one per neuron, one number per input of the trained layer`,
      });
    }
    if (signs.length !== width || signs.some((sign) => sign !== 1 && sign !== -1)) {
      complain({
        path: 'model.initialization.signs',
        received: `${signs.length} numbers`,
        expected: `${width} numbers, each 1 or -1`,
      });
    }
  }
  if (
    flow.integrator.kind === 'adaptive' ||
    flow.integrator.kind === 'exp2' ||
    flow.integrator.kind === 'rk4'
  ) {
    if (hasKink({ model })) {
      complain({
        path: 'flow.integrator',
        received: `"${flow.integrator.kind}" with ${model.activation.kind}`,
        expected: '"euler" or "exp1" for an activation with a kink',
        remedy: 'Flows pin neurons on the kink, where steps of higher order lose their order: use "euler".',
      });
    }
  }
}

function checkData({ data }: MeanFieldProblem, complain: Complain): void {
  if (data.kind !== 'rows') return;
  const { features, labels, testFeatures, testLabels } = data;
  const rows = (path: string, values: readonly unknown[], count: number, of: string) => {
    if (values.length === count) return;
    complain({ path, received: `${values.length} numbers`, expected: `${count}, one per row of ${of}` });
  };
  rows('data.labels', labels, features.length, 'data.features');
  if (testFeatures && testFeatures[0]!.length !== features[0]!.length) {
    complain({
      path: 'data.testFeatures',
      received: `rows of ${testFeatures[0]!.length}`,
      expected: `rows of ${features[0]!.length}, as in data.features`,
    });
  }
  if ((testFeatures === undefined) !== (testLabels === undefined)) {
    complain({
      path: testFeatures ? 'data.testLabels' : 'data.testFeatures',
      received: 'nothing',
      expected: 'testFeatures and testLabels together',
    });
  } else if (testFeatures && testLabels) {
    rows('data.testLabels', testLabels, testFeatures.length, 'data.testFeatures');
  }
}

function checkLayers({ model, data }: MeanFieldProblem, complain: Complain): void {
  const { frozenLayers, initialization } = model;
  const infinite = frozenLayers.filter(({ width }) => width === null).length;
  if (infinite > 0 && infinite < frozenLayers.length) {
    complain({
      path: 'model.frozenLayers',
      received: `${infinite} of ${frozenLayers.length} layers with width null`,
      expected: 'width null in all frozen layers, or in none',
      remedy: 'An infinitely wide layer has no finite one before or behind it here.',
    });
  }
  if (infinite > 0 && initialization.kind === 'explicit') {
    complain({
      path: 'model.initialization',
      received: '"explicit"',
      expected: '"symmetric" or "independent" with infinitely many features',
      remedy: 'Give the frozen layers a width.',
    });
  }
  const count = sampleCount(data) + testCount(data);
  if (infinite > 0 && count > MOST_SAMPLES) {
    complain({
      path: 'data',
      received: `${count} training and test rows`,
      expected: `at most ${MOST_SAMPLES} with infinitely many features`,
      remedy: 'Their pre-activations are drawn jointly: lower testSamples.',
    });
  }
}

function checkPrediction({ prediction, data, model }: MeanFieldProblem, complain: Complain): void {
  if (prediction.nodes !== undefined && prediction.nodes % 2 === 1) {
    complain({
      path: 'prediction.nodes',
      received: String(prediction.nodes),
      expected: 'an even number: an odd grid has a particle on the kink of relu, and errors of per cents',
      remedy: `Use ${prediction.nodes + 1}.`,
    });
  }
  if (prediction.method !== 'mean-field') return;
  const n = sampleCount(data);
  if (n > 3) {
    complain({
      path: 'prediction.method',
      received: `"mean-field" with ${n} samples`,
      expected: 'at most 3 samples: particles fill a grid of as many dimensions',
      remedy: 'Use "tangent-kernel", and simulate for the dynamics with features that move.',
    });
  }
  if (model.initialization.kind === 'explicit') {
    complain({
      path: 'prediction.method',
      received: '"mean-field" with explicit weights',
      expected: 'a random start: infinitely many neurons have no given weights',
      remedy: 'Use "initial-kernel", or another initialization.',
    });
  }
}

function checkSimulation({ simulation }: MeanFieldProblem, complain: Complain): void {
  if (simulation.dtype === 'float64' || simulation.form !== 'primal') return;
  complain({
    path: 'simulation.dtype',
    received: '"float32" with form "primal"',
    expected: '"float64", or the dual form',
    remedy: 'Steps in single precision are those of the dual form: use form "auto" or "dual".',
  });
}

/** Rows of the training set. */
export function sampleCount(data: MeanFieldProblem['data']): number {
  return data.kind === 'rows' ? data.labels.length : data.sampleCount;
}

/** Rows of the test set; 0 where there is none. */
export function testCount(data: MeanFieldProblem['data']): number {
  if (data.kind === 'rows') return data.testLabels?.length ?? 0;
  return data.kind === 'sphere' ? 0 : data.testSamples;
}

/** Inputs of a row. */
export function inputDimension(data: MeanFieldProblem['data']): number {
  return data.kind === 'rows' ? data.features[0]!.length : data.dimension;
}

/** Inputs of the trained layer, p; Infinity in the infinite-feature limit. */
export function layerInputs({ model, data }: MeanFieldProblem): number {
  const last = model.frozenLayers.at(-1);
  return last ? (last.width ?? Number.POSITIVE_INFINITY) : inputDimension(data);
}

/** Whether the slope of the trained neurons jumps at 0. */
export const hasKink = ({ model }: Pick<MeanFieldProblem, 'model'>): boolean =>
  model.activation.kind === 'relu' || model.activation.kind === 'leaky-relu';

/** For calls that are about this theory only: another one is told at once, before all that does not fit. @throws ConfigError */
export function checkOwn(config: unknown): MeanFieldProblem {
  const { theory } = (config ?? {}) as { theory?: unknown };
  if (theory === undefined || theory === 'mean-field-convergence') return checkConfig(config);
  throw new ConfigError([
    {
      path: 'theory',
      received: JSON.stringify(theory),
      expected: '"mean-field-convergence"',
      remedy: 'Certificates and studies are of that theory; give a configuration of it.',
    },
  ]);
}

/** The checked configuration. @throws ConfigError */
export const checkConfig = (config: unknown): MeanFieldProblem => check(configSchema, config);

/** The configuration as JSON Schema 2020-12. */
export function jsonSchema() {
  return toJsonSchema(configSchema, { id: 'https://foretrain.dev/schema/mean-field-convergence.json' });
}
