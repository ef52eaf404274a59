// Lines below a comparison, from differences that are known beforehand.
import { expect, test } from 'vitest';
import { verdict } from '../../src/cli/verdict.ts';
import type { Observable, RunStatus, Solution } from '../../src/index.ts';
import { curve } from './stand-ins.ts';

const WORDS = { trainError: 'training error', testError: 'test error' };

interface Given {
  readonly predicted: readonly number[];
  readonly simulated: readonly number[];
  readonly error?: readonly number[];
  readonly replicas?: number;
  readonly samples?: number;
  readonly status?: RunStatus;
  readonly warning?: string;
}

function linesOf({
  predicted,
  simulated,
  error,
  replicas = 20,
  samples,
  status = 'complete',
  warning,
}: Given) {
  const warnings = warning ? [{ code: warning, message: '' }] : [];
  const solution = (kind: 'prediction' | 'simulation', trainError: Observable, runs: number): Solution => ({
    theory: 'finite-width',
    kind,
    status: kind === 'simulation' ? status : 'complete',
    times: Float64Array.from(trainError.values.keys()),
    observables: { trainError },
    diagnostics: { warnings, runs },
    problem: { prediction: { samples } },
  });
  const rows = Math.min(predicted.length, simulated.length);
  const left = Array.from({ length: rows }, (_, i) => simulated[i] - predicted[i]);
  const comparison = {
    prediction: solution('prediction', curve(predicted), 1),
    simulation: solution('simulation', curve(simulated, error), replicas),
    residual: { trainError: curve(left, error) },
  };
  return verdict(comparison, WORDS, 'step');
}

test('a difference beyond chance is one, with its place, its share and what may be behind it', () => {
  const given = { predicted: [1, 0.5, 0.168], simulated: [1, 0.45, 0.1], error: [0.1, 0.02, 0.0125] };
  expect(linesOf({ ...given, samples: 16384 })).toEqual([
    'training error: furthest apart at step 2, the end: predicted 68 % above simulated (5.4 standard errors). They differ.',
    'These sizes may be small for the theory, or 16384 samples few for its prediction (raise prediction.samples).',
  ]);
  expect(linesOf(given)[1]).toBe('These sizes may be small for the theory.');
  expect(linesOf({ ...given, warning: 'kernel-counterpart' })[1]).toMatch(
    /tangent kernel.*features that move/,
  );
});

test('what chance would do is called that: within two standard errors, or more with few replicas', () => {
  const given = { predicted: [1, 0.5, 0.25], error: [0.1, 0.02, 0.01] };
  expect(linesOf({ ...given, simulated: [1, 0.53, 0.255] })).toEqual([
    'training error: furthest apart at step 1: predicted 5.7 % below simulated (1.5 standard errors); at step 2, the end: 2 % below simulated (0.5 standard errors). They agree within two standard errors; one is 3.9 % at the end.',
  ]);
  const apart = { ...given, simulated: [1, 0.58, 0.25] };
  expect(linesOf({ ...apart, replicas: 20 })[0]).toMatch(/\(4 standard errors\).* They differ\.$/);
  expect(linesOf({ ...apart, replicas: 8 })[0]).toMatch(/ That may be chance\.$/);
  expect(linesOf({ ...apart, replicas: 3 })[0]).toMatch(
    / 3 replicas are too few to tell that from chance\.$/,
  );
  expect(linesOf({ ...apart, replicas: 8 })).toHaveLength(1);
});

test('one replica, a run cut short, values far apart and rows that rounding decides', () => {
  expect(linesOf({ predicted: [1, 0.5], simulated: [1.1, 0.4] })).toEqual([
    'training error: furthest apart at step 0: predicted 9.1 % below simulated; at step 1, the end: 25 % above simulated. Without standard errors no more can be said.',
  ]);
  const cut = { predicted: [1, 0.5, 0.2], error: [0.1, 0.1], status: 'aborted' } as const;
  expect(linesOf({ ...cut, simulated: [1, 0.6] })[0]).toContain(
    'at step 1, the last that both have: predicted',
  );
  expect(linesOf({ ...cut, simulated: [1] })).toEqual([]);
  const far = { predicted: [1, 1e-9], simulated: [1, 1e-4], error: [1e-17, 4e-5] };
  expect(linesOf(far)[0]).toContain(
    'at step 1, the end: predicted 0.00001 times the simulated (2.5 standard errors).',
  );
  const tiny = { predicted: [3e-30, 1], simulated: [1e-30, 1.5], error: [1e-32, 0.1] };
  expect(linesOf(tiny)[0]).toMatch(/apart at step 1, the end: predicted 33 % below simulated \(5 standard/);
  expect(linesOf({ ...far, predicted: [1, -1] })[0]).toMatch(/ predicted 1 below simulated /);
});
