// Worker threads of Node as an executor. What runs in them is node-worker.ts.
import { Worker } from 'node:worker_threads';
import { CoreError } from '../errors.ts';
import type { Executor } from '../experiments/conduct.ts';
import { threadExecutor } from './threads.ts';

/**
 * An executor of `count` worker threads, started at once: as many as the machine has cores are of use. The number of threads
 * changes no bit. They keep the process alive only while they work. `close` ends them and frees what they hold; what is still
 * running is then rejected.
 * `module`: the built `worker.js` of this version, by default the one beside this module.
 * @throws RangeError where count is no integer of at least 1.
 */
export function nodeWorkers(
  count: number,
  module: URL = new URL('./worker.js', import.meta.url),
): Executor & { close(): Promise<void> } {
  return threadExecutor(count, (onReply, onBroken) => {
    // Options of the process such as --input-type are not for a thread.
    const worker = new Worker(module, { execArgv: [] });
    worker.on('message', onReply);
    const ended = (why: string) => {
      const remedy = `Memory of the process may be short; ${module} has to be of this foretrain version.`;
      onBroken(new CoreError(`a worker thread ended: ${why}`, remedy));
    };
    worker.on('error', ({ message }) => ended(message));
    worker.on('messageerror', ({ message }) => ended(message));
    worker.on('exit', (code) => ended(`exit code ${code}.`));
    worker.unref();
    return {
      post: (request) => worker.postMessage(request),
      stop: () => worker.terminate(),
      hold: (busy) => (busy ? worker.ref() : worker.unref()),
    };
  });
}
