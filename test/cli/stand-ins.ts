// A library that answers at once with known numbers, and a host whose streams are texts, for tests of the command.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Host } from '../../src/cli/host.ts';
import type { FittedResult, Library } from '../../src/cli/library.ts';
import { main } from '../../src/cli/main.ts';
import { ConfigError } from '../../src/errors.ts';
import type { FitCost, FitData, Observable, RunStatus, Solution } from '../../src/index.ts';
import { resultHash } from '../../src/result-hash.ts';
import { samplesForError } from '../../src/theories/quadratic-networks/phase.ts';
import { steadyState } from '../../src/theories/quadratic-networks/steady-state.ts';
import {
  interpolationThreshold,
  recoveryThreshold,
} from '../../src/theories/quadratic-networks/thresholds.ts';

export const curve = (values: readonly number[], standardError?: readonly number[]): Observable => ({
  values: Float64Array.from(values),
  shape: [values.length],
  unit: 'label²',
  axes: ['step'],
  description: 'a curve',
  ...(standardError && { standardError: Float64Array.from(standardError) }),
});

export function solutionOf(
  kind: Solution['kind'],
  problem: Readonly<Record<string, unknown>>,
  status: RunStatus = 'complete',
  shift = 0,
): Solution {
  const steps = Array.from({ length: status === 'complete' ? 21 : 8 }, (_, t) => t);
  const errors = kind === 'fit' ? undefined : steps.map(() => 0.01);
  return {
    theory: 'finite-width',
    kind,
    status,
    times: Float64Array.from(steps),
    observables: {
      trainError: curve(
        steps.map((t) => shift + 1 / (1 + t)),
        errors,
      ),
      testError: curve(
        steps.map((t) => shift + 1.2 / (1 + t) + 0.3),
        errors,
      ),
    },
    diagnostics: { warnings: [], runs: 8 },
    problem,
  };
}

const cost: FitCost = {
  gradientDescent: 1e6,
  estimator: 2e7,
  crossValidation: 1e7,
  flops: 2.2e7,
  bytes: 1e6,
  seconds: 0.1,
  kind: 'tangent',
  form: 'primal',
};

export interface Calls {
  readonly configs: unknown[];
  readonly data: (FitData | undefined)[];
}

/** `changes` replace single functions; calls are recorded. */
export function fakeLibrary(changes: Partial<Library> = {}): Library & Calls {
  const configs: unknown[] = [];
  const data: (FitData | undefined)[] = [];
  const problemOf = (config: unknown): Readonly<Record<string, unknown>> => {
    configs.push(config);
    const { theory } = config as { theory?: unknown };
    if (theory === 'finite-width') return config as Record<string, unknown>;
    throw new ConfigError([{ path: 'theory', received: 'nothing', expected: '"finite-width"', remedy: '' }]);
  };
  const runs = { runs: 8, bytes: 2e6, multiplyAdds: 1e9, seconds: 1, choices: {} };
  return {
    configs,
    data,
    predict: async (config) => solutionOf('prediction', problemOf(config)),
    simulate: async (config) => solutionOf('simulation', problemOf(config), 'complete', 0.001),
    compare: async (config) => {
      const prediction = solutionOf('prediction', problemOf(config));
      const simulation = solutionOf('simulation', prediction.problem, 'complete', 0.001);
      return {
        prediction,
        simulation,
        residual: { trainError: curve(new Array(21).fill(0.001), new Array(21).fill(0.01)) },
      };
    },
    fit: async (rows, config, options) => {
      data.push(rows);
      options?.onCost?.(cost);
      const checked = problemOf(config);
      const inline = (checked.data as { features?: unknown } | undefined)?.features !== undefined;
      const problem = inline
        ? checked
        : { ...checked, data: { standardize: true, rows: 3, columns: 2, grouped: false } };
      const solution = solutionOf('fit', problem);
      const { trainError } = solution.observables;
      const observables = {
        trainError,
        estimatedTestError: curve(Array.from(trainError.values, (value, t) => value + 0.01 * t)),
        estimatedTestErrorLower: curve(Array.from(trainError.values, (value) => value / 2)),
        estimatedTestErrorUpper: curve(Array.from(trainError.values, (value) => value * 2)),
        ...(options?.test && { testError: curve(Array.from(trainError.values, (value) => value + 0.1)) }),
      };
      const stopping = {
        step: 9,
        estimatedTestError: 0.19,
        standardError: 0.01,
        interval: [0.15, 0.25] as const,
        rule: 'minimum' as const,
        estimator: 'tangent' as const,
      };
      const warnings = [{ code: 'few-rows', message: 'There are few rows.' }];
      const result: FittedResult = {
        solution: { ...solution, observables, diagnostics: { warnings } },
        stopping,
        warnings,
        cost,
        model: { toJSON: () => ({ format: 'foretrain-model' }) },
      };
      return result;
    },
    width: async (config, { tolerance, horizon = 20, check }) => {
      const prediction = solutionOf('prediction', problemOf(config));
      const width = Math.ceil(0.9 / tolerance / tolerance);
      return {
        status: 'complete',
        width,
        scaledGap: 0.9,
        time: 0,
        guaranteed: 100 * width,
        tolerance,
        horizon,
        noiseFloor: 1e-7,
        warnings: [],
        prediction: {
          ...prediction,
          observables: {
            scaledGap: curve(Array.from(prediction.times, (t) => 0.9 / (1 + t))),
            scaledNoise: curve(Array.from(prediction.times, () => 0.9)),
            envelope: curve(Array.from(prediction.times, (t) => 1 + t)),
          },
        },
        ...(check !== false && {
          check: {
            width,
            replicas: check as number,
            gap: tolerance,
            time: 0,
            standardError: 0.001,
            holds: true,
          },
        }),
      };
    },
    tune: () => Promise.reject(new Error('no tuning here')),
    certify: () => Promise.reject(new Error('no certificates here')),
    dimensionStudy: () => Promise.reject(new Error('no studies here')),
    sampleStudy: () => Promise.reject(new Error('no studies here')),
    steadyState,
    samplesForError,
    interpolationThreshold,
    recoveryThreshold,
    estimateCost: (config) => {
      problemOf(config);
      return { prediction: runs, simulation: runs };
    },
    fitCost: () => cost,
    tuneCost: () => ({ configurations: 3, flops: 3 * cost.flops, seconds: 0.3, bytes: cost.bytes }),
    configSchema: (theory) => ({ title: theory }),
    coreHash: async () => 'c'.repeat(64),
    resultHash,
    ...changes,
  };
}

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A folder of its own for one test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'foretrain-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs the command as the shell would: words separated by spaces. */
export async function command(
  line: string,
  cwd: string,
  library: Library = fakeLibrary(),
  host: Partial<Host> = {},
): Promise<Outcome> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main(line.split(' ').filter(Boolean), {
    library,
    version: '0.1.0',
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    cwd,
    signal: new AbortController().signal,
    parallelism: 2,
    now: () => new Date(),
    runtime: { node: '20' },
    ...host,
  });
  return { code, out: out.join(''), err: err.join('') };
}
