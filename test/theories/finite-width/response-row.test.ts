import { describe, expect, it } from 'vitest';
import { createStream } from '../../../src/numerics/random.ts';
import { multiply } from '../../../src/numerics/square.ts';
import { SignalRows } from '../../../src/theories/finite-width/response-row.ts';
import { checked, exact } from '../../cores.ts';

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

/** Symmetric J_t of every sample and rho_{t,s}, at random. */
function drawn(q: number, m: number, steps: number) {
  const draw = createStream('response rows', `${q} ${m}`);
  const J = range(steps).map(() =>
    range(m).map(() => {
      const half = draw.normal(q * q);
      return half.map((_, i) => half[i]! + half[(i % q) * q + Math.floor(i / q)]!);
    }),
  );
  const rho = range(steps).map((t) => range(t).map(() => draw.normal(q * q).map((v) => 0.2 * v)));
  return { J, rho, weights: draw.uniform(m) };
}

/** The recursion as (R1) has it, forward: D_{t,s} = J_t (1{s=t} I + sum_{r=s}^{t-1} rho_{t,r} D_{r,s}), sample by sample. */
function forward({ J, rho }: ReturnType<typeof drawn>, q: number, k: number): Float64Array[][] {
  const D: Float64Array[][] = [];
  J.forEach((all, t) => {
    const row = range(t + 1).map((s) => {
      if (s === t) return Float64Array.from(all[k]!);
      const inner = new Float64Array(q * q);
      for (let r = s; r < t; r++)
        multiply(rho[t]![r]!, D[r]![s]!, q, q, q).forEach((value, i) => {
          inner[i]! += value;
        });
      return multiply(all[k]!, inner, q, q, q);
    });
    D.push(row);
  });
  return D;
}

describe.each([
  ['exact', exact],
  ['checked', checked],
] as const)('response by rows on the %s core', (_, core) => {
  it.each([
    [1, 7],
    [2, 16],
    [3, 33],
    [4, 40],
    [5, 18],
  ])('has the means of the forward recursion to 1e-13, weighted or not (%i units, %i samples)', (q, m) => {
    const steps = 7;
    const ld = m + (m & 1);
    const given = drawn(q, m, steps);
    const D = range(m).map((k) => forward(given, q, k));
    for (const weighted of [false, true]) {
      core.within((scope) => {
        const weights = weighted ? scope.from(given.weights) : undefined;
        const rows = new SignalRows(core, scope, q, m, ld, steps, weights);
        const J = scope.f64(q * q * ld);
        for (let t = 0; t < steps; t++) {
          given.J[t]!.forEach((matrix, k) => {
            matrix.forEach((value, i) => {
              J.view[i * ld + k] = value;
            });
          });
          const pieces = rows.advance(t, J, given.rho[t]!);
          let next = pieces.next();
          let share = 0;
          for (; !next.done; next = pieces.next()) share += next.value;
          expect(share).toBeCloseTo(1, 12);
          next.value.forEach((tau, s) => {
            tau.forEach((value, i) => {
              const mean = range(m).reduce(
                (sum, k) => sum + (weighted ? given.weights[k]! : 1 / m) * D[k]![t]![s]![i]!,
                0,
              );
              const size = range(m).reduce((sum, k) => sum + Math.abs(D[k]![t]![s]![i]!), 0) / m;
              expect(Math.abs(value - mean)).toBeLessThan(1e-13 * (1 + (weighted ? m : 1) * size));
            });
          });
        }
      });
    }
  });
});
