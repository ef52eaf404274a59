import { describe, expect, it } from 'vitest';
import { compare, predict, simulate } from '../../library.ts';
import { ofKind } from './golden.ts';

const config = (changes: Record<string, unknown> = {}) => ({
  theory: 'quadratic-networks',
  model: { inputDimension: 24, widthRatio: 0.5 },
  data: { sampleRatio: 0.5, teacherWidthRatio: 0.25, noiseVariance: 0.25 },
  optimizer: { kind: 'gradient-descent', learningRate: 0.02, steps: 10, weightDecay: 0.1 },
  prediction: { dimension: 24, replicas: 2, repetitions: 2 },
  simulation: { replicas: 2 },
  seed: 'test',
  ...changes,
});

describe('prediction of the path', () => {
  it('d = 60, R = 2, 150 steps: within 4 of its standard deviations and 3 % of an independent program', async () => {
    const { input, t, train, test, train_sd_per_run, test_sd_per_run, runs } = ofKind('dmft_mc')[0]!;
    const solution = await predict(
      config({
        model: { inputDimension: 60, widthRatio: input.kappa },
        data: {
          sampleRatio: input.alpha,
          teacherWidthRatio: input.kappa_star,
          noiseVariance: input.Delta,
        },
        optimizer: {
          kind: 'gradient-descent',
          learningRate: input.eta,
          steps: input.steps,
          weightDecay: input.lam,
        },
        prediction: { dimension: input.d, replicas: input.replicas, repetitions: 4 },
      }),
    );
    const every = input.steps / (t.length - 1);
    for (let i = 0; i < t.length; i++) {
      expect(solution.times[i * every]).toBeCloseTo(t[i], 9);
      for (const [name, wanted, spread] of [
        ['trainError', train, train_sd_per_run],
        ['testError', test, test_sd_per_run],
      ] as const) {
        const value = solution.observables[name]!.values[i * every]!;
        const allowed = 4 * spread[i] * Math.sqrt(1 / 4 + 1 / runs) + 0.03 * wanted[i];
        expect(Math.abs(value - wanted[i]), `${name} at ${t[i]}: ${value} ${wanted[i]}`).toBeLessThan(
          allowed,
        );
      }
    }
  }, 120_000);

  it('train − test = Δ and test = 2[1 + 1/κ + Q* − 2] at the start; response begins at −2η Tr Z/d', async () => {
    const { observables } = await predict(config());
    const [train, test] = [observables.trainError!, observables.testError!].map(({ values }) => values[0]!);
    expect(train! - test!).toBeCloseTo(0.25, 10);
    expect(test!).toBeGreaterThan(0.7 * 12);
    expect(test!).toBeLessThan(1.3 * 12);
    const first = observables.response!.values[11]!;
    expect(first).toBeGreaterThan(-0.05);
    expect(first).toBeLessThan(-0.03);
  });

  it('joint and separate probes agree within four standard errors', async () => {
    const errors = await Promise.all(
      ['joint', 'separate'].map((probes) =>
        predict(config({ prediction: { dimension: 24, replicas: 4, repetitions: 6, probes } })),
      ),
    );
    const [joint, separate] = errors.map(({ observables }) => observables.testError!);
    for (let k = 0; k <= 10; k++) {
      const gap = Math.abs(joint!.values[k]! - separate!.values[k]!);
      const error = Math.sqrt(joint!.standardError![k]! ** 2 + separate!.standardError![k]! ** 2);
      expect(gap, `step ${k}`).toBeLessThan(4 * error + 1e-12);
    }
  }, 60_000);
});

describe('the experiment beside the theory', () => {
  it('GOE data: curves agree within the finite-size corrections of both', async () => {
    const { prediction, simulation } = await compare(
      config({
        model: { inputDimension: 32, widthRatio: 0.5 },
        data: { sampleRatio: 0.5, teacherWidthRatio: 0.25, noiseVariance: 0.25, measurements: 'goe' },
        optimizer: { kind: 'gradient-descent', learningRate: 0.02, steps: 50, weightDecay: 0.1 },
        prediction: { dimension: 32, replicas: 4, repetitions: 8 },
        simulation: { replicas: 8 },
      }),
    );
    for (const name of ['trainError', 'testError']) {
      const [a, b] = [prediction.observables[name]!, simulation.observables[name]!];
      for (let k = 0; k <= 50; k += 10) {
        const error = Math.sqrt(a.standardError![k]! ** 2 + b.standardError![k]! ** 2);
        expect(Math.abs(a.values[k]! - b.values[k]!), `${name} ${k}`).toBeLessThan(
          4 * error + 0.05 * a.values[k]!,
        );
      }
    }
    expect(simulation.observables.finalRank!.values[0]).toBeCloseTo(0.5, 1);
  }, 120_000);

  it('steps of different lengths and a drawn teacher: the same agreement', async () => {
    const learningRates = Array.from({ length: 30 }, (_, k) => (k % 3 === 0 ? 0.04 : 0.01));
    const { prediction, simulation } = await compare(
      config({
        model: { inputDimension: 32, widthRatio: 1.5, initialScale: 0.7 },
        data: {
          sampleRatio: 0.4,
          teacherWidthRatio: 0.5,
          noiseVariance: 0.5,
          measurements: 'goe',
          teacher: 'gaussian',
        },
        optimizer: { kind: 'gradient-descent', learningRates, weightDecay: 0.05 },
        prediction: { dimension: 32, replicas: 4, repetitions: 10 },
        simulation: { replicas: 24 },
      }),
    );
    expect(prediction.times[30]).toBeCloseTo(0.6, 12);
    for (const name of ['trainError', 'testError']) {
      const [a, b] = [prediction.observables[name]!, simulation.observables[name]!];
      for (const k of [0, 3, 10, 20, 30]) {
        const error = Math.sqrt(a.standardError![k]! ** 2 + b.standardError![k]! ** 2);
        expect(Math.abs(a.values[k]! - b.values[k]!), `${name} ${k}`).toBeLessThan(
          4 * error + 0.05 * a.values[k]!,
        );
      }
    }
  }, 60_000);

  it('flow: Heun with step control follows gradient descent with small steps', async () => {
    const flow = await simulate(
      config({
        optimizer: { kind: 'gradient-flow', time: 0.5, steps: 5, tolerance: 1e-6, weightDecay: 0.1 },
      }),
    );
    const descent = await simulate(
      config({
        optimizer: { kind: 'gradient-descent', learningRate: 0.0005, steps: 1000, weightDecay: 0.1 },
      }),
    );
    for (let k = 0; k <= 5; k++) {
      const [a, b] = [flow, descent].map(
        ({ observables }, i) => observables.testError!.values[i === 0 ? k : 200 * k]!,
      );
      expect(Math.abs(a! / b! - 1), `time ${0.1 * k}`).toBeLessThan(0.004);
    }
  });

  it('end points: convex and with the rank cut, within finite-size corrections of the steady state', async () => {
    const { prediction, simulation } = await compare(
      config({
        model: { inputDimension: 30, widthRatio: 1 },
        data: { sampleRatio: 0.5, teacherWidthRatio: 0.3, noiseVariance: 0.25, measurements: 'goe' },
        optimizer: {
          kind: 'stationary',
          weightDecay: 0.1,
          sweep: { parameter: 'widthRatio', values: [0.2, 0.3, 1] },
          iterations: 2000,
        },
        simulation: { replicas: 4 },
      }),
    );
    const flags = Array.from(prediction.observables.reliability!.values);
    expect(flags).toEqual([1, 1, 0]);
    for (const name of ['trainError', 'testError', 'energy', 'rank']) {
      const [a, b] = [prediction.observables[name]!, simulation.observables[name]!];
      for (let i = 0; i < 3; i++) expect(b.values[i]! / a.values[i]!, `${name} ${i}`).toBeGreaterThan(0.8);
      for (let i = 0; i < 3; i++) expect(b.values[i]! / a.values[i]!, `${name} ${i}`).toBeLessThan(1.25);
    }
  }, 120_000);
});
