// The configuration of the theory of quadratic networks: its form, defaults and checks across fields.
import {
  array,
  boolean,
  described,
  type Infer,
  number,
  object,
  oneOf,
  optional,
  refine,
  toJsonSchema,
  union,
} from '../../check.ts';
import { aside, limits, nameOf, seed } from '../../run-settings.ts';
import { LEAST_DECAY, RATIO } from './parameters.ts';

const ratio = (description: string) => number({ ...RATIO, description });
const weightDecay = optional(
  number({
    min: 0,
    max: 1e6,
    description:
      'λ, taken off the eigenvalues of the teacher; 0 in a stationary configuration stands for the limit of vanishing weight decay',
  }),
  0,
);
const rate = (description: string) => number({ exclusiveMin: 0, max: 1e3, description });
const count = (min: number, max: number, description: string) =>
  number({ integer: true, min, max, description });

const optimizerSchema = union(
  'kind',
  {
    'gradient-descent': {
      learningRate: optional(rate('η of every step, with `steps`; or give learningRates')),
      learningRates: optional(
        array(rate('η of one step'), {
          minLength: 1,
          maxLength: 5000,
          description: 'η of each step, in place of learningRate and steps',
        }),
      ),
      steps: optional(count(1, 5000, 'number of steps, with learningRate')),
      weightDecay,
    },
    'gradient-flow': {
      time: number({ exclusiveMin: 0, max: 1e6, description: 'end of the flow Ẇ = −ΓW, in its own time' }),
      steps: optional(count(1, 5000, 'recorded times, and Euler steps of the prediction'), 100),
      spacing: optional(
        described(
          oneOf('uniform', 'quadratic'),
          'how the recorded times lie: evenly, or like squares, denser at the start',
        ),
        'uniform',
      ),
      tolerance: optional(
        number({ min: 1e-9, max: 1e-1, description: 'relative error of a step of the simulation' }),
        1e-4,
      ),
      weightDecay,
    },
    stationary: {
      weightDecay,
      sweep: optional(
        object(
          {
            parameter: described(
              oneOf('sampleRatio', 'widthRatio', 'teacherWidthRatio', 'weightDecay', 'noiseVariance'),
              'name of the parameter that takes the values',
            ),
            values: array(number({ min: 0, max: 1e6 }), {
              minLength: 1,
              maxLength: 10_000,
              description: 'values of the parameter; a steady state for each',
            }),
          },
          { description: 'a curve over one parameter, in place of one steady state' },
        ),
      ),
      iterations: optional(count(10, 1_000_000, 'most iterations of the simulation to an end point'), 3000),
      tolerance: optional(
        number({
          min: 1e-10,
          max: 1e-2,
          description: 'share of the gradient in the weights at which an end point counts as reached',
        }),
        3e-5,
      ),
    },
  },
  {
    description: 'how the student is trained, and to what time',
    meanings: {
      'gradient-descent': 'steps W ← W − ηΓW (S5)',
      'gradient-flow': 'the flow Ẇ = −ΓW up to a time (S6)',
      stationary: 'where the flow ends, as a steady state (E1)–(E5)',
    },
  },
);

const form = object(
  {
    theory: nameOf('quadratic-networks'),
    model: object(
      {
        inputDimension: optional(count(2, 1000, 'd of the experiment'), 60),
        widthRatio: ratio('κ: width of the student over d'),
        initialScale: optional(
          number({ min: 0, max: 1e3, description: 'σ0: entries N(0, σ0²/m) at the start' }),
          1,
        ),
      },
      { description: 'the student Z = WWᵀ with W of d rows and κd columns' },
    ),
    data: object(
      {
        sampleRatio: ratio('α: samples over d²'),
        teacherWidthRatio: ratio('κ*: width of the teacher over d'),
        teacher: optional(
          described(
            oneOf('quantiles', 'gaussian'),
            'how the teacher is drawn: eigenvalues at the quantiles of their law, or W*W*ᵀ with Gaussian entries',
          ),
          'quantiles',
        ),
        measurements: optional(
          described(
            oneOf('gaussian', 'goe'),
            'what the teacher is seen through: Gaussian rows x as (xxᵀ − 1)/√d, or symmetric Gaussian matrices of the same moments, which are closer to the limit',
          ),
          'gaussian',
        ),
        noiseVariance: optional(
          number({ min: 0, max: 1e6, unit: 'label²', description: 'Δ: variance of the label noise' }),
          0,
        ),
      },
      { description: 'the teacher, its labels and how many there are' },
    ),
    optimizer: optimizerSchema,
    prediction: optional(
      object(
        {
          dimension: optional(count(4, 400, 'd of the matrices that sample the process'), 60),
          replicas: optional(count(1, 64, 'matrices whose averages make the memory'), 4),
          repetitions: optional(
            count(2, 1000, 'independent samples of the process, for means and standard errors'),
            8,
          ),
          probes: optional(
            described(
              oneOf('joint', 'separate'),
              'how responses are measured: by one tangent for all steps, or one for each, which takes as many times the memory and is for checks',
            ),
            'joint',
          ),
          twoTime: optional(boolean({ description: 'also correlation and response, over two times' }), true),
        },
        { description: 'how the process (D1)–(D6) is sampled; a steady state needs none of it' },
      ),
      {},
    ),
    simulation: optional(
      object(
        { replicas: optional(count(1, 100_000, 'independent trained students'), 8) },
        { description: 'the experiment' },
      ),
      {},
    ),
    seed,
    limits,
  },
  { aside },
);

export const configSchema = refine(form, (config, complain) => {
  const { model, data, optimizer } = config;
  const d = model.inputDimension;
  if (optimizer.kind === 'gradient-descent') {
    const { learningRate, learningRates, steps } = optimizer;
    if ((learningRate === undefined) === (learningRates === undefined)) {
      complain({
        path: 'optimizer.learningRate',
        received: learningRate === undefined ? 'nothing' : 'both learningRate and learningRates',
        expected: 'either learningRate with steps, or learningRates, one per step',
        remedy: 'Give one of the two.',
      });
    } else if (learningRate !== undefined && steps === undefined) {
      complain({
        path: 'optimizer.steps',
        received: 'nothing',
        expected: 'the number of steps',
        remedy: 'Add optimizer.steps.',
      });
    } else if (learningRates !== undefined && steps !== undefined && steps !== learningRates.length) {
      complain({
        path: 'optimizer.steps',
        expected: `${learningRates.length}, the number of learningRates`,
        remedy: 'Leave steps out.',
      });
    }
  }
  const stationary = optimizer.kind === 'stationary';
  if (stationary && optimizer.weightDecay > 0 && optimizer.weightDecay < LEAST_DECAY) {
    complain({
      path: 'optimizer.weightDecay',
      expected: `0 (the limit of vanishing weight decay) or at least ${LEAST_DECAY}`,
      remedy: 'Use 0 where the limit is meant.',
    });
  }
  const sweep = stationary ? optimizer.sweep : undefined;
  sweep?.values.forEach((value, i) => {
    const isRatio = sweep.parameter.endsWith('Ratio');
    const fits = isRatio
      ? value >= RATIO.min && value <= RATIO.max
      : sweep.parameter !== 'weightDecay' || value === 0 || value >= LEAST_DECAY;
    if (fits) return;
    complain({
      path: `optimizer.sweep.values[${i}]`,
      received: String(value),
      expected: isRatio
        ? `a number from ${RATIO.min} to ${RATIO.max}`
        : `0 (the limit of vanishing weight decay) or at least ${LEAST_DECAY}`,
      remedy: 'Give a value in that range.',
    });
  });
  const sizes: [string, number, number, string][] = [
    ['model.widthRatio', model.widthRatio, d, 'student unit'],
    ['data.teacherWidthRatio', data.teacherWidthRatio, d, 'teacher unit'],
    ['data.sampleRatio', data.sampleRatio, d * d, 'sample'],
  ];
  for (const [path, value, times, what] of sizes) {
    if (Math.round(value * times) < 1) {
      complain({
        path,
        expected: `at least one ${what} at inputDimension ${d}, so a ratio of at least ${0.5 / times}`,
        remedy: 'Raise it, or model.inputDimension.',
      });
    }
  }
});

export type QuadraticProblem = Infer<typeof configSchema>;

/** The configuration as JSON Schema 2020-12. */
export function jsonSchema() {
  return toJsonSchema(configSchema, { id: 'https://foretrain.dev/schema/quadratic-networks.json' });
}

/** Step lengths of the dynamics: learning rates, or the spacing of the flow's times. */
export function stepLengths({ optimizer }: QuadraticProblem): number[] {
  if (optimizer.kind === 'gradient-descent') {
    return optimizer.learningRates
      ? [...optimizer.learningRates]
      : Array<number>(optimizer.steps!).fill(optimizer.learningRate!);
  }
  if (optimizer.kind === 'stationary') return [];
  const { time, steps, spacing } = optimizer;
  const share = (k: number) => (spacing === 'quadratic' ? (k / steps) * (k / steps) : k / steps);
  return Array.from({ length: steps }, (_, k) => time * (share(k + 1) - share(k)));
}

/** The times that the observables run over: 0 and the sums of the steps; or the values of a sweep. */
export function timesOf(problem: QuadraticProblem): Float64Array {
  const { optimizer } = problem;
  if (optimizer.kind === 'stationary') return Float64Array.from(optimizer.sweep?.values ?? [0]);
  const lengths = stepLengths(problem);
  const times = new Float64Array(lengths.length + 1);
  lengths.forEach((length, k) => {
    times[k + 1] = times[k]! + length;
  });
  return times;
}

/** The five numbers of the limit, at every point of a sweep. */
export function parametersOf(problem: QuadraticProblem) {
  const { model, data, optimizer } = problem;
  const parameters = {
    sampleRatio: data.sampleRatio,
    widthRatio: model.widthRatio,
    teacherWidthRatio: data.teacherWidthRatio,
    weightDecay: optimizer.weightDecay,
    noiseVariance: data.noiseVariance,
  };
  const sweep = optimizer.kind === 'stationary' ? optimizer.sweep : undefined;
  return sweep ? sweep.values.map((value) => ({ ...parameters, [sweep.parameter]: value })) : [parameters];
}
