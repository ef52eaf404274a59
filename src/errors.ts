// Errors that users meet: each names the place, what was received, what was expected and what to do about it.
// Knows nothing about who throws them, how they are printed or which exit code they become.
import type { Solution } from './solution.ts';

export { CoreError } from '../bindings/errors.ts';

/** One thing that is wrong with a configuration. */
export interface ConfigProblem {
  /** Where, e.g. `model.activations[1]`; empty for the configuration as a whole. */
  readonly path: string;
  /** What stands there, in words short enough for one line. */
  readonly received: string;
  readonly expected: string;
  /** What to do. */
  readonly remedy: string;
  /** The known name that is closest to an unknown one. */
  readonly nearest?: string;
}

function configLine(problem: ConfigProblem, subject: string): string {
  const { path, received, expected, remedy, nearest } = problem;
  const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
  return `${path || subject}: received ${received}; expected ${expected}.${hint}${remedy ? ` ${remedy}` : ''}`;
}

/** A configuration that cannot be run. Carries every problem of it, not only the first one. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(
    problems: readonly ConfigProblem[],
    subject = 'configuration',
    { more = false, ...options }: ErrorOptions & { more?: boolean } = {},
  ) {
    const lines = problems.map((problem) => configLine(problem, subject));
    const count = more ? `more than ${problems.length}` : problems.length;
    const many = `The ${subject} has ${count} problems:\n${lines.map((line) => `  - ${line}`).join('\n')}`;
    super(lines.length === 1 ? `The ${subject} has a problem: ${lines[0]}` : many, options);
    this.problems = problems;
  }
}

/** Where in a data file: lines and rows count from 1, as editors and people do. */
export interface DataPlace {
  readonly file?: string;
  /** Line of a text file, header included. */
  readonly line?: number;
  /** Row of the table, header not counted. */
  readonly row?: number;
  /** Name of the column, or its number from 1 where it has none. */
  readonly column?: string | number;
}

export interface DataProblem extends DataPlace {
  readonly received: string;
  readonly expected: string;
  readonly remedy: string;
}

/** `ages.csv, line 3, column "age"`: a place in words. */
function placeInWords(place: DataPlace): string {
  const column = typeof place.column === 'number' ? `${place.column}` : JSON.stringify(place.column);
  return [
    place.file ?? 'data',
    place.line === undefined ? '' : `line ${place.line}`,
    place.row === undefined ? '' : `row ${place.row}`,
    place.column === undefined ? '' : `column ${column}`,
  ]
    .filter((part) => part !== '')
    .join(', ');
}

/** Data that cannot be used: an unreadable file, a cell that is no number, too few rows. */
export class DataError extends Error {
  override readonly name = 'DataError';
  readonly place: DataPlace;
  readonly received: string;
  readonly expected: string;
  readonly remedy: string;

  constructor(problem: DataProblem, options?: ErrorOptions) {
    const { received, expected, remedy, ...place } = problem;
    super(`${placeInWords(place)}: received ${received}; expected ${expected}. ${remedy}`.trimEnd(), options);
    this.place = place;
    this.received = received;
    this.expected = expected;
    this.remedy = remedy;
  }
}

/** Why a run ended without an answer: the dynamics blew up, it would cost more than allowed, no method applies. */
export type SolveStatus = 'diverged' | 'refused' | 'failed';

export interface SolveProblem {
  readonly status: SolveStatus;
  readonly message: string;
  readonly remedy: string;
  /** Iterate or time up to which the values hold. */
  readonly timeReached?: number;
  /** What had been found by then. */
  readonly partial?: Solution;
}

/** A run that could not be finished although its configuration and data are well formed. */
export class SolveError extends Error {
  override readonly name = 'SolveError';
  readonly status: SolveStatus;
  readonly timeReached: number | undefined;
  readonly partial: Solution | undefined;
  readonly remedy: string;

  constructor(problem: SolveProblem, options?: ErrorOptions) {
    super(`${problem.message} ${problem.remedy}`.trimEnd(), options);
    this.status = problem.status;
    this.timeReached = problem.timeReached;
    this.partial = problem.partial;
    this.remedy = problem.remedy;
  }
}

/** What is said when a job needs more memory than the caller allows. */
export function refusedForMemory(job: string, bytes: number, memoryGiB: number, remedy: string): SolveError {
  const words =
    bytes >= 2 ** 30 ? `${(bytes / 2 ** 30).toFixed(2)} GiB` : `${Math.ceil(bytes / 2 ** 20)} MiB`;
  const limit = memoryGiB < 1 ? `${memoryGiB} (${Number((1024 * memoryGiB).toPrecision(3))} MiB)` : memoryGiB;
  return new SolveError({
    status: 'refused',
    message: `The ${job} needs ${words} of memory; limits.memoryGiB is ${limit}.`,
    remedy,
  });
}
