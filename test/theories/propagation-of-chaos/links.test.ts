import { describe, expect, it } from 'vitest';
import { gaussHermite } from '../../../src/numerics/quadrature.ts';
import { exp } from '../../../src/numerics/special.ts';
import {
  derivativeOf,
  type FunctionSpec,
  hermiteSeries,
  hermiteValues,
  linksOf,
  polynomial,
} from '../../../src/theories/propagation-of-chaos/links.ts';
import { largestGap } from '../golden.ts';
import { golden } from './golden.ts';

/** c_0..c_7, by mpmath with 30 digits: quad(f h_k φ) on [-14, 14]. */
const witnesses: [string, FunctionSpec, number[]][] = [
  [
    'sigmoid',
    'sigmoid',
    [0.5, 0.20662096414190703, 0, -0.025473257907323417, 0, 0.005877060600013437, 0, -0.0017266562875681668],
  ],
  [
    'gelu',
    'gelu',
    [0.28209479177387814, 0.5, 0.2992067103010745, 0, -0.07197794780652822, 0, 0.0275967619595955, 0],
  ],
  [
    'silu',
    'silu',
    [0.20662096414190703, 0.5, 0.24808519283030006, 0, -0.03780500880513109, 0, 0.009827496520856668, 0],
  ],
  [
    'erf',
    'erf',
    [0, 0.6514700158705599, 0, -0.17730768017841453, 0, 0.07929440516234539, 0, -0.04078464116600429],
  ],
  [
    'softplus of sharpness 3',
    { kind: 'softplus', sharpness: 3 },
    [0.46469268105286654, 0.5, 0.24360798360866143, 0, -0.053273076773903506, 0, 0.022509564944629575, 0],
  ],
  [
    'sin(2z)',
    { kind: 'sin', frequency: 2 },
    [0, 0.2706705664732254, 0, -0.4420031841663186, 0, 0.3953396664268989, 0, -0.24400893961026582],
  ],
  [
    'leaky relu of slope 0.1',
    { kind: 'leaky-relu', slope: 0.1 },
    [0.3590480523612894, 0.55, 0.25388531259649033, 0, -0.07329037678543798, 0, 0.04014279261343735, 0],
  ],
  [
    'sign',
    'sign',
    [0, 0.7978845608028654, 0, -0.32573500793527993, 0, 0.2185096861184158, 0, -0.16858388283618386],
  ],
];

describe('series of activations', () => {
  it('golden: relu, bump, ge4 to degree 12, tanh to degree 9, h_k(1.3): within 1e-12', () => {
    const { relu_K12, ge4_K12, bump_K12, tanh_K9_N256, h_at_1p3_K8, tol } = golden('hermite');
    const of = (spec: FunctionSpec, degree: number) => hermiteSeries(spec, degree).coefficients;
    expect(largestGap(of('relu', 12), relu_K12)).toBeLessThan(tol);
    expect(largestGap(of({ kind: 'bump', rate: 1 }, 12), bump_K12)).toBeLessThan(tol);
    expect(largestGap(of({ kind: 'ge4' }, 12), ge4_K12)).toBeLessThan(tol);
    expect(largestGap(of('tanh', 9), tanh_K9_N256)).toBeLessThan(tol);
    expect(largestGap(hermiteValues(8, 1.3), h_at_1p3_K8)).toBeLessThan(tol);
  });

  it.each(witnesses)('%s: within 2e-15 of 30-digit values', (_, spec, values) => {
    expect(largestGap(hermiteSeries(spec, 7).coefficients, values)).toBeLessThan(2e-15);
  });

  it('bump and ge4 at degree 40: within 1e-13 of Gauss–Hermite quadrature', () => {
    const { nodes, weights } = gaussHermite(400);
    const functions: [FunctionSpec, (z: number) => number][] = [
      [{ kind: 'bump', rate: 0.3 }, (z) => exp(-0.3 * z * z)],
      [{ kind: 'ge4' }, (z) => 5 * (z * z * exp(-z * z) - Math.sqrt(3) / 9)],
    ];
    for (const [spec, f] of functions) {
      const c = new Float64Array(41);
      nodes.forEach((z, i) => {
        if (weights[i]! < 1e-60) return;
        const h = hermiteValues(40, z);
        h.forEach((value, k) => {
          c[k]! += weights[i]! * f(z) * value;
        });
      });
      expect(largestGap(hermiteSeries(spec, 40).coefficients, c)).toBeLessThan(1e-13);
    }
  });

  it('says how much is cut: shares of the mean square and of the mean square slope', () => {
    const relu = hermiteSeries('relu', 8);
    // The k-sum of the note: 0.045 of the slope's 0.5 beyond degree 8, 1.8e-3 of the square's 0.5.
    expect(relu.slopeTail! * 0.5).toBeCloseTo(0.045, 2);
    expect(relu.tail * 0.5).toBeCloseTo(1.8e-3, 4);
    expect(hermiteSeries({ kind: 'hermite', degree: 5 }, 8)).toMatchObject({
      tail: 0,
      slopeTail: 0,
      exactDegree: 5,
    });
    expect(hermiteSeries('sign', 8).slopeTail).toBeUndefined();
    // E f² and E f'² by mpmath, quad on [-10, 10].
    const squares: [FunctionSpec, number, number][] = [
      ['tanh', 0.3942944903978412, 0.4644029024482682],
      [{ kind: 'bump', rate: 1 }, 0.4472135954999579, 0.3577708763999664],
      [{ kind: 'ge4' }, 0.4157148605739479, 3.5777087639996634],
    ];
    for (const [spec, square, slope] of squares) {
      const { coefficients, tail, slopeTail } = hermiteSeries(spec, 12);
      let kept = 0;
      let keptSlope = 0;
      coefficients.forEach((c, k) => {
        kept += c * c;
        keptSlope += k * c * c;
      });
      expect(tail).toBeCloseTo(1 - kept / square, 12);
      expect(slopeTail).toBeCloseTo(1 - keptSlope / slope, 12);
    }
  });
});

describe('links', () => {
  it('knows exponents, parity and whether the target is the activation', () => {
    const he2 = linksOf({ kind: 'hermite', degree: 2 }, undefined, 2);
    expect(he2).toMatchObject({
      informationExponent: 2,
      learnedExponent: 2,
      parity: 'even',
      wellSpecified: true,
    });
    const odd = linksOf('tanh', { kind: 'hermite', degree: 3 }, 7);
    expect(odd).toMatchObject({
      informationExponent: 3,
      learnedExponent: 3,
      parity: 'odd',
      wellSpecified: false,
    });
    const hidden = linksOf(
      { kind: 'hermite', degree: 4 },
      { kind: 'hermite-series', coefficients: [0, 0, 1, 0, 1] },
      4,
    );
    expect(hidden).toMatchObject({ informationExponent: 2, learnedExponent: 4, parity: 'even' });
    expect(linksOf({ kind: 'ge4' }, undefined, 8).informationExponent).toBe(4);
    expect(linksOf('relu', undefined, 8)).toMatchObject({ informationExponent: 1, parity: 'mixed' });
    // An even activation is enough: the odd part of the target exerts no force.
    expect(linksOf('quadratic', 'relu', 4)).toMatchObject({
      informationExponent: 1,
      learnedExponent: 2,
      parity: 'even',
    });
  });

  it('Q and T are the mean products of neurons: relu untruncated in closed form within the tail', () => {
    const { Q } = linksOf('relu', undefined, 60);
    for (const s of [-0.8, -0.3, 0, 0.4, 0.7]) {
      // Q(s) = [√(1 − s²) + s(π − arccos s)]/(2π).
      const angle = Math.acos(s);
      const closed = (Math.sqrt(1 - s * s) + s * (Math.PI - angle)) / (2 * Math.PI);
      expect(Math.abs(polynomial(Q, s) - closed)).toBeLessThan(1e-7);
      expect(Math.abs(polynomial(derivativeOf(Q), s) - (Math.PI - angle) / (2 * Math.PI))).toBeLessThan(1e-5);
    }
  });
});
