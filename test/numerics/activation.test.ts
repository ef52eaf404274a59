import { describe, expect, it } from 'vitest';
import { Activation } from '../../assembly/abi.ts';
import {
  type ActivationName,
  type ActivationSpec,
  activate,
  activations,
  resolveActivation,
} from '../../src/numerics/activation.ts';

describe('resolveActivation', () => {
  it.each(Object.keys(activations) as ActivationName[])(
    '%s: by name, and as an object without parameter',
    (name) => {
      const { kind, defaultParameter: parameter, smooth } = activations[name];
      expect(resolveActivation(name)).toEqual({ name, kind, parameter, smooth });
      expect(resolveActivation({ kind: name } as ActivationSpec)).toEqual({ name, kind, parameter, smooth });
    },
  );

  it('takes the parameter under its name', () => {
    expect(resolveActivation({ kind: 'leaky-relu', slope: 0.2 }).parameter).toBe(0.2);
    expect(resolveActivation({ kind: 'softplus', sharpness: 5 }).parameter).toBe(5);
    expect(resolveActivation({ kind: 'hermite', degree: 3 })).toEqual({
      name: 'hermite',
      kind: Activation.Hermite,
      parameter: 3,
      smooth: true,
    });
    expect(resolveActivation({ kind: 'sin', frequency: -2 }).parameter).toBe(-2);
  });

  it('refuses other names, other parameters and values out of range', () => {
    const bad = (spec: unknown) => () => resolveActivation(spec as ActivationSpec);
    expect(bad('tahn')).toThrow('activation must be one of identity, relu,');
    expect(bad('tahn')).toThrow('received tahn.');
    expect(bad('toString')).toThrow(RangeError);
    expect(bad(null)).toThrow('received null.');
    expect(bad({ kind: 'tanh', slope: 1 })).toThrow(
      'slope is no parameter of activation tanh: it has none; received 1.',
    );
    expect(bad({ kind: 'softplus', beta: 1 })).toThrow(
      'beta is no parameter of activation softplus: its parameter is sharpness; received 1.',
    );
    expect(bad({ kind: 'softplus', sharpness: 0 })).toThrow(
      'sharpness of activation softplus must be a finite number greater than 0; received 0.',
    );
    expect(bad({ kind: 'hermite', degree: 2.5 })).toThrow(
      'degree of activation hermite must be an integer from 0 to 1000; received 2.5.',
    );
    expect(bad({ kind: 'sin', frequency: NaN })).toThrow(RangeError);
  });
});

describe('activate', () => {
  it('gives the rows that the order asks for', () => {
    expect(activate('quadratic', [1, -3])).toEqual({ value: Float64Array.of(1, 9) });
    expect(activate('quadratic', [1, -3], { order: 1 })).toEqual({
      value: Float64Array.of(1, 9),
      first: Float64Array.of(2, -6),
    });
    expect(activate('quadratic', [1, -3], { order: 2 }).second).toEqual(Float64Array.of(2, 2));
    expect(activate({ kind: 'leaky-relu', slope: 0.5 }, [-2, 2]).value).toEqual(Float64Array.of(-1, 2));
    expect(activate('tanh', []).value).toEqual(new Float64Array(0));
  });

  it('refuses what has no answer, by place', () => {
    expect(() => activate('tanh', [0, NaN])).toThrow(
      'x[1] of activation tanh must be a number other than NaN; received NaN.',
    );
    expect(() => activate('sin', [Infinity])).toThrow(
      'x[0] of activation sin must be a number with finite frequency · x; received Infinity.',
    );
    expect(() => activate('tanh', [0], { order: 3 as 2 })).toThrow('order must be 0, 1 or 2; received 3.');
  });
});
