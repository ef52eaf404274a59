import { describe, expect, it } from 'vitest';
import { display } from '../../../src/theories/quadratic-networks/display.ts';
import { steadyState } from '../../../src/theories/quadratic-networks/steady-state.ts';
import { predict } from '../../library.ts';

const config = (optimizer: object, widthRatio = 0.3) => ({
  theory: 'quadratic-networks',
  model: { widthRatio },
  data: { sampleRatio: 0.3, teacherWidthRatio: 0.3, noiseVariance: 0.5 },
  optimizer: { kind: 'stationary', weightDecay: 0.01, ...optimizer },
});

describe('figures of the steady state', () => {
  it('a sweep: solid where exact or stable, dashed elsewhere, shaded outside validity, half way to the neighbours', async () => {
    const values = [0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6];
    const prediction = await predict(config({ sweep: { parameter: 'widthRatio', values } }));
    const flags = Array.from(prediction.observables.reliability!.values);
    expect(flags).toEqual([1, 2, 3, 3, 2, 2, 1, 0]);
    const charts = display.charts({ prediction });
    expect(charts.map(({ name, title }) => [name, title])).toEqual([['', 'Errors at long times']]);
    const [test, train, rank] = charts[0]!.panels;
    for (const panel of [test!, train!]) {
      expect(panel.shaded!.name).toBe('outside validity');
      expect(panel.shaded!.x.length).toBe(1);
      expect(panel.shaded!.x[0]![0]).toBeCloseTo(0.225, 12);
      expect(panel.shaded!.x[0]![1]).toBeCloseTo(0.325, 12);
      expect(panel.series.map(({ kind }) => kind)).toEqual(['prediction', 'estimate']);
    }
    expect(rank!.series.length).toBe(1);
    const falling = await predict(
      config({ sweep: { parameter: 'widthRatio', values: values.toReversed() } }),
    );
    expect(display.charts({ prediction: falling })[0]!.panels[0]!.shaded).toEqual(test!.shaded);
  });

  it('a spectrum: the law itself from edge to edge, with the gap that the rank leaves and the mass of the rank', async () => {
    const prediction = await predict(config({}));
    const [chart] = display.charts({ prediction });
    expect(chart!.name).toBe('spectrum');
    const { x, y } = chart!.panels[0]!.series[0]!;
    const state = steadyState({
      sampleRatio: 0.3,
      widthRatio: 0.3,
      teacherWidthRatio: 0.3,
      weightDecay: 0.01,
      noiseVariance: 0.5,
    });
    expect(x[0]).toBeCloseTo(state.cut - state.tau, 12);
    expect(x[0]).toBeGreaterThan(0.1);
    let mass = 0;
    for (let i = 1; i < x.length; i++) mass += 0.5 * (y[i]! + y[i - 1]!) * (x[i]! - x[i - 1]!);
    expect(mass).toBeCloseTo(state.rank, 3);
  });
});
