// The kernels that only this theory needs, ms a call: the core beside plain JavaScript and the scalar reference in WASM.
// node bench/finite-width-kernels.js
import { interleave, loadBuild, printTable } from './harness.js';

const core = loadBuild('exact');
const scalar = loadBuild('reference');
let state = 1;
const draw = (length) =>
  Float64Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });

const [q, count] = [2, 20_000];
const columns = q;
const [J, R] = [draw(q * q * count), draw(q * columns * count)];
const out = new Float64Array(q * columns * count);

function blocks(build, ...inputs) {
  const made = [...inputs.map(({ length }) => build.take(length)), build.take(out.length)];
  inputs.forEach((values, i) => {
    made[i].view.set(values);
  });
  return made.map(({ ptr }) => ptr);
}

{
  const cases = {};
  for (const [label, build, name] of [
    ['core', core, 'jacobianProduct'],
    ['scalar WASM', scalar, 'jacobianProductReference'],
  ]) {
    const [j, r, o] = blocks(build, J, R);
    const run = build.exports[name];
    cases[label] = () => run(q, count, columns, j, count, r, columns * count, o, columns * count);
  }
  cases['plain JavaScript'] = () => {
    const ld = columns * count;
    for (let a = 0; a < q; a++) {
      for (let b = 0; b < columns; b++) {
        for (let k = 0; k < count; k++) {
          let sum = 0;
          for (let c = 0; c < q; c++) sum += J[(a * q + c) * count + k] * R[c * ld + b * count + k];
          out[a * ld + b * count + k] = sum;
        }
      }
    }
  };
  printTable(`Jacobians times responses, ${count} samples, q = ${q}`, interleave(cases), 'scalar WASM');
}

{
  const rows = 120;
  const width = 300;
  const [X, Y] = [draw(rows * width), draw(rows * width)];
  const cases = {};
  for (const [label, build, name] of [
    ['core', core, 'columnDots'],
    ['scalar WASM', scalar, 'columnDotsReference'],
  ]) {
    const [x, y, o] = blocks(build, X, Y);
    const run = build.exports[name];
    cases[label] = () => run(x, width, y, width, rows, width, o);
  }
  cases['plain JavaScript'] = () => {
    for (let k = 0; k < width; k++) {
      let sum = 0;
      for (let i = 0; i < rows; i++) sum += X[i * width + k] * Y[i * width + k];
      out[k] = sum;
    }
  };
  printTable(`dots of columns, ${rows} rows of ${width}`, interleave(cases), 'scalar WASM');
}
