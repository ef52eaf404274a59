// What callers may write as a configuration. Made from the schemas by test/config-types.test.ts: do not edit.

export type QuadraticNetworksConfig = {
  /** Path or address of this schema, for editors; it is not read. */
  readonly $schema?: string;
  /** Name of the theory that the configuration is of. */
  readonly theory: 'quadratic-networks';
  /** The student Z = WWᵀ with W of d rows and κd columns. */
  readonly model: {
    /** d of the experiment. A whole number ≥ 2 and ≤ 1000. Default: 60. */
    readonly inputDimension?: number;
    /** κ: width of the student over d. A number ≥ 0.001 and ≤ 1000. */
    readonly widthRatio: number;
    /** σ0: entries N(0, σ0²/m) at the start. A number ≥ 0 and ≤ 1000. Default: 1. */
    readonly initialScale?: number;
  };
  /** The teacher, its labels and how many there are. */
  readonly data: {
    /** α: samples over d². A number ≥ 0.001 and ≤ 1000. */
    readonly sampleRatio: number;
    /** κ*: width of the teacher over d. A number ≥ 0.001 and ≤ 1000. */
    readonly teacherWidthRatio: number;
    /** How the teacher is drawn: eigenvalues at the quantiles of their law, or W*W*ᵀ with Gaussian entries. Default: "quantiles". */
    readonly teacher?: 'quantiles' | 'gaussian';
    /** What the teacher is seen through: Gaussian rows x as (xxᵀ − 1)/√d, or symmetric Gaussian matrices of the same moments, which are closer to the limit. Default: "gaussian". */
    readonly measurements?: 'gaussian' | 'goe';
    /** Δ: variance of the label noise. A number ≥ 0 and ≤ 1000000. Unit: label². Default: 0. */
    readonly noiseVariance?: number;
  };
  /** How the student is trained, and to what time. */
  readonly optimizer:
    | {
        /** Steps W ← W − ηΓW (S5). */
        readonly kind: 'gradient-descent';
        /** η of every step, with `steps`; or give learningRates. A number > 0 and ≤ 1000. */
        readonly learningRate?: number;
        /** η of each step, in place of learningRate and steps. An array of 1 to 5000 items. */
        readonly learningRates?: ArrayLike<number>;
        /** Number of steps, with learningRate. A whole number ≥ 1 and ≤ 5000. */
        readonly steps?: number;
        /** λ, taken off the eigenvalues of the teacher; 0 in a stationary configuration stands for the limit of vanishing weight decay. A number ≥ 0 and ≤ 1000000. Default: 0. */
        readonly weightDecay?: number;
      }
    | {
        /** The flow Ẇ = −ΓW up to a time (S6). */
        readonly kind: 'gradient-flow';
        /** End of the flow Ẇ = −ΓW, in its own time. A number > 0 and ≤ 1000000. */
        readonly time: number;
        /** Recorded times, and Euler steps of the prediction. A whole number ≥ 1 and ≤ 5000. Default: 100. */
        readonly steps?: number;
        /** How the recorded times lie: evenly, or like squares, denser at the start. Default: "uniform". */
        readonly spacing?: 'uniform' | 'quadratic';
        /** Relative error of a step of the simulation. A number ≥ 1e-9 and ≤ 0.1. Default: 0.0001. */
        readonly tolerance?: number;
        /** λ, taken off the eigenvalues of the teacher; 0 in a stationary configuration stands for the limit of vanishing weight decay. A number ≥ 0 and ≤ 1000000. Default: 0. */
        readonly weightDecay?: number;
      }
    | {
        /** Where the flow ends, as a steady state (E1)–(E5). */
        readonly kind: 'stationary';
        /** λ, taken off the eigenvalues of the teacher; 0 in a stationary configuration stands for the limit of vanishing weight decay. A number ≥ 0 and ≤ 1000000. Default: 0. */
        readonly weightDecay?: number;
        /** A curve over one parameter, in place of one steady state. */
        readonly sweep?: {
          /** Name of the parameter that takes the values. */
          readonly parameter:
            | 'sampleRatio'
            | 'widthRatio'
            | 'teacherWidthRatio'
            | 'weightDecay'
            | 'noiseVariance';
          /** Values of the parameter; a steady state for each. An array of 1 to 10000 items. */
          readonly values: ArrayLike<number>;
        };
        /** Most iterations of the simulation to an end point. A whole number ≥ 10 and ≤ 1000000. Default: 3000. */
        readonly iterations?: number;
        /** Share of the gradient in the weights at which an end point counts as reached. A number ≥ 1e-10 and ≤ 0.01. Default: 0.00003. */
        readonly tolerance?: number;
      };
  /** How the process (D1)–(D6) is sampled; a steady state needs none of it. */
  readonly prediction?: {
    /** d of the matrices that sample the process. A whole number ≥ 4 and ≤ 400. Default: 60. */
    readonly dimension?: number;
    /** Matrices whose averages make the memory. A whole number ≥ 1 and ≤ 64. Default: 4. */
    readonly replicas?: number;
    /** Independent samples of the process, for means and standard errors. A whole number ≥ 2 and ≤ 1000. Default: 8. */
    readonly repetitions?: number;
    /** How responses are measured: by one tangent for all steps, or one for each, which takes as many times the memory and is for checks. Default: "joint". */
    readonly probes?: 'joint' | 'separate';
    /** Also correlation and response, over two times. Default: true. */
    readonly twoTime?: boolean;
  };
  /** The experiment. */
  readonly simulation?: {
    /** Independent trained students. A whole number ≥ 1 and ≤ 100000. Default: 8. */
    readonly replicas?: number;
  };
  /** Any text; it names the streams of random numbers, and the same one gives the same bits. Default: "foretrain". */
  readonly seed?: string;
  /** What a run may take. */
  readonly limits?: {
    /** Memory that one run may take; a run that needs more is refused before it starts. A number > 0 and ≤ 4. Unit: GiB. Default: 3. */
    readonly memoryGiB?: number;
  };
};
