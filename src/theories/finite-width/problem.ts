// The configuration of the finite-width theory: its form, defaults and checks across fields. Plain JSON in, frozen plain
// JSON out, except for a link given as a JavaScript function.
import {
  array,
  boolean,
  custom,
  either,
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
import { functionForms } from '../../function-forms.ts';
import { limits, seed } from '../../run-settings.ts';
import { checkDeepWeights, checkGram, checkMatrix } from './extents.ts';

const { sign, ...activationForms } = functionForms;

/** A hidden layer's activation: a name, or `{ kind, parameter }`. */
export const activationSchema = nameOrObject(union('kind', activationForms));

const functionSchema = custom<(z: number) => number>(
  'a JavaScript function of one number',
  (value, complain) => {
    if (typeof value !== 'function') {
      complain({
        expected: 'a JavaScript function of one number',
        remedy: 'Functions are possible in library calls only.',
      });
    }
    return value as (z: number) => number;
  },
);

const linkSchema = nameOrObject(
  union('kind', {
    ...activationForms,
    sign,
    'hermite-series': { coefficients: numericVector({ minLength: 1, maxLength: 31 }) },
    function: { evaluate: functionSchema, derivative: optional(functionSchema) },
  }),
);

const lawForms = {
  gaussian: {},
  rademacher: {},
  uniform: {},
  'student-t': { degreesOfFreedom: number({ exclusiveMin: 2, max: 1e6 }) },
  sparse: { density: number({ exclusiveMin: 0, max: 1 }) },
  skewed: {},
};

const noiseForms = Object.fromEntries(
  Object.entries(lawForms).map(([law, fields]) => [
    law,
    { ...fields, variance: number({ min: 0, max: 1e12 }) },
  ]),
) as { [K in keyof typeof lawForms]: (typeof lawForms)[K] & { variance: ReturnType<typeof number> } };

const rateSchema = number({ min: 0, max: 1e9 });

const initializationSchema = union('kind', {
  gaussian: {
    scale: optional(number({ min: 0, max: 1e6, description: 'first-layer entries N(0, scale²/n)' }), 1),
    alignment: optional(
      number({
        min: -1e6,
        max: 1e6,
        description: 'plus this multiple of the unit vector along the signal, in every unit',
      }),
      0,
    ),
    deepScale: optional(
      number({ min: 0, max: 1e6, description: 'W_2..W_{L-1} of N(0, deepScale²/q); W_L of norm deepScale' }),
      1,
    ),
  },
  explicit: { weights: array(either(numericVector(), numericMatrix()), { minLength: 2, maxLength: 17 }) },
  overlaps: {
    gram: numericMatrix(),
    deepWeights: array(either(numericVector(), numericMatrix()), { minLength: 1, maxLength: 16 }),
  },
});

const form = object({
  theory: literal('finite-width'),
  model: object({
    inputDimension: optional(number({ integer: true, min: 1, max: 1e7 })),
    width: number({ integer: true, min: 1, max: 256 }),
    activations: array(activationSchema, { minLength: 1, maxLength: 16 }),
    initialization: optional(initializationSchema, { kind: 'gaussian' }),
  }),
  data: object({
    sampleCount: optional(number({ integer: true, min: 2, max: 1e7 })),
    sampleRatio: optional(nullable(number({ exclusiveMin: 0, max: 1e9 }))),
    features: optional(union('law', lawForms), { law: 'gaussian' }),
    link: optional(linkSchema, 'identity'),
    signalNorm: optional(number({ min: 0, max: 1e6, description: '‖mu‖; 1 unless given' })),
    noise: optional(union('law', noiseForms), { law: 'gaussian', variance: 0 }),
  }),
  optimizer: object({
    learningRates: either(
      array(rateSchema, { minLength: 2 }),
      array(array(rateSchema, { minLength: 2 }), { minLength: 1 }),
    ),
    steps: number({ integer: true, min: 1, max: 100_000 }),
  }),
  prediction: optional(
    object({
      method: optional(oneOf('projection', 'derivative', 'population', 'linear'), 'projection'),
      samples: optional(
        number({
          integer: true,
          min: 64,
          max: 1 << 22,
          description:
            'Monte Carlo samples of one repetition: at least 16384 and four for each column of the design (projection), or 4096 (derivative), unless given',
        }),
      ),
      repetitions: optional(number({ integer: true, min: 2, max: 1000 }), 8),
      points: optional(oneOf('sobol', 'monte-carlo'), 'sobol'),
      order: optional(number({ integer: true, min: 2, max: 400 })),
    }),
    {},
  ),
  simulation: optional(
    object({
      replicas: optional(number({ integer: true, min: 1, max: 100_000 }), 8),
      form: optional(oneOf('auto', 'primal', 'dual'), 'auto'),
      estimator: optional(boolean(), true),
      testSamples: optional(number({ integer: true, min: 16, max: 1e6 }), 4000),
    }),
    {},
  ),
  seed,
  limits,
});

export const configSchema = refine(form, (config, complain) => {
  const { model, data, optimizer, prediction } = config;
  const q = model.width;
  const depth = model.activations.length + 1;
  const rows = rateRows(optimizer.learningRates);
  rows.forEach((row, t) => {
    if (row.length !== depth) {
      complain({
        path:
          rows.length === 1 && !Array.isArray(optimizer.learningRates[0])
            ? 'optimizer.learningRates'
            : `optimizer.learningRates[${t}]`,
        received: `${row.length} rates`,
        expected: `${depth} rates, one per layer (${model.activations.length} hidden layers and the output)`,
        remedy: 'A layer that is not trained has rate 0.',
      });
    }
  });
  if (Array.isArray(optimizer.learningRates[0]) && rows.length !== optimizer.steps) {
    complain({
      path: 'optimizer.learningRates',
      received: `${rows.length} rows`,
      expected: `${optimizer.steps} rows, one per step`,
      remedy: 'Give one row of rates for all steps, or as many rows as steps.',
    });
  }
  const init = model.initialization;
  if (init.kind === 'overlaps') {
    if (data.sampleRatio === undefined) {
      complain({
        path: 'data.sampleRatio',
        received: 'nothing',
        expected: 'sampleCount / inputDimension, or null for the population limit',
        remedy: 'An initialisation by overlaps has no sizes of its own.',
      });
    }
    for (const [path, value] of [
      ['model.inputDimension', model.inputDimension],
      ['data.sampleCount', data.sampleCount],
    ] as const) {
      if (value !== undefined) {
        complain({
          path,
          received: String(value),
          expected: 'nothing: an initialisation by overlaps has no sizes, only data.sampleRatio',
          remedy: 'Leave it out, or use the initialisation "gaussian" or "explicit".',
        });
      }
    }
    const norm = Math.sqrt(Math.max(0, init.gram[0]?.[0] ?? 0));
    if (data.signalNorm !== undefined && Math.abs(data.signalNorm - norm) > 1e-9 * (1 + norm)) {
      complain({
        path: 'data.signalNorm',
        received: String(data.signalNorm),
        expected: `nothing, or ${norm}: the root of gram[0][0]`,
        remedy: 'With overlaps the norm of the signal is in the matrix: leave data.signalNorm out.',
      });
    }
    checkGram(init.gram, q, complain);
    checkDeepWeights(init.deepWeights, q, depth, 'model.initialization.deepWeights', complain);
  } else {
    for (const [path, value] of [
      ['model.inputDimension', model.inputDimension],
      ['data.sampleCount', data.sampleCount],
    ] as const) {
      if (value === undefined) {
        complain({
          path,
          received: 'nothing',
          expected: 'an integer',
          remedy: `Sizes are needed unless model.initialization.kind is "overlaps".`,
        });
      }
    }
    if (data.sampleRatio !== undefined) {
      complain({
        path: 'data.sampleRatio',
        received: String(data.sampleRatio),
        expected: 'nothing: it is sampleCount / inputDimension here',
        remedy: 'Leave it out, or use the initialisation "overlaps".',
      });
    }
  }
  if (init.kind === 'explicit' && model.inputDimension !== undefined) {
    const [first, ...deep] = init.weights;
    checkMatrix(first!, model.inputDimension, q, 'model.initialization.weights[0]', complain);
    checkDeepWeights(deep, q, depth, 'model.initialization.weights', complain, 1);
  }
  const columns = 1 + q + 2 * q * optimizer.steps;
  if (
    prediction.method === 'projection' &&
    prediction.samples !== undefined &&
    prediction.samples < 2 * columns
  ) {
    complain({
      path: 'prediction.samples',
      received: String(prediction.samples),
      expected: `at least ${2 * columns}: two for each of the ${columns} columns that ${optimizer.steps} steps of ${q} units make`,
      remedy: 'Leave it out to get a number that is enough.',
    });
  }
  if (prediction.method === 'linear' && model.activations.some(({ kind }) => kind !== 'identity')) {
    complain({
      path: 'prediction.method',
      received: '"linear"',
      expected: 'identity activations in every layer',
      remedy: 'Use "projection" for other activations.',
    });
  }
  if (prediction.method === 'derivative') {
    const kinked = model.activations.find(({ kind }) => kind === 'relu' || kind === 'leaky-relu');
    if (kinked) {
      complain({
        path: 'prediction.method',
        received: `"derivative" with ${kinked.kind}`,
        expected: 'activations with a second derivative',
        remedy: 'Use "projection", or softplus in place of relu.',
      });
    }
  }
});

/** Learning rates as rows, one per step, or a single row for all steps. */
export function rateRows(
  rates: readonly number[] | readonly (readonly number[])[],
): readonly (readonly number[])[] {
  return Array.isArray(rates[0]) ? (rates as readonly (readonly number[])[]) : [rates as readonly number[]];
}

export type FiniteWidthProblem = Infer<typeof configSchema>;

/** The configuration as JSON Schema 2020-12. */
export function jsonSchema() {
  return toJsonSchema(configSchema, { id: 'https://foretrain.dev/schema/finite-width.json' });
}
