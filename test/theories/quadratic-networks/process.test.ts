import { describe, expect, it } from 'vitest';
import type { Block } from '../../../bindings/arena.ts';
import { Process } from '../../../src/theories/quadratic-networks/process.ts';
import { checked, exact } from '../../cores.ts';
import { ofKind } from './golden.ts';

/** B as the vector of (B + Bᵀ)/√(2d) in the symmetric basis. */
function goe(B: number[][], out: Block): void {
  const d = B.length;
  let at = 0;
  const values = new Float64Array((d * (d + 1)) / 2);
  for (let i = 0; i < d; i++)
    for (let j = i; j < d; j++)
      values[at++] = (i === j ? 1 : Math.SQRT2) * ((B[i]![j]! + B[j]![i]!) / Math.sqrt(2 * d));
  out.set(values);
}

describe('mean-field process', () => {
  it.each(['exact', 'checked'] as const)(
    '%s: one replica on given draws follows the independent program to 1e-9 of its size',
    (build) => {
      const core = { exact, checked }[build];
      const { input, normals, train, test, rho, C, tol } = ofKind('dmft_exact')[0]!;
      const { d, alpha, kappa, kappa_star, lam, Delta, eta, steps } = input;
      const m = Math.round(kappa * d);
      const ms = Math.round(kappa_star * d);
      const [teacher, start, ...rest] = normals as number[][][];
      core.within((scope) => {
        const process = new Process(
          core,
          scope,
          {
            d,
            columns: m,
            replicas: 1,
            tangents: 1,
            sampleRatio: alpha,
            weightDecay: lam,
            noiseVariance: Delta,
            steps: Array(steps).fill(eta),
          },
          {
            teacher(_, out) {
              const values: number[] = [];
              for (let i = 0; i < d; i++)
                for (let j = i; j < d; j++) {
                  const entry =
                    teacher![i]!.reduce((sum, value, a) => sum + value * teacher![j]![a]!, 0) / ms;
                  values.push((i === j ? 1 : Math.SQRT2) * entry);
                }
              out.set(values);
            },
            start(_, W, ld) {
              start!.forEach((row, i) => {
                W.set(
                  row.map((value) => value / Math.sqrt(m)),
                  i * ld,
                );
              });
            },
            innovation: (_, out) => goe(rest.shift()!, out),
            probe: (_, out) => goe(rest.shift()!, out),
          },
        );
        for (let k = 0; k <= steps; k++) {
          const measured = process.measure(k);
          expect(Math.abs(measured.train / train[k] - 1)).toBeLessThan(tol);
          expect(Math.abs(measured.test / test[k] - 1)).toBeLessThan(tol);
          for (let j = 0; j < k; j++) {
            expect(Math.abs(process.correlation[k]![j]! / C[k][j] - 1)).toBeLessThan(tol);
            expect(Math.abs(process.response[k]![j]! - rho[k][j]), `rho ${k} ${j}`).toBeLessThan(tol);
          }
          if (k < steps) process.advance(k);
        }
      });
    },
  );
});
