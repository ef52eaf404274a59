// Module workers of a page as an executor. What runs in them is page-worker.ts. Touches no global of a page before it is called.
import { CoreError } from '../errors.ts';
import type { Executor } from '../experiments/conduct.ts';
import { type Reply, threadExecutor } from './threads.ts';

/**
 * An executor of `count` module workers that run `module`, the built `browser/worker.js` of this version, from the
 * origin of the page. Call `close` when done; what is still running is then rejected.
 * @throws RangeError where count is no integer of at least 1.
 */
export function pageWorkers(count: number, module: string | URL): Executor & { close(): Promise<void> } {
  return threadExecutor(count, (onReply, onBroken) => {
    const worker = new Worker(module, { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<Reply>) => onReply(data);
    const ended = (how: string) => {
      const remedy = 'Serve build/browser/worker.js of this foretrain version from the origin of the page.';
      onBroken(new CoreError(`the worker ${module} ${how}.`, remedy));
    };
    // A job's own errors come as replies; this event means that the module itself did not load.
    worker.onerror = (event) => {
      event.preventDefault?.();
      ended('does not start');
    };
    worker.onmessageerror = () => ended('sent what cannot be read');
    return { post: (request) => worker.postMessage(request), stop: () => worker.terminate() };
  });
}
