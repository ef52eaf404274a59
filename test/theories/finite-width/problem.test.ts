import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError, SolveError } from '../../../src/errors.ts';
import { finiteWidth } from '../../../src/theories/finite-width/index.ts';
import { predict } from '../../library.ts';

const valid = {
  theory: 'finite-width',
  model: {
    inputDimension: 40,
    width: 2,
    activations: ['tanh', { kind: 'softplus', sharpness: 2 }],
    initialization: { kind: 'gaussian', scale: 0.8, alignment: 0.3 },
  },
  data: {
    sampleCount: 80,
    features: { law: 'student-t', degreesOfFreedom: 6 },
    link: { kind: 'sin', frequency: 2 },
    signalNorm: 1,
    noise: { law: 'gaussian', variance: 0.09 },
  },
  optimizer: { learningRates: [0.8, 0.2, 0.1], steps: 20 },
  prediction: { method: 'projection', samples: 1024, repetitions: 2 },
  simulation: { replicas: 2, form: 'auto' },
  seed: 'one',
};

const byOverlaps = {
  ...valid,
  model: {
    width: 1,
    activations: ['tanh'],
    initialization: {
      kind: 'overlaps',
      gram: [
        [1, 0.2],
        [0.2, 0.5],
      ],
      deepWeights: [[1]],
    },
  },
  data: { sampleRatio: 2, link: 'tanh' },
  optimizer: {
    learningRates: [
      [0.8, 0.2],
      [0.4, 0.1],
    ],
    steps: 2,
  },
};

/** Every path of a JSON value. */
function paths(value: unknown, at: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [at];
  return [
    at,
    ...Object.entries(value).flatMap(([key, child]) =>
      paths(child, [...at, Array.isArray(value) ? Number(key) : key]),
    ),
  ];
}

type Change = {
  path: (string | number)[];
  action: 'replace' | 'remove' | 'add';
  value: unknown;
  key: string;
};

function changed(config: unknown, { path, action, value, key }: Change): unknown {
  if (path.length === 0) return action === 'replace' ? value : config;
  if (typeof config !== 'object' || config === null) return config;
  const copy = structuredClone(config) as Record<string | number, unknown>;
  let parent: Record<string | number, unknown> = copy;
  for (const step of path.slice(0, -1)) {
    if (typeof parent[step] !== 'object' || parent[step] === null) return copy;
    parent = parent[step] as Record<string | number, unknown>;
  }
  const last = path[path.length - 1]!;
  if (action === 'remove') delete parent[last];
  else if (action === 'replace') parent[last] = value;
  else if (typeof parent[last] === 'object' && parent[last] !== null && !Array.isArray(parent[last])) {
    (parent[last] as Record<string, unknown>)[key] = value;
  }
  return copy;
}

const odd = fc.oneof(
  fc.constantFrom(
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -1,
    0,
    1e308,
    -0.5,
    1.5,
    2 ** 53,
    '',
    'tanhh',
    'gausian',
    null,
    undefined,
    true,
    [],
    {},
    [[]],
  ),
  fc.double(),
  fc.integer(),
  fc.string(),
  fc.jsonValue({ maxDepth: 2 }),
);

const changeOf = (config: unknown): fc.Arbitrary<Change> =>
  fc.record({
    path: fc.constantFrom(...paths(config)),
    action: fc.constantFrom('replace' as const, 'remove' as const, 'add' as const),
    value: odd,
    key: fc.oneof(fc.string(), fc.constantFrom('widht', 'learningRate', '__proto__', 'constructor')),
  });

function verdict(config: unknown): void {
  let problem: ReturnType<typeof finiteWidth.check>;
  try {
    problem = finiteWidth.check(config);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    const { problems, message } = error as ConfigError;
    expect(problems.length).toBeGreaterThan(0);
    for (const { received, expected } of problems) {
      expect(received.length).toBeGreaterThan(0);
      expect(expected.length).toBeGreaterThan(0);
    }
    expect(message).not.toMatch(/undefined is not|Cannot read/);
    return;
  }
  for (const kind of ['prediction', 'simulation'] as const) {
    try {
      const { bytes, work } = costless(problem) ? finiteWidth.plan(problem, kind) : { bytes: 1, work: 1 };
      expect(Number.isFinite(bytes) && Number.isFinite(work)).toBe(true);
    } catch (error) {
      expect(error).toBeInstanceOf(SolveError);
    }
  }
}

/** Plans draw the teacher: keep that short in a test of ten thousand. */
function costless(problem: ReturnType<typeof finiteWidth.check>): boolean {
  return (problem.model.inputDimension ?? 0) * problem.model.width < 1e4 && problem.optimizer.steps < 1e4;
}

describe('configurations', () => {
  it('10,000 valid ones with one to three places changed are accepted or answered with a ConfigError', () => {
    const cases = fc.oneof(
      fc.tuple(fc.constant(valid as unknown), fc.array(changeOf(valid), { minLength: 1, maxLength: 3 })),
      fc.tuple(
        fc.constant(byOverlaps as unknown),
        fc.array(changeOf(byOverlaps), { minLength: 1, maxLength: 3 }),
      ),
    );
    fc.assert(
      fc.property(cases, ([config, changes]) => {
        verdict(changes.reduce(changed, config));
      }),
      { numRuns: 10_000, seed: 1 },
    );
  });

  const rejected: [string, Change, RegExp][] = [
    [
      'an unknown key',
      { path: ['model'], action: 'add', key: 'widht', value: 2 },
      /widht.*Did you mean "width"/s,
    ],
    [
      'an unknown activation',
      { path: ['model', 'activations', 0], action: 'replace', key: '', value: 'tanhh' },
      /Did you mean "tanh"/,
    ],
    [
      'a negative variance',
      { path: ['data', 'noise', 'variance'], action: 'replace', key: '', value: -1 },
      /data\.noise\.variance: received -1/,
    ],
    [
      'zero steps',
      { path: ['optimizer', 'steps'], action: 'replace', key: '', value: 0 },
      /optimizer\.steps: received 0/,
    ],
    [
      'a rate for each layer missing',
      { path: ['optimizer', 'learningRates'], action: 'replace', key: '', value: [0.8, 0.2] },
      /3 rates, one for each layer/,
    ],
    [
      'a t law without variance',
      { path: ['data', 'features', 'degreesOfFreedom'], action: 'replace', key: '', value: 2 },
      /degreesOfFreedom/,
    ],
    [
      'NaN',
      { path: ['data', 'signalNorm'], action: 'replace', key: '', value: Number.NaN },
      /data\.signalNorm: received NaN/,
    ],
    ['absurd sizes', { path: ['model', 'width'], action: 'replace', key: '', value: 1e9 }, /model\.width/],
    [
      'sizes missing',
      { path: ['model', 'inputDimension'], action: 'remove', key: '', value: 0 },
      /model\.inputDimension/,
    ],
  ];
  it.each(rejected)('%s is named with its path and what to do', async (_, change, message) => {
    await expect(predict(changed(valid, change))).rejects.toThrow(message);
  });

  it('an unknown theory gets the nearest name', async () => {
    await expect(predict({ theory: 'finite-widht' })).rejects.toThrow(/Did you mean "finite-width"/);
    await expect(predict(null)).rejects.toBeInstanceOf(ConfigError);
  });
});
