// The experiments of docs/theories/mean-field-convergence.md at their full sizes. About three minutes.
import { describe, expect, it } from 'vitest';
import { compare, type Solution, simulate } from '../library.ts';

const base = { theory: 'mean-field-convergence' };
const last = (solution: Solution, name: string) => solution.observables[name]!.values.at(-1)!;
const value = (solution: Solution, name: string) => solution.observables[name]?.values[0];

describe('E1: dimensions through d = n', () => {
  const run = (activation: string, dimension: number) =>
    simulate({
      ...base,
      model: { width: 1000, activation },
      data: {
        kind: 'sphere',
        sampleCount: 20,
        dimension,
        labels: { kind: 'signs', scale: activation === 'tanh' ? 0.5 : 1 },
      },
      flow: { time: 1000, records: 10, stopAt: 1e-6 },
      simulation: { replicas: 4, restart: false },
    });

  // Ranges of L(T)/L(0) of an independent implementation over 3 seeds, widened by a factor 3.
  it.each([
    ['relu', 2, 0.2, 1],
    ['relu', 5, 0.03, 0.45],
    ['relu', 10, 2e-6, 2e-3],
    ['relu', 40, 0, 1e-6],
    ['softplus', 2, 0.23, 1],
    ['softplus', 10, 5e-5, 5e-3],
    ['softplus', 40, 0, 1e-6],
    ['tanh', 5, 0.03, 0.85],
    ['tanh', 40, 0, 3e-4],
  ] as const)(
    '%s in %d dimensions: loss at the end from %d to %d of the first',
    async (activation, d, low, high) => {
      const solution = await run(activation, d);
      const share = last(solution, 'trainError') / solution.observables.trainError!.values[0]!;
      expect(share).toBeGreaterThanOrEqual(low);
      expect(share).toBeLessThanOrEqual(high * (1 + 1e-9));
    },
  );
});

describe('E2: frozen layers in 3 dimensions', () => {
  it('three layers reach less than a fifth of the loss of two, four layers less than three', async () => {
    const layers = [
      { width: 400, activation: 'erf', weightVariance: 16, biasVariance: 1 },
      { width: 400, activation: 'erf', weightVariance: 4, biasVariance: 0.25 },
    ];
    const run = (frozen: number) =>
      simulate({
        ...base,
        model: { width: 1000, activation: 'relu', frozenLayers: layers.slice(0, frozen) },
        data: { kind: 'sphere', sampleCount: 16, dimension: 3 },
        flow: { time: 2000, records: 4 },
        simulation: { replicas: 6, restart: false },
      });
    const [two, three, four] = [await run(0), await run(1), await run(2)].map((one) =>
      last(one, 'trainError'),
    );
    expect(two).toBeGreaterThan(0.1);
    expect(three! / two!).toBeLessThan(0.2);
    expect(four!).toBeLessThan(three!);
  });
});

describe('E3: generalisation', () => {
  const xor = (scale: number, m = 400, n = 128) =>
    compare({
      ...base,
      model: {
        width: m,
        activation: 'relu',
        frozenLayers: [{ width: 400, activation: 'erf' }],
        scaling: { kind: 'free', scale },
      },
      data: { kind: 'xor', sampleCount: n, dimension: 20, testSamples: 2000 },
      flow: { time: 40_000, records: 4, stopAt: 1e-3, integrator: { kind: 'euler', theta: 0.8 } },
      simulation: { replicas: 10, restart: false },
      seed: 'xor',
    });

  it('XOR, 128 samples: test error in [0.07, 0.16] by features, in [0.62, 0.85] by the tangent kernel, ratio at least 4', async () => {
    const mean = await xor(1);
    const middle = await xor(4);
    const lazy = await xor(20);
    const [a, b, c] = [mean, middle, lazy].map(({ simulation }) => last(simulation, 'testError'));
    expect(a).toBeGreaterThan(0.07);
    expect(a).toBeLessThan(0.16);
    expect(b).toBeGreaterThan(0.28);
    expect(b).toBeLessThan(0.48);
    expect(c).toBeGreaterThan(0.62);
    expect(c).toBeLessThan(0.85);
    expect(c! / a!).toBeGreaterThan(4);
    expect(last(lazy.prediction, 'testError')).toBeGreaterThan(0.62);
    expect(last(lazy.prediction, 'testError')).toBeLessThan(0.85);
    expect(last(mean.simulation, 'preactivationMovement')).toBeCloseTo(3.3, 0);
    expect(last(mean.simulation, 'weightMovement')).toBeCloseTo(0.8, 1);
    expect(last(mean.simulation, 'featureLabelAlignment')).toBeCloseTo(0.53, 1);
    expect(last(lazy.simulation, 'featureLabelAlignment')).toBeCloseTo(0.09, 1);
  });

  it('XOR, 32 samples: no gain from features', async () => {
    const { simulation } = await xor(1, 400, 32);
    expect(last(simulation, 'testError')).toBeGreaterThan(0.95);
  });

  it('movement over width: constant to 5 % by features, 2.0 ± 0.1 per factor 4 in tangent-kernel scaling', async () => {
    const movement = async (scale: number, m: number) =>
      last((await xor(scale, m)).simulation, 'preactivationMovement');
    const mean = [await movement(1, 100), await movement(1, 400), await movement(1, 1600)];
    for (const one of mean) expect(Math.abs(one / mean[1]! - 1)).toBeLessThan(0.05);
    const lazy = [await movement(10, 100), await movement(20, 400), await movement(40, 1600)];
    for (const k of [0, 1]) expect(Math.abs(lazy[k]! / lazy[k + 1]! - 2)).toBeLessThan(0.1);
  });

  it('one relu neuron: the tangent kernel has at least twice the error', async () => {
    const run = (scaling: string) =>
      simulate({
        ...base,
        model: {
          width: 400,
          activation: 'relu',
          frozenLayers: [{ width: 400, activation: 'relu' }],
          scaling,
        },
        data: { kind: 'single-neuron', sampleCount: 100, dimension: 10, testSamples: 2000 },
        flow: { time: 40_000, records: 4, stopAt: 1e-3, integrator: { kind: 'euler', theta: 0.8 } },
        simulation: { replicas: 10, restart: false },
      });
    const relative = (solution: Solution) => last(solution, 'testError') / value(solution, 'constantError')!;
    const [mean, lazy] = [relative(await run('mean-field')), relative(await run('tangent-kernel'))];
    expect(mean).toBeLessThan(0.07);
    expect(lazy / mean).toBeGreaterThan(2);
  });
});

describe('width (10 samples, 20 dimensions, 30 seeds)', () => {
  it('relu: few of 4 neurons reach 1e-4, all of 20 do', async () => {
    const reached = async (width: number) => {
      let count = 0;
      for (let k = 0; k < 30; k++) {
        const solution = await simulate({
          ...base,
          model: { width, activation: 'relu' },
          data: { kind: 'sphere', sampleCount: 10, dimension: 20 },
          flow: { time: 4000, records: 1, stopAt: 1e-4 },
          simulation: { replicas: 1, restart: false },
          seed: `width ${k}`,
        });
        if (last(solution, 'trainError') <= 1e-4) count++;
      }
      return count;
    };
    expect(await reached(4)).toBeLessThan(10);
    expect(await reached(40)).toBeGreaterThanOrEqual(29);
  });
});
