import { describe, expect, it } from 'vitest';
import type { Block } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import {
  dataVelocity,
  dataVelocityScratch,
  hermiteBlock,
  hermiteDerivative,
  hermiteSeries,
  interactionProduct,
  interactionProductScratch,
  normaliseRows,
  partners,
  polynomialBlock,
  populationVelocity,
  populationVelocityScratch,
  squaredDistances,
  tangentRows,
} from '../../../bindings/particles.ts';
import { createStream } from '../../../src/numerics/random.ts';
import { checked, exact, referenceCore } from '../../cores.ts';

const { exports: reference, within: inReference } = referenceCore();
const draw = createStream('particle kernels', 'values');

/** Rows of norm 1 with a stride of d + 1; what lies between them is no number. */
function rows(m: number, d: number): Float64Array {
  const out = new Float64Array(m * (d + 1)).fill(Number.NaN);
  for (let i = 0; i < m; i++) {
    const row = draw.normal(d);
    const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    out.set(
      row.map((value) => value / norm),
      i * (d + 1),
    );
  }
  return out;
}

/** Rows without what lies between them. */
const compact = (block: Block, m: number, d: number) =>
  Float64Array.from({ length: m * d }, (_, at) => block.view[Math.floor(at / d) * (d + 1) + (at % d)]!);

/** Series: mixed, even, odd, a single power, and one that makes a constant Q'. */
const series = [
  [0.3, 0.5, 0.4, 0.7, 0.2],
  [0.1, 0, 0.5, 0, 0.3],
  [0, 0.5, 0, 1],
  [0, 0, 0, 1],
  [0, 1],
];
const derivative = (a: readonly number[]) => a.slice(1).map((value, k) => (k + 1) * value);
const withoutConstant = (a: readonly number[]) => [0, ...a.slice(1)];

const sizes: [number, number][] = [
  ...Array.from({ length: 33 }, (_, i): [number, number] => [i + 1, 3 + ((7 * i) % 34)]),
  ...Array.from({ length: 34 }, (_, i): [number, number] => [1 + ((5 * i) % 13), Math.max(1, i)]),
  [64, 8],
  [65, 5],
  [131, 6],
  [200, 17],
];

/** What the exact core gave, for the checked core to give again. */
const lastExact: unknown[] = [];

describe.each([
  ['exact', exact],
  ['checked', checked],
] as const)('kernels on particles, %s core', (_, core: Core) => {
  it('populationVelocity gives the bits of its reference at m = 1..33, 64, 65, 131, 200 and d = 1..36', () => {
    sizes.forEach(([m, d], at) => {
      const Q = series[at % series.length]!;
      const W = rows(m, d);
      const ours = core.within((scope) => {
        const V = scope.f64(m * (d + 1));
        const laws = {
          slope: polynomialBlock(scope, derivative(Q)),
          values: polynomialBlock(scope, withoutConstant(Q)),
          target: polynomialBlock(scope, derivative(series[0]!)),
        };
        const scratch = scope.f64(populationVelocityScratch(core, m, d));
        const W0 = scope.from(W);
        const total = populationVelocity(core, W0, d + 1, m, d, laws, V, d + 1, scratch);
        const alone = populationVelocity(
          core,
          W0,
          d + 1,
          m,
          d,
          { values: laws.values, target: laws.target },
          V,
          d + 1,
          scratch,
        );
        expect(alone).toBe(total);
        return { total, V: compact(V, m, d) };
      });
      const theirs = inReference((scope) => {
        const V = scope.f64(m * (d + 1));
        const total = reference.populationVelocityReference!(
          scope.from(W).ptr,
          d + 1,
          m,
          d,
          polynomialBlock(scope, derivative(Q)).ptr,
          polynomialBlock(scope, withoutConstant(Q)).ptr,
          polynomialBlock(scope, derivative(series[0]!)).ptr,
          V.ptr,
          d + 1,
          scope.f64(6).ptr,
        );
        return { total, V: compact(V, m, d) };
      });
      expect(ours, `m = ${m}, d = ${d}`).toEqual(theirs);
    });
  });

  it('interactionProduct gives the bits of its reference, and the velocity those of populationVelocity', () => {
    sizes.forEach(([m, d], at) => {
      const Q = series[at % series.length]!;
      const [W, D] = [rows(m, d), rows(m, d)];
      const ours = core.within((scope) => {
        const [V, HD, alone] = [scope.f64(m * (d + 1)), scope.f64(m * (d + 1)), scope.f64(m * (d + 1))];
        const laws = {
          slope: polynomialBlock(scope, derivative(Q)),
          curvature: polynomialBlock(scope, derivative(derivative(Q).concat(0))),
          values: polynomialBlock(scope, withoutConstant(Q)),
          target: polynomialBlock(scope, derivative(series[0]!)),
        };
        const W0 = scope.from(W);
        const scratch = scope.f64(interactionProductScratch(core, m, d));
        const total = interactionProduct(core, W0, scope.from(D), d + 1, m, d, laws, V, HD, scratch);
        const own = scope.f64(populationVelocityScratch(core, m, d));
        populationVelocity(core, W0, d + 1, m, d, laws, alone, d + 1, own);
        expect(compact(alone, m, d)).toEqual(compact(V, m, d));
        return { total, V: compact(V, m, d), HD: compact(HD, m, d) };
      });
      const theirs = inReference((scope) => {
        const [V, HD] = [scope.f64(m * (d + 1)), scope.f64(m * (d + 1))];
        const total = reference.interactionProductReference!(
          scope.from(W).ptr,
          scope.from(D).ptr,
          d + 1,
          m,
          d,
          polynomialBlock(scope, derivative(Q)).ptr,
          polynomialBlock(scope, derivative(derivative(Q).concat(0))).ptr,
          polynomialBlock(scope, withoutConstant(Q)).ptr,
          polynomialBlock(scope, derivative(series[0]!)).ptr,
          V.ptr,
          HD.ptr,
          scope.f64(2 * d + 6).ptr,
        );
        return { total, V: compact(V, m, d), HD: compact(HD, m, d) };
      });
      expect(ours, `m = ${m}, d = ${d}`).toEqual(theirs);
    });
  });

  it('dataVelocity gives the bits of its reference at n = 1..70 and the sizes above', () => {
    sizes.forEach(([m, d], at) => {
      const n = 1 + at + (at % 3 === 0 ? 64 : 0);
      const c = series[at % series.length]!;
      const W = rows(m, d);
      const X = new Float64Array(n * (d + 1)).fill(Number.NaN);
      for (let s = 0; s < n; s++) X.set(draw.normal(d), s * (d + 1));
      const y = draw.normal(n);
      const ours = core.within((scope) => {
        const V = scope.f64(m * (d + 1));
        const activation = {
          values: hermiteBlock(scope, c),
          slopes: hermiteBlock(scope, hermiteDerivative(c)),
        };
        const scratch = scope.f64(dataVelocityScratch(core, m, d));
        const total = dataVelocity(
          core,
          scope.from(W),
          d + 1,
          m,
          d,
          scope.from(X),
          d + 1,
          scope.from(y),
          n,
          activation,
          V,
          d + 1,
          scratch,
        );
        return { total, V: compact(V, m, d) };
      });
      const theirs = inReference((scope) => {
        const V = scope.f64(m * (d + 1));
        const total = reference.dataVelocityReference!(
          scope.from(W).ptr,
          d + 1,
          m,
          d,
          scope.from(X).ptr,
          d + 1,
          scope.from(y).ptr,
          n,
          hermiteBlock(scope, c).ptr,
          hermiteBlock(scope, hermiteDerivative(c)).ptr,
          V.ptr,
          d + 1,
          scope.f64(n).ptr,
        );
        return { total, V: compact(V, m, d) };
      });
      expect(ours, `m = ${m}, d = ${d}, n = ${n}`).toEqual(theirs);
    });
  });

  it('work in parts gives the bits of work in one', () => {
    const [m, d, n] = [200, 9, 150];
    const c = series[0]!;
    const [W, D] = [rows(m, d), rows(m, d)];
    const X = draw.normal(n * d);
    const y = draw.normal(n);
    const results = [[m], [64, 128, m], [128, m]].map((ends) =>
      core.within((scope) => {
        const [W0, D0, X0, y0] = [scope.from(W), scope.from(D), scope.from(X), scope.from(y)];
        const [V, E, U, HD] = Array.from({ length: 4 }, () => scope.f64(m * (d + 1))) as [
          Block,
          Block,
          Block,
          Block,
        ];
        const laws = {
          slope: polynomialBlock(scope, derivative(c)),
          curvature: polynomialBlock(scope, derivative(derivative(c))),
          values: polynomialBlock(scope, withoutConstant(c)),
          target: polynomialBlock(scope, derivative(c)),
        };
        const activation = {
          values: hermiteBlock(scope, c),
          slopes: hermiteBlock(scope, hermiteDerivative(c)),
        };
        const scratch = Math.max(
          populationVelocityScratch(core, m, d),
          dataVelocityScratch(core, m, d),
          interactionProductScratch(core, m, d),
        );
        const [s1, s2, s3] = [scope.f64(scratch), scope.f64(scratch), scope.f64(scratch)];
        const totals = [0, 0, 0];
        ends.forEach((to, at) => {
          const part = { from: at === 0 ? 0 : ends[at - 1]!, to };
          const ofSamples = { from: Math.min(n, part.from), to: Math.min(n, part.to) };
          totals[0] = populationVelocity(core, W0, d + 1, m, d, laws, V, d + 1, s1, part);
          totals[1] = interactionProduct(core, W0, D0, d + 1, m, d, laws, U, HD, s2, part);
          totals[2] = dataVelocity(core, W0, d + 1, m, d, X0, d, y0, n, activation, E, d + 1, s3, ofSamples);
        });
        return { totals, arrays: [V, U, HD, E].map((block) => compact(block, m, d)) };
      }),
    );
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  it('rows on the sphere: squares of norms 1 to 8e-16, tangents to 1e-15, partners of the given overlap, distances at every d = 1..33', () => {
    for (let d = 1; d <= 33; d++) {
      const m = 1 + (d % 4);
      const own = createStream('sphere', 'rows', d);
      const [w, v] = [own.normal(m * d), own.normal(m * d)];
      const alpha = own.uniform(m);
      const got = core.within((scope) => {
        const [W, V, Z, P, squares] = [
          scope.from(w),
          scope.from(v),
          scope.f64(m * d),
          scope.f64(m * d),
          scope.f64(m),
        ];
        normaliseRows(core, W, d, m, d, W, d);
        tangentRows(core, W, d, m, d, V, d);
        const first = W.copy();
        for (let i = 0; i < m; i++) first[i * d] = 0;
        Z.set(first);
        normaliseRows(core, Z, d, m, d, Z, d);
        partners(core, scope.from(alpha), Z, d, m, d, P, d);
        squaredDistances(core, P, d, W, d, m, d, squares);
        return { W: W.copy(), V: V.copy(), P: P.copy(), squares: squares.copy() };
      });
      for (let i = 0; i < m; i++) {
        const [row, tangent, partner] = [got.W, got.V, got.P].map((all) => all.subarray(i * d, (i + 1) * d));
        const inner = (a: Float64Array, b: Float64Array) =>
          a.reduce((sum, value, k) => sum + value * b[k]!, 0);
        expect(Math.abs(inner(row!, row!) - 1)).toBeLessThan(8e-16);
        expect(Math.abs(inner(row!, tangent!))).toBeLessThan(1e-15);
        if (d === 1) continue;
        expect(partner![0]).toBe(alpha[i]);
        expect(Math.abs(inner(partner!, partner!) - 1)).toBeLessThan(8e-16);
        const apart = partner!.map((value, k) => value - row![k]!);
        expect(Math.abs(got.squares[i]! / inner(apart, apart) - 1)).toBeLessThan(1e-14);
      }
      if (core === checked) expect(got).toEqual(lastExact[d]);
      else lastExact[d] = got;
    }
  });

  it('hermiteSeries: h_0..h_8 at 1.3 to 5e-16, the same whatever the length', () => {
    // The recurrence of normalised Hermite polynomials, by an independent program.
    const values = [
      1, 1.3, 0.4879036790187179, -0.6952468386599588, -0.8744474257590715, 0.11346346639998273,
      0.8584752801118787, 0.3167683461076439, -0.6574372136596842,
    ];
    values.forEach((value, k) => {
      const unit = Float64Array.from({ length: k + 1 }, (_, j) => Number(j === k));
      for (let n = 0; n <= 33; n++) {
        const got = core.within((scope) => {
          const z = scope.f64(n).fill(1.3);
          hermiteSeries(core, hermiteBlock(scope, unit), z, n, z);
          return z.copy();
        });
        for (const entry of got) expect(Math.abs(entry - value)).toBeLessThan(5e-16);
        expect(new Set(got).size).toBeLessThan(2);
      }
    });
  });
});
