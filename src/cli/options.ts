// Options that several commands share, and how their texts are read.
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Precision } from '../index.ts';

export interface CommonOptions {
  readonly json?: boolean;
  readonly out?: string;
  readonly seed?: string;
  readonly quiet?: boolean;
  readonly dryRun?: boolean;
  readonly workers?: number;
  readonly precision: Precision;
  readonly limitGib?: number;
}

/** More threads than this help nowhere and can exhaust the process. */
const MOST_WORKERS = 64;

/** A whole number from `min` on, up to `max`. */
export function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text.trim()) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(
      `Expected a whole number ≥ ${min}${max < Number.MAX_SAFE_INTEGER ? ` and ≤ ${max}` : ''}.`,
    );
  };
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('Expected a number > 0.');
}

/** One of some names, or a whole number. */
export function nameOrNumber<N extends string>(...names: readonly N[]): (text: string) => N | number {
  return (text) => {
    if (names.includes(text as N)) return text as N;
    if (/^\d+$/.test(text.trim())) return Number(text);
    throw new InvalidArgumentError(`Expected ${names.join(', ')} or a whole number.`);
  };
}

/** Names separated by commas. */
export function nameList(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.every((name) => name !== '')) return names;
  throw new InvalidArgumentError('Expected names separated by commas.');
}

/** `auto`, or numbers separated by commas. */
export function rateList(text: string): 'auto' | number[] {
  if (text.trim() === 'auto') return 'auto';
  const rates = text.split(',').map((rate) => (rate.trim() === '' ? Number.NaN : Number(rate)));
  if (rates.every((rate) => Number.isFinite(rate) && rate >= 0)) return rates;
  throw new InvalidArgumentError('Expected "auto", or numbers ≥ 0 separated by commas, one per layer.');
}

/** The options of every command that leaves results behind. */
export function withCommonOptions(command: Command): Command {
  return withRunOptions(command)
    .option('--out <dir>', 'write figure, series and manifest into this folder')
    .option('--dry-run', 'say what it would cost, and stop');
}

/** The options of every command that computes. */
export function withRunOptions(command: Command): Command {
  return command
    .option('--json', 'print one JSON document on standard output, everything else on standard error')
    .option('--seed <text>', 'seed of all random draws, in place of the one in the configuration')
    .option('--quiet', 'no progress and no notes; warnings and errors remain')
    .addOption(
      new Option(
        '--precision <build>',
        'exact: the same bits on every machine; fast: relaxed SIMD, a little quicker',
      )
        .choices(['exact', 'fast'])
        .default('exact'),
    )
    .option('--limit-gib <number>', 'refuse to use more memory than this', positiveNumber);
}

export function withWorkers(command: Command): Command {
  const words = `threads, 1 to ${MOST_WORKERS} (does not change the results)`;
  return command.option('--workers <number>', words, wholeNumber(1, MOST_WORKERS));
}

/** The configuration with what the options say in its place. */
export function withOverrides(
  config: Readonly<Record<string, unknown>>,
  { seed, limitGib }: Pick<CommonOptions, 'seed' | 'limitGib'>,
): Record<string, unknown> {
  const { limits } = config;
  const merged = typeof limits === 'object' && limits !== null ? limits : {};
  return {
    ...config,
    ...(seed !== undefined && { seed }),
    ...(limitGib !== undefined && { limits: { ...merged, memoryGiB: limitGib } }),
  };
}
