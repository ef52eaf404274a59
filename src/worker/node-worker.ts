// What runs in a worker thread of Node. Its counterpart is node.ts.
import { parentPort } from 'node:worker_threads';
import { serve } from './serve.ts';

const port = parentPort!;
port.on(
  'message',
  serve((reply) => port.postMessage(reply)),
);
