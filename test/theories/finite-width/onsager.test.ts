import { describe, expect, it } from 'vitest';
import { axpy, scale, sumSquares } from '../../../bindings/linalg.ts';
import { NetworkWorkspace } from '../../../bindings/network.ts';
import { resolveActivation } from '../../../src/numerics/activation.ts';
import { OnsagerEstimator } from '../../../src/theories/finite-width/onsager.ts';
import { deepRates, descend } from '../../../src/theories/finite-width/state.ts';
import { deepWeightsOnly, packDeep } from '../../../src/theories/finite-width/teacher.ts';
import { checked, exact } from '../../cores.ts';
import { flat, largestGap } from '../golden.ts';
import { ofKind } from './golden.ts';

const names: Record<string, 'erf-sqrt2'> = { erf: 'erf-sqrt2' };

describe.each([
  ['exact', exact],
  ['checked', checked],
] as const)('augmented gradient descent on the %s core', (_, core) => {
  it.each(ofKind('tiny_gd_estimator').map((entry) => [entry.name, entry] as const))(
    '%s: train error, estimate, responses and weights within 1e-10 of the reference',
    (_name, entry) => {
      const { input, expected } = entry;
      const { m, n, q, T, eta, lam } = input;
      const depth = input.L;
      const activations = (input.acts as string[]).map((name) => {
        const { kind, parameter } = resolveActivation((names[name] ?? name) as 'tanh');
        return { kind, parameter };
      });
      core.within((scope) => {
        const rows = standardised(input.X, input.standardise);
        const X = scope.from(rows.flat());
        const W = scope.f64(q * n);
        (input.W1 as number[][]).forEach((row, l) => {
          row.forEach((value, j) => {
            W.view[j * n + l] = value;
          });
        });
        const net = new NetworkWorkspace(core, scope, { width: q, activations, samples: m, order: 2 });
        net.label.set(input.Y);
        const estimator = new OnsagerEstimator(core, scope, {
          width: q,
          activations,
          samples: m,
          steps: T,
          sampleRatio: m / n,
          ...(lam && {
            spectrum: lam[0].map((weight: number, c: number) => ({ weight, eigenvalue: lam[1][c] })),
          }),
        });
        const gradient = scope.f64(q * n);
        const v = scope.f64(net.stride);
        let deep: Float64Array = packDeep(input.deep, q, depth);
        const train: number[] = [];
        const estimates: number[] = [];
        for (let t = 0; t <= T; t++) {
          net.deep.set(deep);
          gradient.fill(0);
          net.gradient(X, m, n, n, W, gradient, 48);
          net.forward(m, 0, 2);
          train.push(sumSquares(core, net.residual, m) / m);
          if (t === 0) {
            const G = Array.from({ length: m }, (_row, k) =>
              Array.from({ length: q }, (_unit, j) => net.signal.view[j * net.stride + k]!),
            );
            expect(largestGap(flat(G), expected.G0)).toBeLessThan(1e-10);
          }
          estimates.push(estimator.step(t, net, t < T ? eta[t][0] : undefined).estimate);
          if (t === T) break;
          v.set(net.residual.view);
          scale(core, 1 / m, v, m);
          const deepGradient = net.deepGradient(v, m);
          axpy(core, -eta[t][0] / m, gradient, W, q * n);
          deep = descend(deep, deepRates(eta[t], q, depth, 0), deepGradient);
        }
        expect(largestGap(train, expected.train)).toBeLessThan(1e-10);
        expect(largestGap(estimates, expected.E_gen_hat)).toBeLessThan(1e-10);
        expect(largestGap(deepWeightsOnly(deep, q, depth), expected.deep_final)).toBeLessThan(1e-10);
        const W1 = Array.from({ length: n }, (_row, l) =>
          Array.from({ length: q }, (_unit, j) => W.view[j * n + l]!),
        );
        expect(largestGap(flat(W1), expected.W1_final)).toBeLessThan(1e-10);
        const corrected = Array.from({ length: m }, (_row, k) =>
          Array.from({ length: q }, (_unit, j) => estimator.corrected.view[j * net.stride + k]!),
        );
        expect(largestGap(flat(corrected), expected.Uhat_final)).toBeLessThan(1e-10);
        expect(largestGap(net.output.copy(0, m), expected.f_final)).toBeLessThan(1e-10);
        expect(
          largestGap(flat(estimator.tau.map((row) => row.map((matrix) => [...matrix]))), expected.tau),
        ).toBeLessThan(1e-10);
        const rho = Array.from({ length: T + 1 }, (_row, t) =>
          estimator.iterates.rho(t).map((matrix) => [...matrix]),
        );
        expect(largestGap(flat(rho), expected.rho)).toBeLessThan(1e-10);
        const C = estimator.iterates.rows.map((byTime, c) =>
          byTime.map((_row, t) => estimator.iterates.C(t, c).map((matrix) => [...matrix])),
        );
        expect(largestGap(flat(C), expected.C ?? expected.C_per_class)).toBeLessThan(1e-10);
      });
    },
  );
});

/** Columns centred, then one scale for all: the root of the mean squared entry. */
function standardised(X: number[][], wanted: boolean): number[][] {
  if (!wanted) return X;
  const means = X[0]!.map((_, j) => X.reduce((sum, row) => sum + row[j]!, 0) / X.length);
  const centred = X.map((row) => row.map((value, j) => value - means[j]!));
  const square = centred.flat().reduce((sum, value) => sum + value * value, 0) / (X.length * means.length);
  return centred.map((row) => row.map((value) => value / Math.sqrt(square)));
}
