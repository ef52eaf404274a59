#!/usr/bin/env node
// The command `foretrain` as Node runs it: real streams, real Ctrl-C, the real library.
import { availableParallelism } from 'node:os';
import * as library from '../index.ts';
import type { Host } from './host.ts';
import { main } from './main.ts';

/** Put in by the build. */
declare const FORETRAIN_VERSION: string | undefined;

const controller = new AbortController();
process.on('SIGINT', () => {
  if (controller.signal.aborted) process.exit(130);
  controller.abort();
  process.stderr.write('\nStopping. What there is will be written; press Ctrl-C again to quit at once.\n');
});
// A reader that has seen enough (`| head`) is no failure, and files are written all the same.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') process.exit(1);
});
// Nobody reads notes and progress (`2>&1 | head`): the work goes on.
process.stderr.on('error', () => {});

const host: Host = {
  library,
  version: typeof FORETRAIN_VERSION === 'string' ? FORETRAIN_VERSION : 'development',
  stdout: process.stdout,
  stderr: process.stderr,
  cwd: process.cwd(),
  signal: controller.signal,
  executor: async (workers) => (await import('../worker/node.ts')).nodeWorkers(workers),
  parallelism: availableParallelism(),
  now: () => new Date(),
  runtime: {
    node: process.versions.node,
    v8: process.versions.v8,
    platform: `${process.platform}-${process.arch}`,
  },
};

process.exitCode = await main(process.argv.slice(2), host);
