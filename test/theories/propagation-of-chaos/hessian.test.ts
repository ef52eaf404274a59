import { describe, expect, it } from 'vitest';
import { tanh } from '../../../src/numerics/special.ts';
import {
  HessianAt,
  HessianIntegrals,
  selfConcordance,
  stageShares,
} from '../../../src/theories/propagation-of-chaos/hessian.ts';
import { escapeLaw, gaussLaw } from '../../../src/theories/propagation-of-chaos/initial-law.ts';
import type { Links } from '../../../src/theories/propagation-of-chaos/links.ts';
import { linksOf } from '../../../src/theories/propagation-of-chaos/links.ts';
import {
  Characteristics,
  forceSeries,
  MeanField,
  meanFieldLoss,
  zonalPotential,
} from '../../../src/theories/propagation-of-chaos/mean-field.ts';
import { exact } from '../../cores.ts';
import { largestGap } from '../golden.ts';
import { golden, linksOfCoefficients } from './golden.ts';

const dot = (x: readonly number[], y: readonly number[]) =>
  x.reduce((sum, value, i) => sum + value * y[i]!, 0);

/** ν(w) = V'(α)(w* − αw) off the sphere as well: the tangential part of the derivative is what counts. */
function velocity(w: readonly number[], slope: (alpha: number) => number): number[] {
  const alpha = w[0]!;
  return w.map((value, i) => slope(alpha) * ((i === 0 ? 1 : 0) - alpha * value));
}

/** Follows mean field, Hessians along its nodes and the largest self-concordance over time. */
function follow(links: Links, d: number, horizon: number, stepSize: number, tau = 1) {
  const law = escapeLaw(d, links, horizon, { length: 0.5, nodes: 6 });
  return exact.within((scope) => {
    const input = { inputDimension: d, links, law, kind: 'gradient-flow', stepSize } as const;
    const field = new MeanField(exact, scope, input);
    const count = law.nodes.length;
    const hessian = new HessianAt(exact, scope, d, links.degree, count);
    const integrals = new HessianIntegrals(count);
    const shares = stageShares('gradient-flow', stepSize);
    let concordance = 0;
    let jacobian = 1;
    for (let step = 0; step < Math.round(horizon / stepSize); step++) {
      const local = hessian.at(field.nodes.alpha, field.force());
      concordance = Math.max(concordance, selfConcordance(field.nodes.alpha.view, local, d, tau));
      field.advance().forEach((force, s) => {
        integrals.add(field.stages[s]!.view, hessian.at(field.stages[s]!, force), shares[s]!);
      });
      jacobian = Math.max(jacobian, integrals.largestJacobian());
    }
    return { concordance, jacobian, ratio: integrals.ratio() };
  });
}

const hermite = (k: number) => linksOfCoefficients([...new Array(k).fill(0), 1]);

describe('the local Hessian', () => {
  const { c, b, d, W0 } = golden('tiny_system');
  const links = linksOfCoefficients(c, b);
  const potential = zonalPotential(d, links);
  const { moments, Vcoef, mf_loss, eig_par, eig_perp, Delta, D_Delta, mf_velocity, tol } = golden('hessians');
  const force = forceSeries(potential, Float64Array.from(moments as number[]));

  it('golden: moments, potential, loss, velocity, eigenvalues and their action within 1e-11', () => {
    expect(
      largestGap(
        potential.kappa.map((value, l) => value - potential.lambda[l]! * moments[l]),
        Vcoef,
      ),
    ).toBeLessThan(tol);
    expect(Math.abs(meanFieldLoss(potential, Float64Array.from(moments as number[])) - mf_loss)).toBeLessThan(
      tol,
    );
    exact.within((scope) => {
      const alpha = scope.from((W0 as number[][]).map((w) => w[0]!));
      const { slope, parallel, perpendicular } = new HessianAt(exact, scope, d, 4, 6).at(alpha, force);
      expect(largestGap(parallel, eig_par)).toBeLessThan(tol);
      expect(largestGap(perpendicular, eig_perp)).toBeLessThan(tol);
      (W0 as number[][]).forEach((w, i) => {
        const beta = Math.sqrt(1 - w[0]! * w[0]!);
        const e = w.map((value, k) => ((k === 0 ? 1 : 0) - w[0]! * value) / beta);
        const along = dot(e, Delta[i]);
        const acted = (Delta[i] as number[]).map(
          (value, k) => parallel[i]! * along * e[k]! + perpendicular[i]! * (value - along * e[k]!),
        );
        expect(largestGap(acted, D_Delta[i])).toBeLessThan(tol);
        expect(
          largestGap(
            velocity(w, () => slope[i]!),
            mf_velocity[i],
          ),
        ).toBeLessThan(tol);
      });
    });
  });

  it('golden: the moments of its law, 24 Gauss nodes at tanh(1.5x + 0.2), within 1e-11', () => {
    const { nodes, weights } = gaussLaw(d, 24);
    const law = { nodes: tanh(nodes.map((x) => 1.5 * x + 0.2)), weights, half: false };
    exact.within((scope) => {
      const field = new MeanField(exact, scope, {
        inputDimension: d,
        links,
        law,
        kind: 'gradient-flow',
        stepSize: 0.1,
      });
      expect(largestGap(field.moments, moments)).toBeLessThan(tol);
    });
  });

  it('is the derivative of the velocity along the sphere: finite differences within 3e-9', () => {
    exact.within((scope) => {
      const hessian = new HessianAt(exact, scope, d, 4, 1);
      const slopeAt = (alpha: number) => hessian.at(scope.from([alpha]), force).slope[0]!;
      (W0 as number[][]).forEach((w, i) => {
        const step = 1e-5;
        const moved = (sign: number) => {
          const u = w.map((value, k) => value + sign * step * Delta[i][k]);
          const norm = Math.sqrt(dot(u, u));
          return velocity(
            u.map((value) => value / norm),
            slopeAt,
          );
        };
        const [up, down] = [moved(1), moved(-1)];
        const change = up.map((value, k) => (value - down[k]!) / (2 * step));
        const radial = dot(change, w);
        const tangential = change.map((value, k) => value - radial * w[k]!);
        expect(largestGap(tangential, D_Delta[i])).toBeLessThan(3e-9);
      });
    });
  });

  it('J_∥ and J_⊥ are the flow map: finite differences of characteristics and β_t/β_0, within 1e-5', () => {
    const links = hermite(4);
    const law = escapeLaw(16, links, 4, { length: 0.5, nodes: 6 });
    const starts = [0.12, 0.2, 0.3];
    const shift = 1e-6;
    exact.within((scope) => {
      const stepSize = 0.02;
      const input = { inputDimension: 16, links, law, kind: 'gradient-flow', stepSize } as const;
      const field = new MeanField(exact, scope, input);
      const tracers = new Characteristics(exact, scope, 16, 4, 9);
      tracers.alpha.set(starts.flatMap((a) => [a - shift, a, a + shift]));
      const hessian = new HessianAt(exact, scope, 16, 4, 3);
      const integrals = new HessianIntegrals(3);
      const middle = new Characteristics(exact, scope, 16, 4, 3);
      middle.alpha.set(starts);
      const shares = stageShares('gradient-flow', stepSize);
      for (let step = 0; step < 200; step++) {
        const forces = field.advance();
        let stage = 0;
        middle.step(
          (s, alpha) => {
            integrals.add(alpha.copy(), hessian.at(alpha, forces[s]!), shares[stage++]!);
            return forces[s]!;
          },
          'gradient-flow',
          stepSize,
        );
        tracers.advance(forces, 'gradient-flow', stepSize);
      }
      const alpha = tracers.alpha.view;
      starts.forEach((start, i) => {
        const beta = (a: number) => Math.sqrt((1 - a) * (1 + a));
        const slope = (alpha[3 * i + 2]! - alpha[3 * i]!) / (2 * shift);
        // A displacement along e of length x moves α by βx.
        const parallel = (slope * beta(start)) / beta(alpha[3 * i + 1]!);
        expect(Math.abs(Math.exp(integrals.logParallel[i]!) / parallel - 1)).toBeLessThan(1e-5);
        const turned = beta(alpha[3 * i + 1]!) / beta(start);
        expect(Math.abs(Math.exp(integrals.logPerpendicular[i]!) / turned - 1)).toBeLessThan(1e-5);
      });
    });
  });
});

describe('self-concordance', () => {
  it.each([
    ['He1', hermite(1), 0, 1],
    ['He2', hermite(2), 0.86, 0.99],
    ['He3', hermite(3), 1.85, 2.01],
    ['He4', hermite(4), 2.85, 3.01],
    ['He4 + He6/2', linksOfCoefficients([0, 0, 0, 0, 1, 0, 0.5]), 2.85, 3.05],
    ['He1/2 + He3', linksOfCoefficients([0, 0.5, 0, 1]), 1.25, 1.45],
  ] as const)(
    '%s: C_sc(τ = 1), which degree − 1 bounds where all coefficients are positive',
    (_, links, low, high) => {
      const { concordance } = follow(links as unknown as Links, 16, 6, 0.05);
      expect(concordance).toBeLessThanOrEqual(high);
      expect(concordance).toBeGreaterThanOrEqual(low);
    },
  );

  it('the integrated ratio stays below 3.6 for information exponent 4 (measured 3.51)', () => {
    const { ratio, jacobian } = follow(hermite(4), 16, 6, 0.05);
    expect(ratio).toBeLessThan(3.6);
    expect(Math.abs(jacobian / 55 - 1)).toBeLessThan(0.02);
  });

  it('relu of degree 8 has a zero of V′ at a negative overlap, where the ratio is far above degree − 1', () => {
    expect(follow(linksOf('relu', undefined, 8), 16, 4, 0.05).concordance).toBeGreaterThan(20);
  });
});
