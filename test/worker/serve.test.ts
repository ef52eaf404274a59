import { describe, expect, it } from 'vitest';
import type { Job } from '../../src/experiments/conduct.ts';
import { theoryOf } from '../../src/theories/index.ts';
import { serve } from '../../src/worker/serve.ts';
import type { Reply, Request } from '../../src/worker/threads.ts';

const config = {
  theory: 'finite-width',
  model: { inputDimension: 30, width: 1, activations: ['tanh'] },
  data: { sampleCount: 50, link: 'tanh', noise: { law: 'gaussian', variance: 0.1 } },
  optimizer: { learningRates: [0.3, 0.1], steps: 4 },
  simulation: { replicas: 3 },
};
const theory = theoryOf(config);
const job = (index: number): Job => ({
  theory: theory.name,
  kind: 'simulation',
  problem: theory.check(config),
  index,
  precision: 'exact',
});

/** The replies to requests that are all there before the first job begins. */
async function repliesTo(requests: readonly Request[], expected: number): Promise<Reply[]> {
  const replies: Reply[] = [];
  await new Promise<void>((resolve) => {
    const take = serve((reply) => {
      replies.push(reply);
      if (replies.length === expected) resolve();
    });
    for (const request of requests) take(request);
  });
  return replies;
}

describe('a thread', () => {
  it('answers jobs in the order they came, and an aborted one with its first iterate', async () => {
    const [first, second, third, fourth] = await repliesTo(
      [
        { id: 7, job: job(0), watched: false, aborted: false },
        { id: 8, job: job(1), watched: false, aborted: false },
        { id: 9, job: job(2), watched: false, aborted: false },
        { id: 10, job: job(0), watched: false, aborted: true },
        { id: 8, abort: true },
      ],
      4,
    );
    expect(first).toMatchObject({ id: 7, trajectory: { status: 'complete', iterates: 5 } });
    expect(second).toMatchObject({ id: 8, trajectory: { status: 'aborted', iterates: 1 } });
    expect(third).toMatchObject({ id: 9, trajectory: { status: 'complete', iterates: 5 } });
    expect(fourth).toMatchObject({ id: 10, trajectory: { status: 'aborted', iterates: 1 } });
  });

  it('answers with the error of a job, goes on, and leaves an abort of what it does not know alone', async () => {
    const wrong = { ...job(0), problem: { theory: 'no-such-theory' } } as unknown as Job;
    const replies = await repliesTo(
      [
        { id: 3, abort: true },
        { id: 4, job: wrong, watched: false, aborted: false },
        { id: 5, job: job(0), watched: false, aborted: false },
      ],
      2,
    );
    expect(replies[0]).toMatchObject({
      id: 4,
      error: { message: expect.stringContaining('no-such-theory') },
    });
    expect(replies[1]).toMatchObject({ id: 5, trajectory: { status: 'complete' } });
  });

  it('answers with an error where its answer cannot be sent, and goes on', async () => {
    const replies: Reply[] = [];
    await new Promise<void>((resolve) => {
      const take = serve((reply) => {
        if (reply.id === 1 && 'trajectory' in reply) throw new RangeError('no memory for a copy');
        replies.push(reply);
        if (replies.length === 2) resolve();
      });
      for (const id of [1, 2]) take({ id, job: job(0), watched: false, aborted: false });
    });
    expect(replies[0]).toEqual({ id: 1, error: { name: 'RangeError', message: 'no memory for a copy' } });
    expect(replies[1]).toMatchObject({ id: 2, trajectory: { status: 'complete' } });
  });
});
