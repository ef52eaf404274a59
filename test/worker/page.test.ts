import { afterEach, describe, expect, it, vi } from 'vitest';
import { CoreError } from '../../src/errors.ts';
import type { Job } from '../../src/experiments/conduct.ts';
import type { Trajectory } from '../../src/trajectory.ts';
import { pageWorkers } from '../../src/worker/page.ts';
// @ts-expect-error plain JavaScript
import { browserPath, withPage } from '../chromium.js';

const trajectory: Trajectory = { status: 'complete', iterates: 0, series: {}, final: {}, notes: {} };
const job = { theory: 'finite-width', kind: 'prediction', index: 0, precision: 'exact' } as Job;

/** Stands in for a page's Worker: keeps what it is sent, and answers when the test says so. */
class FakeWorker {
  static all: FakeWorker[] = [];
  readonly sent: { id: number }[] = [];
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onerror: ((event: object) => void) | null = null;
  onmessageerror: ((event: object) => void) | null = null;
  terminated = false;
  constructor() {
    FakeWorker.all.push(this);
  }
  postMessage(message: { id: number }) {
    this.sent.push(message);
  }
  terminate() {
    this.terminated = true;
  }
}

const settle = () => new Promise((resolve) => setTimeout(resolve));

function workersOf(count: number) {
  FakeWorker.all = [];
  vi.stubGlobal('Worker', FakeWorker);
  const executor = pageWorkers(count, 'worker.js');
  return { executor, workers: FakeWorker.all };
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('workers of a page', () => {
  it('are sent jobs, and terminated on close', async () => {
    const { executor, workers } = workersOf(2);
    const result = executor.execute(job, {});
    await settle();
    const { id } = workers[0]!.sent[0]!;
    workers[0]!.onmessage!({ data: { id, trajectory } });
    expect(await result).toEqual(trajectory);
    await executor.close();
    expect(workers.map(({ terminated }) => terminated)).toEqual([true, true]);
  });

  it('say so when their module does not load', async () => {
    const { executor, workers } = workersOf(1);
    const result = executor.execute(job, {});
    await settle();
    workers[0]!.onerror!({});
    await expect(result).rejects.toThrow(/worker\.js does not start.*Serve/);
    await expect(executor.execute(job, {})).rejects.toThrow(CoreError);
  });

  it('say so when what they sent cannot be read', async () => {
    const { executor, workers } = workersOf(1);
    const result = executor.execute(job, {});
    await settle();
    workers[0]!.onmessageerror!({});
    await expect(result).rejects.toThrow(/worker\.js sent what cannot be read/);
  });

  // Needs a Chromium: Debian's, or CHROMIUM_PATH.
  it.skipIf(!browserPath)('give the same bits for any number of them, in Chromium', async () => {
    // biome-ignore lint/suspicious/noExplicitAny: a playwright page
    const { hashes, refused, fast } = await withPage(async (page: any, origin: string) => {
      await page.goto(`${origin}/test/determinism/blank.html`);
      return page.evaluate(`(async () => {
        const { pageWorkers } = await import('/build/browser/foretrain.js');
        const library = await import('/build/browser/foretrain.js');
        const { hashes } = await import('/test/determinism/workload.js');
        const all = [await hashes(library)];
        for (const count of [1, 3]) {
          const executor = pageWorkers(count, '/build/browser/worker.js');
          all.push(await hashes(library, { executor }));
          executor.close();
        }
        const { configs } = await import('/test/determinism/workload.js');
        const executor = pageWorkers(1, '/build/browser/worker.js');
        const fast = [
          (await library.predict(configs.population, { precision: 'fast' })).status,
          (await library.predict(configs.population, { precision: 'fast', executor })).status,
        ];
        executor.close();
        const missing = pageWorkers(1, '/build/browser/no-such-worker.js');
        const refused = await hashes(library, { executor: missing }).then(() => 'nothing', (error) => error.message);
        return { hashes: all, refused, fast };
      })()`);
    });
    expect(hashes[1]).toEqual(hashes[0]);
    expect(hashes[2]).toEqual(hashes[0]);
    // The fast core lies in a file beside the library and its worker.
    expect(fast).toEqual(['complete', 'complete']);
    expect(refused).toMatch(/does not start/);
  });
});
