// Twelve settings over activations, depths, feature laws and links, and how far simulations lie from predictions in them:
// for the accuracy table (finite-width-accuracy.js) and the full test suite.

const sin2 = { kind: 'sin', frequency: 2 };
const gaussian = { law: 'gaussian' };
const t10 = { law: 'student-t', degreesOfFreedom: 10 };
const t5 = { law: 'student-t', degreesOfFreedom: 5 };
const sparse = { law: 'sparse', density: 0.1 };
const quiet = { law: 'gaussian', variance: 0.09 };
const mixed = { kind: 'hermite-series', coefficients: [0, 1, 0.5] };
const softplus5 = { kind: 'softplus', sharpness: 5 };

// [name, n, m, q, activations, link, features, noise, rates, T]
export const settings = [
  ['A', 200, 400, 2, ['tanh'], sin2, gaussian, quiet, [0.8, 0.2], 20],
  ['B', 150, 300, 3, ['tanh', 'tanh'], sin2, gaussian, quiet, [0.6, 0.2, 0.1], 15],
  ['C', 200, 300, 1, ['tanh'], 'tanh', { law: 'rademacher' }, quiet, [0.8, 0.2], 25],
  ['D', 150, 225, 3, ['erf-sqrt2', 'tanh'], mixed, t10, quiet, [0.6, 0.2, 0.1], 20],
  ['E', 150, 450, 5, ['softplus'], 'relu', sparse, quiet, [0.3, 0.05], 12],
  [
    'F',
    150,
    300,
    2,
    ['sigmoid', 'sigmoid'],
    'sign',
    { law: 'skewed' },
    { law: 'rademacher', variance: 0.09 },
    [4, 0.5, 0.1],
    20,
  ],
  ['G', 150, 300, 2, ['tanh', 'tanh', 'tanh'], sin2, gaussian, quiet, [0.5, 0.1, 0.1, 0.1], 20],
  ['H', 150, 300, 3, [softplus5, softplus5], 'relu', { law: 'uniform' }, quiet, [0.2, 0.05, 0.03], 20],
  [
    'J',
    150,
    600,
    2,
    ['silu'],
    'silu',
    t5,
    { law: 'student-t', degreesOfFreedom: 5, variance: 1 },
    [0.3, 0.05],
    20,
  ],
  ['K', 250, 250, 1, ['erf-sqrt2'], 'tanh', gaussian, { law: 'gaussian', variance: 1 }, [0.8, 0.1], 30],
  ['L', 400, 240, 3, ['gelu'], { kind: 'sin', frequency: 1 }, gaussian, quiet, [0.2, 0.05], 20],
  ['M', 200, 400, 3, ['relu'], 'tanh', gaussian, quiet, [0.3, 0.1], 15],
];

/** The configuration of a setting at `factor` times its sizes. */
export function configOf(
  [name, n, m, width, activations, link, features, noise, learningRates, steps],
  factor,
  replicas,
) {
  return {
    theory: 'finite-width',
    model: {
      inputDimension: n * factor,
      width,
      activations,
      initialization: { kind: 'gaussian', scale: 0.8, alignment: 0.3 },
    },
    data: { sampleCount: m * factor, features, link, noise },
    optimizer: { learningRates, steps },
    prediction: { samples: 16384, repetitions: 8 },
    simulation: { replicas, estimator: false, testSamples: 8000 },
    seed: `accuracy ${name} ${factor}`,
  };
}

/**
 * Over all steps: the largest relative gap of the means, the same in standard errors, and the largest relative standard
 * deviation of single replicas.
 */
export function deviations({ prediction, simulation, residual }, name, replicas) {
  const predicted = prediction.observables[name].values;
  let mean = 0;
  let score = 0;
  let spread = 0;
  for (let t = 0; t < predicted.length; t++) {
    const gap = Math.abs(residual[name].values[t]);
    // Where both sides are exact (the test error at the start) the gap is rounding and has no error to be compared with.
    if (gap < 1e-12 * predicted[t]) continue;
    mean = Math.max(mean, gap / predicted[t]);
    score = Math.max(score, gap / residual[name].standardError[t]);
    spread = Math.max(
      spread,
      (simulation.observables[name].standardError[t] * Math.sqrt(replicas)) / predicted[t],
    );
  }
  return { mean, score, spread };
}
