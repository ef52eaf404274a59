// Times the linear-algebra kernels beside plain JavaScript loops, ml-matrix and the scalar WebAssembly
// references. Every contender's result is checked against the plain loops first. The rounds are interleaved and
// the clock is the processor time of this process, so that a busy machine disturbs the ratios little.
//   node bench/linalg.js [part of a case's name]
import { existsSync, readFileSync } from 'node:fs';
import { CholeskyDecomposition, EigenvalueDecomposition, Matrix } from 'ml-matrix';

const SLOT_MICROSECONDS = 8000;
const ROUNDS = 9;

const clock = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** A core by the name of its build, with a bump allocator over its memory; undefined where it cannot compile. */
function load(name) {
  const file = new URL(`../build/core/${name}.wasm`, import.meta.url);
  if (!existsSync(file)) throw new Error(`build/core/${name}.wasm is missing; run npm run build:core first.`);
  const bytes = readFileSync(file);
  if (!WebAssembly.validate(bytes)) return undefined;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  exports.memory.grow(2000);
  const doubles = new Float64Array(exports.memory.buffer);
  let top = Math.ceil(exports.heapBase() / 64) * 8;
  const take = (length) => {
    const at = top;
    top += Math.ceil(length / 8) * 8;
    if (top > doubles.length) throw new Error('The bench ran out of memory.');
    return { ptr: at * 8, view: doubles.subarray(at, at + length) };
  };
  return {
    exports,
    take,
    from: (values) => {
      const block = take(values.length);
      block.view.set(values);
      return block;
    },
    release: () => {
      top = Math.ceil(exports.heapBase() / 64) * 8;
    },
  };
}

const builds = Object.fromEntries(['exact', 'fast', 'reference'].map((name) => [name, load(name)]));

let state = 1;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 31 - 1;
};
const draw = (length) => Float64Array.from({ length }, random);

/** A contender per build: `make(core, suffix)` gives a function that runs the kernel and returns its result. */
function onBuilds(make) {
  const contenders = {};
  for (const [name, core] of Object.entries(builds)) {
    if (core)
      contenders[name] = make(
        core,
        (kernel) => core.exports[name === 'reference' ? `${kernel}Reference` : kernel],
      );
  }
  return contenders;
}

function gemmCase(n) {
  const [a, b] = [draw(n * n), draw(n * n)];
  const [left, right] = [Matrix.from1DArray(n, n, a), Matrix.from1DArray(n, n, b)];
  const c = new Float64Array(n * n);
  return {
    name: `gemm ${n}`,
    flops: 2 * n ** 3,
    contenders: {
      ...onBuilds((core, kernel) => {
        const [A, B, C] = [core.from(a), core.from(b), core.take(n * n)];
        const scratch = core.exports.gemmScratch ? core.take(core.exports.gemmScratch()).ptr : 0;
        return () => {
          kernel('gemm')(0, 0, n, n, n, A.ptr, n, B.ptr, n, C.ptr, n, 0, scratch);
          return C.view;
        };
      }),
      plain: () => {
        for (let i = 0; i < n; i++) {
          const row = i * n;
          for (let j = 0; j < n; j++) c[row + j] = 0;
          for (let p = 0; p < n; p++) {
            const t = a[row + p];
            const at = p * n;
            for (let j = 0; j < n; j++) c[row + j] += t * b[at + j];
          }
        }
        return c;
      },
      'ml-matrix': () => left.mmul(right),
    },
  };
}

function skinnyCase(m, n, q) {
  const [x, w] = [draw(m * n), draw(q * n)];
  const [X, W] = [Matrix.from1DArray(m, n, x), Matrix.from1DArray(q, n, w).transpose()];
  const h = new Float64Array(q * m);
  return {
    name: `skinny ${m}×${n}, q=${q}`,
    flops: 2 * m * n * q,
    contenders: {
      ...onBuilds((core, kernel) => {
        const [A, B, C] = [core.from(x), core.from(w), core.take(q * m)];
        return () => {
          kernel('skinny')(A.ptr, m, n, n, B.ptr, n, q, C.ptr, m);
          return C.view;
        };
      }),
      plain: () => {
        for (let j = 0; j < q; j++) {
          for (let i = 0; i < m; i++) {
            let total = 0;
            for (let k = 0; k < n; k++) total += x[i * n + k] * w[j * n + k];
            h[j * m + i] = total;
          }
        }
        return h;
      },
      'ml-matrix': () => X.mmul(W).transpose(),
    },
  };
}

function transposedCase(m, n, q) {
  const [x, g] = [draw(m * n), draw(q * m)];
  const [X, G] = [Matrix.from1DArray(m, n, x), Matrix.from1DArray(q, m, g)];
  const out = new Float64Array(q * n);
  return {
    name: `skinnyTransposed ${m}×${n}, q=${q}`,
    flops: 2 * m * n * q,
    contenders: {
      ...onBuilds((core, kernel) => {
        const [A, B, C] = [core.from(x), core.from(g), core.take(q * n)];
        return () => {
          C.view.fill(0);
          kernel('skinnyTransposed')(A.ptr, m, n, n, B.ptr, m, q, C.ptr, n);
          return C.view;
        };
      }),
      plain: () => {
        out.fill(0);
        for (let j = 0; j < q; j++) {
          for (let i = 0; i < m; i++) {
            const t = g[j * m + i];
            for (let k = 0; k < n; k++) out[j * n + k] += t * x[i * n + k];
          }
        }
        return out;
      },
      'ml-matrix': () => G.mmul(X),
    },
  };
}

function gemvCase(m, n) {
  const [a, x] = [draw(m * n), draw(n)];
  const [A, X] = [Matrix.from1DArray(m, n, a), Matrix.columnVector(x)];
  const y = new Float64Array(m);
  return {
    name: `gemv ${m}×${n}`,
    flops: 2 * m * n,
    contenders: {
      ...onBuilds((core, kernel) => {
        const [M, V, Y] = [core.from(a), core.from(x), core.take(m)];
        return () => {
          kernel('gemv')(M.ptr, m, n, n, V.ptr, Y.ptr);
          return Y.view;
        };
      }),
      plain: () => {
        for (let i = 0; i < m; i++) {
          let total = 0;
          for (let k = 0; k < n; k++) total += a[i * n + k] * x[k];
          y[i] = total;
        }
        return y;
      },
      'ml-matrix': () => A.mmul(X),
    },
  };
}

function symmetric(n, definite) {
  const a = draw(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) a[j * n + i] = a[i * n + j];
    if (definite) a[i * n + i] += n;
  }
  return a;
}

function choleskyCase(n) {
  const a = symmetric(n, true);
  const A = Matrix.from1DArray(n, n, a);
  const l = new Float64Array(n * n);
  return {
    name: `cholesky ${n}`,
    flops: n ** 3 / 3,
    contenders: {
      ...onBuilds((core, kernel) => {
        const L = core.take(n * n);
        return () => {
          L.view.set(a);
          kernel('cholesky')(L.ptr, n, n, 0);
          return L.view;
        };
      }),
      plain: () => {
        for (let i = 0; i < n; i++) {
          for (let j = 0; j <= i; j++) {
            let total = a[i * n + j];
            for (let k = 0; k < j; k++) total -= l[i * n + k] * l[j * n + k];
            l[i * n + j] = i === j ? Math.sqrt(total) : total / l[j * n + j];
          }
        }
        return l;
      },
      'ml-matrix': () => new CholeskyDecomposition(A).lowerTriangularMatrix,
    },
  };
}

function eigenCase(n, vectors) {
  const a = symmetric(n, false);
  const A = Matrix.from1DArray(n, n, a);
  const contenders = onBuilds((core, kernel) => {
    const [M, V] = [core.take(n * n), core.take(n)];
    const scratch = core.exports.symmetricEigenScratch
      ? core.take(core.exports.symmetricEigenScratch(n)).ptr
      : 0;
    return () => {
      M.view.set(a);
      kernel('symmetricEigen')(M.ptr, n, n, V.ptr, vectors, scratch);
      return V.view;
    };
  });
  return {
    name: `eigen ${n}, ${vectors ? 'with vectors' : 'values only'}`,
    flops: (vectors ? 9 : 4 / 3) * n ** 3,
    contenders: {
      ...contenders,
      'ml-matrix': () =>
        Float64Array.from(
          new EigenvalueDecomposition(A, { assumeSymmetric: true }).realEigenvalues.sort((p, q) => p - q),
        ),
    },
  };
}

const cases = [
  () => gemmCase(100),
  () => gemmCase(256),
  ...[1, 2, 4, 8, 16].map((q) => () => skinnyCase(4000, 500, q)),
  ...[1, 2, 4, 8, 16].map((q) => () => transposedCase(4000, 500, q)),
  () => skinnyCase(500, 101, 6),
  () => transposedCase(500, 101, 6),
  () => gemvCase(500, 500),
  () => choleskyCase(50),
  () => choleskyCase(200),
  () => choleskyCase(500),
  () => eigenCase(50, 0),
  () => eigenCase(50, 1),
  () => eigenCase(200, 0),
  () => eigenCase(200, 1),
];

const entries = (result) => (result instanceof Matrix ? Float64Array.from(result.to1DArray()) : result);

/** Largest difference from the first contender's result, relative to its largest entry; inputs are refilled. */
function disagreement(contenders) {
  const results = Object.values(contenders).map((run) => entries(run()).slice());
  const size = results.at(-1).reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  let worst = 0;
  for (const result of results) {
    result.forEach((value, i) => {
      worst = Math.max(worst, Math.abs(value - results[0][i]) / size);
    });
  }
  return worst;
}

/** Microseconds per call over one slot. */
function slot(run, calls) {
  const start = clock();
  for (let i = 0; i < calls; i++) run();
  return (clock() - start) / calls;
}

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

function time(contenders) {
  const calls = {};
  for (const [name, run] of Object.entries(contenders)) {
    const warm = clock();
    let count = 0;
    while (clock() - warm < 6 * SLOT_MICROSECONDS) {
      run();
      count++;
    }
    calls[name] = Math.max(1, Math.round((count * SLOT_MICROSECONDS) / (clock() - warm)));
  }
  const times = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, run] of Object.entries(contenders)) times[name].push(slot(run, calls[name]));
  }
  return Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]));
}

const wanted = process.argv[2] ?? '';
console.log(
  `Node ${process.version}; medians of ${ROUNDS} interleaved rounds; ratios are time over time of 'exact'.`,
);
if (!builds.fast) console.log("This runtime has no relaxed SIMD: 'fast' is left out.");
const column = (text, width) => String(text).padStart(width);
console.log(
  `${'case'.padEnd(34)}${column('µs', 9)}${column('GF/s', 7)}${column('fast GF/s', 11)}` +
    `${column('fast', 7)}${column('plain', 7)}${column('ml', 7)}${column('scalar', 8)}${column('differ', 9)}`,
);
for (const build of cases) {
  for (const core of Object.values(builds)) core?.release();
  const { name, flops, contenders } = build();
  if (!name.includes(wanted)) continue;
  const differ = disagreement(contenders);
  const t = time(contenders);
  const rate = (value) => (value === undefined ? '–' : (flops / value / 1000).toFixed(1));
  const ratio = (value) => (value === undefined ? '–' : (value / t.exact).toFixed(2));
  console.log(
    `${name.padEnd(34)}${column(t.exact.toFixed(1), 9)}${column(rate(t.exact), 7)}${column(rate(t.fast), 11)}` +
      `${column(ratio(t.fast), 7)}${column(ratio(t.plain), 7)}${column(ratio(t['ml-matrix']), 7)}` +
      `${column(ratio(t.reference), 8)}${column(differ.toExponential(0), 9)}`,
  );
}
