// Long work of the library, with what the host gives to it: cancellation, a meter, and threads where there are any.
import type { ConductOptions } from '../index.ts';
import type { Host } from './host.ts';
import type { CommonOptions } from './options.ts';
import { progressMeter } from './progress.ts';

/** What `work` makes of these options. The meter and the threads, if more than one is asked for, end with it. */
export async function conducted<T>(
  threads: number,
  { precision, quiet }: CommonOptions,
  host: Host,
  work: (options: ConductOptions) => Promise<T>,
): Promise<T> {
  const executor = threads > 1 ? await host.executor?.(threads) : undefined;
  const meter = progressMeter(host.stderr, quiet === true);
  try {
    return await work({
      signal: host.signal,
      onProgress: meter.update,
      precision,
      ...(executor && { executor }),
    });
  } finally {
    meter.finish();
    await executor?.close();
  }
}
