// Propagation of chaos: the kernels of its mean field and of its law at 1/m.
import { onBuilds } from '../harness/builds.js';
import { draw } from '../harness/draw.js';

const own = { group: 'kernels', area: 'propagation of chaos', unit: 'GF/s', tolerance: 1e-12 };

/** Rows A_l, B_l of P_{l+1} = A_l x P_l + B_l P_{l-1} in dimension d. */
function recurrence(terms, d) {
  const table = new Float64Array(2 * terms);
  for (let l = 0; l < terms; l++) {
    table[2 * l] = l === 0 ? 1 : (2 * l + d - 2) / (l + d - 2);
    table[2 * l + 1] = -l / (l + d - 2);
  }
  return table;
}

function legendreSums(count, terms, d) {
  return {
    ...own,
    name: `Legendre sums, ${count} nodes, ${terms} terms`,
    count: 4 * count * terms,
    contenders({ builds }) {
      const [x, series] = [draw(count, 1), draw(terms, 2)];
      const table = recurrence(terms, d);
      const kernel =
        (name) =>
        ({ exports, scope }) => {
          const [px, pt, ps, out] = [scope.from(x), scope.from(table), scope.from(series), scope.f64(count)];
          const run = exports[name];
          return { run: () => run(px.ptr, count, terms, pt.ptr, ps.ptr, out.ptr), result: () => out.copy() };
        };
      return {
        ...onBuilds(builds, kernel('legendreSeries')),
        scalar: () => kernel('legendreSeriesReference')(builds.reference()),
        plain: () => {
          const out = new Float64Array(count);
          return {
            run: () => {
              for (let i = 0; i < count; i++) {
                let after = 0;
                let sum = series[terms - 1];
                for (let l = terms - 2; l >= 0; l--) {
                  const next = table[2 * l] * x[i] * sum + table[2 * l + 3] * after + series[l];
                  after = sum;
                  sum = next;
                }
                out[i] = sum;
              }
            },
            result: () => out,
          };
        },
      };
    },
  };
}

/** One stage of the responses: out = base + a (rate_i Y_iq - Σ_l H_li E_lq). */
function responseStage(rows, cols, terms) {
  return {
    ...own,
    name: `a stage of the responses, ${rows} rows of ${cols}, ${terms} modes`,
    count: 2 * rows * cols * (terms + 1),
    contenders({ builds }) {
      const inputs = [draw(rows, 1), draw(terms * rows, 2), draw(terms * cols, 3), draw(rows * cols, 4)];
      const [rate, H, E, Y] = inputs;
      const kernel =
        (name) =>
        ({ exports, scope }) => {
          const [r, h, e, y] = inputs.map((values) => scope.from(values).ptr);
          const out = scope.f64(rows * cols);
          const run = exports[name];
          return {
            run: () => run(rows, cols, cols, terms, r, h, rows, e, cols, y, y, 0, 0, y, 0.5, out.ptr),
            result: () => out.copy(),
          };
        };
      return {
        ...onBuilds(builds, kernel('advanceResponse')),
        scalar: () => kernel('advanceResponseReference')(builds.reference()),
        plain: () => {
          const out = new Float64Array(rows * cols);
          return {
            run: () => {
              for (let i = 0; i < rows; i++) {
                for (let q = 0; q < cols; q++) {
                  let k = rate[i] * Y[i * cols + q];
                  for (let l = 0; l < terms; l++) k -= H[l * rows + i] * E[l * cols + q];
                  out[i * cols + q] = Y[i * cols + q] + 0.5 * k;
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

export const cases = [legendreSums(500, 9, 64), responseStage(400, 32, 5)];
