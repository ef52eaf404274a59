import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { probeSteps } from '../../../src/theories/finite-width/rounding.ts';
import { predict, type Solution } from '../../library.ts';

const config = (width: number, steps: number, last: number, prediction = {}) => ({
  theory: 'finite-width',
  model: {
    inputDimension: 500,
    width,
    activations: ['tanh'],
    initialization: { kind: 'gaussian', scale: 0.8, alignment: 0.3 },
  },
  data: {
    sampleCount: 1000,
    link: { kind: 'sin', frequency: 2 },
    noise: { law: 'gaussian', variance: 0.09 },
  },
  optimizer: { learningRates: [0.4 + last, 0.1], steps },
  prediction: { method: 'derivative', samples: 512, repetitions: 2, ...prediction },
  seed: 'bench',
});

const codes = ({ diagnostics }: Solution) => diagnostics.warnings.map(({ code }) => code);
const warned = (solution: Solution) =>
  solution.diagnostics.warnings.find(({ code }) => code === 'rounding-growth')!;

/** With rates that differ in their last bit. */
const nudged = (given: ReturnType<typeof config>) => ({
  ...given,
  optimizer: {
    ...given.optimizer,
    learningRates: given.optimizer.learningRates.map((rate) => rate * (1 + Number.EPSILON)),
  },
});

/** Largest relative difference of the training errors of steps `from` to `until`. */
function gap(a: Solution, b: Solution, from: number, until: number): number {
  let worst = 0;
  for (let t = from; t <= until; t++) {
    const [x, y] = [a.observables.trainError!.values[t]!, b.observables.trainError!.values[t]!];
    worst = Math.max(worst, Math.abs(x - y) / x);
  }
  return worst;
}

describe('rounding errors of the derivative form', () => {
  // The steps themselves hang on last bits: docs/theories/finite-width.md has them, over more settings.
  it.each([
    [3, 60, 2048],
    [2, 60, 512],
    [2, 60, 2048],
    [1, 100, 2048],
  ])(
    'q = %i, T = %i, %i samples: a last bit of the rates moves the training error by 0.1 %, and the warning names a step within ten of it',
    async (width, steps, samples) => {
      const solution = await predict(config(width, steps, 0, { samples }));
      const moved = await predict(nudged(config(width, steps, 0, { samples })));
      const [x, y] = [solution, moved].map(({ observables }) => observables.trainError!.values);
      const parted = x!.findIndex((value, t) => Math.abs(value - y![t]!) > 1e-3 * value);
      expect(parted).toBeGreaterThan(20);
      expect(codes(solution)).toEqual(['rounding-growth']);
      const { message } = warned(solution);
      const named = Number(/from (?:about )?step (\d+)/.exec(message)![1]);
      expect(Math.abs(named - parted)).toBeLessThanOrEqual(10);
      expect(message).toContain('method "projection"');
    },
  );

  it.each([
    [1, 20],
    [2, 20],
    [3, 12],
  ])('q = %i, T = %i: no warning, and a last bit stays below 1e-3', async (width, steps) => {
    const solution = await predict(config(width, steps, 0));
    const moved = await predict(config(width, steps, 2 ** -54));
    expect(codes(solution)).toEqual([]);
    expect(gap(solution, moved, 0, steps)).toBeLessThan(1e-3);
  });

  it('is not looked for in the projection form, which does not have it: the shipped example, and q = 3, T = 60', async () => {
    const shipped = JSON.parse(
      readFileSync(new URL('../../../examples/finite-width.json', import.meta.url), 'utf8'),
    );
    expect(codes(await predict(shipped))).not.toContain('rounding-growth');
    const large = { method: 'projection', samples: 8192 };
    const solution = await predict(config(3, 60, 0, large));
    expect(codes(solution)).not.toContain('rounding-growth');
    expect(gap(solution, await predict(config(3, 60, 2 ** -54, large)), 0, 60)).toBeLessThan(1e-9);
  });

  it('errors of 0 have not parted', async () => {
    const nothing = config(2, 5, 0, { samples: 256 });
    const solution = await predict({
      ...nothing,
      model: { ...nothing.model, initialization: { kind: 'gaussian', deepScale: 0 } },
      data: { sampleCount: 100, signalNorm: 0 },
    });
    expect([...solution.observables.trainError!.values]).toEqual([0, 0, 0, 0, 0, 0]);
    expect(codes(solution)).toEqual([]);
  });

  it('is measured on the samples of the first repetition: all steps from four repetitions on, four fifths of those of two', () => {
    for (const [width, steps, repetitions, last] of [
      [3, 60, 8, 60],
      [3, 60, 4, 60],
      [3, 60, 3, 54],
      [3, 60, 2, 47],
      [1, 1, 2, 1],
    ] as const)
      expect(probeSteps(width, steps, repetitions)).toBe(last);
  });
});
