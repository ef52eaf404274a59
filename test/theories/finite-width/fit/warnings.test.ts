// Every warning of `fit` in a case that must give it and in one that must not, and the thresholds of those that have one.
import { describe, expect, it } from 'vitest';
import { createStream } from '../../../../src/numerics/random.ts';
import type { FitOptions } from '../../../../src/theories/finite-width/fit/fit.ts';
import type { FitOutcome } from '../../../../src/theories/finite-width/fit/run.ts';
import { emptySeries } from '../../../../src/theories/finite-width/fit/series.ts';
import { fitWarnings, warnedIterates } from '../../../../src/theories/finite-width/fit/warnings.ts';
import { fit as fitRows } from '../../../library.ts';
import { type Rows, range, syntheticRows } from './rows.ts';

const rows = syntheticRows(60, 5, 'fit');
const first = (count: number): Rows => ({
  features: rows.features.slice(0, count),
  labels: rows.labels.slice(0, count),
});
const base = {
  theory: 'finite-width',
  model: { width: 3, activations: ['gelu'] },
  optimizer: { learningRates: [0.3, 0.1], steps: 40 },
};
const rates = (learningRates: number[], steps = 40) => ({ optimizer: { learningRates, steps } });
const activation = (name: string) => ({ model: { width: 3, activations: [name] } });
const withColumn = (value: (k: number) => number): Rows => ({
  features: rows.features.map((row, k) => [...row, value(k)]),
  labels: rows.labels,
});
const copies = (count: number): Rows => ({
  features: [...rows.features, ...rows.features.slice(0, count)],
  labels: [...rows.labels, ...rows.labels.slice(0, count)],
});

/** Columns of independent standard normal numbers; with `shared`, every column is nearly the same one. */
function normalRows(m: number, n: number, shared: number): Rows {
  const draws = createStream('warnings', 'normal').normal(m * n);
  const common = createStream('warnings', 'common').normal(m);
  const own = Math.sqrt(1 - shared * shared);
  const features = range(m).map((k) => range(n).map((j) => own * draws[k * n + j]! + shared * common[k]!));
  return { features, labels: features.map((row) => Math.tanh(row[0]!)) };
}

const wide = syntheticRows(60, 40, 'wide', 1);
const hard = syntheticRows(40, 30, 'unresolved', 2);
const steep = {
  model: { width: 4, activations: ['tanh'], initialization: { kind: 'gaussian', deepScale: 2 } },
  optimizer: { learningRates: [1.2, 0.4], steps: 150 },
};
const onsager = { estimator: { kind: 'onsager' }, optimizer: { steps: 10 } };
const aborted = { signal: AbortSignal.abort() };

type Run = readonly [data: Rows, change?: object, options?: FitOptions];

const cases: readonly (readonly [code: string, must: Run, mustNot: Run])[] = [
  ['few-rows', [first(29)], [first(30)]],
  ['unstable', [rows, rates([2.2, 0.8], 60)], [rows]],
  ['coarse', [wide, { estimator: { head: 1 } }], [wide, { estimator: { head: 'all' } }]],
  [
    'unresolved',
    [hard, { ...steep, estimator: { refits: 0 } }],
    [hard, { ...steep, estimator: { refits: 40 } }],
  ],
  ['kinked-activation', [rows, activation('leaky-relu')], [rows, activation('softplus')]],
  [
    'kinked-activation',
    [rows, activation('relu')],
    [rows, { ...activation('relu'), estimator: { kind: 'cross-validation' } }],
  ],
  ['diverged', [rows, rates([200, 200])], [rows]],
  ['minimum-at-end', [rows, rates([0.1, 0.1], 3)], [rows, rates([0, 0], 3)]],
  ['lonely-columns', [withColumn((k) => Number(k === 7))], [withColumn((k) => Number(k % 2))]],
  ['constant-columns', [withColumn(() => 3)], [withColumn((k) => k)]],
  ['duplicate-rows', [copies(2)], [rows]],
  ['aborted', [rows, {}, aborted], [rows]],
  ['unreliable', [normalRows(200, 20, 0.9), onsager], [normalRows(200, 20, 0), onsager]],
  ['independent-columns-assumed', [rows, onsager], [rows]],
  ['features-as-given', [rows, { ...onsager, data: { standardize: false } }], [rows, onsager]],
];

describe('warnings of fit', () => {
  it.each(cases)('%s: where it must be and not where it must not', async (code, must, mustNot) => {
    const codes = async ([data, change, options]: Run) => {
      const { warnings } = await fitRows(data, { ...base, ...change }, options);
      return warnings.map((warning) => warning.code);
    };
    expect(await codes(must)).toContain(code);
    expect(await codes(mustNot)).not.toContain(code);
  });

  it('few rows that are taken as given: allowed from 4 on, with words that say so', async () => {
    const given = {
      ...base,
      data: { standardize: false },
      optimizer: { learningRates: [0.1, 0.1], steps: 2 },
    };
    const message = async (count: number) => {
      const { warnings } = await fitRows(first(count), given);
      return warnings.find(({ code }) => code === 'few-rows')?.message;
    };
    expect(await message(4)).toMatch(
      /With 4 rows.*must have 20 rows.*no estimate has been tested with so few/,
    );
    expect(await message(19)).toMatch(/must have 20 rows/);
    expect(await message(20)).toMatch(/mostly noise[^.]*\.$/);
    expect(await message(30)).toBeUndefined();
    await expect(fitRows(first(3), given)).rejects.toThrow(/3 rows.*at least 4/);
  });
});

describe('advice after divergence', () => {
  const advised = async (data: Rows, learningRates: readonly number[], change: object = {}) => {
    const run = async (own: readonly number[]) =>
      fitRows(data, { ...base, ...change, optimizer: { learningRates: [...own], steps: 200 } });
    const { warnings, solution } = await run(learningRates);
    expect(solution.status).toBe('diverged');
    expect(warnings.map(({ code }) => code)).not.toContain('unstable');
    const { message } = warnings.find(({ code }) => code === 'diverged')!;
    expect(message).toContain('--learning-rates auto');
    const factor = Number(/multiply all learning rates by ([\d.]+)/.exec(message)![1]);
    return { factor, after: await run(learningRates.map((rate) => factor * rate)) };
  };

  it('following it trains, with rates that are no smaller than they must be', async () => {
    const cases: readonly (readonly [Rows, readonly number[], object?])[] = [
      [rows, [5, 5]],
      [rows, [200, 200]],
      [rows, [0.5, 20]],
      [rows, [30, 0.1]],
      [wide, [5, 5]],
      [rows, [5, 5], { model: { width: 8, activations: ['softplus'] } }],
      [rows, [5, 5, 5], { model: { width: 3, activations: ['tanh', 'gelu'] } }],
    ];
    for (const [data, rates, change] of cases) {
      const { factor, after } = await advised(data, rates, change);
      const { trainError } = after.solution.observables;
      expect(after.solution.status).toBe('complete');
      expect(trainError!.values.at(-1)).toBeLessThan(0.9 * trainError!.values[0]!);
      expect(factor * Math.max(...rates)).toBeGreaterThan(0.02);
    }
  });

  it('without a sharpness, as in cross-validation, no factor', async () => {
    const { warnings } = await fitRows(rows, {
      ...base,
      ...rates([200, 200]),
      estimator: { kind: 'cross-validation' },
    });
    const { message } = warnings.find(({ code }) => code === 'diverged')!;
    expect(message).toMatch(/Lower the learning rates, or take automatic ones/);
  });
});

describe('thresholds', () => {
  const problem = { stopping: { rule: 'minimum' }, estimator: {} } as never;
  const outcome = (change: Partial<FitOutcome>, values: Partial<FitOutcome['series']>): FitOutcome => ({
    status: 'complete',
    kind: 'tangent',
    series: { ...emptySeries(), error: [3, 2, 1, 2], ...values },
    rates: [],
    refitRows: [0, 1],
    stoppedByPatience: false,
    details: {},
    ...change,
  });
  const judged = (one: FitOutcome, rowCount = 100) => ({
    codes: fitWarnings(one, rowCount, 2, problem).map(({ code }) => code),
    warned: [...warnedIterates(one, rowCount)],
  });

  it('coarse: more than 40 % of the shift in the tail, of a linearised estimate', () => {
    const tailShare = [0.39, 0.4, 0.41, 0];
    expect(judged(outcome({}, { tailShare }))).toEqual({ codes: ['coarse'], warned: [0, 0, 1, 0] });
    expect(judged(outcome({}, { tailShare: [0.39, 0.4, 0.4, 0] }))).toEqual({
      codes: [],
      warned: [0, 0, 0, 0],
    });
    expect(judged(outcome({ kind: 'cross-validation' }, { tailShare })).codes).toEqual([]);
    expect(judged(outcome({ refitRows: range(100) }, { tailShare })).codes).toEqual([]);
  });

  it('unstable: sharpness above 1.9 at this step or before', () => {
    expect(judged(outcome({}, { sharpness: [1, 1.91, 1, 1] }))).toEqual({
      codes: ['unstable'],
      warned: [0, 1, 1, 1],
    });
    expect(judged(outcome({}, { sharpness: [1.9, 1.9, 1, 1] })).codes).toEqual([]);
  });

  it('unreliable: a ratio above 3', () => {
    const one = outcome({ kind: 'onsager' }, { reliability: [0, 2.99, 3, 3.01] });
    expect(judged(one)).toEqual({ codes: ['unreliable'], warned: [0, 0, 0, 1] });
    expect(judged(outcome({ kind: 'onsager' }, { reliability: [3, 3, 3, 3] })).codes).toEqual([]);
  });

  it('few-rows: every iterate below 30', () => {
    expect(judged(outcome({}, {}), 29)).toEqual({ codes: ['few-rows'], warned: [1, 1, 1, 1] });
    expect(judged(outcome({}, {}), 30)).toEqual({ codes: [], warned: [0, 0, 0, 0] });
  });
});
