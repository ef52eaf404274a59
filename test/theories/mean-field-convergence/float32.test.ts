// Trajectories in single precision (simulation.dtype) beside those in double precision.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Core } from '../../../bindings/core.ts';
import { createCore } from '../../../bindings/load.ts';
import { createStream } from '../../../src/numerics/random.ts';
import { Run } from '../../../src/run.ts';
import { display } from '../../../src/theories/mean-field-convergence/display.ts';
import { Flow } from '../../../src/theories/mean-field-convergence/flow.ts';
import { meanFieldConvergence as theory } from '../../../src/theories/mean-field-convergence/index.ts';
import { Integrator, type StepRule } from '../../../src/theories/mean-field-convergence/integrate.ts';
import { type Dtype, stateBlock } from '../../../src/theories/mean-field-convergence/state.ts';
import { checked, exact } from '../../cores.ts';
import { type ConfigError, type Solution, simulate } from '../../library.ts';
import { activationOf, type Explicit, explicitEnsemble } from './golden.ts';

const example = JSON.parse(
  readFileSync(new URL('../../../examples/mean-field-convergence.json', import.meta.url), 'utf8'),
);
const sphere = (activation: string, scale: number) => ({
  theory: 'mean-field-convergence',
  model: { width: 300, activation, scaling: { kind: 'free', scale } },
  data: { kind: 'sphere', sampleCount: 10, dimension: 20 },
  flow: { time: 6000, records: 60 },
});

/** The same configuration in both precisions, one replica in the dual form. */
async function both(
  config: Record<string, unknown> & { simulation?: object },
): Promise<Record<Dtype, Solution>> {
  const run = (dtype: Dtype) =>
    simulate({
      ...config,
      simulation: { restart: false, ...config.simulation, replicas: 1, form: 'dual', dtype },
    });
  return { float64: await run('float64'), float32: await run('float32') };
}

/** Largest difference of a curve, as a share of its largest value. */
function gap({ float64, float32 }: Record<Dtype, Solution>, name: string): number {
  const [wide, narrow] = [float64.observables[name]!.values, float32.observables[name]!.values];
  let [most, size] = [0, 0];
  wide.forEach((value, k) => {
    most = Math.max(most, Math.abs(value - narrow[k]!));
    size = Math.max(size, Math.abs(value));
  });
  return most / size;
}

const shares = ({ observables }: Solution): Float64Array =>
  observables.trainError!.values.map((value, _, all) => value / all[0]!);

function network(name: string, m = 40): Explicit {
  const draw = createStream('single', name);
  const rows = (count: number, length: number, scale: number) =>
    Array.from({ length: count }, () => Array.from(draw.normal(length), (x) => scale * x));
  const half = rows(m / 2, 9, 1);
  return {
    activation: activationOf(name),
    U: rows(6, 9, 1 / 3),
    Z: [...half, ...half],
    y: Array.from(draw.normal(6)),
    eps: Array.from({ length: m }, (_, i) => (i < m / 2 ? 1 : -1)),
    alpha: 1.5,
  };
}

/** Pre-activations, A and residuals after 20 steps. */
function trained(core: Core, explicit: Explicit, rule: StepRule, dtype: Dtype): Record<string, number[]> {
  return core.within((scope) => {
    const ensemble = explicitEnsemble(core, scope, explicit, 'dual');
    const H = stateBlock(scope, dtype, ensemble.H.length).set(ensemble.H.view);
    const flow = new Flow(core, scope, { ...ensemble, dtype, H });
    const integrator = new Integrator(flow, scope, rule);
    let loss = flow.evaluate();
    for (let k = 0; k < 20; k++) loss = integrator.step(loss, 0.4).loss;
    return { H: [...flow.H.view], A: [...flow.displacements!.view], zeta: [...flow.residual.view] };
  });
}

describe('trajectories in single precision', () => {
  const rules: [string, StepRule][] = [
    ['relu', { name: 'euler', step: 0.4 }],
    ['leaky-relu', { name: 'exp1', step: 0.4 }],
    ['tanh', { name: 'rk4', step: 0.4 }],
    ['softplus', { name: 'exp2', step: 0.4 }],
    ['erf', { name: 'adaptive', tolerance: 1e-4 }],
  ];

  it.each(rules)(
    '%s: 20 steps of %o within 2e-6 of double precision, the same bits on both cores',
    (name, rule) => {
      const explicit = network(name);
      const narrow = trained(exact, explicit, rule, 'float32');
      expect(trained(checked, explicit, rule, 'float32')).toEqual(narrow);
      const wide = trained(exact, explicit, rule, 'float64');
      for (const key of ['H', 'A', 'zeta']) {
        narrow[key]!.forEach((value, k) => {
          expect(Math.abs(value - wide[key]![k]!), `${key} ${k}`).toBeLessThan(2e-6);
        });
      }
      expect(narrow.H!.every((h) => h === Math.fround(h))).toBe(true);
      expect(narrow.zeta!.some((zeta) => zeta !== Math.fround(zeta))).toBe(true);
    },
  );

  it('the XOR example: errors, movements and the rate within 1e-5 of double precision, kernels of relu within 2e-3', async () => {
    const solutions = await both({ ...example, flow: { ...example.flow, records: 8 } });
    for (const name of [
      'trainError',
      'testError',
      'preactivationMovement',
      'weightMovement',
      'featureLabelAlignment',
      'measuredRate',
    ]) {
      expect(gap(solutions, name), name).toBeLessThan(1e-5);
    }
    for (const name of ['rateFloor', 'slopeFloor', 'kernelMovement', 'kernelLabelAlignment'])
      expect(gap(solutions, name), name).toBeLessThan(2e-3);
    expect(solutions.float32.diagnostics.warnings).toEqual([]);
  });

  it('a floor as high as the first loss is refused, at scale 4.3e6 for inputs and labels of size 1; at 4.1e6 losses are off by 11 % of the first', async () => {
    const config = (scale: number) => ({
      ...sphere('relu', scale),
      model: { width: 1000, activation: 'relu', scaling: { kind: 'free', scale } },
      data: { kind: 'sphere', sampleCount: 20, dimension: 40 },
      flow: { time: 100, records: 5 },
      seed: 'a',
    });
    const solutions = await both(config(4.1e6));
    expect(gap(solutions, 'trainError')).toBeGreaterThan(0.05);
    expect(gap(solutions, 'trainError')).toBeLessThan(0.12);
    const codes = solutions.float32.diagnostics.warnings.map(({ code }) => code);
    expect(codes).toContain('single-precision-floor');
    const refused = { name: 'SolveError', status: 'refused', remedy: expect.stringMatching(/"float64"/) };
    for (const scale of [4.3e6, 1e9]) {
      await expect(both(config(scale))).rejects.toMatchObject(refused);
    }
    const small = { ...config(1), data: { ...config(1).data, labels: { kind: 'signs', scale: 1e-9 } } };
    await expect(both(small)).rejects.toMatchObject(refused);
    const features = [
      [1, 0, 2],
      [0, 1, 1],
    ];
    const zero = { ...config(1), data: { kind: 'rows', features, labels: [0, 0] } };
    const message = expect.stringMatching(
      /^all labels are 0.* there is nothing to learn\. Give other labels/,
    );
    await expect(both(zero)).rejects.toMatchObject({ name: 'SolveError', status: 'refused', message });
    const tall = { ...config(1e9), data: { ...config(1).data, labels: { kind: 'signs', scale: 1e6 } } };
    expect((await both(tall)).float32.status).toBe('complete');
  });

  it.each([
    ['softplus', 1, 1e-11],
    ['softplus', 40, 1e-10],
    ['relu', 1, 1e-11],
    ['relu', 40, 1e-9],
  ] as const)(
    '%s at scale %d: L/L(0) within 1 % of double precision down to %d; below lies a floor, which a warning names with a stopAt that avoids it',
    async (activation, scale, least) => {
      const { float64, float32 } = await both(sphere(activation, scale));
      const [wide, narrow] = [shares(float64), shares(float32)];
      expect(wide.at(-1)).toBeLessThan(1e-16);
      wide.forEach((share, k) => {
        if (share > least) expect(Math.abs(narrow[k]! / share - 1), `${k} ${share}`).toBeLessThan(0.01);
      });
      const code = 'single-precision-floor';
      const warning = float32.diagnostics.warnings.find((one) => one.code === code);
      const remedy = /at t = \d.*Set flow\.stopAt to (\de-\d+), or simulation\.dtype to "float64"/;
      const [, stopAt] = remedy.exec(warning!.message)!;
      expect(float64.diagnostics.warnings).toEqual([]);
      expect(narrow.at(-1)).toBeGreaterThan(1e-19);
      const config = sphere(activation, scale);
      const stopped = await both({ ...config, flow: { ...config.flow, stopAt: Number(stopAt) } });
      expect(stopped.float32.diagnostics.warnings).toEqual([]);
      expect(Math.abs(shares(stopped.float32).at(-1)! / shares(stopped.float64).at(-1)! - 1)).toBeLessThan(
        0.02,
      );
    },
    30_000,
  );

  it('certificates fire at the same times to 1e-4, and their bound holds above the floor', async () => {
    const config = {
      ...sphere('softplus', 1),
      flow: { time: 800, records: 8 },
      simulation: { restart: true },
    };
    const solutions = await both(config);
    expect(gap(solutions, 'restartTime')).toBeLessThan(1e-4);
    const { trainError, restartBound } = solutions.float32.observables;
    trainError!.values.forEach((error, k) => {
      expect(error).toBeLessThanOrEqual(restartBound!.values[k]! * (1 + 1e-9));
    });
  });
});

describe('simulation.dtype', () => {
  it('is echoed in the problem and the diagnostics, and named below figures', async () => {
    const { float32 } = await both({ ...sphere('relu', 1), flow: { time: 5, records: 1 } });
    expect(float32.diagnostics).toMatchObject({ dtype: 'float32', form: 'dual' });
    expect(float32.problem).toMatchObject({ simulation: { dtype: 'float32' } });
    expect(display.settings(theory.check(float32.problem))).toContain('float32 trajectories');
  });

  it('auto takes the dual form in single precision, and the primal form is refused with the remedy', () => {
    const config = { ...sphere('relu', 1), data: { kind: 'sphere', sampleCount: 100, dimension: 5 } };
    const form = (simulation: object) =>
      theory.plan(theory.check({ ...config, simulation }), 'simulation').choices.form;
    expect(form({})).toBe('primal');
    expect(form({ dtype: 'float32' })).toBe('dual');
    let message = '';
    try {
      theory.check({ ...config, simulation: { form: 'primal', dtype: 'float32' } });
    } catch (error) {
      message = (error as ConfigError).message;
    }
    expect(message).toMatch(
      /simulation\.dtype: received "float32" with form "primal".*form "auto" or "dual"/,
    );
  });

  it.each(['relu', 'softplus'])('%s: a wide replica takes 0.45 to 0.58 of the bytes', (name) => {
    const bytes = (dtype: Dtype) => {
      const config = sphere(name, 1);
      const problem = theory.check({
        ...config,
        model: { ...config.model, width: 20_000 },
        data: { kind: 'sphere', sampleCount: 200, dimension: 20 },
        simulation: { form: 'dual', dtype },
      });
      return theory.plan(problem, 'simulation').bytes;
    };
    expect(bytes('float32') / bytes('float64')).toBeGreaterThan(0.45);
    expect(bytes('float32') / bytes('float64')).toBeLessThan(0.58);
  });

  it('predictions stay in double precision', async () => {
    const run = async (dtype: Dtype) => {
      const problem = theory.check({ ...sphere('relu', 1), simulation: { form: 'dual', dtype } });
      return theory.run(await createCore(), problem, 'prediction', 0, new Run({}, 1));
    };
    expect(await run('float32')).toEqual(await run('float64'));
  });
});
