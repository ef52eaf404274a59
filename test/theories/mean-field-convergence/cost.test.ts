// Whether the work told beforehand is what runs do: multiply-adds, activations and eigenproblems counted at the core's border.
import { describe, expect, test } from 'vitest';
import type { CoreExports } from '../../../bindings/core.ts';
import { createCore } from '../../../bindings/load.ts';
import { Run } from '../../../src/run.ts';
import { replicaWork } from '../../../src/theories/mean-field-convergence/cost.ts';
import { estimatedSteps } from '../../../src/theories/mean-field-convergence/expected-steps.ts';
import { meanFieldConvergence } from '../../../src/theories/mean-field-convergence/index.ts';
import { integratorOf } from '../../../src/theories/mean-field-convergence/integrate.ts';
import { eigenSize, priced } from '../../../src/theories/mean-field-convergence/work.ts';

type Counted = Record<'products' | 'singles' | 'counts' | 'values' | 'eigenvalues' | 'eigenvectors', number>;

/** What one call of a kernel counts as, by its arguments; kernels that are not here count nothing. */
const COUNTERS: Record<string, (given: readonly number[]) => Partial<Counted>> = {
  gemm: (given) => ({ products: given[2]! * given[3]! * given[4]! }),
  syrk: (given) => ({ products: (given[0]! * given[0]! * given[1]!) / 2 }),
  syrkTransposed: (given) => ({ products: (given[0]! * given[1]! * given[1]!) / 2 }),
  addProductSingle: (given) => ({ singles: given[0]! * given[1]! * given[2]! }),
  activeCounts: (given) => ({ counts: given[1]! * given[2]! * given[2]! }),
  activeCountsSingle: (given) => ({ counts: given[1]! * given[2]! * given[2]! }),
  outputSums: (given) => ({ values: given[4]! * given[5]! }),
  outputSumsSingle: (given) => ({ values: given[4]! * given[5]! }),
  activate: (given) => ({ values: given[4]! }),
  symmetricEigen: (given) =>
    given[4] ? { eigenvectors: eigenSize(given[1]!) } : { eigenvalues: eigenSize(given[1]!) },
};

/** The steps of a replica and what it asked of the core. */
async function countedRun(config: object) {
  const problem = meanFieldConvergence.check(config);
  const core = await createCore();
  const counted: Counted = { products: 0, singles: 0, counts: 0, values: 0, eigenvalues: 0, eigenvectors: 0 };
  const watched: Record<string, unknown> = { ...core.exports };
  for (const [name, counter] of Object.entries(COUNTERS)) {
    const kernel = watched[name] as (...given: number[]) => unknown;
    watched[name] = (...given: number[]) => {
      for (const [kind, count] of Object.entries(counter(given))) counted[kind as keyof Counted] += count;
      return kernel(...given);
    };
  }
  Object.defineProperty(core, 'exports', { value: watched as unknown as CoreExports });
  let turns = 0;
  const run = new Run({}, 1);
  const advance = run.advance.bind(run);
  run.advance = (work, stage) => {
    turns++;
    return advance(work, stage);
  };
  const { status } = await meanFieldConvergence.run(core, problem, 'simulation', 0, run);
  expect(status).toBe('complete');
  return { problem, counted, steps: turns - (problem.flow.records + 1) };
}

const base = {
  theory: 'mean-field-convergence',
  model: { width: 60, activation: 'relu' },
  data: { kind: 'sphere', sampleCount: 24, dimension: 40 },
  flow: { time: 40, records: 8 },
  simulation: { replicas: 1, restart: false },
};
const tests = { kind: 'single-neuron', sampleCount: 24, dimension: 10, testSamples: 30 };

describe('work told beforehand, at the steps that were taken, is what the core was asked for', () => {
  test.each<[string, object]>([
    ['euler, dual', { simulation: { ...base.simulation, form: 'dual' } }],
    ['euler, primal, test rows', { data: tests, simulation: { ...base.simulation, form: 'primal' } }],
    ['euler, single precision', { data: tests, simulation: { ...base.simulation, dtype: 'float32' } }],
    ['adaptive', { model: { ...base.model, activation: 'tanh' } }],
    [
      'adaptive, single precision',
      {
        model: { ...base.model, activation: 'tanh' },
        simulation: { ...base.simulation, dtype: 'float32' },
      },
    ],
    [
      'rk4',
      {
        model: { ...base.model, activation: 'tanh' },
        flow: { ...base.flow, integrator: { kind: 'rk4', theta: 0.5 } },
      },
    ],
    ['exp1', { flow: { ...base.flow, integrator: { kind: 'exp1', step: 1 } } }],
    [
      'exp2',
      {
        model: { ...base.model, activation: 'softplus' },
        flow: { ...base.flow, integrator: { kind: 'exp2', step: 1 } },
      },
    ],
    [
      'over a frozen layer',
      {
        data: tests,
        model: { ...base.model, frozenLayers: [{ width: 50, activation: 'erf' }] },
      },
    ],
  ])('%s: each kind within 15 per cent, refused attempts aside', async (_name, change) => {
    const { problem, counted, steps } = await countedRun({ ...base, ...change });
    const told = replicaWork(problem, steps, 0);
    const whole = priced(told, problem);
    const share = integratorOf(problem) === 'adaptive' ? 0.25 : 0.15;
    for (const [kind, count] of Object.entries(counted)) {
      const gap = Math.abs((told[kind as keyof Counted] ?? 0) - count);
      // The first record counts active neurons where later ones take a product: next to nothing.
      const little = priced({ [kind]: gap }, problem) < 0.02 * whole;
      expect([kind, little || gap <= share * count ? 'as told' : { told, count }]).toEqual([kind, 'as told']);
    }
  });
});

describe('steps told beforehand', () => {
  test.each<[string, object]>([
    ['relu', {}],
    [
      'tanh by Euler',
      { model: { ...base.model, activation: 'tanh' }, flow: { ...base.flow, integrator: 'euler' } },
    ],
    [
      'sigmoid by RK4',
      {
        model: { ...base.model, activation: 'sigmoid' },
        flow: { time: 4000, records: 8, integrator: 'rk4' },
      },
    ],
    ['a spike', { data: { kind: 'spiked', sampleCount: 60, dimension: 20, strength: 20, testSamples: 0 } }],
    [
      'rows with a common mean',
      {
        data: {
          kind: 'rows',
          features: Array.from({ length: 30 }, (_, a) =>
            Array.from({ length: 5 }, (_, j) => 2 + ((7 * a + 3 * j) % 11) / 11),
          ),
          labels: Array.from({ length: 30 }, (_, a) => (a % 2 === 0 ? 1 : -1)),
        },
      },
    ],
    [
      'a frozen layer of erf',
      { data: tests, model: { ...base.model, frozenLayers: [{ width: 200, activation: 'erf' }] } },
    ],
    [
      'a frozen layer of relu',
      { data: tests, model: { ...base.model, frozenLayers: [{ width: 200, activation: 'relu' }] } },
    ],
  ])('%s: within a third of those taken', async (_name, change) => {
    const { problem, steps } = await countedRun({ ...base, flow: { time: 200, records: 2 }, ...change });
    const share = estimatedSteps(problem) / steps;
    expect(share).toBeGreaterThan(3 / 4);
    expect(share).toBeLessThan(4 / 3);
  });

  test('features that are 0 everywhere take a number of steps too', () => {
    const zero = { width: 10, activation: { kind: 'sin', frequency: 0 } };
    const model = { ...base.model, frozenLayers: [zero] };
    expect(estimatedSteps(meanFieldConvergence.check({ ...base, model }))).toBe(base.flow.records);
  });

  test('a tolerance below rounding asks for no more steps than rounding does', () => {
    const told = (tolerance: number) => {
      const model = { ...base.model, activation: 'tanh' };
      const flow = { time: 400, records: 20, integrator: { kind: 'adaptive', tolerance } };
      return estimatedSteps(meanFieldConvergence.check({ ...base, model, flow }));
    };
    expect(told(1e-320)).toBe(told(1e-14));
    expect(told(1e-12)).toBeLessThan(told(1e-14));
  });

  test('adaptive ones: within a factor of two, for tolerances of 1e-4 and 1e-8, scales of 1 and 20', async () => {
    for (const tolerance of [1e-4, 1e-8]) {
      for (const scale of [1, 20]) {
        const { problem, steps } = await countedRun({
          ...base,
          model: { width: 200, activation: 'tanh', scaling: { kind: 'free', scale } },
          flow: { time: 400, records: 20, integrator: { kind: 'adaptive', tolerance } },
        });
        const share = estimatedSteps(problem) / steps;
        expect(share).toBeGreaterThan(0.5);
        expect(share).toBeLessThan(2);
      }
    }
  });
});
