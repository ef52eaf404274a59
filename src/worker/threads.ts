// Threads as an executor, in a page and in Node alike: independent cores, one job each at a time. The number of threads changes
// no bit. A thread may be given its next job while it is at work, and so need not wait until this side has read its answer.
import { SolveError } from '../errors.ts';
import type { Executor, Job } from '../experiments/conduct.ts';
import type { Progress, RunOptions } from '../solution.ts';
import type { Trajectory } from '../trajectory.ts';
import { type Failure, revive } from './failure.ts';

export interface JobRequest {
  readonly id: number;
  readonly job: Job;
  /** Whether anybody wants to hear of its progress. */
  readonly watched: boolean;
  /** Whether it is aborted before it begins: a short job would end before the thread reads another message. */
  readonly aborted: boolean;
}

/** What a thread is sent. */
export type Request = JobRequest | { readonly id: number; readonly abort: true };

/** What a thread sends back: progress as often as it likes, then a trajectory or an error. */
export type Reply =
  | { readonly id: number; readonly progress: Progress }
  | { readonly id: number; readonly trajectory: Trajectory }
  | { readonly id: number; readonly error: Failure };

export interface Thread {
  post(request: Request): void;
  stop(): unknown;
}

/** Starts a thread that gives every reply to `onReply`, and to `onBroken` the reason why it cannot go on. */
export type StartThread = (onReply: (reply: Reply) => void, onBroken: (reason: Error) => void) => Thread;

/** Most jobs that a thread is given at once: one to work on, and one to go on with. */
const DEPTH = 2;

interface Lane {
  readonly thread: Thread;
  /** Jobs given and not answered. */
  jobs: number;
}

interface Waiting {
  give(lane: Lane): void;
  reject(reason: Error): void;
}

interface Running {
  onReply(reply: Reply): void;
  reject(reason: Error): void;
}

/** An executor of `count` threads. `close` stops them; what is still running is then rejected. */
export function threadExecutor(count: number, start: StartThread): Executor & { close(): Promise<void> } {
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(`count must be an integer of at least 1; received ${count}.`);
  }
  const waiting: Waiting[] = [];
  const running = new Map<number, Running>();
  let broken: Error | undefined;
  let jobs = 0;
  const onReply = (reply: Reply) => running.get(reply.id)?.onReply(reply);
  const lanes = Array.from({ length: count }, (): Lane => ({ thread: start(onReply, stop), jobs: 0 }));

  function stop(reason: Error): Promise<unknown> {
    broken ??= reason;
    for (const { reject } of [...waiting.splice(0), ...running.values()]) reject(broken);
    return Promise.all(lanes.map(({ thread }) => thread.stop()));
  }

  async function take(): Promise<Lane> {
    if (broken) throw broken;
    const lane = lanes.reduce((least, other) => (other.jobs < least.jobs ? other : least));
    if (lane.jobs === DEPTH) return new Promise((give, reject) => waiting.push({ give, reject }));
    lane.jobs++;
    return lane;
  }

  function giveBack(lane: Lane): void {
    const next = waiting.shift();
    if (next) next.give(lane);
    else lane.jobs--;
  }

  function runOn(thread: Thread, job: Job, { signal, onProgress }: RunOptions): Promise<Trajectory> {
    const id = jobs++;
    const abort = () => thread.post({ id, abort: true });
    const outcome = new Promise<Trajectory>((resolve, reject) => {
      running.set(id, {
        reject,
        onReply(reply) {
          if ('progress' in reply) onProgress?.(reply.progress);
          else if ('trajectory' in reply) resolve(reply.trajectory);
          else reject(revive(reply.error));
        },
      });
      thread.post({ id, job, watched: onProgress !== undefined, aborted: signal?.aborted ?? false });
      signal?.addEventListener('abort', abort, { once: true });
    });
    return outcome.finally(() => {
      running.delete(id);
      signal?.removeEventListener('abort', abort);
    });
  }

  return {
    concurrency: count,
    ahead: count * (DEPTH - 1),
    async execute(job, options) {
      const lane = await take();
      try {
        return await runOn(lane.thread, job, options);
      } catch (error) {
        throw isCloneError(error) ? functionRefused(error) : error;
      } finally {
        giveBack(lane);
      }
    },
    async close() {
      await stop(new Error('The workers were closed.'));
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
