import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as library from '../src/index.ts';
import * as numerics from '../src/numerics/index.ts';

const example = (name: string) =>
  JSON.parse(readFileSync(new URL(`../examples/${name}.json`, import.meta.url), 'utf8'));

const parameters = {
  sampleRatio: 0.5,
  widthRatio: 0.3,
  teacherWidthRatio: 0.3,
  weightDecay: 0.1,
  noiseVariance: 0.25,
};
const axes = [
  { parameter: 'sampleRatio', values: [0.3] },
  { parameter: 'widthRatio', values: [0.3] },
] as const;
const fitConfig = {
  theory: 'finite-width',
  model: { width: 1, activations: ['tanh'] },
  optimizer: { steps: 2 },
};
const rows = Array.from({ length: 24 }, (_, k) => [k, (k * 7) % 5]);
const data = { features: rows, labels: rows.map(([a, b]) => a! - b!) };
const finite = example('finite-width');
const field = example('mean-field-convergence');
const matrix = { rows: 1, columns: 1, data: new Float64Array([1]) };

/** A call that tsc would not let through, the path of the key that is not known, and the known one that is meant. */
type Case = [call: (f: (...given: unknown[]) => unknown) => unknown, path: string, nearest: string];
const calls: Readonly<Record<string, readonly Case[]>> = {
  predict: [[(f) => f(finite, { onProgres: 1 }), 'options.onProgres', 'onProgress']],
  simulate: [[(f) => f(finite, { sginal: 1 }), 'options.sginal', 'signal']],
  compare: [[(f) => f(finite, { precison: 'fast' }), 'options.precison', 'precision']],
  width: [
    [(f) => f(example('propagation-of-chaos'), { tolerance: 0.1, horizn: 1 }), 'options.horizn', 'horizon'],
  ],
  certify: [
    [(f) => f(field, { executer: {} }), 'options.executer', 'executor'],
    [(f) => f({ ...data, lables: [1] }), 'input.lables', 'labels'],
  ],
  dimensionStudy: [[(f) => f(field, [5], { signl: 1 }), 'options.signl', 'signal']],
  sampleStudy: [[(f) => f(field, [5], { signl: 1 }), 'options.signl', 'signal']],
  configSchema: [[(f) => f('finite-width', { off: 'fit' }), 'options.off', 'of']],
  fit: [
    [(f) => f(data, fitConfig, { onProgess: 1 }), 'options.onProgess', 'onProgress'],
    [(f) => f(data, fitConfig, { test: { ...data, label: [1] } }), 'options.test.label', 'labels'],
    [(f) => f({ ...data, group: [1] }, fitConfig), 'data.group', 'groups'],
  ],
  fitCost: [
    [(f) => f(data, fitConfig, { tset: data }), 'options.tset', 'test'],
    [(f) => f({ ...data, colums: ['a', 'b'] }, fitConfig), 'data.colums', 'columns'],
  ],
  tune: [
    [(f) => f(data, fitConfig, {}, { onConfigration: 1 }), 'options.onConfigration', 'onConfiguration'],
    [(f) => f({ ...data, group: [1] }, fitConfig, {}), 'data.group', 'groups'],
    [(f) => f(data, fitConfig, { width: [1] }), 'width', 'widths'],
  ],
  tuneCost: [[(f) => f(data, fitConfig, {}, { tests: data }), 'options.tests', 'test']],
  recoveryThreshold: [[(f) => f({ ...parameters, widthRatoi: 1 }), 'parameters.widthRatoi', 'widthRatio']],
  interpolationThreshold: [
    [(f) => f({ ...parameters, noiseVarianec: 1 }), 'parameters.noiseVarianec', 'noiseVariance'],
  ],
  steadyState: [
    [(f) => f({ ...parameters, weigthDecay: 1 }), 'parameters.weigthDecay', 'weightDecay'],
    [(f) => f(parameters, { dimensoin: 50 }), 'options.dimensoin', 'dimension'],
  ],
  samplesForError: [
    [(f) => f(parameters, 0.2, { inputDimensoin: 50 }), 'options.inputDimensoin', 'inputDimension'],
    [(f) => f({ ...parameters, sampleRatoi: 1 }, 0.2), 'parameters.sampleRatoi', 'sampleRatio'],
  ],
  phaseDiagram: [
    [(f) => f({ ...parameters, widthratios: 1 }, ...axes), 'base.widthratios', 'widthRatio'],
    [(f) => f(parameters, { ...axes[0], valeus: [1] }, axes[1]), 'x.valeus', 'values'],
    [(f) => f(parameters, axes[0], { ...axes[1], paramter: 1 }), 'y.paramter', 'parameter'],
    [(f) => f(parameters, ...axes, { dimensions: 50 }), 'options.dimensions', 'dimension'],
  ],
};
/** Those that take no options or parameters by name. */
const WITHOUT = [
  'ConfigError',
  'CoreError',
  'DataError',
  'SolveError',
  'TrainedModel',
  'coreHash',
  'estimateCost',
  'resultHash',
  'solutionFromJson',
  'solutionToJson',
  'spectrum',
];

const numericCalls: Readonly<Record<string, Case>> = {
  activate: [(f) => f('tanh', [1], { oder: 1 }), 'oder', 'order'],
  choleskyFactor: [(f) => f(matrix, { tolerence: 0 }), 'tolerence', 'tolerance'],
  gramMatrix: [(f) => f(matrix, { fo: 'columns' }), 'fo', 'of'],
  pseudoInverse: [(f) => f(matrix, { tolerence: 0 }), 'tolerence', 'tolerance'],
  resolveActivation: [(f) => f({ kind: 'softplus', sharpnes: 2 }), 'sharpnes', 'sharpness'],
  resolveLaw: [(f) => f({ law: 'sparse', densty: 0.5 }), 'densty', 'density'],
  smoothGaussianRule: [
    (f) => f({ stripe: 1, strip: 1, frequency: 0, rate: 0, degree: 0 }),
    'stripe',
    'strip',
  ],
  sobolPoints: [(f) => f(2, 4, { scrambing: 'owen' }), 'scrambing', 'scrambling'],
};

const outcome = async (call: () => unknown): Promise<unknown> => {
  try {
    return await call();
  } catch (error) {
    return error;
  }
};

describe('a key that nobody reads', () => {
  it('is looked for by every function of the library that takes options or parameters', () => {
    const functions = Object.entries(library).filter(([, value]) => typeof value === 'function');
    expect([...Object.keys(calls), ...WITHOUT].sort()).toEqual(functions.map(([name]) => name).sort());
  });

  it.each(
    Object.entries(calls).flatMap(([name, cases]) =>
      cases.map(([call, path, nearest]) => [name, path, nearest, call] as const),
    ),
  )('%s: %s is refused with the known one that is nearest, %s', async (name, path, nearest, call) => {
    const f = (library as unknown as Record<string, (...given: unknown[]) => unknown>)[name]!;
    const error = await outcome(() => call(f));
    expect(error).toBeInstanceOf(library.ConfigError);
    const { problems, message } = error as library.ConfigError;
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ path, received: 'an unknown key', nearest });
    expect(message).toContain(`${path}: received an unknown key; expected `);
    expect(message).toContain(`Did you mean "${nearest}"? Rename or remove it.`);
  });

  it.each(
    Object.entries(numericCalls).map(([name, [call, key, nearest]]) => [name, key, nearest, call] as const),
  )(
    'numerics, %s: %s is refused with the known one that is nearest, %s',
    async (name, key, nearest, call) => {
      const f = (numerics as unknown as Record<string, (...given: unknown[]) => unknown>)[name]!;
      const error = await outcome(() => call(f));
      expect(error).toBeInstanceOf(Error);
      expect((error as Error).message).toMatch(new RegExp(`${key}.* Did you mean ${nearest}\\?$`));
    },
  );

  it('says all at once, what is no object, and names that a value cannot be', async () => {
    const problems = async (call: () => unknown) =>
      ((await outcome(call)) as library.ConfigError).problems.map(({ path, received }) => [path, received]);
    const predict = library.predict as (...given: unknown[]) => unknown;
    expect(await problems(() => predict(finite, { a: 1, b: 2 }))).toEqual([
      ['options.a', 'an unknown key'],
      ['options.b', 'an unknown key'],
    ]);
    expect(await problems(() => predict(finite, null))).toEqual([['options', 'null']]);
    expect(await problems(() => predict(finite, { precision: 'double' }))).toEqual([
      ['options.precision', '"double"'],
    ]);
    expect(await problems(() => library.coreHash('fats' as 'fast'))).toEqual([['precision', '"fats"']]);
    expect(await problems(() => predict(finite, { onProgress: 3, signal: 'x', executor: {} }))).toEqual([
      ['options.signal', '"x"'],
      ['options.onProgress', '3'],
      ['options.executor', 'an empty object'],
    ]);
  });

  it('what must be given and is not, or is of another kind, is named', async () => {
    type Call = (...given: unknown[]) => unknown;
    const problems = async (f: unknown, ...given: unknown[]) => {
      const error = await outcome(() => (f as Call)(...given));
      expect(error).toBeInstanceOf(library.ConfigError);
      return (error as library.ConfigError).problems.map(
        ({ path, received, expected }) => `${path}: ${received}, not ${expected}`,
      );
    };
    const none = ['parameters: nothing, not an object'];
    expect(await problems(library.recoveryThreshold)).toEqual(none);
    expect(await problems(library.interpolationThreshold)).toEqual(none);
    expect(await problems(library.steadyState)).toEqual(none);
    expect(await problems(library.samplesForError)).toEqual(none);
    const { phaseDiagram } = library;
    const [x, y] = axes;
    expect(await problems(phaseDiagram)).toEqual(
      ['base', 'x', 'y'].map((name) => `${name}: nothing, not an object`),
    );
    expect(await problems(phaseDiagram, parameters, x)).toEqual(['y: nothing, not an object']);
    expect(await problems(phaseDiagram, parameters, x, {})).toEqual([
      'y.parameter: nothing, not the name of a parameter',
      'y.values: nothing, not an array of numbers',
    ]);
    expect(await problems(phaseDiagram, parameters, { ...x, values: '0.3' }, y)).toEqual([
      'x.values: "0.3", not an array of numbers',
    ]);
    expect(await problems(library.steadyState, { ...parameters, noiseVariance: null }, { core: {} })).toEqual(
      ['parameters.noiseVariance: null, not a number', 'options.core: an empty object, not a core'],
    );
    expect(await problems(library.spectrum, {}, 1)).toEqual([
      'state: an empty object, not a state, as steadyState returns it',
      'at: 1, not an array of numbers',
    ]);
    expect(await problems(library.dimensionStudy, undefined, 'x')).toEqual([
      'config: nothing, not an object',
      'dimensions: "x", not an array of numbers',
    ]);
    expect(await problems(library.sampleStudy, field)).toEqual([
      'sampleCounts: nothing, not an array of numbers',
    ]);
    expect(await problems(library.certify, { features: undefined, labels: null })).toEqual([
      'input.features: nothing, not an array',
      'input.labels: null, not an array',
    ]);
    const document = 'a document that solutionToJson made';
    expect(await problems(library.solutionFromJson)).toEqual([`document: nothing, not ${document}`]);
    expect(await problems(library.solutionFromJson, { times: [], observables: { a: 1 } })).toEqual([
      `document: an object with times, observables, not ${document}`,
    ]);
    expect(await problems(library.solutionToJson, 'x')).toEqual([
      'solution: "x", not a solution, as predict and simulate return it',
    ]);
    // Values that went through JSON have no bytes: the hash was that of nothing.
    const solution = await library.predict(field as library.MeanFieldConvergenceConfig);
    expect(await problems(library.resultHash, JSON.parse(JSON.stringify(solution)))).toEqual([
      expect.stringMatching(
        /^solution: an object with .*, not a solution, whose observables hold Float64Arrays$/,
      ),
    ]);
  });

  it('does not count where it cannot be seen, and a parameter that plays no role is none', () => {
    const options = Object.defineProperty({ dimension: 50 }, 'hidden', { value: 1, enumerable: false });
    expect(library.steadyState(parameters, options).test).toBeGreaterThan(0);
    expect(library.recoveryThreshold(parameters).sampleRatio).toBeGreaterThan(0);
    expect(library.samplesForError(parameters, 0.5, { inputDimension: undefined }).lowest).toBeLessThan(1);
  });

  it('what a fit will cost is told of the options of the fit, and test rows may be rows as they are trained on', async () => {
    const options = {
      onProgress: () => {},
      precision: 'exact',
      test: { ...data, groups: rows.map(([, b]) => b!) },
    } as const;
    const { bytes } = library.fitCost(data, fitConfig as library.FiniteWidthFitConfig, options);
    const { test } = options;
    expect(bytes).toBe(library.fitCost(data, fitConfig as library.FiniteWidthFitConfig, { test }).bytes);
    const grid = { widths: [1] };
    const onConfiguration = () => {};
    expect(
      library.tuneCost(data, fitConfig as library.FiniteWidthFitConfig, grid, { ...options, onConfiguration })
        .bytes,
    ).toBe(bytes);
    const { solution } = await library.fit(data, fitConfig as library.FiniteWidthFitConfig, options);
    expect(solution.observables.testError!.values).toHaveLength(3);
  });

  it.each([
    ['activate', ['tanh', 3], /^x of activation tanh must be an array of numbers; received 3\.$/],
    ['arcsine', [null], /^arcsine: received null; expected a number/],
    ['arccosine', [[]], /^arccosine: received an empty array; expected a number/],
    ['choleskyFactor', [], /^a is nothing; expected a matrix, \{ rows, columns, data \}\.$/],
    ['dot', [[1]], /^y is nothing; expected an array of numbers\.$/],
    ['matrixFrom', ['ab'], /^rows is "ab"; expected an array of rows\.$/],
    ['matrixFrom', [[[1], null]], /^row 1 is null; expected an array of numbers\.$/],
    ['matrixVector', [matrix, null], /^x is null; expected an array of numbers\.$/],
    ['resolveLaw', [1n], /^law must be one of .*; received a bigint\.$/],
    ['resolveLaw', [{ density: 0.5 }], /; received an object with density\.$/],
    ['matrixFrom', [Object.create(null)], /^rows is an empty object; expected an array of rows\.$/],
    ['sum', [() => 1], /^values is .*; expected an array of numbers\.$/],
    [
      'tensorRule',
      [[{}]],
      /^rules of tensorRule must be an array of rules; received an array of length 1\.$/,
    ],
  ] as const)('numerics, %s: what is of another kind is named', (name, given, message) => {
    const f = (numerics as unknown as Record<string, (...given: readonly unknown[]) => unknown>)[name]!;
    expect(() => f(...given)).toThrow(message);
  });

  it('smoothGaussianRule takes numbers only: a missing one would be a rule without nodes', () => {
    const rule = numerics.smoothGaussianRule as (...given: unknown[]) => unknown;
    expect(() => rule({ strip: 1, frequency: 0, rate: 0 })).toThrow(/^degree of smoothGaussianRule must be/);
    expect(() => rule({ strip: 0, frequency: 0, rate: 0, degree: 0 })).toThrow(/^strip of .* positive/);
  });
});
