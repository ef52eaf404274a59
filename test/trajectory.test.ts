import { describe, expect, it } from 'vitest';
import { meanOf, Recorder, summarise } from '../src/trajectory.ts';

const quantities = { a: { unit: '1', axes: ['step'], description: 'a number' } };

function run(values: number[], status: 'complete' | 'aborted' | 'diverged' = 'complete') {
  const recorder = new Recorder();
  for (const value of values) recorder.add({ a: value });
  return recorder.finish(status);
}

describe('meanOf', () => {
  it('gives the mean and the standard deviation with n - 1 over the root of n', () => {
    const { mean, standardError } = meanOf([
      Float64Array.of(1, 0),
      Float64Array.of(2, 0),
      Float64Array.of(6, 0),
    ]);
    expect([...mean]).toEqual([3, 0]);
    // Deviations -2, -1, 3: sum of squares 14, over 2, over 3.
    expect(standardError![0]).toBeCloseTo(Math.sqrt(14 / 2 / 3), 14);
    expect(standardError![1]).toBe(0);
  });

  it('has no standard error for one run', () => {
    expect(meanOf([Float64Array.of(1)]).standardError).toBeUndefined();
  });
});

describe('Recorder', () => {
  it('keeps nothing of an iterate with a value that is not finite', () => {
    const recorder = new Recorder();
    expect(recorder.add({ a: 1, b: Float64Array.of(1, 2) })).toBe(true);
    expect(recorder.add({ a: 1, b: Float64Array.of(1, Number.NaN) })).toBe(false);
    expect(recorder.finish('diverged')).toMatchObject({ iterates: 1, series: { a: Float64Array.of(1) } });
  });
});

describe('summarise', () => {
  const summary = (...runs: ReturnType<typeof run>[]) => summarise(runs, { a: [] }, quantities);

  it('averages complete runs and leaves out those that were cut short', () => {
    const { status, runs, observables } = summary(run([1, 2]), run([3, 4]), run([100], 'aborted'));
    expect({ status, runs, values: [...observables.a!.values] }).toEqual({
      status: 'aborted',
      runs: 2,
      values: [2, 3],
    });
  });

  it('cuts all runs to the shortest where one has diverged', () => {
    const { status, iterates, observables } = summary(run([1, 2, 3]), run([3, 4], 'diverged'));
    expect({ status, iterates, values: [...observables.a!.values] }).toEqual({
      status: 'diverged',
      iterates: 2,
      values: [2, 3],
    });
  });

  it('ends where all runs have settled; one that settled before keeps its last values', () => {
    const settling = (values: number[], at: number) => {
      const recorder = new Recorder();
      values.forEach((value, i) => {
        if (i >= at) recorder.settle();
        recorder.add({ a: value });
      });
      return recorder.finish('complete');
    };
    const [early, late, never] = [settling([4, 2, 2, 2], 1), settling([4, 3, 1, 1], 2), run([4, 3, 2, 1])];
    const values = (...runs: ReturnType<typeof run>[]) => [...summary(...runs).observables.a!.values];
    expect(values(early, late)).toEqual([4, 2.5, 1.5]);
    expect(values(early)).toEqual([4, 2]);
    expect(values(early, never)).toEqual([4, 2.5, 2, 1.5]);
  });

  it('keeps what there is of a single run that was cut short', () => {
    expect(summary(run([5, 6], 'aborted'))).toMatchObject({ status: 'aborted', iterates: 2, runs: 1 });
  });
});
