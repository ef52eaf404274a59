// One job at a time in a module worker of a page: `postMessage({ id, job })` in, progress and the trajectory out.
import { type Job, runJob } from '../experiments/conduct.ts';
import { Run } from '../run.ts';
import { theoryOf } from '../theories/index.ts';

interface WorkerScope {
  onmessage: ((event: MessageEvent<Request>) => void) | null;
  postMessage(message: unknown): void;
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
    const options = { signal: controller.signal, onProgress: (progress: unknown) => scope.postMessage({ id, progress }) };
    const run = new Run(options, theory.plan(job.problem, job.kind).work);
    scope.postMessage({ id, trajectory: await runJob(theory, job, run) });
  } catch (error) {
    scope.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  } finally {
    running.delete(id);
  }
};
