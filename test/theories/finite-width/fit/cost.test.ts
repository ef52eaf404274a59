import { describe, expect, it } from 'vitest';
import { createCore } from '../../../../bindings/load.ts';
import { checkAll, fitOn } from '../../../../src/theories/finite-width/fit/fit.ts';
import { iterateShares } from '../../../../src/theories/finite-width/fit/run.ts';
import { fitCost, fit as fitRows } from '../../../library.ts';
import { range, syntheticRows } from './rows.ts';

const model = { width: 4, activations: ['gelu'] };

interface Case {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly steps: number;
  readonly estimator?: object;
  readonly model?: object;
  readonly testRows?: number;
}

const cases: Case[] = [
  { name: 'the default', rows: 150, columns: 13, steps: 60 },
  {
    name: 'three layers of 8 units',
    rows: 300,
    columns: 20,
    steps: 20,
    model: { width: 8, activations: ['gelu', 'tanh'] },
  },
  { name: 'tangent, head all', rows: 400, columns: 60, steps: 20, estimator: { head: 'all' } },
  { name: 'tangent, head all, dual', rows: 150, columns: 300, steps: 20, estimator: { head: 'all' } },
  {
    name: 'tangent, 2,000 columns',
    rows: 500,
    columns: 2000,
    steps: 2,
    model: { width: 2, activations: ['tanh'] },
    estimator: { kind: 'tangent', head: 8 },
  },
  {
    name: 'tangent, head all, 2,000 rows',
    rows: 2000,
    columns: 200,
    steps: 2,
    model: { width: 2, activations: ['tanh'] },
    estimator: { kind: 'tangent', head: 'all' },
  },
  { name: 'every row retrained', rows: 200, columns: 300, steps: 40 },
  { name: 'cross-validation', rows: 500, columns: 50, steps: 40, estimator: { kind: 'cross-validation' } },
  {
    name: 'cross-validation, dual',
    rows: 200,
    columns: 1000,
    steps: 40,
    estimator: { kind: 'cross-validation' },
  },
  { name: 'onsager', rows: 300, columns: 20, steps: 40, estimator: { kind: 'onsager' } },
  { name: 'the default with 20,000 test rows', rows: 150, columns: 13, steps: 10, testRows: 20_000 },
  {
    name: 'cross-validation with 20,000 test rows',
    rows: 150,
    columns: 13,
    steps: 10,
    testRows: 20_000,
    estimator: { kind: 'cross-validation' },
  },
  {
    name: 'onsager with 5,000 test rows',
    rows: 100,
    columns: 13,
    steps: 10,
    testRows: 5000,
    estimator: { kind: 'onsager' },
  },
  { name: 'dual with 2,000 test rows', rows: 60, columns: 300, steps: 10, testRows: 2000 },
];

function problemOf({ rows, columns, steps, estimator = {}, model: own = model, testRows }: Case) {
  const config = { theory: 'finite-width', model: own, optimizer: { steps }, estimator };
  const test = testRows === undefined ? undefined : syntheticRows(testRows, columns, 'cost test');
  return { data: syntheticRows(rows, columns, 'cost'), config, test };
}

describe('linear memory peaks between 0.5 and 1.0 of what is told before the start', () => {
  it.each(cases)('$name', async (one) => {
    const { data, config, test } = problemOf(one);
    const checked = checkAll(data, config, test);
    expect(checked.cost).toEqual(fitCost(data, config, { test }));
    const core = await createCore();
    await fitOn(core, checked);
    const share = core.peakBytes / checked.cost.bytes;
    expect(share).toBeGreaterThan(0.5);
    expect(share).toBeLessThan(1);
  });
});

it('counts test rows in what it tells, in the limit and in the time', async () => {
  const { data, config, test } = problemOf(cases.find(({ testRows }) => testRows === 20_000)!);
  const bare = fitCost(data, config);
  const whole = fitCost(data, config, { test });
  expect(bare.test).toBeUndefined();
  // 20,000 rows of 14 numbers at the very least.
  expect(whole.bytes - bare.bytes).toBeGreaterThan(8 * 14 * 20_000);
  expect(whole.flops - bare.flops).toBe(whole.test);
  expect(whole.seconds).toBeGreaterThan(bare.seconds);
  const limits = { memoryGiB: (bare.bytes + whole.bytes) / 2 / 2 ** 30 };
  const told: number[] = [];
  const onCost = ({ bytes }: { bytes: number }) => told.push(bytes);
  await fitRows(data, { ...config, limits }, { onCost });
  await expect(fitRows(data, { ...config, limits }, { test, onCost })).rejects.toThrow(/test rows/);
  expect(told).toEqual([bare.bytes, whole.bytes]);
});

it('looks at test rows before it starts', () => {
  const { data, config, test } = problemOf({ ...cases[0]!, testRows: 30 });
  expect(() => fitCost(data, config, { test: { features: [[1]], labels: [1] } })).toThrow(/13 numbers/);
  expect(() => fitCost(data, config, { test: { features: test!.features, labels: [1] } })).toThrow(/1 label/);
  const columns = Array.from({ length: 13 }, (_, j) => `x${j}`);
  const named = { ...data, columns };
  expect(fitCost(named, config, { test: { ...test!, columns } }).test).toBeGreaterThan(0);
  expect(() => fitCost(named, config, { test: { ...test!, columns: columns.toReversed() } })).toThrow(
    /"x12" as column 1 of the test rows; expected "x0"/,
  );
});

describe('the part of the work that an iterate takes', () => {
  it.each(['tangent', 'cross-validation', 'onsager'] as const)('adds up to all of it: %s', (kind) => {
    const share = iterateShares(kind, 50);
    expect(range(51).reduce((sum, t) => sum + share(t), 0)).toBeCloseTo(1, 12);
  });

  it('grows as t² with the onsager estimator, which looks back at pairs of iterates', () => {
    const share = iterateShares('onsager', 100);
    expect(share(80) / share(40)).toBeCloseTo(4, 0);
    const even = iterateShares('tangent', 100);
    expect(even(80)).toBe(even(40));
  });
});
