import { describe, expect, it } from 'vitest';
import { type ActivationSpec, activate, resolveActivation } from '../../../src/numerics/activation.ts';
import { sobolPoints } from '../../../src/numerics/quadrature.ts';
import { normalQuantile } from '../../../src/numerics/special.ts';
import { Link, type LinkSpec } from '../../../src/theories/finite-width/link.ts';
import { TestError, unitMoment } from '../../../src/theories/finite-width/test-error.ts';
import { exact } from '../../cores.ts';

const form = (spec: ActivationSpec) => {
  const { kind, parameter } = resolveActivation(spec);
  return { kind, parameter };
};

describe('moments of links', () => {
  it.each([0.5, 1, 2, 10, 17.4533, 34.9, 100])(
    'E sin²(%d z) is (1 - exp(-2 ω² v))/2 to 1e-12',
    (frequency) => {
      for (const variance of [0.3, 1, 2]) {
        const value = new Link({ kind: 'sin', frequency }).moment(exact, variance, 2, 0);
        expect(Math.abs(value - (1 - Math.exp(-2 * frequency * frequency * variance)) / 2)).toBeLessThan(
          1e-12,
        );
      }
    },
  );

  it.each([1, 5, 10, 14, 20, 30])(
    'E h² of the normalised Hermite polynomial of degree %d is 1 to 1e-11',
    (degree) => {
      const coefficients = Array.from({ length: degree + 1 }, (_, k) => (k === degree ? 1 : 0));
      expect(
        Math.abs(new Link({ kind: 'hermite-series', coefficients }).moment(exact, 1, 2, 0) - 1),
      ).toBeLessThan(1e-11);
      expect(Math.abs(new Link({ kind: 'hermite', degree }).moment(exact, 1, 2, 0) - 1)).toBeLessThan(1e-11);
    },
  );
});

describe('moments of pairs of units', () => {
  const [A, B, C] = [1.3, 0.7, 0.5];

  it('have their closed forms for sines, squares and Hermite polynomials, to 1e-11', () => {
    for (const frequency of [1, 3, 10]) {
      const closed = Math.exp((-frequency * frequency * (A + B)) / 2) * Math.sinh(frequency * frequency * C);
      const value = unitMoment(exact, form({ kind: 'sin', frequency }), A, B, C);
      expect(Math.abs(value - closed)).toBeLessThan(1e-11);
    }
    expect(Math.abs(unitMoment(exact, form('quadratic'), A, B, C) - (A * B + 2 * C * C))).toBeLessThan(1e-11);
    for (const degree of [1, 2, 5, 9]) {
      const value = unitMoment(exact, form({ kind: 'hermite', degree }), 1, 1, 0.6);
      expect(Math.abs(value - 0.6 ** degree)).toBeLessThan(1e-11);
    }
  });

  it('of sharp and of large units converge: tanh at variance 30 and softplus of sharpness 20 to 1e-9', () => {
    // A unit with itself: a one-dimensional integral, by the midpoint rule with 2e5 points.
    const square = (spec: ActivationSpec, variance: number) => {
      const count = 200_000;
      const x = Float64Array.from({ length: count }, (_, i) => -10 + (20 * (i + 0.5)) / count);
      const { value } = activate(
        spec,
        x.map((node) => Math.sqrt(variance) * node),
      );
      return (
        x.reduce((sum, node, i) => sum + Math.exp((-node * node) / 2) * value[i]! * value[i]!, 0) *
        (20 / count / Math.sqrt(2 * Math.PI))
      );
    };
    for (const [spec, variance] of [
      ['tanh', 30],
      [{ kind: 'softplus', sharpness: 20 }, 1],
      ['gelu', 50],
      ['sigmoid', 20],
    ] as const) {
      expect(
        Math.abs(unitMoment(exact, form(spec), variance, variance, variance) - square(spec, variance)),
      ).toBeLessThan(1e-9 * (1 + variance));
    }
  });
});

describe('test errors', () => {
  const links: LinkSpec[] = [
    'identity',
    'relu',
    { kind: 'leaky-relu', slope: 0.3 },
    'tanh',
    'sigmoid',
    'erf',
    'erf-sqrt2',
    'gelu',
    'silu',
    { kind: 'softplus', sharpness: 3 },
    'quadratic',
    { kind: 'sin', frequency: 2 },
    'sign',
    { kind: 'hermite-series', coefficients: [0.3, 1, 0, 0.5] },
    { kind: 'function', evaluate: (z) => Math.abs(z) },
  ];
  const activations: ActivationSpec[] = [
    'identity',
    'relu',
    { kind: 'leaky-relu', slope: 0.3 },
    'tanh',
    'sigmoid',
    'erf',
    'erf-sqrt2',
    'gelu',
    'silu',
    { kind: 'softplus', sharpness: 3 },
    'quadratic',
    { kind: 'sin', frequency: 2 },
  ];
  const count = 1 << 16;
  const points = normalQuantile(sobolPoints(3, count, { seed: 'witness' }));
  const [s, c1, c2, q11, q12, q22] = [1.2, 0.4, -0.2, 0.9, 0.3, 0.6];
  const noise = 0.25;
  // (z, u1, u2) from the Cholesky factor of their covariance, written out.
  const l11 = Math.sqrt(s);
  const [l21, l31] = [c1 / l11, c2 / l11];
  const l22 = Math.sqrt(q11 - l21 * l21);
  const l32 = (q12 - l31 * l21) / l22;
  const l33 = Math.sqrt(q22 - l31 * l31 - l32 * l32);
  const z = Float64Array.from({ length: count }, (_, k) => l11 * points[k]!);
  const u1 = Float64Array.from({ length: count }, (_, k) => l21 * points[k]! + l22 * points[count + k]!);
  const u2 = Float64Array.from(
    { length: count },
    (_, k) => l31 * points[k]! + l32 * points[count + k]! + l33 * points[2 * count + k]!,
  );
  const overlaps = {
    signalCovariance: Float64Array.of(c1, c2),
    gram: Float64Array.of(q11, q12, q12, q22),
  };

  const linkValues = (spec: LinkSpec) =>
    exact.within((scope) => {
      const block = scope.from(z);
      new Link(spec).values(exact, block, count, block);
      return block.copy();
    });

  it('of two-layer networks agree with 65536 Sobol points to 5e-4 (4e-3 where squares or cubes give the sum heavy tails), for every link and activation', () => {
    for (const spec of links) {
      const y = linkValues(spec);
      for (const activation of activations) {
        const rule = new TestError(
          exact,
          { width: 2, activations: [form(activation)] },
          new Link(spec),
          s,
          noise,
        );
        const value = rule.evaluate({ ...overlaps, deep: Float64Array.of(0.8, -1.1, 0) });
        const [a1, a2] = [activate(activation, u1).value, activate(activation, u2).value];
        let sum = 0;
        for (let k = 0; k < count; k++) {
          const r = 0.8 * a1[k]! - 1.1 * a2[k]! - y[k]!;
          sum += r * r;
        }
        const witness = sum / count + noise;
        const name = `${JSON.stringify(spec)} with ${JSON.stringify(activation)}`;
        const heavy = activation === 'quadratic' || spec === 'quadratic' || name.includes('series');
        expect(Math.abs(value - witness) / witness, name).toBeLessThan(heavy ? 4e-3 : 5e-4);
      }
    }
  });

  it('of three-layer networks agree with 65536 Sobol points to 1e-3', () => {
    for (const spec of ['tanh', 'sign', 'relu', { kind: 'sin', frequency: 2 }] as LinkSpec[]) {
      const y = linkValues(spec);
      for (const activation of ['tanh', 'gelu', 'relu'] as const) {
        const shape = { width: 2, activations: [form(activation), form('tanh')] };
        const rule = new TestError(exact, shape, new Link(spec), s, noise);
        const deep = [0.9, -0.3, 0.2, 1.1, 0, 0, 0.7, -0.8, 0];
        const value = rule.evaluate({ ...overlaps, deep: Float64Array.from(deep) });
        const [a1, a2] = [activate(activation, u1).value, activate(activation, u2).value];
        let sum = 0;
        for (let k = 0; k < count; k++) {
          const b1 = Math.tanh(0.9 * a1[k]! + 0.2 * a2[k]!);
          const b2 = Math.tanh(-0.3 * a1[k]! + 1.1 * a2[k]!);
          const r = 0.7 * b1 - 0.8 * b2 - y[k]!;
          sum += r * r;
        }
        const witness = sum / count + noise;
        expect(Math.abs(value - witness) / witness, `${JSON.stringify(spec)} ${activation}`).toBeLessThan(
          1e-3,
        );
      }
    }
  });
});
