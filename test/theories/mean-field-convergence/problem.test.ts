import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createStream } from '../../../src/numerics/random.ts';
import { display } from '../../../src/theories/mean-field-convergence/display.ts';
import { meanFieldConvergence as theory } from '../../../src/theories/mean-field-convergence/index.ts';
import type { Kind } from '../../../src/theory.ts';
import { ConfigError, certify, configSchema, predict, simulate } from '../../library.ts';
import { memoryShare } from '../memory.ts';

const example = JSON.parse(
  readFileSync(new URL('../../../examples/mean-field-convergence.json', import.meta.url), 'utf8'),
);
const small = {
  theory: 'mean-field-convergence',
  model: { width: 20, activation: 'relu' },
  data: { kind: 'sphere', sampleCount: 4, dimension: 8 },
  flow: { time: 5, records: 2 },
  simulation: { replicas: 1 },
};
const rows = (features: number[][], labels: number[]) => ({ kind: 'rows', features, labels });

function problems(config: unknown): string[] {
  try {
    theory.check(config);
  } catch (error) {
    return (error as ConfigError).problems.map(
      ({ path, received, expected, remedy }) => `${path}: ${received}; ${expected}. ${remedy}`,
    );
  }
  return [];
}

describe('configurations', () => {
  it('fills in defaults, freezes, and writes itself down as JSON Schema', () => {
    const problem = theory.check(small);
    expect(Object.isFrozen(problem)).toBe(true);
    expect(problem.model.scaling).toEqual({ kind: 'mean-field' });
    expect(problem.simulation).toEqual({ replicas: 1, form: 'auto', dtype: 'float64', restart: true });
    expect(configSchema('mean-field-convergence').$id).toMatch(/mean-field-convergence/);
  });

  it('refuses odd widths with the symmetric start, with the remedy', () => {
    expect(problems({ ...small, model: { width: 21, activation: 'relu' } })[0]).toMatch(
      /model\.width: 21; an even number.*Use 22/,
    );
    const independent = { width: 21, activation: 'relu', initialization: 'independent' };
    expect(problems({ ...small, model: independent })).toEqual([]);
  });

  it('refuses no samples, ragged rows, labels that do not fit, and half a test set', () => {
    expect(problems({ ...small, data: { kind: 'sphere', sampleCount: 0, dimension: 3 } })[0]).toMatch(
      /sampleCount/,
    );
    expect(problems({ ...small, data: rows([], []) })[0]).toMatch(/data\.features/);
    expect(problems({ ...small, data: rows([[1, 2], [3]], [1, 2]) })[0]).toMatch(/data\.features\[1\]/);
    expect(problems({ ...small, data: rows([[1], [2]], [1]) })[0]).toMatch(/data\.labels: 1 numbers; 2/);
    const half = { ...rows([[1], [2]], [1, 2]), testFeatures: [[1]] };
    expect(problems({ ...small, data: half })[0]).toMatch(
      /testLabels: nothing; testFeatures and testLabels together/,
    );
  });

  it('refuses finite beside infinite frozen layers, particles for more than 3 samples, and high order on a kink', () => {
    const frozenLayers = [
      { width: null, activation: 'erf' },
      { width: 10, activation: 'erf' },
    ];
    expect(problems({ ...small, model: { ...small.model, frozenLayers } })[0]).toMatch(
      /in all frozen layers/,
    );
    expect(problems({ ...small, prediction: { method: 'mean-field' } })[0]).toMatch(/at most 3 samples/);
    expect(problems({ ...small, flow: { time: 1, integrator: 'adaptive' } })[0]).toMatch(/"euler" or "exp1"/);
  });

  it('refuses given steps that are too short to be taken, and shares of a step that are none', () => {
    const integrated = (integrator: object) =>
      problems({ ...small, flow: { time: 5, records: 2, integrator } });
    for (const kind of ['exp1', 'exp2']) {
      const model = { ...small.model, activation: 'tanh' };
      const flow = { time: 5, records: 2, integrator: { kind, step: 1e-320 } };
      expect(problems({ ...small, model, flow })).toEqual([
        'flow.integrator.step: 1e-320 at flow.time 5; at least 5 / 20000000: no more than 20000000 steps are taken. Take longer steps, or lower flow.time.',
      ]);
    }
    expect(integrated({ kind: 'exp1', step: 5 / 2e7 })).toEqual([]);
    expect(integrated({ kind: 'euler', theta: 1e-320 })[0]).toMatch(/theta: 1e-320; a number ≥ 0\.000001/);
  });

  it('refuses explicit weights that do not fit', () => {
    const initialization = { kind: 'explicit', weights: [[1, 2]], signs: [1, 2] };
    const found = problems({ ...small, model: { ...small.model, initialization } });
    expect(found[0]).toMatch(/20 rows of 8/);
    expect(found[1]).toMatch(/20 numbers, each 1 or -1/);
  });
});

describe('warnings with a remedy', () => {
  const codes = async (kind: 'predict' | 'simulate', config: object) => {
    const { diagnostics } = await (kind === 'predict' ? predict : simulate)(config);
    return diagnostics.warnings.map(({ code }) => code);
  };

  it('duplicate rows: singular-gram and, with different labels, contradictory-rows; the run goes on', async () => {
    const twin = {
      ...small,
      data: rows(
        [
          [1, 0, 2],
          [1, 0, 2],
          [0, 1, 0],
        ],
        [1, -1, 1],
      ),
    };
    expect(await codes('predict', twin)).toEqual(
      expect.arrayContaining(['singular-gram', 'contradictory-rows']),
    );
    expect(await codes('simulate', { ...twin, flow: { time: 50 } })).toContain('unfinished');
  });

  it('rows x and -x with odd frozen features: singular-gram; with biases not', async () => {
    const data = rows(
      [
        [1, 2],
        [-1, -2],
        [2, 0.5],
      ],
      [1, 1, -1],
    );
    const model = (biasVariance: number) => ({
      width: 20,
      activation: 'relu',
      frozenLayers: [{ width: 50, activation: 'erf', biasVariance }],
    });
    expect(await codes('predict', { ...small, data, model: model(0) })).toContain('singular-gram');
    expect(await codes('predict', { ...small, data, model: model(1) })).not.toContain('singular-gram');
  });

  it('labels that bounded activations cannot reach: label-out-of-reach', async () => {
    const model = { width: 20, activation: 'tanh' };
    const reach = {
      ...small,
      data: rows(
        [
          [1, 0],
          [0, 1],
        ],
        [1.5, 0],
      ),
      model,
    };
    expect(await codes('predict', reach)).toContain('label-out-of-reach');
    expect(await codes('simulate', reach)).toContain('label-out-of-reach');
  });

  it('an odd network on XOR: odd-network, and a test error of 1 or more', async () => {
    const model = { width: 50, activation: 'tanh', frozenLayers: [{ width: 60, activation: 'erf' }] };
    const data = { kind: 'xor', sampleCount: 30, dimension: 6, testSamples: 200 };
    const solution = await simulate({ ...small, model, data, flow: { time: 50, records: 2 } });
    expect(solution.diagnostics.warnings.map(({ code }) => code)).toContain('odd-network');
    expect(solution.observables.testError!.values.at(-1)).toBeGreaterThan(0.95);
  });

  it('one sample of zeros, all labels 0: a run of zeros, no NaN', async () => {
    const model = { ...small.model, normalize: true };
    const zero = { ...small, model, data: rows([[0, 0]], [0]) };
    for (const solution of [await predict(zero), await simulate(zero)]) {
      expect(solution.status).toBe('complete');
      for (const { values } of Object.values(solution.observables))
        expect(values.every(Number.isFinite)).toBe(true);
    }
  });
});

describe('plans', () => {
  const cases: [string, Kind, object][] = [
    ['example', 'simulation', {}],
    ['example', 'prediction', {}],
    ['example in float32', 'simulation', { simulation: { replicas: 1, dtype: 'float32', restart: false } }],
    [
      'wide softplus in float32, with certificates',
      'simulation',
      {
        model: { width: 1200, activation: 'softplus' },
        data: { kind: 'sphere', sampleCount: 100, dimension: 150 },
        flow: { time: 1, records: 1 },
        simulation: { replicas: 1, dtype: 'float32' },
      },
    ],
    [
      'wide relu in float32, with certificates',
      'simulation',
      {
        model: { width: 3000, activation: 'relu' },
        data: { kind: 'sphere', sampleCount: 100, dimension: 150 },
        flow: { time: 1, records: 1 },
        simulation: { replicas: 1, dtype: 'float32' },
      },
    ],
    [
      'infinitely many features in float32',
      'simulation',
      {
        model: { width: 400, activation: 'relu', frozenLayers: [{ width: null, activation: 'relu' }] },
        data: { kind: 'single-neuron', sampleCount: 60, dimension: 10, testSamples: 500 },
        flow: { time: 20, records: 1 },
        simulation: { replicas: 1, dtype: 'float32' },
      },
    ],
    [
      'primal, softplus, no test rows',
      'simulation',
      {
        model: { width: 600, activation: 'softplus' },
        data: { kind: 'sphere', sampleCount: 200, dimension: 20 },
        flow: { time: 1, records: 1 },
      },
    ],
    [
      'infinitely many features',
      'simulation',
      {
        model: { width: 400, activation: 'relu', frozenLayers: [{ width: null, activation: 'relu' }] },
        data: { kind: 'single-neuron', sampleCount: 60, dimension: 10, testSamples: 500 },
        flow: { time: 20, records: 1 },
      },
    ],
    [
      'mean-field limit of 2 samples',
      'prediction',
      {
        model: { width: 100, activation: 'softplus' },
        data: { kind: 'single-neuron', sampleCount: 2, dimension: 10, testSamples: 20 },
        flow: { time: 1, records: 1 },
      },
    ],
  ];

  it.each(cases)(
    '%s, %s: the peak of memory lies between 0.65 and 1.05 times the estimate',
    async (_, kind, changes) => {
      const short = { ...example, flow: { ...example.flow, records: 1, time: 200 } };
      const share = await memoryShare(theory, { ...short, ...changes }, kind);
      expect(share).toBeLessThan(1.05);
      expect(share).toBeGreaterThan(0.65);
    },
  );

  it('a flow that takes more than 2e7 stable steps is refused, with the remedy', async () => {
    const huge = {
      ...small,
      data: rows(
        [
          [1e10, 0],
          [0, 1e10],
        ],
        [1, -1],
      ),
    };
    await expect(simulate(huge)).rejects.toThrow(/flow\.time 5 takes .* steps .*model\.normalize: true/);
    const flow = { time: 500, records: 2, integrator: { kind: 'euler', theta: 1e-6 } };
    await expect(simulate({ ...small, flow })).rejects.toThrow(
      /steps of \S+, 0\.000001 of the length that is stable.* raise flow\.integrator\.theta/,
    );
  });

  it('a run beyond its limit is refused before it starts', async () => {
    await expect(simulate({ ...example, limits: { memoryGiB: 0.01 } })).rejects.toThrow(/memoryGiB is 0\.01/);
  });
});

describe('display', () => {
  it('shows loss, rates, test errors and alignments as plain data', async () => {
    const data = { kind: 'xor', sampleCount: 8, dimension: 4, testSamples: 20 };
    const [prediction, simulation] = [await predict({ ...small, data }), await simulate({ ...small, data })];
    const charts = display.charts({ prediction, simulation });
    expect(charts.map(({ name }) => name)).toEqual(['', 'features']);
    expect(charts[0]!.panels.map(({ yLabel }) => yLabel)).toEqual([
      'training error (label²)',
      'rate (1/time)',
      'test error (label²)',
    ]);
    expect(charts[0]!.panels[0]!.series.map(({ kind }) => kind)).toEqual([
      'simulation',
      'prediction',
      'bound',
    ]);
    expect(structuredClone(charts)).toEqual(charts);
    expect(display.settings(theory.check({ ...small, data }))).toContain('width 20');
    expect(display.charts({})).toEqual([]);
  });
});

describe('certify', () => {
  it('guarantees a large scale from the start, with a bound that the run keeps', async () => {
    const found = await certify({
      ...small,
      model: { width: 400, activation: 'softplus', scaling: { kind: 'free', scale: 200 } },
      data: { kind: 'sphere', sampleCount: 6, dimension: 24 },
      flow: { time: 200, records: 10 },
    });
    expect(found.verdict).toBe('certified');
    expect(found.guarantee!.from).toEqual({ time: 0, share: 1 });
    expect(found.scale).toBeGreaterThan(found.thresholdScale!);
    expect(found.observed.share).toBeLessThan(Math.exp(-found.guarantee!.rate * 200));
    expect(found.summary).toMatch(/^Convergence is guaranteed from the start/);
    expect(['schur', 'jacobian']).toContain(found.guarantee!.certificate);
  });

  it("guarantees mean-field training of the caller's rows on its way, and says from which scale on the start is certified", async () => {
    const draw = createStream('certify', 'rows');
    const features = Array.from({ length: 5 }, () => Array.from(draw.normal(12)));
    const found = await certify({ features, labels: [1, -1, 1, 1, -1] });
    expect(found.verdict).toBe('certified-on-the-way');
    expect(found.guarantee!.from.share).toBeLessThan(0.1);
    expect(found.thresholdWidth).toBe(Math.ceil(found.thresholdScale! ** 2));
    expect(found.summary).toMatch(/The start is certified from scale/);
  });

  it('fewer inputs than samples: frozen neurons give a scale, just above which the start is certified', async () => {
    const config = (scale: number) => ({
      ...small,
      model: { width: 600, activation: 'relu', scaling: { kind: 'free', scale } },
      data: { kind: 'sphere', sampleCount: 6, dimension: 4 },
    });
    const { thresholdScale, verdict } = await certify(config(1));
    expect(verdict).not.toBe('certified');
    const { guarantee } = await certify(config(1.05 * thresholdScale!));
    expect(guarantee).toMatchObject({ certificate: 'frozen', from: { time: 0, share: 1 } });
  });

  it('rows alone: a frozen layer where there are fewer columns than rows', async () => {
    const features = Array.from({ length: 6 }, (_, k) => [k, (k * k) % 5]);
    const { problem, status } = await certify({ features, labels: [1, 2, 1, 0, 1, 2] });
    expect(problem.model.frozenLayers.map(({ width }) => width)).toEqual([1000]);
    expect(status).toBe('complete');
  });

  it('says when labels are out of reach, and what is wrong with its input', async () => {
    const found = await certify({
      ...small,
      model: { width: 20, activation: 'tanh' },
      data: rows(
        [
          [1, 0],
          [0, 1],
        ],
        [3, 0],
      ),
    });
    expect(found.verdict).toBe('impossible');
    await expect(certify({ rows: [] })).rejects.toThrow(ConfigError);
    await expect(certify({ features: [[1, 2]], labels: [] })).rejects.toThrow(/data\.labels/);
  });
});
