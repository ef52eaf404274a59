// What callers may write as a configuration. Made from the schemas by test/config-types.test.ts: do not edit.

export type PropagationOfChaosConfig = {
  /** Path or address of this schema, for editors; it is not read. */
  readonly $schema?: string;
  /** Name of the theory that the configuration is of. */
  readonly theory: 'propagation-of-chaos';
  /** One hidden layer of unit neurons with fixed output weights 1/m. */
  readonly model: {
    /** d, of inputs and neurons. A whole number ≥ 3 and ≤ 1000000. */
    readonly inputDimension: number;
    /** Neurons of the simulated network. A whole number ≥ 1 and ≤ 1000000. Default: 256. */
    readonly width?: number;
    /** Activation σ of every neuron. */
    readonly activation:
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
      | 'bump'
      | 'ge4'
      | {
          /** `identity`: x. `relu`: max(x, 0); its derivative at 0 is 0. `tanh`: Hyperbolic tangent. `sigmoid`: 1/(1 + exp(−x)). `erf`: Error function erf(x). `erf-sqrt2`: erf(x/√2). `gelu`: x Φ(x), with the normal distribution function Φ. `silu`: x/(1 + exp(−x)). `quadratic`: x². `sign`: −1, 0 or 1; its derivative is taken to be 0. `ge4`: 5 (x² exp(−x²) − √3/9), of information exponent 4. */
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
            | 'sign'
            | 'ge4';
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
          /** Degree of the polynomial. A whole number ≥ 0 and ≤ 64. Default: 2. */
          readonly degree?: number;
        }
      | {
          /** sin(frequency · x). */
          readonly kind: 'sin';
          /** ω of sin(ω x). A number ≥ -20 and ≤ 20. Default: 1. */
          readonly frequency?: number;
        }
      | {
          /** Σ_k coefficients[k] h_k, with Hermite polynomials h_k of mean square 1 under N(0, 1). */
          readonly kind: 'hermite-series';
          /** Coefficients from degree 0 on, of Hermite polynomials of variance 1. An array of 1 to 65 numbers. */
          readonly coefficients: ArrayLike<number>;
        }
      | {
          /** exp(−rate · x²). */
          readonly kind: 'bump';
          /** Rate s of exp(−s z²). A number > 0 and ≤ 1000. Default: 1. */
          readonly rate?: number;
        };
    /** Degree at which activation and target are cut; polynomials keep their own. A whole number ≥ 1 and ≤ 64. Default: 8. */
    readonly degree?: number;
  };
  /** What is learned, and from how many rows. */
  readonly data?: {
    /** h of the target h(⟨w*, x⟩); the activation unless given. */
    readonly target?:
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
      | 'bump'
      | 'ge4'
      | {
          /** `identity`: x. `relu`: max(x, 0); its derivative at 0 is 0. `tanh`: Hyperbolic tangent. `sigmoid`: 1/(1 + exp(−x)). `erf`: Error function erf(x). `erf-sqrt2`: erf(x/√2). `gelu`: x Φ(x), with the normal distribution function Φ. `silu`: x/(1 + exp(−x)). `quadratic`: x². `sign`: −1, 0 or 1; its derivative is taken to be 0. `ge4`: 5 (x² exp(−x²) − √3/9), of information exponent 4. */
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
            | 'sign'
            | 'ge4';
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
          /** Degree of the polynomial. A whole number ≥ 0 and ≤ 64. Default: 2. */
          readonly degree?: number;
        }
      | {
          /** sin(frequency · x). */
          readonly kind: 'sin';
          /** ω of sin(ω x). A number ≥ -20 and ≤ 20. Default: 1. */
          readonly frequency?: number;
        }
      | {
          /** Σ_k coefficients[k] h_k, with Hermite polynomials h_k of mean square 1 under N(0, 1). */
          readonly kind: 'hermite-series';
          /** Coefficients from degree 0 on, of Hermite polynomials of variance 1. An array of 1 to 65 numbers. */
          readonly coefficients: ArrayLike<number>;
        }
      | {
          /** exp(−rate · x²). */
          readonly kind: 'bump';
          /** Rate s of exp(−s z²). A number > 0 and ≤ 1000. Default: 1. */
          readonly rate?: number;
        };
    /** Rows of the velocity from samples; without it, the velocity of the population. A whole number ≥ 1 and ≤ 100000000. */
    readonly sampleCount?: number;
  };
  /** How neurons move, and how long. */
  readonly optimizer: {
    /** Gradient flow on the sphere by Runge–Kutta steps, or gradient steps that are projected back to it. Default: "gradient-flow". */
    readonly kind?: 'gradient-flow' | 'projected-descent';
    /** Time of a step; its learning rate η. A number > 0 and ≤ 1000. */
    readonly stepSize: number;
    /** Number of steps; the horizon is stepSize · steps. A whole number ≥ 1 and ≤ 1000000. */
    readonly steps: number;
    /** Steps between recorded times; unless given, so that there are about 100. A whole number ≥ 1 and ≤ 1000000. */
    readonly recordEvery?: number;
  };
  /** How the mean field and the law at 1/m are computed. */
  readonly prediction?: {
    /** Nodes for the law of initial overlaps: panels in escape time, which resolve the front, or the Gauss rule of that law. Default: "escape-panels". */
    readonly rule?: 'escape-panels' | 'gauss-gegenbauer';
    /** Nodes of the Gauss–Gegenbauer rule. A whole number ≥ 2 and ≤ 4096. Default: 64. */
    readonly nodes?: number;
    /** Length of a panel in escape time. A number ≥ 0.01 and ≤ 5. Default: 0.5. */
    readonly panelLength?: number;
    /** Gauss–Legendre nodes of a panel. A whole number ≥ 2 and ≤ 64. Default: 8. */
    readonly panelNodes?: number;
    /** Initial overlaps whose characteristics are reported. An array of 0 to 1000 numbers. */
    readonly tracers?: ArrayLike<number>;
    /** The law at 1/m: Ω_f, Ω_Δ, variance of the loss. Default: true. */
    readonly fluctuation?: boolean;
    /** Gauss–Legendre nodes of a panel, for the law at 1/m and the envelopes. A whole number ≥ 2 and ≤ 64. Default: 6. */
    readonly fluctuationPanelNodes?: number;
    /** Upper bounds on √Ω_f. Default: true. */
    readonly envelopes?: boolean;
    /** Most times at which envelopes are solved. A whole number ≥ 20 and ≤ 1000. Default: 160. */
    readonly envelopeTimes?: number;
    /** Input dimensions whose escape time is wanted. An array of 0 to 20 numbers. */
    readonly escapeDimensions?: ArrayLike<number>;
  };
  /** The networks of finite width. */
  readonly simulation?: {
    /** Networks of independent initial weights. A whole number ≥ 1 and ≤ 100000. Default: 8. */
    readonly replicas?: number;
    /** Further widths, for figures of the gap against the width. An array of 0 to 20 numbers. */
    readonly widths?: ArrayLike<number>;
    /** Also the linearised dynamics of the displacements. Default: false. */
    readonly linearised?: boolean;
  };
  /** Any text; it names the streams of random numbers, and the same one gives the same bits. Default: "foretrain". */
  readonly seed?: string;
  /** What a run may take. */
  readonly limits?: {
    /** Memory that one run may take; a run that needs more is refused before it starts. A number > 0 and ≤ 4. Unit: GiB. Default: 3. */
    readonly memoryGiB?: number;
  };
};
