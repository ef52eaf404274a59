// The options of `fit`, and the configuration that they stand for.
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { TuningGrid } from '../index.ts';
import { wrongNumberOfRates } from '../theories/finite-width/problem.ts';
import { UsageError } from './exit-codes.ts';
import {
  type CommonOptions,
  nameList,
  nameOrNumber,
  rateList,
  wholeNumber,
  withCommonOptions,
} from './options.ts';

export interface FitCommandOptions extends CommonOptions {
  readonly target?: string;
  readonly features?: string[];
  readonly drop?: string[];
  readonly group?: string;
  readonly test?: string;
  /** False with --no-header. */
  readonly header: boolean;
  readonly estimator?: string;
  readonly folds?: number;
  readonly head?: string | number;
  readonly refits?: string | number;
  readonly width?: number;
  readonly activations?: string[];
  readonly learningRates?: 'auto' | number[];
  readonly steps?: number;
  readonly standardize?: boolean;
  readonly oneScale?: boolean;
  /** False with --no-biases. */
  readonly biases: boolean;
  readonly oneStandardError?: boolean;
  readonly patience?: number;
  readonly modelOut?: string;
}

/** What is trained when nobody says otherwise. */
const DEFAULTS = { width: 4, activations: ['tanh'], steps: 200 } as const;

/** Which rows are trained on, and where results go. */
function withTable(command: Command): Command {
  return withCommonOptions(command)
    .option('--target <column>', 'column to predict: numbers, or two classes')
    .option('--features <a,b,…>', 'columns to predict from (all others by default)', nameList)
    .option('--drop <a,b,…>', 'columns to leave out', nameList)
    .option('--group <column>', 'column that names the rows that belong together')
    .option('--test <file>', 'other rows, to see the true error beside the estimate')
    .option('--no-header', 'the CSV file has no line of names; columns are called c0, c1, …');
}

/** How the test error is estimated, and what is the same whatever the network. */
function withTraining(command: Command): Command {
  return command
    .addOption(
      new Option('--estimator <name>', 'how the test error is estimated').choices([
        'tangent',
        'onsager',
        'cross-validation',
      ]),
    )
    .option('--folds <number>', 'folds of cross-validation', wholeNumber(2))
    .option(
      '--head <size>',
      'principal components followed exactly: auto, all or a number',
      nameOrNumber('auto', 'all'),
    )
    .option(
      '--refits <number>',
      'rows that are also left out by retraining: auto or a number',
      nameOrNumber('auto'),
    )
    .option('--steps <number>', `steps of gradient descent (default: ${DEFAULTS.steps})`, wholeNumber(1))
    .option('--standardize', 'centre and scale the columns (default)')
    .option('--no-standardize', 'take features and labels as they are')
    .option('--one-scale', 'divide all columns by one number: pixels, spectra')
    .option('--no-biases', 'train without biases')
    .option('--one-standard-error', 'stop at the first step within one standard error of the minimum')
    .option(
      '--patience <number>',
      'end training after so many steps without a lower estimate',
      wholeNumber(1),
    )
    .option('--model-out <file>', 'write the trained network as JSON');
}

/** The options of `fit`: one network. */
export function withFitOptions(command: Command): Command {
  return withTraining(
    withTable(command)
      .option('--width <number>', `units per hidden layer (default: ${DEFAULTS.width})`, wholeNumber(1))
      .option('--activations <a,b,…>', `one per hidden layer (default: ${DEFAULTS.activations})`, nameList)
      .option('--learning-rates <a,b,…>', 'one per layer, or auto (default: auto)', rateList),
  );
}

/** What `tune` tries, as it stands on the command line. */
export interface GridOptions {
  readonly widths?: number[];
  readonly depths?: number[];
  readonly activations?: (string | string[])[];
  readonly learningRates?: number[][];
}

/** Tried where nothing is said. */
const USUAL_WIDTHS = [2, 4, 8];

/** The options of `tune`: lists of what is tried in the place of one network. */
export function withTuneOptions(command: Command): Command {
  return withTraining(
    withTable(command)
      .option(
        '--widths <a,b,…>',
        `units per hidden layer (${USUAL_WIDTHS} where no list is given)`,
        listOf(wholeNumber(1)),
      )
      .option('--depths <a,b,…>', 'numbers of layers; 2 is one hidden layer', listOf(wholeNumber(2)))
      .option(
        '--activations <a,b,…>',
        `each for all hidden layers, or one for each as in tanh+relu (default: ${DEFAULTS.activations})`,
        listOf((text) => (text.includes('+') ? text.split('+') : text)),
      )
      .option(
        '--learning-rates <a:b,…>',
        'rates FIRST:OTHERS, or one per layer, separated by colons (default: auto)',
        listOf(rateRow),
      ),
  );
}

function listOf<T>(read: (text: string) => T): (text: string) => T[] {
  return (text) => {
    const items = text.split(',').map((item) => item.trim());
    if (items.every((item) => item !== '')) return items.map(read);
    throw new InvalidArgumentError('Expected what to try, separated by commas, with nothing left out.');
  };
}

function rateRow(text: string): number[] {
  const rates = text.split(':').map((rate) => (rate.trim() === '' ? Number.NaN : Number(rate)));
  if (rates.length > 1 && rates.every((rate) => Number.isFinite(rate) && rate >= 0)) return rates;
  throw new InvalidArgumentError(
    'Expected numbers ≥ 0, FIRST:OTHERS or one per layer, separated by colons as in 0.1:0.05; a comma begins the next try.',
  );
}

/** What is tried: every combination of the lists. Names of activations are for the library to check. */
export function gridOf({ widths, depths, activations, learningRates }: GridOptions): TuningGrid {
  const lists = said({ widths, depths, activations, learningRates });
  return Object.keys(lists).length > 0 ? (lists as TuningGrid) : { widths: USUAL_WIDTHS };
}

type Json = Readonly<Record<string, unknown>>;

const part = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};

/** What was said, without what was not. */
const said = (entries: Json): Json =>
  Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));

/** The configuration in `base`, with what the options say in its place, and defaults for what must be there. */
export function fitConfig(options: FitCommandOptions, base: Json = {}): Record<string, unknown> {
  const { width, activations, biases, learningRates, steps, estimator, head, refits, folds } = options;
  const rule = options.oneStandardError ? 'one-standard-error' : undefined;
  const standardize = options.oneScale ? 'one-scale' : options.standardize;
  const merged = {
    theory: 'finite-width',
    ...base,
    model: {
      width: DEFAULTS.width,
      activations: DEFAULTS.activations,
      ...part(base.model),
      ...said({ width, activations, biases: biases === false ? false : undefined }),
    },
    optimizer: { steps: DEFAULTS.steps, ...part(base.optimizer), ...said({ learningRates, steps }) },
    estimator: { ...part(base.estimator), ...said({ kind: estimator, head, refits, folds }) },
    stopping: { ...part(base.stopping), ...said({ rule, patience: options.patience }) },
    data: { ...part(base.data), ...said({ standardize }) },
  };
  // What is no object in the file is left for the check of the configuration to find.
  for (const key of ['model', 'optimizer', 'estimator', 'stopping', 'data'] as const) {
    if (base[key] !== undefined && part(base[key]) !== base[key]) Object.assign(merged, { [key]: base[key] });
  }
  checkRateCount(options, merged.model);
  return merged;
}

/** The configuration's own check would name a field that nobody has written. @throws UsageError */
function checkRateCount(
  { learningRates }: FitCommandOptions,
  { activations }: { activations: unknown },
): void {
  if (!Array.isArray(learningRates) || !Array.isArray(activations)) return;
  const depth = activations.length + 1;
  if (learningRates.length === depth) return;
  const { received, expected, remedy } = wrongNumberOfRates(
    learningRates,
    depth,
    (rates) => `--learning-rates ${rates.join(',')}`,
  );
  throw new UsageError(`--learning-rates: received ${received}; expected ${expected}. ${remedy}`);
}
