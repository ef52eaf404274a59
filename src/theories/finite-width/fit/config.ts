// The configuration of `fit`: its form, defaults and checks across fields. Plain JSON in, frozen plain JSON out.
// What depends on the data (sizes of explicit weights, groups) is checked once the rows are known: sizes in start.ts,
// groups against the estimator in fit.ts.
import {
  array,
  boolean,
  custom,
  described,
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
import { aside, limits, nameOf, seed } from '../../../run-settings.ts';
import { activationSchema, checkRates, ratesOf } from '../problem.ts';
import { standardizeNames } from './preparation.ts';

const rate = number({ min: 0, max: 1e9 });
const weights = array(either(numericVector(), numericMatrix()), {
  minLength: 2,
  maxLength: 17,
  description: 'W_1 as a row of q per column, W_2..W_{L-1} as q rows of q, W_L as q numbers',
});
const biasVectors = array(either(number(), numericVector()), {
  minLength: 1,
  maxLength: 17,
  description: 'biases as one vector per layer, or per layer from the second on; 0 unless given',
});
const count = (min: number, max: number, description?: string) =>
  number({ integer: true, min, max, ...(description !== undefined && { description }) });

/** Looked at by readTable and readLabels, which say row and column. */
const anything = (expected: string, json: Record<string, unknown>, description: string) =>
  described(
    custom(expected, (value) => value, json),
    description,
  );
const numbersJson = { type: 'array', items: { type: 'number' } };
const rowsJson = {
  type: 'array',
  items: numbersJson,
  'x-type':
    'readonly ArrayLike<number>[] | { readonly data: ArrayLike<number>; readonly shape: readonly [number, number] }',
};

const form = object(
  {
    theory: nameOf('finite-width'),
    model: object(
      {
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
        initialization: optional(
          union(
            'kind',
            {
              gaussian: {
                scale: optional(
                  number({ min: 0, max: 1e6, description: 'first-layer weights ~ N(0, scale²/columns)' }),
                  1,
                ),
                deepScale: optional(
                  number({
                    min: 0,
                    max: 1e6,
                    description: 'W_2..W_{L-1} of N(0, deepScale²/q); W_L of norm deepScale',
                  }),
                  1,
                ),
                seed: optional(
                  string({
                    maxLength: 1000,
                    description: 'names the draw; the seed of the fit unless given',
                  }),
                ),
              },
              explicit: { weights, biases: optional(biasVectors) },
            },
            {
              description: 'weights at the start',
              meanings: { gaussian: 'drawn', explicit: 'as given' },
            },
          ),
          { kind: 'gaussian' },
        ),
        biases: optional(boolean({ description: 'whether every layer has trained biases' }), true),
      },
      { description: 'the network that is trained' },
    ),
    data: optional(
      object(
        {
          standardize: optional(
            described(
              either(boolean(), standardizeNames),
              'how columns are scaled: each by its own deviation, all by one, each by its own but no less than a quarter of that; true chooses between the first two, false leaves features and labels as they are',
            ),
            true,
          ),
          features: optional(anything('rows of numbers', rowsJson, 'one row of numbers per sample')),
          labels: optional(anything('an array of numbers', numbersJson, 'one number per row')),
          groups: optional(
            anything(
              'an array of group names',
              { type: 'array', items: { type: ['string', 'number'] } },
              'a name or number per row; rows of a group are left out together',
            ),
          ),
          columns: optional(
            array(string({ minLength: 0 }), {
              description: 'names of the feature columns, for messages and the saved model',
            }),
          ),
        },
        { description: 'the rows, unless they are given beside the configuration, and their preparation' },
      ),
      {},
    ),
    optimizer: object(
      {
        learningRates: optional(
          described(
            either(literal('auto'), ratesOf(rate)),
            'η: one rate per layer, for all steps or in a row per step; 0 freezes a layer; "auto" takes rates that are stable at the start',
          ),
          'auto',
        ),
        steps: number({ integer: true, min: 1, max: 100_000, description: 'T: number of steps' }),
      },
      { description: 'full-batch gradient descent on the halved mean squared error' },
    ),
    estimator: optional(
      object(
        {
          kind: optional(
            described(
              oneOf('tangent', 'onsager', 'cross-validation'),
              'how the test error is estimated; tangent unless there are groups, which need cross-validation',
            ),
          ),
          head: optional(
            described(
              either(oneOf('auto', 'all'), count(0, 1e6)),
              'principal components that the tangent estimator follows exactly',
            ),
            'auto',
          ),
          refits: optional(
            described(
              either(literal('auto'), count(0, 1000)),
              'rows without which the network is trained anew by the tangent estimator',
            ),
            'auto',
          ),
          folds: optional(count(2, 1000, 'folds of cross-validation'), 10),
          allowance: optional(
            number({
              min: 0,
              max: 1e15,
              unit: 'flop',
              description: 'what the head "auto" may take however cheap plain gradient descent is',
            }),
            2e10,
          ),
          spectrum: optional(
            array(
              object({
                weight: number({
                  exclusiveMin: 0,
                  max: 1,
                  description: 'share of this eigenvalue; the shares add up to 1',
                }),
                eigenvalue: number({
                  min: 0,
                  max: 1e12,
                  description: 'eigenvalue of the feature covariance',
                }),
              }),
              {
                minLength: 1,
                maxLength: 64,
                description:
                  'known eigenvalues of the feature covariance and their shares, for the onsager estimator',
              },
            ),
          ),
        },
        { description: 'how the test error is estimated' },
      ),
      {},
    ),
    stopping: optional(
      object(
        {
          rule: optional(
            described(
              oneOf('minimum', 'one-standard-error'),
              'where to stop: at the lowest estimate, or at the first step within one standard error of it',
            ),
            'minimum',
          ),
          patience: optional(
            number({
              integer: true,
              min: 1,
              max: 1e6,
              description: 'end training after this many steps without a lower estimate',
            }),
          ),
        },
        { description: 'which step is recommended' },
      ),
      {},
    ),
    seed,
    limits,
  },
  { aside },
);

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
  checkRates(learningRates, steps, depth, complain);
});

export type FitProblem = Infer<typeof fitSchema>;

/** The configuration of `fit` as JSON Schema 2020-12. */
export function fitJsonSchema() {
  return toJsonSchema(fitSchema, { id: 'https://foretrain.dev/schema/finite-width-fit.json' });
}
