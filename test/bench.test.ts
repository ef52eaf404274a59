// The bench's own promises; its numbers are for bench/run.js and bench/gate.js.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
// @ts-expect-error plain JavaScript without types
import { threadTime } from '../bench/harness/clock.js';
// @ts-expect-error plain JavaScript without types
import { difference, interleave, prepare } from '../bench/harness/interleave.js';
// @ts-expect-error plain JavaScript without types
import { pageText } from '../bench/harness/report.js';
// @ts-expect-error plain JavaScript without types
import { Witness } from '../bench/harness/witness.js';

describe('the bench', () => {
  it('measures processor time of this thread: working counts, sleeping does not', async () => {
    const start = threadTime();
    await new Promise((resolve) => setTimeout(resolve, 60));
    const slept = threadTime() - start;
    let work = 0;
    for (const end = performance.now() + 60; performance.now() < end; ) work += Math.sqrt(work + 1);
    const worked = threadTime() - start - slept;
    expect(work).toBeGreaterThan(0);
    expect(slept).toBeLessThan(worked);
    expect(worked).toBeGreaterThan(1e6);
  });

  it('sees every way in which results can differ', () => {
    expect(difference([1, 2], [1, 2])).toBe(0);
    expect(difference([1, 3], [1, 4])).toBe(0.25);
    expect(difference([1, Number.NaN], [1, 2])).toBe(Number.POSITIVE_INFINITY);
    expect(difference([1], [1, 2])).toBe(Number.POSITIVE_INFINITY);
    expect(difference({ a: [1] }, { a: [1], b: [1] })).toBe(Number.POSITIVE_INFINITY);
    expect(difference({ a: [1], b: [2e-9] }, { a: [1], b: [1e-9] })).toBe(1);
  });

  it('leaves out, by name and with the reason, who does not load or does not agree', async () => {
    const contender = (value: number) => () => ({ run() {}, result: () => [value] });
    const { contenders, skipped } = await prepare(
      {
        exact: contender(1),
        same: contender(1),
        other: contender(2),
        absent: () => Promise.reject(new Error('cannot open file:///home/me/peer.js\nat …')),
      },
      1e-12,
    );
    expect(Object.keys(contenders)).toEqual(['exact', 'same']);
    expect(skipped).toEqual({
      absent: 'cannot open peer.js',
      other: expect.stringMatching(/^WRONG: differs by 1/),
    });
  });

  it('repeats rounds during which the machine was disturbed, and says how many of those that count it had to keep', async () => {
    const contender = (times: number[]) => ({
      time: (calls: number) => {
        const cpu = (times.length > 1 ? times.shift()! : times[0]!) * 1e6 * calls;
        return { cpu, wall: cpu };
      },
    });
    // The witness is taken before the slot and after it, twice a round.
    const witnessed = (probes: number[]) => ({
      take: () => probes.shift() ?? 1,
      undisturbed: (probe: number) => probe <= 1.15,
    });
    const pace = { rounds: 2, slot: 1, warmUp: 0 };
    // The first call sets the pace; of the rounds after it the second and the third are quiet.
    const one = await interleave(
      { exact: contender([9, 50, 20, 30]) },
      { ...pace, witness: witnessed([1, 2, 1, 1, 1.1, 1]) },
    );
    expect(one.times.exact).toMatchObject({ cpu: 30e6, best: 20e6, rounds: 2 });
    expect(one.disturbed).toBe(0);
    const noisy = await interleave(
      { exact: contender([9, 50, 20, 30, 40, 60, 70]) },
      { ...pace, witness: witnessed([3, 3, 3, 3, 2, 2, 3, 3, 3, 3, 1, 1]) },
    );
    // At most three times as many; the quietest two are the third and the last.
    expect(noisy.times.exact).toMatchObject({ cpu: 70e6, best: 30e6 });
    expect(noisy.disturbed).toBe(1);
  });

  it('knows a slow machine from a fast one by the same work', () => {
    let work = 1e5;
    let sum = 0;
    const witness = new Witness(() => {
      for (let i = 0; i < work; i++) sum += i;
    });
    const usual = witness.take();
    expect(witness.undisturbed(usual / 10)).toBe(true);
    work *= 10;
    expect(witness.undisturbed(witness.take())).toBe(false);
    expect(sum).toBeGreaterThan(0);
  });

  it('has a page that says what the results say (npm run bench -- --render)', () => {
    expect(readFileSync(new URL('../bench/README.md', import.meta.url), 'utf8')).toBe(pageText());
  });
});
