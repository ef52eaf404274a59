// How a phase diagram is shown: maps of test error and rank with the thresholds and the reliability of each cell on them, and curves of
// the recovery threshold.
import type { Chart, Panel, Scale, Series } from '../../chart.ts';
import { cellEdges, outlineOf, type Texture } from '../../heat-map.ts';
import { PALETTE } from '../../palette.ts';
import { PARAMETER_LABELS } from './parameters.ts';
import type { PhaseDiagram } from './phase.ts';
import { recoveryThreshold } from './thresholds.ts';

/** Beyond this ratio of largest to smallest, colours stand for logarithms. */
const LOG_FROM = 20;

/** The figures of a phase diagram, the test error first. */
export function phaseCharts(
  diagram: PhaseDiagram,
  { xScale, yScale, teacherWidthRatio }: { xScale: Scale; yScale: Scale; teacherWidthRatio: number },
): Chart[] {
  const scales = { xScale, yScale };
  const lines = [...thresholdLines(diagram, scales), exactLine(diagram, scales)].filter(
    ({ x }) => x.length > 0,
  );
  const panel = (label: string, values: Float64Array, scale: Scale): Panel => ({
    xLabel: PARAMETER_LABELS[diagram.x.parameter],
    yLabel: PARAMETER_LABELS[diagram.y.parameter],
    ...scales,
    series: lines,
    map: { label, x: diagram.x.values, y: diagram.y.values, values, scale, textures: texturesOf(diagram) },
  });
  return [
    {
      name: '',
      title: 'Test error at long times',
      panels: [
        panel('test error without noise (label²)', diagram.testError, colorScaleOf(diagram.testError)),
      ],
    },
    {
      name: 'rank',
      title: 'Rank of the learned matrix',
      panels: [panel('rank / d', diagram.rank, 'linear')],
    },
    recoveryChart(teacherWidthRatio),
  ];
}

function colorScaleOf(values: Float64Array): Scale {
  const shown = values.filter((value) => value > 0);
  const low = shown.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  return shown.reduce((a, b) => Math.max(a, b), 0) / low > LOG_FROM ? 'log' : 'linear';
}

function texturesOf({ flag }: PhaseDiagram): Texture[] {
  const on = (wanted: string) => Uint8Array.from(flag, (found) => Number(found === wanted));
  return [
    { name: 'approximation', kind: 'dotted', on: on('approximation') },
    { name: 'outside validity', kind: 'hatched', on: on('outside-validity') },
  ];
}

type Scales = { readonly xScale: Scale; readonly yScale: Scale };

/** The thresholds: lines where the samples are on an axis, else the outlines of their cells. */
function thresholdLines(diagram: PhaseDiagram, scales: Scales): Series[] {
  const { lines } = diagram;
  const fitted = { kind: 'prediction', color: PALETTE.vermillion } as const;
  const recovered = { kind: 'estimate', color: PALETTE.black } as const;
  if (!lines) {
    return [
      { name: 'edge of fitted labels', ...fitted, ...outline(diagram, scales, diagram.interpolates) },
      {
        name: 'edge of recovery, without noise',
        ...recovered,
        ...outline(diagram, scales, diagram.recoverable),
      },
    ];
  }
  const flat = diagram.x.parameter === 'sampleRatio';
  const along = (alpha: Float64Array) => ({ x: flat ? alpha : lines.at, y: flat ? lines.at : alpha });
  const [few, many] = flat ? ['on the left', 'on the right'] : ['below', 'above'];
  return [
    { name: `labels can be fitted ${few}`, ...fitted, ...along(lines.interpolation) },
    { name: `teacher recovered ${many}, without noise`, ...recovered, ...along(lines.recovery) },
  ];
}

/** Where the rank of the student begins to cut, so that the steady state is no theorem any more. */
function exactLine(diagram: PhaseDiagram, scales: Scales): Series {
  const exact = Uint8Array.from(diagram.flag, (flag) => Number(flag === 'exact'));
  return {
    name: exactSide(diagram),
    kind: 'bound',
    color: PALETTE.black,
    ...outline(diagram, scales, exact),
  };
}

/** The width is at least the rank on the side of the wide students. */
function exactSide({ x, y }: PhaseDiagram): string {
  if (x.parameter === 'widthRatio') return 'exact on the right';
  return y.parameter === 'widthRatio' ? 'exact above' : 'edge of what is exact';
}

function outline({ x, y }: PhaseDiagram, { xScale, yScale }: Scales, inside: ArrayLike<number>) {
  return outlineOf(cellEdges(x.values, xScale), cellEdges(y.values, yScale), inside);
}

/** Teachers beside the one that is asked about. */
const TEACHERS = [0.1, 0.3, 0.5, 0.8];
const WIDEST = 1.2;
const POINTS = 120;

/** The recovery threshold over the student's width, for the given teacher and some others. */
export function recoveryChart(teacherWidthRatio: number): Chart {
  const others = TEACHERS.filter((teacher) => Math.abs(teacher - teacherWidthRatio) > 0.05);
  const teachers = [...others, ...(teacherWidthRatio < WIDEST ? [teacherWidthRatio] : [])].sort(
    (a, b) => a - b,
  );
  const colors = [PALETTE.blue, PALETTE.vermillion, PALETTE.green, PALETTE.purple, PALETTE.black];
  const series = teachers.map((teacher, i): Series => {
    // A threshold begins with a student as wide as the teacher.
    const x = Float64Array.from(
      { length: POINTS },
      (_, k) => teacher + (k / (POINTS - 1)) * (WIDEST - teacher),
    );
    const y = x.map(
      (width) => recoveryThreshold({ widthRatio: width, teacherWidthRatio: teacher }).sampleRatio,
    );
    return { name: `κ* = ${teacher}`, kind: 'prediction', color: colors[i], x, y };
  });
  const x = Float64Array.from({ length: POINTS }, (_, k) => k / (POINTS - 1));
  const count: Series = {
    name: 'weights of the student, κ − κ²/2',
    kind: 'bound',
    color: PALETTE.black,
    x,
    y: x.map((width) => width - (width * width) / 2),
  };
  const panel = {
    xLabel: PARAMETER_LABELS.widthRatio,
    yLabel: 'samples / d² needed  (α)',
    series: [...series, count],
  };
  return { name: 'recovery', title: 'Samples for recovery of the teacher, without noise', panels: [panel] };
}
