// NumPy as a child process, one for each number of threads. The first Python with a NumPy is taken.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Remote } from './remote.js';

const server = fileURLToPath(new URL('../numpy/server.py', import.meta.url));
const servers = new Map();
let python;

function findPython() {
  for (const name of ['python3', '/usr/bin/python3', 'python']) {
    try {
      execFileSync(name, ['-c', 'import numpy'], { stdio: 'ignore' });
      return name;
    } catch {}
  }
  throw new Error('no Python with NumPy here');
}

function serve(threads) {
  if (!servers.has(threads)) {
    python ??= findPython();
    const count = String(threads);
    const env = Object.fromEntries(
      ['OPENBLAS_NUM_THREADS', 'OMP_NUM_THREADS', 'MKL_NUM_THREADS', 'BLIS_NUM_THREADS'].map((name) => [
        name,
        count,
      ]),
    );
    servers.set(threads, new Remote(python, ['-u', server], env));
  }
  return servers.get(threads);
}

/**
 * A contender: the operation `op` of bench/numpy/*.py on `threads` BLAS threads.
 * inputs: { name: Float64Array or shaped(values, rows, columns) }; params: numbers and strings.
 */
export const numpy = async (threads, op, inputs, params) =>
  serve(threads).contender(op, inputs, params, { threads });

/** { python, numpy, blas: version and kernels }. */
export const numpyVersions = async () => serve(1).ask({ do: 'about' });

export function closeNumpy() {
  for (const remote of servers.values()) remote.close();
}
