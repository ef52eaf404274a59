// The configuration of the finite-width theory: its form, defaults and checks across fields. Plain JSON in, frozen plain
// JSON out, except for a link given as a JavaScript function.
import {
  array,
  boolean,
  type Complain,
  custom,
  described,
  either,
  type Infer,
  nullable,
  number,
  numericMatrix,
  numericVector,
  object,
  oneOf,
  optional,
  refine,
  type Schema,
  toJsonSchema,
  union,
  worded,
} from '../../check.ts';
import { functionChoice, functionForms } from '../../function-forms.ts';
import { LAWS, type LawName } from '../../numerics/laws.ts';
import { aside, limits, nameOf, seed } from '../../run-settings.ts';
import { checkDeepWeights, checkGram, checkMatrix } from './extents.ts';

const { sign, ...activationForms } = functionForms;

/** A hidden layer's activation: a name, or `{ kind, parameter }`. */
export const activationSchema = functionChoice(activationForms, 'activation of a hidden layer');

const functionSchema = (description: string) =>
  described(
    custom<(z: number) => number>(
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
      { not: {}, 'x-type': '(z: number) => number' },
    ),
    description,
  );

const linkSchema = functionChoice(
  {
    ...activationForms,
    sign,
    'hermite-series': {
      coefficients: numericVector({
        minLength: 1,
        maxLength: 31,
        description: 'from degree 0 on, of Hermite polynomials of mean square 1 under N(0, 1)',
      }),
    },
    function: {
      evaluate: functionSchema('φ as a JavaScript function, in library calls only'),
      derivative: optional(functionSchema("φ', where there is one")),
    },
  },
  'φ: the label without noise as a function of ⟨x, μ⟩',
  {
    'hermite-series': 'Σ_k coefficients[k] h_k',
    function: 'a JavaScript function',
  },
);

const lawForms = {
  gaussian: {},
  rademacher: {},
  uniform: {},
  'student-t': {
    degreesOfFreedom: number({
      exclusiveMin: 2,
      max: 1e6,
      description: 'tails fall like |x| to the power −(degreesOfFreedom + 1)',
    }),
  },
  sparse: {
    density: number({ exclusiveMin: 0, max: 1, description: 'share of entries that are not 0' }),
  },
  skewed: {},
};
type LawForms = typeof lawForms;

const lawMeanings = Object.fromEntries(
  Object.keys(lawForms).map((law) => [law, LAWS[law as LawName].description]),
) as Record<keyof LawForms, string>;

const variance = number({ min: 0, max: 1e12, unit: 'label²', description: 'σ²: variance of the noise' });
const noiseForms = Object.fromEntries(
  Object.entries(lawForms).map(([law, fields]) => [law, { ...fields, variance }]),
) as { [K in keyof LawForms]: LawForms[K] & { variance: typeof variance } };

const rateSchema = number({ min: 0, max: 1e9 });
const matrices = (minLength: number, maxLength: number, description: string) =>
  array(either(numericVector(), numericMatrix()), { minLength, maxLength, description });

const initializationSchema = union(
  'kind',
  {
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
        number({
          min: 0,
          max: 1e6,
          description: 'W_2..W_{L-1} of N(0, deepScale²/q); W_L of norm deepScale',
        }),
        1,
      ),
    },
    explicit: {
      weights: matrices(
        2,
        17,
        'W_1 as n rows of q, W_2..W_{L-1} as q rows of q, W_L as q numbers; entries of W_1 of order n^(-1/2)',
      ),
    },
    overlaps: {
      gram: numericMatrix({
        description: 'S_0: products of the signal, first, and the units of the first layer, (1+q) × (1+q)',
      }),
      deepWeights: matrices(1, 16, 'W_2..W_{L-1} as q rows of q, W_L as q numbers'),
    },
  },
  {
    description: 'weights at the start',
    meanings: {
      gaussian: 'drawn, the same for prediction and all replicas',
      explicit: 'as given',
      overlaps: 'only what the limit knows of them; with data.sampleRatio in place of sizes',
    },
  },
);

const form = object(
  {
    theory: nameOf('finite-width'),
    model: object(
      {
        inputDimension: optional(
          number({
            integer: true,
            min: 1,
            max: 1e7,
            description: 'n: inputs of a row; required unless the initialization is "overlaps"',
          }),
        ),
        width: number({
          integer: true,
          min: 1,
          max: 256,
          description: 'q: units of every hidden layer',
        }),
        activations: array(activationSchema, {
          minLength: 1,
          maxLength: 16,
          description: 'one per hidden layer; the depth L is their number plus one',
        }),
        initialization: optional(initializationSchema, { kind: 'gaussian' }),
      },
      { description: 'the network, all of whose layers are trained (N1)' },
    ),
    data: object(
      {
        sampleCount: optional(
          number({
            integer: true,
            min: 2,
            max: 1e7,
            description: 'm: training rows; required unless the initialization is "overlaps"',
          }),
        ),
        sampleRatio: optional(
          nullable(
            number({
              exclusiveMin: 0,
              max: 1e9,
              description:
                'φ = m/n, with the initialization "overlaps" only; null for infinitely many rows per input',
            }),
          ),
        ),
        features: optional(
          union('law', lawForms, {
            description: 'law of the entries of a row, of mean 0 and variance 1',
            meanings: lawMeanings,
          }),
          { law: 'gaussian' },
        ),
        link: optional(linkSchema, 'identity'),
        signalNorm: optional(number({ min: 0, max: 1e6, description: '‖μ‖ of the signal; 1 unless given' })),
        noise: optional(
          union('law', noiseForms, {
            description: 'ξ: what is added to the labels',
            meanings: lawMeanings,
          }),
          { law: 'gaussian', variance: 0 },
        ),
      },
      { description: 'law of rows and labels: y = φ(⟨x, μ⟩) + ξ' },
    ),
    optimizer: object(
      {
        learningRates: described(
          ratesOf(rateSchema),
          'η: one rate per layer, for all steps or in a row per step; of order 1, no factor of n; 0 freezes a layer',
        ),
        steps: number({ integer: true, min: 1, max: 100_000, description: 'T: number of steps' }),
      },
      { description: 'full-batch gradient descent on the halved mean squared error (N2)' },
    ),
    prediction: optional(
      object(
        {
          method: optional(
            described(
              oneOf('projection', 'derivative', 'population', 'linear'),
              'how the state evolution is solved: by gradient descent on a design of samples, by derivatives, in the limit of infinitely many rows, or exactly for linear networks',
            ),
            'projection',
          ),
          samples: optional(
            number({
              integer: true,
              min: 64,
              max: 1 << 22,
              description:
                'N: Monte Carlo samples of one repetition: at least 16384 and four for each column of the design (projection), or 4096 (derivative), unless given',
            }),
          ),
          repetitions: optional(
            number({
              integer: true,
              min: 2,
              max: 1000,
              description: 'independent repetitions, for means and standard errors',
            }),
            8,
          ),
          points: optional(
            described(
              oneOf('sobol', 'monte-carlo'),
              'samples of the derivative form: scrambled Sobol points or random ones',
            ),
            'sobol',
          ),
          order: optional(
            number({
              integer: true,
              min: 2,
              max: 400,
              description:
                'nodes per dimension of the Gauss–Hermite rule of method "population"; by the width unless given',
            }),
          ),
        },
        { description: 'how the limit is computed' },
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
              description: 'networks trained on independent rows',
            }),
            8,
          ),
          form: optional(
            described(
              oneOf('auto', 'primal', 'dual'),
              "what is kept in memory: the rows X, or their products XX'; auto takes the cheaper",
            ),
            'auto',
          ),
          estimator: optional(
            boolean({ description: 'also the test error estimated from the training rows alone (O1)–(O3)' }),
            true,
          ),
          testSamples: optional(
            number({
              integer: true,
              min: 16,
              max: 1e6,
              description: 'fresh rows for the test error, where features are not Gaussian',
            }),
            4000,
          ),
        },
        { description: 'the trained replicas' },
      ),
      {},
    ),
    seed,
    limits,
  },
  { aside },
);

export const configSchema = refine(form, (config, complain) => {
  const { model, data, optimizer, prediction } = config;
  const q = model.width;
  const depth = model.activations.length + 1;
  checkRates(optimizer.learningRates, optimizer.steps, depth, complain);
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

/** Rates in a configuration. How many there must be is checked where the layers are known. */
export function ratesOf(rate: Schema<number>) {
  const row = array(rate, { minLength: 1 });
  return worded(
    either(row, array(row, { minLength: 1 })),
    'an array with one rate for each layer, or one such row for each step',
  );
}

/** Whether there is a rate for each of `depth` layers, in one row or in as many as there are steps. */
export function checkRates(
  rates: readonly number[] | readonly (readonly number[])[],
  steps: number,
  depth: number,
  complain: Complain,
): void {
  const perStep = Array.isArray(rates[0]);
  const rows = rateRows(rates);
  rows.forEach((row, t) => {
    if (row.length === depth) return;
    const path = perStep ? `optimizer.learningRates[${t}]` : 'optimizer.learningRates';
    complain({ path, ...wrongNumberOfRates(row, depth) });
  });
  if (perStep && rows.length !== steps) {
    complain({
      path: 'optimizer.learningRates',
      received: `${rows.length} rows`,
      expected: `${steps} rows, one per step`,
      remedy: 'Give one row of rates for all steps, or as many rows as steps.',
    });
  }
}

/** What is said of a row of rates that does not go with `depth` layers, with one that would as `written` where it was given. */
export function wrongNumberOfRates(
  row: readonly number[],
  depth: number,
  written: (rates: readonly unknown[]) => string = (rates) => `[${rates.join(', ')}]`,
) {
  const fitting = Array.from({ length: depth }, (_, layer) => row[layer] ?? row.at(-1));
  return {
    received: `${row.length} ${row.length === 1 ? 'rate' : 'rates'}`,
    expected: `${depth} rates, one for each layer (${depth - 1} hidden, then the output), as in ${written(fitting)}`,
    remedy: 'A layer that is not trained has rate 0.',
  };
}

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
