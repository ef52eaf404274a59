import { describe, expect, it } from 'vitest';
import { type Elementary, elementary, elementaryMap, power, powerMap } from '../../bindings/math.ts';
import { checked, exact, referenceCore } from '../cores.ts';
import { fixture, type Point, ulpError } from './fixture.ts';

const cores = { exact, checked };
const references = referenceCore().exports;

function worst(points: Point[], f: (x: number) => number): number {
  return points.reduce((most, point) => Math.max(most, ulpError(f(point.x[0]!), point)), 0);
}

const between =
  (low: number, high: number) =>
  ({ x }: Point) =>
    x[0]! >= low && x[0]! <= high;

describe.each(['exact', 'checked'] as const)(
  'elementary functions (%s core), against mpmath at 60 digits',
  (build) => {
    const core = cores[build];
    const f = (name: Elementary) => (x: number) => elementary(core, name, x);
    const bounds: [Elementary, number, string, (point: Point) => boolean][] = [
      ['exp', 0.51, 'on [-690, 690]', between(-690, 690)],
      ['exp', 2, 'up to overflow and through the subnormals', () => true],
      ['log', 1.2, 'on all positive doubles', () => true],
      ['expm1', 1.7, 'up to overflow', () => true],
      ['log1p', 1.2, 'from -1 to the largest double', () => true],
      ['tanh', 2.5, 'on [-20, 20]', () => true],
      ['erf', 1.9, 'on [-6, 6]', () => true],
      ['sin', 1.1, 'on all doubles', () => true],
      ['cos', 1.1, 'on all doubles', () => true],
    ];
    it.each(bounds)('%s: at most %d ulp %s', (name, bound, _, inside) => {
      const points = fixture(name).filter(inside);
      expect(points.length).toBeGreaterThan(150);
      expect(worst(points, f(name))).toBeLessThanOrEqual(bound);
    });

    it.each([
      ['normalCdf', 7e-16, 'on [-37.5, 8]'],
      ['normalQuantile', 9e-16, 'on [1e-300, 1 - 1e-16]'],
      ['lgamma', 8e-16, 'on all positive doubles'],
    ] as const)('%s: relative error at most %d %s', (name, bound, _) => {
      for (const { x, y } of fixture(name)) {
        expect(Math.abs(f(name)(x[0]!) - y), `at ${x[0]}`).toBeLessThanOrEqual(bound * Math.abs(y));
      }
    });

    it('pow: at most 0.51 ulp, 0.8 ulp where the answer is subnormal', () => {
      for (const point of fixture('pow')) {
        const [x, p] = point.x as [number, number];
        const bound = Math.abs(point.y) < 2.2250738585072014e-308 ? 0.8 : 0.51;
        expect(ulpError(power(core, x, p), point), `at ${x}^${p}`).toBeLessThanOrEqual(bound);
      }
    });

    const odd = [0, 5e-324, 1e-310, 1e-20];
    it.each(['expm1', 'log1p', 'tanh', 'sin'] as const)('%s(x) = x for ±0, subnormal and tiny x', (name) => {
      for (const x of odd) {
        expect(f(name)(x)).toBe(x);
        expect(f(name)(-x)).toBe(-x);
      }
    });

    const special: [Elementary, [number, number][]][] = [
      [
        'exp',
        [
          [0, 1],
          [-0, 1],
          [Infinity, Infinity],
          [-Infinity, 0],
          [709.7827128933841, Infinity],
          [-745.2, 0],
          [-745.1332191019411, 5e-324],
          [1e300, Infinity],
          [-1e300, 0],
        ],
      ],
      [
        'log',
        [
          [1, 0],
          [0, -Infinity],
          [-0, -Infinity],
          [Infinity, Infinity],
          [-1, NaN],
          [-5e-324, NaN],
          [-Infinity, NaN],
        ],
      ],
      [
        'expm1',
        [
          [Infinity, Infinity],
          [-Infinity, -1],
          [-1e300, -1],
          [-50, -1],
          [800, Infinity],
        ],
      ],
      [
        'log1p',
        [
          [-1, -Infinity],
          [Infinity, Infinity],
          [-1.5, NaN],
          [-Infinity, NaN],
        ],
      ],
      [
        'tanh',
        [
          [Infinity, 1],
          [-Infinity, -1],
          [1e300, 1],
          [-25, -1],
        ],
      ],
      [
        'erf',
        [
          [0, 0],
          [-0, -0],
          [Infinity, 1],
          [-Infinity, -1],
          [6.1, 1],
          [-1e300, -1],
        ],
      ],
      [
        'sin',
        [
          [Infinity, NaN],
          [-Infinity, NaN],
        ],
      ],
      [
        'cos',
        [
          [0, 1],
          [-0, 1],
          [Infinity, NaN],
          [-Infinity, NaN],
        ],
      ],
      [
        'normalCdf',
        [
          [0, 0.5],
          [-0, 0.5],
          [Infinity, 1],
          [-Infinity, 0],
          [10, 1],
          [-39, 0],
          [-1e300, 0],
        ],
      ],
      [
        'normalQuantile',
        [
          [0.5, 0],
          [0, -Infinity],
          [1, Infinity],
          [-0.1, NaN],
          [1.1, NaN],
          [Infinity, NaN],
        ],
      ],
      [
        'lgamma',
        [
          [1, 0],
          [2, 0],
          [0, Infinity],
          [Infinity, Infinity],
          [1e306, Infinity],
          [-1, NaN],
          [-Infinity, NaN],
        ],
      ],
    ];
    it.each(special)('%s: limits, poles and what has no answer', (name, cases) => {
      for (const [x, y] of cases) expect(f(name)(x), `at ${x}`).toBe(y);
      expect(f(name)(NaN)).toBeNaN();
    });

    it('pow: the cases of IEEE 754, but NaN for NaN', () => {
      const cases = [
        [0, 0, 1],
        [-0, 0, 1],
        [0, 3, 0],
        [-0, 3, -0],
        [-0, 2, 0],
        [-0, 0.5, 0],
        [0, -1, Infinity],
        [-0, -3, -Infinity],
        [-0, -2, Infinity],
        [1, Infinity, 1],
        [-1, Infinity, 1],
        [-1, -Infinity, 1],
        [2, Infinity, Infinity],
        [0.5, Infinity, 0],
        [2, -Infinity, 0],
        [0.5, -Infinity, Infinity],
        [Infinity, 2, Infinity],
        [Infinity, -2, 0],
        [-Infinity, 3, -Infinity],
        [-Infinity, 2, Infinity],
        [-Infinity, -3, -0],
        [-Infinity, 0.5, Infinity],
        [-8, 1 / 3, NaN],
        [-2, 3, -8],
        [-2, 2, 4],
        [2, 1023, 2 ** 1023],
        [2, 1024, Infinity],
        [-2, 1025, -Infinity],
        [2, -1074, 5e-324],
        [2, -1080, 0],
        [1e200, 1e-320, 1],
        [1, 1e300, 1],
        [1 + 2 ** -52, 1e300, Infinity],
        [1 - 2 ** -53, 1e300, 0],
        [-1, 9007199254740991, -1],
        [-1, 9007199254740992, 1],
        [NaN, 0, NaN],
        [1, NaN, NaN],
        [5, 1, 5],
        [5e-324, 1, 5e-324],
      ] as const;
      for (const [x, p, y] of cases) expect(power(core, x, p), `${x}^${p}`).toBe(y);
    });
  },
);

const names: Elementary[] = [
  'exp',
  'log',
  'expm1',
  'log1p',
  'tanh',
  'erf',
  'sin',
  'cos',
  'normalCdf',
  'normalQuantile',
  'lgamma',
];

/** Ordinary numbers among every kind of odd one, in an order in which each meets each. */
const mixed = [
  0.3,
  NaN,
  0.7,
  800,
  1e300,
  0.2,
  -0,
  5e-324,
  0.9,
  -Infinity,
  0.11,
  Infinity,
  -1,
  0.5,
  1e6,
  3.5,
  -800,
  0.01,
  1e-310,
  2,
  1.5707963267948966,
  0.4,
];

describe('array kernels', () => {
  it.each(names)(
    'v%s: each element has the bits of the scalar, at every length 0..33, in place or not',
    (name) => {
      for (const core of [exact, checked]) {
        for (let n = 0; n <= 33; n++) {
          const x = Float64Array.from({ length: n }, (_, i) => mixed[(i * 5 + n) % mixed.length]!);
          const expected = x.map((v) => elementary(exact, name, v));
          core.within((scope) => {
            const from = scope.from(x);
            const to = scope.f64(n);
            elementaryMap(core, name, from, to, n);
            expect(to.copy()).toEqual(expected);
            expect(from.copy()).toEqual(x);
            elementaryMap(core, name, from, from, n);
            expect(from.copy()).toEqual(expected);
          });
        }
      }
    },
  );

  it.each(['tanh', 'log'] as const)(
    'long v%s, over the bounds of the blocks, has the bits of the scalar',
    (name) => {
      const n = 3 * 1024 + 5;
      exact.within((scope) => {
        const x = scope.from(Float64Array.from({ length: n }, (_, i) => i / 500 - 3));
        const y = scope.f64(n);
        elementaryMap(exact, name, x, y, n);
        expect(y.copy()).toEqual(x.copy().map((v) => elementary(exact, name, v)));
      });
    },
  );

  it('vpow: each element has the bits of the scalar, in place of either', () => {
    for (const core of [exact, checked]) {
      for (let n = 0; n <= 33; n++) {
        const x = Float64Array.from({ length: n }, (_, i) => mixed[i % mixed.length]!);
        const p = Float64Array.from({ length: n }, (_, i) => mixed[(i * 7 + n) % mixed.length]!);
        const expected = x.map((v, i) => power(exact, v, p[i]!));
        core.within((scope) => {
          const base = scope.from(x);
          const exponent = scope.from(p);
          powerMap(core, base, exponent, exponent, n);
          expect(exponent.copy()).toEqual(expected);
          powerMap(core, base, scope.from(p), base, n);
          expect(base.copy()).toEqual(expected);
        });
      }
    }
  });
});

describe('scalar references, which share no table with the kernels', () => {
  const moderate = Float64Array.from({ length: 400 }, (_, i) => 0.0005 + i / 401);
  it.each(names)('%s agrees to 1e-13 on (0, 1)', (name) => {
    const reference = references[`${name}Reference`]!;
    for (const x of moderate) {
      const y = elementary(exact, name, x);
      expect(Math.abs(reference(x) - y), `at ${x}`).toBeLessThanOrEqual(1e-13 * Math.max(1, Math.abs(y)));
    }
  });

  it('sin and cos of huge angles agree to 1 ulp: two reductions', () => {
    for (let k = 0; k < 300; k++) {
      const x = 1.2345 * 10 ** k;
      expect(Math.abs(references.sinReference!(x) - elementary(exact, 'sin', x))).toBeLessThan(3e-16);
      expect(Math.abs(references.cosReference!(x) - elementary(exact, 'cos', x))).toBeLessThan(3e-16);
    }
  });

  it('normalQuantile inverts normalCdf on [1e-12, 0.999]', () => {
    for (let k = 1; k < 1000; k++) {
      const p = k / 1001;
      expect(elementary(exact, 'normalCdf', elementary(exact, 'normalQuantile', p))).toBeCloseTo(p, 14);
    }
  });
});
