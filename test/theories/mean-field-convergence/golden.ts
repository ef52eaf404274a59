// The reference values of mean-field convergence: its letters as ensembles of ours, and its tolerance, relative above 1.
import { expect } from 'vitest';
import type { Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import { gemm, gemmScratch, sumSquares, syrk } from '../../../bindings/linalg.ts';
import type { ActivationSpec } from '../../../src/numerics/activation.ts';
import type { Ensemble } from '../../../src/theories/mean-field-convergence/ensemble.ts';
import { trainedActivation } from '../../../src/theories/mean-field-convergence/slopes.ts';
import { flat, readCases } from '../golden.ts';

export interface GoldenCase {
  readonly name: string;
  readonly tol: number;
  // biome-ignore lint/suspicious/noExplicitAny: the entries differ from case to case
  readonly inputs: any;
  // biome-ignore lint/suspicious/noExplicitAny: the entries differ from case to case
  readonly expected: any;
}

export const cases = readCases<GoldenCase>('mean-field-convergence');

export const golden = (name: string): GoldenCase => cases.find((entry) => entry.name === name)!;

export const activationOf = (name: string): ActivationSpec =>
  name === 'leaky' ? { kind: 'leaky-relu', slope: 0.1 } : (name as ActivationSpec);

/** |a - b| <= tol max(1, |b|) entry by entry, as the reference asks. */
export function expectClose(
  actual: ArrayLike<number> | number,
  expected: unknown,
  tol: number,
  what = '',
): void {
  const ours = typeof actual === 'number' ? [actual] : Array.from(actual);
  const theirs = flat(expected);
  expect(ours.length, what).toBe(theirs.length);
  const gap = theirs.reduce(
    (most, b, k) => Math.max(most, Math.abs(ours[k]! - b) / Math.max(1, Math.abs(b))),
    0,
  );
  expect(gap, what).toBeLessThanOrEqual(tol);
}

export interface Explicit {
  readonly activation: ActivationSpec;
  /** Rows u_a of the trained layer's inputs. */
  readonly U: readonly (readonly number[])[];
  readonly Z: readonly (readonly number[])[];
  readonly y: readonly number[];
  readonly eps: readonly number[];
  readonly alpha: number;
}

/** An ensemble from given inputs and weights, in either form. */
export function explicitEnsemble(
  core: Core,
  scope: Scope,
  { activation, U, Z, y, eps, alpha }: Explicit,
  form: 'primal' | 'dual',
): Ensemble {
  const [n, p, m] = [U.length, U[0]!.length, Z.length];
  const rows = scope.from(U.flat());
  const neurons = scope.from(Z.flat());
  const gram = scope.f64(n * n);
  const H = scope.f64(m * n);
  const scratch = scope.f64(gemmScratch(core));
  syrk(core, n, p, rows, p, gram, n, scratch);
  gemm(core, false, true, m, n, p, neurons, p, rows, p, H, n, false, scratch);
  return {
    rows: m,
    samples: n,
    activation: trainedActivation(activation),
    scale: alpha,
    labels: Float64Array.from(y),
    dtype: 'float64',
    signs: Float64Array.from(eps),
    gram,
    H,
    weightNorm: sumSquares(core, neurons, m * p),
    ...(form === 'primal' && { primal: { inputs: p, U: rows, Z: neurons } }),
  };
}
