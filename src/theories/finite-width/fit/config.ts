// The configuration of `fit`: its form, defaults and checks across fields. Plain JSON in, frozen plain JSON out.
// What depends on the data (sizes of explicit weights, groups) is checked once the rows are known: sizes in start.ts,
// groups against the estimator in fit.ts.
import {
  array,
  boolean,
  custom,
  either,
  type Infer,
  literal,
  number,
  numericMatrix,
  numericVector,
  object,
  oneOf,
  optional,
  refine,
  string,
  toJsonSchema,
  union,
} from '../../../check.ts';
import { limits, seed } from '../../../run-settings.ts';
import { activationSchema, rateRows } from '../problem.ts';
import { standardizeNames } from './preparation.ts';

const rate = number({ min: 0, max: 1e9 });
const weights = array(either(numericVector(), numericMatrix()), { minLength: 2, maxLength: 17 });
const biasVectors = array(either(number(), numericVector()), { minLength: 1, maxLength: 17 });
const count = (min: number, max: number) => number({ integer: true, min, max });

/** Looked at by readTable and readLabels, which say row and column. */
const anything = (expected: string, json: Record<string, unknown>) =>
  custom(expected, (value) => value, json);
const numbersJson = { type: 'array', items: { type: 'number' } };

const form = object({
  theory: literal('finite-width'),
  model: object({
    width: number({ integer: true, min: 1, max: 256, description: 'units of every hidden layer, q' }),
    activations: array(activationSchema, {
      minLength: 1,
      maxLength: 16,
      description: 'one per hidden layer; depth is their number plus one',
    }),
    initialization: optional(
      union('kind', {
        gaussian: {
          scale: optional(
            number({ min: 0, max: 1e6, description: 'first-layer weights ~ N(0, scale²/columns)' }),
            1,
          ),
          deepScale: optional(
            number({
              min: 0,
              max: 1e6,
              description: 'W_2..W_{L-1} of N(0, deepScale²/width); W_L of norm deepScale',
            }),
            1,
          ),
          seed: optional(string({ maxLength: 1000 })),
        },
        explicit: { weights, biases: optional(biasVectors) },
      }),
      { kind: 'gaussian' },
    ),
    biases: optional(boolean({ description: 'whether every layer has trained biases' }), true),
  }),
  data: optional(
    object({
      standardize: optional(either(boolean(), standardizeNames), true),
      features: optional(anything('rows of numbers', { type: 'array', items: numbersJson })),
      labels: optional(anything('an array of numbers', numbersJson)),
      groups: optional(
        anything('an array of group names', { type: 'array', items: { type: ['string', 'number'] } }),
      ),
      columns: optional(array(string({ minLength: 0 }))),
    }),
    {},
  ),
  optimizer: object({
    learningRates: optional(
      either(
        literal('auto'),
        array(rate, { minLength: 2 }),
        array(array(rate, { minLength: 2 }), { minLength: 1 }),
      ),
      'auto',
    ),
    steps: number({ integer: true, min: 1, max: 100_000 }),
  }),
  estimator: optional(
    object({
      kind: optional(oneOf('tangent', 'onsager', 'cross-validation')),
      head: optional(either(oneOf('auto', 'all'), count(0, 1e6)), 'auto'),
      refits: optional(either(literal('auto'), count(0, 1000)), 'auto'),
      folds: optional(count(2, 1000), 10),
      /** Flops that the head may take however cheap plain gradient descent is. */
      allowance: optional(number({ min: 0, max: 1e15, unit: 'flop' }), 2e10),
      spectrum: optional(
        array(
          object({ weight: number({ exclusiveMin: 0, max: 1 }), eigenvalue: number({ min: 0, max: 1e12 }) }),
          {
            minLength: 1,
            maxLength: 64,
            description:
              'known eigenvalues of the feature covariance and their shares, for the onsager estimator',
          },
        ),
      ),
    }),
    {},
  ),
  stopping: optional(
    object({
      rule: optional(oneOf('minimum', 'one-standard-error'), 'minimum'),
      patience: optional(
        number({
          integer: true,
          min: 1,
          max: 1e6,
          description: 'end training after this many steps without a lower estimate',
        }),
      ),
    }),
    {},
  ),
  seed,
  limits,
});

export const fitSchema = refine(form, ({ model, optimizer, estimator }, complain) => {
  if (estimator.spectrum) {
    const total = estimator.spectrum.reduce((sum, { weight }) => sum + weight, 0);
    if (estimator.kind !== 'onsager' || Math.abs(total - 1) > 1e-9) {
      complain({
        path: 'estimator.spectrum',
        received:
          estimator.kind === 'onsager'
            ? `weights that add up to ${total}`
            : `a spectrum for ${estimator.kind ?? 'the default'}`,
        expected: 'weights that add up to 1, with estimator.kind "onsager"',
        remedy: 'The other estimators need no spectrum: leave it out.',
      });
    }
  }
  const depth = model.activations.length + 1;
  const { learningRates, steps } = optimizer;
  if (learningRates === 'auto') return;
  const perStep = Array.isArray(learningRates[0]);
  const rows = rateRows(learningRates);
  rows.forEach((row, t) => {
    if (row.length === depth) return;
    complain({
      path: perStep ? `optimizer.learningRates[${t}]` : 'optimizer.learningRates',
      received: `${row.length} rates`,
      expected: `${depth} rates, one per layer (${depth - 1} hidden and the output)`,
      remedy: 'A layer that is not trained has rate 0.',
    });
  });
  if (perStep && rows.length !== steps) {
    complain({
      path: 'optimizer.learningRates',
      received: `${rows.length} rows`,
      expected: `${steps} rows, one per step`,
      remedy: 'Give one row of rates for all steps, or as many rows as steps.',
    });
  }
});

export type FitProblem = Infer<typeof fitSchema>;

/** The configuration of `fit` as JSON Schema 2020-12. */
export function fitJsonSchema() {
  return toJsonSchema(fitSchema, { id: 'https://foretrain.dev/schema/finite-width-fit.json' });
}
