// Dense linear algebra: products, tall-skinny products, Cholesky, symmetric eigenvalues.
import { onBuilds } from '../harness/builds.js';
import { draw, shaped } from '../harness/draw.js';
import { productModel } from '../harness/onnx.js';

const own = { group: 'kernels', unit: 'GF/s', tolerance: 1e-12 };

/** A target on both builds over one contender. */
const both = (over, exact, fast) => [
  { build: 'exact', over, atLeast: exact },
  { build: 'fast', over, atLeast: fast },
];

/** rows x columns in row-major order to its transpose. */
function transpose(values, rows, columns) {
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) out[j * rows + i] = values[i * columns + j];
  return out;
}

/** A contender of a child process whose result is brought into our layout. */
async function arranged(contender, arrange) {
  const { result, ...rest } = await contender;
  return { ...rest, result: async () => arrange(await result()) };
}

// ---------------------------------------------------------------- products

function plainGemm(a, b, c, n) {
  for (let i = 0; i < n; i++) {
    const row = i * n;
    for (let j = 0; j < n; j++) c[row + j] = 0;
    for (let p = 0; p < n; p++) {
      const t = a[row + p];
      const at = p * n;
      for (let j = 0; j < n; j++) c[row + j] += t * b[at + j];
    }
  }
}

async function onnxGemm(ort, a, b, n, type) {
  const session = await ort.InferenceSession.create(productModel(n, n, n, type));
  const feeds = Object.fromEntries(
    Object.entries({ a, b }).map(([name, values]) => {
      const data = type === 'float32' ? Float32Array.from(values) : values;
      return [name, new ort.Tensor(type, data, [n, n])];
    }),
  );
  let c;
  return {
    run: async () => {
      ({ c } = await session.run(feeds));
    },
    result: () => Float64Array.from(c.data),
    release: () => session.release(),
  };
}

const F32 = { type: 'f32', tolerance: 1e-4 };

function gemm(n) {
  return {
    ...own,
    area: 'matrix products',
    name: `GEMM ${n}`,
    count: 2 * n ** 3,
    targets: [...both('numpy-1', 0.17, 0.28), ...both('ml-matrix', 7, 10)],
    contenders({ bindings: { linalg }, builds, numpy, jax, peer }) {
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
          return { run: () => plainGemm(a, b, c, n), result: () => c };
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
        onnxruntime: async () => onnxGemm(await peer('onnxruntime'), a, b, n, 'float64'),
        ...(n <= 256 && {
          stdlib: async () => {
            const dgemm = await peer('stdlib-dgemm');
            const c = new Float64Array(n * n);
            const no = 'no-transpose';
            return {
              run: () => dgemm('row-major', no, no, n, n, n, 1, a, n, b, n, 0, c, n),
              result: () => c,
            };
          },
          'jax-js f64': () => jax('gemm', inputs, { dtype: 'float64' }),
        }),
        'jax-js f32': async () => ({ ...(await jax('gemm', inputs, { dtype: 'float32' })), ...F32 }),
        'onnxruntime f32': async () => ({
          ...(await onnxGemm(await peer('onnxruntime'), a, b, n, 'float32')),
          ...F32,
        }),
        'tfjs f32': async () => {
          const tf = await peer('tfjs');
          const [A, B] = [a, b].map((values) => tf.tensor2d(Float32Array.from(values), [n, n]));
          let c;
          return {
            ...F32,
            run: () => {
              const C = tf.matMul(A, B);
              c = C.dataSync();
              C.dispose();
            },
            result: () => Float64Array.from(c),
            release: () => {
              A.dispose();
              B.dispose();
            },
          };
        },
      };
    },
  };
}

// ---------------------------------------------------------------- tall and skinny

function plainForward(x, w, h, m, n, q) {
  for (let j = 0; j < q; j++) {
    for (let i = 0; i < m; i++) {
      let total = 0;
      for (let k = 0; k < n; k++) total += x[i * n + k] * w[j * n + k];
      h[j * m + i] = total;
    }
  }
}

/** Over the products as they are usually written; NumPy's fastest form, which gives the transpose, stands beside them. */
const FORWARD = {
  1: [0.8, 0.9],
  2: [1.2, 1.5],
  3: [1.2, 1.5],
  4: [1.2, 1.5],
  8: [0.8, 0.9],
  16: [0.5, 0.65],
};
const TRANSPOSED = { ...FORWARD, 2: [1.7, 2.1], 3: [1.7, 2.1], 4: [1.7, 2.1] };

function forward(m, n, q) {
  return {
    ...own,
    area: 'tall and skinny: X W, q columns',
    name: `X W, ${m} × ${n}, q=${q}`,
    count: 2 * m * n * q,
    targets: both(q > 1 ? 'numpy-1, X @ W.T' : 'numpy-1', ...FORWARD[q]),
    contenders({ bindings: { linalg }, builds, numpy, peer }) {
      const [x, w] = [draw(m * n, 1), draw(q * n, 2)];
      const inputs = { X: shaped(x, m, n), W: shaped(w, q, n) };
      return {
        ...onBuilds(builds, ({ core, scope }) => {
          const [X, W, H] = [scope.from(x), scope.from(w), scope.f64(q * m)];
          return {
            run: () =>
              q === 1 ? linalg.gemv(core, X, m, n, n, W, H) : linalg.skinny(core, X, m, n, n, W, n, q, H, m),
            result: () => H.copy(),
          };
        }),
        plain: () => {
          const h = new Float64Array(q * m);
          return { run: () => plainForward(x, w, h, m, n, q), result: () => h };
        },
        'ml-matrix': async () => {
          const { Matrix } = await peer('ml-matrix');
          const [X, W] = [Matrix.from1DArray(m, n, x), Matrix.from1DArray(q, n, w).transpose()];
          let H;
          return {
            run: () => {
              H = X.mmul(W);
            },
            result: () => Float64Array.from(H.transpose().to1DArray()),
          };
        },
        'numpy-1': () => numpy(1, 'forward', inputs),
        'numpy-2': () => numpy(2, 'forward', inputs),
        ...(q > 1 && {
          'numpy-1, X @ W.T': () =>
            arranged(numpy(1, 'forward-rows', inputs), ({ result }) => transpose(result, m, q)),
        }),
      };
    },
  };
}

function plainTransposed(x, g, out, m, n, q) {
  out.fill(0);
  for (let j = 0; j < q; j++) {
    for (let i = 0; i < m; i++) {
      const t = g[j * m + i];
      for (let k = 0; k < n; k++) out[j * n + k] += t * x[i * n + k];
    }
  }
}

function transposed(m, n, q) {
  return {
    ...own,
    area: "tall and skinny: X' G, q columns",
    name: `X' G, ${m} × ${n}, q=${q}`,
    count: 2 * m * n * q,
    targets: both(q > 1 ? 'numpy-1, X.T @ G' : 'numpy-1', ...TRANSPOSED[q]),
    contenders({ bindings: { linalg }, builds, numpy, peer }) {
      const [x, g] = [draw(m * n, 1), draw(q * m, 2)];
      const inputs = { X: shaped(x, m, n), G: shaped(g, q, m) };
      return {
        ...onBuilds(builds, ({ core, scope }) => {
          const [X, G, out] = [scope.from(x), scope.from(g), scope.f64(q * n)];
          return {
            run: () => {
              if (q === 1) return linalg.gemvTransposed(core, X, m, n, n, G, out);
              out.fill(0);
              linalg.skinnyTransposed(core, X, m, n, n, G, m, q, out, n);
            },
            result: () => out.copy(),
          };
        }),
        plain: () => {
          const out = new Float64Array(q * n);
          return { run: () => plainTransposed(x, g, out, m, n, q), result: () => out };
        },
        'ml-matrix': async () => {
          const { Matrix } = await peer('ml-matrix');
          const [X, G] = [Matrix.from1DArray(m, n, x), Matrix.from1DArray(q, m, g)];
          let out;
          return {
            run: () => {
              out = G.mmul(X);
            },
            result: () => Float64Array.from(out.to1DArray()),
          };
        },
        'numpy-1': () => numpy(1, 'transposed', inputs),
        'numpy-2': () => numpy(2, 'transposed', inputs),
        ...(q > 1 && {
          'numpy-1, X.T @ G': () =>
            arranged(numpy(1, 'transposed-columns', inputs), ({ result }) => transpose(result, n, q)),
        }),
      };
    },
  };
}

/** Both products of a small matrix that is multiplied again and again: from panels that are packed once, and from its rows. */
function fromPanels(m, n, q) {
  const [x, w, g] = [draw(m * n, 1), draw(q * n, 2), draw(q * m, 3)];
  const sides = {
    'X W': {
      inputs: { X: shaped(x, m, n), W: shaped(w, q, n) },
      op: 'forward',
      length: q * m,
      rows: (linalg, core, scope, X, out) => {
        const W = scope.from(w);
        return () => linalg.skinny(core, X, m, n, n, W, n, q, out, m);
      },
      panels: (linalg, core, scope, X, out) => {
        const [W, panels] = [scope.from(w), linalg.packRowPanels(core, scope, X, m, n, n)];
        return () => linalg.panelForward(core, panels, m, n, W, n, q, out, m);
      },
    },
    "X' G": {
      inputs: { X: shaped(x, m, n), G: shaped(g, q, m) },
      op: 'transposed',
      length: q * n,
      rows: (linalg, core, scope, X, out) => {
        const G = scope.from(g);
        return () => {
          out.fill(0);
          linalg.skinnyTransposed(core, X, m, n, n, G, m, q, out, n);
        };
      },
      panels: (linalg, core, scope, X, out) => {
        const [G, panels] = [scope.from(g), linalg.packColumnPanels(core, scope, X, m, n, n)];
        return () => linalg.panelTransposed(core, panels, m, n, G, m, q, out, n);
      },
    },
  };
  return Object.entries(sides).map(([name, { inputs, op, length, rows, panels }]) => ({
    ...own,
    area: 'tall and skinny, a small X packed once',
    name: `${name}, ${m} × ${n}, q=${q}`,
    count: 2 * m * n * q,
    targets: [],
    contenders({ bindings: { linalg }, builds, numpy }) {
      const by = (form) =>
        onBuilds(builds, ({ core, scope }) => {
          const out = scope.f64(length);
          return { run: form(linalg, core, scope, scope.from(x), out), result: () => out.copy() };
        });
      const [packed, unpacked] = [by(panels), by(rows)];
      return {
        ...packed,
        'exact, not packed': unpacked.exact,
        'fast, not packed': unpacked.fast,
        'numpy-1': () => numpy(1, op, inputs),
      };
    },
  }));
}

// ---------------------------------------------------------------- factorisations

function symmetric(n, definite) {
  const a = draw(n * n, 3);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) a[j * n + i] = a[i * n + j];
    if (definite) a[i * n + i] += n;
  }
  return a;
}

function plainCholesky(a, l, n) {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let total = a[i * n + j];
      for (let k = 0; k < j; k++) total -= l[i * n + k] * l[j * n + k];
      l[i * n + j] = i === j ? Math.sqrt(total) : total / l[j * n + j];
    }
  }
}

const CHOLESKY = { 50: [0.8, 1], 200: [0.8, 1], 500: [0.55, 0.65] };

function cholesky(n) {
  return {
    ...own,
    area: 'factorisations',
    name: `Cholesky ${n}`,
    count: n ** 3 / 3,
    targets: [...both('numpy-1', ...CHOLESKY[n]), ...both('ml-matrix', 8, 8)],
    contenders({ bindings: { linalg }, builds, numpy, peer }) {
      const a = symmetric(n, true);
      const inputs = { a: shaped(a, n, n) };
      return {
        ...onBuilds(builds, ({ core, scope }) => {
          const [A, L] = [scope.from(a), scope.f64(n * n)];
          return {
            run: () => {
              L.view.set(A.view);
              linalg.cholesky(core, L, n, n, 0);
            },
            result: () => L.copy(),
          };
        }),
        plain: () => {
          const l = new Float64Array(n * n);
          return { run: () => plainCholesky(a, l, n), result: () => l };
        },
        'ml-matrix': async () => {
          const { CholeskyDecomposition, Matrix } = await peer('ml-matrix');
          const A = Matrix.from1DArray(n, n, a);
          let L;
          return {
            run: () => {
              L = new CholeskyDecomposition(A).lowerTriangularMatrix;
            },
            result: () => Float64Array.from(L.to1DArray()),
          };
        },
        'numpy-1': () => numpy(1, 'cholesky', inputs),
        'numpy-2': () => numpy(2, 'cholesky', inputs),
      };
    },
  };
}

/** Of LAPACK on one thread, for values and for values with vectors alike. */
const EIGENVALUES = { 50: [0.9, 1], 200: [0.53, 0.64], 500: [0.35, 0.4] };

/** Eigenvectors in rows without their signs, which every program chooses for itself. */
const unsigned = (vectors) => vectors.map(Math.abs);

function eigen(n, vectors) {
  return {
    ...own,
    area: 'factorisations',
    name: `eigenvalues${vectors ? ' and eigenvectors' : ''} ${n}`,
    unit: 'time',
    count: 1,
    // Vectors of close eigenvalues are less certain than values.
    tolerance: vectors ? 1e-9 : 1e-12,
    // ml-matrix computes vectors in either case.
    targets: [...both('numpy-1', ...EIGENVALUES[n]), ...(vectors ? [] : both('ml-matrix', 10, 10))],
    contenders({ bindings: { linalg }, builds, numpy, peer }) {
      const a = symmetric(n, false);
      const inputs = { a: shaped(a, n, n) };
      const op = vectors ? 'eigenvectors' : 'eigenvalues';
      const arrange = (result) =>
        vectors ? { values: result.values, vectors: unsigned(transpose(result.vectors, n, n)) } : result;
      return {
        ...onBuilds(builds, ({ core, scope }) => {
          const [A, V, values] = [scope.from(a), scope.f64(n * n), scope.f64(n)];
          const scratch = scope.f64(linalg.symmetricEigenScratch(core, n));
          return {
            run: () => {
              V.view.set(A.view);
              linalg.symmetricEigen(core, V, n, n, values, vectors, scratch);
            },
            result: () => (vectors ? { values: values.copy(), vectors: unsigned(V.copy()) } : values.copy()),
          };
        }),
        'ml-matrix': async () => {
          const { EigenvalueDecomposition, Matrix } = await peer('ml-matrix');
          const A = Matrix.from1DArray(n, n, a);
          let found;
          return {
            run: () => {
              found = new EigenvalueDecomposition(A, { assumeSymmetric: true });
            },
            result: () => {
              const values = Float64Array.from(found.realEigenvalues);
              if (!vectors) return values.sort();
              const Q = found.eigenvectorMatrix;
              const order = [...values.keys()].sort((i, j) => values[i] - values[j]);
              return {
                values: values.sort(),
                vectors: unsigned(Float64Array.from(order.flatMap((j) => Q.getColumn(j)))),
              };
            },
          };
        },
        'numpy-1': () => arranged(numpy(1, op, inputs), arrange),
        'numpy-2': () => arranged(numpy(2, op, inputs), arrange),
      };
    },
  };
}

const SKINNY = [...[1, 2, 3, 4, 8, 16].map((q) => [4000, 500, q]), ...[1, 4].map((q) => [20_000, 1000, q])];

export const cases = [
  ...[100, 256, 512, 1000].map(gemm),
  ...SKINNY.map((shape) => forward(...shape)),
  ...SKINNY.map((shape) => transposed(...shape)),
  ...fromPanels(300, 61, 44),
  ...[50, 200, 500].map(cholesky),
  ...[false, true].flatMap((vectors) => [50, 200, 500].map((n) => eigen(n, vectors))),
];
