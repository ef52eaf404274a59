// The other side of threads.ts, in the thread: one job after another in the order they came, each the same pure function of the
// job as everywhere else.
import { runJob } from '../experiments/conduct.ts';
import { Run } from '../run.ts';
import { theoryOf } from '../theories/index.ts';
import { failureOf } from './failure.ts';
import type { JobRequest, Reply, Request } from './threads.ts';

/** What takes the requests of a thread whose replies go to `post`. */
export function serve(post: (reply: Reply) => void): (request: Request) => void {
  const aborts = new Map<number, AbortController>();
  let last: Promise<void> = Promise.resolve();

  async function answer({ id, job, watched }: JobRequest, signal: AbortSignal): Promise<void> {
    try {
      const theory = theoryOf(job.problem);
      const { work } = theory.plan(job.problem, job.kind);
      const run = new Run(
        { signal, ...(watched && { onProgress: (progress) => post({ id, progress }) }) },
        work,
      );
      post({ id, trajectory: await runJob(theory, job, run) });
    } catch (error) {
      // Also of `post`, where an answer cannot be sent: nobody else would hear of it.
      post({ id, error: failureOf(error) });
    }
  }

  return (request) => {
    const { id } = request;
    if ('abort' in request) {
      aborts.get(id)?.abort();
      return;
    }
    const controller = new AbortController();
    if (request.aborted) controller.abort();
    aborts.set(id, controller);
    last = last.then(async () => {
      await answer(request, controller.signal);
      aborts.delete(id);
    });
  };
}
