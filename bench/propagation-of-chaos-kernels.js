// The kernels of the mean field and of its law at 1/m, ms a call: the core beside plain JavaScript and the scalar reference in WASM.
// node bench/propagation-of-chaos-kernels.js
import { interleave, loadBuild, printTable } from './harness.js';

const core = loadBuild('exact');
const scalar = loadBuild('reference');
let state = 1;
const draw = (length) =>
  Float64Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });

/** Addresses in a build of blocks with these values. */
function blocks(build, ...inputs) {
  const made = inputs.map(({ length }) => build.take(length));
  inputs.forEach((values, i) => {
    made[i].view.set(values);
  });
  return made.map(({ ptr }) => ptr);
}

const both = [
  ['core', core, ''],
  ['scalar WASM', scalar, 'Reference'],
];

{
  const [count, terms, d] = [500, 9, 64];
  const [x, w, series] = [draw(count), draw(count), draw(terms)];
  const table = new Float64Array(2 * terms);
  for (let l = 0; l < terms; l++) {
    table[2 * l] = l === 0 ? 1 : (2 * l + d - 2) / (l + d - 2);
    table[2 * l + 1] = -l / (l + d - 2);
  }
  const sums = {};
  const moments = {};
  for (const [label, build, ending] of both) {
    const [px, pw, pt, ps, po] = blocks(
      build,
      x,
      w,
      table,
      series,
      new Float64Array(Math.max(count, 2 * terms)),
    );
    const sum = build.exports[`legendreSeries${ending}`];
    const moment = build.exports[`legendreMoments${ending}`];
    sums[label] = () => sum(px, count, terms, pt, ps, po);
    moments[label] = () => moment(px, pw, count, terms, pt, po);
  }
  const out = new Float64Array(count);
  sums['plain JavaScript'] = () => {
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
  };
  printTable(`Legendre sums, ${count} nodes, ${terms} terms`, interleave(sums), 'scalar WASM');
  printTable(`Legendre moments, ${count} nodes, ${terms} terms`, interleave(moments), 'scalar WASM');
}

{
  const [rows, cols, terms] = [400, 32, 5];
  const [rate, H, E, Y] = [draw(rows), draw(terms * rows), draw(terms * cols), draw(rows * cols)];
  const cases = {};
  for (const [label, build, ending] of both) {
    const [pr, ph, pe, py, pa] = blocks(build, rate, H, E, Y, new Float64Array(rows * cols));
    const run = build.exports[`advanceResponse${ending}`];
    cases[label] = () => run(rows, cols, cols, terms, pr, ph, rows, pe, cols, py, py, 0, 0, pa, 1e-9, pa);
  }
  const out = new Float64Array(rows * cols);
  cases['plain JavaScript'] = () => {
    for (let i = 0; i < rows; i++) {
      for (let q = 0; q < cols; q++) {
        let k = rate[i] * Y[i * cols + q];
        for (let l = 0; l < terms; l++) k -= H[l * rows + i] * E[l * cols + q];
        out[i * cols + q] += 1e-9 * k;
      }
    }
  };
  printTable(
    `a stage of the responses, ${rows} rows of ${cols}, ${terms} modes`,
    interleave(cases),
    'scalar WASM',
  );
}
