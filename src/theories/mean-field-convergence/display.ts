// How results of this theory are shown: the loss with its guarantees and rates over time, test errors, and what moved.
import type { Annotation, Chart, Panel, Series } from '../../chart.ts';
import { inDigits } from '../../digits.ts';
import { curveOf, type Display, type Shown } from '../../display.ts';
import { ERROR_COLORS, ERROR_WORDS, seriesOf } from '../../error-curves.ts';
import { PALETTE } from '../../palette.ts';
import type { Solution } from '../../solution.ts';
import { inputDimension, type MeanFieldProblem, sampleCount } from './problem.ts';
import type { Stopped } from './train.ts';

const TIME = 'time of gradient flow';

/** Curves that are 0 from some time on do not go on a logarithmic axis. */
const SMALLEST = 1e-30;

export const display: Display<MeanFieldProblem> = {
  words: {
    ...ERROR_WORDS,
    misclassification: 'misclassified',
    instantaneousRate: 'instantaneous rate',
  },

  settings({ model, data, simulation }: Partial<MeanFieldProblem>) {
    if (!model || !data) return [];
    const { activation, scaling, frozenLayers = [], width } = model;
    const name = (entry: unknown) =>
      typeof entry === 'object' ? (entry as { kind: string }).kind : String(entry);
    return [
      `${inputDimension(data)} inputs`,
      `${sampleCount(data)} samples`,
      ...frozenLayers.map((layer) => `${layer.width ?? '∞'} frozen ${name(layer.activation)}`),
      `width ${width}`,
      name(activation),
      scalingInWords(scaling),
      ...(simulation?.dtype === 'float32' ? ['float32 trajectories'] : []),
    ];
  },

  notes: (shown) => [shown.prediction, shown.simulation].flatMap((solution) => stopNote(solution) ?? []),

  charts({ prediction, simulation }) {
    const shown = { prediction: untilEnded(prediction), simulation: untilEnded(simulation) };
    const panels = [lossPanel(shown), ratePanel(shown), testPanel(shown)].filter(
      (panel) => panel !== undefined,
    );
    const moved = movementPanel(shown);
    return [
      ...(panels.length > 0 ? [{ name: '', panels, layout: 'stacked' as const }] : []),
      ...(moved ? [{ name: 'features', title: 'What training moved', panels: [moved] } satisfies Chart] : []),
    ];
  },
};

function scalingInWords(scaling: MeanFieldProblem['model']['scaling'] | string = 'mean-field'): string {
  if (typeof scaling === 'string') return scaling;
  return scaling.kind === 'free' ? `scale ${scaling.scale}` : scaling.kind;
}

const short = (value: number) => inDigits(value, 4);

const stoppedIn = (solution: Solution | undefined) => solution?.diagnostics.stopped as Stopped | undefined;

/** When training was ended, and what became of the curves. */
function stopNote(solution: Solution | undefined): string | undefined {
  const stopped = stoppedIn(solution);
  if (!solution || !stopped) return undefined;
  const { flow } = solution.problem as unknown as MeanFieldProblem;
  const runs = Number(solution.diagnostics.runs);
  const { first, last } = stopped;
  const [one, several] =
    solution.kind === 'simulation'
      ? ['replica', 'replicas']
      : ['run of the prediction', 'runs of the prediction'];
  const share = flow.stopAt < 1e-3 ? flow.stopAt.toExponential() : String(flow.stopAt);
  // Where no step was left the share was not reached.
  const reached = flow.stopAt > 0 && !solution.diagnostics.warnings.some(({ code }) => code === 'no-step');
  const why = reached ? ` at ${share} of its first error (flow.stopAt)` : ' before its time';
  if (runs === 1) return `Training ended${why}, at time ${short(first)}; the rows of this ${one} end there.`;
  if (stopped.runs < runs)
    return `Training ended${why} in ${stopped.runs} of ${runs} ${several}, first at time ${short(first)}; these keep their last values in the means.`;
  const when = first === last ? `at time ${short(last)}` : `between times ${short(first)} and ${short(last)}`;
  return `Training ended${why} in all ${runs} ${several}, ${when}; each keeps its last values in the means, whose rows end with the last.`;
}

/** The last row of runs that have all ended is of the state in which the last of them did, before the time of the record. */
function untilEnded(solution: Solution | undefined): Solution | undefined {
  const stopped = stoppedIn(solution);
  if (!solution || !stopped || stopped.runs < Number(solution.diagnostics.runs)) return solution;
  return { ...solution, times: solution.times.map((time) => Math.min(time, stopped.last)) };
}

/** Marks of the same. */
function stopMarks({ prediction, simulation }: Shown): Annotation[] {
  const solution = stoppedIn(simulation) ? simulation : prediction;
  const stopped = stoppedIn(solution);
  if (!solution || !stopped) return [];
  const runs = Number(solution.diagnostics.runs);
  if (runs === 1) return [{ x: stopped.first, text: 'training ended' }];
  const first = { x: stopped.first, text: `first of ${runs} ended` };
  return stopped.runs < runs ? [first] : [first, { x: stopped.last, text: 'all ended' }];
}

/** Runs that a certificate covers. */
const certifiedIn = (solution: Shown['prediction']): number =>
  Number(solution?.diagnostics.certifiedReplicas ?? 0);

const positive = (series: readonly Series[]): Series[] =>
  series.map((one) => ({
    ...one,
    y: Float64Array.from(one.y, (value) => (value > SMALLEST ? value : Number.NaN)),
  }));

function lossPanel({ prediction, simulation }: Shown): Panel | undefined {
  const kernel = prediction?.diagnostics.evaluator === 'mean-field' ? 'mean-field limit' : 'tangent kernel';
  const series = positive([
    ...seriesOf(simulation, 'trainError', {
      name: 'training error, simulated',
      kind: 'simulation',
      color: ERROR_COLORS.trainError,
    }),
    ...seriesOf(prediction, 'trainError', {
      name: `training error, ${kernel}`,
      kind: 'prediction',
      color: ERROR_COLORS.trainError,
    }),
    ...(certifiedIn(prediction) > 0
      ? certified(prediction, 'certifiedBound', 'certified at the start', PALETTE.green)
      : []),
    ...(certifiedIn(simulation) > 0 && certifiedIn(prediction) < Number(prediction?.diagnostics.runs ?? 1)
      ? certified(simulation, 'restartBound', 'certified on the way', PALETTE.vermillion)
      : []),
    ...certified(simulation, 'posteriorBound', 'a-posteriori bound', PALETTE.purple),
  ]);
  if (series.length === 0) return undefined;
  return {
    xLabel: TIME,
    yLabel: 'training error (label²)',
    yScale: 'log',
    series,
    annotations: stopMarks({ prediction, simulation }),
  };
}

function certified(solution: Shown['prediction'], name: string, words: string, color: string): Series[] {
  return seriesOf(solution, name, { name: words, kind: 'bound', color }).map(
    ({ standardError: _, ...rest }) => rest,
  );
}

function ratePanel({ prediction, simulation }: Shown): Panel | undefined {
  const source = curveOf(simulation, 'instantaneousRate') ? simulation : prediction;
  const series = positive([
    ...seriesOf(source, 'instantaneousRate', {
      name: 'instantaneous rate',
      kind: source === simulation ? 'simulation' : 'prediction',
      color: PALETTE.green,
    }),
    ...certified(source, 'rateFloor', '2/n of the smallest eigenvalue', PALETTE.black),
  ]);
  if (series.length === 0) return undefined;
  return { xLabel: TIME, yLabel: 'rate (1/time)', yScale: 'log', series };
}

function testPanel({ prediction, simulation }: Shown): Panel | undefined {
  const color = ERROR_COLORS.testError;
  const kernel = prediction?.diagnostics.evaluator === 'mean-field' ? 'mean-field limit' : 'tangent kernel';
  const series = [
    ...seriesOf(prediction, 'testError', { name: `test error, ${kernel}`, kind: 'prediction', color }),
    ...seriesOf(simulation, 'testError', { name: 'test error, simulated', kind: 'simulation', color }),
  ];
  if (series.length === 0) return undefined;
  return { xLabel: TIME, yLabel: 'test error (label²)', series };
}

function movementPanel({ prediction, simulation }: Shown): Panel | undefined {
  const source = simulation ?? prediction;
  const kind = simulation ? 'simulation' : 'prediction';
  const words = {
    kernelAlignment: ['kernel with that of the start', PALETTE.blue],
    kernelLabelAlignment: ['kernel with labels', PALETTE.vermillion],
    featureLabelAlignment: ['features with labels', PALETTE.green],
  } as const;
  const series = Object.entries(words).flatMap(([name, [text, color]]) =>
    seriesOf(source, name, { name: `alignment of ${text}`, kind, color }),
  );
  if (series.length === 0) return undefined;
  return { xLabel: TIME, yLabel: 'alignment', series };
}
