// Golden values: an independent NumPy implementation of the same equations, written before this code.
import { describe, expect, it } from 'vitest';
import { ConfigError, DataError, SolveError } from '../../../../src/errors.ts';
import { type FitResult, TrainedModel } from '../../../../src/theories/finite-width/fit/fit.ts';
import { fitCost, fit as fitRows } from '../../../library.ts';
import golden from '../golden/real-data-estimator.json' with { type: 'json' };
import { centred, independentRows, range, syntheticRows } from './rows.ts';

interface Case {
  name: string;
  tol: number;
  input: {
    X_with_constant_column: number[][];
    y: number[];
    W1: number[][];
    deep: { weights: number[] | number[][]; bias: number | number[] }[];
    acts: string[];
    eta: number[];
    T: number;
    head: number | 'all';
    refit: number;
  };
  expected: Record<string, never>;
}

const nameOf = (name: string) => (name === 'erf' ? 'erf-sqrt2' : name);

/** A golden case as a configuration: everything given, nothing prepared. */
function configOf({ input }: Case) {
  return {
    theory: 'finite-width',
    model: {
      width: input.W1[0]!.length,
      activations: input.acts.map(nameOf),
      initialization: {
        kind: 'explicit',
        weights: [input.W1, ...input.deep.map(({ weights }) => weights)],
        biases: [input.W1[0]!.map(() => 0), ...input.deep.map(({ bias }) => bias)],
      },
    },
    data: { features: input.X_with_constant_column, labels: input.y, standardize: false },
    optimizer: { learningRates: input.eta, steps: input.T },
    estimator: { kind: 'tangent', head: input.head, refits: input.refit },
  };
}

describe('fit reproduces the golden cases', () => {
  it.each(golden.cases as unknown as Case[])('$name to 1e-9', async (golden) => {
    const { expected, tol } = golden as { expected: Record<string, unknown>; tol: number };
    const { solution, warnings } = await fitRows(undefined, configOf(golden));
    const { observables, diagnostics } = solution;
    const close = (name: string, values: ArrayLike<number>) => {
      const reference = expected[name] as number[];
      const worst = Math.max(...reference.map((value, t) => Math.abs(values[t]! - value)));
      expect.soft(worst, name).toBeLessThan(tol);
    };
    close('train', observables.trainError!.values);
    close('egen', observables.estimatedTestError!.values);
    close('se', observables.estimatedTestError!.standardError!);
    close('sharpness', observables.sharpness!.values);
    close('tail_share', observables.tailShare!.values);
    const estimator = diagnostics.estimator as { head: number; rank: number; refitRows: number[] };
    expect(estimator.head).toBe(expected.head);
    expect(estimator.rank).toBe(expected.rank);
    expect(estimator.refitRows).toEqual(expected.refit_rows);
    expect(Array.from(observables.warned!.values, Boolean)).toEqual(expected.warn);
    expect(warnings.map(({ code }) => code)).toContain('few-rows');
  });
});

const rows = syntheticRows(60, 5, 'fit');
const base = {
  theory: 'finite-width',
  model: { width: 3, activations: ['gelu'] },
  optimizer: { learningRates: [0.3, 0.1], steps: 40 },
};
const codes = ({ warnings }: FitResult) => warnings.map(({ code }) => code);
const curve = ({ solution }: FitResult, name = 'estimatedTestError') => [
  ...solution.observables[name]!.values,
];

describe('fit', () => {
  it('trains in label units, with the same bits every time, and predicts raw rows', async () => {
    const first = await fitRows(rows, base);
    const second = await fitRows(rows, base);
    expect(curve(first)).toEqual(curve(second));
    expect(first.solution.status).toBe('complete');
    expect(first.solution.times).toHaveLength(41);
    const { step, estimatedTestError, standardError, interval, rule, estimator } = first.stopping;
    expect({ rule, estimator }).toEqual({ rule: 'minimum', estimator: 'tangent' });
    expect(curve(first)[step]).toBe(Math.min(...curve(first)));
    // 1.96 standard errors times 1.5.
    const factor = Math.exp((2.94 * standardError) / estimatedTestError);
    expect(interval[0]).toBeCloseTo(estimatedTestError / factor, 12);
    expect(interval[1]).toBeCloseTo(estimatedTestError * factor, 12);
    expect(curve(first, 'estimatedTestErrorLower')[step]).toBe(interval[0]);
    expect(curve(first, 'estimatedTestErrorUpper')[step]).toBe(interval[1]);
    // The standard error over rows, from the left-out predictions.
    const left = first.solution.observables.leftOutPrediction!.values;
    const squares = rows.labels.map((y, k) => (y - left[k]!) ** 2);
    const centre = squares.reduce((sum, value) => sum + value, 0) / 60;
    const spread = squares.reduce((sum, value) => sum + (value - centre) ** 2, 0);
    expect(estimatedTestError).toBeCloseTo(centre, 12);
    expect(standardError).toBeCloseTo(Math.sqrt(spread / 59 / 60), 12);
    const predicted = first.model.predict(rows.features);
    const error = rows.labels.reduce((sum, y, k) => sum + (y - predicted[k]!) ** 2, 0) / 60;
    expect(error).toBeCloseTo(curve(first, 'trainError')[step]!, 13);
    const scaled = await fitRows({ ...rows, labels: rows.labels.map((y) => 8 * y) }, base);
    expect(scaled.stopping.estimatedTestError).toBeCloseTo(64 * estimatedTestError, 10);
  });

  it('gives the same from rows in the configuration, typed rows and one long array', async () => {
    const reference = curve(await fitRows(rows, base));
    expect(curve(await fitRows(undefined, { ...base, data: rows }))).toEqual(reference);
    const flat = { data: rows.features.flat(), shape: [60, 5] as [number, number] };
    expect(curve(await fitRows({ features: flat, labels: rows.labels }, base))).toEqual(reference);
  });

  it('equals leave-one-out where every row is refitted: trained here without each row, to 1e-12', async () => {
    const { features, labels } = centred(syntheticRows(24, 3, 'loo'));
    // A rate scaled by 23/24 keeps the 1/m of all rows.
    const train = (kept: number[], share: number, estimator: object) => {
      const data = { features: kept.map((i) => features[i]!), labels: kept.map((i) => labels[i]!) };
      const optimizer = { learningRates: [0.4 * share, 0.2 * share], steps: 15 };
      return fitRows(data, { ...base, data: { standardize: false }, optimizer, estimator });
    };
    const all = await train(range(24), 1, { refits: 24 });
    let total = 0;
    for (const k of range(24)) {
      const others = range(24).filter((i) => i !== k);
      const { model, stopping } = await train(others, 23 / 24, { kind: 'cross-validation', folds: 2 });
      expect(stopping.step).toBe(15);
      total += (labels[k]! - model.predict([features[k]!])[0]!) ** 2;
    }
    expect(Math.abs(curve(all)[15]! - total / 24)).toBeLessThan(1e-12);
  });

  it('retrains every row by itself where that costs less than the linearisation, unless told otherwise', async () => {
    const wide = syntheticRows(30, 40, 'wide');
    const result = await fitRows(wide, base);
    expect(result.cost.exact).toBe(true);
    expect(result.cost.estimator).toBeLessThan(
      fitCost(wide, { ...base, estimator: { head: 'all' } }).estimator,
    );
    const asked = await fitRows(wide, { ...base, estimator: { head: 0, refits: 30 } });
    expect(curve(result)).toEqual(curve(asked));
    const linearised = await fitRows(wide, { ...base, estimator: { head: 'all' } });
    expect(linearised.cost.exact).toBe(false);
    const gaps = curve(linearised).map((value, t) => Math.abs(value / curve(result)[t]! - 1));
    expect(Math.max(...gaps)).toBeLessThan(0.2);
    expect(fitCost(rows, base).exact).toBe(false);
  });

  it('keeps to the estimator that is asked for and stays near leave-one-out with each', async () => {
    const short = { ...base, optimizer: { ...base.optimizer, steps: 20 } };
    const of = async (data: typeof rows, estimator: object) => {
      const result = await fitRows(data, { ...short, estimator });
      return {
        kind: result.stopping.estimator,
        value: curve(result)[20]!,
        train: curve(result, 'trainError')[20]!,
      };
    };
    const exact = await of(rows, { refits: 60 });
    const tangent = await of(rows, { kind: 'tangent' });
    const folds = await of(rows, { kind: 'cross-validation' });
    expect([tangent.kind, folds.kind]).toEqual(['tangent', 'cross-validation']);
    expect(tangent.value / exact.value).toBeCloseTo(1, 2);
    // 1.4 % here; the median over splits of real tables is 4 to 6 %.
    expect(Math.abs(folds.value / exact.value - 1)).toBeLessThan(0.05);
    // The onsager estimate on the rows it is made for: over eight seeds 1.9 to 3.7 % too low, 3.1 % on average with a
    // standard deviation of 0.7 %; five of them are allowed. The training error is far below.
    for (const seed of ['onsager a', 'onsager b']) {
      const independent = independentRows(200, 20, seed);
      const corrected = await of(independent, { kind: 'onsager' });
      const single = await of(independent, { refits: 200 });
      expect(corrected.kind).toBe('onsager');
      expect(Math.abs(corrected.value / single.value - 1 + 0.031)).toBeLessThan(5 * 0.007);
      expect(corrected.train / single.value).toBeLessThan(0.85);
    }
  });

  it('draws deep weights as predict does: the output layer in a random direction with norm deepScale', async () => {
    const squares: number[] = [];
    for (const deepScale of [1, 2.5]) {
      const initialization = { kind: 'gaussian', deepScale };
      const model = { width: 8, activations: ['tanh', 'tanh'], initialization };
      const { model: start } = await fitRows(rows, {
        ...base,
        model,
        optimizer: { learningRates: [0, 0, 0], steps: 1 },
      });
      const { deep } = start.toJSON();
      const size = (values: readonly number[]) => values.reduce((sum, value) => sum + value * value, 0);
      expect(deep).toHaveLength(8 * 8 + 8 + 8 + 1);
      expect(size(deep.slice(72, 80))).toBeCloseTo(deepScale * deepScale, 12);
      expect([...deep.slice(64, 72), deep[80]]).toEqual(new Array(9).fill(0));
      squares.push(size(deep.slice(0, 64)) / (8 * deepScale * deepScale));
    }
    // 64 squares of variance 1/8 each: their sum is 8 with standard deviation √2.
    expect(Math.abs(squares[0]! - 1)).toBeLessThan((4 * Math.SQRT2) / 8);
    expect(squares[1]).toBeCloseTo(squares[0]!, 12);
  });

  it('chooses learning rates by itself, below the edge of stability', async () => {
    const result = await fitRows(rows, { ...base, optimizer: { steps: 60 } });
    const rates = result.solution.diagnostics.learningRates as number[];
    expect(rates).toHaveLength(2);
    expect(Math.max(...curve(result, 'sharpness'))).toBeLessThan(1.9);
    expect(curve(result, 'trainError')[60]).toBeLessThan(curve(result, 'trainError')[0]!);
  });

  it('stops with patience, and its numbers are those of the long run up to there', async () => {
    const noisy = syntheticRows(60, 8, 'noisy', 1.5);
    const config = {
      ...base,
      optimizer: { learningRates: [0.3, 0.1], steps: 60 },
      estimator: { refits: 0 },
    };
    const whole = await fitRows(noisy, config);
    const patient = await fitRows(noisy, { ...config, stopping: { patience: 5 } });
    const length = patient.solution.times.length;
    expect(length).toBeLessThan(61);
    expect(patient.solution.diagnostics.stoppedByPatience).toBe(true);
    expect(patient.stopping.step).toBe(length - 6);
    expect(curve(patient)).toEqual(curve(whole).slice(0, length));
  });

  it('stops earlier by the one-standard-error rule, which must be asked for', async () => {
    const result = await fitRows(rows, { ...base, stopping: { rule: 'one-standard-error' } });
    const values = curve(result);
    const errors = result.solution.observables.estimatedTestError!.standardError!;
    const best = values.indexOf(Math.min(...values));
    expect(result.stopping.step).toBeLessThan(best);
    expect(values[result.stopping.step]).toBeLessThanOrEqual(values[best]! + errors[best]!);
    expect(values[result.stopping.step - 1]).toBeGreaterThan(values[best]! + errors[best]!);
  });

  it('returns what it has when it is cancelled, marked as such, with a model', async () => {
    const controller = new AbortController();
    const result = await fitRows(rows, base, {
      signal: controller.signal,
      onCost: () => controller.abort(),
    });
    expect(result.solution.status).toBe('aborted');
    expect(codes(result)).toContain('aborted');
    expect([...result.solution.times]).toEqual([0]);
    // No row was retrained: the bits of a run without refits up to there.
    expect(result.solution.diagnostics.estimator).toMatchObject({ refitRows: [] });
    const whole = await fitRows(rows, { ...base, estimator: { refits: 0 } });
    expect(curve(result)).toEqual(curve(whole).slice(0, 1));
    expect(result.model.predict(rows.features)).toHaveLength(60);
  });

  it.each(['tangent', 'onsager', 'cross-validation'])(
    'returns what it has when it is cancelled at any look at the signal, within a step as well (%s)',
    async (kind) => {
      const whole = await fitRows(rows, { ...base, estimator: { kind, refits: 0 } });
      for (let most = 1; most < 40; most += 3) {
        let looks = 0;
        const signal = {
          get aborted() {
            return ++looks >= most;
          },
        } as AbortSignal;
        const result = await fitRows(rows, { ...base, estimator: { kind } }, { signal });
        const seen = result.solution.times.length;
        expect(seen).toBeGreaterThan(0);
        expect(seen).toBeLessThanOrEqual(1 + most / 2);
        expect(curve(result)).toEqual(curve(whole).slice(0, seen));
        expect(codes(result)).toContain('aborted');
      }
    },
  );

  it('gives the true error on test rows beside the estimate, that of the model at the stopping step', async () => {
    for (const data of [rows, syntheticRows(30, 40, 'wide')]) {
      const test = syntheticRows(200, data.features[0]!.length, 'fresh');
      const result = await fitRows(data, base, { test });
      const { model, stopping } = result;
      const predicted = model.predict(test.features);
      const error = test.labels.reduce((sum, y, k) => sum + (y - predicted[k]!) ** 2, 0) / 200;
      expect(curve(result, 'testError')[stopping.step]).toBeCloseTo(error, 12);
      expect(curve(await fitRows(data, base))).toEqual(curve(result));
    }
  });

  it('says before it starts what it will cost, and reports progress up to 1', async () => {
    const fractions: number[] = [];
    let cost: unknown;
    const result = await fitRows(rows, base, {
      onCost: (given) => {
        cost = given;
      },
      onProgress: ({ fraction }) => fractions.push(fraction),
    });
    expect(cost).toEqual(fitCost(rows, base));
    expect(result.cost).toEqual(cost);
    expect(result.cost.crossValidation).toBeCloseTo(10 * result.cost.gradientDescent, 0);
    expect(result.cost.estimator).toBeGreaterThan(result.cost.gradientDescent);
    expect(fractions.at(-1)).toBe(1);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  });

  it('says that training diverged, what to do, and keeps what came before', async () => {
    const result = await fitRows(rows, { ...base, optimizer: { learningRates: [200, 200], steps: 40 } });
    expect(result.solution.status).toBe('diverged');
    expect(result.warnings.find(({ code }) => code === 'diverged')!.message).toMatch(
      /multiply all learning rates by/,
    );
    expect(curve(result).every(Number.isFinite)).toBe(true);
    expect(result.model.predict(rows.features).every(Number.isFinite)).toBe(true);
  });

  it('does not show an unresolved estimate: cross-validation takes its place and says so', async () => {
    const hard = syntheticRows(40, 30, 'unresolved', 2);
    const model = { width: 4, activations: ['tanh'], initialization: { kind: 'gaussian', deepScale: 2 } };
    const config = {
      ...base,
      model,
      optimizer: { learningRates: [1.2, 0.4], steps: 150 },
      estimator: { refits: 0 },
    };
    const result = await fitRows(hard, config);
    expect(codes(result)).toContain('unresolved');
    expect(result.stopping.estimator).toBe('cross-validation');
    const validated = await fitRows(hard, { ...config, estimator: { kind: 'cross-validation' } });
    expect(curve(result)).toEqual(curve(validated));
  });

  it('leaves groups out as a whole, by cross-validation', async () => {
    const groups = rows.labels.map((_, k) => `site ${k % 12}`);
    const result = await fitRows({ ...rows, groups }, base);
    expect(result.stopping.estimator).toBe('cross-validation');
    // Twelve sites of five rows: the standard error is that of the mean of twelve site means.
    const left = result.solution.observables.leftOutPrediction!.values;
    const means = range(12).map((site) =>
      range(5).reduce((sum, i) => sum + (rows.labels[site + 12 * i]! - left[site + 12 * i]!) ** 2 / 5, 0),
    );
    const mean = means.reduce((sum, value) => sum + value, 0) / 12;
    const spread = means.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    expect(result.stopping.estimatedTestError).toBeCloseTo(mean, 12);
    expect(result.stopping.standardError).toBeCloseTo(Math.sqrt(spread / 11 / 12), 12);
    await expect(fitRows({ ...rows, groups }, { ...base, estimator: { kind: 'tangent' } })).rejects.toThrow(
      /leaves whole groups out/,
    );
  });

  it('warns of a few exact copies of rows and refuses many, unless they are grouped', async () => {
    const copy = (count: number) => ({
      features: [...rows.features, ...rows.features.slice(0, count)],
      labels: [...rows.labels, ...rows.labels.slice(0, count)],
    });
    expect(codes(await fitRows(copy(2), base))).toContain('duplicate-rows');
    await expect(fitRows(copy(60), base)).rejects.toThrow(/60 rows are exact copies.*groups column/);
    const groups = [...range(60), ...range(60)];
    const grouped = await fitRows({ ...copy(60), groups }, base);
    expect(grouped.stopping.estimator).toBe('cross-validation');
  });

  it('warns below 30 rows, of kinks, of rates at the edge, and of a minimum at the end', async () => {
    const few = { features: rows.features.slice(0, 25), labels: rows.labels.slice(0, 25) };
    expect(codes(await fitRows(few, base))).toContain('few-rows');
    const relu = { ...base, model: { ...base.model, activations: ['relu'] } };
    expect(codes(await fitRows(rows, relu))).toContain('kinked-activation');
    const edge = await fitRows(rows, { ...base, optimizer: { learningRates: [2.2, 0.8], steps: 60 } });
    expect(codes(edge)).toContain('unstable');
    expect(Math.max(...curve(edge, 'warned'))).toBe(1);
    const short = await fitRows(rows, { ...base, optimizer: { learningRates: [0.1, 0.1], steps: 3 } });
    expect(codes(short)).toContain('minimum-at-end');
  });
});

describe('what fit refuses', () => {
  it.each([
    [
      'fewer than 20 rows',
      { features: rows.features.slice(0, 19), labels: rows.labels.slice(0, 19) },
      {},
      DataError,
      /19 rows.*at least 20/,
    ],
    ['missing labels', { features: rows.features, labels: [1, 2] }, {}, DataError, /2 labels; expected 60/],
    [
      'column names of another number',
      { ...rows, columns: ['a'] },
      {},
      DataError,
      /1 column names; expected 5/,
    ],
    ['an unknown key', rows, { optimiser: {} }, ConfigError, /optimiser.*Did you mean "optimizer"/],
    [
      'a negative rate',
      rows,
      { optimizer: { learningRates: [-1, 0], steps: 3 } },
      ConfigError,
      /learningRates\[0\].*≥ 0/,
    ],
    [
      'rates of another depth',
      rows,
      { optimizer: { learningRates: [1, 1, 1], steps: 3 } },
      ConfigError,
      /3 rates; expected 2 rates/,
    ],
    ['zero steps', rows, { optimizer: { steps: 0 } }, ConfigError, /steps: received 0/],
    ['absurd memory', rows, { limits: { memoryGiB: 1e-6 } }, SolveError, /limits.memoryGiB/],
    [
      'explicit weights of other sizes',
      rows,
      { model: { ...base.model, initialization: { kind: 'explicit', weights: [[[1, 2, 3]], [1, 2]] } } },
      ConfigError,
      /weights\[0\]: received 1 rows of 3; expected 5 rows of 3 numbers.*[\s\S]*weights\[1\]: received 2 numbers; expected 3/,
    ],
  ] as const)('%s', async (_, data, change, kind, message) => {
    const failure = await fitRows(data as never, { ...base, ...change }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(kind);
    expect((failure as Error).message).toMatch(message);
  });
});

describe('a trained model', () => {
  it('comes back from JSON with the same bits', async () => {
    const { model } = await fitRows(
      { ...rows, columns: ['a', 'b', 'c', 'd', 'e'] },
      {
        ...base,
        model: { width: 2, activations: ['tanh', { kind: 'softplus', sharpness: 3 }] },
        optimizer: { steps: 10 },
      },
    );
    const text = JSON.stringify(model);
    const again = TrainedModel.fromJSON(text);
    expect(JSON.stringify(again)).toBe(text);
    expect(again.predict(rows.features)).toEqual(model.predict(rows.features));
    expect(again.step).toBe(model.step);
    expect(again.columns).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('is refused with a reason when the file is damaged or of another version', async () => {
    const { model } = await fitRows(rows, { ...base, optimizer: { steps: 1 } });
    const json = JSON.parse(JSON.stringify(model));
    expect(() => TrainedModel.fromJSON('no json')).toThrow(/text that is no JSON/);
    expect(() => TrainedModel.fromJSON({ ...json, version: 2 })).toThrow(/another version/);
    expect(() => TrainedModel.fromJSON({ ...json, format: 'x' })).toThrow(/format/);
    expect(() => TrainedModel.fromJSON({ ...json, deep: json.deep.slice(1) })).toThrow(/deep.*4 numbers/);
    expect(() => TrainedModel.fromJSON({ ...json, firstLayer: [null] })).toThrow(/firstLayer/);
    expect(() => model.predict([[1, 2]])).toThrow(/5 numbers, as in the training rows/);
    expect(() => model.predict([[1, 2, 3, 4, Number.NaN]])).toThrow(/row 1, column 5/);
  });
});
