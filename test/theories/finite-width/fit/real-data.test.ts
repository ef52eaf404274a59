// Two public tables: the estimate from the training rows against the true error on held-out rows and exact leave-one-out.
// The full comparison over 40 splits is examples/real-data.js, its numbers are in docs/real-data.md.
import { describe, expect, it } from 'vitest';
import {
  bostonHousePrices,
  type DataSet,
  split,
  threesAndEights,
} from '../../../../examples/real-data/sets.js';
import { createStream } from '../../../../src/numerics/random.ts';
import { fit as fitRows } from '../../../library.ts';

const splits = 10;

const cases: [string, DataSet, number, object, number][] = [
  ['Boston house prices, 150 rows', bostonHousePrices(), 150, { width: 4, activations: ['gelu'] }, 120],
  ['digits 3 and 8, 120 rows', threesAndEights(), 120, { width: 2, activations: ['tanh'] }, 80],
];

describe.each(cases)('%s', (_, set, size, model, steps) => {
  it(`over ${splits} splits: within 6 % of leave-one-out at every tenth step and 1.5 % on average, within 4 standard errors of the truth on average, stops as well as 10-fold cross-validation`, async () => {
    let excess = 0;
    let variance = 0;
    let training = 0;
    let covered = 0;
    const gaps: number[] = [];
    const regret = { estimate: 0, crossValidation: 0 };
    for (let index = 0; index < splits; index++) {
      const permutation = createStream('real data test', 'split', index).permutation(set.labels.length);
      const { train, test } = split(set, size, permutation);
      const config = { theory: 'finite-width', model, optimizer: { steps }, seed: `split ${index}` };
      const linearised = await fitRows(train, { ...config, estimator: { head: 'all' } }, { test });
      const exact = await fitRows(train, { ...config, estimator: { head: 0, refits: size } });
      const curve = linearised.solution.observables.estimatedTestError!.values;
      const reference = exact.solution.observables.estimatedTestError!.values;
      for (let t = 0; t <= steps; t += 10) {
        const gap = Math.abs(curve[t]! / reference[t]! - 1);
        expect(gap).toBeLessThan(0.06);
        gaps.push(gap);
      }
      const { values: truth, standardError: ofTruth } = linearised.solution.observables.testError!;
      const { step, interval, estimatedTestError, standardError } = linearised.stopping;
      excess += estimatedTestError - truth[step]!;
      training += linearised.solution.observables.trainError!.values[step]! - truth[step]!;
      variance += standardError ** 2 + ofTruth![step]! ** 2;
      const crossed = await fitRows(train, { ...config, estimator: { kind: 'cross-validation' } });
      const best = Math.min(...truth);
      regret.estimate += (truth[step]! / best - 1) / splits;
      regret.crossValidation += (truth[crossed.stopping.step]! / best - 1) / splits;
      covered += Number(interval[0] <= truth[step]! && truth[step]! <= interval[1]);
    }
    // Of each split: sampling of the training rows in the estimate and of the held-out rows in the truth.
    expect(Math.abs(excess)).toBeLessThan(4 * Math.sqrt(variance));
    expect(Math.abs(excess)).toBeLessThan(Math.abs(training));
    expect(gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length).toBeLessThan(0.015);
    expect(covered).toBeGreaterThanOrEqual(splits - 2);
    // The stopping step costs no more than that of 10-fold cross-validation and 2 % of the error.
    expect(regret.estimate).toBeLessThan(regret.crossValidation + 0.02);
  });
});

it('scales the two tables as they are: houses per column, pixels by one number', async () => {
  const scaling = async (set: DataSet, size: number) => {
    const { train } = split(
      set,
      size,
      createStream('real data test', 'scaling').permutation(set.labels.length),
    );
    const config = {
      theory: 'finite-width',
      model: { width: 1, activations: ['tanh'] },
      optimizer: { steps: 1 },
    };
    const { solution } = await fitRows(train, {
      ...config,
      estimator: { kind: 'cross-validation', folds: 2 },
    });
    return (solution.diagnostics.preparation as { scaling: string }).scaling;
  };
  expect(await scaling(bostonHousePrices(), 100)).toBe('per-column');
  expect(await scaling(threesAndEights(), 100)).toBe('one-scale');
});
