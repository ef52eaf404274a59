import { describe, expect, it } from 'vitest';
import { phaseDiagram, phaseRows } from '../../../src/theories/quadratic-networks/phase.ts';
import { phaseCharts, recoveryChart } from '../../../src/theories/quadratic-networks/phase-display.ts';
import { recoveryThreshold } from '../../../src/theories/quadratic-networks/thresholds.ts';

const base = {
  sampleRatio: 0.3,
  widthRatio: 0.5,
  teacherWidthRatio: 0.3,
  weightDecay: 0.01,
  noiseVariance: 0.5,
};
const even = (from: number, to: number, count: number) =>
  Float64Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));
const linear = { xScale: 'linear', yScale: 'linear', teacherWidthRatio: 0.3 } as const;

describe('figures of a phase diagram', () => {
  const width = { parameter: 'widthRatio', values: even(0.1, 1, 10) } as const;
  const samples = { parameter: 'sampleRatio', values: even(0.1, 0.8, 8) } as const;
  const diagram = phaseDiagram(base, width, samples);
  const [error, rank, recovery] = phaseCharts(diagram, linear);

  it('are maps of test error and rank in their units, and the recovery threshold', () => {
    expect([error, rank, recovery].map((chart) => chart!.name)).toEqual(['', 'rank', 'recovery']);
    expect(error!.panels[0]!.map).toMatchObject({
      label: 'test error without noise (label²)',
      values: diagram.testError,
    });
    expect(rank!.panels[0]!.map).toMatchObject({ label: 'rank / d', values: diagram.rank, scale: 'linear' });
  });

  it('show the flag of every cell: dots on approximations, hatching outside validity, nothing elsewhere', () => {
    const [dotted, hatched] = error!.panels[0]!.map!.textures!;
    expect([dotted!.kind, hatched!.kind]).toEqual(['dotted', 'hatched']);
    const shown = diagram.flag.map((_, at) => (dotted!.on[at] ? '~' : hatched!.on[at] ? '?' : ''));
    expect(shown).toEqual(
      diagram.flag.map((flag) => ({ approximation: '~', 'outside-validity': '?' })[flag as string] ?? ''),
    );
    expect(shown.filter((mark) => mark === '?').length).toBeGreaterThan(3);
  });

  it('have the thresholds as lines in words for their sides, along whichever axis the samples are on', () => {
    const [fitted, recovered, exact] = error!.panels[0]!.series;
    expect(fitted).toMatchObject({ name: 'labels can be fitted below', x: diagram.lines!.at });
    expect(recovered).toMatchObject({
      name: 'teacher recovered above, without noise',
      y: diagram.lines!.recovery,
    });
    expect(exact!.name).toBe('exact on the right');
    const turned = phaseCharts(phaseDiagram(base, samples, width), linear)[0]!.panels[0]!.series;
    expect(turned.map(({ name }) => name)).toEqual([
      'labels can be fitted on the left',
      'teacher recovered on the right, without noise',
      'exact above',
    ]);
    expect(turned[0]!.x).toEqual(fitted!.y);
  });

  it('over two other parameters outline the cells above and below the thresholds', () => {
    const teacher = { parameter: 'teacherWidthRatio', values: even(0.1, 1, 10) } as const;
    const [, recovered] = phaseCharts(phaseDiagram(base, width, teacher), linear)[0]!.panels[0]!.series;
    // A student narrower than its teacher recovers nothing: the outline climbs the diagonal.
    expect(recovered!.name).toBe('edge of recovery, without noise');
    const x = Array.from(recovered!.x);
    expect(
      x.some((value, k) => Math.abs(value - 0.15) < 1e-12 && Math.abs(recovered!.y[k]! - 0.15) < 1e-12),
    ).toBe(true);
  });

  it('the curves of recovery begin at the count of weights of their teacher and end on its plateau', () => {
    const { series } = recoveryChart(0.25).panels[0]!;
    expect(series.map(({ name }) => name)).toEqual([
      'κ* = 0.1',
      'κ* = 0.25',
      'κ* = 0.5',
      'κ* = 0.8',
      'weights of the student, κ − κ²/2',
    ]);
    expect(series[1]!.y[0]).toBeCloseTo(0.25 - 0.25 ** 2 / 2, 12);
    const { sampleRatio } = recoveryThreshold({ widthRatio: 1, teacherWidthRatio: 0.25 });
    expect(Array.from(series[1]!.y).at(-1)).toBe(sampleRatio);
  });
});

describe('a phase diagram row by row', () => {
  it('holds the rows so far, the last of them all', () => {
    const x = { parameter: 'sampleRatio', values: [0.2, 0.4] } as const;
    const y = { parameter: 'widthRatio', values: [0.3, 0.6, 1] } as const;
    const parts = [...phaseRows(base, x, y)];
    expect(parts.map(({ testError }) => testError.length)).toEqual([2, 4, 6]);
    expect(parts.map(({ lines }) => lines!.recovery.length)).toEqual([1, 2, 3]);
    expect(parts[2]).toEqual(phaseDiagram(base, x, y));
  });
});
