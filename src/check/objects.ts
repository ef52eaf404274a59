// Schemas of objects, of choices between objects, and of fields that may be missing.
import type { ConfigProblem } from '../errors.ts';
import { inWords, isPlainObject } from '../numerics/in-words.ts';
import { unknownKeys } from '../numerics/known-keys.ts';
import { list, literal, misnamed } from './scalars.ts';
import {
  annotations,
  described,
  explanation,
  type Fields,
  INVALID,
  type Infer,
  type JsonSchema,
  type Meta,
  type OptionalSchema,
  Place,
  type Report,
  type Schema,
  schemaOf,
  type UnionSchema,
} from './schema.ts';

type MissableKeys<F extends Fields> = {
  [K in keyof F]: F[K] extends OptionalSchema<infer T> ? (undefined extends T ? K : never) : never;
}[keyof F];
type Flat<T> = { readonly [K in keyof T]: T[K] };
export type ObjectOf<F extends Fields> = Flat<
  { [K in Exclude<keyof F, MissableKeys<F>>]: Infer<F[K]> } & { [K in MissableKeys<F>]?: Infer<F[K]> }
>;
type UnionOf<D extends string, V extends Readonly<Record<string, Fields>>> = {
  [K in keyof V & string]: Flat<{ [P in D]: K } & ObjectOf<V[K]>>;
}[keyof V & string];

/** A field that may be left out. With a default, the default (checked like a given value) takes its place. */
export function optional<T>(schema: Schema<T>): OptionalSchema<T | undefined>;
export function optional<T>(schema: Schema<T>, fallback: unknown): OptionalSchema<T>;
export function optional<T>(schema: Schema<T>, fallback?: unknown): OptionalSchema<T | undefined> {
  const json = () => ({ ...schema.json(), ...(fallback !== undefined && { default: fallback }) });
  return { ...schema, json, optional: true, fallback };
}

export function nullable<T>(schema: Schema<T>): Schema<T | null> {
  const json = () => ({ ...annotations(schema.meta), anyOf: [schema.json(), { type: 'null' }] });
  return {
    ...schema,
    expected: `${schema.expected}, or null`,
    json,
    visit: (value, at) => (value === null ? null : schema.visit(value, at)),
  };
}

function isOptional(schema: Schema<unknown>): schema is OptionalSchema<unknown> {
  return 'optional' in schema;
}

/** A field as JSON Schema, with all that is known of it in its description. */
function fieldJson(field: Schema<unknown>): JsonSchema {
  const description = explanation(field);
  return { ...field.json(), ...(description !== undefined && { description }) };
}

/** A plain object with these fields and no others. Fields `aside` are texts that may stand there for other readers, and are not kept. */
export function object<const F extends Fields>(
  fields: F,
  { aside = {}, ...meta }: Meta & { readonly aside?: Fields } = {},
): Schema<ObjectOf<F>> {
  const names = Object.keys(fields);
  const known = [...names, ...Object.keys(aside)];
  const json = () => ({
    type: 'object',
    properties: Object.fromEntries(
      Object.entries({ ...aside, ...fields }).map(([name, field]) => [name, fieldJson(field)]),
    ),
    required: names.filter((name) => !isOptional(fields[name])),
    additionalProperties: false,
  });
  const schema: Schema<ObjectOf<F>> = schemaOf('an object', meta, json, (value, at) => {
    if (!isPlainObject(value)) return at.reject(value, schema);
    const meant = new Set<string>();
    let valid = true;
    for (const { name, nearest } of unknownKeys(value, known)) {
      if (at.full) return INVALID;
      valid = false;
      if (nearest !== undefined) meant.add(nearest);
      const problem = { received: 'an unknown key', expected: `one of ${names.join(', ')}` };
      at.child(name).complain({ ...problem, ...(nearest !== undefined && { nearest }) });
    }
    const result: Record<string, unknown> = {};
    for (const name of names) {
      const field = fields[name];
      const place = at.child(name);
      let given: unknown;
      try {
        given = Object.hasOwn(value, name) ? value[name] : undefined;
      } catch {
        valid = false;
        place.complain({ received: 'a property that cannot be read', expected: field.expected });
        continue;
      }
      if (given === undefined && isOptional(field)) {
        if (field.fallback === undefined) continue;
        given = field.fallback;
      }
      if (given === undefined && meant.has(name)) continue;
      const checked = field.visit(given, place);
      if (checked === INVALID) valid = false;
      else result[name] = checked;
    }
    return valid ? (Object.freeze(result) as ObjectOf<F>) : INVALID;
  });
  return schema;
}

/**
 * One of several objects, told apart by the name under the key `discriminator` (`kind`, `law`, `theory`, …). `meanings` says in words
 * what each name stands for.
 */
export function union<const D extends string, const V extends Readonly<Record<string, Fields>>>(
  discriminator: D,
  variants: V,
  { meanings, ...meta }: Meta & { readonly meanings?: Readonly<Record<keyof V & string, string>> } = {},
): UnionSchema<UnionOf<D, V>> {
  const names = Object.keys(variants);
  const named = (name: string) => (meanings ? described(literal(name), meanings[name]!) : literal(name));
  const objects = new Map(
    names.map((name) => [name, object({ [discriminator]: named(name), ...variants[name] })]),
  );
  const expected = `an object whose "${discriminator}" is ${names.length > 1 ? 'one of ' : ''}${list(names)}`;
  const json = () => ({ oneOf: names.map((name) => objects.get(name)!.json()) });
  const schema: Schema<unknown> = schemaOf(expected, meta, json, (value, at) => {
    if (!isPlainObject(value)) return at.reject(value, schema);
    const name = Object.hasOwn(value, discriminator) ? value[discriminator] : undefined;
    const variant = typeof name === 'string' ? objects.get(name) : undefined;
    if (variant) return variant.visit(value, at);
    const choices = names.length > 1 ? `one of ${list(names)}` : list(names);
    return at.child(discriminator).complain({ ...misnamed(name, names), expected: choices });
  });
  return { ...schema, discriminator, variants } as UnionSchema<UnionOf<D, V>>;
}

/** A union whose members may also be given by name alone: `"tanh"` stands for `{ "kind": "tanh" }`. */
export function nameOrObject<T>(choice: UnionSchema<T>): Schema<T> {
  const { discriminator, variants } = choice;
  const names = Object.keys(variants);
  const bare = names.filter((name) => Object.values(variants[name]).every(isOptional));
  const schema: Schema<T> = {
    expected: `one of ${list(names)}, or an object with "${discriminator}"`,
    meta: choice.meta,
    json: () => ({ ...annotations(choice.meta), anyOf: [{ enum: bare }, choice.json()] }),
    visit: (value, at) => {
      if (isPlainObject(value)) return choice.visit(value, at);
      if (typeof value === 'string' && Object.hasOwn(variants, value)) {
        return choice.visit({ [discriminator]: value }, at);
      }
      return at.complain({
        ...misnamed(value, names),
        expected: schema.expected,
        remedy: choice.meta.remedy,
      });
    },
  };
  return schema;
}

/** The same schema, where a value that fits no part of it is told `expected`. */
export function worded<T>(schema: Schema<T>, expected: string): Schema<T> {
  const visit: Schema<T>['visit'] = (value, at) => {
    const report: Report = { problems: [], more: false };
    const checked = schema.visit(value, new Place(report));
    for (const problem of report.problems)
      at.complain(problem.path === '' ? { ...problem, expected, remedy: '' } : problem);
    return checked;
  };
  return { ...schema, expected, visit };
}

/**
 * One of several forms told apart by what fits (`"auto"` or a number; a row or rows). When none fits, the problems
 * are those of the form that came furthest: the one that objects to something inside the value.
 */
export function either<const S extends readonly Schema<unknown>[]>(...forms: S): Schema<Infer<S[number]>> {
  const expected = forms.map((form) => form.expected).join(', or ');
  const schema: Schema<unknown> = schemaOf(
    expected,
    {},
    () => ({ anyOf: forms.map((form) => form.json()) }),
    (value, at) => {
      let closest: readonly ConfigProblem[] = [];
      let nearest: string | undefined;
      for (const form of forms) {
        const report: Report = { problems: [], more: false };
        const checked = form.visit(value, new Place(report));
        if (checked !== INVALID) return checked;
        nearest ??= report.problems.find(({ path }) => path === '')?.nearest;
        const inside = report.problems.every((problem) => problem.path !== '');
        if (inside && (closest.length === 0 || report.problems.length < closest.length))
          closest = report.problems;
      }
      for (const problem of closest) at.complain(problem);
      if (closest.length > 0) return INVALID;
      return nearest === undefined
        ? at.reject(value, schema)
        : at.complain({ received: inWords(value), expected, nearest });
    },
  );
  return schema as Schema<Infer<S[number]>>;
}
