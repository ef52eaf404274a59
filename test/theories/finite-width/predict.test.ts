import { describe, expect, it } from 'vitest';
import { tensorRule } from '../../../src/numerics/gaussian-rule.ts';
import { gaussHermite } from '../../../src/numerics/quadrature.ts';
import { derivativeIterates, type Nodes } from '../../../src/theories/finite-width/derivative.ts';
import { finiteWidth } from '../../../src/theories/finite-width/index.ts';
import { gramRoot } from '../../../src/theories/finite-width/state.ts';
import { teacherOf } from '../../../src/theories/finite-width/teacher.ts';
import { TestError } from '../../../src/theories/finite-width/test-error.ts';
import { exact } from '../../cores.ts';
import { predict } from '../../library.ts';
import { flat, largestGap } from '../golden.ts';
import { configOf, type GoldenCase, ofKind } from './golden.ts';

/** Lower triangle s <= t (or s < t) of an array [t, s, q, q], as the reference lists it. */
function triangle(values: Float64Array, columns: number, size: number, from: number[]): number[] {
  return from.flatMap((count, t) =>
    Array.from({ length: count }, (_, s) => [
      ...values.slice((t * columns + s) * size, (t * columns + s + 1) * size),
    ]).flat(),
  );
}

describe('exact state evolution of linear networks', () => {
  it.each(ofKind('se_exact_linear').map((entry) => [entry.name, entry] as const))(
    '%s: errors, effective signal and responses within 1e-8 of the reference',
    async (_, entry) => {
      const { observables } = await predict(configOf(entry, { method: 'linear' }));
      const { expected, input } = entry;
      const T = input.T;
      const size = input.q * input.q;
      expect(largestGap(observables.trainError!.values, expected.train)).toBeLessThan(1e-8);
      expect(largestGap(observables.testError!.values, expected.test)).toBeLessThan(1e-8);
      expect(largestGap(observables.initialGain!.values, expected.A)).toBeLessThan(1e-8);
      expect(largestGap(observables.signalGain!.values, expected.beta)).toBeLessThan(1e-8);
      expect(largestGap(observables.noiseGram!.values, expected.Ncov)).toBeLessThan(1e-8);
      const tau = triangle(
        observables.signalResponse!.values,
        T,
        size,
        Array.from({ length: T }, (_row, t) => t + 1),
      );
      expect(largestGap(tau, expected.tau)).toBeLessThan(1e-8);
      expect(largestGap(observables.teacherResponse!.values, expected.tau_star)).toBeLessThan(1e-8);
      if (expected.C) {
        const C = triangle(
          observables.iterateResponse!.values,
          T + 1,
          size,
          Array.from({ length: T + 1 }, (_row, t) => t),
        );
        expect(largestGap(C, expected.C)).toBeLessThan(1e-8);
        expect(largestGap(observables.deepWeights!.values, expected.deep)).toBeLessThan(1e-8);
        expect(largestGap(observables.firstLayerGram!.values, expected.Q)).toBeLessThan(1e-8);
      }
    },
  );
});

describe('population limit', () => {
  const check = async (entry: GoldenCase, tolerance: number, prediction = {}) => {
    const solution = await predict(configOf(entry, prediction));
    const { observables } = solution;
    const { expected } = entry;
    expect(largestGap(observables.testError!.values, expected.test)).toBeLessThan(tolerance);
    expect(largestGap(observables.initialGain!.values, expected.A)).toBeLessThan(tolerance);
    expect(largestGap(observables.signalGain!.values, expected.beta)).toBeLessThan(tolerance);
    expect(largestGap(observables.deepWeights!.values, expected.deep)).toBeLessThan(tolerance);
    return solution;
  };
  const [erf] = ofKind('population_exact');
  const [tanh] = ofKind('population_quadrature');

  it('is exact in closed form for erf networks, to 1e-9', async () => {
    const { diagnostics } = await check(erf!, 1e-9);
    expect(diagnostics.evaluator).toBe('population-closed-form');
  });

  it('agrees by Gauss-Hermite quadrature of order 64 for erf networks, to 1e-9', async () => {
    const { diagnostics } = await check(erf!, 1e-9, { order: 64 });
    expect(diagnostics.evaluator).toBe('population-quadrature');
  });

  it('agrees by Gauss-Hermite quadrature for tanh networks, to 1e-6', async () => {
    await check(tanh!, 1e-6);
  });
});

/** Tensor Gauss-Hermite nodes of the derivative form: orders for basis (q+1), noise, then each direction. */
function tensorNodes(orders: readonly number[], q: number, noiseDeviation: number): Nodes {
  const { nodes, weights, count } = tensorRule(orders.map((order) => gaussHermite(order)));
  return {
    count,
    basis: nodes.slice(0, (q + 1) * count),
    noise: nodes.slice((q + 1) * count, (q + 2) * count).map((value) => noiseDeviation * value),
    directions: nodes.slice((q + 2) * count),
    weights,
  };
}

describe('derivative form on a tensor rule', () => {
  const [entry] = ofKind('se_quadrature');
  it('gives finite-ratio errors and responses within 2e-7 of the reference', () => {
    const problem = finiteWidth.check(configOf(entry!));
    const { input } = teacherOf(problem);
    const { expected } = entry!;
    exact.within((scope) => {
      const nodes = tensorNodes([22, 22, 14, 18, 16], 1, Math.sqrt(input.noise.variance));
      const rule = new TestError(exact, input, input.link, input.gram[0]!, input.noise.variance);
      const { root } = gramRoot(input.gram, 2);
      const iterates = [
        ...derivativeIterates(exact, scope, input, nodes, root, (overlaps) => rule.evaluate(overlaps)),
      ];
      const gap = (pick: (iterate: (typeof iterates)[number]) => unknown, reference: unknown) =>
        expect(
          largestGap(
            flat(iterates.map((iterate) => pick(iterate)).filter((value) => value !== undefined)),
            reference,
          ),
        ).toBeLessThan(2e-7);
      gap((iterate) => iterate.trainError, expected.train);
      gap((iterate) => iterate.testError, expected.test);
      gap((iterate) => [...iterate.gain!], expected.A);
      gap((iterate) => [...iterate.signalGain!], expected.beta);
      gap((iterate) => [...iterate.noiseGram], expected.Ncov);
      gap((iterate) => [...iterate.gram], expected.Q);
      gap((iterate) => [iterate.deep[0]!], expected.deep);
      gap((iterate) => iterate.tau?.map((matrix) => [...matrix]), expected.tau);
      gap((iterate) => iterate.tauSignal && [...iterate.tauSignal], expected.tau_star);
      gap((iterate) => iterate.C.map((matrix) => [...matrix]), expected.C);
    });
  });
});

describe('sampled state evolution', () => {
  /**
   * |ours - reference| <= 4 sqrt(se² + our se²) + 1e-3, the reference's own rule; every `every`-th iterate is listed. Where the
   * reference gives no error it is ours times 1.6: it used at least 5 runs of 8192 samples, we use 12 of them.
   */
  const agrees = (
    name: string,
    ours: { values: Float64Array; standardError?: Float64Array; shape: readonly number[] },
    reference: unknown,
    error: unknown,
    every: number,
  ) => {
    const expected = flat(reference);
    const spread = error === undefined ? undefined : flat(error);
    const width = ours.shape.slice(1).reduce((product, extent) => product * extent, 1);
    expect(expected.length).toBe(width * (Math.floor((ours.shape[0]! - 1) / every) + 1));
    expected.forEach((value, i) => {
      const at = Math.floor(i / width) * every * width + (i % width);
      const own = ours.standardError?.[at] ?? 0;
      const theirs = spread?.[i] ?? 1.6 * own;
      const allowed = 4 * Math.sqrt(theirs * theirs + own * own) + 1e-3;
      expect(Math.abs(ours.values[at]! - value), `${name} ${at}`).toBeLessThan(allowed);
    });
  };

  it.each(ofKind('se_monte_carlo').map((entry) => [entry.name, entry] as const))(
    '%s: projection form within 4 standard errors + 1e-3 of the reference',
    async (_, entry) => {
      const { observables } = await predict(configOf(entry, { samples: 8192, repetitions: 12 }));
      const { expected, mc_se, every } = entry;
      agrees('train', observables.trainError!, expected.train, mc_se.train, every!);
      agrees('test', observables.testError!, expected.test, mc_se.test, every!);
      agrees('Q', observables.firstLayerGram!, expected.Q, undefined, every!);
      agrees('c', observables.signalCovariance!, expected.c, undefined, every!);
      agrees('N', observables.noiseGram!, expected.Ncov, undefined, every!);
      agrees('deep', observables.deepWeights!, expected.deep, undefined, every!);
      if (!expected.beta) return;
      agrees('beta', observables.signalGain!, expected.beta, mc_se.beta, every!);
      agrees('A', observables.initialGain!, expected.A, undefined, every!);
    },
  );

  it.each(
    ofKind('se_monte_carlo')
      .filter((entry) => entry.derivative_form)
      .map((entry) => [entry.name, entry] as const),
  )('%s: derivative form within 4 standard errors + 1e-3 of the reference', async (_, entry) => {
    const config = configOf(entry, { method: 'derivative', samples: 2048, repetitions: 4 });
    const { observables } = await predict(config);
    agrees('train', observables.trainError!, entry.expected.train, entry.mc_se.train, 1);
    agrees('test', observables.testError!, entry.expected.test, entry.mc_se.test, 1);
    const T = entry.input.T;
    const size = entry.input.q * entry.input.q;
    const from = Array.from({ length: T + 1 }, (_row, t) => t);
    const C = triangle(observables.iterateResponse!.values, T + 1, size, from);
    const own = triangle(observables.iterateResponse!.standardError!, T + 1, size, from);
    const largestOwn = Math.max(...own);
    const allowed = 4 * Math.sqrt(entry.C_se_max! * entry.C_se_max! + largestOwn * largestOwn) + 1e-3;
    expect(largestGap(C, entry.C_derivative_form)).toBeLessThan(allowed);
  });
});
