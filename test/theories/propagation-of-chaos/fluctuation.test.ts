import { describe, expect, it } from 'vitest';
import { FluctuationLaw } from '../../../src/theories/propagation-of-chaos/fluctuation.ts';
import { escapeLaw } from '../../../src/theories/propagation-of-chaos/initial-law.ts';
import { exact } from '../../cores.ts';
import { golden, linksOfCoefficients } from './golden.ts';

describe('the law at 1/m', () => {
  it('clt_he2_d16: Ω_f, Ω_Δ and the noise level within 1e-7', () => {
    const { t, Omega_f, Omega_Delta, noise, tol } = golden('clt_he2_d16');
    const links = linksOfCoefficients([0, 0, 1]);
    for (const nodes of [5, 8]) {
      const law = escapeLaw(16, links, 3, { length: 0.5, nodes });
      exact.within((scope) => {
        const input = { inputDimension: 16, links, law, kind: 'gradient-flow', stepSize: 0.05 } as const;
        const system = new FluctuationLaw(exact, scope, input);
        let step = 0;
        const gaps = [0, 0, 0];
        const start = performance.now();
        t.forEach((time: number, row: number) => {
          for (; step < Math.round(time / 0.05); step++) system.advance();
          const { gap, displacement } = system.evaluate();
          [gap - Omega_f[row], displacement - Omega_Delta[row], system.field.noise() - noise[row]].forEach(
            (x, i) => {
              gaps[i] = Math.max(gaps[i]!, Math.abs(x));
            },
          );
        });
        console.log(law.nodes.length, gaps, performance.now() - start);
        if (nodes === 8) expect(Math.max(...gaps)).toBeLessThan(tol);
      });
    }
  });
});
