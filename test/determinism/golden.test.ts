// The bits that the default build gave when they were written down. Whoever tunes a kernel keeps them, or records the
// change in docs/bits.md and then here (`UPDATE_GOLDEN=1 npx vitest run test/determinism/golden.test.ts`).
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Block, Scope } from '../../bindings/arena.ts';
import * as linalg from '../../bindings/linalg.ts';
import * as library from '../../src/index.ts';
import { sha256 } from '../../src/result-hash.ts';
import { exact } from '../cores.ts';
// @ts-expect-error plain JavaScript, shared with the other runtimes
import { hashes } from './workload.js';

const path = new URL('./golden.json', import.meta.url);
const golden = JSON.parse(readFileSync(path, 'utf8'));

let state = 1;
const next = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 31 - 1;
};
const draw = (scope: Scope, length: number) => scope.from(Float64Array.from({ length }, next));

/** A symmetric matrix with a dominant diagonal. */
function positive(scope: Scope, n: number): Block {
  const A = Float64Array.from({ length: n * n }, next);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) A[i * n + j] = A[j * n + i]!;
    A[i * n + i] = n + i;
  }
  return scope.from(A);
}

/** Kernels whose tiles and blocks may be tuned, at sizes with tails in every direction. */
const kernels: Record<string, (scope: Scope) => Block[]> = {
  gemm(scope) {
    const [m, n, k] = [131, 77, 301];
    const [A, B, C] = [draw(scope, m * k), draw(scope, n * k), scope.f64(m * n)];
    const scratch = scope.f64(linalg.gemmScratchFor(exact, m, n, k));
    linalg.gemm(exact, false, true, m, n, k, A, k, B, k, C, n, false, scratch);
    return [C];
  },
  skinny(scope) {
    const [m, n, q] = [203, 117, 5];
    const [X, W, H, out] = [draw(scope, m * n), draw(scope, q * n), scope.f64(q * 204), scope.f64(q * n)];
    linalg.skinny(exact, X, m, n, n, W, n, q, H, 204);
    linalg.skinnyTransposed(exact, X, m, n, n, H, 204, q, out, n);
    return [H, out];
  },
  cholesky(scope) {
    const A = positive(scope, 137);
    linalg.cholesky(exact, A, 137, 137, 1e-14);
    return [A];
  },
  eigenvalues: (scope) => [eigen(scope, 83, false)[0]!],
  eigenvectors: (scope) => eigen(scope, 61, true),
  largeEigenvalues: (scope) => [eigen(scope, 203, false)[0]!],
  largeEigenvectors: (scope) => eigen(scope, 203, true),
};

function eigen(scope: Scope, n: number, wantVectors: boolean): Block[] {
  const [A, values] = [positive(scope, n), scope.f64(n)];
  linalg.symmetricEigen(
    exact,
    A,
    n,
    n,
    values,
    wantVectors,
    scope.f64(linalg.symmetricEigenScratch(exact, n)),
  );
  return [values, A];
}

async function kernelHash(run: (scope: Scope) => Block[]): Promise<string> {
  const values = exact.within((scope) => run(scope).flatMap((block) => Array.from(block.copy())));
  return sha256(new Uint8Array(Float64Array.from(values).buffer));
}

const results = await hashes(library);
delete results.core;
const found: typeof golden = { ...golden, results, kernels: {} };
for (const [name, run] of Object.entries(kernels)) found.kernels[name] = await kernelHash(run);
if (process.env.UPDATE_GOLDEN) writeFileSync(path, `${JSON.stringify(found, null, 2)}\n`);

describe('the bits of the default build, as written down in golden.json', () => {
  it.each(Object.keys(found.results))('result: %s', (name) => {
    expect(found.results[name]).toBe(golden.results[name]);
  });

  it.each(Object.keys(found.kernels))('kernel: %s', (name) => {
    expect(found.kernels[name]).toBe(golden.kernels[name]);
  });
});
