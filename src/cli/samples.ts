// `foretrain samples CONFIG.json [--error E]`: how much data a width needs, and from how much on labels are fitted and a teacher is found.
import type { Command } from 'commander';
import type {
  Flag,
  InterpolationThreshold,
  RecoveryThreshold,
  SamplesNeeded,
  SteadyState,
} from '../index.ts';
import { FEWEST_SAMPLES, MOST_SAMPLES } from '../theories/quadratic-networks/phase.ts';
import { EXIT } from './exit-codes.ts';
import type { Host } from './host.ts';
import { positiveNumber } from './options.ts';
import { readSteadyProblem, type SteadyProblem } from './steady-config.ts';
import { short } from './table.ts';
import { wrapped } from './text.ts';

interface SamplesOptions {
  readonly error?: number;
  readonly json?: boolean;
}

export function samplesCommand(program: Command, host: Host, exit: (code: number) => void): void {
  program
    .command('samples')
    .description(
      'how much data a width needs, and the thresholds of recovery and interpolation (quadratic-networks)',
    )
    .argument('<config>', 'configuration in JSON; its own number of samples plays no role in the answer')
    .option(
      '--error <error>',
      'test error against labels without noise to stay at or below, in units of the label squared',
      positiveNumber,
    )
    .option('--json', 'print one JSON document on standard output')
    .action(async (config: string, options: SamplesOptions) => exit(await runSamples(config, options, host)));
}

interface SamplesAnswer {
  readonly steady: SteadyProblem;
  readonly error?: number;
  readonly needed?: SamplesNeeded;
  /** With the samples of the configuration. */
  readonly here: SteadyState;
  readonly interpolation: InterpolationThreshold;
  readonly recovery: RecoveryThreshold;
}

async function runSamples(path: string, { error, json }: SamplesOptions, host: Host): Promise<number> {
  const steady = await readSteadyProblem(path, host);
  const { parameters, dimension } = steady;
  const { library } = host;
  const answer: SamplesAnswer = {
    steady,
    error,
    ...(error !== undefined && {
      needed: library.samplesForError(parameters, error, { inputDimension: dimension }),
    }),
    here: library.steadyState(parameters, { dimension }),
    interpolation: library.interpolationThreshold(parameters),
    recovery: library.recoveryThreshold(parameters),
  };
  host.stdout.write(`${json ? JSON.stringify(documentOf(answer)) : samplesPage(answer)}\n`);
  return EXIT.ok;
}

/** An infinite threshold, a student that never recovers its teacher, is null. */
function documentOf({ steady, error, needed, here, interpolation, recovery }: SamplesAnswer) {
  const { sampleRatio } = recovery;
  return {
    command: 'samples',
    ...(needed && { error, needed }),
    here,
    interpolation,
    recovery: { ...recovery, sampleRatio: Number.isFinite(sampleRatio) ? sampleRatio : null },
    problem: steady.problem,
  };
}

/** The answer as a page of text. */
function samplesPage(answer: SamplesAnswer): string {
  const { steady, needed, here, interpolation, recovery } = answer;
  const { parameters, dimension: d } = steady;
  const { widthRatio, teacherWidthRatio, weightDecay, noiseVariance } = parameters;
  const amount = (alpha: number) => `α = ${short(alpha)} (${samplesOf(alpha, d)} at d = ${d})`;
  const rows: [string, string][] = [
    [
      'network',
      `κ = ${widthRatio}, teacher κ* = ${teacherWidthRatio}, weight decay λ = ${weightDecay}, label noise Δ = ${noiseVariance}; at long times.`,
    ],
    ...(needed?.state ? [['there', stateText(needed.state)] as [string, string]] : []),
    ['as configured', `With ${amount(parameters.sampleRatio)}: ${stateText(here)}`],
    ...[
      ...new Map(
        [needed?.state, here].flatMap((state) =>
          state ? [[state.reliability.flag, state.reliability.reason]] : [],
        ),
      ),
    ].map(([flag, reason]): [string, string] => ['reliability', `${flagText(flag)}: ${reason}.`]),
    [
      'interpolation',
      `All labels are fitted up to ${amount(interpolation.sampleRatio)} as weight decay vanishes${interpolation.status === 'exact' ? '' : ', approximately'}; with little weight decay the test error peaks there.`,
    ],
    [
      'recovery',
      Number.isFinite(recovery.sampleRatio)
        ? `Without noise, as weight decay vanishes, from ${amount(recovery.sampleRatio)} on. ${recovery.remark}`
        : recovery.remark,
    ],
    [
      'to know',
      'Limits of large d; finite networks differ by order 1/d. Equations in docs/theories/quadratic-networks.md.',
    ],
  ];
  return [headline(answer), '', ...rows.map(([name, text]) => wrapped(name, text))].join('\n');
}

function headline({ error, needed, steady, recovery }: SamplesAnswer): string {
  const d = steady.dimension;
  if (needed === undefined || error === undefined) {
    return Number.isFinite(recovery.sampleRatio)
      ? `Without noise ${samplesOf(recovery.sampleRatio, d)} are enough to find the teacher; --error asks for a test error.`
      : 'No number of samples is enough to find the teacher; --error asks for a test error.';
  }
  if (needed.sampleRatio === undefined)
    return `NO number of samples up to α = ${MOST_SAMPLES} keeps the test error at or below ${short(error)}; the lowest one is ${short(needed.lowest)}.`;
  if (needed.sampleRatio <= FEWEST_SAMPLES * (1 + 1e-9))
    return `Already ${samplesOf(needed.sampleRatio, d)} keep the test error at or below ${short(error)}: α = ${FEWEST_SAMPLES}, the fewest that are looked at.`;
  return `${samplesOf(needed.sampleRatio, d)} keep the test error at or below ${short(error)} (α = ${short(needed.sampleRatio)}, d = ${d}).`;
}

const samplesOf = (alpha: number, d: number) =>
  `${`${Math.ceil(alpha * d * d)}`.replace(/\B(?=(\d{3})+$)/g, ',')} samples`;

function stateText({ test, train, rank, reliability }: SteadyState): string {
  return `test error ${short(test)}, training error ${short(train)}, rank ${short(rank)} d (${flagText(reliability.flag)}).`;
}

const flagText = (flag: Flag) => (flag === 'outside-validity' ? 'OUTSIDE VALIDITY' : flag);
