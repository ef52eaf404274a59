// Where a command runs: its streams, its folder, its clock and the library, so that tests can replace them.
import type { ClosableExecutor, Library } from './library.ts';

export interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface Host {
  readonly library: Library;
  /** Of foretrain, for manifests. */
  readonly version: string;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly cwd: string;
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** Threads that run parts of a job; undefined where there are none. */
  readonly executor?: (workers: number) => Promise<ClosableExecutor>;
  /** How many threads are worth starting when nobody says. */
  readonly parallelism: number;
  readonly now: () => Date;
  readonly runtime: Readonly<Record<string, string>>;
}
