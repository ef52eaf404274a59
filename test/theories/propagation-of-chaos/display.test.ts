import { beforeAll, describe, expect, it } from 'vitest';
import type { Shown } from '../../../src/display.ts';
import { compare } from '../../../src/index.ts';
import { display, functionName } from '../../../src/theories/propagation-of-chaos/display.ts';
import { powerLaw } from '../../../src/theories/propagation-of-chaos/power-law.ts';
import type { PropagationProblem } from '../../../src/theories/propagation-of-chaos/problem.ts';

let shown: Shown;

beforeAll(async () => {
  shown = await compare({
    theory: 'propagation-of-chaos',
    model: { inputDimension: 8, width: 64, activation: { kind: 'hermite', degree: 3 } },
    optimizer: { kind: 'projected-descent', stepSize: 0.1, steps: 80 },
    prediction: { escapeDimensions: [8, 16], envelopeTimes: 20 },
    simulation: { replicas: 3, widths: [32, 16] },
  });
});

const named = (what: Shown) => display.charts(what).map(({ name }) => name);

describe('the display of propagation of chaos', () => {
  it('has six figures of a comparison, fewer of its halves, the gap first', () => {
    expect(named(shown)).toEqual(['', 'width', 'envelopes', 'loss', 'overlap', 'escape']);
    expect(named({ prediction: shown.prediction! })).toEqual(['', 'envelopes', 'loss', 'overlap', 'escape']);
    expect(named({ simulation: shown.simulation! })).toEqual(['', 'width', 'loss', 'overlap']);
  });

  it('lets the dots of widths that lie on each other take turns, on one scale with the law', () => {
    const [{ panels }] = display.charts(shown) as [ReturnType<typeof display.charts>[number]];
    const [law, ...networks] = panels[0]!.series;
    expect(networks.map(({ name }) => name)).toEqual(['m = 16', 'm = 32', 'm = 64']);
    const times = networks.flatMap(({ x }) => Array.from(x));
    expect(new Set(times).size).toBe(times.length);
    expect(times.length).toBeLessThanOrEqual(41);
    const last = networks[2]!;
    const { values } = shown.simulation!.observables.scaledGap!;
    const at = Array.from(shown.simulation!.times).indexOf(last.x[0]!);
    // gap² of that width times the width is the recorded m·gap².
    expect(last.y[0]! / values[at]!).toBeCloseTo(1, 14);
    expect(law!.y[0]).toBeCloseTo(1, 12);
    expect(panels[0]!.xLabel).toBe('time (step × learning rate)');
    expect(panels[1]!.series).toHaveLength(3);
  });

  it('gives the gap by width its ticks, slopes and a reference of slope −1', () => {
    const { panels } = display.charts(shown)[1]!;
    expect(panels[0]).toMatchObject({ xScale: 'log', yScale: 'log', xTicks: [16, 32, 64] });
    const reference = panels[0]!.series.at(-1)!;
    expect(reference.kind).toBe('bound');
    expect(powerLaw(reference.x, reference.y)!.exponent).toBeCloseTo(-1, 12);
    expect(
      panels[0]!.series.filter(({ name }) => /^t = .*, slope −[01]\.\d+ ± 0\.0*[1-9]\d$/.test(name)),
    ).toHaveLength(4);
  });

  it('draws the escape with the slope that the degree gives: (k − 2)/2', () => {
    const [panel] = display.charts(shown)[5]!.panels;
    const [measured, law] = panel!.series;
    expect(powerLaw(law!.x, law!.y)!.exponent).toBeCloseTo(0.5, 12);
    expect(law!.y[1]).toBe(measured!.y[1]);
  });

  it('draws the overlaps for small prints: few dots, quantiles named at their ends, at most six single neurons', () => {
    const { panels, layout } = display.charts(shown)[4]!;
    expect(layout).toBeUndefined();
    const [quantiles, single] = panels;
    const labels = (kind: string) =>
      quantiles!.series.filter((series) => series.kind === kind).map(({ label }) => label);
    expect(labels('prediction')).toEqual(['5 %', '25 %', '50 %', '75 %', '95 %']);
    expect(labels('simulation')).toEqual([undefined, undefined, undefined, undefined, undefined]);
    for (const { x } of quantiles!.series.filter(({ kind }) => kind === 'simulation'))
      expect(x.length).toBeLessThanOrEqual(11);
    expect(single!.series).toHaveLength(6);
    const alone = display.charts({ simulation: shown.simulation! }).at(-1)!;
    expect(alone.panels[0]!.series[0]!.label).toBe('5 %');
  });

  it('says in words what follows', () => {
    const notes = display.notes!(shown).join('\n');
    expect(notes).toMatch(/What is learned first has degree 3\. The loss halves at time \d/);
    expect(notes).toMatch(/m·gap² is at most 1 \(time 0\): a gap below ε takes about 1\/ε² neurons/);
    expect(notes).toMatch(/Escape times: .* \(d = 8\), .* \(d = 16\); exponent 0\.\d\d, for large d 0\.5\./);
    expect(notes).toMatch(
      /gap² against the width at time 8: exponent −\d\.\d+ ± 0\.0*[1-9]\d \(m = 16, 32, 64\); theory −1\./,
    );
  });

  it('names functions and settings', () => {
    expect(functionName({ kind: 'hermite', degree: 3 })).toBe('h_3');
    expect(functionName({ kind: 'hermite-series', coefficients: [0, 0.5, 0, -1] })).toBe('0.5 h_1 − h_3');
    expect(functionName({ kind: 'bump', rate: 2 })).toBe('bump (rate 2)');
    expect(display.settings(shown.prediction!.problem as PropagationProblem)).toEqual([
      '8 inputs',
      'h_3 learns h_3',
      'projected descent, step 0.1',
    ]);
  });
});

describe('a power law', () => {
  it('is the slope of logarithms, with the standard error of its points', () => {
    const x = [1, 2, 4, 8];
    const { exponent, standardError } = powerLaw(
      x,
      x.map((value) => 3 / value),
      x.map((value) => 0.03 / value),
    )!;
    expect(exponent).toBeCloseTo(-1, 14);
    // A relative error of 1 % over the spread of the logarithms.
    expect(standardError).toBeCloseTo(0.01 / (Math.log(2) * Math.sqrt(5)), 12);
  });

  it('leaves out what has no logarithm, and is none of fewer than two points', () => {
    expect(powerLaw([1, 2, 4], [1, -1, 16])!.exponent).toBeCloseTo(2, 14);
    expect(powerLaw([1, 2], [1, 0])).toBeUndefined();
    expect(powerLaw([2, 2], [1, 3])).toBeUndefined();
  });
});
