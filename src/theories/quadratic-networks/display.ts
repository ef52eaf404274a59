// How results of this theory are shown: errors over time, or over a sweep with the reliability of each point; the learned spectrum.
import type { Annotation, Chart, Interval, Panel, Scale, Series } from '../../chart.ts';
import type { Display, Shown } from '../../display.ts';
import { ERROR_COLORS, ERROR_WORDS, errorPanels, scaleOf } from '../../error-curves.ts';
import { cellEdges } from '../../heat-map.ts';
import { PALETTE } from '../../palette.ts';
import type { Solution } from '../../solution.ts';
import { PARAMETER_LABELS, type Parameters } from './parameters.ts';
import { parametersOf, type QuadraticProblem } from './problem.ts';
import { spectrum } from './spectrum.ts';
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

  notes: () => ['Test errors are against labels without noise, training errors against those with it.'],

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

/** Errors over the parameter that is swept: solid where exact or stable, dashed elsewhere, shaded outside validity. */
function sweepChart(shown: Shown, parameter: SweptParameter | undefined): Chart[] {
  if (!parameter) return [];
  const xLabel = PARAMETER_LABELS[parameter];
  const xScale = xScaleOf((shown.prediction ?? shown.simulation)!.times);
  const shaded = {
    name: 'outside validity',
    x: shown.prediction ? outsideValidity(shown.prediction, xScale) : [],
  };
  const errors = (['testError', 'trainError'] as const).flatMap((name): Panel[] => {
    const series = sweptSeries(shown, name, ERROR_WORDS[name], ERROR_COLORS[name]);
    if (series.length === 0) return [];
    const yLabel =
      name === 'testError' ? 'test error without noise (label²)' : `${ERROR_WORDS[name]} (label²)`;
    const annotations = name === 'testError' ? marks(shown, parameter) : [];
    return [{ xLabel, yLabel, xScale, yScale: scaleOf(series), series, annotations, shaded, height: 260 }];
  });
  const rank = sweptSeries(shown, 'rank', 'rank / d', PALETTE.green);
  const panels = [...errors, { xLabel, yLabel: 'rank / d', xScale, series: rank, height: 180 }];
  return [{ name: '', title: 'Errors at long times', panels }];
}

function xScaleOf(x: Float64Array): 'linear' | 'log' {
  return x.length > 2 && x[0]! > 0 && x.at(-1)! / x[0]! > 40 ? 'log' : 'linear';
}

/** Stretches around the points outside validity, half way to their neighbours. A sweep may be in any order. */
function outsideValidity({ times, observables }: Solution, scale: Scale): Interval[] {
  const flags = observables.reliability!.values;
  const order = Array.from(times.keys()).sort((i, j) => times[i]! - times[j]!);
  const edges = cellEdges(
    order.map((at) => times[at]!),
    scale,
  );
  const out: [number, number][] = [];
  order.forEach((at, i) => {
    if (flags[at] !== 3) return;
    const last = out.at(-1);
    if (last && last[1] === edges[i]) last[1] = edges[i + 1]!;
    else out.push([edges[i]!, edges[i + 1]!]);
  });
  return out;
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
      { kind: 'estimate', label: 'approximation', holds: (flag: number) => flag >= 2 },
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

/** Points of a line of the spectrum, crowded at its ends, where a density goes like a root. */
const FINE = 240;

/** The learned eigenvalues: bars of the experiment, a line of the theory. */
function spectrumChart({ prediction, simulation }: Shown): Chart[] {
  const counted = (
    solution: Solution | undefined,
    style: Pick<Series, 'name' | 'kind' | 'color'>,
  ): Series[] => {
    const density = solution?.observables.eigenvalueDensity;
    const grid = solution?.observables.eigenvalueGrid;
    if (!density || !grid) return [];
    return [{ ...style, x: grid.values, y: density.values, standardError: density.standardError }];
  };
  const line = { name: 'eigenvalues, predicted', kind: 'prediction', color: PALETTE.vermillion } as const;
  const [predicted] = counted(prediction, line);
  const { optimizer } = (prediction ?? simulation)!.problem as unknown as QuadraticProblem;
  const all = [
    ...counted(simulation, { name: 'eigenvalues, simulated', kind: 'histogram', color: PALETTE.blue }),
    ...(predicted
      ? [optimizer.kind === 'stationary' ? { ...line, ...exactDensity(prediction!) } : predicted]
      : []),
  ];
  if (all.length === 0) return [];
  return [
    {
      name: 'spectrum',
      title: 'Spectrum of the learned matrix',
      panels: [{ xLabel: 'eigenvalue', yLabel: 'density, without those at 0', series: all }],
    },
  ];
}

/** The law of the steady state itself, from end to end: bins would smear the gap that the cut of the rank leaves. */
function exactDensity({ problem }: Solution): { x: Float64Array; y: Float64Array } {
  const [parameters] = parametersOf(problem as unknown as QuadraticProblem);
  const state = steadyState(parameters!);
  const [low, high] = spectrum(state, []).edges;
  const at = Float64Array.from({ length: FINE }, (_, i) => {
    const u = (i + 0.5) / FINE;
    return low + (high - low) * u * u * (3 - 2 * u);
  });
  const { density } = spectrum(state, at);
  return { x: Float64Array.of(low, ...at, high), y: Float64Array.of(0, ...density, 0) };
}
