// An axis of a phase diagram as the command line writes it: sampleRatio=0.05..1:60, widthRatio, weightDecay=0.001..1:40:log.
import { InvalidArgumentError } from 'commander';
import type { Scale } from '../chart.ts';
import { nearestName } from '../numerics/nearest.ts';
import { pow } from '../numerics/special.ts';
import {
  LEAST_DECAY,
  PARAMETER_NAMES,
  PARAMETER_SYMBOLS,
  type Parameters,
  RATIO,
} from '../theories/quadratic-networks/parameters.ts';

export interface PhaseAxis {
  readonly parameter: keyof Parameters;
  readonly values: readonly number[];
  readonly scale: Scale;
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly scale: Scale;
  /** What the steady state knows. */
  readonly least: number;
  readonly most: number;
  /** Its symbol in words. */
  readonly word: string;
}

const ratio = { least: RATIO.min, most: RATIO.max, scale: 'linear' } as const;
const RANGES: Readonly<Record<keyof Parameters, Range>> = {
  sampleRatio: { ...ratio, from: 0.05, to: 1, word: 'alpha' },
  widthRatio: { ...ratio, from: 0.05, to: 1, word: 'kappa' },
  teacherWidthRatio: { ...ratio, from: 0.05, to: 1, word: 'kappa*' },
  weightDecay: { from: 1e-3, to: 1, scale: 'log', least: LEAST_DECAY, most: 1e6, word: 'lambda' },
  noiseVariance: { from: 1e-2, to: 10, scale: 'log', least: 0, most: 1e6, word: 'delta' },
};
const COUNT = { usual: 60, least: 2, most: 400 };

/** `NAME[=FROM..TO[:COUNT[:linear|log]]]`; 60 values over a usual range where it is left out. */
export function phaseAxis(text: string): PhaseAxis {
  const [name = '', range = ''] = text.split('=', 2).map((part) => part.trim());
  const parameter = parameterOf(name);
  const usual = RANGES[parameter];
  if (!text.includes('=')) return spaced(parameter, usual, COUNT.usual);
  const [ends = '', countText = `${COUNT.usual}`, scale = 'linear', ...more] = range.split(':');
  const [from, to, ...others] = ends.split('..').map((end) => (end.trim() === '' ? Number.NaN : Number(end)));
  const count = Number(countText);
  const wrong = (what: string) =>
    new InvalidArgumentError(
      `${what} Write ${parameter}=${usual.from}..${usual.to}:${COUNT.usual}, with :log for equal ratios.`,
    );
  if (from === undefined || to === undefined || others.length + more.length > 0 || !(from < to))
    throw wrong('Expected two numbers FROM..TO, the smaller one first.');
  if (!(from >= usual.least && to <= usual.most))
    throw wrong(`Expected ${parameter} from ${usual.least} to ${usual.most}.`);
  if (!(Number.isInteger(count) && count >= COUNT.least && count <= COUNT.most))
    throw wrong(`Expected ${COUNT.least} to ${COUNT.most} values.`);
  if (scale !== 'linear' && scale !== 'log')
    throw wrong('Expected linear or log after the number of values.');
  if (scale === 'log' && from === 0) throw wrong('Expected a number > 0 to begin a log axis with.');
  return spaced(parameter, { from, to, scale }, count);
}

function parameterOf(name: string): keyof Parameters {
  const known = PARAMETER_NAMES.find((parameter) =>
    [parameter, PARAMETER_SYMBOLS[parameter], RANGES[parameter].word].includes(name),
  );
  if (known) return known;
  const nearest = nearestName(name, PARAMETER_NAMES);
  throw new InvalidArgumentError(
    `Expected one of ${PARAMETER_NAMES.map((parameter) => `${parameter} (${RANGES[parameter].word})`).join(', ')}.${nearest ? ` Did you mean ${nearest}?` : ''}`,
  );
}

function spaced(
  parameter: keyof Parameters,
  { from, to, scale }: Pick<Range, 'from' | 'to' | 'scale'>,
  count: number,
): PhaseAxis {
  const value = (share: number) =>
    scale === 'log' ? from * pow(to / from, share) : from + share * (to - from);
  const values = Array.from({ length: count }, (_, i) => (i === count - 1 ? to : value(i / (count - 1))));
  return { parameter, values, scale };
}
