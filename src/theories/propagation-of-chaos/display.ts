// How results of propagation of chaos are told: the curves of tables, the settings below a title, what follows from the
// numbers in a few lines. The figures are in figures/.
import type { Display, Shown } from '../../display.ts';
import { envelopes } from './figures/envelopes.ts';
import { escapeTimes } from './figures/escape.ts';
import { exponentInWords, gapColumns, gapOverTime, gapOverWidth } from './figures/gap.ts';
import { loss, overlaps } from './figures/neurons.ts';
import type { FunctionSpec } from './links.ts';
import type { PropagationProblem } from './problem.ts';

const short = (value: number) => String(Number(value.toPrecision(4))).replace('-', '−');

/** `h_2`, `tanh`, `bump (rate 2)`, … */
export function functionName(spec: FunctionSpec): string {
  if (typeof spec === 'string') return spec;
  const { kind, ...parameters } = spec as { kind: string } & Record<string, unknown>;
  if (kind === 'hermite') return `h_${parameters.degree ?? 2}`;
  if (kind === 'hermite-series') {
    const coefficients = Array.from(parameters.coefficients as ArrayLike<number>);
    const terms = coefficients.flatMap((c, k) =>
      c === 0 ? [] : [`${c === 1 ? '' : c === -1 ? '−' : `${short(c)} `}h_${k}`],
    );
    return terms.join(' + ').replaceAll('+ −', '− ');
  }
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return given.length === 0 ? kind : `${kind} (${given.map(([key, value]) => `${key} ${value}`).join(', ')})`;
}

export const display: Display<PropagationProblem> = {
  words: { loss: 'loss', scaledGap: 'm·gap²', scaledDisplacement: 'm·‖Δ‖²' },

  settings({ model, data, optimizer }) {
    const { target, sampleCount } = data;
    const activation = functionName(model.activation);
    return [
      `${model.inputDimension} inputs`,
      `${activation} learns ${target === undefined ? activation : functionName(target)}`,
      ...(sampleCount === undefined ? [] : [`${sampleCount} samples`]),
      `${optimizer.kind === 'gradient-flow' ? 'gradient flow' : 'projected descent'}, step ${optimizer.stepSize}`,
    ];
  },

  notes(shown) {
    return [...predictionNotes(shown), ...slopeNote(shown)];
  },

  charts(shown) {
    return [gapOverTime, gapOverWidth, envelopes, loss, overlaps, escapeTimes].flatMap(
      (chart) => chart(shown) ?? [],
    );
  },
};

function predictionNotes({ prediction }: Shown): string[] {
  if (prediction?.status !== 'complete') return [];
  const { observables, times, diagnostics } = prediction;
  const { learnedExponent, escapeTime, escapeExponent } = diagnostics as Record<string, number | null>;
  const lines = [
    escapeTime == null
      ? `What is learned first has degree ${learnedExponent}. The loss does not halve within the horizon.`
      : `What is learned first has degree ${learnedExponent}. The loss halves at time ${short(escapeTime)}.`,
  ];
  const { scaledGap, escapeDimensions, escapeTimes } = observables;
  if (scaledGap) {
    const most = scaledGap.values.reduce((a, b) => Math.max(a, b), 0);
    const at = short(times[scaledGap.values.indexOf(most)]!);
    lines.push(
      `m·gap² is at most ${short(most)} (time ${at}): a gap below ε takes about ${short(most)}/ε² neurons (foretrain width).`,
    );
  }
  if (escapeDimensions && escapeTimes && escapeTimes.values.length > 0) {
    const pairs = Array.from(escapeTimes.values, (t, i) => `${short(t)} (d = ${escapeDimensions.values[i]})`);
    lines.push(`Escape times: ${pairs.join(', ')}; ${escapeLaw(learnedExponent ?? 0, escapeExponent)}.`);
  }
  return lines;
}

/** (E1) in words. */
function escapeLaw(degree: number, measured: number | null | undefined): string {
  if (degree <= 1) return 'for large d they do not grow';
  if (degree === 2) return 'for large d they grow like log d';
  const slope = measured == null ? '' : `exponent ${measured.toFixed(2)}, `;
  return `${slope}for large d ${(degree - 2) / 2}`;
}

function slopeNote({ simulation }: Shown): string[] {
  const last = gapColumns(simulation).at(-1);
  if (!last?.law) return [];
  const widths = Array.from(simulation!.observables.widths!.values).join(', ');
  return [
    `gap² against the width at time ${short(last.time)}: exponent ${exponentInWords(last.law)} (m = ${widths}); theory −1.`,
  ];
}
