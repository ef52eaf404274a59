import { describe, expect, it } from 'vitest';
import { check } from '../../../src/check.ts';
import { crossing, escapeTime } from '../../../src/theories/propagation-of-chaos/escape.ts';
import {
  escapeLaw,
  gaussLaw,
  initialQuantiles,
} from '../../../src/theories/propagation-of-chaos/initial-law.ts';
import { powerLaw } from '../../../src/theories/propagation-of-chaos/power-law.ts';
import { configSchema } from '../../../src/theories/propagation-of-chaos/problem.ts';
import { exact } from '../../cores.ts';
import { linksOfCoefficients } from './golden.ts';

const problemOf = (degree: number, stepSize = 0.05) =>
  check(configSchema, {
    theory: 'propagation-of-chaos',
    model: { inputDimension: 16, activation: { kind: 'hermite', degree } },
    optimizer: { stepSize, steps: 10 },
  });

const dimensions = [16, 32, 64, 128];
const always = async () => true;

async function timesOf(degree: number, at = dimensions) {
  const times: (number | undefined)[] = [];
  for (const d of at) times.push(await escapeTime(exact, problemOf(degree), d, always));
  return times;
}

describe('escape times', () => {
  it('He1: 0.36, whatever the dimension', async () => {
    for (const time of await timesOf(1)) expect(Math.abs(time! - 0.36)).toBeLessThan(0.022);
  });

  it('He2: ¼ log d, slope 0.25 from 16 to 128', async () => {
    const times = await timesOf(2);
    expect((times[3]! - times[0]!) / Math.log(8)).toBeCloseTo(0.2456, 3);
  });

  it('He3: exponent 0.499 from 128 to 512, of the law ½', async () => {
    const at = [128, 256, 512];
    expect(powerLaw(at, (await timesOf(3, at)).map(Number))!.exponent).toBeCloseTo(0.4994, 3);
  });

  it('He4: 2.350, 4.553, 8.893, 17.48 and exponent 0.965, of the law 1', async () => {
    const times = (await timesOf(4)).map(Number);
    [2.35, 4.553, 8.893, 17.48].forEach((value, i) => {
      expect(Math.abs(times[i]! / value - 1)).toBeLessThan(3e-4);
    });
    expect(powerLaw(dimensions, times)!.exponent).toBeCloseTo(0.965, 3);
  });

  it('ends where the caller has cancelled', async () => {
    expect(await escapeTime(exact, problemOf(4), 128, async () => false)).toBeUndefined();
  });

  it('finds a crossing by a parabola: exact for quadratic losses', () => {
    const loss = (t: number) => 2 - t - 0.3 * t * t;
    const time = crossing([loss(0.8), loss(0.9), loss(1)], 1, 0.1, loss(0.93));
    expect(time).toBeCloseTo(0.93, 12);
    expect(crossing([2, 1], 0.1, 0.1, 1.5)).toBeCloseTo(0.05, 12);
  });
});

describe('the initial law', () => {
  it.each([3, 4, 16, 1000, 100_000])(
    'd = %i: moments of panels are those of the sphere within 1e-12',
    (d) => {
      for (const degree of [1, 2, 3, 4]) {
        const links = linksOfCoefficients([...new Array(degree).fill(0), 1]);
        const { nodes, weights, half } = escapeLaw(d, links, 5, { length: 0.5, nodes: 8 });
        const moment = (k: number) => nodes.reduce((sum, a, i) => sum + weights[i]! * a ** k, 0);
        expect(Math.abs(moment(0) - 1)).toBeLessThan(1e-13);
        expect(Math.abs(moment(2) * d - 1)).toBeLessThan(d === 4 ? 1e-3 : 1e-11);
        expect(Math.abs((moment(4) * d * (d + 2)) / 3 - 1)).toBeLessThan(d === 4 ? 1e-3 : 1e-11);
        if (!half) expect(Math.abs(moment(1))).toBeLessThan(1e-15);
        expect(nodes.every((a, i) => i === 0 || a > nodes[i - 1]!)).toBe(true);
      }
    },
  );

  it('quantiles: uniform for d = 3, normal/√d for large d, sides of one another', () => {
    const levels = [0.05, 0.25, 0.5, 0.9];
    const flat = initialQuantiles(3, levels);
    levels.forEach((level, i) => {
      expect(flat[i]!).toBeCloseTo(2 * level - 1, 12);
    });
    const wide = initialQuantiles(1_000_000, [0.05, 0.9]);
    expect(wide[0]! * 1000).toBeCloseTo(-1.6448536, 4);
    expect(wide[1]! * 1000).toBeCloseTo(1.2815516, 4);
    // The rule of Gauss has the same law.
    const { nodes, weights } = gaussLaw(9, 400);
    const [quantile] = initialQuantiles(9, [0.8]);
    let below = 0;
    nodes.forEach((a, i) => {
      if (a < quantile!) below += weights[i]!;
    });
    expect(below).toBeCloseTo(0.8, 2);
  });
});
