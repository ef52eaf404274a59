// Module workers of a page as an executor: independent cores, one job each at a time. The number of workers changes no
// bit. Knows the messages of browser.ts; touches no global of a page before it is called.

import { CoreError, SolveError } from '../errors.ts';
import type { Executor, Job } from '../experiments/conduct.ts';
import type { Progress, RunOptions } from '../solution.ts';
import type { Trajectory } from '../trajectory.ts';
import { type Failure, revive } from './failure.ts';

/** What a worker sends back: progress as often as it likes, then a trajectory or an error. */
export type Reply =
  | { readonly id: number; readonly progress: Progress }
  | { readonly id: number; readonly trajectory: Trajectory }
  | { readonly id: number; readonly error: Failure };

/**
 * An executor of `count` module workers that run `module`, the built `browser/worker.js` of this version, from the
 * origin of the page. Call `close` when done; what is still running is then rejected.
 */
export function pageWorkers(count: number, module: string | URL): Executor & { close(): void } {
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(`count must be an integer of at least 1; received ${count}.`);
  }
  const workers = Array.from({ length: count }, () => new Worker(module, { type: 'module' }));
  const idle = [...workers];
  const waiting: { give(worker: Worker): void; refuse(reason: Error): void }[] = [];
  const running = new Map<number, (reason: Error) => void>();
  let broken: Error | undefined;
  let jobs = 0;

  function stop(reason: Error): void {
    broken ??= reason;
    for (const worker of workers) worker.terminate();
    for (const { refuse } of waiting.splice(0)) refuse(broken);
    for (const reject of running.values()) reject(broken);
  }

  for (const worker of workers) {
    // A job's own errors come as replies; this event means that the module itself did not load.
    worker.onerror = (event) => {
      event.preventDefault?.();
      const remedy = 'Serve build/browser/worker.js of this foretrain version from the origin of the page.';
      stop(new CoreError(`the worker ${String(module)} does not start.`, remedy));
    };
  }

  async function take(): Promise<Worker> {
    if (broken) throw broken;
    return idle.pop() ?? new Promise((give, refuse) => waiting.push({ give, refuse }));
  }

  function giveBack(worker: Worker): void {
    const next = waiting.shift();
    if (next) next.give(worker);
    else idle.push(worker);
  }

  function runOn(worker: Worker, job: Job, { signal, onProgress }: RunOptions): Promise<Trajectory> {
    const id = jobs++;
    const abort = () => worker.postMessage({ id, abort: true });
    const outcome = new Promise<Trajectory>((resolve, reject) => {
      running.set(id, reject);
      worker.onmessage = ({ data }: MessageEvent<Reply>) => {
        if (data.id !== id) return;
        if ('progress' in data) onProgress?.(data.progress);
        else if ('trajectory' in data) resolve(data.trajectory);
        else reject(revive(data.error));
      };
      worker.postMessage({ id, job });
      if (signal?.aborted) abort();
      signal?.addEventListener('abort', abort, { once: true });
    });
    return outcome.finally(() => {
      running.delete(id);
      signal?.removeEventListener('abort', abort);
      worker.onmessage = null;
    });
  }

  return {
    concurrency: count,
    async execute(job, options) {
      const worker = await take();
      try {
        return await runOn(worker, job, options);
      } catch (error) {
        throw isCloneError(error) ? functionRefused(error) : error;
      } finally {
        giveBack(worker);
      }
    },
    close() {
      stop(new Error('The workers of this page were closed.'));
    },
  };
}

function isCloneError(error: unknown): boolean {
  return error instanceof Error && error.name === 'DataCloneError';
}

function functionRefused(cause: unknown): SolveError {
  return new SolveError(
    {
      status: 'refused',
      message: 'A configuration that holds a JavaScript function cannot be sent to a worker.',
      remedy: 'Run it without an executor, or name a link instead of giving a function.',
    },
    { cause },
  );
}
