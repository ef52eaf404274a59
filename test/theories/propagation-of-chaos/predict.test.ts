import { describe, expect, it } from 'vitest';
import type { Core } from '../../../bindings/core.ts';
import { createCore } from '../../../bindings/load.ts';
import { conduct } from '../../../src/experiments/conduct.ts';
import { Run } from '../../../src/run.ts';
import { propagationOfChaos as theory } from '../../../src/theories/propagation-of-chaos/index.ts';
import { quantities } from '../../../src/theories/propagation-of-chaos/observables.ts';
import { checked } from '../../cores.ts';

const config = (change: Record<string, unknown> = {}) => ({
  theory: 'propagation-of-chaos',
  model: { inputDimension: 12, activation: { kind: 'hermite-series', coefficients: [0, 0.5, 0.2, 1] } },
  optimizer: { stepSize: 0.1, steps: 20 },
  prediction: { envelopeTimes: 20, escapeDimensions: [8, 16] },
  ...change,
});

const predict = (change: Record<string, unknown> = {}) =>
  conduct(theory, theory.check(config(change)), 'prediction');

async function trajectory(core: Core, change: Record<string, unknown>) {
  const problem = theory.check(config(change));
  return theory.run(core, problem, 'prediction', 0, new Run({}, 1));
}

const codes = async (change: Record<string, unknown>) =>
  (await predict(change)).diagnostics.warnings.map(({ code }) => code);

describe('a prediction of propagation of chaos', () => {
  it('has every quantity it names, with unit and axes, over times', async () => {
    const { observables, times, status, diagnostics } = await predict({
      simulation: { widths: [64, 256] },
      data: { target: { kind: 'hermite-series', coefficients: [0.1, 0.9, 0.4, 0.5] } },
    });
    expect(status).toBe('complete');
    expect(Array.from(times.slice(0, 3))).toEqual([0, 0.1, 0.2]);
    for (const [name, { values, shape, unit, axes }] of Object.entries(observables)) {
      expect(quantities).toHaveProperty(name);
      expect(values.length, name).toBe(shape.reduce((product, extent) => product * extent, 1));
      expect(shape.length, name).toBe(axes.length);
      expect(unit.length).toBeGreaterThan(0);
      expect(values.every(Number.isFinite), name).toBe(true);
    }
    expect(diagnostics).toMatchObject({ learnedExponent: 1, wellSpecified: false, rule: 'escape-panels' });
    expect(diagnostics.escapeExponent).toBeTypeOf('number');
    const { scaledGap, gapAgainstWidth } = observables;
    expect(gapAgainstWidth!.values[21]!).toBe(scaledGap!.values[0]! / 256);
  });

  it('knows its start: loss, noise level and quantiles in closed form', async () => {
    const { observables } = await predict({
      model: { inputDimension: 3, activation: { kind: 'hermite', degree: 1 } },
    });
    expect(observables.loss!.values[0]).toBeCloseTo(0.5, 14);
    expect(observables.scaledGap!.values[0]).toBeCloseTo(1, 14);
    expect(observables.scaledNoise!.values[0]).toBeCloseTo(1, 14);
    expect(observables.scaledDisplacement!.values[0]).toBe(0);
    // d = 3: α is uniform on [−1, 1].
    expect(observables.overlapQuantiles!.values[3]).toBeCloseTo(-0.5, 12);
  });

  it('is the same bits on the exact and the checked core, whatever ran before', async () => {
    const core = await createCore();
    const first = await trajectory(core, {});
    const second = await trajectory(core, {});
    expect(second).toEqual(first);
    expect(await trajectory(checked, {})).toEqual(first);
  });

  it.each([
    ['an even activation', { model: { inputDimension: 16, activation: { kind: 'hermite', degree: 2 } } }],
    [
      'relu of degree 8',
      { model: { inputDimension: 32, activation: 'relu' }, optimizer: { stepSize: 0.1, steps: 40 } },
    ],
    ['descent', { optimizer: { kind: 'projected-descent', stepSize: 0.1, steps: 30 } }],
    ['a mean field alone', { prediction: { fluctuation: false, envelopes: false } }],
    ['long horizons', { optimizer: { stepSize: 0.25, steps: 100 }, prediction: {} }],
  ])('%s: the plan holds the bytes it takes, and at most twice as many and 4 MiB', async (_, change) => {
    const core = await createCore();
    const before = core.peakBytes;
    await trajectory(core, change);
    const { bytes } = theory.plan(theory.check(config(change)), 'prediction');
    const taken = core.peakBytes - before;
    expect(bytes).toBeGreaterThanOrEqual(taken);
    expect(bytes).toBeLessThan(2 * taken + 4 * 2 ** 20);
  });

  it('follows the exact map of descent, and warns of the envelopes', async () => {
    const descent = { optimizer: { kind: 'projected-descent', stepSize: 0.1, steps: 20 } };
    const [flow, steps] = [await predict(), await predict(descent)];
    const gap = steps.observables.loss!.values[20]! - flow.observables.loss!.values[20]!;
    expect(Math.abs(gap)).toBeGreaterThan(1e-4);
    expect(Math.abs(gap)).toBeLessThan(2e-2);
    expect(steps.diagnostics.warnings.map(({ code }) => code)).toEqual(['flow-envelopes']);
  });

  it('warns where it has to', async () => {
    const short = { optimizer: { stepSize: 0.05, steps: 2 }, prediction: {} };
    const model = (activation: unknown) => ({ inputDimension: 16, activation, degree: 8 });
    expect(await codes(short)).toEqual([]);
    expect(await codes({ ...short, model: model('relu') })).toEqual(['truncated-activation']);
    expect(await codes({ ...short, model: model('sign') })).toEqual(['truncated-activation']);
    expect(
      await codes({ ...short, model: model({ kind: 'hermite', degree: 3 }), data: { target: 'sign' } }),
    ).toEqual(['truncated-target', 'hidden-component']);
    const he2 = { ...short, model: model({ kind: 'hermite', degree: 2 }) };
    expect(await codes({ ...he2, prediction: { rule: 'gauss-gegenbauer' } })).toEqual(['gauss-front']);
    expect(await codes({ ...he2, data: { sampleCount: 1000 } })).toEqual(['population-reference']);
    expect(
      await codes({
        ...he2,
        data: { target: { kind: 'hermite-series', coefficients: [0, 3, 0.01] } },
        prediction: { escapeDimensions: [3] },
        optimizer: { stepSize: 0.3, steps: 1 },
      }),
    ).toEqual(['hidden-component', 'not-escaped']);
  }, 60_000);

  it('stops with what it has when it is cancelled', async () => {
    const controller = new AbortController();
    controller.abort();
    const solution = await conduct(theory, theory.check(config()), 'prediction', {
      signal: controller.signal,
    });
    expect(solution.status).toBe('aborted');
    expect(solution.times.length).toBe(1);
  });
});
