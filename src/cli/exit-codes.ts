// What the exit code of the command says.
import { CommanderError } from 'commander';
import { ConfigError, CoreError, DataError, SolveError } from '../errors.ts';
import type { RunStatus } from '../solution.ts';

export const EXIT = {
  ok: 0,
  failure: 1,
  usage: 2,
  data: 3,
  solve: 4,
  mismatch: 5,
  interrupted: 130,
} as const;

/** How a run that has results ends the command. */
export const EXIT_OF_STATUS: Readonly<Record<RunStatus, number>> = {
  complete: EXIT.ok,
  aborted: EXIT.interrupted,
  diverged: EXIT.solve,
};

export const EXIT_HELP = `
Exit codes:
  0    done
  1    unexpected failure
  2    wrong usage or configuration
  3    data that cannot be used
  4    the run diverged, was refused for its cost, or the core failed (out of memory, a build it cannot run)
  5    replay: the results differ, or cannot be compared
  130  interrupted by Ctrl-C; what there was by then is written, marked as aborted`;

/** A manifest that cannot be replayed here, or whose results came out differently. */
export class ReplayError extends Error {
  override readonly name = 'ReplayError';
}

/** The command was asked for something it does not do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof ConfigError || error instanceof UsageError) return EXIT.usage;
  if (error instanceof DataError) return EXIT.data;
  if (error instanceof SolveError || error instanceof CoreError) return EXIT.solve;
  if (error instanceof ReplayError) return EXIT.mismatch;
  return EXIT.failure;
}

/** The error as part of a JSON document. */
export function errorDocument(error: unknown): Record<string, unknown> {
  const { name, message: whole } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  const { problems, place, received, expected, remedy, status, timeReached } = error as Record<
    string,
    unknown
  >;
  // A message ends with the remedy, which has a field of its own here.
  const repeats = typeof remedy === 'string' && remedy !== '' && whole.endsWith(remedy);
  const message = repeats ? whole.slice(0, -(remedy as string).length).trimEnd() : whole;
  const details = { problems, place, received, expected, remedy, status, timeReached };
  return { error: { name, message, ...details, exitCode: exitCodeOf(error) } };
}
