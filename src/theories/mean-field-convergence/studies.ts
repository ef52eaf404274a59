// Two studies that one configuration does not show: what happens as the input dimension passes the number of samples, and what
// features are worth over the number of samples. Each is a row of runs and a chart of it.
import { createCore } from '../../../bindings/load.ts';
import type { Chart, Series } from '../../chart.ts';
import { PALETTE } from '../../palette.ts';
import { Run } from '../../run.ts';
import type { RunOptions, Solution } from '../../solution.ts';
import type { Kind } from '../../theory.ts';
import type { Trajectory } from '../../trajectory.ts';
import { meanFieldConvergence } from './index.ts';
import type { MeanFieldProblem } from './problem.ts';

type Config = Readonly<Record<string, unknown>>;

interface Point {
  readonly value?: number;
  readonly standardError?: number;
}

/** The last value of a curve, or a single number, with its standard error; nothing where the runs do not have it. */
function pointOf(solution: Solution, name: string): Point {
  const observable = solution.observables[name];
  if (!observable) return {};
  const end = observable.values.length - 1;
  return { value: observable.values[end], standardError: observable.standardError?.[end] };
}

async function solve(problem: MeanFieldProblem, kind: Kind, options: RunOptions): Promise<Solution> {
  const plan = meanFieldConvergence.plan(problem, kind);
  const run = new Run({ signal: options.signal }, plan.runs * plan.work);
  const done: Trajectory[] = [];
  for (let index = 0; index < plan.runs; index++)
    done.push(await meanFieldConvergence.run(await createCore(), problem, kind, index, run));
  return meanFieldConvergence.assemble(problem, kind, done, plan);
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

const changed = (config: Config, part: string, changes: Config): Config => ({
  ...config,
  [part]: { ...(config[part] as Config), ...changes },
});

/**
 * Training of `config` at each input dimension: what is left of the error, the measured rate and the rate that certificates
 * would give if nothing moved.
 */
export async function dimensionStudy(
  config: Config,
  dimensions: readonly number[],
  options: RunOptions = {},
): Promise<Chart> {
  const left: Point[] = [];
  const measured: Point[] = [];
  const ceiling: Point[] = [];
  let samples = 0;
  for (const dimension of dimensions) {
    const problem = meanFieldConvergence.check(changed(config, 'data', { dimension }));
    const simulation = await solve(problem, 'simulation', options);
    const prediction = await solve(problem, 'prediction', options);
    left.push(pointOf(simulation, 'trainError'));
    measured.push(pointOf(simulation, 'measuredRate'));
    ceiling.push(pointOf(prediction, 'rateCeiling'));
    samples = (config.data as { sampleCount: number }).sampleCount;
  }
  const xLabel = 'input dimension d';
  const annotations = [{ x: samples, text: 'd = n' }];
  const color = PALETTE.blue;
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
        series: [
          seriesFrom(dimensions, left, { name: 'training error, simulated', kind: 'simulation', color }),
        ],
      },
      {
        xLabel,
        xScale: 'log',
        yLabel: 'rate (1/time)',
        yScale: 'log',
        annotations,
        series: [
          seriesFrom(dimensions, measured, {
            name: 'measured rate',
            kind: 'simulation',
            color: PALETTE.vermillion,
          }),
          seriesFrom(dimensions, positive(ceiling), {
            name: 'ceiling of certificates',
            kind: 'bound',
            color: PALETTE.purple,
          }),
        ],
      },
    ],
  };
}

const positive = (points: readonly Point[]): Point[] =>
  points.map((point) => ((point.value ?? 0) > 0 ? point : {}));

/** Test errors over the number of samples: `config` in mean-field and in tangent-kernel scaling, and its infinitely wide kernel. */
export async function sampleStudy(
  config: Config,
  sampleCounts: readonly number[],
  options: RunOptions = {},
): Promise<Chart> {
  const kinds = { 'mean-field': [] as Point[], 'tangent-kernel': [] as Point[] };
  const kernel: Point[] = [];
  for (const sampleCount of sampleCounts) {
    const sized = changed(config, 'data', { sampleCount });
    for (const scaling of ['mean-field', 'tangent-kernel'] as const) {
      const problem = meanFieldConvergence.check(changed(sized, 'model', { scaling }));
      kinds[scaling].push(pointOf(await solve(problem, 'simulation', options), 'testError'));
      if (scaling === 'tangent-kernel')
        kernel.push(pointOf(await solve(problem, 'prediction', options), 'testError'));
    }
  }
  return {
    name: 'samples',
    title: 'What features are worth over the number of samples',
    panels: [
      {
        xLabel: 'samples n',
        yLabel: 'test error (label²)',
        series: [
          seriesFrom(sampleCounts, kinds['mean-field'], {
            name: 'mean-field scaling, simulated',
            kind: 'simulation',
            color: PALETTE.blue,
          }),
          seriesFrom(sampleCounts, kinds['tangent-kernel'], {
            name: 'tangent-kernel scaling, simulated',
            kind: 'simulation',
            color: PALETTE.vermillion,
          }),
          seriesFrom(sampleCounts, kernel, {
            name: 'infinitely wide tangent kernel',
            kind: 'prediction',
            color: PALETTE.vermillion,
          }),
        ],
      },
    ],
  };
}
