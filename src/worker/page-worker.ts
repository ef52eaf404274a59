// What runs in a module worker of a page. Its counterpart is page.ts.
import { serve } from './serve.ts';
import type { Reply, Request } from './threads.ts';

interface WorkerScope {
  onmessage: ((event: MessageEvent<Request>) => void) | null;
  postMessage(message: Reply): void;
}

const scope = globalThis as unknown as WorkerScope;
const take = serve((reply) => scope.postMessage(reply));
scope.onmessage = ({ data }) => take(data);
