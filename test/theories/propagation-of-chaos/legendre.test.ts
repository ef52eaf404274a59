import { describe, expect, it } from 'vitest';
import { createStream } from '../../../src/numerics/random.ts';
import { gaussLaw } from '../../../src/theories/propagation-of-chaos/initial-law.ts';
import {
  additionCoefficient,
  harmonicCount,
  legendreDerivative,
  legendreFromMonomials,
  legendreSum,
  legendreValues,
} from '../../../src/theories/propagation-of-chaos/legendre.ts';
import { polynomial } from '../../../src/theories/propagation-of-chaos/links.ts';
import { largestGap } from '../golden.ts';
import { golden } from './golden.ts';

const draw = createStream('legendre', 'points');

describe('Legendre polynomials of dimension d', () => {
  it('golden: values, two derivatives, conversion, counts, addition coefficients and Gauss rule within 1e-12', () => {
    const { d, mono, legendre_coeffs, P_at_0p3, dP_at_0p3, ddP_at_0p3, N_l, a_lj, tol, ...rest } =
      golden('legendre');
    expect(largestGap(legendreFromMonomials(d, mono), legendre_coeffs)).toBeLessThan(tol);
    expect(largestGap(legendreValues(d, 6, 0.3), P_at_0p3)).toBeLessThan(tol);
    for (let l = 0; l <= 6; l++) {
      const unit = [...new Array(l).fill(0), 1];
      const first = legendreDerivative(d, unit);
      expect(Math.abs(legendreSum(d + 2, first, 0.3) - dP_at_0p3[l])).toBeLessThan(tol);
      const second = legendreDerivative(d + 2, first);
      expect(Math.abs(legendreSum(d + 4, second, 0.3) - ddP_at_0p3[l])).toBeLessThan(tol);
      expect(harmonicCount(d, l)).toBe(N_l[l]);
    }
    for (const [key, value] of Object.entries(a_lj)) {
      const [l, j] = key.split(',').map(Number);
      expect(Math.abs(additionCoefficient(d, l!, j!) - (value as number))).toBeLessThan(tol);
    }
    const { nodes, weights } = gaussLaw(d, 8);
    expect(largestGap(nodes, rest.gauss_nodes_N8)).toBeLessThan(tol);
    expect(largestGap(weights, rest.gauss_weights_N8)).toBeLessThan(tol);
  });

  it.each([3, 4, 7, 64])('d = %i: the addition theorem within 2e-15', (d) => {
    for (let trial = 0; trial < 40; trial++) {
      const [a, b, z] = draw.uniform(3).map((u) => 2 * u - 1) as unknown as [number, number, number];
      const [ca, cb] = [Math.sqrt(1 - a * a), Math.sqrt(1 - b * b)];
      for (let l = 0; l <= 6; l++) {
        // In dimension d − 1 = 2 the polynomials are Chebyshev's, by the same recurrence.
        const inner = legendreValues(d - 1, l, z);
        let sum = 0;
        for (let j = 0; j <= l; j++) {
          const mode = (t: number, c: number) => {
            let power = 1;
            for (let i = 0; i < j; i++) power *= c;
            return power * legendreValues(d + 2 * j, l - j, t)[l - j]!;
          };
          sum += additionCoefficient(d, l, j) * mode(a, ca) * mode(b, cb) * inner[j]!;
        }
        expect(Math.abs(sum - legendreValues(d, l, a * b + ca * cb * z)[l]!)).toBeLessThan(2e-15);
      }
    }
  });

  it('means over a sphere: E ⟨w, w′⟩^k over rotations is the binomial formula, within 1e-15', () => {
    // E_u (aa′ + bb′u)^k = Σ_{j even} C(k, j) M_j (aa′)^{k−j} (bb′)^j, M_j = (j − 1)!!/[D(D + 2)…(D + j − 2)], D = d − 1.
    const d = 12;
    for (const [a, b] of [
      [0.3, -0.5],
      [0.9, 0.2],
      [-0.7, -0.1],
    ] as const) {
      for (let k = 0; k <= 8; k++) {
        let binomial = 1;
        let moment = 1;
        let sum = 0;
        const cross = Math.sqrt((1 - a * a) * (1 - b * b));
        for (let j = 0; j <= k; j++) {
          if (j % 2 === 0) {
            if (j > 0) moment *= (j - 1) / (d - 1 + j - 2);
            sum += binomial * moment * (a * b) ** (k - j) * cross ** j;
          }
          binomial *= (k - j) / (j + 1);
        }
        const series = legendreFromMonomials(d, [...new Array(k).fill(0), 1]);
        const ours = series.reduce(
          (total, value, l) => total + value * legendreValues(d, k, a)[l]! * legendreValues(d, k, b)[l]!,
          0,
        );
        expect(Math.abs(ours - sum)).toBeLessThan(1e-15);
      }
    }
  });

  it('monomials and Legendre sums are the same function, degree 64, d = 3: within 2e-14 of Σ|a|', () => {
    const mono = draw.uniform(65).map((u) => 2 * u - 1);
    const size = mono.reduce((sum, value) => sum + Math.abs(value), 0);
    const series = legendreFromMonomials(3, mono);
    for (const t of [-1, -0.4, 0.1, 0.99, 1]) {
      expect(Math.abs(legendreSum(3, series, t) - polynomial(mono, t))).toBeLessThan(2e-14 * size);
    }
  });
});
