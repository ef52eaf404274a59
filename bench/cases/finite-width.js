// The kernels that only the finite-width theory needs.
import { onBuilds } from '../harness/builds.js';
import { draw } from '../harness/draw.js';

const own = { group: 'kernels', area: 'finite width', tolerance: 1e-13 };

/** Jacobians J times responses R, sample by sample, q x q by q x columns. */
function jacobianProduct(q, count) {
  const columns = q;
  const ld = columns * count;
  return {
    ...own,
    name: `Jacobians times responses, q=${q}, ${count} samples`,
    unit: 'GF/s',
    count: 2 * q * q * columns * count,
    contenders({ builds }) {
      const [J, R] = [draw(q * q * count, 1), draw(q * columns * count, 2)];
      const kernel =
        (name) =>
        ({ exports, scope }) => {
          const [j, r, out] = [scope.from(J), scope.from(R), scope.f64(q * ld)];
          const run = exports[name];
          return {
            run: () => run(q, count, columns, j.ptr, count, r.ptr, ld, out.ptr, ld),
            result: () => out.copy(),
          };
        };
      return {
        ...onBuilds(builds, kernel('jacobianProduct')),
        scalar: () => kernel('jacobianProductReference')(builds.reference()),
        plain: () => {
          const out = new Float64Array(q * ld);
          return {
            run: () => {
              for (let a = 0; a < q; a++) {
                for (let b = 0; b < columns; b++) {
                  for (let k = 0; k < count; k++) {
                    let sum = 0;
                    for (let c = 0; c < q; c++) sum += J[(a * q + c) * count + k] * R[c * ld + b * count + k];
                    out[a * ld + b * count + k] = sum;
                  }
                }
              }
            },
            result: () => out,
          };
        },
      };
    },
  };
}

function columnDots(rows, width) {
  return {
    ...own,
    name: `dots of columns, ${rows} × ${width}`,
    unit: 'GF/s',
    count: 2 * rows * width,
    contenders({ builds }) {
      const [X, Y] = [draw(rows * width, 3), draw(rows * width, 4)];
      const kernel =
        (name) =>
        ({ exports, scope }) => {
          const [x, y, out] = [scope.from(X), scope.from(Y), scope.f64(width)];
          const run = exports[name];
          return {
            run: () => run(x.ptr, width, y.ptr, width, rows, width, out.ptr),
            result: () => out.copy(),
          };
        };
      return {
        ...onBuilds(builds, kernel('columnDots')),
        scalar: () => kernel('columnDotsReference')(builds.reference()),
        plain: () => {
          const out = new Float64Array(width);
          return {
            run: () => {
              for (let k = 0; k < width; k++) {
                let sum = 0;
                for (let i = 0; i < rows; i++) sum += X[i * width + k] * Y[i * width + k];
                out[k] = sum;
              }
            },
            result: () => out,
          };
        },
      };
    },
  };
}

export const cases = [jacobianProduct(2, 20_000), columnDots(120, 300)];
