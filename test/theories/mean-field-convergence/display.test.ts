// What is told of training that ends before its time: rows, marks and sentences.
import { describe, expect, it } from 'vitest';
import type { Shown } from '../../../src/display.ts';
import { display } from '../../../src/theories/mean-field-convergence/display.ts';
import { compare, simulate } from '../../library.ts';

const config = (flow: object, replicas = 3) => ({
  theory: 'mean-field-convergence',
  model: { width: 60, activation: 'relu' },
  data: { kind: 'sphere', sampleCount: 4, dimension: 8 },
  flow: { time: 400, records: 40, ...flow },
  simulation: { replicas },
});

const marks = (shown: Shown) => display.charts(shown)[0]!.panels[0]!.annotations!.map(({ text }) => text);

describe('training that ends at flow.stopAt', () => {
  it('has rows up to the record at which all replicas have ended; before, each keeps its last values', async () => {
    const whole = await simulate(config({}));
    const stopped = await simulate(config({ stopAt: 1e-2 }));
    const { runs, first, last } = stopped.diagnostics.stopped as Record<string, number>;
    expect(runs).toBe(3);
    expect(first).toBeLessThan(last!);
    expect(stopped.status).toBe('complete');
    expect(stopped.times.at(-1)).toBe(10 * Math.ceil(last! / 10));
    const { values, standardError } = stopped.observables.trainError!;
    expect([values.length, standardError!.length]).toEqual([stopped.times.length, stopped.times.length]);
    // Up to the first stop the curve is that of the whole training, bit for bit; at the end all replicas are at or below the share.
    const before = Math.floor(first! / 10) + 1;
    expect(values.subarray(0, before)).toEqual(whole.observables.trainError!.values.subarray(0, before));
    expect(values.at(-1)!).toBeLessThanOrEqual(1e-2 * values[0]!);
    expect(whole.diagnostics.stopped).toBeUndefined();
    expect(whole.times.at(-1)).toBe(400);
  });

  it('is told below the table and marked in the figure: of all replicas, of some, of one', async () => {
    const all = await compare(config({ stopAt: 1e-2 }));
    expect(display.notes!(all)).toEqual([
      expect.stringMatching(
        /^Training ended at 0\.01 of its first error \(flow\.stopAt\) in all 3 replicas, between times \d.* rows end with the last\.$/,
      ),
    ]);
    expect(marks(all)).toEqual(['first of 3 ended', 'all ended']);
    const { first, last } = all.simulation.diagnostics.stopped as Record<string, number>;
    const some = await compare(config({ stopAt: 1e-2, time: (first! + last!) / 2 }));
    expect(display.notes!(some)[0]).toMatch(
      /in [12] of 3 replicas, first at time \d.* keep their last values/,
    );
    expect(marks(some)).toEqual(['first of 3 ended']);
    expect(some.simulation.times).toHaveLength(41);
    const one = await compare(config({ stopAt: 1e-2 }, 1));
    expect(display.notes!(one)[0]).toMatch(
      /\(flow\.stopAt\), at time \d.*; the rows of this replica end there\.$/,
    );
    expect(marks(one)).toEqual(['training ended']);
    expect(marks(await compare(config({})))).toEqual([]);
    // Where the integrator found no step the share was not reached.
    const { diagnostics } = one.simulation;
    const stuck = { ...diagnostics, warnings: [{ code: 'no-step', message: '' }] };
    expect(display.notes!({ ...one, simulation: { ...one.simulation, diagnostics: stuck } })[0]).toMatch(
      /^Training ended before its time, at time \d/,
    );
  });

  it('the simulated points of the figure end at the mark; those of some that trained on do not', async () => {
    const ends = (shown: Shown) =>
      display
        .charts(shown)
        .flatMap(({ panels }) =>
          panels.flatMap(({ series }) =>
            series.filter(({ kind }) => kind === 'simulation').map(({ x }) => x[x.length - 1]),
          ),
        );
    for (const replicas of [3, 1]) {
      const all = await compare(config({ stopAt: 1e-2 }, replicas));
      const { last } = all.simulation.diagnostics.stopped as Record<string, number>;
      expect(all.simulation.times.at(-1)).toBeGreaterThan(last!);
      expect(ends(all)).toEqual([last, last, last, last, last]);
    }
    const { first, last } = (await simulate(config({ stopAt: 1e-2 }))).diagnostics.stopped as Record<
      string,
      number
    >;
    const time = (first! + last!) / 2;
    const some = await compare(config({ stopAt: 1e-2, time }));
    expect(ends(some)).toEqual([time, time, time, time, time]);
  });

  it('the mean-field limit ends so too', async () => {
    const limit = await compare({
      theory: 'mean-field-convergence',
      model: { width: 40, activation: 'softplus' },
      data: { kind: 'sphere', sampleCount: 2, dimension: 3 },
      flow: { time: 400, records: 40, stopAt: 0.1 },
      prediction: { method: 'mean-field', nodes: 24 },
      simulation: { replicas: 2 },
    });
    const { prediction } = limit;
    expect(prediction.times.length).toBeLessThan(41);
    expect(prediction.observables.trainError!.values).toHaveLength(prediction.times.length);
    expect(display.notes!(limit)[0]).toMatch(
      /in all 2 runs of the prediction, between|the rows of this run of the prediction end there/,
    );
  });
});
