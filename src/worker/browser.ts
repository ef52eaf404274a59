// One job at a time in a module worker of a page: `postMessage({ id, job })` in, progress and the trajectory out.
// Its counterpart in the page is page.ts.

import { type Job, runJob } from '../experiments/conduct.ts';
import { Run } from '../run.ts';
import type { Progress } from '../solution.ts';
import { theoryOf } from '../theories/index.ts';
import { failureOf } from './failure.ts';
import type { Reply } from './page.ts';

interface WorkerScope {
  onmessage: ((event: MessageEvent<Request>) => void) | null;
  postMessage(message: Reply): void;
}
type Request = { readonly id: number; readonly job: Job } | { readonly id: number; readonly abort: true };

const scope = globalThis as unknown as WorkerScope;
const running = new Map<number, AbortController>();

scope.onmessage = async ({ data }) => {
  if ('abort' in data) {
    running.get(data.id)?.abort();
    return;
  }
  const { id, job } = data;
  const controller = new AbortController();
  running.set(id, controller);
  try {
    const theory = theoryOf(job.problem);
    const options = {
      signal: controller.signal,
      onProgress: (progress: Progress) => scope.postMessage({ id, progress }),
    };
    const run = new Run(options, theory.plan(job.problem, job.kind).work);
    scope.postMessage({ id, trajectory: await runJob(theory, job, run) });
  } catch (error) {
    scope.postMessage({ id, error: failureOf(error) });
  } finally {
    running.delete(id);
  }
};
