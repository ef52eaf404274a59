import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Activation } from '../../assembly/abi.ts';
import { activateRow } from '../../bindings/activation.ts';
import type { Core } from '../../bindings/core.ts';
import { activations } from '../../src/numerics/activation.ts';
import { checked, exact, referenceCore } from '../cores.ts';
import { ulp } from '../math/fixture.ts';

interface Case {
  readonly name: string;
  readonly kind: Activation;
  readonly parameter: number;
  /** x, s(x), s'(x), s''(x) as decimal texts. */
  readonly points: readonly string[][];
}

const { cases } = JSON.parse(readFileSync(new URL('./fixtures.json', import.meta.url), 'utf8')) as {
  cases: Case[];
};

type Order = 0 | 1 | 2;
type Rows = [value: Float64Array, first: Float64Array, second: Float64Array];

function activate(
  core: Core,
  kind: Activation,
  parameter: number,
  x: ArrayLike<number>,
  order: Order = 2,
): Rows {
  return core.within((scope) => {
    const n = x.length;
    const rows = [scope.f64(n), scope.f64(n), scope.f64(n)] as const;
    activateRow(
      core,
      { kind, parameter },
      scope.from(x),
      n,
      rows[0],
      order > 0 ? rows[1] : undefined,
      order > 1 ? rows[2] : undefined,
    );
    return [rows[0].copy(), rows[1].copy(), rows[2].copy()];
  });
}

const members = Object.entries(activations).map(([name, { kind, defaultParameter }]) => ({
  name,
  kind,
  parameter: defaultParameter,
}));

/** Ordinary and odd numbers side by side. */
const mixed = [
  0.3,
  -0.7,
  0,
  -0,
  5e-324,
  30,
  -30,
  400,
  -400,
  1e300,
  -1e300,
  Infinity,
  -Infinity,
  NaN,
  2.5,
  -1.25,
  1e-9,
];

describe('every member of the enum', () => {
  it('has a name, and every name a member of its own', () => {
    expect(members.map(({ kind }) => kind).sort((a, b) => a - b)).toEqual(
      Array.from({ length: Activation.Count }, (_, i) => i),
    );
  });

  it.each(members)(
    '$name: an element has the same bits at every length 0..33 and at 1,030, in place, in either build',
    ({ kind, parameter }) => {
      const alone = mixed.map((x) => activate(exact, kind, parameter, [x]).map((row) => row[0]!));
      for (const n of [...Array.from({ length: 34 }, (_, i) => i), 1030]) {
        const at = Array.from({ length: n }, (_, i) => (3 * i + n) % mixed.length);
        const x = at.map((i) => mixed[i]!);
        const expected = [0, 1, 2].map((d) => Float64Array.from(at, (i) => alone[i]![d]!));
        for (const core of [exact, checked]) {
          expect(activate(core, kind, parameter, x)).toEqual(expected);
          core.within((scope) => {
            const block = scope.from(x);
            activateRow(core, { kind, parameter }, block, n, block);
            expect(block.copy()).toEqual(expected[0]);
          });
        }
      }
    },
  );

  it.each(members)(
    '$name: a lower order gives the same bits and leaves the other rows alone',
    ({ kind, parameter }) => {
      const [value, first] = activate(exact, kind, parameter, mixed);
      const zero = new Float64Array(mixed.length);
      expect(activate(exact, kind, parameter, mixed, 1)).toEqual([value, first, zero]);
      expect(activate(exact, kind, parameter, mixed, 0)).toEqual([value, zero, zero]);
    },
  );

  it.each(members)(
    '$name: NaN gives a NaN value; nothing else does, nor its derivatives, sin(±Infinity) apart',
    ({ kind, parameter }) => {
      const rows = activate(exact, kind, parameter, mixed);
      mixed.forEach((x, i) => {
        const none = Number.isNaN(x) || (kind === Activation.Sin && Math.abs(x) === Infinity);
        expect(Number.isNaN(rows[0][i])).toBe(none);
        if (!none) expect(rows.map((row) => row[i])).not.toContain(NaN);
      });
    },
  );

  it.each(members)('$name: agrees with its scalar reference to 1e-12 on [-6, 6]', ({ kind, parameter }) => {
    const x = Float64Array.from({ length: 241 }, (_, i) => (i - 120) / 20);
    const { within, exports } = referenceCore();
    const expected = within((scope) => {
      const blocks = [scope.from(x), scope.f64(x.length), scope.f64(x.length), scope.f64(x.length)] as const;
      const [from, value, first, second] = blocks.map((block) => block.ptr) as [
        number,
        number,
        number,
        number,
      ];
      exports.activateReference!(kind, parameter, 2, from, x.length, value, first, second);
      return blocks.slice(1).map((block) => block.copy());
    });
    activate(exact, kind, parameter, x).forEach((row, d) => {
      row.forEach((y, i) => {
        expect(Math.abs(y - expected[d]![i]!), `derivative ${d} at ${x[i]}`).toBeLessThanOrEqual(
          1e-12 * Math.max(1, Math.abs(y)),
        );
      });
    });
  });

  it.each(members.filter(({ name }) => activations[name as keyof typeof activations].smooth))(
    '$name: derivatives agree with central differences of the order below to 1e-8',
    ({ kind, parameter }) => {
      const x = Float64Array.from({ length: 81 }, (_, i) => (i - 40) / 10 + 0.013);
      const h = 1e-5;
      const up = activate(
        exact,
        kind,
        parameter,
        x.map((v) => v + h),
      );
      const down = activate(
        exact,
        kind,
        parameter,
        x.map((v) => v - h),
      );
      const rows = activate(exact, kind, parameter, x);
      for (const d of [0, 1] as const) {
        x.forEach((_, i) => {
          const slope = (up[d][i]! - down[d][i]!) / (2 * h);
          expect(Math.abs(slope - rows[d + 1]![i]!)).toBeLessThan(1e-8);
        });
      }
    },
  );
});

describe('against mpmath, derivatives by its differences at 450 digits', () => {
  /** Largest error over the points of a case, in units that `size` gives for the exact answer. */
  function worst({ kind, parameter, points }: Case, d: Order, size: (y: number) => number): number {
    const row = activate(
      exact,
      kind,
      parameter,
      points.map((p) => Number(p[0])),
    )[d];
    return points.reduce((most, p, i) => {
      const y = Number(p[d + 1]);
      return Math.max(most, row[i] === y ? 0 : Math.abs(row[i]! - y) / size(y));
    }, 0);
  }
  const unit = (y: number) => Math.max(1, Math.abs(y));
  // Where a parameter multiplies x, that product is rounded first, which shows in the tails and in long oscillations.
  const plain = cases.filter(({ name }) => !/hermite|sin|softplus-5/.test(name));

  it.each(plain)("$name: s within 4 ulp and s' within 6 ulp on [-30, 30], also in the tails", (one) => {
    expect(worst(one, 0, ulp)).toBeLessThanOrEqual(4);
    expect(worst(one, 1, ulp)).toBeLessThanOrEqual(6);
  });

  it.each(plain)("$name: s'' within 5e-16 max(1, |s''|) on [-30, 30]", (one) => {
    expect(worst(one, 2, unit)).toBeLessThanOrEqual(5e-16);
  });

  it.each(cases.filter(({ name }) => /hermite/.test(name)))(
    "$name: s, s' and s'' within 2e-14 max(1, |answer|)",
    (one) => {
      for (const d of [0, 1, 2] as const) expect(worst(one, d, unit)).toBeLessThanOrEqual(2e-14);
    },
  );

  it.each(cases.filter(({ name }) => /softplus-5|sin/.test(name)))(
    "$name: s, s' and s'' within 5e-16 plus the rounding of parameter times x",
    (one) => {
      const rounding = one.parameter === 1 ? 0 : 0.5 * ulp(30 * one.parameter);
      for (const d of [0, 1, 2] as const) {
        const bound = (5e-16 + rounding) * Math.max(1, one.parameter ** d);
        expect(worst(one, d, unit)).toBeLessThanOrEqual(bound);
      }
    },
  );
});

describe('closed forms', () => {
  const x = [-2, -0.5, -0, 0, 0.25, 3];
  it('relu and sign: 0 at 0 with derivatives 0', () => {
    expect(activate(exact, Activation.Relu, 0, x).map((row) => [...row])).toEqual([
      [0, 0, 0, 0, 0.25, 3],
      [0, 0, 0, 0, 1, 1],
      [0, 0, 0, 0, 0, 0],
    ]);
    expect([...activate(exact, Activation.Sign, 0, x)[0]]).toEqual([-1, -1, 0, 0, 1, 1]);
  });
  it('leaky-relu: the slope at 0 is that for negative x', () => {
    expect(activate(exact, Activation.LeakyRelu, 0.5, x).map((row) => [...row])).toEqual([
      [-1, -0.25, -0, 0, 0.25, 3],
      [0.5, 0.5, 0.5, 0.5, 1, 1],
      [0, 0, 0, 0, 0, 0],
    ]);
  });

  it('limits at ±Infinity and ±1e300', () => {
    const far = [Infinity, 1e300, -Infinity, -1e300];
    const limits: [Activation, number[]][] = [
      [Activation.Tanh, [1, 1, -1, -1]],
      [Activation.Sigmoid, [1, 1, 0, 0]],
      [Activation.Erf, [1, 1, -1, -1]],
      [Activation.ErfSqrt2, [1, 1, -1, -1]],
      [Activation.Gelu, [Infinity, 1e300, -0, -0]],
      [Activation.Silu, [Infinity, 1e300, -0, -0]],
      [Activation.Softplus, [Infinity, 1e300, 0, 0]],
    ];
    for (const [kind, expected] of limits) expect([...activate(exact, kind, 1, far)[0]]).toEqual(expected);
  });

  it('slopes keep their relative accuracy to 1e-14 in the tails, where 1 - s² has none', () => {
    const at = [20, 50, 300];
    const tail = (kind: Activation) => activate(exact, kind, 0, at)[1];
    // sech² x and exp(-x)/(1 + exp(-x))² by mpmath at 400 digits
    const expected: [Activation, number[]][] = [
      [Activation.Tanh, [1.6993417021166355e-17, 1.4880303904083344e-43, 1.0601586212017243e-260]],
      [Activation.Sigmoid, [2.061153613941849e-9, 1.9287498479639178e-22, 5.148200222412013e-131]],
    ];
    for (const [kind, values] of expected) {
      tail(kind).forEach((y, i) => {
        expect(Math.abs(y / values[i]! - 1)).toBeLessThan(1e-14);
      });
    }
  });

  it('hermite polynomials of degree 20 are orthonormal under the trapezoidal rule for N(0, 1)', () => {
    const grid = Float64Array.from({ length: 481 }, (_, i) => (i - 240) / 16);
    const h = [3, 19, 20].map((degree) => activate(exact, Activation.Hermite, degree, grid)[0]);
    const gaussian = activate(exact, Activation.ErfSqrt2, 0, grid)[1];
    const inner = (a: Float64Array, b: Float64Array) =>
      grid.reduce((sum, _, i) => sum + (a[i]! * b[i]! * gaussian[i]!) / 32, 0);
    h.forEach((a, i) => {
      h.forEach((b, j) => {
        expect(inner(a, b)).toBeCloseTo(i === j ? 1 : 0, 11);
      });
    });
  });
});
