// The gradient of a tanh committee with respect to its first layer, in one pass over X: what a training step costs.
import { onBuilds } from '../harness/builds.js';
import { draw, shaped } from '../harness/draw.js';

const TANH = { kind: 3, parameter: 0 };

/** One loop over rows, everything inside, Math.tanh. G is X'(r p) as q rows. */
function plainGradient(X, W, w, y, a, out, m, n, q) {
  out.fill(0);
  for (let i = 0; i < m; i++) {
    const row = i * n;
    let f = -y[i];
    for (let j = 0; j < q; j++) {
      let h = 0;
      const at = j * n;
      for (let k = 0; k < n; k++) h += X[row + k] * W[at + k];
      a[j] = Math.tanh(h);
      f += w[j] * a[j];
    }
    for (let j = 0; j < q; j++) {
      const g = f * w[j] * (1 - a[j] * a[j]);
      const at = j * n;
      for (let k = 0; k < n; k++) out[at + k] += g * X[row + k];
    }
  }
}

const F32 = { type: 'f32', tolerance: 1e-3 };

function gradient(m, n, q, targets = []) {
  return {
    group: 'kernels',
    area: 'gradient step of a tanh committee',
    name: `gradient, ${m} × ${n}, q=${q}`,
    unit: 'GF/s',
    count: 4 * m * n * q,
    tolerance: 1e-12,
    targets,
    contenders({ bindings, builds, numpy, jax, peer }) {
      const { NetworkWorkspace } = bindings.network;
      const [X, w, y] = [draw(m * n, 1), draw(q, 3), draw(m, 4)];
      const W = draw(q * n, 2).map((value) => value / Math.sqrt(n));
      const inputs = { X: shaped(X, m, n), W: shaped(W, q, n), w, y };
      return {
        ...onBuilds(builds, ({ core, scope }) => {
          const net = new NetworkWorkspace(core, scope, {
            width: q,
            activations: [TANH],
            samples: m,
            order: 1,
          });
          const [rows, weights, out] = [scope.from(X), scope.from(W), scope.f64(q * n)];
          net.deep.set(w);
          net.label.set(y);
          return {
            run: () => {
              out.fill(0);
              net.gradient(rows, m, n, n, weights, out, 48);
            },
            result: () => out.copy(),
          };
        }),
        plain: () => {
          const [a, out] = [new Float64Array(q), new Float64Array(q * n)];
          return { run: () => plainGradient(X, W, w, y, a, out, m, n, q), result: () => out };
        },
        'ml-matrix': async () => {
          const { Matrix } = await peer('ml-matrix');
          const [rows, columns] = [Matrix.from1DArray(m, n, X), Matrix.from1DArray(q, n, W).transpose()];
          let out;
          return {
            run: () => {
              const A = rows.mmul(columns);
              for (let i = 0; i < m; i++) for (let j = 0; j < q; j++) A.set(i, j, Math.tanh(A.get(i, j)));
              const G = new Matrix(q, m);
              for (let i = 0; i < m; i++) {
                let f = -y[i];
                for (let j = 0; j < q; j++) f += w[j] * A.get(i, j);
                for (let j = 0; j < q; j++) G.set(j, i, f * w[j] * (1 - A.get(i, j) ** 2));
              }
              out = G.mmul(rows);
            },
            result: () => Float64Array.from(out.to1DArray()),
          };
        },
        'numpy-1': () => numpy(1, 'gradient', inputs),
        'numpy-2': () => numpy(2, 'gradient', inputs),
        'jax-js f64': async () => ({
          ...(await jax('gradient', inputs, { dtype: 'float64' })),
          tolerance: 1e-7, // its tanh in double precision is right to 8 digits
        }),
        'jax-js f32': async () => ({ ...(await jax('gradient', inputs, { dtype: 'float32' })), ...F32 }),
        'tfjs f32': async () => {
          const tf = await peer('tfjs');
          const f32 = (values, ...shape) => tf.tensor(Float32Array.from(values), shape);
          const [rows, first, head, labels] = [f32(X, m, n), f32(W, q, n), f32(w, 1, q), f32(y, 1, m)];
          const column = f32(w, q, 1);
          let out;
          return {
            ...F32,
            run: () => {
              const product = tf.tidy(() => {
                const A = tf.tanh(tf.matMul(first, rows, false, true));
                const residual = tf.sub(tf.matMul(head, A), labels);
                return tf.matMul(tf.mul(tf.mul(column, residual), tf.sub(1, tf.square(A))), rows);
              });
              out = product.dataSync();
              product.dispose();
            },
            result: () => Float64Array.from(out),
            release: () => tf.dispose([rows, first, head, labels, column]),
          };
        },
      };
    },
  };
}

export const cases = [
  gradient(500, 200, 2),
  gradient(4000, 500, 4, [
    { build: 'exact', over: 'numpy-1', atLeast: 0.95 },
    { build: 'fast', over: 'numpy-1', atLeast: 1.15 },
    { build: 'exact', over: 'plain', atLeast: 8 },
    { build: 'fast', over: 'plain', atLeast: 8 },
  ]),
];
