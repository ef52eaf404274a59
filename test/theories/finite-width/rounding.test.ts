import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { probeNodes } from '../../../src/theories/finite-width/rounding.ts';
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
  it('at q = 3, T = 60: a last bit of a rate moves the training error by over 1 %; the warning names a step before', async () => {
    const solution = await predict(config(3, 60, 0));
    const moved = await predict(config(3, 60, 2 ** -54));
    expect(codes(solution)).toEqual(['rounding-growth']);
    const step = Number(/from about step (\d+) on/.exec(warned(solution).message)![1]);
    expect(step).toBeGreaterThan(15);
    expect(step).toBeLessThan(40);
    expect(warned(solution).message).toContain('method "projection"');
    expect(gap(solution, moved, 0, step - 1)).toBeLessThan(1e-3);
    expect(gap(solution, moved, step, 60)).toBeGreaterThan(1e-2);
  });

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

  it('is measured on so few nodes that both runs take at most 5 % of the work, from 1280 nodes in two repetitions on', () => {
    for (const [samples, repetitions, nodes] of [
      [2000, 2, 100],
      [4096, 8, 819],
      [4096, 50, 1024],
      [256, 2, 64],
      [64, 2, 64],
    ] as const)
      expect(probeNodes(samples, repetitions)).toBe(nodes);
  });
});
