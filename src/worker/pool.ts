// Worker threads of Node as an executor: independent cores, one job each at a time. The number of workers changes no bit.

import { fileURLToPath } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { Executor } from '../experiments/conduct.ts';
import { revive } from './failure.ts';
import type { WorkerResult } from './node.ts';

/**
 * An executor of up to `workers` threads that run the built worker module, each started when there is a job for it; call
 * `close` when done.
 */
export function workerPool(
  workers: number,
  module: URL = new URL('./worker.js', import.meta.url),
): Executor & { close(): Promise<void> } {
  const filename = fileURLToPath(module);
  const pool = new Piscina({
    filename,
    minThreads: 0,
    maxThreads: workers,
    idleTimeout: Number.POSITIVE_INFINITY,
  });
  return {
    concurrency: workers,
    async execute(job, { signal, onProgress }) {
      const { port1, port2 } = new MessageChannel();
      const abort = () => port1.postMessage('abort');
      if (onProgress) port1.on('message', onProgress);
      signal?.addEventListener('abort', abort, { once: true });
      if (signal?.aborted) abort();
      try {
        const result: WorkerResult = await pool.run({ job, port: port2 }, { transferList: [port2] });
        if ('failure' in result) throw revive(result.failure);
        return result.trajectory;
      } finally {
        signal?.removeEventListener('abort', abort);
        port1.close();
      }
    },
    close: () => pool.destroy(),
  };
}
