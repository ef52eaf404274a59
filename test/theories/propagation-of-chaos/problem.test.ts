import { describe, expect, it } from 'vitest';
import type { ConfigError } from '../../../src/errors.ts';
import { propagationOfChaos as theory } from '../../../src/theories/propagation-of-chaos/index.ts';
import { linksOfProblem, recordedSteps } from '../../../src/theories/propagation-of-chaos/problem.ts';

const base = {
  theory: 'propagation-of-chaos',
  model: { inputDimension: 16, activation: { kind: 'hermite', degree: 2 } },
  optimizer: { stepSize: 0.05, steps: 60 },
};

function problemsOf(change: Record<string, unknown>) {
  try {
    theory.check({ ...base, ...change });
  } catch (error) {
    return (error as ConfigError).problems;
  }
  throw new Error('no error');
}

const model = (change: Record<string, unknown>) => ({ model: { ...base.model, ...change } });

describe('a configuration of propagation of chaos', () => {
  it('has defaults for everything but dimension, activation and step', () => {
    const problem = theory.check(base);
    expect(problem).toMatchObject({
      model: { width: 256, degree: 8 },
      optimizer: { kind: 'gradient-flow' },
      prediction: {
        rule: 'escape-panels',
        panelLength: 0.5,
        panelNodes: 8,
        fluctuation: true,
        envelopes: true,
      },
      simulation: { replicas: 8, linearised: false },
      seed: 'foretrain',
    });
    expect(linksOfProblem(problem)).toMatchObject({ degree: 2, wellSpecified: true });
    expect(Object.isFrozen(problem.model)).toBe(true);
  });

  it('records 0, about 100 times, and the last step', () => {
    expect(recordedSteps(theory.check(base))).toHaveLength(61);
    const long = theory.check({ ...base, optimizer: { stepSize: 0.05, steps: 1234 } });
    expect(recordedSteps(long).slice(-2)).toEqual([1224, 1234]);
    const own = theory.check({ ...base, optimizer: { stepSize: 0.05, steps: 10, recordEvery: 4 } });
    expect(recordedSteps(own)).toEqual([0, 4, 8, 10]);
  });

  it('keeps the degree of polynomials, cuts other functions at model.degree', () => {
    const degreeOf = (change: Record<string, unknown>) =>
      linksOfProblem(theory.check({ ...base, ...change, optimizer: { stepSize: 0.01, steps: 1 } })).degree;
    expect(
      degreeOf(model({ activation: { kind: 'hermite-series', coefficients: [0, 1, 0, 0, 0.2, 0] } })),
    ).toBe(4);
    expect(degreeOf({ ...model({ activation: 'relu', degree: 5 }) })).toBe(5);
    expect(
      degreeOf({
        ...model({ degree: 12 }),
        data: { target: 'tanh' },
        model: { inputDimension: 8, activation: 'identity', degree: 12 },
      }),
    ).toBe(12);
  });

  it.each([
    ['d = 2', model({ inputDimension: 2 }), 'model.inputDimension', /≥ 3/],
    [
      'an activation of degree 0 only',
      model({ activation: { kind: 'hermite', degree: 0 } }),
      'model.activation',
      /degree 1 or more/,
    ],
    [
      'a constant target',
      { data: { target: { kind: 'hermite-series', coefficients: [2] } } },
      'data.target',
      /degree 1 or more/,
    ],
    [
      'an even activation with an odd target',
      { data: { target: { kind: 'hermite', degree: 3 } } },
      'data.target',
      /in common/,
    ],
    [
      'an odd activation with an even target',
      { ...model({ activation: 'tanh' }), data: { target: 'quadratic' } },
      'data.target',
      /in common/,
    ],
    [
      'a target on other degrees',
      {
        ...model({ activation: { kind: 'hermite', degree: 2 } }),
        data: { target: { kind: 'hermite', degree: 4 } },
      },
      'data.target',
      /in common/,
    ],
    [
      'a polynomial beyond the cut',
      { ...model({ activation: { kind: 'hermite', degree: 12 } }), data: { target: 'tanh' } },
      'model.degree',
      /at least 12/,
    ],
    [
      'ge4 cut below its first degree',
      model({ activation: 'ge4', degree: 3 }),
      'model.activation',
      /degree 1 or more/,
    ],
    [
      'a descent step past the pole',
      { optimizer: { kind: 'projected-descent', stepSize: 0.5, steps: 10 } },
      'optimizer.stepSize',
      /less than 0\.5/,
    ],
    [
      'a flow step that is unstable',
      { optimizer: { stepSize: 1.3, steps: 10 } },
      'optimizer.stepSize',
      /less than 1\.25/,
    ],
    ['no step', { optimizer: { stepSize: 0.1, steps: 0 } }, 'optimizer.steps', /≥ 1/],
    ['an overlap beyond 1', { prediction: { tracers: [0.2, 1.2] } }, 'prediction.tracers[1]', /\[-1, 1\]/],
    [
      'a dimension below 3',
      { prediction: { escapeDimensions: [16, 2.5] } },
      'prediction.escapeDimensions[1]',
      /whole number/,
    ],
    ['half a neuron', { simulation: { widths: [64, 0.5] } }, 'simulation.widths[1]', /whole number/],
    ['an unknown activation', model({ activation: 'tanhh' }), 'model.activation', /one of/],
  ] as const)('refuses %s', (_, change, path, expected) => {
    const problems = problemsOf(change);
    expect(problems).toHaveLength(1);
    expect(problems[0]!.path).toBe(path);
    expect(problems[0]!.expected).toMatch(expected);
    expect(problems[0]!.remedy.length).toBeGreaterThan(10);
  });

  it('says what parity has to do with it', () => {
    const [problem] = problemsOf({ data: { target: { kind: 'hermite', degree: 3 } } });
    expect(problem!.remedy).toMatch(/even activation cannot learn a target of the other parity/);
    const [same] = problemsOf({
      ...model({ activation: { kind: 'hermite', degree: 2 } }),
      data: { target: { kind: 'hermite', degree: 4 } },
    });
    expect(same!.remedy).not.toMatch(/parity/);
  });

  it('says that a function is a constant because it is cut', () => {
    const [problem] = problemsOf(model({ activation: 'ge4', degree: 3 }));
    expect(problem!.remedy).toMatch(/It is cut at degree 3: raise model\.degree\.$/);
  });

  it('refuses coefficients whose squares leave the numbers', () => {
    const [problem] = problemsOf(model({ activation: { kind: 'hermite-series', coefficients: [0, 1e200] } }));
    expect(problem).toMatchObject({ path: 'model.activation.coefficients[1]', received: '1e+200' });
  });

  it('writes itself down as JSON Schema', () => {
    const schema = theory.jsonSchema();
    expect(JSON.stringify(schema)).toContain('"projected-descent"');
    expect(schema.$id).toBe('https://foretrain.dev/schema/propagation-of-chaos.json');
  });
});
