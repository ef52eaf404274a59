// The question people have: is gradient flow on this network and these data guaranteed to converge, how fast, and if not, from
// which scale or width on? Asks the theory for its certificates, trains once, and says what was seen.
import { createCore } from '../../../bindings/load.ts';
import { ConfigError, refusedForMemory } from '../../errors.ts';
import { Run } from '../../run.ts';
import type { RunOptions, Warning } from '../../solution.ts';
import type { Kind } from '../../theory.ts';
import type { Trajectory } from '../../trajectory.ts';
import { meanFieldConvergence } from './index.ts';
import type { MeanFieldProblem } from './problem.ts';
import { scalingOf } from './scaling.ts';

/** Rows to be fitted, in place of a configuration: the model is then 1000 relu neurons in mean-field scaling. */
export interface CertifyData {
  readonly features: readonly (readonly number[])[];
  readonly labels: readonly number[];
}

export type Verdict =
  /** Every later time is covered from the start on. */
  | 'certified'
  /** A finite run reached a state from which every later time is covered. */
  | 'certified-on-the-way'
  /** The loss fell to 1 % of its start or below, without a proof. */
  | 'observed'
  /** Neither within the time given. */
  | 'open'
  /** Labels are out of reach of a bounded activation at this scale: no rate exists. */
  | 'impossible';

export interface Certification {
  readonly verdict: Verdict;
  /** L(t) <= share · L(0) · e^{-rate (t - time)} from `from.time` on; absent where nothing is certified. */
  readonly guarantee?: {
    readonly rate: number;
    readonly from: { readonly time: number; readonly share: number };
  };
  /** Scale alpha from which on the start itself is certified; absent where no scale is. */
  readonly thresholdScale?: number;
  /** Width from which on tangent-kernel scaling is certified: the square of that scale. */
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
}

/** What `certify` runs on rows alone. */
export function configurationFor({ features, labels }: CertifyData): Record<string, unknown> {
  return {
    theory: 'mean-field-convergence',
    model: { width: 1000, activation: 'relu', normalize: true },
    data: { kind: 'rows', features, labels },
    flow: { time: 50 * Math.max(1, labels.length), records: 50 },
    simulation: { replicas: 1 },
  };
}

const isData = (input: unknown): input is CertifyData =>
  typeof input === 'object' &&
  input !== null &&
  !('theory' in input) &&
  'features' in input &&
  'labels' in input;

/**
 * Whether gradient flow of a configuration (or on rows) is guaranteed to converge, at what rate and from which scale on,
 * and what one run of it showed. The first draw of the configuration is the one that is certified.
 * @throws ConfigError with every problem of the configuration, SolveError where it needs more memory than allowed.
 */
export async function certify(input: unknown, options: RunOptions = {}): Promise<Certification> {
  if (typeof input === 'object' && input !== null && !('theory' in input) && !isData(input)) {
    throw new ConfigError([
      {
        path: '',
        received: 'an object without "theory"',
        expected: 'a configuration of "mean-field-convergence", or { features, labels }',
        remedy: 'Add "theory": "mean-field-convergence", or give rows.',
      },
    ]);
  }
  const problem = withRestart(meanFieldConvergence.check(isData(input) ? configurationFor(input) : input));
  const run = new Run(options, works(problem));
  const start = await draw(problem, 'prediction', run);
  const training = await draw(problem, 'simulation', run);
  run.finish();
  const one = (trajectory: Trajectory, name: string) => trajectory.final[name]?.[0];
  const warnings = (['prediction', 'simulation'] as const).flatMap((kind) => {
    const trajectory = kind === 'prediction' ? start : training;
    const plan = meanFieldConvergence.plan(problem, kind);
    const { diagnostics } = meanFieldConvergence.assemble(problem, kind, [trajectory], plan);
    return diagnostics.warnings.filter(({ code }) => code !== 'kernel-counterpart');
  });
  const unique = warnings.filter(({ code }, k) => warnings.findIndex((other) => other.code === code) === k);
  const share = training.notes.lastShare!;
  const rate = one(start, 'certifiedRate')!;
  const restart = one(training, 'restartRate');
  const guarantee =
    rate > 0
      ? { rate, from: { time: 0, share: 1 } }
      : restart !== undefined
        ? {
            rate: restart,
            from: { time: one(training, 'restartTime')!, share: one(training, 'restartShare')! },
          }
        : undefined;
  const impossible = unique.some(({ code }) => code === 'label-out-of-reach');
  const verdict: Verdict =
    rate > 0
      ? 'certified'
      : guarantee
        ? 'certified-on-the-way'
        : impossible
          ? 'impossible'
          : share <= 0.01
            ? 'observed'
            : 'open';
  const threshold = one(start, 'thresholdScale');
  const measured = one(training, 'measuredRate');
  const found = {
    verdict,
    ...(guarantee && { guarantee }),
    ...(threshold !== undefined && {
      thresholdScale: threshold,
      thresholdWidth: Math.ceil(threshold * threshold),
    }),
    scale: scalingOf(problem).scale,
    observed: { ...(measured !== undefined && { rate: measured }), share, time: problem.flow.time },
    warnings: unique,
    problem,
  };
  return { ...found, summary: inWords(found) };
}

/** Certificates are looked for along the run whatever the configuration says. */
function withRestart(problem: MeanFieldProblem): MeanFieldProblem {
  return { ...problem, simulation: { ...problem.simulation, restart: true } };
}

function works(problem: MeanFieldProblem): number {
  return (
    meanFieldConvergence.plan(problem, 'prediction').work +
    meanFieldConvergence.plan(problem, 'simulation').work
  );
}

async function draw(problem: MeanFieldProblem, kind: Kind, run: Run): Promise<Trajectory> {
  const { bytes, remedy } = meanFieldConvergence.plan(problem, kind);
  const { memoryGiB } = problem.limits;
  if (bytes > memoryGiB * 2 ** 30) {
    throw refusedForMemory(kind, bytes, memoryGiB, remedy ?? 'Lower the sizes, or raise limits.memoryGiB.');
  }
  return meanFieldConvergence.run(await createCore(), problem, kind, 0, run);
}

const short = (value: number): string => Number(value.toPrecision(3)).toString();

function inWords(found: Omit<Certification, 'summary'>): string {
  const { verdict, guarantee, thresholdScale, thresholdWidth, observed, scale } = found;
  const first = {
    certified: () =>
      `Convergence is guaranteed from the start: L(t) <= L(0) exp(-${short(guarantee!.rate)} t).`,
    'certified-on-the-way': () =>
      `Convergence is guaranteed from time ${short(guarantee!.from.time)} on, where the loss is ${short(guarantee!.from.share)} of its start, at rate ${short(guarantee!.rate)}.`,
    observed: () => `The loss fell to ${short(observed.share)} of its start, but nothing is guaranteed.`,
    open: () =>
      `Nothing is guaranteed, and the loss is at ${short(observed.share)} of its start at time ${short(observed.time)}.`,
    impossible: () => 'The labels are not below what this network can output: no rate exists.',
  }[verdict]();
  const from =
    thresholdScale === undefined
      ? ' No scale is certified at the start.'
      : thresholdScale === 0
        ? ' Every scale is certified.'
        : ` The start is certified from scale ${short(thresholdScale)} on (here ${short(scale)}), which tangent-kernel scaling reaches at width ${thresholdWidth}.`;
  const seen = observed.rate === undefined ? '' : ` The measured rate is ${short(observed.rate)}.`;
  return first + from + seen;
}
