// Keys that nobody reads, with the ones that were probably meant: the check that configurations, options and parameters share.
import { nearestName } from './nearest.ts';

export interface UnknownKey {
  readonly name: string;
  /** The known key that is closest, if one is close. */
  readonly nearest?: string;
}

/** Own keys of `value` that are not among `known`; names that cannot be seen by enumeration do not count. */
export function* unknownKeys(value: object, known: readonly string[]): Generator<UnknownKey, void> {
  for (const key of Reflect.ownKeys(value)) {
    if (typeof key === 'string') {
      if (known.includes(key) || !Object.prototype.propertyIsEnumerable.call(value, key)) continue;
    }
    const name = String(key);
    const nearest = nearestName(name, known);
    yield { name, ...(nearest !== undefined && { nearest }) };
  }
}

/** `options` if it is an object with no other keys, or undefined. @throws TypeError naming the function and the key. */
export function knownOptions<T extends object>(
  of: string,
  options: T | undefined,
  known: readonly (keyof T & string)[],
): T {
  if (options === undefined) return {} as T;
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`options of ${of} must be an object; received ${String(options)}.`);
  }
  for (const { name, nearest } of unknownKeys(options, known)) {
    const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
    throw new TypeError(`options of ${of} have no key ${name}; expected one of ${known.join(', ')}.${hint}`);
  }
  return options;
}
