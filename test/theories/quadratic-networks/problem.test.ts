import { describe, expect, it } from 'vitest';
import { type ConfigError, configSchema, predict, simulate } from '../../../src/index.ts';
import { quadraticNetworks } from '../../../src/theories/quadratic-networks/index.ts';
import { stepLengths, timesOf } from '../../../src/theories/quadratic-networks/problem.ts';

// biome-ignore lint/suspicious/noExplicitAny: configurations that are wrong on purpose
type Loose = any;

const valid = (): Loose => ({
  theory: 'quadratic-networks',
  model: { inputDimension: 20, widthRatio: 0.5 },
  data: { sampleRatio: 0.5, teacherWidthRatio: 0.25, noiseVariance: 0.25 },
  optimizer: { kind: 'gradient-descent', learningRate: 0.02, steps: 5, weightDecay: 0.1 },
});

function problemsOf(change: (config: Loose) => void) {
  const config = valid();
  change(config);
  try {
    quadraticNetworks.check(config);
  } catch (error) {
    return (error as ConfigError).problems;
  }
  return [];
}

describe('configuration', () => {
  it.each<[string, (config: Loose) => void]>([
    ['model.widthRatio', (config) => (config.model.widthRatio = 0)],
    ['model.widthRatio', (config) => (config.model.widthRatio = 0.01)],
    ['data.teacherWidthRatio', (config) => (config.data.teacherWidthRatio = -1)],
    ['data.teacherWidthRatio', (config) => (config.data.teacherWidthRatio = 2000)],
    ['data.sampleRatio', (config) => (config.data.sampleRatio = 0.001)],
    ['data.noiseVariance', (config) => (config.data.noiseVariance = -0.1)],
    ['data.measurements', (config) => (config.data.measurements = 'goes')],
    ['optimizer.kind', (config) => (config.optimizer.kind = 'sgd')],
    ['optimizer.learningRate', (config) => delete config.optimizer.learningRate],
    ['optimizer.learningRate', (config) => (config.optimizer.learningRates = [0.1])],
    ['optimizer.steps', (config) => delete config.optimizer.steps],
    ['optimizer.weightDecay', (config) => (config.optimizer.weightDecay = -1)],
    ['optimizer.weightDecay', (config) => (config.optimizer = { kind: 'stationary', weightDecay: 1e-9 })],
    [
      'optimizer.sweep.values[1]',
      (config) =>
        (config.optimizer = { kind: 'stationary', sweep: { parameter: 'sampleRatio', values: [1, 0] } }),
    ],
    ['prediction.repetitions', (config) => (config.prediction = { repetitions: 1 })],
    ['limits.memoryGiB', (config) => (config.limits = { memoryGiB: 5 })],
  ])('refuses a bad %s by its path, with a remedy', (path, change) => {
    const problems = problemsOf(change);
    expect(problems.map((problem) => problem.path)).toContain(path);
    for (const { remedy, expected } of problems) expect(remedy && expected).toBeTruthy();
  });

  it('has a schema, and times of every kind', () => {
    expect(configSchema('quadratic-networks').$id).toContain('quadratic-networks');
    const times = (optimizer: Loose) =>
      Array.from(timesOf(quadraticNetworks.check({ ...valid(), optimizer })));
    expect(times({ kind: 'gradient-descent', learningRates: [0.1, 0.2] })).toEqual([0, 0.1, 0.1 + 0.2]);
    expect(times({ kind: 'gradient-flow', time: 4, steps: 2, spacing: 'quadratic' })).toEqual([0, 1, 4]);
    expect(times({ kind: 'stationary', sweep: { parameter: 'weightDecay', values: [0, 1] } })).toEqual([
      0, 1,
    ]);
    expect(stepLengths(quadraticNetworks.check({ ...valid(), optimizer: { kind: 'stationary' } }))).toEqual(
      [],
    );
  });

  it('steps beyond stability end as diverged, with the bound in words', async () => {
    const config = valid();
    config.optimizer = { kind: 'gradient-descent', learningRate: 5, steps: 60 };
    config.simulation = { replicas: 2 };
    const { status, diagnostics } = await simulate(config);
    expect(status).toBe('diverged');
    expect(diagnostics.warnings.find(({ code }) => code === 'diverged')!.message).toMatch(
      /Steps of at most 0\.0/,
    );
  });

  it('an experiment at the limit of vanishing weight decay is refused where many students fit', async () => {
    const config = valid();
    config.data.sampleRatio = 0.1;
    config.optimizer = { kind: 'stationary' };
    await expect(simulate(config)).rejects.toThrow(/weightDecay 0 .* small optimizer\.weightDecay/);
    const { observables } = await predict(config);
    expect(observables.trainError!.values[0]).toBe(0);
  });

  it('sizes beyond the limit are refused before anything is allocated', async () => {
    const config = valid();
    config.model.inputDimension = 400;
    config.data.measurements = 'goe';
    await expect(simulate(config)).rejects.toThrow(/GiB of memory; limits\.memoryGiB is 3/);
    const path = valid();
    path.optimizer.steps = 3000;
    path.prediction = { dimension: 200, probes: 'separate' };
    await expect(predict(path)).rejects.toThrow(/Joint probes/);
  });
});
