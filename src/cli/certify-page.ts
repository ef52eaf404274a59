// The answer of `certify` as a page of text.
import { inDigits } from '../digits.ts';
import type { Certification, Guarantee } from '../index.ts';
import { display } from '../theories/mean-field-convergence/display.ts';
import { testCount } from '../theories/mean-field-convergence/problem.ts';
import { wrapped } from './text.ts';

const short = (value: number): string => inDigits(value, 3);

/** The verdict in a sentence. */
export const HEADLINES: Readonly<Record<Certification['verdict'], string>> = {
  certified: 'Guaranteed to converge, from the start on.',
  'certified-on-the-way': 'Guaranteed to converge, from a state on that training reached.',
  observed: 'Not guaranteed; but training went well.',
  open: 'Open: not guaranteed, and not seen within the time given.',
  impossible: 'Impossible: this network cannot output these labels.',
};

const NAMES: Readonly<Record<Guarantee['certificate'], string>> = {
  schur: 'the Schur certificate (C1)',
  jacobian: 'the Jacobian certificate (C2)',
  frozen: 'the frozen-neuron certificate (C3)',
};

export function certificationText(found: Certification): string {
  const rows: [string, string][] = [
    [
      'network',
      [...display.settings(found.problem), `seed ${JSON.stringify(found.problem.seed)}`].join(', '),
    ],
    ['guarantee', guaranteeText(found)],
    ['at the start', startText(found)],
    ['observed', observedText(found)],
    ...testRows(found),
    ['to know', NOTES.join(' ')],
  ];
  return [HEADLINES[found.verdict], '', ...rows.map(([name, text]) => wrapped(name, text))].join('\n');
}

function guaranteeText({ guarantee, verdict }: Certification): string {
  if (verdict === 'impossible') return 'none: no rate exists; see the warnings.';
  if (!guarantee)
    return 'none, which does not mean that training fails: certificates are sufficient only. A longer flow.time may reach a state that is covered.';
  const { rate, certificate, from } = guarantee;
  if (from.time === 0) return `L(t) ≤ L(0) exp(-${short(rate)} t) for all times t, by ${NAMES[certificate]}.`;
  return `L(t) ≤ ${short(from.share)} L(0) exp(-${short(rate)} (t - ${short(from.time)})) for all t ≥ ${short(from.time)}, by ${NAMES[certificate]}; until then it rests on the steps of the integration.`;
}

function startText({ thresholdScale, thresholdWidth, scale, verdict }: Certification): string {
  const here = `Here the scale is ${short(scale)}.`;
  if (thresholdScale === undefined) {
    return verdict === 'impossible'
      ? here
      : `No scale is known from which on a certificate holds at the start. ${here}`;
  }
  if (thresholdScale === 0) return `Certified at every scale and width. ${here}`;
  return `Certified from scale ${short(thresholdScale)} on. ${here} Tangent-kernel scaling, √width, reaches that at a width of about ${short(thresholdWidth!)}; there features hardly move.`;
}

function observedText({ observed, status }: Certification): string {
  const { share, time, rate } = observed;
  const cut = { complete: '', aborted: ' ABORTED: it was cut short.', diverged: ' DIVERGED.' }[status];
  const slope = rate === undefined ? '' : `, at a rate of ${short(rate)} once it was below 1 %`;
  return `The loss went to ${short(share)} of its start by time ${short(time)}${slope}.${cut}`;
}

/** The error on other rows, where there are any, at the end of the training. */
function testRows({ simulation, problem }: Certification): [string, string][] {
  const { testError, constantError, misclassification } = simulation?.observables ?? {};
  if (!testError) return [];
  const [first, last] = [testError.values[0]!, testError.values.at(-1)!].map(short);
  const wrong = misclassification
    ? `; the sign is wrong in ${short(100 * misclassification.values.at(-1)!)} % of them`
    : '';
  const constant = constantError
    ? ` The mean of the training labels has ${short(constantError.values[0]!)}.`
    : '';
  return [
    [
      'on test rows',
      `Mean squared error on ${testCount(problem.data)} rows at the end: ${last}, from ${first} at the start${wrong}.${constant}`,
    ],
  ];
}

const NOTES = [
  'L is half the mean squared error, time that of gradient flow: a step of gradient descent on L with learning rate h takes h · scale² / width of it.',
  'The certificates are derived in docs/theories/mean-field-convergence.md, not in the paper, and hold for this draw of the network.',
];
