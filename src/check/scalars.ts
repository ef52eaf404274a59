// Schemas of single values: numbers, texts, switches, names.
import { inWords } from '../numerics/in-words.ts';
import { nearestName } from '../numerics/nearest.ts';
import { type Meta, type Schema, schemaOf } from './schema.ts';

export interface NumberOptions extends Meta {
  readonly min?: number;
  readonly max?: number;
  readonly exclusiveMin?: number;
  readonly exclusiveMax?: number;
  readonly integer?: boolean;
}

/** A finite number. */
export function number(options: NumberOptions = {}): Schema<number> {
  const { min, max, exclusiveMin, exclusiveMax, integer = false } = options;
  const bounds = [
    exclusiveMin === undefined ? '' : `> ${exclusiveMin}`,
    min === undefined ? '' : `≥ ${min}`,
    exclusiveMax === undefined ? '' : `< ${exclusiveMax}`,
    max === undefined ? '' : `≤ ${max}`,
  ].filter((bound) => bound !== '');
  const kind = integer ? 'a whole number' : bounds.length > 0 ? 'a number' : 'a finite number';
  const expected = bounds.length > 0 ? `${kind} ${bounds.join(' and ')}` : kind;
  const json = () => ({
    type: integer ? 'integer' : 'number',
    ...(min !== undefined && { minimum: min }),
    ...(max !== undefined && { maximum: max }),
    ...(exclusiveMin !== undefined && { exclusiveMinimum: exclusiveMin }),
    ...(exclusiveMax !== undefined && { exclusiveMaximum: exclusiveMax }),
  });
  const schema: Schema<number> = schemaOf(expected, options, json, (value, at) => {
    if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))) {
      return at.complain({ received: inWords(value), expected, remedy: 'Write the number without quotes.' });
    }
    const fits =
      typeof value === 'number' &&
      Number.isFinite(value) &&
      (!integer || Number.isSafeInteger(value)) &&
      !(value < min! || value > max! || value <= exclusiveMin! || value >= exclusiveMax!);
    return fits ? value : at.reject(value, schema);
  });
  return schema;
}

/** Text; not empty unless `minLength` is 0. */
export function string(options: Meta & { minLength?: number; maxLength?: number } = {}): Schema<string> {
  const { minLength = 1, maxLength = 10_000 } = options;
  const expected = minLength > 0 ? 'a text that is not empty' : 'a text';
  const json = () => ({ type: 'string', minLength, maxLength });
  const schema: Schema<string> = schemaOf(expected, options, json, (value, at) => {
    if (typeof value === 'number' || typeof value === 'boolean')
      return at.complain({ received: inWords(value), expected, remedy: 'Write it in quotes.' });
    if (typeof value !== 'string' || value.length < minLength) return at.reject(value, schema);
    return value.length > maxLength ? at.reject(value, schema, `at most ${maxLength} characters`) : value;
  });
  return schema;
}

export function boolean(meta: Meta = {}): Schema<boolean> {
  const schema: Schema<boolean> = schemaOf(
    'true or false',
    meta,
    () => ({ type: 'boolean' }),
    (value, at) => (typeof value === 'boolean' ? value : at.reject(value, schema)),
  );
  return schema;
}

/** One given value. */
export function literal<const T extends string | number | boolean | null>(constant: T): Schema<T> {
  const schema: Schema<T> = schemaOf(
    JSON.stringify(constant),
    {},
    () => ({ const: constant }),
    (value, at) => (value === constant ? constant : at.reject(value, schema)),
  );
  return schema;
}

export const list = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ');

/** One of a few names; a mistyped one is answered with the nearest. */
export function oneOf<const N extends string>(...names: readonly N[]): Schema<N> {
  const expected = names.length === 1 ? list(names) : `one of ${list(names)}`;
  const schema: Schema<N> = schemaOf(
    expected,
    {},
    () => ({ enum: names }),
    (value, at) =>
      names.includes(value as N) ? (value as N) : at.complain({ ...misnamed(value, names), expected }),
  );
  return schema;
}

/** What was written in place of a name, with the name that was probably meant. */
export function misnamed(value: unknown, names: readonly string[]): { received: string; nearest?: string } {
  const nearest = typeof value === 'string' ? nearestName(value, names) : undefined;
  return { received: inWords(value), ...(nearest !== undefined && { nearest }) };
}
