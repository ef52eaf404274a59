import { describe, expect, it } from 'vitest';
import { createCore } from '../../../bindings/load.ts';
import type { Solution } from '../../../src/index.ts';
import { buildEnsemble } from '../../../src/theories/mean-field-convergence/ensemble.ts';
import { Flow } from '../../../src/theories/mean-field-convergence/flow.ts';
import { outputRounding } from '../../../src/theories/mean-field-convergence/gauge.ts';
import { meanFieldConvergence as theory } from '../../../src/theories/mean-field-convergence/index.ts';
import { Integrator, safeStep } from '../../../src/theories/mean-field-convergence/integrate.ts';
import { spectrumOf } from '../../../src/theories/mean-field-convergence/kernel-matrix.ts';
import { addScaled, doublesOf } from '../../../src/theories/mean-field-convergence/state.ts';
import { compare, predict, resultHash, simulate } from '../../library.ts';

const base = { theory: 'mean-field-convergence', simulation: { replicas: 1, restart: false } };
const curve = (solution: Solution, name: string) => solution.observables[name]!.values;
const value = (solution: Solution, name: string) => solution.observables[name]?.values[0];
const last = (solution: Solution, name: string) => curve(solution, name).at(-1)!;

/** max over records before the end of training of log(L/L0) + r t. */
function violation(simulation: Solution, rate: number, stopAt: number): number {
  const losses = curve(simulation, 'trainError');
  let most = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < losses.length && losses[k]! > stopAt * losses[0]!; k++)
    most = Math.max(most, Math.log(losses[k]! / losses[0]!) + rate * simulation.times[k]!);
  return most;
}

describe('certificates hold on trained networks', () => {
  // Activation, alpha, n, d: the rows of the table of an independent implementation; width 1000, Gaussian labels.
  const rows = [
    ['identity', 1, 8, 32],
    [{ kind: 'leaky-relu', slope: 0.1 }, 1, 8, 32],
    ['softplus', 141, 8, 32],
    ['relu', 45.7, 8, 32],
    ['relu', 114, 8, 32],
    ['tanh', 150, 8, 32],
    ['erf', 190, 8, 32],
    ['relu', 90, 16, 64],
    ['tanh', 1880, 16, 16],
    ['tanh', 7220, 16, 8],
  ] as const;

  it.each(rows)(
    '%o at scale %d, %d samples in %d dimensions: violated by at most 1e-9, below the measured rate',
    async (activation, scale, n, d) => {
      const stopAt = 1e-8;
      const { prediction, simulation } = await compare({
        ...base,
        model: { width: 1000, activation, scaling: { kind: 'free', scale } },
        data: { kind: 'sphere', sampleCount: n, dimension: d, labels: 'gaussian' },
        flow: { time: 800, records: 100, stopAt },
        seed: 'table',
      });
      const rate = value(prediction, 'certifiedRate')!;
      expect(rate).toBeGreaterThan(0);
      expect(violation(simulation, rate, stopAt)).toBeLessThan(1e-9);
      expect(rate).toBeLessThanOrEqual(value(prediction, 'rateCeiling')! * (1 + 1e-12));
      const measured = value(simulation, 'measuredRate')!;
      expect(measured).toBeGreaterThan(rate);
      const floor = Math.min(...curve(simulation, 'rateFloor'));
      expect(measured).toBeGreaterThan(0.98 * floor);
      expect(measured).toBeLessThan(2 * floor);
      if (d < n) expect(value(prediction, 'smallestGramEigenvalue')).toBe(0);
    },
  );

  it('the threshold is where certificates begin: nothing at 0.98 of it, something at 1.02', async () => {
    const config = (scale: number) => ({
      ...base,
      model: { width: 1000, activation: 'softplus', scaling: { kind: 'free', scale } },
      data: { kind: 'sphere', sampleCount: 8, dimension: 32, labels: 'gaussian' },
      flow: { time: 1, records: 1 },
    });
    const threshold = value(await predict(config(10)), 'thresholdScale')!;
    expect(value(await predict(config(0.98 * threshold)), 'certifiedRate')).toBe(0);
    expect(value(await predict(config(1.02 * threshold)), 'certifiedRate')).toBeGreaterThan(0);
  });

  it('in mean-field scaling certificates fire on the way, at 5e-5 to 3e-2 of the first loss, and hold from there', async () => {
    for (const [activation, labels] of [
      ['relu', { kind: 'gaussian' }],
      ['softplus', { kind: 'gaussian' }],
      ['tanh', { kind: 'signs', scale: 0.5 }],
    ] as const) {
      const simulation = await simulate({
        ...base,
        model: { width: 500, activation },
        data: { kind: 'sphere', sampleCount: 8, dimension: 32, labels },
        flow: { time: 600, records: 60, stopAt: 1e-8 },
        simulation: { replicas: 1 },
      });
      const share = value(simulation, 'restartShare')!;
      expect(share).toBeGreaterThan(5e-5);
      expect(share).toBeLessThan(3e-2);
      const [bound, losses] = [curve(simulation, 'restartBound'), curve(simulation, 'trainError')];
      for (const [k, loss] of losses.entries()) expect(loss).toBeLessThanOrEqual(bound[k]! * (1 + 1e-9));
      expect(value(simulation, 'restartRate')).toBeLessThan(value(simulation, 'measuredRate')!);
    }
  });

  it('the a-posteriori bound holds for softplus, and for relu with averaged slopes to 10 % in the exponent', async () => {
    for (const activation of ['softplus', 'relu'] as const) {
      const simulation = await simulate({
        ...base,
        model: { width: 500, activation },
        data: { kind: 'sphere', sampleCount: 12, dimension: 24 },
        flow: { time: 400, records: 200 },
      });
      const [bound, losses] = [curve(simulation, 'posteriorBound'), curve(simulation, 'trainError')];
      const slack = activation === 'relu' ? 0.9 : 1 - 1e-3;
      for (let k = 20; k < losses.length; k++)
        expect(Math.log(losses[k]! / losses[0]!)).toBeLessThanOrEqual(
          slack * Math.log(bound[k]! / bound[0]!),
        );
    }
  });
});

describe('kinks', () => {
  it('late in mean-field training of relu, slopes of one moment promise 10 % more than the loss does; averaged ones do not', async () => {
    const core = await createCore();
    const problem = theory.check({
      ...base,
      model: { width: 1000, activation: 'relu' },
      data: { kind: 'sphere', sampleCount: 20, dimension: 40 },
      flow: { time: 500, records: 1 },
      seed: 'kinks',
    });
    core.within((scope) => {
      const flow = new Flow(core, scope, buildEnsemble(core, scope, problem, 0));
      const n = flow.ensemble.samples;
      const step = 0.25 * safeStep(flow);
      const integrator = new Integrator(flow, scope, { name: 'euler', step });
      let loss = flow.evaluate();
      for (let time = 0; time < 500; time += step) loss = integrator.step(loss, step).loss;
      flow.tangentGram();
      const snapshot = (2 / n) * spectrumOf(core, flow.K, n).smallest;
      const near =
        doublesOf(scope, flow.H).view.reduce((count, h) => count + (Math.abs(h) < 1e-3 ? 1 : 0), 0) /
        flow.H.length;
      const average = scope.f64(flow.H.length);
      const before = loss;
      for (let k = 0; k < 200; k++) {
        addScaled(core, 1 / 200, flow.slopes, average, flow.H.length);
        loss = integrator.step(loss, step).loss;
      }
      const rate = Math.log(before / loss) / (200 * step);
      flow.tangentGram(flow.K, average);
      const averaged = (2 / n) * spectrumOf(core, flow.K, n).smallest;
      expect(near).toBeGreaterThan(0.02);
      expect(snapshot).toBeGreaterThan(1.1 * rate);
      expect(averaged).toBeLessThan(1.01 * rate);
      expect(averaged).toBeGreaterThan(0.8 * rate);
    });
  });
});

describe('experiments', () => {
  it('E1: relu on a sphere converges for d = 2n at rate 0.01 to 0.03, and stalls for d = n/10', async () => {
    const config = (dimension: number) => ({
      ...base,
      model: { width: 1000, activation: 'relu' },
      data: { kind: 'sphere', sampleCount: 20, dimension },
      flow: { time: 1000, records: 10, stopAt: 1e-6 },
    });
    const wide = await simulate(config(40));
    expect(last(wide, 'trainError')).toBeLessThanOrEqual(1e-6);
    expect(value(wide, 'measuredRate')).toBeGreaterThan(0.012);
    expect(value(wide, 'measuredRate')).toBeLessThan(0.026);
    const narrow = await simulate(config(2));
    expect(last(narrow, 'trainError')).toBeGreaterThan(0.5);
    expect(value(narrow, 'measuredRate')).toBeUndefined();
  });

  it('E2: a frozen layer lifts d < n: a third of the loss of the shallow network or less', async () => {
    const config = (frozenLayers: unknown[]) => ({
      ...base,
      model: { width: 1000, activation: 'softplus', frozenLayers },
      data: { kind: 'sphere', sampleCount: 16, dimension: 3 },
      flow: { time: 2000, records: 10 },
    });
    const layer = { width: 400, activation: 'erf', weightVariance: 16, biasVariance: 1 };
    const { prediction, simulation } = await compare(config([layer]));
    expect(value(prediction, 'smallestGramEigenvalue')).toBeGreaterThan(1e-3);
    const shallow = await compare(config([]));
    expect(value(shallow.prediction, 'smallestGramEigenvalue')).toBe(0);
    expect(shallow.prediction.diagnostics.warnings.map(({ code }) => code)).toContain('singular-gram');
    expect(last(simulation, 'trainError')).toBeLessThan(last(shallow.simulation, 'trainError') / 3);
  });

  it('E3: XOR at n = 64: mean-field scaling has less than 0.85 of the test error of the tangent kernel, and moves ten times as far', async () => {
    const config = (scaling: string) => ({
      ...base,
      model: { width: 200, activation: 'relu', frozenLayers: [{ width: 200, activation: 'erf' }], scaling },
      data: { kind: 'xor', sampleCount: 64, dimension: 20, testSamples: 500 },
      flow: { time: 40_000, records: 4, stopAt: 1e-3, integrator: { kind: 'euler', theta: 0.8 } },
      simulation: { replicas: 3, restart: false },
    });
    const mean = await compare(config('mean-field'));
    const lazy = await simulate(config('tangent-kernel'));
    expect(last(mean.simulation, 'testError')).toBeLessThan(0.85 * last(lazy, 'testError'));
    expect(last(mean.simulation, 'testError')).toBeLessThan(0.85 * last(mean.prediction, 'testError'));
    expect(last(lazy, 'preactivationMovement')).toBeLessThan(
      0.1 * last(mean.simulation, 'preactivationMovement'),
    );
    expect(last(mean.simulation, 'featureLabelAlignment')).toBeGreaterThan(0.3);
    expect(last(lazy, 'featureLabelAlignment')).toBeLessThan(0.2);
  });

  it('E3: one relu neuron: tangent-kernel test error at least twice that of mean-field scaling', async () => {
    const config = (scaling: string) => ({
      ...base,
      model: { width: 400, activation: 'relu', frozenLayers: [{ width: 400, activation: 'relu' }], scaling },
      data: { kind: 'single-neuron', sampleCount: 100, dimension: 10, testSamples: 1000 },
      flow: { time: 40_000, records: 4, stopAt: 1e-3, integrator: { kind: 'euler', theta: 0.8 } },
      simulation: { replicas: 2, restart: false },
    });
    const [mean, lazy] = [await simulate(config('mean-field')), await simulate(config('tangent-kernel'))];
    const relative = (solution: Solution) => last(solution, 'testError') / value(solution, 'constantError')!;
    expect(relative(mean)).toBeLessThan(0.08);
    expect(relative(lazy) / relative(mean)).toBeGreaterThan(2);
  });

  it('movement: constant over width in mean-field scaling (5 %), like m^(-1/2) in tangent-kernel scaling (10 % per factor 4)', async () => {
    const movement = async (width: number, scaling: string) =>
      last(
        await simulate({
          ...base,
          model: { width, activation: 'softplus', scaling },
          data: { kind: 'sphere', sampleCount: 10, dimension: 20 },
          flow: { time: 300, records: 4 },
          simulation: { replicas: 4, restart: false },
        }),
        'preactivationMovement',
      );
    const mean = [await movement(200, 'mean-field'), await movement(800, 'mean-field')];
    expect(Math.abs(mean[0]! / mean[1]! - 1)).toBeLessThan(0.05);
    const lazy = [await movement(200, 'tangent-kernel'), await movement(800, 'tangent-kernel')];
    expect(Math.abs(lazy[0]! / lazy[1]! - 2)).toBeLessThan(0.2);
  });
});

describe('scalings and forms', () => {
  const config = (model: object, simulation: object = {}) => ({
    ...base,
    model: { width: 40, activation: 'tanh', ...model },
    data: { kind: 'sphere', sampleCount: 6, dimension: 10, labels: { kind: 'signs', scale: 0.5 } },
    flow: { time: 20, records: 5 },
    simulation: { replicas: 2, restart: false, ...simulation },
  });

  it('standard scaling is the path of tangent-kernel scaling', async () => {
    const [a, b] = [
      await simulate(config({ scaling: 'tangent-kernel' })),
      await simulate(config({ scaling: 'standard' })),
    ];
    for (const name of Object.keys(a.observables)) expect(curve(a, name)).toEqual(curve(b, name));
  });

  it('doubly-mean-field relu is the free scale 1/√d, to 1e-12', async () => {
    const [a, b] = [
      await simulate(config({ activation: 'relu', scaling: 'doubly-mean-field' })),
      await simulate(config({ activation: 'relu', scaling: { kind: 'free', scale: 1 / Math.sqrt(10) } })),
    ];
    for (const [k, error] of curve(a, 'trainError').entries())
      expect(Math.abs(error - curve(b, 'trainError')[k]!)).toBeLessThan(1e-12);
  });

  it('primal and dual form agree to 1e-11, and the cheaper one is chosen and reported', async () => {
    const [a, b] = [
      await simulate(config({}, { form: 'primal' })),
      await simulate(config({}, { form: 'dual' })),
    ];
    for (const name of Object.keys(a.observables))
      for (const [k, number] of curve(a, name).entries())
        expect(Math.abs(number - curve(b, name)[k]!)).toBeLessThan(1e-11);
    expect((await simulate(config({}))).diagnostics.form).toBe('dual');
    const tall = { ...config({}), data: { kind: 'sphere', sampleCount: 30, dimension: 4 } };
    expect((await simulate(tall)).diagnostics.form).toBe('primal');
  });

  it('infinitely many features: the law of H(0) has the covariance of the kernel, 1 within 5 % on the diagonal', async () => {
    const infinite = { frozenLayers: [{ width: null, activation: 'erf', biasVariance: 0.5 }], width: 2000 };
    const { prediction, simulation } = await compare(config(infinite));
    expect(value(simulation, 'weightMovement')).toBeUndefined();
    const finite = { frozenLayers: [{ width: 4000, activation: 'erf', biasVariance: 0.5 }], width: 2000 };
    const other = await compare(config(finite));
    expect(Math.abs(last(simulation, 'trainError') / last(other.simulation, 'trainError') - 1)).toBeLessThan(
      0.15,
    );
    expect(
      value(prediction, 'smallestGramEigenvalue')! / value(other.prediction, 'smallestGramEigenvalue')!,
    ).toBeCloseTo(1, 0);
  });

  it('few samples: simulations of width 20000 lie within 4 standard errors and 3e-3 of the mean-field limit', async () => {
    for (const activation of ['softplus', 'relu'] as const) {
      const { prediction, simulation } = await compare({
        ...base,
        model: { width: 20_000, activation },
        data: {
          kind: 'rows',
          features: [
            [1, 0.2, 0.1],
            [0.3, -1.2, 0.4],
          ],
          labels: [0.7, -0.5],
          testFeatures: [
            [0.5, 0.5, 1],
            [-1, 0.1, 0.2],
          ],
          testLabels: [0.1, 0.2],
        },
        flow: { time: 20, records: 5 },
        simulation: { replicas: 8, restart: false },
      });
      expect(prediction.diagnostics.evaluator).toBe('mean-field');
      for (const name of ['trainError', 'testError', 'rateFloor'] as const) {
        const { values, standardError } = simulation.observables[name]!;
        values.forEach((number, k) => {
          const gap = Math.abs(number - curve(prediction, name)[k]!);
          expect(gap, `${activation} ${name} ${k}`).toBeLessThan(
            4 * standardError![k]! + 3e-3 * Math.abs(number),
          );
        });
      }
    }
  });

  it('large scales follow the linearised network: training errors within 1e-3 of the initial kernel, 20 % of the infinite one', async () => {
    const lazy = { width: 1000, scaling: { kind: 'free', scale: 300 } };
    const initial = await compare({ ...config(lazy), prediction: { method: 'initial-kernel' } });
    for (const [k, error] of curve(initial.simulation, 'trainError').entries())
      expect(Math.abs(error / curve(initial.prediction, 'trainError')[k]! - 1)).toBeLessThan(1e-3);
    const infinite = await predict(config(lazy));
    expect(Math.abs(last(infinite, 'trainError') / last(initial.simulation, 'trainError') - 1)).toBeLessThan(
      0.2,
    );
  });

  it('an independent start: the initial kernel starts from the outputs that the network has', async () => {
    const { prediction, simulation } = await compare(
      config({ initialization: 'independent', scaling: 'tangent-kernel' }),
    );
    expect(prediction.diagnostics.evaluator).toBe('initial-kernel');
    expect(curve(prediction, 'trainError')[0]).toBeCloseTo(curve(simulation, 'trainError')[0]!, 12);
  });

  it('the same seed gives the same bits, another seed others', async () => {
    const hash = async (seed: string) => resultHash(await simulate({ ...config({}), seed }));
    expect(await hash('a')).toBe(await hash('a'));
    expect(await hash('a')).not.toBe(await hash('b'));
  });
});

describe('the share of wrong signs', () => {
  const config = (activation: unknown, scale: number, simulation = {}) => ({
    ...base,
    model: { width: 100, activation, scaling: { kind: 'free', scale } },
    data: { kind: 'single-neuron', sampleCount: 20, dimension: 10, testSamples: 301, link: 'sign' },
    flow: { time: 20, records: 4 },
    simulation: { ...base.simulation, ...simulation },
  });

  it.each([
    ['relu', 1, {}],
    ['tanh', 30, {}],
    ['softplus', 1000, {}],
    ['sigmoid', 0.01, {}],
    [{ kind: 'leaky-relu', slope: 0.3 }, 1, { form: 'primal' }],
    ['erf', 1, { dtype: 'float32' }],
    ['identity', 7, {}],
  ] as const)(
    '%o at scale %d: one half at the symmetric start, which has no output',
    async (activation, scale, more) => {
      const simulation = await simulate(config(activation, scale, more));
      const shares = curve(simulation, 'misclassification');
      expect(shares[0]).toBe(0.5);
      expect(shares.at(-1)).toBeLessThan(0.4);
      // Without half-counted rows the share of 301 rows is a whole number of them.
      expect((shares.at(-1)! * 301) % 1).toBeCloseTo(0, 9);
    },
  );

  it('rounding of a sum over 100 to 20000 neurons stays below its bound, by a factor of 10 and more', async () => {
    for (const [width, activation] of [
      [100, 'relu'],
      [1000, 'softplus'],
      [20_000, 'sigmoid'],
      [20_000, 'relu'],
    ] as const) {
      const problem = theory.check({
        ...config(activation, 1),
        model: { width, activation, scaling: 'mean-field' },
      });
      const core = await createCore();
      core.within((scope) => {
        const ensemble = buildEnsemble(core, scope, problem, 0);
        const outputs = new Flow(core, scope, ensemble).testOutputs(ensemble.test!);
        const rounding = outputRounding(ensemble);
        const shares = outputs.map((output, k) => Math.abs(output) / rounding[k]!);
        expect(Math.max(...shares)).toBeLessThan(0.1);
        expect(Math.max(...rounding)).toBeLessThan(width * 1e-15);
      });
    }
  });
});
