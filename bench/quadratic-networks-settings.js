// What quadratic networks are measured at, for the accuracy tables (quadratic-networks-accuracy.js) and the full test suite:
// parameters (α, κ, κ*, λ, Δ), orders with the number of runs behind each, and step lengths.

export const configOf = (
  d,
  [alpha, kappa, teacher, weightDecay, noiseVariance],
  measurements,
  optimizer,
) => ({
  theory: 'quadratic-networks',
  model: { inputDimension: d, widthRatio: kappa },
  data: { sampleRatio: alpha, teacherWidthRatio: teacher, noiseVariance, measurements },
  optimizer: { ...optimizer, weightDecay },
  seed: 'accuracy',
});

/** A quantity at one time of a solution, the last one if none is given. */
export const value = ({ observables }, name, k = observables[name].values.length - 1) => ({
  mean: observables[name].values[k],
  error: observables[name].standardError?.[k] ?? 0,
});

/** Value at 1/d = 0 of the weighted straight line through [d, { mean, error }]. */
export function limit(points) {
  let [w, wx, wxx, wy, wxy] = [0, 0, 0, 0, 0];
  for (const [d, { mean, error }] of points) {
    const weight = 1 / (error * error);
    const x = 1 / d;
    w += weight;
    wx += weight * x;
    wxx += weight * x * x;
    wy += weight * mean;
    wxy += weight * x * mean;
  }
  const scale = w * wxx - wx * wx;
  return { mean: (wxx * wy - wx * wxy) / scale, error: Math.sqrt(wxx / scale) };
}

const descent = (learningRate, steps) => ({ kind: 'gradient-descent', learningRate, steps });

/** Short paths: name, parameters, optimizer, [d, replicas] of experiments, [dimension, repetitions] of predictions. */
export const paths = [
  [
    'A',
    [0.3, 1, 0.5, 0.02, 1],
    descent(0.02, 80),
    {
      goe: [
        [16, 300],
        [32, 150],
        [48, 60],
        [64, 32],
      ],
      gaussian: [
        [32, 100],
        [64, 24],
        [96, 10],
      ],
    },
    [
      [64, 16],
      [100, 10],
    ],
  ],
  [
    'B',
    [0.5, 0.5, 0.3, 0.1, 0.25],
    descent(0.02, 150),
    {
      goe: [
        [20, 100],
        [40, 40],
        [60, 12],
      ],
      gaussian: [
        [40, 60],
        [80, 16],
      ],
    },
    [
      [60, 16],
      [100, 8],
    ],
  ],
  [
    'C',
    [0.3, 0.2, 0.5, 0, 0],
    descent(0.02, 150),
    {
      goe: [
        [20, 100],
        [40, 40],
        [60, 12],
      ],
    },
    [
      [60, 16],
      [100, 8],
    ],
  ],
  [
    'D',
    [0.25, 1, 0.3, 0.02, 1],
    descent(0.015, 200),
    {
      goe: [
        [20, 100],
        [40, 40],
        [60, 12],
      ],
    },
    [
      [60, 16],
      [80, 10],
    ],
  ],
];

/** Long paths, until the steady state is near: as above, and the steps that are shown. */
export const longPaths = [
  [
    'E',
    [0.5, 1, 0.3, 0.1, 0.25],
    descent(0.025, 800),
    {
      goe: [
        [20, 60],
        [40, 30],
        [60, 10],
      ],
      gaussian: [
        [40, 30],
        [80, 6],
      ],
    },
    [[60, 8]],
    [100, 200, 400, 800],
  ],
  // The first part of it, with more of the process.
  [
    'E',
    [0.5, 1, 0.3, 0.1, 0.25],
    descent(0.025, 200),
    {},
    [
      [60, 24],
      [120, 8],
    ],
    [100, 200],
  ],
  [
    'F',
    [0.3, 0.25, 0.3, 0.01, 0.5],
    descent(0.02, 500),
    {
      goe: [
        [20, 60],
        [40, 40],
        [60, 16],
      ],
    },
    [[60, 8]],
    [100, 200, 500],
  ],
];

/** End points beside the steady state, matrices and rows. */
export const ends = {
  goe: {
    sizes: [
      [20, 64],
      [40, 32],
      [60, 16],
      [80, 10],
      [100, 5],
    ],
    iterations: 4000,
    parameters: [
      [0.5, 1, 0.3, 0.1, 0.25],
      [0.3, 2, 0.3, 0.1, 0.25],
      [0.5, 0.3, 0.3, 0.1, 0.25],
      [0.5, 0.2, 0.3, 0.1, 0.25],
      [0.3, 0.4, 0.3, 0.05, 0.5],
      [0.3, 0.3, 0.3, 0.05, 0.5],
      [0.3, 0.2, 0.3, 0.05, 0.5],
      [0.3, 0.25, 0.3, 0.01, 0.5],
      [0.2, 0.15, 0.3, 0.02, 0.5],
    ],
  },
  gaussian: {
    sizes: [
      [40, 24],
      [80, 8],
      [120, 4],
    ],
    iterations: 4000,
    parameters: [
      [0.5, 1, 0.3, 0.1, 0.25],
      [0.5, 0.2, 0.3, 0.1, 0.25],
    ],
  },
};

/** Double descent in the number of samples, where the problem is convex. */
export const samples = {
  sizes: [
    [20, 48],
    [40, 24],
    [60, 12],
    [80, 6],
  ],
  iterations: 6000,
  parameters: [0.1, 0.2, 0.3, 0.4, 0.5, 1].map((alpha) => [alpha, 1, 0.3, 0.005, 1]),
};

/** Double descent in the width, where the rank cuts below κ = 0.546. */
export const widths = {
  sizes: [
    [20, 48],
    [40, 16],
    [60, 8],
  ],
  iterations: 6000,
  parameters: [0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6].map((kappa) => [0.3, kappa, 0.3, 0.01, 0.5]),
};

/** Starts next to the teacher, no noise, λ = 0.002: κ, κ*, [d, replicas], values of α. */
export const planted = {
  sizes: [
    [40, 12],
    [60, 8],
    [80, 4],
  ],
  iterations: 5000,
  distance: 0.05,
  cases: [
    [0.2, 0.2, [0.18, 0.185, 0.19]],
    [0.25, 0.2, [0.22, 0.23]],
    [0.3, 0.2, [0.24]],
  ],
};

/** Random starts, no noise, λ = 0.002: κ, κ*, d, values of α. */
export const recovery = [
  [0.2, 0.2, 30, [0.18, 0.19, 0.2, 0.21, 0.22, 0.23]],
  [0.3, 0.2, 30, [0.23, 0.24, 0.25, 0.26, 0.27]],
  [1, 0.2, 30, [0.22, 0.24, 0.26, 0.28]],
];
