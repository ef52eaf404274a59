// Predictions against simulations over all settings of docs/accuracy.md at their larger size. About three minutes.
import { describe, expect, it } from 'vitest';
// @ts-expect-error plain JavaScript, shared with the table of docs/accuracy.md
import { configOf, deviations, settings } from '../../bench/finite-width-settings.js';
import { compare } from '../../src/index.ts';

describe('predictions meet simulations at four times the smaller size', () => {
  it.each(settings as [string][])(
    'setting %s: no step of the training or the test error beyond 4.5 standard errors',
    async (...setting) => {
      const replicas = 24;
      const result = await compare(configOf(setting, 4, replicas));
      expect(deviations(result, 'trainError', replicas).score).toBeLessThan(4.5);
      expect(deviations(result, 'testError', replicas).score).toBeLessThan(4.5);
    },
  );
});
