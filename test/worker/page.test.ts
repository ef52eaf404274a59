import { afterEach, describe, expect, it, vi } from 'vitest';
import { CoreError, SolveError } from '../../src/errors.ts';
import type { Job } from '../../src/experiments/conduct.ts';
import type { Trajectory } from '../../src/trajectory.ts';
import { pageWorkers } from '../../src/worker/page.ts';
// @ts-expect-error plain JavaScript
import { browserPath, withPage } from '../chromium.js';

const trajectory: Trajectory = { status: 'complete', iterates: 0, series: {}, final: {}, notes: {} };
const job = (index: number) =>
  ({ theory: 'finite-width', kind: 'prediction', index, precision: 'exact' }) as Job;

/** Stands in for a page's Worker: keeps what it is sent, and answers when the test says so. */
class FakeWorker {
  static all: FakeWorker[] = [];
  readonly sent: { id: number; job?: Job; abort?: true }[] = [];
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onerror: ((event: object) => void) | null = null;
  terminated = false;
  constructor() {
    FakeWorker.all.push(this);
  }
  postMessage(message: { id: number; job?: Job; abort?: true }) {
    structuredClone(message);
    this.sent.push(message);
  }
  terminate() {
    this.terminated = true;
  }
  answer(reply: object) {
    this.onmessage?.({ data: { id: this.sent.at(-1)!.id, ...reply } });
  }
}

const settle = () => new Promise((resolve) => setTimeout(resolve));

function pool(count: number) {
  FakeWorker.all = [];
  vi.stubGlobal('Worker', FakeWorker);
  const executor = pageWorkers(count, 'worker.js');
  return { executor, workers: FakeWorker.all };
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('workers of a page', () => {
  it('take one job each at a time; the rest waits', async () => {
    const { executor, workers } = pool(2);
    const results = [0, 1, 2].map((index) => executor.execute(job(index), {}));
    await settle();
    expect(workers.map(({ sent }) => sent.length)).toEqual([1, 1]);
    workers[0]!.answer({ trajectory: { ...trajectory, iterates: 7 } });
    await settle();
    expect(workers.map(({ sent }) => sent.length)).toEqual([2, 1]);
    workers[0]!.answer({ trajectory });
    workers[1]!.answer({ trajectory });
    expect((await Promise.all(results)).map(({ iterates }) => iterates).sort()).toEqual([0, 0, 7]);
  });

  it('pass progress on and send an abort once', async () => {
    const { executor, workers } = pool(1);
    const controller = new AbortController();
    const onProgress = vi.fn();
    const result = executor.execute(job(0), { signal: controller.signal, onProgress });
    await settle();
    workers[0]!.answer({ progress: { stage: 'prediction', fraction: 0.5 } });
    expect(onProgress).toHaveBeenCalledExactlyOnceWith({ stage: 'prediction', fraction: 0.5 });
    controller.abort();
    expect(workers[0]!.sent.filter(({ abort }) => abort)).toHaveLength(1);
    workers[0]!.answer({ trajectory: { ...trajectory, status: 'aborted' } });
    expect((await result).status).toBe('aborted');
  });

  it('give errors of a job back with their class and remedy, and go on', async () => {
    const { executor, workers } = pool(1);
    const failed = executor.execute(job(0), {});
    await settle();
    workers[0]!.answer({ error: { name: 'CoreError', message: 'out of memory.', remedy: 'Lower samples.' } });
    await expect(failed).rejects.toThrow(new CoreError('out of memory.', 'Lower samples.'));
    const next = executor.execute(job(1), {});
    await settle();
    workers[0]!.answer({ trajectory });
    expect(await next).toEqual(trajectory);
  });

  it('refuse a JavaScript function with a remedy', async () => {
    const { executor } = pool(1);
    const withFunction = { ...job(0), problem: { link: () => 0 } } as unknown as Job;
    await expect(executor.execute(withFunction, {})).rejects.toThrow(SolveError);
    await expect(executor.execute(withFunction, {})).rejects.toThrow(/without an executor/);
  });

  it('say so when their module does not load, to running, waiting and later jobs', async () => {
    const { executor, workers } = pool(1);
    const results = [executor.execute(job(0), {}), executor.execute(job(1), {})];
    await settle();
    workers[0]!.onerror!({});
    for (const result of results) await expect(result).rejects.toThrow(/worker\.js does not start.*Serve/);
    await expect(executor.execute(job(2), {})).rejects.toThrow(CoreError);
  });

  it('end on close', async () => {
    const { executor, workers } = pool(2);
    const result = executor.execute(job(0), {});
    await settle();
    executor.close();
    await expect(result).rejects.toThrow(/closed/);
    expect(workers.every(({ terminated }) => terminated)).toBe(true);
  });

  it.each([0, 1.5, Number.NaN])('refuse a count of %s', (count) => {
    expect(() => pageWorkers(count, 'worker.js')).toThrow(RangeError);
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
