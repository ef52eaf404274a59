// Runs operations of jax-js for the bench, in a process of its own: requests as lines of JSON, as numpy/server.py takes them.
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { threadTime, wallTime } from '../harness/clock.js';

let library;

async function load() {
  if (library) return library;
  const jax = await import('@jax-js/jax');
  const backends = await jax.init();
  if (!backends.includes('wasm')) throw new Error('jax-js has no WASM backend here');
  jax.defaultDevice('wasm');
  library = jax;
  return jax;
}

/** Inputs as arrays of the type asked for. */
const arrays = ({ numpy: np }, inputs, dtype) =>
  Object.fromEntries(
    Object.entries(inputs).map(([name, { values, shape }]) => {
      const data = dtype === 'float32' ? Float32Array.from(values) : values;
      return [name, np.array(data, { dtype: np[dtype] }).reshape(shape)];
    }),
  );

/** Each makes `run`, which does the work and gives the numbers; arrays are used up by an operation unless `.ref` is passed. */
const OPS = {
  gemm(jax, inputs, { dtype }) {
    const { a, b } = arrays(jax, inputs, dtype);
    const product = jax.jit((x, y) => jax.numpy.dot(x, y));
    return () => product(a.ref, b.ref).dataSync();
  },
  gradient(jax, inputs, { dtype }) {
    const { numpy: np } = jax;
    const { X, W, w, y } = arrays(jax, inputs, dtype);
    const loss = (weights, rows, head, labels) => {
      const output = np.dot(head, np.tanh(np.dot(weights, rows.transpose())));
      return np.sum(np.square(output.sub(labels))).mul(0.5);
    };
    const gradient = jax.jit(jax.grad(loss));
    return () => gradient(W.ref, X.ref, w.ref, y.ref).dataSync();
  },
};

const made = [];
const commands = {
  async make({ op, file, inputs, params }) {
    const { buffer, byteOffset } = readFileSync(file);
    let at = byteOffset;
    const given = {};
    for (const { name, shape } of inputs) {
      const bytes = 8 * shape.reduce((product, length) => product * length, 1);
      given[name] = { values: new Float64Array(buffer.slice(at, at + bytes)), shape };
      at += bytes;
    }
    made.push(OPS[op](await load(), given, params));
    return { id: made.length - 1 };
  },
  time({ id, calls }) {
    const run = made[id];
    const [cpu, wall] = [threadTime(), wallTime()];
    for (let i = 0; i < calls; i++) run();
    return { cpu: threadTime() - cpu, wall: wallTime() - wall };
  },
  result({ id, file }) {
    const values = Float64Array.from(made[id]());
    writeFileSync(file, new Uint8Array(values.buffer));
    return { arrays: [{ name: 'result', length: values.length }] };
  },
  drop({ id }) {
    made[id] = undefined;
    return {};
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  let answer;
  try {
    answer = await commands[request.do](request);
  } catch (error) {
    const missing = error?.code === 'ERR_MODULE_NOT_FOUND';
    answer = { error: missing ? 'not installed' : String(error?.message ?? error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
