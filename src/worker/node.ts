// One job in a worker thread of Node, as piscina calls it: the same pure function of the job as everywhere else.

import type { MessagePort } from 'node:worker_threads';
import { type Job, runJob } from '../experiments/conduct.ts';
import { Run } from '../run.ts';
import { theoryOf } from '../theories/index.ts';
import type { Trajectory } from '../trajectory.ts';
import { type Failure, failureOf } from './failure.ts';

export interface WorkerTask {
  readonly job: Job;
  /** Progress goes out through it, `abort` comes in. */
  readonly port: MessagePort;
}

/** The trajectory, or the error as plain data. */
export type WorkerResult = { readonly trajectory: Trajectory } | { readonly failure: Failure };

export default async function work({ job, port }: WorkerTask): Promise<WorkerResult> {
  const controller = new AbortController();
  port.on('message', () => controller.abort());
  try {
    const theory = theoryOf(job.problem);
    const plan = theory.plan(job.problem, job.kind);
    const run = new Run(
      { signal: controller.signal, onProgress: (progress) => port.postMessage(progress) },
      plan.work,
    );
    return { trajectory: await runJob(theory, job, run) };
  } catch (error) {
    return { failure: failureOf(error) };
  } finally {
    port.close();
  }
}
