// Propagation of chaos at the sizes of its note: the law at 1/m against networks for every kind of link, slopes in the width, the
// linearised dynamics, mean field against one wide network. About ten minutes.
import { describe, expect, it } from 'vitest';
import { powerLaw } from '../../src/theories/propagation-of-chaos/power-law.ts';
import { compare, predict, simulate } from '../library.ts';

interface Case {
  readonly d: number;
  readonly m: number;
  readonly t: number;
  readonly replicas: number;
  readonly activation: unknown;
  readonly degree?: number;
  readonly target?: unknown;
  readonly kind?: string;
}

const hermite = (degree: number) => ({ kind: 'hermite', degree });

function configOf({ d, m, t, replicas, activation, degree, target, kind }: Case, simulation: object = {}) {
  return {
    theory: 'propagation-of-chaos',
    model: { inputDimension: d, width: m, activation, ...(degree && { degree }) },
    data: { ...(target !== undefined && { target }) },
    optimizer: {
      kind: kind ?? 'gradient-flow',
      stepSize: 0.05,
      steps: Math.round(t / 0.05),
      recordEvery: Math.round(t / 0.2),
    },
    prediction: { envelopes: false },
    simulation: { replicas, ...simulation },
  };
}

const cases: [string, Case][] = [
  ['He_1, d = 16', { d: 16, m: 256, t: 3, replicas: 100, activation: hermite(1) }],
  ['He_2, d = 16', { d: 16, m: 256, t: 3, replicas: 200, activation: hermite(2) }],
  ['He_2, d = 64', { d: 64, m: 512, t: 3.6, replicas: 40, activation: hermite(2) }],
  ['He_3, d = 16', { d: 16, m: 512, t: 5, replicas: 60, activation: hermite(3) }],
  ['He_4, d = 16', { d: 16, m: 512, t: 6, replicas: 60, activation: hermite(4) }],
  ['He_4, d = 32', { d: 32, m: 1024, t: 6.4, replicas: 20, activation: hermite(4) }],
  ['tanh cut at 7, d = 16', { d: 16, m: 256, t: 8, replicas: 60, activation: 'tanh', degree: 7 }],
  ['relu cut at 8, d = 32', { d: 32, m: 256, t: 4, replicas: 60, activation: 'relu', degree: 8 }],
  [
    'relu cut at 6 learns 0.5 He_1 + He_3, which it cannot wholly',
    {
      d: 16,
      m: 256,
      t: 4,
      replicas: 60,
      activation: 'relu',
      degree: 6,
      target: { kind: 'hermite-series', coefficients: [0, 0.5, 0, 1] },
    },
  ],
  [
    'projected descent, He_3, d = 16',
    { d: 16, m: 512, t: 5, replicas: 40, activation: hermite(3), kind: 'projected-descent' },
  ],
];

/** Largest distance of a simulated mean from the prediction over recorded times, in standard errors. */
function distance({ prediction, simulation }: Awaited<ReturnType<typeof compare>>, name: string): number {
  const predicted = prediction.observables[name]!.values;
  const { values, standardError } = simulation.observables[name]!;
  return values.reduce((worst, value, t) => {
    const error = standardError![t]!;
    return error > 1e-12 ? Math.max(worst, Math.abs(value - predicted[t]!) / error) : worst;
  }, 0);
}

describe('the law at 1/m meets networks', () => {
  it.each(cases)('%s: gap, noise, displacement, loss within 4.5 standard errors', async (_, given) => {
    const result = await compare(configOf(given));
    const scores = ['scaledGap', 'scaledNoise', 'scaledDisplacement', 'lossFluctuation'].map((quantity) =>
      distance(result, quantity),
    );
    for (const score of scores) expect(score).toBeLessThan(4.5);
  });
});

describe('the squared gap against the width', () => {
  it.each([
    ['He_2, d = 64', { d: 64, m: 64, t: 3.6, replicas: 40, activation: hermite(2) }],
    ['He_4, d = 16', { d: 16, m: 64, t: 6, replicas: 60, activation: hermite(4) }],
  ] as [string, Case][])('%s: slope −1 within 0.05, m = 64 … 1024', async (_, given) => {
    const { observables } = await simulate(configOf(given, { widths: [128, 256, 512, 1024] }));
    const widths = observables.widths!.values;
    const { values, shape } = observables.gapAgainstWidth!;
    const times = shape[1]!;
    const slopes = Array.from({ length: times }, (_, t) => {
      const gaps = widths.map((_, i) => values[i * times + t]!);
      return powerLaw(widths, gaps)!.exponent;
    });
    for (const slope of slopes) expect(Math.abs(slope + 1)).toBeLessThan(0.05);
  });
});

describe('wide networks', () => {
  it('linearised dynamics: relative error at He_2, d = 64, t = 3.6 halves with every fourfold width', async () => {
    const errors: number[] = [];
    for (const m of [64, 256, 1024]) {
      const given = { d: 64, m, t: 3.6, replicas: 3, activation: hermite(2) };
      const { observables } = await simulate(configOf(given, { linearised: true }));
      errors.push(observables.linearisationError!.values.at(-1)!);
    }
    // 0.134, 0.058, 0.029 by an independent program.
    [0.134, 0.058, 0.029].forEach((value, i) => {
      expect(errors[i]! / value).toBeGreaterThan(0.75);
      expect(errors[i]! / value).toBeLessThan(1.33);
    });
  });

  it('He_3, d = 16, t = 1, m = 2000: the loss is off by a Gaussian of the predicted deviation, 60 networks', async () => {
    const given = { d: 16, m: 2000, t: 1, replicas: 60, activation: hermite(3) };
    const { prediction, simulation } = await compare(configOf(given));
    const { values, standardError } = simulation.observables.loss!;
    const last = values.length - 1;
    const off = values[last]! - prediction.observables.loss!.values[last]!;
    expect(Math.abs(off / standardError![last]!)).toBeLessThan(4);
    const predicted = Math.sqrt(prediction.observables.lossFluctuation!.values[last]!);
    const deviation = standardError![last]! * Math.sqrt(60 * 2000);
    // A standard deviation from 60 values is known to a tenth.
    expect(Math.abs(deviation / predicted - 1)).toBeLessThan(0.35);
  });

  it('He_2, d = 16, m = 100,000: the loss of four networks stays within 4 predicted deviations of the mean field', async () => {
    const given = { d: 16, m: 100_000, t: 3, replicas: 4, activation: hermite(2) };
    const { prediction, simulation } = await compare(configOf(given));
    const { values } = simulation.observables.loss!;
    const deviations = values.map((value, t) => {
      const square = prediction.observables.lossFluctuation!.values[t]! / given.m / given.replicas;
      return (value - prediction.observables.loss!.values[t]!) / Math.sqrt(square);
    });
    for (const value of deviations) expect(Math.abs(value)).toBeLessThan(4);
  });

  it('10,000 neurons in dimension 64 take three steps', async () => {
    const given = { d: 64, m: 10_000, t: 0.15, replicas: 1, activation: 'relu', degree: 8 };
    const { prediction, simulation } = await compare({
      ...configOf(given),
      optimizer: { stepSize: 0.05, steps: 3, recordEvery: 3 },
    });
    const [now, want] = [simulation, prediction].map(({ observables }) => observables.loss!.values.at(-1)!);
    expect(Math.abs(now! - want!)).toBeLessThan(0.02);
  });
});

describe('self-concordance, d = 16 … 128', () => {
  const dimensions = [16, 32, 64, 128];
  it.each([
    ['He_1', 1, () => 5, 1, undefined],
    ['He_2', 2, () => 5, 0.99, 0.422],
    ['He_3', 3, (d: number) => 5 * Math.sqrt(d / 16), 2.1, 1.008],
    ['He_4', 4, (d: number) => (6 * d) / 16, 3.1, 1.544],
  ] as const)(
    '%s: C_sc below its bound, the largest Jacobian a power of d',
    async (_, degree, horizon, most, power) => {
      const jacobians: number[] = [];
      for (const d of dimensions) {
        const { observables } = await predict({
          theory: 'propagation-of-chaos',
          model: { inputDimension: d, activation: hermite(degree) },
          optimizer: { stepSize: 0.05, steps: Math.round(horizon(d) / 0.05) },
          prediction: { envelopes: false, fluctuation: false },
        });
        expect(Math.max(...observables.selfConcordance!.values)).toBeLessThan(most);
        jacobians.push(observables.largestJacobian!.values.at(-1)!);
      }
      if (power) expect(powerLaw(dimensions, jacobians)!.exponent).toBeCloseTo(power, 2);
    },
  );
});
