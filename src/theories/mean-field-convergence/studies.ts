// Two studies that one configuration does not show: what happens as the input dimension passes the number of samples, and what
// features are worth over the number of samples. Each is a list of problems, and a chart of their solutions. Runs nothing.
import type { Chart, Series } from '../../chart.ts';
import { ConfigError } from '../../errors.ts';
import { PALETTE } from '../../palette.ts';
import type { RunStatus, Solution, Warning } from '../../solution.ts';
import type { Kind } from '../../theory.ts';
import type { MeanFieldConvergenceConfig } from './config-types.ts';
import { checkOwn, type MeanFieldProblem, sampleCount, testCount } from './problem.ts';

type Config = Readonly<Record<string, unknown>>;
type Drawn = Exclude<MeanFieldConvergenceConfig['data'], { readonly kind: 'rows' }>;
/** Each of the types D, where K may be left out. */
type Missing<D, K extends PropertyKey> = D extends unknown
  ? Omit<D, K> & Partial<Pick<D, K & keyof D>>
  : never;

/** A configuration that need not say what a study varies. */
export type StudyConfig<K extends 'dimension' | 'sampleCount'> = Omit<MeanFieldConvergenceConfig, 'data'> & {
  readonly data: Missing<Drawn, K>;
};

/** What is to be solved for a study, and what is made of the solutions, which may end early. */
export interface Study {
  readonly tasks: readonly { readonly problem: MeanFieldProblem; readonly kind: Kind }[];
  chart(solutions: readonly Solution[]): Chart;
  /** The point of the study that a task belongs to, in words. */
  pointOf(task: number): string;
}

/** What a study found. */
export interface StudyResult {
  /** `aborted`: points are missing; `diverged`: a run diverged, and its point is missing. */
  readonly status: RunStatus;
  /** Its curves; a point that is missing is NaN. */
  readonly chart: Chart;
  readonly warnings: readonly Warning[];
  /** The problem of the first point. */
  readonly problem: MeanFieldProblem;
}

/** Solutions of a study as its result. */
export function studyResult(study: Study, solutions: readonly Solution[]): StudyResult {
  const statuses = solutions.map(({ status }) => status);
  const warnings = solutions.flatMap(({ diagnostics }, k) =>
    diagnostics.warnings.map(({ code, message }) => ({
      code,
      message: `At ${study.pointOf(k)}: ${message}`,
    })),
  );
  return {
    status: (['aborted', 'diverged'] as const).find((status) => statuses.includes(status)) ?? 'complete',
    chart: study.chart(solutions),
    // A remark is told once, with the first point that has it; those on single curves and certificates are not about a study.
    warnings: warnings
      .filter(({ code }) => !['kernel-counterpart', 'no-certificate'].includes(code))
      .filter(({ code }, k, kept) => kept.findIndex((other) => other.code === code) === k),
    problem: study.tasks[0]!.problem,
  };
}

interface Point {
  readonly value?: number;
  readonly standardError?: number;
}

/** The last value of a curve, or a single number, with its standard error; nothing where the runs do not have it. */
function pointOf(solution: Solution | undefined, name: string): Point {
  const observable = solution?.status === 'complete' ? solution.observables[name] : undefined;
  if (!observable) return {};
  const end = observable.values.length - 1;
  return { value: observable.values[end], standardError: observable.standardError?.[end] };
}

function seriesFrom(
  x: readonly number[],
  points: readonly Point[],
  style: Pick<Series, 'name' | 'kind' | 'color'>,
): Series {
  return {
    ...style,
    x,
    y: points.map(({ value }) => value ?? Number.NaN),
    ...(style.kind !== 'bound' && {
      standardError: points.map(({ standardError }) => standardError ?? 0),
    }),
  };
}

const changed = (config: object, part: string, changes: Config): Config => ({
  ...config,
  [part]: { ...((config as Config)[part] as Config), ...changes },
});

/** The configuration at each value. @throws ConfigError */
function along<T>(values: readonly number[], name: string, problemsAt: (value: number) => T[]): T[] {
  if (values.length > 0) return values.flatMap(problemsAt);
  throw new ConfigError([{ path: name, received: 'no values', expected: 'at least one', remedy: '' }]);
}

/**
 * Training of `config` at each input dimension: what is left of the error, the measured rate and the rate that the tangent
 * kernel of the start guarantees if it did not move.
 */
export function dimensionStudy(config: StudyConfig<'dimension'>, dimensions: readonly number[]): Study {
  const tasks = along(dimensions, 'dimensions', (dimension) => {
    const problem = checkOwn(changed(config, 'data', { dimension }));
    return (['simulation', 'prediction'] as const).map((kind) => ({ problem, kind }));
  });
  const samples = sampleCount(tasks[0]!.problem.data);
  return {
    tasks,
    chart: (solutions) => dimensionChart(dimensions, samples, solutions),
    pointOf: (task) => `dimension ${dimensions[Math.floor(task / 2)]}`,
  };
}

function dimensionChart(
  dimensions: readonly number[],
  samples: number,
  solutions: readonly Solution[],
): Chart {
  const points = (offset: number, name: string) =>
    dimensions.map((_, k) => pointOf(solutions[2 * k + offset], name));
  const xLabel = 'input dimension d';
  const annotations = [{ x: samples, text: 'd = n' }];
  const left = seriesFrom(dimensions, points(0, 'trainError'), {
    name: 'training error, simulated',
    kind: 'simulation',
    color: PALETTE.blue,
  });
  const measured = seriesFrom(dimensions, points(0, 'measuredRate'), {
    name: 'measured rate',
    kind: 'simulation',
    color: PALETTE.vermillion,
  });
  const ceiling = seriesFrom(dimensions, positive(points(1, 'rateCeiling')), {
    name: '2/n of the smallest eigenvalue at the start',
    kind: 'bound',
    color: PALETTE.purple,
  });
  return {
    name: 'dimensions',
    title: 'Training as the input dimension passes the number of samples',
    panels: [
      {
        xLabel,
        xScale: 'log',
        yLabel: 'training error at the end (label²)',
        yScale: 'log',
        annotations,
        series: [left],
      },
      {
        xLabel,
        xScale: 'log',
        yLabel: 'rate (1/time)',
        yScale: 'log',
        annotations,
        series: [measured, ceiling],
      },
    ],
  };
}

const positive = (points: readonly Point[]): Point[] =>
  points.map((point) => ((point.value ?? 0) > 0 ? point : {}));

/** Test errors over the number of samples: `config` in mean-field and in tangent-kernel scaling, and its infinitely wide kernel. */
export function sampleStudy(config: StudyConfig<'sampleCount'>, sampleCounts: readonly number[]): Study {
  const tasks = along(sampleCounts, 'sampleCounts', (count) => {
    const sized = changed(config, 'data', { sampleCount: count });
    const scaled = (scaling: string) => checkOwn(changed(sized, 'model', { scaling }));
    const lazy = scaled('tangent-kernel');
    if (testCount(lazy.data) === 0) {
      throw new ConfigError([
        {
          path: 'data',
          received: `"${lazy.data.kind}" without test rows`,
          expected: 'a task with test rows: this study is of test errors',
          remedy: 'Use "xor", "single-neuron" or "spiked" with testSamples above 0.',
        },
      ]);
    }
    return [
      { problem: scaled('mean-field'), kind: 'simulation' as const },
      { problem: lazy, kind: 'simulation' as const },
      { problem: lazy, kind: 'prediction' as const },
    ];
  });
  return {
    tasks,
    chart: (solutions) => sampleChart(sampleCounts, solutions),
    pointOf: (task) => `${sampleCounts[Math.floor(task / 3)]} samples`,
  };
}

function sampleChart(sampleCounts: readonly number[], solutions: readonly Solution[]): Chart {
  const points = (offset: number) =>
    sampleCounts.map((_, k) => pointOf(solutions[3 * k + offset], 'testError'));
  return {
    name: 'samples',
    title: 'What features are worth over the number of samples',
    panels: [
      {
        xLabel: 'samples n',
        yLabel: 'test error (label²)',
        series: [
          seriesFrom(sampleCounts, points(0), {
            name: 'mean-field scaling, simulated',
            kind: 'simulation',
            color: PALETTE.blue,
          }),
          seriesFrom(sampleCounts, points(1), {
            name: 'tangent-kernel scaling, simulated',
            kind: 'simulation',
            color: PALETTE.vermillion,
          }),
          seriesFrom(sampleCounts, points(2), {
            name: 'infinitely wide tangent kernel',
            kind: 'prediction',
            color: PALETTE.vermillion,
          }),
        ],
      },
    ],
  };
}
