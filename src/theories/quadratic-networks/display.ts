// How results of this theory are shown: errors over time, or over a sweep with the reliability of each point; the learned
// spectrum; curves of thresholds and phase diagrams.
import type { Annotation, Chart, Panel, Series } from '../../chart.ts';
import type { Display, Shown } from '../../display.ts';
import { ERROR_COLORS, ERROR_WORDS, errorPanels, scaleOf } from '../../error-curves.ts';
import { PALETTE } from '../../palette.ts';
import type { Solution } from '../../solution.ts';
import { PARAMETER_LABELS, type Parameters } from './parameters.ts';
import { parametersOf, type QuadraticProblem } from './problem.ts';
import { steadyState } from './steady-state.ts';
import { interpolationThreshold, recoveryThreshold } from './thresholds.ts';

type SweptParameter = keyof Parameters;

export const display: Display<QuadraticProblem> = {
  words: {
    trainError: ERROR_WORDS.trainError,
    testError: ERROR_WORDS.testError,
    rank: 'rank / d',
  },

  settings({ model, data, optimizer }: Partial<QuadraticProblem>) {
    const swept = optimizer?.kind === 'stationary' ? optimizer.sweep?.parameter : undefined;
    const say = (name: string, value: number | undefined, word: string) =>
      value === undefined || name === swept ? [] : [`${word} = ${value}`];
    return [
      ...(model?.inputDimension === undefined ? [] : [`d = ${model.inputDimension}`]),
      ...say('sampleRatio', data?.sampleRatio, 'α'),
      ...say('widthRatio', model?.widthRatio, 'κ'),
      ...say('teacherWidthRatio', data?.teacherWidthRatio, 'κ*'),
      ...say('weightDecay', optimizer?.weightDecay, 'λ'),
      ...say('noiseVariance', data?.noiseVariance, 'Δ'),
    ];
  },

  charts(shown) {
    const solution = shown.prediction ?? shown.simulation;
    if (!solution) return [];
    const { optimizer } = solution.problem as unknown as QuadraticProblem;
    const main =
      optimizer.kind === 'stationary' ? sweepChart(shown, optimizer.sweep?.parameter) : timeChart(shown);
    return [...main, ...spectrumChart(shown)];
  },
};

/** Errors over time, with where the theory has them go as dotted lines. */
function timeChart(shown: Shown): Chart[] {
  const [main, ...rest] = errorPanels(shown, 'time');
  if (!main) return [];
  const { prediction } = shown;
  const ends = (['trainError', 'testError'] as const).flatMap((name): Series[] => {
    const end =
      prediction?.observables[name === 'trainError' ? 'stationaryTrainError' : 'stationaryTestError'];
    if (!prediction || !end) return [];
    const level = end.values[0]!;
    const x = [prediction.times[0]!, prediction.times.at(-1)!];
    const style = { kind: 'bound', color: ERROR_COLORS[name] } as const;
    return [{ name: `${ERROR_WORDS[name]}, steady state`, ...style, x, y: [level, level] }];
  });
  return [{ name: '', panels: [{ ...main, series: [...main.series, ...ends] }, ...rest] }];
}

/** Values where a flag holds, and at the neighbours of such points, so that the pieces of a line meet. */
function piece(values: Float64Array, flags: Float64Array, holds: (flag: number) => boolean): Float64Array {
  return values.map((value, i) => (holds(flags[i]!) || (i > 0 && holds(flags[i - 1]!)) ? value : Number.NaN));
}

/** Errors over the parameter that is swept: solid where exact or stable, dashed where approximate, dotted outside validity. */
function sweepChart(shown: Shown, parameter: SweptParameter | undefined): Chart[] {
  if (!parameter) return [];
  const xLabel = PARAMETER_LABELS[parameter];
  const xScale = xScaleOf((shown.prediction ?? shown.simulation)!.times);
  const errors = (['testError', 'trainError'] as const).flatMap((name): Panel[] => {
    const series = sweptSeries(shown, name, ERROR_WORDS[name], ERROR_COLORS[name]);
    if (series.length === 0) return [];
    const yLabel = `${ERROR_WORDS[name]} (label²)`;
    const annotations = name === 'testError' ? marks(shown, parameter) : [];
    return [{ xLabel, yLabel, xScale, yScale: scaleOf(series), series, annotations, height: 260 }];
  });
  const rank = sweptSeries(shown, 'rank', 'rank / d', PALETTE.green);
  const panels = [...errors, { xLabel, yLabel: 'rank / d', xScale, series: rank, height: 180 }];
  return [{ name: '', panels }, ...thresholdChart(shown, parameter)];
}

function xScaleOf(x: Float64Array): 'linear' | 'log' {
  return x.length > 2 && x[0]! > 0 && x.at(-1)! / x[0]! > 40 ? 'log' : 'linear';
}

/** One quantity over the sweep; the prediction in pieces by its reliability. */
function sweptSeries(
  { prediction, simulation }: Shown,
  name: string,
  words: string,
  color: string,
): Series[] {
  const out: Series[] = [];
  const predicted = prediction?.observables[name];
  if (prediction && predicted) {
    const flags = prediction.observables.reliability!.values;
    for (const { kind, label, holds } of [
      { kind: 'prediction', label: 'predicted', holds: (flag: number) => flag <= 1 || name === 'rank' },
      { kind: 'estimate', label: 'approximation', holds: (flag: number) => flag === 2 },
      { kind: 'bound', label: 'outside validity', holds: (flag: number) => flag === 3 },
    ] as const) {
      if (!flags.some(holds) || (name === 'rank' && kind !== 'prediction')) continue;
      const y = piece(predicted.values, flags, holds);
      out.push({ name: `${words}, ${label}`, kind, color, x: prediction.times, y });
    }
  }
  const simulated = simulation?.observables[name];
  if (simulation && simulated) {
    const { values: y, standardError } = simulated;
    out.push({
      name: `${words}, simulated`,
      kind: 'simulation',
      color,
      x: simulation.times,
      y,
      standardError,
    });
  }
  return out;
}

/** Thresholds as marks over a sweep of the samples. */
function marks(shown: Shown, parameter: SweptParameter): Annotation[] {
  if (parameter !== 'sampleRatio') return [];
  const { problem, times } = (shown.prediction ?? shown.simulation)!;
  const [parameters] = parametersOf(problem as unknown as QuadraticProblem);
  const within = (x: number) => x > times[0]! && x < times.at(-1)!;
  return [
    { x: interpolationThreshold(parameters!).sampleRatio, text: 'labels fitted up to here' },
    ...(parameters!.noiseVariance === 0
      ? [{ x: recoveryThreshold(parameters!).sampleRatio, text: 'teacher recovered' }]
      : []),
  ].filter(({ x }) => within(x));
}

/** Samples per d² at which the phases of a sweep over a width are looked up. */
const PHASE_SAMPLES = Float64Array.from({ length: 41 }, (_, i) => 0.025 + i * 0.025);

/**
 * Thresholds over a sweep of a width: samples for recovery without noise and for interpolation; over the student's width also
 * where its rank cuts, and between which samples the steady state is outside validity.
 */
function thresholdChart({ prediction }: Shown, parameter: SweptParameter): Chart[] {
  if (!prediction || (parameter !== 'widthRatio' && parameter !== 'teacherWidthRatio')) return [];
  const points = parametersOf(prediction.problem as unknown as QuadraticProblem);
  const x = prediction.times;
  const line = (name: string, color: string, y: readonly number[]): Series => ({
    name,
    kind: 'prediction',
    color,
    x,
    y,
  });
  const series = [
    line(
      'teacher recovered above, without noise',
      PALETTE.green,
      points.map((at) => recoveryThreshold(at).sampleRatio),
    ),
    line(
      'labels fitted below',
      PALETTE.blue,
      points.map((at) => interpolationThreshold(at).sampleRatio),
    ),
    ...(parameter === 'widthRatio' ? phases(points, x) : []),
  ];
  const panel = { xLabel: PARAMETER_LABELS[parameter], yLabel: 'samples / d²  (α)', series };
  return [{ name: 'phases', title: 'Phases in width and samples', panels: [panel] }];
}

function phases(points: readonly Parameters[], widths: Float64Array): Series[] {
  const [first] = points;
  const convexRank = PHASE_SAMPLES.map(
    (sampleRatio) => steadyState({ ...first!, sampleRatio, widthRatio: 1 }).rank,
  );
  const outside = points.map((at) => {
    const inside = Array.from(PHASE_SAMPLES).filter(
      (sampleRatio) => steadyState({ ...at, sampleRatio }).reliability.flag === 'outside-validity',
    );
    return { low: inside[0] ?? Number.NaN, high: inside.at(-1) ?? Number.NaN };
  });
  const edge = (name: string, y: number[]): Series => ({
    name,
    kind: 'bound',
    color: PALETTE.vermillion,
    x: widths,
    y,
  });
  return [
    {
      name: 'the rank cuts on the left',
      kind: 'estimate',
      color: PALETTE.black,
      x: convexRank,
      y: PHASE_SAMPLES,
    },
    edge(
      'steady state outside validity from',
      outside.map(({ low }) => low),
    ),
    edge(
      '… to',
      outside.map(({ high }) => high),
    ),
  ];
}

/** The learned eigenvalues: bars of the experiment, a line of the theory. */
function spectrumChart({ prediction, simulation }: Shown): Chart[] {
  const series = (
    solution: Solution | undefined,
    name: string,
    kind: 'histogram' | 'prediction',
    color: string,
  ): Series[] => {
    const density = solution?.observables.eigenvalueDensity;
    const grid = solution?.observables.eigenvalueGrid;
    return density && grid ? [{ name, kind, color, x: grid.values, y: density.values }] : [];
  };
  const all = [
    ...series(simulation, 'eigenvalues, simulated', 'histogram', PALETTE.blue),
    ...series(prediction, 'eigenvalues, predicted', 'prediction', PALETTE.vermillion),
  ];
  if (all.length === 0) return [];
  return [
    {
      name: 'spectrum',
      title: 'Spectrum of the learned matrix',
      panels: [{ xLabel: 'eigenvalue', yLabel: 'density', series: all }],
    },
  ];
}
