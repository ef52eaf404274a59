// What public calls are given beside configurations and data: options and parameters. Every key must be one that is read, so that
// a mistyped one is not a silent default; what is needed must be there.
import type { Precision } from '../../bindings/core.ts';
import { ConfigError } from '../errors.ts';
import { inWords } from '../numerics/in-words.ts';
import { unknownKeys } from '../numerics/known-keys.ts';
import { list, misnamed } from './scalars.ts';
import { Place, type Report } from './schema.ts';

/** A kind of value, as errors call it, and how it is told. */
export class Kind {
  readonly expected: string;
  readonly holds: (value: unknown) => boolean;
  constructor(expected: string, holds: (value: unknown) => boolean) {
    this.expected = expected;
    this.holds = holds;
  }
}

const has = (value: unknown, key: string, type: string) =>
  typeof value === 'object' && value !== null && typeof (value as Record<string, unknown>)[key] === type;

export const FUNCTION = new Kind('a function', (value) => typeof value === 'function');
/** By what every user of it reads: there are AbortSignals of other realms. */
export const SIGNAL = new Kind('an AbortSignal', (value) => has(value, 'aborted', 'boolean'));
export const EXECUTOR = new Kind(
  'an object with concurrency and execute',
  (value) => has(value, 'concurrency', 'number') && has(value, 'execute', 'function'),
);

/** Of any size: ranges are for the call itself. */
export const NUMBER = new Kind('a number', (value) => typeof value === 'number');
export const CORE = new Kind('a core', (value) => has(value, 'within', 'function'));
export const OBJECT = new Kind('an object', (value) => typeof value === 'object' && value !== null);
const isArray = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && has(value, 'length', 'number'));
/** Or a typed array. What stands in it is for the call itself. */
export const ARRAY = new Kind('an array', isArray);
/** What its numbers may be is for the call itself. */
export const NUMBERS = new Kind(
  'an array of numbers',
  (value) =>
    isArray(value) && Array.prototype.every.call(value, (entry: unknown) => typeof entry === 'number'),
);

/** What is known of a value: nothing, its kind, the names that it may be, or its keys. */
type Known = true | Kind | readonly string[] | Needed | { readonly [key: string]: Known };
type Needable = Kind | { readonly [key: string]: Known };
/** All keys of T, each with what is known of its value. */
export type Keys<T> = { readonly [K in keyof T]-?: Known };

/** A value that must not be left out. */
class Needed {
  readonly known: Needable;
  constructor(known: Needable) {
    this.known = known;
  }
}
export const needed = (known: Needable): Needed => new Needed(known);

/** What `precision` may be. */
export const PRECISIONS = ['exact', 'fast'] as const satisfies readonly Precision[];

function visit(value: unknown, known: Known, at: Place): void {
  if (known instanceof Needed) {
    const kind = known.known;
    if (value === undefined)
      at.complain({ received: inWords(value), expected: kind instanceof Kind ? kind.expected : 'an object' });
    else visit(value, kind, at);
    return;
  }
  if (value === undefined || known === true) return;
  if (isNames(known)) {
    if (known.includes(value as string)) return;
    at.complain({ ...misnamed(value, known), expected: `one of ${list(known)}` });
  } else if (known instanceof Kind) {
    if (!known.holds(value)) at.complain({ received: inWords(value), expected: known.expected });
  } else if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    at.complain({ received: inWords(value), expected: 'an object' });
  } else {
    const keys = Object.keys(known);
    const expected = keys.length > 1 ? `one of ${keys.join(', ')}` : `${keys[0]} only`;
    for (const { name, ...rest } of unknownKeys(value, keys)) {
      if (at.full) return;
      at.child(name).complain({ received: 'an unknown key', expected, ...rest });
    }
    for (const key of keys) visit((value as Record<string, unknown>)[key], known[key]!, at.child(key));
  }
}

const isNames = (known: Known): known is readonly string[] => Array.isArray(known);

/**
 * Looks at arguments of a call, each by its name with what is known of it; those that are undefined are left out.
 * @throws ConfigError with every key that is not known and the known one that is nearest to it.
 */
export function checkCall(
  of: string,
  values: Readonly<Record<string, unknown>>,
  known: Readonly<Record<string, Known>>,
): void {
  const report: Report = { problems: [], more: false };
  const place = new Place(report);
  for (const [name, value] of Object.entries(values)) visit(value, known[name]!, place.child(name));
  if (report.problems.length > 0)
    throw new ConfigError(report.problems, `call of ${of}`, { more: report.more });
}
