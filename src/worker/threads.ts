// Threads as an executor, in a page and in Node alike: independent cores, one job each at a time. The number of threads changes
// no bit. A thread may be given its next job while it is at work, and so need not wait until this side has read its answer.
import { SolveError } from '../errors.ts';
import type { Executor, Job } from '../experiments/conduct.ts';
import { inWords } from '../numerics/in-words.ts';
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
  /** Told when it is given work and when it has none left: only then may it keep a process alive. */
  hold?(busy: boolean): void;
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

interface Running {
  onReply(reply: Reply): void;
  reject(reason: Error): void;
}

/** An executor of `count` threads. `close` stops them; what is still running is then rejected. */
export function threadExecutor(count: number, start: StartThread): Executor & { close(): Promise<void> } {
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(`count must be an integer of at least 1; received ${inWords(count)}.`);
  }
  const waiting: ((lane: Lane) => void)[] = [];
  const running = new Map<number, Running>();
  let broken: Error | undefined;
  let jobs = 0;
  const onReply = (reply: Reply) => running.get(reply.id)?.onReply(reply);
  const lanes: Lane[] = [];
  try {
    while (lanes.length < count) lanes.push({ thread: start(onReply, stop), jobs: 0 });
  } catch (error) {
    // Those that did start would keep the process alive.
    stop(error as Error);
    throw error;
  }

  /** Jobs that wait are rejected in turn, as the lanes of those that ran come back. */
  function stop(reason: Error): Promise<unknown> {
    broken ??= reason;
    for (const { reject } of running.values()) reject(broken);
    return Promise.all(lanes.map(({ thread }) => thread.stop()));
  }

  async function take(): Promise<Lane> {
    const lane = lanes.reduce((least, other) => (other.jobs < least.jobs ? other : least));
    if (lane.jobs === DEPTH) return new Promise((give) => waiting.push(give));
    if (lane.jobs++ === 0) lane.thread.hold?.(true);
    return lane;
  }

  function giveBack(lane: Lane): void {
    const give = waiting.shift();
    if (give) give(lane);
    else if (--lane.jobs === 0) lane.thread.hold?.(false);
  }

  function runOn(thread: Thread, job: Job, { signal, onProgress }: RunOptions): Promise<Trajectory> {
    const id = jobs++;
    const abort = () => thread.post({ id, abort: true });
    /** What listens to progress may throw: that is the end of the job, as where it runs inline. */
    const hear = (progress: Progress, reject: (reason: unknown) => void) => {
      try {
        onProgress?.(progress);
      } catch (error) {
        reject(error);
        abort();
      }
    };
    const outcome = new Promise<Trajectory>((resolve, reject) => {
      running.set(id, {
        reject,
        onReply(reply) {
          if ('trajectory' in reply) resolve(reply.trajectory);
          else if ('error' in reply) reject(revive(reply.error));
          else hear(reply.progress, reject);
        },
      });
      try {
        thread.post({ id, job, watched: onProgress !== undefined, aborted: signal?.aborted ?? false });
      } catch (error) {
        throw isCloneError(error) ? functionRefused(error) : error;
      }
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
        // It may have come while the threads were stopped.
        if (broken) throw broken;
        return await runOn(lane.thread, job, options);
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
