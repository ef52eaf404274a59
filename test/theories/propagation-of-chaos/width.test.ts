import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../src/errors.ts';
import { conduct } from '../../../src/experiments/conduct.ts';
import { type Progress, width } from '../../../src/index.ts';
import { propagationOfChaos as theory } from '../../../src/theories/propagation-of-chaos/index.ts';
import { widthFor } from '../../../src/theories/propagation-of-chaos/width.ts';
import type { WidthOptions } from '../../../src/width.ts';

const conductor = {
  predict: (config: unknown) => conduct(theory, theory.check(config), 'prediction'),
  simulate: (config: unknown) => conduct(theory, theory.check(config), 'simulation'),
};
const problem = theory.check({
  theory: 'propagation-of-chaos',
  model: { inputDimension: 8, activation: { kind: 'hermite', degree: 2 } },
  optimizer: { stepSize: 0.1, steps: 20 },
  prediction: { envelopeTimes: 40 },
});
const ask = (options: WidthOptions) => widthFor(problem, options, conductor);

describe('how many neurons', () => {
  it('well-specified: Q(1) − Σλm² at the start over tolerance², the envelope asks for more', async () => {
    const answer = await ask({ tolerance: 0.1 });
    // He2, d = 8: Ω_f(0) = 1 − 1/d, and 0.875/0.01 = 87.5.
    expect(answer.scaledGap).toBeCloseTo(0.875, 12);
    expect(answer).toMatchObject({ width: 88, time: 0, horizon: 2, warnings: [] });
    expect(answer.guaranteed).toBeGreaterThan(answer.width);
    expect((await ask({ tolerance: 0.05 })).width).toBe(350);
  });

  it('reaches to the horizon that is asked for', async () => {
    const { prediction, horizon } = await ask({ tolerance: 0.1, horizon: 0.55 });
    expect(horizon).toBe(0.55);
    expect(prediction.times[prediction.times.length - 1]).toBeCloseTo(0.6, 12);
  });

  it('checks by simulation: the gap at the answer is the tolerance within its standard error', async () => {
    const { check, width } = await ask({ tolerance: 0.15, check: 24 });
    expect(check).toMatchObject({ width, replicas: 24 });
    expect(Math.abs(check!.gap - 0.15)).toBeLessThan(4 * check!.standardError! + 0.01);
    expect(check!.holds).toBe(check!.gap <= 0.15 + 2 * check!.standardError!);
  });

  it('says where the law stands alone: few neurons, tolerances below rounding, too many to simulate', async () => {
    const codes = async (options: WidthOptions) => (await ask(options)).warnings.map(({ code }) => code);
    expect(await codes({ tolerance: 0.5 })).toEqual(['small-width']);
    expect(await codes({ tolerance: 1e-9, check: true })).toEqual(['noise-floor']);
    expect(await codes({ tolerance: 1e-3, check: true })).toEqual(['width-not-checked']);
    expect((await ask({ tolerance: 1e-9 })).width).toBeCloseTo(0.875e18, -12);
  });

  it('is asked by `width` of the library: progress runs from prediction to check, cancellation leaves what there is', async () => {
    const seen: number[] = [];
    const stop = new AbortController();
    const onProgress = ({ fraction }: Progress) => void seen.push(fraction);
    const whole = await width(problem, { tolerance: 0.15, check: 2, onProgress });
    expect(whole).toMatchObject({ status: 'complete', width: 39, check: { replicas: 2 } });
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(1);
    const halfway = await width(problem, {
      tolerance: 0.15,
      check: 4,
      signal: stop.signal,
      onProgress: ({ stage }) => stage !== 'prediction' && stop.abort(),
    });
    expect(halfway).toMatchObject({ status: 'aborted', width: 39, horizon: 2 });
    expect(halfway.check).toBeUndefined();
    stop.abort();
    const early = await width(problem, { tolerance: 0.15, signal: stop.signal });
    expect(early).toMatchObject({ status: 'aborted', width: 39, horizon: 0 });
    expect(early.guaranteed).toBeUndefined();
  });

  it.each([
    [{ tolerance: 0 }, 'tolerance', '0'],
    [{ tolerance: Number.NaN }, 'tolerance', 'NaN'],
    [{ tolerance: '0.1' }, 'tolerance', '"0.1"'],
    [{}, 'tolerance', 'nothing'],
    [{ tolerance: 0.1, horizon: 0.01 }, 'horizon', '0.01'],
    [{ tolerance: 0.1, check: 0.5 }, 'check', '0.5'],
    [{ tolerance: 0.1, check: { replicas: 3 } }, 'check', 'an object with replicas'],
  ])('refuses %o', async (options, path, received) => {
    const error = await ask(options as WidthOptions).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).problems).toMatchObject([{ path, received }]);
  });
});
