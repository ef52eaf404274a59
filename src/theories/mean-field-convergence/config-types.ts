// What callers may write as a configuration. Made from the schemas by test/config-types.test.ts: do not edit.

export type MeanFieldConvergenceConfig = {
  /** Path or address of this schema, for editors; it is not read. */
  readonly $schema?: string;
  /** Name of the theory that the configuration is of. */
  readonly theory: 'mean-field-convergence';
  /** A network of which one layer is trained. */
  readonly model: {
    /** Trained neurons m. A whole number ≥ 1 and ≤ 1000000. */
    readonly width: number;
    /** σ of the trained neurons. */
    readonly activation:
      | 'identity'
      | 'relu'
      | 'tanh'
      | 'sigmoid'
      | 'erf'
      | 'erf-sqrt2'
      | 'softplus'
      | 'leaky-relu'
      | {
          /** `identity`: x. `relu`: max(x, 0); its derivative at 0 is 0. `tanh`: Hyperbolic tangent. `sigmoid`: 1/(1 + exp(−x)). `erf`: Error function erf(x). `erf-sqrt2`: erf(x/√2). */
          readonly kind: 'identity' | 'relu' | 'tanh' | 'sigmoid' | 'erf' | 'erf-sqrt2';
        }
      | {
          /** log(1 + exp(sharpness · x))/sharpness. */
          readonly kind: 'softplus';
          /** β of log(1 + exp(β x))/β. A number > 0 and ≤ 1000. Default: 1. */
          readonly sharpness?: number;
        }
      | {
          /** x for x > 0, else slope · x; its derivative at 0 is the slope. */
          readonly kind: 'leaky-relu';
          /** Slope for negative input. A number ≥ 0 and < 1. Default: 0.01. */
          readonly slope?: number;
        };
    /** Random layers below the trained one, from the input on; they stay as they are. An array of 0 to 16 items. Default: []. */
    readonly frozenLayers?: readonly {
      /** m₁; null: infinitely wide, in every layer. A whole number ≥ 1 and ≤ 100000, or null. */
      readonly width: number | null;
      /** Activation of the layer. */
      readonly activation:
        | 'identity'
        | 'relu'
        | 'tanh'
        | 'sigmoid'
        | 'erf'
        | 'erf-sqrt2'
        | 'softplus'
        | 'leaky-relu'
        | 'gelu'
        | 'silu'
        | 'sin'
        | {
            /** `identity`: x. `relu`: max(x, 0); its derivative at 0 is 0. `tanh`: Hyperbolic tangent. `sigmoid`: 1/(1 + exp(−x)). `erf`: Error function erf(x). `erf-sqrt2`: erf(x/√2). `gelu`: x Φ(x), with the normal distribution function Φ. `silu`: x/(1 + exp(−x)). */
            readonly kind: 'identity' | 'relu' | 'tanh' | 'sigmoid' | 'erf' | 'erf-sqrt2' | 'gelu' | 'silu';
          }
        | {
            /** log(1 + exp(sharpness · x))/sharpness. */
            readonly kind: 'softplus';
            /** β of log(1 + exp(β x))/β. A number > 0 and ≤ 1000. Default: 1. */
            readonly sharpness?: number;
          }
        | {
            /** x for x > 0, else slope · x; its derivative at 0 is the slope. */
            readonly kind: 'leaky-relu';
            /** Slope for negative input. A number ≥ 0 and < 1. Default: 0.01. */
            readonly slope?: number;
          }
        | {
            /** sin(frequency · x). */
            readonly kind: 'sin';
            /** ω of sin(ω x). A number ≥ -1000 and ≤ 1000. Default: 1. */
            readonly frequency?: number;
          };
      /** Variance of its weights, before the factor 1/inputs. A number > 0 and ≤ 1000000. Default: 1. */
      readonly weightVariance?: number;
      /** Variance of its biases. A number ≥ 0 and ≤ 1000000. Default: 0. */
      readonly biasVariance?: number;
    }[];
    /** Mean |u|² = 1 over training rows; unless given: with frozen layers. */
    readonly normalize?: boolean;
    /** Size of the output at a given width (M6). Default: "mean-field". */
    readonly scaling?:
      | 'mean-field'
      | 'tangent-kernel'
      | 'standard'
      | 'doubly-mean-field'
      | {
          /** `mean-field`: Output 1/m Σ: features move. `tangent-kernel`: Output 1/√m Σ: features hardly move in wide networks. `standard`: Of usual initial weights: the same path as tangent-kernel. `doubly-mean-field`: 1/m in both layers. */
          readonly kind: 'mean-field' | 'tangent-kernel' | 'standard' | 'doubly-mean-field';
        }
      | {
          /** α and a factor on the pre-activations as given. */
          readonly kind: 'free';
          /** α: 1 is mean-field, √m tangent-kernel. A number > 0 and ≤ 1000000000. */
          readonly scale: number;
          /** Factor on H(0). A number ≥ 0 and ≤ 1000000. Default: 1. */
          readonly preactivationFactor?: number;
        };
    /** Weights of the trained layer at the start. Default: "symmetric". */
    readonly initialization?:
      | 'symmetric'
      | 'independent'
      | {
          /** `symmetric`: Standard normal in pairs of opposite sign: the output is 0 at the start. `independent`: Standard normal and independent. */
          readonly kind: 'symmetric' | 'independent';
        }
      | {
          /** As given. */
          readonly kind: 'explicit';
          /** Z(0): a row per neuron, a number per input of its layer. An array of at least 1 rows, each an array of at least 1 numbers. */
          readonly weights: readonly ArrayLike<number>[];
          /** Output sign ε of each neuron, 1 or −1. An array of at least 1 numbers. */
          readonly signs: ArrayLike<number>;
        };
  };
  /** The rows that are trained on. */
  readonly data:
    | {
        /** Inputs uniform on the sphere of radius √d, labels that have nothing to do with them. */
        readonly kind: 'sphere';
        /** Training rows n. A whole number ≥ 1 and ≤ 4096. */
        readonly sampleCount: number;
        /** Inputs d. A whole number ≥ 1 and ≤ 1000000. */
        readonly dimension: number;
        /** Labels that do not depend on the inputs. Default: "signs". */
        readonly labels?:
          | 'signs'
          | 'gaussian'
          | {
              /** Plus or minus scale with probability 1/2. */
              readonly kind: 'signs';
              /** Root mean square of the labels. A number > 0 and ≤ 1000000. Unit: label. Default: 1. */
              readonly scale?: number;
            }
          | {
              /** Normal of deviation scale. */
              readonly kind: 'gaussian';
              /** Root mean square of the labels. A number > 0 and ≤ 1000000. Unit: label. Default: 1. */
              readonly scale?: number;
            };
      }
    | {
        /** Inputs of ±1, the label is the product of the first two. */
        readonly kind: 'xor';
        /** Training rows n. A whole number ≥ 1 and ≤ 4096. */
        readonly sampleCount: number;
        /** Inputs d, each ±1. A whole number ≥ 2 and ≤ 1000000. */
        readonly dimension: number;
        /** Test rows; 0: none. A whole number ≥ 0 and ≤ 100000. Default: 1000. */
        readonly testSamples?: number;
      }
    | {
        /** Gaussian inputs, the label is a function of one direction. */
        readonly kind: 'single-neuron';
        /** Training rows n. A whole number ≥ 1 and ≤ 4096. */
        readonly sampleCount: number;
        /** Inputs d. A whole number ≥ 1 and ≤ 1000000. */
        readonly dimension: number;
        /** Test rows; 0: none. A whole number ≥ 0 and ≤ 100000. Default: 1000. */
        readonly testSamples?: number;
        /** Label as a function of the input along one direction. Default: "relu". */
        readonly link?:
          | 'identity'
          | 'relu'
          | 'tanh'
          | 'sigmoid'
          | 'erf'
          | 'erf-sqrt2'
          | 'softplus'
          | 'leaky-relu'
          | 'gelu'
          | 'silu'
          | 'sin'
          | 'quadratic'
          | 'hermite'
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
              /** log(1 + exp(sharpness · x))/sharpness. */
              readonly kind: 'softplus';
              /** β of log(1 + exp(β x))/β. A number > 0 and ≤ 1000. Default: 1. */
              readonly sharpness?: number;
            }
          | {
              /** x for x > 0, else slope · x; its derivative at 0 is the slope. */
              readonly kind: 'leaky-relu';
              /** Slope for negative input. A number ≥ 0 and < 1. Default: 0.01. */
              readonly slope?: number;
            }
          | {
              /** sin(frequency · x). */
              readonly kind: 'sin';
              /** ω of sin(ω x). A number ≥ -1000 and ≤ 1000. Default: 1. */
              readonly frequency?: number;
            }
          | {
              /** Hermite polynomial He_degree(x)/√(degree!), of mean square 1 under N(0, 1). */
              readonly kind: 'hermite';
              /** Degree of the polynomial. A whole number ≥ 0 and ≤ 30. Default: 2. */
              readonly degree?: number;
            };
      }
    | {
        /** Gaussian inputs of larger variance along one direction, of which the label is a function. */
        readonly kind: 'spiked';
        /** Training rows n. A whole number ≥ 1 and ≤ 4096. */
        readonly sampleCount: number;
        /** Inputs d. A whole number ≥ 1 and ≤ 1000000. */
        readonly dimension: number;
        /** Test rows; 0: none. A whole number ≥ 0 and ≤ 100000. Default: 1000. */
        readonly testSamples?: number;
        /** The spike has variance 1 + strength. A number ≥ 0 and ≤ 1000000. Default: 5. */
        readonly strength?: number;
        /** Label as a function of the input along the spike, in units of variance 1. Default: {"kind":"hermite","degree":2}. */
        readonly link?:
          | 'identity'
          | 'relu'
          | 'tanh'
          | 'sigmoid'
          | 'erf'
          | 'erf-sqrt2'
          | 'softplus'
          | 'leaky-relu'
          | 'gelu'
          | 'silu'
          | 'sin'
          | 'quadratic'
          | 'hermite'
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
              /** log(1 + exp(sharpness · x))/sharpness. */
              readonly kind: 'softplus';
              /** β of log(1 + exp(β x))/β. A number > 0 and ≤ 1000. Default: 1. */
              readonly sharpness?: number;
            }
          | {
              /** x for x > 0, else slope · x; its derivative at 0 is the slope. */
              readonly kind: 'leaky-relu';
              /** Slope for negative input. A number ≥ 0 and < 1. Default: 0.01. */
              readonly slope?: number;
            }
          | {
              /** sin(frequency · x). */
              readonly kind: 'sin';
              /** ω of sin(ω x). A number ≥ -1000 and ≤ 1000. Default: 1. */
              readonly frequency?: number;
            }
          | {
              /** Hermite polynomial He_degree(x)/√(degree!), of mean square 1 under N(0, 1). */
              readonly kind: 'hermite';
              /** Degree of the polynomial. A whole number ≥ 0 and ≤ 30. Default: 2. */
              readonly degree?: number;
            };
      }
    | {
        /** Rows of your own. */
        readonly kind: 'rows';
        /** One row per sample. An array of at least 1 rows, each an array of at least 1 numbers. */
        readonly features: readonly ArrayLike<number>[];
        /** One number per row. An array of 1 to 4096 numbers. */
        readonly labels: ArrayLike<number>;
        /** Rows for the test error, as many columns. An array of at least 1 rows, each an array of at least 1 numbers. */
        readonly testFeatures?: readonly ArrayLike<number>[];
        /** Their labels. An array of at least 1 numbers. */
        readonly testLabels?: ArrayLike<number>;
      };
  /** Gradient flow: how long, and how it is followed. */
  readonly flow: {
    /** End of gradient flow, in the clock of (M2). A number > 0 and ≤ 1000000000. */
    readonly time: number;
    /** Measurements. A whole number ≥ 1 and ≤ 10000. Default: 40. */
    readonly records?: number;
    /** How the flow is followed. Default: "auto". */
    readonly integrator?:
      | 'auto'
      | 'euler'
      | 'rk4'
      | 'adaptive'
      | {
          /** Adaptive for smooth activations, euler for those with a kink. */
          readonly kind: 'auto';
        }
      | {
          /** Euler steps, that is gradient descent (I1). */
          readonly kind: 'euler';
          /** θ: share of the safe step (I1). A number ≥ 0.000001 and ≤ 2. Default: 0.5. */
          readonly theta?: number;
        }
      | {
          /** Runge–Kutta steps of order 4. */
          readonly kind: 'rk4';
          /** θ: share of the safe step (I1). A number ≥ 0.000001 and ≤ 2.78. Default: 0.5. */
          readonly theta?: number;
        }
      | {
          /** Exponential steps of order 1 (I2). */
          readonly kind: 'exp1';
          /** η: length of a step in the clock of (M2). A number > 0 and ≤ 1000000000. */
          readonly step: number;
        }
      | {
          /** Exponential steps of order 2 (I3). */
          readonly kind: 'exp2';
          /** η: length of a step in the clock of (M2). A number > 0 and ≤ 1000000000. */
          readonly step: number;
        }
      | {
          /** Exponential steps of order 2 whose length is chosen (I4). */
          readonly kind: 'adaptive';
          /** Largest relative defect of a step (I4). A number > 0 and ≤ 0.1. Default: 0.0001. */
          readonly tolerance?: number;
        };
    /** Training ends at this fraction of the first loss; rows end where all runs have. A number ≥ 0 and < 1. Default: 0. */
    readonly stopAt?: number;
  };
  /** How the curves are computed. */
  readonly prediction?: {
    /** Which limit is computed: particles of infinite width for up to 3 samples, the infinitely wide tangent kernel, or the kernel of the drawn network. Default: "auto". */
    readonly method?: 'auto' | 'mean-field' | 'tangent-kernel' | 'initial-kernel';
    /** Particles per dimension, an even number. A whole number ≥ 4 and ≤ 400. */
    readonly nodes?: number;
  };
  /** The trained networks. */
  readonly simulation?: {
    /** Independent draws that are trained. A whole number ≥ 1 and ≤ 100000. Default: 4. */
    readonly replicas?: number;
    /** What moves: the weights, or their coefficients in the samples; auto takes the cheaper (M4). Default: "auto". */
    readonly form?: 'auto' | 'primal' | 'dual';
    /** Precision of the trajectory (I5). Default: "float64". */
    readonly dtype?: 'float64' | 'float32';
    /** Certificates along the run. Default: true. */
    readonly restart?: boolean;
  };
  /** Any text; it names the streams of random numbers, and the same one gives the same bits. Default: "foretrain". */
  readonly seed?: string;
  /** What a run may take. */
  readonly limits?: {
    /** Memory that one run may take; a run that needs more is refused before it starts. A number > 0 and ≤ 4. Unit: GiB. Default: 3. */
    readonly memoryGiB?: number;
  };
};
