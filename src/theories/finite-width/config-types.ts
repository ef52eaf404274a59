// What callers may write as a configuration. Made from the schemas by test/config-types.test.ts: do not edit.

export type FiniteWidthConfig = {
  /** Path or address of this schema, for editors; it is not read. */
  readonly $schema?: string;
  /** Name of the theory that the configuration is of. */
  readonly theory: 'finite-width';
  /** The network, all of whose layers are trained (N1). */
  readonly model: {
    /** n: inputs of a row; required unless the initialization is "overlaps". A whole number ≥ 1 and ≤ 10000000. */
    readonly inputDimension?: number;
    /** q: units of every hidden layer. A whole number ≥ 1 and ≤ 256. */
    readonly width: number;
    /** One per hidden layer; the depth L is their number plus one. An array of 1 to 16 items. */
    readonly activations: readonly (
      | 'identity'
      | 'relu'
      | 'leaky-relu'
      | 'tanh'
      | 'sigmoid'
      | 'erf'
      | 'erf-sqrt2'
      | 'gelu'
      | 'silu'
      | 'softplus'
      | 'quadratic'
      | 'hermite'
      | 'sin'
      | {
          /** `identity`: x. `relu`: max(x, 0); its derivative at 0 is 0. `tanh`: Hyperbolic tangent. `sigmoid`: 1/(1 + exp(−x)). `erf`: Error function erf(x). `erf-sqrt2`: erf(x/√2). `gelu`: x Φ(x), with the normal distribution function Φ. `silu`: x/(1 + exp(−x)). `quadratic`: x². */
          readonly kind:
            | 'identity'
            | 'relu'
            | 'tanh'
            | 'sigmoid'
            | 'erf'
            | 'erf-sqrt2'
            | 'gelu'
            | 'silu'
            | 'quadratic';
        }
      | {
          /** x for x > 0, else slope · x; its derivative at 0 is the slope. */
          readonly kind: 'leaky-relu';
          /** Slope for negative input. Default: 0.01. */
          readonly slope?: number;
        }
      | {
          /** log(1 + exp(sharpness · x))/sharpness. */
          readonly kind: 'softplus';
          /** β of log(1 + exp(β x))/β. A number > 0 and ≤ 1000. Default: 1. */
          readonly sharpness?: number;
        }
      | {
          /** Hermite polynomial He_degree(x)/√(degree!), of mean square 1 under N(0, 1). */
          readonly kind: 'hermite';
          /** Degree of the polynomial. A whole number ≥ 0 and ≤ 30. Default: 2. */
          readonly degree?: number;
        }
      | {
          /** sin(frequency · x). */
          readonly kind: 'sin';
          /** ω of sin(ω x). A number ≥ -1000 and ≤ 1000. Default: 1. */
          readonly frequency?: number;
        }
    )[];
    /** Weights at the start. Default: {"kind":"gaussian"}. */
    readonly initialization?:
      | {
          /** Drawn, the same for prediction and all replicas. */
          readonly kind: 'gaussian';
          /** First-layer entries N(0, scale²/n). A number ≥ 0 and ≤ 1000000. Default: 1. */
          readonly scale?: number;
          /** Plus this multiple of the unit vector along the signal, in every unit. A number ≥ -1000000 and ≤ 1000000. Default: 0. */
          readonly alignment?: number;
          /** W_2..W_{L-1} of N(0, deepScale²/q); W_L of norm deepScale. A number ≥ 0 and ≤ 1000000. Default: 1. */
          readonly deepScale?: number;
        }
      | {
          /** As given. */
          readonly kind: 'explicit';
          /** W_1 as n rows of q, W_2..W_{L-1} as q rows of q, W_L as q numbers; entries of W_1 of order n^(-1/2). An array of 2 to 17 items. */
          readonly weights: readonly (ArrayLike<number> | readonly ArrayLike<number>[])[];
        }
      | {
          /** Only what the limit knows of them; with data.sampleRatio in place of sizes. */
          readonly kind: 'overlaps';
          /** S_0: products of the signal, first, and the units of the first layer, (1+q) × (1+q). An array of at least 1 rows, each an array of at least 1 numbers. */
          readonly gram: readonly ArrayLike<number>[];
          /** W_2..W_{L-1} as q rows of q, W_L as q numbers. An array of 1 to 16 items. */
          readonly deepWeights: readonly (ArrayLike<number> | readonly ArrayLike<number>[])[];
        };
  };
  /** Law of rows and labels: y = φ(⟨x, μ⟩) + ξ. */
  readonly data: {
    /** m: training rows; required unless the initialization is "overlaps". A whole number ≥ 2 and ≤ 10000000. */
    readonly sampleCount?: number;
    /** φ = m/n, with the initialization "overlaps" only; null for infinitely many rows per input. A number > 0 and ≤ 1000000000, or null. */
    readonly sampleRatio?: number | null;
    /** Law of the entries of a row, of mean 0 and variance 1. Default: {"law":"gaussian"}. */
    readonly features?:
      | {
          /** `gaussian`: Standard normal. `rademacher`: +1 or -1 with probability 1/2 each. `uniform`: Uniform on [-√3, √3]. `skewed`: Exponential of mean 1, minus 1. */
          readonly law: 'gaussian' | 'rademacher' | 'uniform' | 'skewed';
        }
      | {
          /** Student's t scaled to variance 1: heavy tails of power -(degreesOfFreedom + 1). */
          readonly law: 'student-t';
          /** Tails fall like |x| to the power −(degreesOfFreedom + 1). A number > 2 and ≤ 1000000. */
          readonly degreesOfFreedom: number;
        }
      | {
          /** 0 with probability 1 - density, else ±1/√density. */
          readonly law: 'sparse';
          /** Share of entries that are not 0. A number > 0 and ≤ 1. */
          readonly density: number;
        };
    /** φ: the label without noise as a function of ⟨x, μ⟩. Default: "identity". */
    readonly link?:
      | 'identity'
      | 'relu'
      | 'leaky-relu'
      | 'tanh'
      | 'sigmoid'
      | 'erf'
      | 'erf-sqrt2'
      | 'gelu'
      | 'silu'
      | 'softplus'
      | 'quadratic'
      | 'hermite'
      | 'sin'
      | 'sign'
      | {
          /** `identity`: x. `relu`: max(x, 0); its derivative at 0 is 0. `tanh`: Hyperbolic tangent. `sigmoid`: 1/(1 + exp(−x)). `erf`: Error function erf(x). `erf-sqrt2`: erf(x/√2). `gelu`: x Φ(x), with the normal distribution function Φ. `silu`: x/(1 + exp(−x)). `quadratic`: x². `sign`: −1, 0 or 1; its derivative is taken to be 0. */
          readonly kind:
            | 'identity'
            | 'relu'
            | 'tanh'
            | 'sigmoid'
            | 'erf'
            | 'erf-sqrt2'
            | 'gelu'
            | 'silu'
            | 'quadratic'
            | 'sign';
        }
      | {
          /** x for x > 0, else slope · x; its derivative at 0 is the slope. */
          readonly kind: 'leaky-relu';
          /** Slope for negative input. Default: 0.01. */
          readonly slope?: number;
        }
      | {
          /** log(1 + exp(sharpness · x))/sharpness. */
          readonly kind: 'softplus';
          /** β of log(1 + exp(β x))/β. A number > 0 and ≤ 1000. Default: 1. */
          readonly sharpness?: number;
        }
      | {
          /** Hermite polynomial He_degree(x)/√(degree!), of mean square 1 under N(0, 1). */
          readonly kind: 'hermite';
          /** Degree of the polynomial. A whole number ≥ 0 and ≤ 30. Default: 2. */
          readonly degree?: number;
        }
      | {
          /** sin(frequency · x). */
          readonly kind: 'sin';
          /** ω of sin(ω x). A number ≥ -1000 and ≤ 1000. Default: 1. */
          readonly frequency?: number;
        }
      | {
          /** Σ_k coefficients[k] h_k. */
          readonly kind: 'hermite-series';
          /** From degree 0 on, of Hermite polynomials of mean square 1 under N(0, 1). An array of 1 to 31 numbers. */
          readonly coefficients: ArrayLike<number>;
        }
      | {
          /** A JavaScript function. */
          readonly kind: 'function';
          /** φ as a JavaScript function, in library calls only. */
          readonly evaluate: (z: number) => number;
          /** φ', where there is one. */
          readonly derivative?: (z: number) => number;
        };
    /** ‖μ‖ of the signal; 1 unless given. A number ≥ 0 and ≤ 1000000. */
    readonly signalNorm?: number;
    /** ξ: what is added to the labels. Default: {"law":"gaussian","variance":0}. */
    readonly noise?:
      | {
          /** Standard normal. */
          readonly law: 'gaussian';
          /** σ²: variance of the noise. A number ≥ 0 and ≤ 1000000000000. Unit: label². */
          readonly variance: number;
        }
      | {
          /** +1 or -1 with probability 1/2 each. */
          readonly law: 'rademacher';
          /** σ²: variance of the noise. A number ≥ 0 and ≤ 1000000000000. Unit: label². */
          readonly variance: number;
        }
      | {
          /** Uniform on [-√3, √3]. */
          readonly law: 'uniform';
          /** σ²: variance of the noise. A number ≥ 0 and ≤ 1000000000000. Unit: label². */
          readonly variance: number;
        }
      | {
          /** Student's t scaled to variance 1: heavy tails of power -(degreesOfFreedom + 1). */
          readonly law: 'student-t';
          /** Tails fall like |x| to the power −(degreesOfFreedom + 1). A number > 2 and ≤ 1000000. */
          readonly degreesOfFreedom: number;
          /** σ²: variance of the noise. A number ≥ 0 and ≤ 1000000000000. Unit: label². */
          readonly variance: number;
        }
      | {
          /** 0 with probability 1 - density, else ±1/√density. */
          readonly law: 'sparse';
          /** Share of entries that are not 0. A number > 0 and ≤ 1. */
          readonly density: number;
          /** σ²: variance of the noise. A number ≥ 0 and ≤ 1000000000000. Unit: label². */
          readonly variance: number;
        }
      | {
          /** Exponential of mean 1, minus 1. */
          readonly law: 'skewed';
          /** σ²: variance of the noise. A number ≥ 0 and ≤ 1000000000000. Unit: label². */
          readonly variance: number;
        };
  };
  /** Full-batch gradient descent on the halved mean squared error (N2). */
  readonly optimizer: {
    /** η: one rate per layer, for all steps or in a row per step; of order 1, no factor of n; 0 freezes a layer. */
    readonly learningRates: ArrayLike<number> | readonly ArrayLike<number>[];
    /** T: number of steps. A whole number ≥ 1 and ≤ 100000. */
    readonly steps: number;
  };
  /** How the limit is computed. */
  readonly prediction?: {
    /** How the state evolution is solved: by gradient descent on a design of samples, by derivatives, in the limit of infinitely many rows, or exactly for linear networks. Default: "projection". */
    readonly method?: 'projection' | 'derivative' | 'population' | 'linear';
    /** N: Monte Carlo samples of one repetition: at least 16384 and four for each column of the design (projection), or 4096 (derivative), unless given. A whole number ≥ 64 and ≤ 4194304. */
    readonly samples?: number;
    /** Independent repetitions, for means and standard errors. A whole number ≥ 2 and ≤ 1000. Default: 8. */
    readonly repetitions?: number;
    /** Samples of the derivative form: scrambled Sobol points or random ones. Default: "sobol". */
    readonly points?: 'sobol' | 'monte-carlo';
    /** Nodes per dimension of the Gauss–Hermite rule of method "population"; by the width unless given. A whole number ≥ 2 and ≤ 400. */
    readonly order?: number;
  };
  /** The trained replicas. */
  readonly simulation?: {
    /** Networks trained on independent rows. A whole number ≥ 1 and ≤ 100000. Default: 8. */
    readonly replicas?: number;
    /** What is kept in memory: the rows X, or their products XX'; auto takes the cheaper. Default: "auto". */
    readonly form?: 'auto' | 'primal' | 'dual';
    /** Also the test error estimated from the training rows alone (O1)–(O3). Default: true. */
    readonly estimator?: boolean;
    /** Fresh rows for the test error, where features are not Gaussian. A whole number ≥ 16 and ≤ 1000000. Default: 4000. */
    readonly testSamples?: number;
  };
  /** Any text; it names the streams of random numbers, and the same one gives the same bits. Default: "foretrain". */
  readonly seed?: string;
  /** What a run may take. */
  readonly limits?: {
    /** Memory that one run may take; a run that needs more is refused before it starts. A number > 0 and ≤ 4. Unit: GiB. Default: 3. */
    readonly memoryGiB?: number;
  };
};

export type FiniteWidthFitConfig = {
  /** Path or address of this schema, for editors; it is not read. */
  readonly $schema?: string;
  /** Name of the theory that the configuration is of. */
  readonly theory: 'finite-width';
  /** The network that is trained. */
  readonly model: {
    /** q: units of every hidden layer. A whole number ≥ 1 and ≤ 256. */
    readonly width: number;
    /** One per hidden layer; the depth L is their number plus one. An array of 1 to 16 items. */
    readonly activations: readonly (
      | 'identity'
      | 'relu'
      | 'leaky-relu'
      | 'tanh'
      | 'sigmoid'
      | 'erf'
      | 'erf-sqrt2'
      | 'gelu'
      | 'silu'
      | 'softplus'
      | 'quadratic'
      | 'hermite'
      | 'sin'
      | {
          /** `identity`: x. `relu`: max(x, 0); its derivative at 0 is 0. `tanh`: Hyperbolic tangent. `sigmoid`: 1/(1 + exp(−x)). `erf`: Error function erf(x). `erf-sqrt2`: erf(x/√2). `gelu`: x Φ(x), with the normal distribution function Φ. `silu`: x/(1 + exp(−x)). `quadratic`: x². */
          readonly kind:
            | 'identity'
            | 'relu'
            | 'tanh'
            | 'sigmoid'
            | 'erf'
            | 'erf-sqrt2'
            | 'gelu'
            | 'silu'
            | 'quadratic';
        }
      | {
          /** x for x > 0, else slope · x; its derivative at 0 is the slope. */
          readonly kind: 'leaky-relu';
          /** Slope for negative input. Default: 0.01. */
          readonly slope?: number;
        }
      | {
          /** log(1 + exp(sharpness · x))/sharpness. */
          readonly kind: 'softplus';
          /** β of log(1 + exp(β x))/β. A number > 0 and ≤ 1000. Default: 1. */
          readonly sharpness?: number;
        }
      | {
          /** Hermite polynomial He_degree(x)/√(degree!), of mean square 1 under N(0, 1). */
          readonly kind: 'hermite';
          /** Degree of the polynomial. A whole number ≥ 0 and ≤ 30. Default: 2. */
          readonly degree?: number;
        }
      | {
          /** sin(frequency · x). */
          readonly kind: 'sin';
          /** ω of sin(ω x). A number ≥ -1000 and ≤ 1000. Default: 1. */
          readonly frequency?: number;
        }
    )[];
    /** Weights at the start. Default: {"kind":"gaussian"}. */
    readonly initialization?:
      | {
          /** Drawn. */
          readonly kind: 'gaussian';
          /** First-layer weights ~ N(0, scale²/columns). A number ≥ 0 and ≤ 1000000. Default: 1. */
          readonly scale?: number;
          /** W_2..W_{L-1} of N(0, deepScale²/q); W_L of norm deepScale. A number ≥ 0 and ≤ 1000000. Default: 1. */
          readonly deepScale?: number;
          /** Names the draw; the seed of the fit unless given. */
          readonly seed?: string;
        }
      | {
          /** As given. */
          readonly kind: 'explicit';
          /** W_1 as a row of q per column, W_2..W_{L-1} as q rows of q, W_L as q numbers. An array of 2 to 17 items. */
          readonly weights: readonly (ArrayLike<number> | readonly ArrayLike<number>[])[];
          /** Biases as one vector per layer, or per layer from the second on; 0 unless given. An array of 1 to 17 items. */
          readonly biases?: readonly (number | ArrayLike<number>)[];
        };
    /** Whether every layer has trained biases. Default: true. */
    readonly biases?: boolean;
  };
  /** The rows, unless they are given beside the configuration, and their preparation. */
  readonly data?: {
    /** How columns are scaled: each by its own deviation, all by one, each by its own but no less than a quarter of that; true chooses between the first two, false leaves features and labels as they are. Default: true. */
    readonly standardize?: boolean | 'per-column' | 'one-scale' | 'floored';
    /** One row of numbers per sample. */
    readonly features?:
      | readonly ArrayLike<number>[]
      | { readonly data: ArrayLike<number>; readonly shape: readonly [number, number] };
    /** One number per row. */
    readonly labels?: ArrayLike<number>;
    /** A name or number per row; rows of a group are left out together. */
    readonly groups?: readonly (string | number)[];
    /** Names of the feature columns, for messages and the saved model. */
    readonly columns?: readonly string[];
  };
  /** Full-batch gradient descent on the halved mean squared error. */
  readonly optimizer: {
    /** η: one rate per layer, for all steps or in a row per step; 0 freezes a layer; "auto" takes rates that are stable at the start. Default: "auto". */
    readonly learningRates?: 'auto' | ArrayLike<number> | readonly ArrayLike<number>[];
    /** T: number of steps. A whole number ≥ 1 and ≤ 100000. */
    readonly steps: number;
  };
  /** How the test error is estimated. */
  readonly estimator?: {
    /** How the test error is estimated; tangent unless there are groups, which need cross-validation. */
    readonly kind?: 'tangent' | 'onsager' | 'cross-validation';
    /** Principal components that the tangent estimator follows exactly. One of "auto", "all", or a whole number ≥ 0 and ≤ 1000000. Default: "auto". */
    readonly head?: 'auto' | 'all' | number;
    /** Rows without which the network is trained anew by the tangent estimator. "auto", or a whole number ≥ 0 and ≤ 1000. Default: "auto". */
    readonly refits?: 'auto' | number;
    /** Folds of cross-validation. A whole number ≥ 2 and ≤ 1000. Default: 10. */
    readonly folds?: number;
    /** What the head "auto" may take however cheap plain gradient descent is. A number ≥ 0 and ≤ 1000000000000000. Unit: flop. Default: 20000000000. */
    readonly allowance?: number;
    /** Known eigenvalues of the feature covariance and their shares, for the onsager estimator. An array of 1 to 64 items. */
    readonly spectrum?: readonly {
      /** Share of this eigenvalue; the shares add up to 1. A number > 0 and ≤ 1. */
      readonly weight: number;
      /** Eigenvalue of the feature covariance. A number ≥ 0 and ≤ 1000000000000. */
      readonly eigenvalue: number;
    }[];
  };
  /** Which step is recommended. */
  readonly stopping?: {
    /** Where to stop: at the lowest estimate, or at the first step within one standard error of it. Default: "minimum". */
    readonly rule?: 'minimum' | 'one-standard-error';
    /** End training after this many steps without a lower estimate. A whole number ≥ 1 and ≤ 1000000. */
    readonly patience?: number;
  };
  /** Any text; it names the streams of random numbers, and the same one gives the same bits. Default: "foretrain". */
  readonly seed?: string;
  /** What a run may take. */
  readonly limits?: {
    /** Memory that one run may take; a run that needs more is refused before it starts. A number > 0 and ≤ 4. Unit: GiB. Default: 3. */
    readonly memoryGiB?: number;
  };
};
