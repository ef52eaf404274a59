// Elementary functions over arrays in cache, with their largest error against high-precision values of test/math/fixtures.
import { onBuilds } from '../harness/builds.js';

const LENGTH = 10_000;

/** One loop a function, so that the engine sees one callee at each call site. */
const hostLoop = (name) =>
  new Function('x', 'y', `for (let i = 0; i < x.length; i++) y[i] = Math.${name}(x[i]);`);

/** Over [-6, 6), spread like a random sequence; log takes its exponential. */
function argumentsOf(name) {
  const x = Float64Array.from({ length: LENGTH }, (_, i) => (((i * 0.6180339887498949) % 1) - 0.5) * 12);
  return name === 'log' ? x.map(Math.exp) : x;
}

/** Largest error in ulp of `map` on the fixture of a function; undefined on a Node that does not read TypeScript. */
async function worstError(name, map) {
  if (!process.features.typescript) return undefined;
  const { fixture, ulpError } = await import('../../test/math/fixture.ts');
  const points = fixture(name);
  const values = await map(Float64Array.from(points, ({ x: [first] }) => first));
  return points.reduce((worst, point, i) => Math.max(worst, ulpError(values[i], point)), 0);
}

function elementary(name, host, targets) {
  return {
    group: 'kernels',
    area: 'elementary functions',
    name,
    unit: 'ns',
    count: LENGTH,
    tolerance: 1e-14,
    targets: [
      { build: 'exact', ulp: 2.5 },
      { build: 'fast', ulp: 2.5 },
      ...targets.flatMap(([over, atLeast]) => ['exact', 'fast'].map((build) => ({ build, over, atLeast }))),
    ],
    contenders({ bindings, builds, numpy, peer }) {
      const x = argumentsOf(name);
      const withError = async (contender, map) => ({ ...contender, ulp: await worstError(name, map) });
      return {
        ...onBuilds(builds, ({ core, scope }) => {
          const [X, Y] = [scope.from(x), scope.f64(LENGTH)];
          const apply = (from, to, n) => bindings.math.elementaryMap(core, name, from, to, n);
          return withError({ run: () => apply(X, Y, LENGTH), result: () => Y.copy() }, (values) => {
            const [from, to] = [scope.from(values), scope.f64(values.length)];
            apply(from, to, values.length);
            return to.copy();
          });
        }),
        scalar: () => {
          const { exports, scope } = builds.reference();
          const [X, Y] = [scope.from(x), scope.f64(LENGTH)];
          const apply = exports[`v${name}Reference`];
          return { run: () => apply(X.ptr, Y.ptr, LENGTH), result: () => Y.copy() };
        },
        ...(host && {
          Math: () => {
            const loop = hostLoop(name);
            const y = new Float64Array(LENGTH);
            return withError({ run: () => loop(x, y), result: () => y }, (values) =>
              values.map((v) => Math[name](v)),
            );
          },
        }),
        ...(name === 'erf' && {
          stdlib: async () => {
            const erf = await peer('stdlib-erf');
            const y = new Float64Array(LENGTH);
            const run = () => {
              for (let i = 0; i < LENGTH; i++) y[i] = erf(x[i]);
            };
            return withError({ run, result: () => y }, (values) => values.map(erf));
          },
        }),
        'numpy-1': async () =>
          withError(await numpy(1, 'elementary', { x }, { name }), async (values) => {
            const once = await numpy(1, 'elementary', { x: values }, { name });
            const { result } = await once.result();
            await once.release();
            return result;
          }),
      };
    },
  };
}

export const cases = [
  elementary('exp', true, [['Math', 3]]),
  elementary('tanh', true, [['Math', 3]]),
  elementary('log', true, [['Math', 3]]),
  elementary('erf', false, [['stdlib', 15]]),
  elementary('sin', true, []),
];
