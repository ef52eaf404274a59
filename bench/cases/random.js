// Variates, ns each, seeded unless the name says otherwise. Contenders draw different numbers: what is compared before timing
// are moments.
import { onBuilds } from '../harness/builds.js';

const N = 20_000;
const own = { group: 'kernels', area: 'random numbers', unit: 'ns', count: N };
const KEY = [1, 2, 3, 4];

/** Mean, variance and fourth moment; they agree within a few standard errors. */
function moments(values) {
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  const central = (power) =>
    values.reduce((total, value) => total + (value - mean) ** power, 0) / values.length;
  return [mean, central(2), central(4)];
}

function boxMuller(random, values) {
  for (let i = 0; i < values.length; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    values[i] = radius * Math.cos(angle);
    values[i + 1] = radius * Math.sin(angle);
  }
}

function fill(random, values) {
  for (let i = 0; i < values.length; i++) values[i] = random();
}

let copies = 0;

/**
 * A contender in JavaScript: `method(random, values)`. Every source has a copy of the method, into which the engine inlines it;
 * the comment keeps the engine from taking equal texts for one function.
 */
function filled(method, random) {
  const values = new Float64Array(N);
  const copy = new Function(`return ${method}; // ${copies++}`)();
  return { run: () => copy(random, values), result: () => moments(values) };
}

const ours = ({ bindings: { random }, builds }, draw) =>
  onBuilds(builds, ({ core, scope }) => {
    const stream = random.openStream(core, scope, KEY, 0);
    const out = scope.f64(N);
    return { run: () => draw(random, core, stream, out), result: () => moments(out.copy()) };
  });

async function fromNumpy(numpy, distribution, parameter = 0) {
  const { result, ...contender } = await numpy(1, 'variates', {}, { distribution, parameter, n: N });
  return { ...contender, result: async () => moments((await result()).result) };
}

const uniform = {
  ...own,
  name: 'uniform',
  tolerance: 0.05,
  contenders(context) {
    const { numpy, peer } = context;
    return {
      ...ours(context, (random, core, stream, out) => random.fillUniform(core, stream, out)),
      'numpy-1': () => fromNumpy(numpy, 'uniform'),
      'Math.random (no seed)': () => filled(fill, Math.random),
      'seedrandom alea': async () => filled(fill, (await peer('seedrandom')).alea('bench')),
      'seedrandom arc4': async () => filled(fill, (await peer('seedrandom'))('bench')),
    };
  },
};

const normal = {
  ...own,
  name: 'normal',
  tolerance: 0.15,
  targets: ['exact', 'fast'].map((build) => ({ build, over: 'numpy-1', atLeast: 3 })),
  contenders(context) {
    const { numpy, peer } = context;
    return {
      ...ours(context, (random, core, stream, out) => random.fillNormal(core, stream, out)),
      'numpy-1': () => fromNumpy(numpy, 'normal'),
      'Math.random (no seed)': () => filled(boxMuller, Math.random),
      'seedrandom alea': async () => filled(boxMuller, (await peer('seedrandom')).alea('bench')),
      'seedrandom arc4': async () => filled(boxMuller, (await peer('seedrandom'))('bench')),
      'stdlib randn': async () => filled(fill, (await peer('stdlib-randn')).factory({ seed: 1 })),
    };
  },
};

/** Members of the enum Law with a parameter, and how NumPy draws the same. */
const LAWS = [
  ['Rademacher', 1, 0, 'rademacher'],
  ['uniform of variance 1', 2, 0, 'uniform of variance 1'],
  ['Student t, 5 degrees of freedom', 3, 5, 'student'],
  ['sparse, density 0.1', 4, 0.1, 'sparse'],
  ['skewed (exponential)', 5, 0, 'exponential'],
];

const laws = LAWS.map(([name, law, parameter, distribution]) => ({
  ...own,
  name: `law: ${name}`,
  tolerance: 0.5, // the fourth moment of heavy tails converges slowly
  contenders: (context) => ({
    ...ours(context, (random, core, stream, out) => random.fillLaw(core, stream, law, parameter, out)),
    'numpy-1': () => fromNumpy(context.numpy, distribution, parameter),
  }),
}));

const permutation = {
  ...own,
  name: 'permutation',
  tolerance: 0.01,
  contenders({ bindings: { random }, builds, numpy }) {
    return {
      ...onBuilds(builds, ({ core, scope }) => {
        const stream = random.openStream(core, scope, KEY, 0);
        const out = scope.i32(N);
        return {
          run: () => random.fillPermutation(core, stream, out),
          result: () => moments(Float64Array.from(out.view)),
        };
      }),
      'numpy-1': () => fromNumpy(numpy, 'permutation'),
    };
  },
};

export const cases = [uniform, normal, ...laws, permutation];
