// The configuration of the mean-field-convergence theory: its form, defaults and checks across fields. Plain JSON in,
// frozen plain JSON out.
import {
  array,
  boolean,
  type Complain,
  check,
  described,
  type Infer,
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
import { formsOf, functionChoice } from '../../function-forms.ts';
import { aside, limits, nameOf, seed } from '../../run-settings.ts';

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

const labelScale = optional(
  number({ exclusiveMin: 0, max: 1e6, unit: 'label', description: 'root mean square of the labels' }),
  1,
);
const labelsSchema = union(
  'kind',
  { signs: { scale: labelScale }, gaussian: { scale: labelScale } },
  {
    description: 'labels that do not depend on the inputs',
    meanings: { signs: 'plus or minus scale with probability 1/2', gaussian: 'normal of deviation scale' },
  },
);

const dataSchema = union(
  'kind',
  {
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
      link: optional(
        functionChoice(linkForms, 'label as a function of the input along one direction'),
        'relu',
      ),
    },
    spiked: {
      sampleCount: samples,
      dimension,
      testSamples,
      strength: optional(number({ min: 0, max: 1e6, description: 'the spike has variance 1 + strength' }), 5),
      link: optional(
        functionChoice(linkForms, 'label as a function of the input along the spike, in units of variance 1'),
        {
          kind: 'hermite',
          degree: 2,
        },
      ),
    },
    rows: {
      features: numericMatrix({ description: 'one row per sample' }),
      labels: numericVector({ minLength: 1, maxLength: MOST_SAMPLES, description: 'one number per row' }),
      testFeatures: optional(numericMatrix({ description: 'rows for the test error, as many columns' })),
      testLabels: optional(numericVector({ minLength: 1, description: 'their labels' })),
    },
  },
  {
    description: 'the rows that are trained on',
    meanings: {
      sphere: 'inputs uniform on the sphere of radius √d, labels that have nothing to do with them',
      xor: 'inputs of ±1, the label is the product of the first two',
      'single-neuron': 'Gaussian inputs, the label is a function of one direction',
      spiked: 'Gaussian inputs of larger variance along one direction, of which the label is a function',
      rows: 'rows of your own',
    },
  },
);

const layerSchema = object({
  width: nullable(
    number({ integer: true, min: 1, max: 100_000, description: 'm₁; null: infinitely wide, in every layer' }),
  ),
  activation: functionChoice(frozenForms, 'activation of the layer'),
  weightVariance: optional(
    number({ exclusiveMin: 0, max: 1e6, description: 'variance of its weights, before the factor 1/inputs' }),
    1,
  ),
  biasVariance: optional(number({ min: 0, max: 1e6, description: 'variance of its biases' }), 0),
});

const scalingSchema = nameOrObject(
  union(
    'kind',
    {
      'mean-field': {},
      'tangent-kernel': {},
      standard: {},
      'doubly-mean-field': {},
      free: {
        scale: number({
          exclusiveMin: 0,
          max: 1e9,
          description: 'α: 1 is mean-field, √m tangent-kernel',
        }),
        preactivationFactor: optional(number({ min: 0, max: 1e6, description: 'factor on H(0)' }), 1),
      },
    },
    {
      description: 'size of the output at a given width (M6)',
      meanings: {
        'mean-field': 'output 1/m Σ: features move',
        'tangent-kernel': 'output 1/√m Σ: features hardly move in wide networks',
        standard: 'of usual initial weights: the same path as tangent-kernel',
        'doubly-mean-field': '1/m in both layers',
        free: 'α and a factor on the pre-activations as given',
      },
    },
  ),
);

const initializationSchema = nameOrObject(
  union(
    'kind',
    {
      symmetric: {},
      independent: {},
      explicit: {
        weights: numericMatrix({ description: 'Z(0): a row per neuron, a number per input of its layer' }),
        signs: numericVector({ minLength: 1, description: 'output sign ε of each neuron, 1 or −1' }),
      },
    },
    {
      description: 'weights of the trained layer at the start',
      meanings: {
        symmetric: 'standard normal in pairs of opposite sign: the output is 0 at the start',
        independent: 'standard normal and independent',
        explicit: 'as given',
      },
    },
  ),
);

const theta = (most: number) =>
  optional(number({ min: 1e-6, max: most, description: 'θ: share of the safe step (I1)' }), 0.5);
const stepOf = number({ exclusiveMin: 0, max: 1e9, description: 'η: length of a step in the clock of (M2)' });
const integratorSchema = nameOrObject(
  union(
    'kind',
    {
      auto: {},
      euler: { theta: theta(2) },
      rk4: { theta: theta(2.78) },
      exp1: { step: stepOf },
      exp2: { step: stepOf },
      adaptive: {
        tolerance: optional(
          number({ exclusiveMin: 0, max: 0.1, description: 'largest relative defect of a step (I4)' }),
          1e-4,
        ),
      },
    },
    {
      description: 'how the flow is followed',
      meanings: {
        auto: 'adaptive for smooth activations, euler for those with a kink',
        euler: 'Euler steps, that is gradient descent (I1)',
        rk4: 'Runge–Kutta steps of order 4',
        exp1: 'exponential steps of order 1 (I2)',
        exp2: 'exponential steps of order 2 (I3)',
        adaptive: 'exponential steps of order 2 whose length is chosen (I4)',
      },
    },
  ),
);

const form = object(
  {
    theory: nameOf('mean-field-convergence'),
    model: object(
      {
        width: number({ integer: true, min: 1, max: 1e6, description: 'trained neurons m' }),
        activation: functionChoice(trainedForms, 'σ of the trained neurons'),
        frozenLayers: optional(
          array(layerSchema, {
            maxLength: 16,
            description: 'random layers below the trained one, from the input on; they stay as they are',
          }),
          [],
        ),
        normalize: optional(
          boolean({ description: 'mean |u|² = 1 over training rows; unless given: with frozen layers' }),
        ),
        scaling: optional(scalingSchema, 'mean-field'),
        initialization: optional(initializationSchema, 'symmetric'),
      },
      { description: 'a network of which one layer is trained' },
    ),
    data: dataSchema,
    flow: object(
      {
        time: number({
          exclusiveMin: 0,
          max: 1e9,
          description: 'end of gradient flow, in the clock of (M2)',
        }),
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
      },
      { description: 'gradient flow: how long, and how it is followed' },
    ),
    prediction: optional(
      object(
        {
          method: optional(
            described(
              oneOf('auto', 'mean-field', 'tangent-kernel', 'initial-kernel'),
              'which limit is computed: particles of infinite width for up to 3 samples, the infinitely wide tangent kernel, or the kernel of the drawn network',
            ),
            'auto',
          ),
          nodes: optional(
            number({
              integer: true,
              min: 4,
              max: 400,
              description: 'particles per dimension, an even number',
            }),
          ),
        },
        { description: 'how the curves are computed' },
      ),
      {},
    ),
    simulation: optional(
      object(
        {
          replicas: optional(
            number({
              integer: true,
              min: 1,
              max: 100_000,
              description: 'independent draws that are trained',
            }),
            4,
          ),
          form: optional(
            described(
              oneOf('auto', 'primal', 'dual'),
              'what moves: the weights, or their coefficients in the samples; auto takes the cheaper (M4)',
            ),
            'auto',
          ),
          dtype: optional(
            described(oneOf('float64', 'float32'), 'precision of the trajectory (I5)'),
            'float64',
          ),
          restart: optional(boolean({ description: 'certificates along the run' }), true),
        },
        { description: 'the trained networks' },
      ),
      {},
    ),
    seed,
    limits,
  },
  { aside },
);

export type MeanFieldProblem = Infer<typeof form>;

const configSchema = refine(form, (config, complain) => {
  checkInitialization(config, complain);
  checkData(config, complain);
  checkLayers(config, complain);
  checkPrediction(config, complain);
  checkSimulation(config, complain);
  checkFlow(config, complain);
});

/** Most steps of a fixed length: beyond it a run has the wrong scale, and lists of its times fill the memory. */
export const MOST_STEPS = 2e7;

/** Steps of a given length are known beforehand. */
function checkFlow({ flow }: MeanFieldProblem, complain: Complain): void {
  const { integrator, time } = flow;
  if (!('step' in integrator) || time / integrator.step <= MOST_STEPS) return;
  complain({
    path: 'flow.integrator.step',
    received: `${integrator.step} at flow.time ${time}`,
    expected: `at least ${time} / ${MOST_STEPS}: no more than ${MOST_STEPS} steps are taken`,
    remedy: 'Take longer steps, or lower flow.time.',
  });
}

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
