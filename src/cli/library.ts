// What the command line asks of the library: a small part of its public functions, so that tests can stand in for it.
import type {
  Certification,
  Comparison,
  ConductOptions,
  CostEstimate,
  Executor,
  FitCost,
  FitData,
  FitOptions,
  FitResult,
  InterpolationThreshold,
  Precision,
  QuadraticParameters,
  RecoveryThreshold,
  SamplesNeeded,
  Solution,
  SteadyState,
  StudyResult,
  TuningGrid,
  TuningResult,
  tuneCost,
  WidthAnswer,
  WidthOptions,
} from '../index.ts';
import type { Hashed } from '../result-hash.ts';

/** Configurations are what files hold, and are checked by the library. */
export interface Library {
  predict(config: unknown, options?: ConductOptions): Promise<Solution>;
  simulate(config: unknown, options?: ConductOptions): Promise<Solution>;
  compare(config: unknown, options?: ConductOptions): Promise<Comparison>;
  width(config: unknown, options: WidthOptions & ConductOptions): Promise<WidthAnswer>;
  fit(data: FitData | undefined, config: unknown, options?: FitOptions): Promise<FittedResult>;
  tune(
    data: FitData | undefined,
    config: unknown,
    grid: TuningGrid,
    options?: FitOptions,
  ): Promise<TunedResult>;
  certify(input: unknown, options?: ConductOptions): Promise<Certification>;
  dimensionStudy(config: object, values: readonly number[], options?: ConductOptions): Promise<StudyResult>;
  sampleStudy(config: object, values: readonly number[], options?: ConductOptions): Promise<StudyResult>;
  steadyState(parameters: QuadraticParameters, options?: { dimension?: number }): SteadyState;
  samplesForError(
    parameters: QuadraticParameters,
    testError: number,
    options?: { inputDimension?: number; most?: number },
  ): SamplesNeeded;
  interpolationThreshold(parameters: QuadraticParameters): InterpolationThreshold;
  recoveryThreshold(parameters: QuadraticParameters): RecoveryThreshold;
  estimateCost(config: unknown): { prediction: CostEstimate; simulation?: CostEstimate };
  fitCost(data: FitData | undefined, config: unknown, options?: Pick<FitOptions, 'test'>): FitCost;
  tuneCost(
    data: FitData | undefined,
    config: unknown,
    grid: TuningGrid,
    options?: Pick<FitOptions, 'test'>,
  ): ReturnType<typeof tuneCost>;
  configSchema(theory: string, options?: { of?: 'run' | 'fit' }): Readonly<Record<string, unknown>>;
  coreHash(precision?: Precision): Promise<string>;
  resultHash(solution: { readonly observables: Readonly<Record<string, Hashed>> }): Promise<string>;
}

/** A fit, of whose model only the saved form matters here. */
export type FittedResult = Omit<FitResult, 'model'> & { readonly model: { toJSON(): unknown } };

/** The same of many fits. */
export type TunedResult = Omit<TuningResult, 'result'> & { readonly result?: FittedResult };

export interface ClosableExecutor extends Executor {
  close(): Promise<void>;
}
