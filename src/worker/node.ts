// One job in a worker thread of Node, as piscina calls it: the same pure function of the job as everywhere else.

import type { MessagePort } from 'node:worker_threads';
import { type Job, runJob } from '../experiments/conduct.ts';
import { Run } from '../run.ts';
import { theoryOf } from '../theories/index.ts';
import type { Trajectory } from '../trajectory.ts';

export interface WorkerTask {
  readonly job: Job;
  /** Progress goes out through it, `abort` comes in. */
  readonly port: MessagePort;
}

export default async function work({ job, port }: WorkerTask): Promise<Trajectory> {
  const controller = new AbortController();
  port.on('message', () => controller.abort());
  const theory = theoryOf(job.problem);
  const plan = theory.plan(job.problem, job.kind);
  const run = new Run(
    { signal: controller.signal, onProgress: (progress) => port.postMessage(progress) },
    plan.work,
  );
  try {
    return await runJob(theory, job, run);
  } finally {
    port.close();
  }
}
