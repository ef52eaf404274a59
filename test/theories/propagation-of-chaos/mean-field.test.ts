import { describe, expect, it } from 'vitest';
import { escapeLaw } from '../../../src/theories/propagation-of-chaos/initial-law.ts';
import { Characteristics, MeanField } from '../../../src/theories/propagation-of-chaos/mean-field.ts';
import { exact } from '../../cores.ts';
import { largestGap } from '../golden.ts';
import { golden, linksOfCoefficients } from './golden.ts';

const hermite = (k: number) => [...new Array(k).fill(0), 1];

/** With half the nodes the golden file has means over them; by symmetry the odd moments of the law are 0, and that is ours. */
const symmetric = (moments: number[], even: boolean) => moments.map((m, l) => (even && l % 2 ? 0 : m));

describe('the mean field', () => {
  it.each([
    ['mf_he1', 0.01],
    ['mf_he2', 0.01],
    ['mf_he3', 0.01],
    ['mf_he4', 0.01],
  ])('%s: losses, moments and tracers within 1e-8 of the golden values (measured 4e-9)', (id, stepSize) => {
    const { d, k, t, loss, moments, tracer_alpha0, tracer_alpha, tol } = golden(id);
    const links = linksOfCoefficients(hermite(k));
    const law = escapeLaw(d, links, t.at(-1), { length: 0.5, nodes: 8 });
    exact.within((scope) => {
      const field = new MeanField(exact, scope, {
        inputDimension: d,
        links,
        law,
        kind: 'gradient-flow',
        stepSize,
      });
      const tracers = new Characteristics(exact, scope, d, k, tracer_alpha0.length);
      tracers.alpha.set(tracer_alpha0);
      const gaps = [0, 0, 0];
      let now = 0;
      t.forEach((time: number, row: number) => {
        for (; now < Math.round(time / stepSize); now++) {
          tracers.advance(field.advance(), 'gradient-flow', stepSize);
        }
        gaps[0] = Math.max(gaps[0]!, Math.abs(field.loss() - loss[row]));
        gaps[1] = Math.max(gaps[1]!, largestGap(field.moments, symmetric(moments[row], law.half)));
        gaps[2] = Math.max(gaps[2]!, largestGap(tracers.alpha.view, tracer_alpha[row]));
      });
      expect(Math.max(...gaps)).toBeLessThan(tol);
    });
  });

  it('mf_pgd_he4: the exact map of projected descent within 1e-8 (measured 4e-10)', () => {
    const { d, eta, steps, loss, moments, tol } = golden('mf_pgd_he4');
    const links = linksOfCoefficients(hermite(4));
    const law = escapeLaw(d, links, steps.at(-1) * eta, { length: 0.5, nodes: 8 });
    exact.within((scope) => {
      const field = new MeanField(exact, scope, {
        inputDimension: d,
        links,
        law,
        kind: 'projected-descent',
        stepSize: eta,
      });
      let now = 0;
      steps.forEach((step: number, row: number) => {
        for (; now < step; now++) field.advance();
        expect(Math.abs(field.loss() - loss[row])).toBeLessThan(tol);
        expect(largestGap(field.moments, symmetric(moments[row], law.half))).toBeLessThan(tol);
      });
      expect(field.within).toBe(true);
    });
  });
});
