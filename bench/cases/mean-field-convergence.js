// Mean-field convergence: a step of gradient flow in the dual form, the kernel of relu by counting, and a whole experiment through
// the library beside the NumPy program of the same (bench/numpy/mean_field_convergence.py).
import { fileURLToPath } from 'node:url';
import { onBuilds } from '../harness/builds.js';
import { draw, shaped } from '../harness/draw.js';
import { bundle } from '../harness/sources.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const RELU = { kind: 1, parameter: 0 };

/**
 * One Euler step of m relu neurons on n samples: outputs, residuals, direction, product with the Gram matrix. With `single` the state
 * and the step are in single precision; the NumPy program that it has to beat stays the one in double precision.
 */
function dualStep(m, n, { single = false, targets }) {
  return {
    group: 'kernels',
    area: 'mean-field convergence',
    name: `dual step${single ? ' in float32' : ''}, ${m} relu neurons × ${n} samples`,
    unit: 'GF/s',
    count: 2 * m * n * n,
    // Pre-activations of size 1, that of their sums in single precision.
    tolerance: single ? 1e-6 : 1e-11,
    targets,
    contenders({ bindings, builds, numpy }) {
      const { linalg, meanFieldConvergence: own } = bindings;
      const [H, U, y] = [draw(m * n, 1), draw(n * n, 2), draw(n, 3)];
      const G = new Float64Array(n * n);
      for (let a = 0; a < n; a++)
        for (let b = 0; b < n; b++)
          for (let k = 0; k < n; k++) G[a * n + b] += (U[a * n + k] * U[b * n + k]) / n;
      const w = Float64Array.from({ length: m }, (_, i) => (i % 2 ? 1 : -1) / m);
      const scales = w.map((value) => (-0.3 * m * value) / n);
      const kernels = ({ core, scope }, narrow = single) => {
        const [g, weights, factors] = [G, w, scales].map((values) => scope.from(values));
        const state = () => (narrow ? scope.f32(m * n) : scope.f64(m * n));
        const h = state().set(H);
        const [moved, slopes, zeta] = [state(), state(), scope.f64(n)];
        const pass = scope.f64(2 * own.passScratch(core, n));
        const scratch = scope.f64(linalg.gemmScratch(core));
        const packed = scope.f32(linalg.packedSingleLength(core, n, n));
        linalg.packSingle(core, g, n, n, n, packed);
        return {
          run: () => {
            own.outputSums(core, RELU, h, weights, m, n, zeta, slopes, pass);
            for (let a = 0; a < n; a++) zeta.view[a] -= y[a];
            own.flowDirection(core, slopes, factors, zeta, m, n, slopes);
            moved.set(h.view);
            if (narrow) linalg.addProductSingle(core, m, n, n, slopes, n, packed, moved, n);
            else linalg.gemm(core, false, false, m, n, n, slopes, n, g, n, moved, n, true, scratch);
          },
          result: () => Float64Array.from(moved.view),
        };
      };
      const given = { H: shaped(H, m, n), G: shaped(G, n, n), w, y, scales };
      const theirs = (threads, dtype) => async () => ({
        ...(await numpy(threads, 'mean_field_dual_step', given, { dtype })),
        ...(single && { note: `in ${dtype}` }),
      });
      return {
        ...onBuilds(builds, (build) => kernels(build)),
        ...(single && { 'ours in float64': () => kernels(builds.exact(), false) }),
        'numpy-1': theirs(1, 'float64'),
        ...(single && { 'numpy-1 f32': theirs(1, 'float32') }),
        'numpy-2': theirs(2, 'float64'),
      };
    },
  };
}

/** Mean squared slopes of relu: counts of jointly active neurons, beside the product of zeros and ones. */
function activeCounts(m, n) {
  return {
    group: 'kernels',
    area: 'mean-field convergence',
    name: `jointly active neurons, ${m} × ${n}`,
    unit: 'GF/s',
    count: m * n * n,
    tolerance: 0,
    contenders({ bindings, builds }) {
      const H = draw(m * n, 5);
      const product = ({ core, scope }) => {
        const { linalg } = bindings;
        const active = scope.from(H.map((h) => (h > 0 ? 1 : 0)));
        const out = scope.f64(n * n);
        const scratch = scope.f64(linalg.gemmScratch(core));
        return {
          run: () => linalg.syrkTransposed(core, m, n, active, n, out, n, scratch),
          result: () => out.copy(),
        };
      };
      const counted = ({ core, scope }) => {
        const own = bindings.meanFieldConvergence;
        const [h, out] = [scope.from(H), scope.f64(n * n)];
        const scratch = scope.f64(own.activeCountsScratch(core, m, n));
        return { run: () => own.activeCounts(core, h, m, n, out, scratch), result: () => out.copy() };
      };
      return { ...onBuilds(builds, counted), product: () => product(builds.exact()) };
    },
  };
}

let loading;
/** The library as published, and the ensemble of a replica, which it keeps to itself. */
async function loaded() {
  loading ??= (async () => {
    const folder = './src/theories/mean-field-convergence';
    const outfile = await bundle(
      'mean-field-convergence',
      `export { buildEnsemble } from '${folder}/ensemble.ts';
          export { checkConfig } from '${folder}/problem.ts';
          export { createCore } from './bindings/load.ts';`,
    );
    return { library: await import(`${root}build/esm/index.js`), inside: await import(outfile) };
  })();
  return loading;
}

/** Training on XOR from the draw to the test error, of trajectories in `dtype`; beside NumPy in double precision, and in that of ours. */
function xorExperiment(scale, dtype, targets) {
  const single = dtype === 'float32';
  const [n, m, p, d, tests, theta, stop, time] = [128, 400, 400, 20, 2000, 0.8, 1e-3, 40_000];
  const config = {
    theory: 'mean-field-convergence',
    model: {
      width: m,
      activation: 'relu',
      frozenLayers: [{ width: p, activation: 'erf' }],
      scaling: { kind: 'free', scale },
    },
    data: { kind: 'xor', sampleCount: n, dimension: d, testSamples: tests },
    flow: { time, records: 1, stopAt: stop, integrator: { kind: 'euler', theta } },
    simulation: { replicas: 1, restart: false, form: 'dual', dtype },
    seed: 'bench',
  };
  return {
    group: 'jobs',
    area: 'mean-field convergence',
    name: `XOR${single ? ' in float32' : ''}, n=${n}, m=${m}, scale ${scale}, from the draw to the test error`,
    unit: 'time',
    count: 1,
    // A thousand steps over kinks: rounding may flip a neuron.
    tolerance: 1e-3,
    targets,
    contenders({ numpy }) {
      const ours = (precision) => async () => {
        const { library } = await loaded();
        let solution;
        return {
          run: async () => {
            solution = await library.simulate(config, { precision });
          },
          result: () => {
            const { trainError, testError } = solution.observables;
            return Float64Array.from([trainError, testError], ({ values }) => values[1]);
          },
        };
      };
      const theirs = (threads, theirDtype) => async () => {
        const { inside } = await loaded();
        const problem = inside.checkConfig({
          ...config,
          simulation: { ...config.simulation, form: 'primal', dtype: 'float64' },
        });
        const core = await inside.createCore();
        const given = core.within((scope) => {
          const { primal, labels, test } = inside.buildEnsemble(core, scope, problem, 0);
          return {
            U: shaped(primal.U.copy(), n, p),
            Ut: shaped(test.U.copy(), tests, p),
            Z: shaped(primal.Z.copy(), m, p),
            y: labels,
            yt: test.labels,
          };
        });
        const params = { n, m, p, d, tests, theta, stop, time, alpha: scale, dtype: theirDtype };
        const check = await numpy(threads, 'mean_field_xor', given, params);
        const result = await check.result();
        const timed = await numpy(threads, 'mean_field_xor', {}, params);
        return { ...timed, result: () => result, ...(single && { note: `in ${theirDtype}` }) };
      };
      return {
        exact: ours('exact'),
        fast: ours('fast'),
        'numpy-1': theirs(1, 'float64'),
        ...(single && { 'numpy-1 f32': theirs(1, 'float32') }),
        'numpy-2': theirs(2, 'float64'),
      };
    },
  };
}

const DOUBLE = [
  { build: 'exact', over: 'numpy-1', atLeast: 0.4 },
  { build: 'fast', over: 'numpy-1', atLeast: 0.6 },
];
const SINGLE = [
  { build: 'exact', over: 'numpy-1', atLeast: 1 },
  { build: 'fast', over: 'numpy-1', atLeast: 1 },
];

export const cases = [
  dualStep(2048, 256, { targets: DOUBLE }),
  dualStep(1024, 128, { targets: DOUBLE }),
  dualStep(2048, 256, { single: true, targets: SINGLE }),
  activeCounts(2048, 256),
  xorExperiment(1, 'float64', DOUBLE),
  xorExperiment(1, 'float32', SINGLE),
];
