import { describe, expect, it } from 'vitest';
import { Activation } from '../../../../assembly/abi.ts';
import { createStream } from '../../../../src/numerics/random.ts';
import {
  CrossValidation,
  errorOf,
  splitFolds,
} from '../../../../src/theories/finite-width/fit/cross-validation.ts';
import { createDesign, GradientDescent } from '../../../../src/theories/finite-width/fit/gradient-descent.ts';
import { exact } from '../../../cores.ts';
import { centred, range, syntheticRows } from './rows.ts';

describe('folds', () => {
  it('hold every row once, differ by one row at most, and depend on the seed alone', () => {
    const folds = splitFolds(43, 10, 'seed');
    expect(folds.flat().sort((a, b) => a - b)).toEqual(range(43));
    expect(new Set(folds.map(({ length }) => length))).toEqual(new Set([4, 5]));
    expect(splitFolds(43, 10, 'seed')).toEqual(folds);
    expect(splitFolds(43, 10, 'other')).not.toEqual(folds);
    expect(splitFolds(5, 10, 'seed')).toHaveLength(5);
  });

  it('keep groups whole and are as even as the groups allow', () => {
    const of = Int32Array.from({ length: 60 }, (_, k) => (k < 20 ? 0 : 1 + (k % 8)));
    const folds = splitFolds(60, 4, 'seed', { of, count: 9 });
    expect(folds.flat().sort((a, b) => a - b)).toEqual(range(60));
    for (let group = 0; group < 9; group++) {
      expect(folds.filter((fold) => fold.some((row) => of[row] === group))).toHaveLength(1);
    }
    expect(folds.map(({ length }) => length).sort((a, b) => a - b)).toEqual([10, 15, 15, 20]);
  });
});

it('all folds at once give the bits of the folds trained one by one', () => {
  const rows = centred(syntheticRows(37, 6, 'cv'));
  const draw = createStream('cv', 'start');
  const start = { first: draw.normal(2 * 7).map((v) => v / 3), deep: draw.normal(3) };
  const shape = {
    width: 2,
    activations: [{ kind: Activation.Tanh, parameter: 0 }],
    order: 1 as const,
    biases: true,
  };
  const folds = splitFolds(37, 10, 'cv');
  for (const form of ['primal', 'dual'] as const) {
    exact.within((scope) => {
      const features = Float64Array.from(rows.features.flat());
      const labels = Float64Array.from(rows.labels);
      const design = createDesign(
        exact,
        scope,
        { rows: 37, columns: 7, constant: true, features, labels },
        form,
      );
      const batched = new CrossValidation(exact, scope, design, shape, start, folds);
      const single = folds.map((fold) => {
        const leftOut = [{ rows: fold, divisor: 37 - fold.length }];
        return new GradientDescent(exact, scope, design, shape, start, leftOut);
      });
      for (let t = 0; t < 20; t++) {
        const together = batched.observe();
        const alone = new Float64Array(37);
        single.forEach((run, f) => {
          run.evaluate(() => {
            for (const k of folds[f]!) alone[k] = run.net.output.view[k]!;
          });
          run.step([0.2, 0.1]);
        });
        batched.advance([0.2, 0.1]);
        expect(together).toEqual(alone);
      }
    });
  }
});

describe('error and its standard error', () => {
  const labels = Float64Array.of(1, 2, 3, 4);
  const predicted = Float64Array.of(1, 1, 1, 1);

  it('over rows', () => {
    const { error, standardError } = errorOf(labels, predicted);
    expect(error).toBe(14 / 4);
    // squares 0, 1, 4, 9: sample variance 49/3.
    expect(standardError).toBeCloseTo(Math.sqrt(49 / 3 / 4), 14);
  });

  it('over groups: single rows as groups change nothing, two equal halves leave one degree of freedom', () => {
    const single = errorOf(labels, predicted, { of: Int32Array.of(0, 1, 2, 3), count: 4 });
    expect(single.standardError).toBeCloseTo(errorOf(labels, predicted).standardError, 14);
    const halves = errorOf(labels, predicted, { of: Int32Array.of(0, 0, 1, 1), count: 2 });
    // Group means 0.5 and 6.5: standard error of their mean is 3.
    expect(halves.error).toBe(3.5);
    expect(halves.standardError).toBeCloseTo(3, 14);
  });
});
