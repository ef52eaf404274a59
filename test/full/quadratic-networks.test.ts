// End points of growing order against the steady state where it is exact or stable. About two minutes.
import { describe, expect, it } from 'vitest';
// @ts-expect-error plain JavaScript, shared with the tables of docs/theories/quadratic-networks.md
import { configOf, ends, limit, value } from '../../bench/quadratic-networks-settings.js';
import { predict, simulate } from '../../src/index.ts';

/** Orders and replicas: a part of what the tables rest on. */
const sizes = [
  [20, 48],
  [40, 24],
  [60, 8],
] as const;

describe('end points meet the steady state as 1/d goes to 0', () => {
  it.each((ends.goe.parameters as number[][]).slice(0, 5))(
    '(α, κ, κ*, λ, Δ) = (%d, %d, %d, %d, %d): test error and energy within 4.5 standard errors',
    async (...parameters) => {
      const optimizer = { kind: 'stationary', iterations: 4000 };
      const theory = await predict(configOf(40, parameters, 'goe', optimizer));
      const points: Record<string, unknown[]> = { testError: [], energy: [] };
      for (const [d, replicas] of sizes) {
        const config = { ...configOf(d, parameters, 'goe', optimizer), simulation: { replicas } };
        const solution = await simulate(config);
        for (const quantity in points) points[quantity]!.push([d, value(solution, quantity)]);
      }
      for (const quantity in points) {
        const { mean, error } = limit(points[quantity]);
        expect(Math.abs(mean - value(theory, quantity).mean) / error).toBeLessThan(4.5);
      }
    },
  );
});
