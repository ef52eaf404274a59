// What every runtime runs: predictions by all evaluators and simulations over laws, links and activations; the answer is
// one SHA-256 of all result values by name.
export const configs = {
  projection: {
    theory: 'finite-width',
    model: {
      inputDimension: 50,
      width: 2,
      activations: ['tanh', 'gelu'],
      initialization: { kind: 'gaussian', scale: 0.8, alignment: 0.3 },
    },
    data: {
      sampleCount: 80,
      features: { law: 'student-t', degreesOfFreedom: 6 },
      link: { kind: 'sin', frequency: 2 },
      noise: { law: 'skewed', variance: 0.1 },
    },
    optimizer: { learningRates: [0.4, 0.1, 0.1], steps: 6 },
    prediction: { samples: 512, repetitions: 3 },
    simulation: { replicas: 5, testSamples: 100 },
    seed: 'determinism',
  },
  derivative: {
    theory: 'finite-width',
    model: {
      width: 2,
      activations: [{ kind: 'softplus', sharpness: 2 }],
      initialization: {
        kind: 'overlaps',
        gram: [
          [1, 0.3, -0.1],
          [0.3, 0.8, 0.1],
          [-0.1, 0.1, 0.7],
        ],
        deepWeights: [[1, -0.7]],
      },
    },
    data: { sampleRatio: 1.5, link: 'erf', noise: { law: 'rademacher', variance: 0.1 } },
    optimizer: { learningRates: [0.4, 0.1], steps: 6 },
    prediction: { method: 'derivative', samples: 256, repetitions: 2 },
  },
  population: {
    theory: 'finite-width',
    model: {
      width: 1,
      activations: ['silu'],
      initialization: {
        kind: 'overlaps',
        gram: [
          [1, 0.3],
          [0.3, 0.8],
        ],
        deepWeights: [[1]],
      },
    },
    data: { sampleRatio: null, link: 'relu', noise: { law: 'gaussian', variance: 0.1 } },
    optimizer: { learningRates: [0.4, 0.1], steps: 6 },
  },
  'mean-field features': {
    theory: 'mean-field-convergence',
    model: {
      width: 30,
      activation: 'relu',
      frozenLayers: [{ width: 25, activation: 'tanh', biasVariance: 0.2 }],
    },
    data: { kind: 'xor', sampleCount: 9, dimension: 5, testSamples: 40 },
    flow: { time: 60, records: 4 },
    simulation: { replicas: 2 },
    seed: 'determinism',
  },
  'mean-field float32': {
    theory: 'mean-field-convergence',
    model: { width: 30, activation: 'softplus', scaling: { kind: 'free', scale: 3 } },
    data: { kind: 'single-neuron', sampleCount: 9, dimension: 11, testSamples: 13 },
    flow: { time: 40, records: 4 },
    simulation: { replicas: 2, dtype: 'float32' },
    seed: 'determinism',
  },
  'mean-field limit': {
    theory: 'mean-field-convergence',
    model: {
      width: 20,
      activation: 'softplus',
      frozenLayers: [{ width: null, activation: 'silu' }],
      scaling: 'tangent-kernel',
    },
    data: { kind: 'single-neuron', sampleCount: 2, dimension: 3, testSamples: 5 },
    flow: { time: 3, records: 2 },
    prediction: { nodes: 24 },
    simulation: { replicas: 2 },
    seed: 'determinism',
  },
};

/** The second theory: by flow with everything in it, and by descent with velocities from samples. */
Object.assign(configs, {
  chaos: {
    theory: 'propagation-of-chaos',
    model: { inputDimension: 11, width: 37, activation: 'gelu', degree: 5 },
    data: { target: 'silu' },
    optimizer: { stepSize: 0.1, steps: 8 },
    prediction: { escapeDimensions: [5, 20], envelopeTimes: 20 },
    simulation: { replicas: 2, widths: [9], linearised: true },
    seed: 'determinism',
  },
  'chaos descent': {
    theory: 'propagation-of-chaos',
    model: { inputDimension: 8, width: 21, activation: { kind: 'hermite', degree: 2 } },
    data: { sampleCount: 45 },
    optimizer: { kind: 'projected-descent', stepSize: 0.15, steps: 7 },
    simulation: { replicas: 2 },
    seed: 'determinism',
  },
});

/** Quadratic networks: the process with both kinds of probes, both kinds of data, flow and end points. */
Object.assign(configs, {
  quadratic: {
    theory: 'quadratic-networks',
    model: { inputDimension: 13, widthRatio: 1.3 },
    data: { sampleRatio: 0.4, teacherWidthRatio: 0.4, teacher: 'gaussian', noiseVariance: 0.2 },
    optimizer: { kind: 'gradient-descent', learningRate: 0.02, steps: 7, weightDecay: 0.1 },
    prediction: { dimension: 11, replicas: 2, repetitions: 2 },
    simulation: { replicas: 2 },
    seed: 'determinism',
  },
  'quadratic flow': {
    theory: 'quadratic-networks',
    model: { inputDimension: 12, widthRatio: 0.4 },
    data: { sampleRatio: 0.4, teacherWidthRatio: 0.3, measurements: 'goe' },
    optimizer: { kind: 'gradient-flow', time: 1, steps: 6, spacing: 'quadratic' },
    prediction: { dimension: 9, replicas: 2, repetitions: 2, probes: 'separate' },
    simulation: { replicas: 2 },
    seed: 'determinism',
  },
  'quadratic ends': {
    theory: 'quadratic-networks',
    model: { inputDimension: 14, widthRatio: 0.4 },
    data: { sampleRatio: 0.4, teacherWidthRatio: 0.3, noiseVariance: 0.2 },
    optimizer: {
      kind: 'stationary',
      weightDecay: 0.1,
      iterations: 200,
      sweep: { parameter: 'widthRatio', values: [0.2, 0.3, 0.7, 1] },
    },
    simulation: { replicas: 2 },
    seed: 'determinism',
  },
});

/** The experiment with fewer rows than inputs, which runs on the Gram matrix of the rows. */
const dual = {
  theory: 'finite-width',
  model: { inputDimension: 150, width: 3, activations: ['tanh'], initialization: { kind: 'gaussian' } },
  data: { sampleCount: 40, link: 'erf', noise: { law: 'gaussian', variance: 0.1 } },
  optimizer: { learningRates: [0.5, 0.1], steps: 8 },
  simulation: { replicas: 2 },
  seed: 'determinism',
};

/** The user's rows: 70 of 9 columns, from a fixed recurrence. */
function rows() {
  let state = 7;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  const features = Array.from({ length: 70 }, () => Array.from({ length: 9 }, next));
  return { features, labels: features.map((row) => row[0] + row[1] * row[2] + 0.3 * next()) };
}

const fits = {
  'fit onsager': {
    theory: 'finite-width',
    model: { width: 2, activations: ['tanh'] },
    data: rows(),
    optimizer: { learningRates: [0.4, 0.1], steps: 12 },
    estimator: { kind: 'onsager' },
  },
  'fit tangent': {
    theory: 'finite-width',
    model: { width: 3, activations: ['tanh'] },
    data: rows(),
    optimizer: { learningRates: [0.4, 0.1], steps: 20 },
    estimator: { kind: 'tangent', head: 4 },
  },
};

/** Hashes by name. `options` go to the library, e.g. an executor. */
export async function hashes({ predict, simulate, resultHash, coreHash, ...library }, options = {}) {
  const out = { core: await coreHash() };
  for (const [name, config] of Object.entries(configs)) {
    out[name] = await resultHash(await predict(config, options));
    if (config.simulation) out[`${name} simulation`] = await resultHash(await simulate(config, options));
  }
  out['dual simulation'] = await resultHash(await simulate(dual, options));
  for (const [name, config] of Object.entries(fits)) {
    out[name] = await resultHash((await library.fit(undefined, config)).solution);
  }
  return out;
}
