// The answer of `samples` as a page of text.
import type { Flag, SteadyState } from '../index.ts';
import { FEWEST_SAMPLES, MOST_SAMPLES } from '../theories/quadratic-networks/phase.ts';
import type { SamplesAnswer } from './samples.ts';
import { short } from './table.ts';
import { wrapped } from './text.ts';

/** The answer as a page of text. */
export function samplesPage(answer: SamplesAnswer): string {
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
