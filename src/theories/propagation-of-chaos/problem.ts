// The configuration of propagation of chaos: its form, defaults and checks across fields. Plain JSON in, frozen plain JSON out.
import {
  boolean,
  type Complain,
  described,
  type Infer,
  number,
  numericVector,
  object,
  oneOf,
  optional,
  refine,
  toJsonSchema,
} from '../../check.ts';
import { functionChoice, functionForms, hermiteForm, sineForm } from '../../function-forms.ts';
import { aside, limits, nameOf, seed } from '../../run-settings.ts';
import {
  exactDegreeOf,
  type FunctionSpec,
  type HermiteSeries,
  type Links,
  linksOf,
  truncationDegree,
} from './links.ts';

/** The highest degree of a truncation. */
export const MOST_DEGREE = 64;

const linkForms = {
  ...functionForms,
  hermite: hermiteForm(MOST_DEGREE),
  'hermite-series': {
    coefficients: numericVector({
      minLength: 1,
      maxLength: MOST_DEGREE + 1,
      description: 'coefficients from degree 0 on, of Hermite polynomials of variance 1',
    }),
  },
  sin: sineForm(20),
  bump: {
    rate: optional(number({ exclusiveMin: 0, max: 1e3, description: 'rate s of exp(−s z²)' }), 1),
  },
  ge4: {},
};

const functionSchema = (description: string) =>
  functionChoice(linkForms, description, {
    'hermite-series': 'Σ_k coefficients[k] h_k, with Hermite polynomials h_k of mean square 1 under N(0, 1)',
    bump: 'exp(−rate · x²)',
    ge4: '5 (x² exp(−x²) − √3/9), of information exponent 4',
  });

/** Beyond this size of a coefficient of a series squares leave the numbers. */
const MOST_COEFFICIENT = 1e6;

const count = (min: number, max: number, description?: string) =>
  number({ integer: true, min, max, ...(description !== undefined && { description }) });

const form = object(
  {
    theory: nameOf('propagation-of-chaos'),
    model: object(
      {
        inputDimension: number({
          integer: true,
          min: 3,
          max: 1e6,
          description: 'd, of inputs and neurons',
          remedy: 'The mean field needs d ≥ 3.',
        }),
        width: optional(count(1, 1e6, 'neurons of the simulated network'), 256),
        activation: functionSchema('activation σ of every neuron'),
        degree: optional(
          count(1, MOST_DEGREE, 'degree at which activation and target are cut; polynomials keep their own'),
          8,
        ),
      },
      { description: 'one hidden layer of unit neurons with fixed output weights 1/m' },
    ),
    data: optional(
      object(
        {
          target: optional(functionSchema('h of the target h(⟨w*, x⟩); the activation unless given')),
          sampleCount: optional(
            count(1, 1e8, 'rows of the velocity from samples; without it, the velocity of the population'),
          ),
        },
        { description: 'what is learned, and from how many rows' },
      ),
      {},
    ),
    optimizer: object(
      {
        kind: optional(
          described(
            oneOf('gradient-flow', 'projected-descent'),
            'gradient flow on the sphere by Runge–Kutta steps, or gradient steps that are projected back to it',
          ),
          'gradient-flow',
        ),
        stepSize: number({ exclusiveMin: 0, max: 1e3, description: 'time of a step; its learning rate η' }),
        steps: count(1, 1e6, 'number of steps; the horizon is stepSize · steps'),
        recordEvery: optional(
          count(1, 1e6, 'steps between recorded times; unless given, so that there are about 100'),
        ),
      },
      { description: 'how neurons move, and how long' },
    ),
    prediction: optional(
      object(
        {
          rule: optional(
            described(
              oneOf('escape-panels', 'gauss-gegenbauer'),
              'nodes for the law of initial overlaps: panels in escape time, which resolve the front, or the Gauss rule of that law',
            ),
            'escape-panels',
          ),
          nodes: optional(count(2, 4096, 'nodes of the Gauss–Gegenbauer rule'), 64),
          panelLength: optional(
            number({ min: 0.01, max: 5, description: 'length of a panel in escape time' }),
            0.5,
          ),
          panelNodes: optional(count(2, 64, 'Gauss–Legendre nodes of a panel'), 8),
          tracers: optional(
            numericVector({
              maxLength: 1000,
              description: 'initial overlaps whose characteristics are reported',
            }),
          ),
          fluctuation: optional(
            boolean({ description: 'the law at 1/m: Ω_f, Ω_Δ, variance of the loss' }),
            true,
          ),
          fluctuationPanelNodes: optional(
            count(2, 64, 'Gauss–Legendre nodes of a panel, for the law at 1/m and the envelopes'),
            6,
          ),
          envelopes: optional(boolean({ description: 'upper bounds on √Ω_f' }), true),
          envelopeTimes: optional(count(20, 1000, 'most times at which envelopes are solved'), 160),
          escapeDimensions: optional(
            numericVector({ maxLength: 20, description: 'input dimensions whose escape time is wanted' }),
          ),
        },
        { description: 'how the mean field and the law at 1/m are computed' },
      ),
      {},
    ),
    simulation: optional(
      object(
        {
          replicas: optional(count(1, 100_000, 'networks of independent initial weights'), 8),
          widths: optional(
            numericVector({
              maxLength: 20,
              description: 'further widths, for figures of the gap against the width',
            }),
          ),
          linearised: optional(
            boolean({ description: 'also the linearised dynamics of the displacements' }),
            false,
          ),
        },
        { description: 'the networks of finite width' },
      ),
      {},
    ),
    seed,
    limits,
  },
  { aside },
);

export const configSchema = refine(form, (config, complain) => {
  const { model, data, optimizer, prediction, simulation } = config;
  const degree = truncationDegree(model.activation, data.target ?? model.activation, model.degree);
  for (const [path, spec] of [
    ['model.activation', model.activation],
    ['data.target', data.target],
  ] as const) {
    if (spec === undefined) continue;
    const coefficients = typeof spec === 'object' && 'coefficients' in spec ? spec.coefficients : [];
    const huge = coefficients.findIndex((value) => Math.abs(value) > MOST_COEFFICIENT);
    if (huge >= 0) {
      complain({
        path: `${path}.coefficients[${huge}]`,
        received: String(coefficients[huge]),
        expected: `a number from -${MOST_COEFFICIENT} to ${MOST_COEFFICIENT}`,
        remedy: 'Scale activation and target down: that changes the units of label and time, nothing else.',
      });
      return;
    }
    const exact = exactDegreeOf(spec);
    if (Number.isFinite(exact) && exact > degree) {
      complain({
        path: 'model.degree',
        received: String(model.degree),
        expected: `at least ${exact}: ${path} is a polynomial of that degree`,
        remedy: 'Raise model.degree, or it would be cut.',
      });
      return;
    }
  }
  const links = linksOf(model.activation, data.target, degree);
  checkLinks(links, data.target !== undefined, complain);
  checkStep(links, optimizer.kind, optimizer.stepSize, complain);
  prediction.tracers?.forEach((alpha, i) => {
    if (Math.abs(alpha) > 1)
      complain({
        path: `prediction.tracers[${i}]`,
        received: String(alpha),
        expected: 'an overlap in [-1, 1]',
      });
  });
  wholeNumbers('prediction.escapeDimensions', prediction.escapeDimensions, 3, 1e6, complain);
  wholeNumbers('simulation.widths', simulation.widths, 1, 1e6, complain);
});

function wholeNumbers(
  path: string,
  values: readonly number[] | undefined,
  low: number,
  high: number,
  complain: Complain,
): void {
  values?.forEach((value, i) => {
    if (Number.isInteger(value) && value >= low && value <= high) return;
    complain({
      path: `${path}[${i}]`,
      received: String(value),
      expected: `a whole number from ${low} to ${high}`,
    });
  });
}

/** Whether there is anything to learn with. */
function checkLinks(links: Links, targetGiven: boolean, complain: Complain): void {
  const { activation, target, learnedExponent, degree, activationSeries, targetSeries } = links;
  const degreesOf = (series: Float64Array) => [...series.keys()].filter((k) => k > 0 && series[k] !== 0);
  const degrees = (series: Float64Array) => degreesOf(series).join(', ');
  // A function that is no polynomial may have its first component beyond the cut.
  const cut = ({ tail }: HermiteSeries) =>
    tail > 0 ? ` It is cut at degree ${degree}: raise model.degree.` : '';
  if (activation.every((value, k) => k === 0 || value === 0)) {
    complain({
      path: 'model.activation',
      received: 'a constant',
      expected: 'a component of degree 1 or more',
      remedy: `A constant has no gradient: no neuron would move.${cut(activationSeries)}`,
    });
    return;
  }
  if (Number.isFinite(learnedExponent)) return;
  if (target.every((value, k) => k === 0 || value === 0)) {
    complain({
      path: 'data.target',
      received: 'a constant',
      expected: 'a component of degree 1 or more',
      remedy: `A constant target does not depend on the input: there is no direction to learn.${cut(targetSeries)}`,
    });
    return;
  }
  const parities = (series: Float64Array) => new Set(degreesOf(series).map((k) => k % 2));
  const [own, wanted] = [parities(activation), parities(target)];
  const otherParity = own.size === 1 && [...wanted].every((parity) => !own.has(parity));
  const oddEven = otherParity
    ? ` An ${own.has(1) ? 'odd' : 'even'} activation cannot learn a target of the other parity.`
    : '';
  complain({
    path: targetGiven ? 'data.target' : 'model.activation',
    received: `a target with Hermite components of degree ${degrees(target)}`,
    expected: `a component in common with the activation, which has degree ${degrees(activation)}`,
    remedy: `Without one the target exerts no force on any neuron.${oddEven}`,
  });
}

/** Bounds on the step: descent must not carry a neuron past the pole, Runge–Kutta must be stable. */
function checkStep(
  { Q, T }: Links,
  kind: 'gradient-flow' | 'projected-descent',
  stepSize: number,
  complain: Complain,
): void {
  let pull = 0;
  let repulsion = 0;
  for (let k = 1; k < Q.length; k++) {
    pull += k * Math.abs(T[k]!);
    repulsion += k * Q[k]!;
  }
  const rate = Math.max(pull, repulsion);
  const limit = kind === 'gradient-flow' ? 2.5 : 1;
  if (stepSize * rate < limit) return;
  complain({
    path: 'optimizer.stepSize',
    received: String(stepSize),
    expected: `less than ${Number((limit / rate).toPrecision(3))} for this activation and target`,
    remedy:
      kind === 'gradient-flow'
        ? 'Runge–Kutta steps are unstable beyond it: take a smaller step and more of them.'
        : 'A longer step carries neurons past the pole w*, off the map that the theory follows: take a smaller step and more of them.',
  });
}

export type PropagationProblem = Infer<typeof configSchema>;

/** Activation and target of a checked problem. */
export function linksOfProblem({ model, data }: PropagationProblem): Links {
  const target: FunctionSpec | undefined = data.target;
  const degree = truncationDegree(model.activation, target ?? model.activation, model.degree);
  return linksOf(model.activation, target, degree);
}

/** Steps after which a time is recorded, 0 and the last included. */
export function recordedSteps({ optimizer }: Pick<PropagationProblem, 'optimizer'>): number[] {
  const { steps } = optimizer;
  const every = optimizer.recordEvery ?? Math.max(1, Math.round(steps / 100));
  const out: number[] = [];
  for (let step = 0; step < steps; step += every) out.push(step);
  out.push(steps);
  return out;
}

/** The configuration as JSON Schema 2020-12. */
export function jsonSchema() {
  return toJsonSchema(configSchema, { id: 'https://foretrain.dev/schema/propagation-of-chaos.json' });
}
