import { describe, expect, it } from 'vitest';
import { Law } from '../../assembly/abi.ts';
import { LAWS, type LawSpec, resolveLaw } from '../../src/numerics/laws.ts';
import { createStream } from '../../src/numerics/random.ts';

const SPECS: LawSpec[] = [
  'gaussian',
  'rademacher',
  'uniform',
  { law: 'student-t', degreesOfFreedom: 12 },
  { law: 'sparse', density: 0.25 },
  'skewed',
];

describe('laws', () => {
  it('the table names every law of the kernels once', () => {
    expect(
      Object.values(LAWS)
        .map((law) => law.kind)
        .sort(),
    ).toEqual([...Array(Law.Count).keys()]);
    expect(SPECS.map((spec) => resolveLaw(spec).kind)).toEqual([...Array(Law.Count).keys()]);
  });

  it('a name and an object with that name mean the same', () => {
    for (const name of ['gaussian', 'rademacher', 'uniform', 'skewed'] as const) {
      expect(resolveLaw({ law: name })).toEqual(resolveLaw(name));
      expect(resolveLaw(name)).toMatchObject({ name, kind: LAWS[name].kind, parameter: 0 });
    }
    expect(resolveLaw({ law: 'sparse', density: 0.25 })).toMatchObject({ parameter: 0.25, kurtosis: 4 });
    expect(resolveLaw({ law: 'student-t', degreesOfFreedom: 4 }).kurtosis).toBe(Infinity);
    expect(resolveLaw({ law: 'student-t', degreesOfFreedom: 10 }).kurtosis).toBe(4);
  });

  it.each(SPECS)(
    '%j: mean 0, variance 1 and the table’s skewness and kurtosis within 5 s.e. of 400000 draws',
    (spec) => {
      const { skewness, kurtosis } = resolveLaw(spec);
      const values = createStream('laws', JSON.stringify(spec)).variates(spec, 400_000);
      [0, 0, 1, skewness, kurtosis].forEach((truth, k) => {
        if (k === 0) return;
        let sum = 0;
        let squares = 0;
        for (const x of values) {
          sum += x ** k;
          squares += x ** (2 * k);
        }
        const mean = sum / values.length;
        const error = Math.sqrt(Math.max(0, squares / values.length - mean * mean) / values.length);
        expect(Math.abs(mean - truth), `moment ${k}`).toBeLessThanOrEqual(5 * error);
      });
    },
  );

  it('errors name the law, the parameter, what was received and what is expected', () => {
    const bad = (spec: unknown) => () => resolveLaw(spec as LawSpec);
    expect(bad('gausian')).toThrow(/law must be one of gaussian, .*; received "gausian"/);
    expect(bad('toString')).toThrow(TypeError);
    expect(bad(undefined)).toThrow(TypeError);
    expect(bad(null)).toThrow(TypeError);
    expect(bad({})).toThrow(TypeError);
    expect(bad('student-t')).toThrow(
      /degreesOfFreedom of law 'student-t' must be a number above 2.*received undefined/,
    );
    expect(bad({ law: 'student-t', degreesOfFreedom: 2 })).toThrow(RangeError);
    expect(bad({ law: 'student-t', degreesOfFreedom: Number.NaN })).toThrow(RangeError);
    expect(bad({ law: 'sparse', density: 0 })).toThrow(
      /density of law 'sparse' must be a number from 1e-9 to 1; received 0/,
    );
    expect(bad({ law: 'sparse', density: '1' })).toThrow(RangeError);
    expect(bad({ law: 'sparse', degreesOfFreedom: 5, density: 1 })).toThrow(
      /takes density; received the property degrees/,
    );
    expect(bad({ law: 'gaussian', scale: 2 })).toThrow(/takes no parameter; received the property scale/);
  });
});
