// Golden values: an independent NumPy implementation of the same equations, written before this code.
import { describe, expect, it } from 'vitest';
import { fit as fitRows } from '../../../src/theories/finite-width/fit.ts';
import golden from './golden/real-data-estimator.json' with { type: 'json' };

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
