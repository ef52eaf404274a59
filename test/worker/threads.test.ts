import { describe, expect, it, vi } from 'vitest';
import { CoreError, SolveError } from '../../src/errors.ts';
import type { Job } from '../../src/experiments/conduct.ts';
import type { Trajectory } from '../../src/trajectory.ts';
import { type Reply, type Request, threadExecutor } from '../../src/worker/threads.ts';

const trajectory: Trajectory = { status: 'complete', iterates: 0, series: {}, final: {}, notes: {} };
const job = (index: number) =>
  ({ theory: 'finite-width', kind: 'prediction', index, precision: 'exact' }) as Job;

/** Stands in for a thread: keeps what it is sent, and answers when the test says so. */
interface FakeThread {
  readonly sent: Request[];
  stopped: boolean;
  /** What it was told of its work. */
  readonly held: boolean[];
  /** Answers the request at `index` of those with a job. */
  answer(index: number, reply: object): void;
  breakDown(reason: Error): void;
}

function executorOf(count: number) {
  const threads: FakeThread[] = [];
  const executor = threadExecutor(count, (onReply, onBroken) => {
    const sent: Request[] = [];
    const thread: FakeThread = {
      sent,
      stopped: false,
      held: [],
      answer(index, reply) {
        const { id } = sent.filter((request) => 'job' in request)[index]!;
        onReply({ id, ...reply } as Reply);
      },
      breakDown: onBroken,
    };
    threads.push(thread);
    return {
      post(request) {
        structuredClone(request);
        sent.push(request);
      },
      stop() {
        thread.stopped = true;
      },
      hold: (busy) => thread.held.push(busy),
    };
  });
  return { executor, threads };
}

const settle = () => new Promise((resolve) => setTimeout(resolve));
const counts = (threads: readonly FakeThread[]) => threads.map(({ sent }) => sent.length);

describe('threads as an executor', () => {
  it('have one job each before any has its next one at hand; the rest waits', async () => {
    const { executor, threads } = executorOf(2);
    const results = [executor.execute(job(0), {}), executor.execute(job(1), {})];
    await settle();
    expect(counts(threads)).toEqual([1, 1]);
    results.push(...[2, 3, 4].map((index) => executor.execute(job(index), {})));
    await settle();
    expect(counts(threads)).toEqual([2, 2]);
    threads[1]!.answer(0, { trajectory: { ...trajectory, iterates: 7 } });
    await settle();
    expect(counts(threads)).toEqual([2, 3]);
    threads[0]!.answer(0, { trajectory });
    threads[0]!.answer(1, { trajectory });
    threads[1]!.answer(1, { trajectory });
    threads[1]!.answer(2, { trajectory });
    expect((await Promise.all(results)).map(({ iterates }) => iterates)).toEqual([0, 7, 0, 0, 0]);
  });

  it('give a job the error of who listens to its progress, and end it', async () => {
    const { executor, threads } = executorOf(1);
    const onProgress = () => {
      throw new RangeError('no meter');
    };
    const failed = executor.execute(job(0), { onProgress });
    await settle();
    threads[0]!.answer(0, { progress: { stage: 'prediction', fraction: 0.5 } });
    await expect(failed).rejects.toThrow(new RangeError('no meter'));
    expect(threads[0]!.sent[1]).toEqual({ id: threads[0]!.sent[0]!.id, abort: true });
    threads[0]!.answer(0, { trajectory });
    const next = executor.execute(job(1), {});
    await settle();
    threads[0]!.answer(1, { trajectory });
    expect(await next).toEqual(trajectory);
  });

  it('are held while they have work, and not when they have none', async () => {
    const { executor, threads } = executorOf(2);
    const results = [0, 1, 2].map((index) => executor.execute(job(index), {}));
    await settle();
    expect(threads.map(({ held }) => held)).toEqual([[true], [true]]);
    threads[0]!.answer(0, { trajectory });
    await settle();
    expect(threads[0]!.held).toEqual([true]);
    threads[0]!.answer(1, { trajectory });
    threads[1]!.answer(0, { trajectory });
    await Promise.all(results);
    expect(threads.map(({ held }) => held)).toEqual([
      [true, false],
      [true, false],
    ]);
  });

  it('pass progress on where it is wanted', async () => {
    const { executor, threads } = executorOf(1);
    const onProgress = vi.fn();
    const results = [executor.execute(job(0), { onProgress }), executor.execute(job(1), {})];
    await settle();
    expect(threads[0]!.sent).toMatchObject([{ watched: true }, { watched: false }]);
    threads[0]!.answer(0, { progress: { stage: 'prediction', fraction: 0.5 } });
    expect(onProgress).toHaveBeenCalledExactlyOnceWith({ stage: 'prediction', fraction: 0.5 });
    threads[0]!.answer(0, { trajectory });
    threads[0]!.answer(1, { trajectory });
    await Promise.all(results);
  });

  it('send an abort once, and none for a job that has ended', async () => {
    const { executor, threads } = executorOf(1);
    const controller = new AbortController();
    const results = [0, 1].map((index) => executor.execute(job(index), { signal: controller.signal }));
    await settle();
    threads[0]!.answer(0, { trajectory });
    await results[0];
    controller.abort();
    const aborts = threads[0]!.sent.filter((request) => 'abort' in request);
    expect(aborts).toEqual([{ id: threads[0]!.sent[1]!.id, abort: true }]);
    threads[0]!.answer(1, { trajectory: { ...trajectory, status: 'aborted' } });
    expect((await results[1]!).status).toBe('aborted');
    // What is aborted before it begins is told so with the job: a message behind it could come too late.
    const late = executor.execute(job(2), { signal: controller.signal });
    await settle();
    expect(threads[0]!.sent.at(-1)).toMatchObject({ aborted: true });
    threads[0]!.answer(2, { trajectory });
    await late;
  });

  it('give errors of a job back with their class and remedy, and go on', async () => {
    const { executor, threads } = executorOf(1);
    const failed = executor.execute(job(0), {});
    await settle();
    threads[0]!.answer(0, {
      error: { name: 'CoreError', message: 'out of memory.', remedy: 'Lower samples.' },
    });
    await expect(failed).rejects.toThrow(new CoreError('out of memory.', 'Lower samples.'));
    const next = executor.execute(job(1), {});
    await settle();
    threads[0]!.answer(1, { trajectory });
    expect(await next).toEqual(trajectory);
  });

  it('refuse a JavaScript function with a remedy', async () => {
    const { executor } = executorOf(1);
    const withFunction = { ...job(0), problem: { link: () => 0 } } as unknown as Job;
    await expect(executor.execute(withFunction, {})).rejects.toThrow(SolveError);
    await expect(executor.execute(withFunction, {})).rejects.toThrow(/without an executor/);
  });

  it('say why one of them broke down, to running, waiting and later jobs', async () => {
    const { executor, threads } = executorOf(1);
    const results = [0, 1, 2].map((index) => executor.execute(job(index), {}));
    await settle();
    threads[0]!.breakDown(new CoreError('no such module.', 'Serve it.'));
    for (const result of results) await expect(result).rejects.toThrow(/no such module.*Serve it/);
    await expect(executor.execute(job(3), {})).rejects.toThrow(CoreError);
  });

  it('end on close', async () => {
    const { executor, threads } = executorOf(2);
    const result = executor.execute(job(0), {});
    await settle();
    const closed = executor.close();
    await expect(result).rejects.toThrow(/closed/);
    await closed;
    expect(threads.every(({ stopped }) => stopped)).toBe(true);
  });

  it('reject the job that was about to begin as they were closed', async () => {
    const { executor, threads } = executorOf(1);
    const results = [0, 1, 2, 3].map((index) => executor.execute(job(index), {}));
    const rest = Promise.allSettled(results.slice(1));
    await settle();
    threads[0]!.answer(0, { trajectory });
    await results[0];
    await executor.close();
    expect((await rest).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    await expect(executor.execute(job(4), {})).rejects.toThrow(/closed/);
    expect(counts(threads)).toEqual([2]);
  });

  it('are stopped where one of them does not start', () => {
    const stop = vi.fn();
    let started = 0;
    const start = () => {
      if (started === 2) throw new Error('no more threads');
      started++;
      return { post() {}, stop };
    };
    expect(() => threadExecutor(3, start)).toThrow('no more threads');
    expect(stop).toHaveBeenCalledTimes(2);
  });

  it.each([0, 1.5, Number.NaN, '4', undefined])('refuse a count of %o', (count) => {
    expect(() => executorOf(count as number)).toThrow(RangeError);
    if (typeof count === 'string') expect(() => executorOf(count as never)).toThrow(/received "4"/);
  });
});
