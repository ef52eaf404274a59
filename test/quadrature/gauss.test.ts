import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Status } from '../../assembly/abi.ts';
import type { Core } from '../../bindings/core.ts';
import { gaussGegenbauer, gaussHermite, gaussLegendre, gaussScratch } from '../../bindings/quadrature.ts';
import { checked, exact, referenceCore } from '../cores.ts';

type Family = 'hermite' | 'legendre' | 'gegenbauer';
interface Rule {
  nodes: Float64Array;
  weights: Float64Array;
}
interface Fixture {
  family: Family;
  n: number;
  lambda: number;
  from: number[];
  nodes: number[];
  weights: number[];
}
const fixtures: { rules: Fixture[] } = JSON.parse(
  readFileSync(new URL('./fixtures.json', import.meta.url), 'utf8'),
);

function rule(core: Core, family: Family, n: number, lambda: number): Rule {
  return core.within((scope) => {
    const nodes = scope.f64(n);
    const weights = scope.f64(n);
    const scratch = scope.f64(gaussScratch(n)).fill(NaN);
    const status =
      family === 'gegenbauer'
        ? gaussGegenbauer(core, n, lambda, nodes, weights, scratch)
        : (family === 'hermite' ? gaussHermite : gaussLegendre)(core, n, nodes, weights, scratch);
    expect(status).toBe(Status.Ok);
    return { nodes: nodes.copy(), weights: weights.copy() };
  });
}

/** β_k of the monic recurrence p_{k+1} = x p_k - β_k p_{k-1}, and the moment of x². */
function beta(family: Family, k: number, lambda: number): number {
  if (family === 'hermite') return k;
  const l = family === 'legendre' ? 0.5 : lambda;
  return k === 1 ? 1 / (2 * (1 + l)) : (k * (k + 2 * l - 1)) / (4 * (k + l) * (k + l - 1));
}

const LAWS: { name: string; family: Family; lambda: number }[] = [
  { name: 'Hermite', family: 'hermite', lambda: 0 },
  { name: 'Legendre', family: 'legendre', lambda: 0.5 },
  { name: 'Gegenbauer 0 (Chebyshev)', family: 'gegenbauer', lambda: 0 },
  { name: 'Gegenbauer -0.4', family: 'gegenbauer', lambda: -0.4 },
  { name: 'Gegenbauer 49 (sphere of dimension 100)', family: 'gegenbauer', lambda: 49 },
  { name: 'Gegenbauer 499 (sphere of dimension 1000)', family: 'gegenbauer', lambda: 499 },
];
const ALL = [...Array(200).keys()].map((n) => n + 1).concat(500);

describe('Gauss rules', () => {
  it('nodes and weights equal the rounded values of mpmath at 60 digits in every bit, n up to 2000', () => {
    let compared = 0;
    for (const { family, n, lambda, from, nodes, weights } of fixtures.rules) {
      const ours = rule(exact, family, n, lambda);
      expect(
        from.map((i) => ours.nodes[i]),
        `${family} ${n} ${lambda}`,
      ).toEqual(nodes);
      expect(
        from.map((i) => ours.weights[i]),
        `${family} ${n} ${lambda}`,
      ).toEqual(weights);
      compared += from.length;
    }
    expect(compared).toBe(496);
  });

  it.each(LAWS)(
    '$name, n = 1 … 200 and 500: nodes ascend, mirror images in bits, weights sum to 1 within 2.3e-16',
    ({ family, lambda }) => {
      const whole = family === 'legendre' ? 2 : 1;
      for (const n of ALL) {
        const { nodes, weights } = rule(exact, family, n, lambda);
        let sum = 0;
        let lost = 0;
        for (let i = 0; i < n; i++) {
          expect(nodes[i]! + nodes[n - 1 - i]!).toBe(0);
          expect(weights[i]).toBe(weights[n - 1 - i]);
          if (i > 0) expect(nodes[i]!).toBeGreaterThan(nodes[i - 1]!);
          expect(weights[i]!).toBeGreaterThanOrEqual(0);
          const next = sum + weights[i]!;
          lost += Math.abs(sum) > weights[i]! ? sum - next + weights[i]! : weights[i]! - next + sum;
          sum = next;
        }
        expect(Math.abs((sum + lost) / whole - 1)).toBeLessThan(2.3e-16);
        if (family !== 'hermite') expect(nodes[n - 1]!).toBeLessThan(1);
      }
    },
  );

  it.each(LAWS)(
    '$name, n = 1 … 200 and 500: monomials up to degree 2n - 1 within 1e-13 relative',
    ({ family, lambda }) => {
      const l = family === 'legendre' ? 0.5 : lambda;
      const whole = family === 'legendre' ? 2 : 1;
      let worst = 0;
      for (const n of ALL) {
        const { nodes, weights } = rule(exact, family, n, lambda);
        for (const half of new Set([0, 1, 2, n >> 2, n >> 1, n - 1].filter((k) => k < n))) {
          // E x^(2k) = Π (2j - 1) for N(0, 1), Π (2j - 1)/(2j + 2λ) else, each factor divided by s² to stay in range.
          const s =
            family === 'hermite' ? Math.sqrt(Math.max(1, 2 * half)) : Math.sqrt(half / (half + l + 1)) || 1;
          let truth = whole;
          for (let j = 1; j <= half; j++) {
            truth *= (2 * j - 1) / (family === 'hermite' ? 1 : 2 * j + 2 * l) / (s * s);
          }
          let sum = 0;
          for (let i = 0; i < n; i++)
            sum += weights[i]! === 0 ? 0 : weights[i]! * (nodes[i]! / s) ** (2 * half);
          worst = Math.max(worst, Math.abs(sum / truth - 1));
        }
      }
      expect(worst).toBeLessThan(1e-13);
    },
  );

  it.each(LAWS)(
    '$name, n = 60: orthonormal polynomials of degree below n are orthonormal within 3e-14 (in plain doubles)',
    ({ family, lambda }) => {
      const n = 60;
      const { nodes, weights } = rule(exact, family, n, lambda);
      const whole = family === 'legendre' ? 2 : 1;
      const values = [...nodes].map((x) => {
        const p = [1, x / Math.sqrt(beta(family, 1, lambda))];
        for (let k = 1; k < n - 1; k++) {
          const next = x * p[k]! - Math.sqrt(beta(family, k, lambda)) * p[k - 1]!;
          p.push(next / Math.sqrt(beta(family, k + 1, lambda)));
        }
        return p;
      });
      let worst = 0;
      for (let j = 0; j < n; j++) {
        for (let k = 0; k <= j; k++) {
          let sum = 0;
          for (let i = 0; i < n; i++) sum += (weights[i]! / whole) * values[i]![j]! * values[i]![k]!;
          worst = Math.max(worst, Math.abs(sum - (j === k ? 1 : 0)));
        }
      }
      expect(worst).toBeLessThan(3e-14);
    },
  );

  it('Hermite agrees with Newton’s method in plain doubles within 7e-13 (its own error), n = 1 … 150', () => {
    const { within, exports } = referenceCore();
    let worst = 0;
    for (let n = 1; n <= 150; n++) {
      const ours = rule(exact, 'hermite', n, 0);
      within((scope) => {
        const nodes = scope.f64(n);
        const weights = scope.f64(n);
        exports.gaussHermiteReference!(n, nodes.ptr, weights.ptr);
        for (let i = 0; i < n; i++) {
          worst = Math.max(worst, Math.abs(nodes.view[i]! - ours.nodes[i]!));
          worst = Math.max(worst, Math.abs(weights.view[i]! / ours.weights[i]! - 1));
        }
      });
    }
    expect(worst).toBeLessThan(7e-13);
  });

  it('Gegenbauer 0 and 1 are the Chebyshev rules in closed form, within 2e-15', () => {
    for (const n of [1, 2, 7, 50, 300]) {
      const first = rule(exact, 'gegenbauer', n, 0);
      const second = rule(exact, 'gegenbauer', n, 1);
      for (let i = 0; i < n; i++) {
        expect(Math.abs(first.nodes[i]! + Math.cos(((2 * i + 1) * Math.PI) / (2 * n)))).toBeLessThan(2e-15);
        expect(Math.abs(first.weights[i]! * n - 1)).toBeLessThan(2e-15);
        const angle = ((i + 1) * Math.PI) / (n + 1);
        expect(Math.abs(second.nodes[i]! + Math.cos(angle))).toBeLessThan(2e-15);
        expect(Math.abs(second.weights[i]! - (2 / (n + 1)) * Math.sin(angle) ** 2)).toBeLessThan(2e-15);
      }
    }
  });

  it('weights beyond the range of doubles are 0: Hermite, outermost, from n = 389 on', () => {
    expect(rule(exact, 'hermite', 388, 0).weights[0]).toBeGreaterThan(0);
    expect(rule(exact, 'hermite', 389, 0).weights[0]).toBe(0);
    const { weights } = rule(exact, 'hermite', 500, 0);
    expect(weights[0]).toBe(0);
    expect(weights.filter((w) => w === 0).length).toBeGreaterThan(10);
    expect(weights.every((w) => w >= 0)).toBe(true);
  });

  it('the checked core gives the same bits', () => {
    for (const { family, lambda } of LAWS) {
      for (const n of [1, 2, 3, 17, 64]) {
        expect(rule(checked, family, n, lambda)).toEqual(rule(exact, family, n, lambda));
      }
    }
  });

  it('refuses n and λ outside the range', () => {
    exact.within((scope) => {
      const [nodes, weights, scratch] = [scope.f64(4), scope.f64(4), scope.f64(20)];
      expect(gaussHermite(exact, 0, nodes, weights, scratch)).toBe(Status.BadArgument);
      expect(gaussHermite(exact, 4097, nodes, weights, scratch)).toBe(Status.BadArgument);
      expect(gaussLegendre(exact, 0, nodes, weights, scratch)).toBe(Status.BadArgument);
      for (const lambda of [-0.5, NaN, 2e6]) {
        expect(gaussGegenbauer(exact, 3, lambda, nodes, weights, scratch)).toBe(Status.BadArgument);
      }
    });
  });
});
