// Activations with first and second derivatives over an array in cache.
import { onBuilds } from '../harness/builds.js';

const LENGTH = 10_000;
const inputs = Float64Array.from({ length: LENGTH }, (_, i) => (((i * 0.6180339887498949) % 1) - 0.5) * 12);

/** Value, first and second derivative in plain JavaScript, one loop each. */
const plain = {
  tanh(x, a, b, c) {
    for (let i = 0; i < x.length; i++) {
      a[i] = Math.tanh(x[i]);
      b[i] = 1 - a[i] * a[i];
      c[i] = -2 * a[i] * b[i];
    }
  },
  sigmoid(x, a, b, c) {
    for (let i = 0; i < x.length; i++) {
      a[i] = 1 / (1 + Math.exp(-x[i]));
      b[i] = a[i] * (1 - a[i]);
      c[i] = b[i] * (1 - 2 * a[i]);
    }
  },
  silu(x, a, b, c) {
    for (let i = 0; i < x.length; i++) {
      const s = 1 / (1 + Math.exp(-x[i]));
      a[i] = x[i] * s;
      b[i] = s + x[i] * s * (1 - s);
      c[i] = s * (1 - s) * (2 + x[i] * (1 - 2 * s));
    }
  },
  softplus(x, a, b, c) {
    for (let i = 0; i < x.length; i++) {
      const s = 1 / (1 + Math.exp(-x[i]));
      a[i] = Math.max(x[i], 0) + Math.log1p(Math.exp(-Math.abs(x[i])));
      b[i] = s;
      c[i] = s * (1 - s);
    }
  },
};

/** Members of the enum Activation, with their parameter. */
const kinds = {
  tanh: [3, 0],
  sigmoid: [4, 0],
  'erf(x/√2)': [6, 0],
  gelu: [7, 0],
  silu: [8, 0],
  softplus: [9, 1],
};

const together = ([value, first, second]) => ({ value, first, second });

function activation([name, [kind, parameter]]) {
  return {
    group: 'kernels',
    area: 'activations with two derivatives',
    name: `activation ${name}`,
    unit: 'ns',
    count: LENGTH,
    tolerance: 1e-13,
    contenders({ bindings: { activation: family }, builds, numpy }) {
      return {
        ...onBuilds(builds, ({ core, scope }) => {
          const [x, ...out] = [scope.from(inputs), ...[0, 1, 2].map(() => scope.f64(LENGTH))];
          return {
            run: () => family.activateRow(core, { kind, parameter }, x, LENGTH, ...out),
            result: () => together(out.map((block) => block.copy())),
          };
        }),
        scalar: () => {
          const { exports, scope } = builds.reference();
          const [x, ...out] = [scope.from(inputs), ...[0, 1, 2].map(() => scope.f64(LENGTH))];
          const [a, b, c] = out.map(({ ptr }) => ptr);
          return {
            run: () => exports.activateReference(kind, parameter, 2, x.ptr, LENGTH, a, b, c),
            result: () => together(out.map((block) => block.copy())),
          };
        },
        ...(plain[name] && {
          plain: () => {
            const out = [0, 1, 2].map(() => new Float64Array(LENGTH));
            return { run: () => plain[name](inputs, ...out), result: () => together(out) };
          },
        }),
        'numpy-1': () => numpy(1, 'activation', { x: inputs }, { name }),
      };
    },
  };
}

export const cases = Object.entries(kinds).map(activation);
