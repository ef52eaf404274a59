import { describe, expect, it } from 'vitest';
import { reliabilityRatio } from '../../../../src/theories/finite-width/onsager.ts';
import { fit as fitRows } from '../../../library.ts';
import { largestGap } from '../../golden.ts';
import { ofKind } from '../golden.ts';

const names: Record<string, string> = { erf: 'erf-sqrt2' };

/** Columns centred, then one scale for all: the preparation of the reference case, done by hand so that labels stay raw. */
function standardised(X: number[][]): number[][] {
  const means = X[0]!.map((_, j) => X.reduce((sum, row) => sum + row[j]!, 0) / X.length);
  const centred = X.map((row) => row.map((value, j) => value - means[j]!));
  const square = centred.flat().reduce((sum, value) => sum + value * value, 0) / (X.length * means.length);
  return centred.map((row) => row.map((value) => value / Math.sqrt(square)));
}

describe('fit with the onsager estimator', () => {
  it.each(ofKind('tiny_gd_estimator').map((entry) => [entry.name, entry] as const))(
    '%s: train error and estimate within 1e-10 of the reference',
    async (_, { input, expected }) => {
      const { lam } = input;
      const spectrum = lam?.[0].map((weight: number, c: number) => ({ weight, eigenvalue: lam[1][c] }));
      const { solution } = await fitRows(undefined, {
        theory: 'finite-width',
        model: {
          width: input.q,
          activations: (input.acts as string[]).map((name) => names[name] ?? name),
          biases: false,
          initialization: { kind: 'explicit', weights: [input.W1, ...input.deep] },
        },
        data: {
          features: input.standardise ? standardised(input.X) : input.X,
          labels: input.Y,
          standardize: false,
        },
        optimizer: { learningRates: input.eta, steps: input.T },
        estimator: { kind: 'onsager', ...(spectrum && { spectrum }) },
      });
      expect(largestGap(solution.observables.trainError!.values, expected.train)).toBeLessThan(1e-10);
      expect(largestGap(solution.observables.estimatedTestError!.values, expected.E_gen_hat)).toBeLessThan(
        1e-10,
      );
    },
  );

  it('compares the Gram matrix of corrected pre-activations with that of the weights: by hand at the first iterate', async () => {
    // At step 0 nothing is corrected: the mean of (w.x)² = 4, 4, 1, 9 is 4.5 beside |w|² = 5, over √(2/4).
    const { solution } = await fitRows(undefined, {
      theory: 'finite-width',
      model: {
        width: 1,
        activations: ['tanh'],
        biases: false,
        initialization: { kind: 'explicit', weights: [[[2], [1]], [1]] },
      },
      data: {
        features: [
          [1, 0],
          [0, 2],
          [0, -1],
          [2, -1],
        ],
        labels: [1, 2, -1, 0.5],
        standardize: false,
      },
      optimizer: { learningRates: [0.1, 0.1], steps: 2 },
      estimator: { kind: 'onsager' },
    });
    const { values } = solution.observables.reliability!;
    expect(values[0]).toBeCloseTo(0.1 * Math.SQRT2, 14);
    expect(values).toHaveLength(3);
    // Entries 2, 1, 0, 0 of the difference to I: √(1 + 0)/√2 over √(3/12).
    const ratio = reliabilityRatio(Float64Array.of(2, 0, 0, 1), Float64Array.of(1, 0, 0, 1), 2, 12);
    expect(ratio).toBeCloseTo(Math.SQRT2, 14);
  });

  it('refuses a spectrum that is none', async () => {
    const config = {
      theory: 'finite-width',
      model: { width: 1, activations: ['tanh'] },
      data: { features: [[1], [2], [3], [4]], labels: [1, 2, 3, 5], standardize: false },
      optimizer: { steps: 2 },
      estimator: { kind: 'onsager', spectrum: [{ weight: 0.5, eigenvalue: 1 }] },
    };
    await expect(fitRows(undefined, config)).rejects.toThrow(
      /estimator\.spectrum: received weights that add up to 0\.5/,
    );
  });
});
