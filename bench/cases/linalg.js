// Dense linear algebra: products, tall-skinny products, Cholesky, symmetric eigenvalues.
import { onBuilds } from '../harness/builds.js';
import { draw, shaped } from '../harness/draw.js';

const own = { group: 'kernels', area: 'linear algebra' };

function gemm(n) {
  return {
    ...own,
    name: `GEMM ${n}`,
    unit: 'GF/s',
    count: 2 * n ** 3,
    tolerance: 1e-13,
    targets: [
      { build: 'exact', over: 'numpy-1', atLeast: 0.17 },
      { build: 'fast', over: 'numpy-1', atLeast: 0.28 },
      { build: 'exact', over: 'ml-matrix', atLeast: 7 },
      { build: 'fast', over: 'ml-matrix', atLeast: 10 },
    ],
    contenders({ bindings: { linalg }, builds, numpy, peer }) {
      const [a, b] = [draw(n * n, 1), draw(n * n, 2)];
      const inputs = { a: shaped(a, n, n), b: shaped(b, n, n) };
      return {
        ...onBuilds(builds, ({ core, scope }) => {
          const [A, B, C] = [scope.from(a), scope.from(b), scope.f64(n * n)];
          const scratch = scope.f64(linalg.gemmScratchFor(core, n, n, n));
          return {
            run: () => linalg.gemm(core, false, false, n, n, n, A, n, B, n, C, n, false, scratch),
            result: () => C.copy(),
          };
        }),
        plain: () => {
          const c = new Float64Array(n * n);
          return {
            run: () => {
              for (let i = 0; i < n; i++) {
                const row = i * n;
                for (let j = 0; j < n; j++) c[row + j] = 0;
                for (let p = 0; p < n; p++) {
                  const t = a[row + p];
                  const at = p * n;
                  for (let j = 0; j < n; j++) c[row + j] += t * b[at + j];
                }
              }
            },
            result: () => c,
          };
        },
        'ml-matrix': async () => {
          const { Matrix } = await peer('ml-matrix');
          const [A, B] = [a, b].map((values) => Matrix.from1DArray(n, n, values));
          let C;
          return {
            run: () => {
              C = A.mmul(B);
            },
            result: () => Float64Array.from(C.to1DArray()),
          };
        },
        'numpy-1': () => numpy(1, 'gemm', inputs),
        'numpy-2': () => numpy(2, 'gemm', inputs),
      };
    },
  };
}

export const cases = [100, 256, 512, 1000].map(gemm);
