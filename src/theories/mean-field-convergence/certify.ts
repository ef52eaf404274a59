// The question people have: is gradient flow on this network and these data guaranteed to converge, how fast, and if not, from
// which scale or width on? Says what is to be solved, a prediction and one training, and reads the answer off both. Runs nothing.
import { ARRAY, checkCall, type Keys, needed } from '../../check/call.ts';
import { inDigits } from '../../digits.ts';
import { ConfigError } from '../../errors.ts';
import type { Observable, RunStatus, Solution, Warning } from '../../solution.ts';
import type { Kind } from '../../theory.ts';
import type { CertificateName } from './certificates.ts';
import { checkOwn, type MeanFieldProblem } from './problem.ts';
import { scalingOf } from './scaling.ts';
import type { Stopped } from './train.ts';

/** Rows to be fitted, in place of a configuration; `networkFor` says which network is then asked about. */
export interface CertifyData {
  readonly features: readonly ArrayLike<number>[];
  readonly labels: ArrayLike<number>;
}

const DATA_KEYS: Keys<CertifyData> = { features: needed(ARRAY), labels: needed(ARRAY) };

export type Verdict =
  /** Every later time is covered from the start on. */
  | 'certified'
  /** The run reached a state from which every later time is covered; until then it is the error of integration that counts. */
  | 'certified-on-the-way'
  /** The loss fell to 1 % of its start or below, without a certificate. */
  | 'observed'
  /** Neither within the time given; this does not mean that training fails. */
  | 'open'
  /** Labels are out of reach of a bounded activation at this scale, or contradict each other: no rate exists. */
  | 'impossible';

/** L(t) <= share · L(0) · e^{-rate (t - time)} from `from.time` on. */
export interface Guarantee {
  readonly rate: number;
  /** `schur` (C1), `jacobian` (C2) or `frozen` (C3). */
  readonly certificate: Exclude<CertificateName, 'none'>;
  readonly from: { readonly time: number; readonly share: number };
}

export interface Certification {
  /** `aborted` or `diverged` where the training was; the verdict is then that of what there was. */
  readonly status: RunStatus;
  readonly verdict: Verdict;
  /** Absent where nothing is certified. */
  readonly guarantee?: Guarantee;
  /** Scale alpha from which on the start itself is certified; absent where none is known, which does not mean that there is none. */
  readonly thresholdScale?: number;
  /** Width from which on, about, tangent-kernel scaling is certified: the square of that scale. */
  readonly thresholdWidth?: number;
  /** The scale of this configuration. */
  readonly scale: number;
  readonly observed: {
    /** Slope of -log L, where the loss went through the window 1e-2 to 1e-6. */
    readonly rate?: number;
    /** Loss at the end as a share of the first. */
    readonly share: number;
    readonly time: number;
  };
  readonly warnings: readonly Warning[];
  /** All of it in a few sentences. */
  readonly summary: string;
  readonly problem: MeanFieldProblem;
  /** What the answer rests on: the prediction, and the one training, absent where it was aborted before. */
  readonly prediction: Solution;
  readonly simulation?: Solution;
}

/** Neurons of the network that is taken for rows without a configuration, and features of its frozen layer. */
const USUAL_WIDTH = 1000;

/** The frozen random layer that is put below where nobody says which. */
export const frozenLayerOf = (width: number) =>
  ({ width, activation: 'erf', weightVariance: 16, biasVariance: 1 }) as const;

/**
 * The network that is asked about on rows alone: 1000 relu neurons in mean-field scaling; where there are fewer columns than rows, which
 * makes the Gram matrix of the inputs singular, over a frozen random layer of at least twice as many features as rows.
 */
export function networkFor(rows: number, columns: number): Readonly<Record<string, unknown>> {
  return {
    width: USUAL_WIDTH,
    activation: 'relu',
    normalize: true,
    ...(columns < rows && { frozenLayers: [frozenLayerOf(Math.max(USUAL_WIDTH, 2 * rows))] }),
  };
}

/** What `certify` runs on rows alone. */
export function configurationFor({ features, labels }: CertifyData): Readonly<Record<string, unknown>> {
  return {
    theory: 'mean-field-convergence',
    model: networkFor(labels.length, features[0]?.length ?? 0),
    data: { kind: 'rows', features, labels },
    flow: { time: 50 * Math.max(1, labels.length), records: 50, stopAt: 1e-6 },
  };
}

const isObject = (input: unknown): input is object => typeof input === 'object' && input !== null;

/**
 * The problem that is asked about: of a configuration or of rows, with one draw, certificates looked for along the run.
 * @throws ConfigError with every problem of the input
 */
export function problemToCertify(input: unknown): MeanFieldProblem {
  const isData = isObject(input) && !('theory' in input) && 'features' in input && 'labels' in input;
  if (isObject(input) && !('theory' in input) && !isData) {
    throw new ConfigError([
      {
        path: '',
        received: 'an object without "theory"',
        expected: 'a configuration of "mean-field-convergence", or { features, labels }',
        remedy: 'Add "theory": "mean-field-convergence", or give rows.',
      },
    ]);
  }
  if (isData) checkCall('certify', { input }, { input: DATA_KEYS });
  const problem = checkOwn(isData ? configurationFor(input as CertifyData) : input);
  return { ...problem, simulation: { ...problem.simulation, replicas: 1, restart: true } };
}

/** What is to be solved for `certificationOf`, in this order. */
export const certifyKinds = ['prediction', 'simulation'] as const satisfies readonly Kind[];

/** Remarks on what certificates say anyway, and on curves that are not shown. */
const SAID_ANYWAY = ['kernel-counterpart', 'no-certificate'];

/** Remarks that rule out a rate. */
const OUT_OF_REACH = ['label-out-of-reach', 'contradictory-rows'];

/** The answer, from the solutions of one draw; without a training, where it was aborted before, from the prediction alone. */
export function certificationOf(
  problem: MeanFieldProblem,
  prediction: Solution,
  training?: Solution,
): Certification {
  const all = [prediction, ...(training ? [training] : [])];
  const warnings = all
    .flatMap(({ diagnostics }) => diagnostics.warnings)
    .filter(({ code }) => !SAID_ANYWAY.includes(code))
    .filter(({ code }, k, kept) => kept.findIndex((other) => other.code === code) === k);
  const observed = observedIn(training);
  const guarantee = guaranteeOf(prediction, training);
  const verdict = verdictOf(guarantee, observed.share, warnings);
  const threshold = one(prediction, 'thresholdScale');
  const found = {
    status: training?.status ?? ('aborted' as const),
    verdict,
    ...(guarantee && { guarantee }),
    ...(threshold !== undefined && {
      thresholdScale: threshold,
      thresholdWidth: Math.ceil(threshold * threshold),
    }),
    scale: scalingOf(problem).scale,
    observed,
    // More time or width does not help against labels that cannot be met.
    warnings: warnings.filter(({ code }) => verdict !== 'impossible' || code !== 'unfinished'),
    problem,
    prediction,
    ...(training && { simulation: training }),
  };
  return { ...found, summary: inWords(found) };
}

/** A single number of a solution of one draw. */
const one = (solution: Solution | undefined, name: string): number | undefined =>
  solution?.observables[name]?.values[0];

function observedIn(training: Solution | undefined): Certification['observed'] {
  const error: Observable | undefined = training?.observables.trainError;
  if (!error || error.values.length === 0) return { share: 1, time: 0 };
  const first = error.values[0]!;
  const rate = one(training, 'measuredRate');
  return {
    ...(rate !== undefined && { rate }),
    share: first > 0 ? error.values.at(-1)! / first : 0,
    time: (training!.diagnostics.stopped as Stopped | undefined)?.last ?? training!.times.at(-1)!,
  };
}

function guaranteeOf(prediction: Solution, training: Solution | undefined): Guarantee | undefined {
  const certificateIn = ({ diagnostics }: Solution) =>
    (diagnostics.certificates as readonly Guarantee['certificate'][])[0]!;
  const rate = one(prediction, 'certifiedRate')!;
  if (rate > 0) return { rate, certificate: certificateIn(prediction), from: { time: 0, share: 1 } };
  const later = one(training, 'restartRate');
  if (!training || later === undefined) return undefined;
  const from = { time: one(training, 'restartTime')!, share: one(training, 'restartShare')! };
  return { rate: later, certificate: certificateIn(training), from };
}

function verdictOf(guarantee: Guarantee | undefined, share: number, warnings: readonly Warning[]): Verdict {
  if (guarantee) return guarantee.from.time === 0 ? 'certified' : 'certified-on-the-way';
  if (warnings.some(({ code }) => OUT_OF_REACH.includes(code))) return 'impossible';
  return share <= 0.01 ? 'observed' : 'open';
}

const short = (value: number): string => inDigits(value, 3);

function inWords(found: Omit<Certification, 'summary'>): string {
  const { verdict, guarantee, thresholdScale, thresholdWidth, observed, scale } = found;
  const first = {
    certified: () =>
      `Convergence is guaranteed from the start: L(t) <= L(0) exp(-${short(guarantee!.rate)} t).`,
    'certified-on-the-way': () =>
      `Convergence is guaranteed from time ${short(guarantee!.from.time)} on, where the loss is ${short(guarantee!.from.share)} of its start, at rate ${short(guarantee!.rate)}.`,
    observed: () =>
      `The loss fell to ${short(observed.share)} of its start, but nothing is guaranteed, which does not mean that training fails.`,
    open: () =>
      `Nothing is guaranteed, which does not mean that training fails; the loss is at ${short(observed.share)} of its start at time ${short(observed.time)}.`,
    impossible: () => 'The labels are not what this network can output: no rate exists.',
  }[verdict]();
  const from =
    thresholdScale === undefined
      ? ' No scale is known from which on the start is certified.'
      : thresholdScale === 0
        ? ' Every scale is certified.'
        : ` The start is certified from scale ${short(thresholdScale)} on (here ${short(scale)}), which tangent-kernel scaling reaches at a width of about ${short(thresholdWidth!)}.`;
  const seen = observed.rate === undefined ? '' : ` The measured rate is ${short(observed.rate)}.`;
  return first + from + seen;
}
