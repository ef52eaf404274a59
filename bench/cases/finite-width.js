// The kernels that only the finite-width theory needs.
import { onBuilds } from '../harness/builds.js';
import { draw } from '../harness/draw.js';

const own = { group: 'kernels', area: 'finite width', tolerance: 1e-13 };

/** Row t of the responses D = J + D rho J, summed over samples, after the rows before it have left their Jacobians. */
function responseRow(q, t, count) {
  const squares = q * q;
  return {
    ...own,
    name: `row ${t} of responses, q=${q}, ${count} samples`,
    unit: 'GF/s',
    count: (squares * q * t * (t + 1) + 2 * squares * q * t) * count,
    contenders({ bindings: { responseRow: binding }, builds }) {
      const steps = t + 1;
      // Symmetric to the bit, as the kernel wants them.
      const J = draw(squares * count * steps, 1);
      for (let s = 0; s < steps; s++)
        for (let a = 0; a < q; a++)
          for (let b = 0; b < a; b++)
            for (let k = 0; k < count; k++)
              J[(s * squares + a * q + b) * count + k] = J[(s * squares + b * q + a) * count + k];
      // rho_{r,s} of step s: q rows c of (steps - 1 - s) q numbers, rho_{r,s}[b,c] at (r - s - 1) q + b.
      const rho = draw((squares * steps * (steps - 1)) / 2, 2).map((value) => value / (q * steps));
      const start = (s) => (squares * s * (2 * steps - 1 - s)) / 2;
      return {
        ...onBuilds(builds, ({ core, scope }) => {
          const { history, scratch } = binding.responseRowSizes(core, q, count, steps);
          const [past, work, sums] = [scope.f64(history), scope.f64(scratch), scope.f64(8 * squares * steps)];
          const [j, r] = [scope.from(J), scope.from(rho)];
          const row = (s) =>
            binding.responseRow(
              core,
              q,
              s,
              steps,
              0,
              count,
              j.at(s * squares * count),
              count,
              past,
              r,
              undefined,
              sums,
              work,
            );
          for (let s = 0; s < t; s++) row(s);
          return {
            run: () => {
              sums.fill(0);
              row(t);
            },
            result: () =>
              Float64Array.from({ length: squares * steps }, (_, i) =>
                sums.view.subarray(8 * i, 8 * i + 8).reduce((total, value) => total + value, 0),
              ),
          };
        }),
        plain: () => {
          const sums = new Float64Array(squares * steps);
          const D = new Float64Array(squares * steps);
          const Y = new Float64Array(squares);
          return {
            run: () => {
              sums.fill(0);
              for (let k = 0; k < count; k++) {
                for (let s = t; s >= 0; s--) {
                  const width = (t - s) * q;
                  const column = start(s);
                  const stride = (steps - 1 - s) * q;
                  for (let a = 0; a < q; a++)
                    for (let c = 0; c < q; c++) {
                      let sum = 0;
                      for (let i = 0; i < width; i++)
                        sum += D[(s + 1) * squares + i * q + a] * rho[column + c * stride + i];
                      Y[c * q + a] = s === t && a === c ? 1 : sum;
                    }
                  for (let d = 0; d < q; d++)
                    for (let a = 0; a < q; a++) {
                      let sum = 0;
                      for (let c = 0; c < q; c++)
                        sum += Y[c * q + a] * J[(s * squares + c * q + d) * count + k];
                      const at = s * squares + d * q + a;
                      D[at] = sum;
                      sums[at] += sum;
                    }
                }
              }
            },
            result: () => sums,
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

export const cases = [responseRow(2, 20, 2000), columnDots(120, 300)];
