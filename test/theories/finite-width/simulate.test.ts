import { describe, expect, it } from 'vitest';
import { compare, simulate } from '../../library.ts';

const config = {
  theory: 'finite-width',
  model: {
    inputDimension: 60,
    width: 2,
    activations: ['tanh', 'gelu'],
    initialization: { kind: 'gaussian', scale: 0.8, alignment: 0.3 },
  },
  data: { sampleCount: 90, link: { kind: 'sin', frequency: 2 }, noise: { law: 'gaussian', variance: 0.09 } },
  optimizer: { learningRates: [0.6, 0.2, 0.1], steps: 8 },
  simulation: { replicas: 3 },
  seed: 'simulate',
};

describe('simulation', () => {
  it.each(['gaussian', 'rademacher'])(
    'is the same in primal and dual form, to 1e-11 (%s features)',
    async (law) => {
      const data = { ...config.data, features: { law } };
      const run = (form: string) =>
        simulate({ ...config, data, simulation: { replicas: 3, form, testSamples: 200 } });
      const [primal, dual] = [await run('primal'), await run('dual')];
      expect(dual.diagnostics.form).toBe('dual');
      expect(Object.keys(primal.observables)).toEqual(Object.keys(dual.observables));
      for (const [name, { values }] of Object.entries(primal.observables)) {
        values.forEach((value, i) => {
          expect(Math.abs(value - dual.observables[name]!.values[i]!), `${name} ${i}`).toBeLessThan(1e-11);
        });
      }
    },
  );

  it('has a true test error by quadrature that agrees with fresh rows within 4.5 standard errors', async () => {
    // Gaussian features measured on rows: a t law of many degrees of freedom stands in for the Gaussian one.
    const rows = await simulate({
      ...config,
      data: { ...config.data, features: { law: 'student-t', degreesOfFreedom: 1e6 } },
      simulation: { replicas: 12, testSamples: 20_000, estimator: false },
    });
    const exact = await simulate({ ...config, simulation: { replicas: 12, estimator: false } });
    const a = rows.observables.testError!;
    const b = exact.observables.testError!;
    a.values.forEach((value, t) => {
      const error = Math.sqrt(a.standardError![t]! ** 2 + b.standardError![t]! ** 2);
      expect(Math.abs(value - b.values[t]!)).toBeLessThan(4.5 * error);
    });
  });

  it('leaves a replica as it is when others are added', async () => {
    const one = await simulate({ ...config, simulation: { replicas: 1 } });
    const two = await simulate({ ...config, simulation: { replicas: 2 } });
    const three = await simulate({ ...config, simulation: { replicas: 3 } });
    // Means of 1, 2 and 3 replicas: the second replica from the first two, the third from all.
    const second = 2 * two.observables.trainError!.values[8]! - one.observables.trainError!.values[8]!;
    const third = 3 * three.observables.trainError!.values[8]! - 2 * two.observables.trainError!.values[8]!;
    expect(second).not.toBeCloseTo(third, 6);
    expect(one.observables.trainError!.standardError).toBeUndefined();
    const again = await simulate({ ...config, simulation: { replicas: 3 } });
    expect(again.observables).toEqual(three.observables);
  });

  it('ends as diverged at the last finite iterate when the rate is beyond stability', async () => {
    const { status, observables, diagnostics, times } = await simulate({
      ...config,
      model: { ...config.model, activations: ['quadratic'] },
      optimizer: { learningRates: [50, 1], steps: 30 },
    });
    expect(status).toBe('diverged');
    expect(times.length).toBeLessThan(31);
    expect(times.length).toBeGreaterThan(0);
    expect(diagnostics.warnings[0]!.message).toMatch(/learningRates/);
    for (const { values } of Object.values(observables)) expect(values.every(Number.isFinite)).toBe(true);
  });

  it('returns what it has when cancelled', async () => {
    const controller = new AbortController();
    const big = { ...config, optimizer: { ...config.optimizer, steps: 200 }, simulation: { replicas: 50 } };
    const running = simulate(big, { signal: controller.signal, onProgress: () => controller.abort() });
    const { status, times } = await running;
    expect(status).toBe('aborted');
    expect(times.length).toBeGreaterThan(0);
  });

  it('refuses what does not fit into memory, and says what it needs', async () => {
    const big = {
      ...config,
      model: { ...config.model, inputDimension: 1e6 },
      data: { ...config.data, sampleCount: 1e6 },
    };
    await expect(simulate(big)).rejects.toThrow(/needs .* GiB.*limits\.memoryGiB/s);
  });
});

describe('prediction beside simulation', () => {
  it('agrees on errors, overlaps and laws: every score below 4.5 at n = 600, 24 replicas', async () => {
    const { residual } = await compare({
      ...config,
      model: { ...config.model, inputDimension: 600, activations: ['tanh'] },
      data: { ...config.data, sampleCount: 1200 },
      optimizer: { learningRates: [0.8, 0.2], steps: 10 },
      prediction: { samples: 8192, repetitions: 8 },
      simulation: { replicas: 24, estimator: false },
    });
    for (const name of [
      'trainError',
      'testError',
      'signalGain',
      'initialGain',
      'noiseGram',
      'trainingPreactivationQuantiles',
    ]) {
      const { values, standardError } = residual[name]!;
      values.forEach((value, i) => {
        expect(Math.abs(value), `${name} ${i}`).toBeLessThan(4.5 * standardError![i]! + 2e-3);
      });
    }
  });
});
