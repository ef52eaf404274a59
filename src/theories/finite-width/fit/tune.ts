// `tune`: one fit per configuration of a grid, compared by the lowest estimate of its test error. The winner's estimate is
// a minimum over many noisy numbers and hence optimistic: said in words, and re-estimated on fresh rows on request.

import { checkCall, FUNCTION, type Keys } from '../../../check/call.ts';
import {
  array,
  check,
  described,
  either,
  inspect,
  number,
  object,
  optional,
  worded,
} from '../../../check.ts';
import { ConfigError, SolveError } from '../../../errors.ts';
import type { RunStatus, Warning } from '../../../solution.ts';
import type { FiniteWidthFitConfig } from '../config-types.ts';
import { activationSchema } from '../problem.ts';
import { fitSchema } from './config.ts';
import {
  checkAll,
  DATA_KEYS,
  FIT_KEYS,
  type FitData,
  type FitOptions,
  type FitResult,
  fit,
  fitCost,
  memoryRefusal,
} from './fit.ts';
import { type FeatureTable, readLabels } from './rows.ts';

const MOST_CONFIGURATIONS = 10_000;

const rate = number({ min: 0, max: 1e9 });
const values = { minLength: 1, maxLength: MOST_CONFIGURATIONS } as const;

const gridSchema = object({
  widths: optional(array(number({ integer: true, min: 1, max: 256 }), values)),
  depths: optional(
    described(array(number({ integer: true, min: 2, max: 17 }), values), {
      description: 'number of layers; the activation of the first hidden layer is used in all',
    }),
  ),
  activations: optional(
    described(
      array(either(activationSchema, array(activationSchema, { minLength: 1, maxLength: 16 })), values),
      {
        description: 'one activation for all hidden layers, or one per hidden layer',
      },
    ),
  ),
  learningRates: optional(
    described(
      array(worded(array(rate, { minLength: 2 }), 'rates [first, others], or one for each layer'), values),
      {
        description: 'rows of rates: one per layer, or [first, others]',
      },
    ),
  ),
});

type Activations = FiniteWidthFitConfig['model']['activations'];

/** What `tune` varies; every combination is fitted. Lists that are left out keep the configuration's own value. */
export interface TuningGrid {
  readonly widths?: readonly number[];
  readonly depths?: readonly number[];
  /** One activation for all hidden layers, or one per hidden layer, which goes with that depth only. */
  readonly activations?: readonly (Activations | Activations[number])[];
  /** Rows of rates: one per layer, or [first, others]. */
  readonly learningRates?: readonly ArrayLike<number>[];
}

export interface TunedConfiguration {
  readonly index: number;
  readonly width: number;
  readonly depth: number;
  readonly activations: readonly unknown[];
  /** As used; "auto" where it was, if the fit could not run. */
  readonly learningRates: unknown;
  /** `failed`: there is no estimate, and `error` says why. */
  readonly status: RunStatus | 'failed';
  readonly error?: string;
  /** Lowest estimate of the test error, its step, interval and standard error. */
  readonly estimatedTestError?: number;
  readonly standardError?: number;
  readonly interval?: readonly [number, number];
  readonly step?: number;
  readonly estimator?: string;
  readonly warnings: readonly Warning[];
  readonly flops: number;
}

/** A configuration that has an estimate. */
export type FittedConfiguration = Required<Omit<TunedConfiguration, 'error'>>;

export interface Reestimate {
  /** Mean squared error on the fresh rows, in squared label units, and its standard error. */
  readonly testError: number;
  readonly standardError: number;
  readonly rows: number;
}

export interface TuningResult {
  readonly status: 'complete' | 'aborted';
  /** Every configuration that was tried, in the order of the grid. */
  readonly table: readonly TunedConfiguration[];
  /** The lowest estimate among complete fits (or, when cancelled in the first, that one); absent where all diverged. */
  readonly best?: FittedConfiguration;
  /** The fit of the best configuration, with its model. */
  readonly result?: FitResult;
  readonly warnings: readonly Warning[];
  /**
   * The best model's error on rows that no fit has seen: free of the optimism of the minimum.
   * @throws SolveError where there is no best model.
   */
  reestimate(features: FeatureTable, labels: ArrayLike<number>): Reestimate;
}

export interface TuneOptions extends FitOptions {
  /** Told after every configuration. */
  readonly onConfiguration?: (configuration: TunedConfiguration) => void;
}

const TUNE_KEYS: Keys<TuneOptions> = { ...FIT_KEYS, onConfiguration: FUNCTION };

/**
 * The configurations of a grid, in the order width, depth, activations, rates; the last one varies fastest. Activations of two or more
 * layers go with the depth that has as many. What is the same network trained at the same rates is there once.
 */
export function tuningConfigurations(config: unknown, grid: unknown): FiniteWidthFitConfig[] {
  const base = check(fitSchema, config);
  const { widths, depths, activations, learningRates } = check(gridSchema, grid, 'grid');
  const given = base.model.activations;
  const made = new Map<string, FiniteWidthFitConfig>();
  for (const width of widths ?? [base.model.width]) {
    for (const depth of depths ?? [undefined]) {
      for (const choice of activations ?? [given]) {
        const list = Array.isArray(choice) ? choice : [choice];
        const hidden = (depth ?? (Array.isArray(choice) ? list.length + 1 : given.length + 1)) - 1;
        if (choice !== given && list.length > 1 && list.length !== hidden) continue;
        const layers = list.length === hidden ? list : new Array(hidden).fill(list[0]);
        for (const rates of learningRates ?? [undefined]) {
          const own =
            rates && (rates.length === 2 ? [rates[0]!, ...new Array(hidden).fill(rates[1]!)] : rates);
          const optimizer = own ? { ...base.optimizer, learningRates: own } : base.optimizer;
          const model = { ...base.model, width, activations: layers };
          const same = JSON.stringify([width, layers, own]);
          if (!made.has(same)) made.set(same, { ...base, model, optimizer } as FiniteWidthFitConfig);
        }
      }
    }
  }
  const out = [...made.values()];
  if (out.length === 0) {
    const received = `depths ${depths} beside lists of other lengths`;
    const expected = 'a list of depth - 1 names for one of the depths';
    const remedy = 'Add that depth, or leave depths away: each list then makes its own.';
    throw new ConfigError([{ path: 'activations', received, expected, remedy }], 'grid');
  }
  if (out.length > MOST_CONFIGURATIONS) {
    const received = `${out.length} configurations`;
    const remedy = 'Shorten the lists, or tune in two rounds.';
    throw new ConfigError(
      [{ path: '', received, expected: `at most ${MOST_CONFIGURATIONS}`, remedy }],
      'grid',
    );
  }
  return out;
}

/** What the fits of a grid will cost together with these options; the bytes are those of the largest, as one comes after the other. */
export function tuneCost(
  data: FitData | undefined,
  config: FiniteWidthFitConfig,
  grid: TuningGrid,
  options: TuneOptions = {},
): { configurations: number; flops: number; seconds: number; bytes: number } {
  checkCall('tuneCost', { data, options }, { data: DATA_KEYS, options: TUNE_KEYS });
  const { test } = options;
  const costs = tuningConfigurations(config, grid).map((one) => fitCost(data, one, { test }));
  const total = (key: 'flops' | 'seconds') => costs.reduce((sum, cost) => sum + cost[key], 0);
  const bytes = costs.reduce((most, cost) => Math.max(most, cost.bytes), 0);
  return { configurations: costs.length, flops: total('flops'), seconds: total('seconds'), bytes };
}

/**
 * Fits every configuration of the grid and returns them all, with the one whose estimate gets lowest.
 * A configuration that cannot be run, or needs more memory than the limit, is a row with its error; one that diverged is a
 * row too, and never the best.
 * The minimum over configurations is optimistic (7 to 12 % too low over 12 of them on four real tables).
 * @throws ConfigError, DataError, and the first configuration's error where none could be run.
 */
export async function tune(
  data: FitData | undefined,
  config: FiniteWidthFitConfig,
  grid: TuningGrid,
  options: TuneOptions = {},
): Promise<TuningResult> {
  checkCall('tune', { data, options }, { data: DATA_KEYS, options: TUNE_KEYS });
  const { onConfiguration, ...fitOptions } = options;
  const configurations = tuningConfigurations(config, grid);
  for (const one of configurations) {
    const { problems, more } = { more: false, ...inspect(fitSchema, one) };
    if (problems) throw new ConfigError(problems, 'grid', { more });
  }
  const plans = configurations.map((one) => {
    const checked = checkAll(data, one, options.test);
    return { one, flops: checked.cost.flops, refusal: memoryRefusal(checked) };
  });
  const whole = plans.reduce((sum, { flops, refusal }) => sum + (refusal ? 0 : flops), 0);
  const table: TunedConfiguration[] = [];
  const failures: Error[] = [];
  let best: { entry: FittedConfiguration; result: FitResult } | undefined;
  let done = 0;
  let aborted = false;
  const add = (entry: TunedConfiguration) => {
    table.push(entry);
    onConfiguration?.(entry);
  };
  for (const [index, { one, flops, refusal }] of plans.entries()) {
    // The first fit is begun even so: a cancelled fit returns what it has.
    if (table.length > failures.length && options.signal?.aborted) aborted = true;
    if (aborted) break;
    const before = done;
    const onProgress = options.onProgress;
    const outcome =
      refusal ??
      (await attempt(data, one, {
        ...fitOptions,
        onProgress:
          onProgress &&
          (({ stage, fraction }) => {
            const stages = `configuration ${index + 1} of ${plans.length}: ${stage}`;
            onProgress({ stage: stages, fraction: (before + fraction * flops) / whole });
          }),
      }));
    if (!refusal) done += flops;
    if (outcome instanceof Error) {
      failures.push(outcome);
      add(failedEntry(index, one, flops, outcome));
      continue;
    }
    const entry = entryOf(index, one, outcome);
    add(entry);
    aborted = entry.status === 'aborted';
    const lower = !best || entry.estimatedTestError < best.entry.estimatedTestError;
    // An estimate that was cut short stands only where there is no other.
    if (aborted ? !best : entry.status === 'complete' && lower) best = { entry, result: outcome };
  }
  if (failures.length === plans.length) throw failures[0]!;
  const result = best?.result;
  return {
    status: aborted ? 'aborted' : 'complete',
    table,
    best: best?.entry,
    result,
    warnings: [
      ...(result ? optimism(table.length - failures.length) : [NO_BEST]),
      ...failed(failures.length, table.length),
      ...(result?.warnings ?? []),
    ],
    reestimate: (features, labels) => {
      if (result) return errorOnRows(result, features, labels);
      const { message } = NO_BEST;
      throw new SolveError({ status: 'diverged', message, remedy: 'Tune again with lower rates.' });
    },
  };
}

/** The fit, or why it could not be made; errors that are not about the configuration are thrown. */
async function attempt(
  data: FitData | undefined,
  config: FiniteWidthFitConfig,
  options: FitOptions,
): Promise<FitResult | SolveError | ConfigError> {
  try {
    return await fit(data, config, options);
  } catch (error) {
    if (error instanceof SolveError || error instanceof ConfigError) return error;
    throw error;
  }
}

const NO_BEST: Warning = {
  code: 'no-best',
  message:
    'No configuration of the grid could be trained to the end: all diverged or failed. Lower the rates.',
};

function failed(count: number, all: number): Warning[] {
  if (count === 0) return [];
  const message = `${count} of ${all} configurations could not be fitted; their rows of the table say why.`;
  return [{ code: 'failed-configurations', message }];
}

/** What a row says of its configuration. */
function rowOf(index: number, config: FiniteWidthFitConfig) {
  const { width, activations } = config.model;
  return { index, width, depth: activations.length + 1, activations };
}

function failedEntry(
  index: number,
  config: FiniteWidthFitConfig,
  flops: number,
  { message }: Error,
): TunedConfiguration {
  const { learningRates } = config.optimizer;
  return { ...rowOf(index, config), learningRates, status: 'failed', error: message, warnings: [], flops };
}

function entryOf(
  index: number,
  config: FiniteWidthFitConfig,
  { solution, stopping, warnings, cost }: FitResult,
): FittedConfiguration {
  const { estimatedTestError, standardError, interval, step, estimator } = stopping;
  return {
    ...rowOf(index, config),
    learningRates: solution.diagnostics.learningRates,
    status: solution.status,
    estimatedTestError,
    standardError,
    interval,
    step,
    estimator,
    warnings,
    flops: cost.flops,
  };
}

function optimism(configurations: number): Warning[] {
  if (configurations < 2) return [];
  return [
    {
      code: 'optimistic-minimum',
      message:
        `The lowest of ${configurations} estimates is optimistic (7 to 12 % too low over 12 configurations, measured). ` +
        'For a number to report, call reestimate with rows that were not used here.',
    },
  ];
}

function errorOnRows({ model }: FitResult, features: FeatureTable, labels: ArrayLike<number>): Reestimate {
  const predicted = model.predict(features);
  const rows = predicted.length;
  const truth = readLabels(labels, rows);
  const squares = predicted.map((value, k) => (value - truth[k]!) * (value - truth[k]!));
  const testError = squares.reduce((sum, value) => sum + value, 0) / rows;
  const spread = squares.reduce((sum, value) => sum + (value - testError) * (value - testError), 0);
  return { testError, standardError: rows > 1 ? Math.sqrt(spread / (rows - 1) / rows) : 0, rows };
}
