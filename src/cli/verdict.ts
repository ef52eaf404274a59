// Does the theory hold for these sizes? How far prediction and simulation are apart, a line for each curve, and a plain word.
// Reads the differences that a comparison has; knows no cause beyond what the settings name.
import { inDigits, spreads, timeInDigits } from '../digits.ts';
import type { Comparison, Solution } from '../index.ts';
import { ROUNDING } from './table.ts';

/** With a spread from fewer replicas than this, no number of standard errors tells chance from difference. */
const FEWEST = 4;

/** Lines for the curves in `words`; none where the two have less than two rows in common. */
export function verdict(
  { prediction, simulation, residual }: Comparison,
  words: Readonly<Record<string, string>>,
  axis: string,
): string[] {
  const rows = Math.min(prediction.times.length, simulation.times.length);
  if (rows < 2) return [];
  const complete = prediction.status === 'complete' && simulation.status === 'complete';
  const end = complete ? 'the end' : 'the last that both have';
  let differ = false;
  const lines = Object.entries(words).flatMap(([name, inWords]): string[] => {
    const left = residual[name];
    if (left?.shape.length !== 1 || left.shape[0] !== rows) return [];
    const { values, standardError } = left;
    const simulated = simulation.observables[name]!.values;
    const inErrors = (row: number) => Math.abs(values[row]) / (standardError?.[row] ?? 1);
    const predicted = prediction.observables[name]!.values;
    const largest = [...simulated, ...predicted].reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const sized = (row: number) =>
      Math.max(Math.abs(simulated[row]), Math.abs(predicted[row])) > ROUNDING * largest;
    const scattered = (row: number) => !standardError || spreads(simulated[row], standardError[row]);
    const known = Array.from(values.keys()).filter((row) => sized(row) && scattered(row));
    if (known.length === 0) return [];
    const worst = known.reduce((a, b) => (inErrors(b) > inErrors(a) ? b : a));
    const last = known.at(-1)!;
    const apart = (row: number) => {
      const share = apartInWords(-values[row], simulated[row]);
      return standardError ? `${share} (${inDigits(inErrors(row), 2)} standard errors)` : share;
    };
    const at = (row: number) => `at ${axis} ${timeInDigits(simulation.times[row])}`;
    const where = worst === last ? `${at(worst)}, ${end}` : at(worst);
    const then = worst === last ? '' : `; ${at(last)}, ${end}: ${apart(last)}`;
    const most = `${inWords}: furthest apart ${where}: predicted ${apart(worst)}${then}.`;
    if (!standardError) return [`${most} Without standard errors no more can be said.`];
    const runs = runsBehind(name, prediction, simulation);
    const size = inErrors(worst);
    const differs = runs >= FEWEST && size > chance(runs - 1);
    differ ||= differs;
    const one = `one is ${inDigits((100 * standardError[last]) / Math.abs(simulated[last]), 2)} % at the end`;
    if (size <= 2) return [`${most} They agree within two standard errors; ${one}.`];
    if (runs < FEWEST) return [`${most} ${runs} replicas are too few to tell that from chance.`];
    return [`${most} ${differs ? 'They differ.' : 'That may be chance.'}`];
  });
  return differ ? [...lines, causes(prediction)] : lines;
}

/** `68 % above simulated`; factors and plain differences where percents say little. */
function apartInWords(difference: number, simulated: number): string {
  const ratio = (simulated + difference) / simulated;
  const side = difference < 0 ? 'below' : 'above';
  if (!(ratio > 0 && Number.isFinite(ratio))) return `${inDigits(Math.abs(difference), 2)} ${side} simulated`;
  if (ratio < 0.1 || ratio > 10) return `${inDigits(ratio, 2)} times the simulated`;
  return `${inDigits(100 * Math.abs(ratio - 1), 2)} % ${side} simulated`;
}

/** The fewest runs that a standard error of the curve comes from. */
function runsBehind(name: string, ...solutions: readonly Solution[]): number {
  const counts = solutions
    .filter(({ observables }) => observables[name]?.standardError)
    .map(({ diagnostics }) => Number(diagnostics.runs))
    .filter((runs) => runs > 1);
  return Math.min(...counts);
}

/**
 * As many standard errors as chance exceeds once in 370 times, as three where they are known exactly: the quantile of Student's
 * distribution, by the Cornish-Fisher expansion to the third order in 1/ν; at most 8 % too small for ν ≥ 3.
 */
function chance(freedom: number): number {
  const v = 1 / freedom;
  return 3 + v * (7.5 + v * (17.25 + v * 30.1875));
}

function causes({ problem, diagnostics }: Solution): string {
  if (diagnostics.warnings.some(({ code }) => code === 'kernel-counterpart'))
    return 'The prediction is that of the tangent kernel, whose features stay as they are drawn: the difference is the doing of features that move.';
  const { samples } = (problem.prediction ?? {}) as { samples?: unknown };
  const sampled =
    typeof samples === 'number'
      ? `, or ${samples} samples few for its prediction (raise prediction.samples)`
      : '';
  return `These sizes may be small for the theory${sampled}.`;
}
