// Answers made of many steady states: a phase diagram over two parameters, and how many samples a width needs (I3).
import type { Core } from '../../../bindings/core.ts';
import { sharedCore } from '../../../bindings/load.ts';
import { CORE, checkCall, type Keys, Kind, NUMBER, NUMBERS, needed } from '../../check/call.ts';
import { SolveError } from '../../errors.ts';
import { pow } from '../../numerics/special.ts';
import { type Needed, PARAMETER_KEYS, type Parameters, RATIO } from './parameters.ts';
import type { Flag } from './reliability.ts';
import { type SteadyState, steadyState } from './steady-state.ts';
import { interpolationThreshold, reaches, recoveryThreshold } from './thresholds.ts';

export interface Axis {
  readonly parameter: keyof Parameters;
  readonly values: ArrayLike<number>;
}

export interface PhaseDiagram {
  readonly x: { readonly parameter: keyof Parameters; readonly values: Float64Array };
  readonly y: { readonly parameter: keyof Parameters; readonly values: Float64Array };
  /** Row-major: entry [j * x.values.length + i] belongs to x.values[i] and y.values[j]. */
  readonly testError: Float64Array;
  readonly trainError: Float64Array;
  readonly rank: Float64Array;
  readonly gain: Float64Array;
  /** `unresolved`: next to a recovered teacher, where rounding hides the state; its numbers are NaN. */
  readonly flag: readonly (Flag | 'unresolved')[];
  /** 1 where the labels are fitted, or would be as weight decay vanishes: α below the interpolation threshold. */
  readonly interpolates: Uint8Array;
  /** 1 where the teacher would be recovered without noise: α at the recovery threshold or above. */
  readonly recoverable: Uint8Array;
  /** The thresholds as α along the other axis, where α is one of the two; undefined otherwise. */
  readonly lines?: {
    readonly at: Float64Array;
    readonly interpolation: Float64Array;
    readonly recovery: Float64Array;
  };
}

export interface PhaseOptions {
  /** d of the gain that decides the flag. */
  readonly dimension?: number;
  readonly core?: Core;
}

const NAME = new Kind('the name of a parameter', (value) => typeof value === 'string');
const AXIS_KEYS: Keys<Axis> = { parameter: needed(NAME), values: needed(NUMBERS) };
const PHASE_KEYS: Keys<PhaseOptions> = { dimension: NUMBER, core: CORE };

/** Steady states over a rectangle of two parameters. @throws RangeError naming what is wrong. */
export function phaseDiagram(base: Parameters, x: Axis, y: Axis, options: PhaseOptions = {}): PhaseDiagram {
  checkCall(
    'phaseDiagram',
    { base, x, y, options },
    { base: needed(PARAMETER_KEYS), x: needed(AXIS_KEYS), y: needed(AXIS_KEYS), options: PHASE_KEYS },
  );
  let diagram: PhaseDiagram | undefined;
  for (diagram of phaseRows(base, x, y, options));
  return diagram!;
}

/** The same row by row, for callers who report progress or stop early: every value holds the rows so far. */
export function* phaseRows(
  base: Parameters,
  x: Axis,
  y: Axis,
  { dimension = 100, core = sharedCore() }: PhaseOptions = {},
): Generator<PhaseDiagram, void> {
  requireAxes(base, x, y);
  const [xs, ys] = [Float64Array.from(x.values), Float64Array.from(y.values)];
  const size = xs.length * ys.length;
  const out = {
    testError: new Float64Array(size),
    trainError: new Float64Array(size),
    rank: new Float64Array(size),
    gain: new Float64Array(size),
    interpolates: new Uint8Array(size),
    recoverable: new Uint8Array(size),
  };
  const flag: (Flag | 'unresolved')[] = [];
  const thresholds = thresholdCache(core);
  for (const [j, yValue] of ys.entries()) {
    xs.forEach((xValue, i) => {
      const parameters: Parameters = { ...base, [x.parameter]: xValue, [y.parameter]: yValue };
      const state = resolved(() => steadyState(parameters, { dimension, core }));
      const at = j * xs.length + i;
      out.testError[at] = state?.test ?? Number.NaN;
      out.trainError[at] = state?.train ?? Number.NaN;
      out.rank[at] = state?.rank ?? Number.NaN;
      out.gain[at] = state ? (state.gain ?? 0) : Number.NaN;
      flag.push(state?.reliability.flag ?? 'unresolved');
      const { interpolation, recovery } = thresholds(parameters);
      out.interpolates[at] = Number(parameters.sampleRatio < interpolation);
      out.recoverable[at] = Number(reaches(parameters.sampleRatio, recovery));
    });
    const done = (j + 1) * xs.length;
    const [known, among] = [x, { ...y, values: ys.subarray(0, j + 1) }];
    const other = x.parameter === 'sampleRatio' ? among : y.parameter === 'sampleRatio' ? known : undefined;
    const along =
      other && Array.from(other.values, (value) => thresholds({ ...base, [other.parameter]: value }));
    yield {
      x: { parameter: x.parameter, values: xs },
      y: { parameter: y.parameter, values: ys.subarray(0, j + 1) },
      testError: out.testError.subarray(0, done),
      trainError: out.trainError.subarray(0, done),
      rank: out.rank.subarray(0, done),
      gain: out.gain.subarray(0, done),
      flag: flag.slice(0, done),
      interpolates: out.interpolates.subarray(0, done),
      recoverable: out.recoverable.subarray(0, done),
      ...(other &&
        along && {
          lines: {
            at: Float64Array.from(other.values),
            interpolation: Float64Array.from(along, ({ interpolation }) => interpolation),
            recovery: Float64Array.from(along, ({ recovery }) => recovery),
          },
        }),
    };
  }
}

/** The state, or undefined where rounding hides it. */
function resolved(find: () => SteadyState): SteadyState | undefined {
  try {
    return find();
  } catch (error) {
    if (error instanceof SolveError) return undefined;
    throw error;
  }
}

function requireAxes(base: Parameters, x: Axis, y: Axis): void {
  for (const [name, axis] of [
    ['x', x],
    ['y', y],
  ] as const) {
    if (!(axis.parameter in base)) {
      throw new RangeError(
        `${name}.parameter must be one of ${Object.keys(base).join(', ')}; received ${String(axis.parameter)}.`,
      );
    }
    if (!(axis.values.length >= 1 && axis.values.length <= 4096)) {
      throw new RangeError(`${name}.values must hold 1 to 4096 numbers; received ${axis.values.length}.`);
    }
  }
  if (x.parameter === y.parameter) {
    throw new RangeError(`y.parameter must differ from x.parameter; received ${y.parameter} for both.`);
  }
}

/** Thresholds by the parameters that they depend on. */
function thresholdCache(core: Core) {
  const known = new Map<string, { interpolation: number; recovery: number }>();
  return (parameters: Parameters) => {
    const { widthRatio, teacherWidthRatio, noiseVariance } = parameters;
    const key = `${widthRatio} ${teacherWidthRatio} ${noiseVariance}`;
    let found = known.get(key);
    if (!found) {
      found = {
        interpolation: interpolationThreshold(parameters, core).sampleRatio,
        recovery: recoveryThreshold(parameters).sampleRatio,
      };
      known.set(key, found);
    }
    return found;
  };
}

export interface SamplesNeeded {
  /** α from which on the test error stays below the target, at least FEWEST_SAMPLES; undefined where none up to `most` does. */
  readonly sampleRatio?: number;
  /** The same in samples for an order d, where one was given. */
  readonly samples?: number;
  /** The steady state there. */
  readonly state?: SteadyState;
  /** The lowest test error that was met, where the target is out of reach. */
  readonly lowest: number;
}

/** Points of the grid of α, and how far it reaches unless asked. */
const GRID = 160;
export const FEWEST_SAMPLES = 0.02;
export const MOST_SAMPLES = 20;

export interface SamplesOptions {
  /** d, for an answer in samples. */
  readonly inputDimension?: number;
  /** Largest α that is looked at. */
  readonly most?: number;
  readonly core?: Core;
}
const SAMPLES_KEYS: Keys<SamplesOptions> = { inputDimension: NUMBER, most: NUMBER, core: CORE };

/**
 * How many samples a width needs for a test error: the least α from which on the test error stays at or below `testError`, so that
 * a dip before a double-descent peak does not count. Next to a recovered teacher, where the error is below rounding, some 10⁻⁶ of α too many.
 * @throws RangeError naming what is wrong.
 */
export function samplesForError(
  parameters: Needed<Exclude<keyof Parameters, 'sampleRatio'>>,
  testError: number,
  options: SamplesOptions = {},
): SamplesNeeded {
  checkCall(
    'samplesForError',
    { parameters, options },
    { parameters: needed(PARAMETER_KEYS), options: SAMPLES_KEYS },
  );
  const { inputDimension, most = MOST_SAMPLES, core = sharedCore() } = options;
  if (!(testError > 0 && Number.isFinite(testError))) {
    throw new RangeError(`testError must be a positive number; received ${String(testError)}.`);
  }
  if (!(most > FEWEST_SAMPLES && most <= RATIO.max)) {
    throw new RangeError(
      `most must be a number between ${FEWEST_SAMPLES} and ${RATIO.max}; received ${String(most)}.`,
    );
  }
  const at = (sampleRatio: number) =>
    steadyState({ ...parameters, sampleRatio }, { dimension: inputDimension, core });
  const meets = (sampleRatio: number) => {
    const state = resolved(() => at(sampleRatio));
    return state !== undefined && state.test <= testError;
  };
  const step = pow(most / FEWEST_SAMPLES, 1 / (GRID - 1));
  let lowest = Number.POSITIVE_INFINITY;
  let high = 0;
  let low = 0;
  // From the right: the first point above the target ends the stretch that stays below it.
  for (let i = 0, alpha = most; i < GRID; i++, alpha /= step) {
    const test = resolved(() => at(alpha))?.test;
    if (test === undefined) continue;
    lowest = Math.min(lowest, test);
    if (test > testError) {
      low = alpha;
      break;
    }
    high = alpha;
  }
  if (high === 0) return { lowest };
  if (low > 0) {
    for (let i = 0; i < 50 && high - low > 1e-9 * high; i++) {
      const middle = 0.5 * (low + high);
      if (meets(middle)) high = middle;
      else low = middle;
    }
  }
  const samples =
    inputDimension === undefined ? undefined : Math.ceil(high * inputDimension * inputDimension);
  return { sampleRatio: high, ...(samples !== undefined && { samples }), state: at(high), lowest };
}
