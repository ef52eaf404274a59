// A small declarative schema: describes plain JSON, checks it in one pass that collects every problem, fills in
// defaults, returns a frozen plain copy, and writes itself down as JSON Schema.
// Our own, because the library entries import nothing but `seedrandom` at run time. Knows no theory and no file.
import {
  type Complain,
  INVALID,
  type JsonSchema,
  Place,
  type Report,
  type Schema,
  schemaOf,
} from './check/schema.ts';
import { ConfigError, type ConfigProblem } from './errors.ts';

export { array, numericMatrix, numericVector } from './check/arrays.ts';
export { either, nameOrObject, nullable, object, optional, union, worded } from './check/objects.ts';
export { boolean, literal, number, oneOf, string } from './check/scalars.ts';
export {
  type Complain,
  type Complaint,
  described,
  type Fields,
  type Infer,
  type JsonSchema,
  type Meta,
  type Schema,
} from './check/schema.ts';

/**
 * Values that JSON does not know, such as a JavaScript function as a link. `judge` complains, or returns the value
 * to keep; `json` describes the JSON forms, if there are any.
 */
export function custom<T>(
  expected: string,
  judge: (value: unknown, complain: Complain) => T,
  json: JsonSchema = { not: {} },
): Schema<T> {
  return schemaOf(
    expected,
    {},
    () => json,
    (value, at) => {
      let fine = true;
      const kept = judge(value, (complaint) => {
        fine = false;
        at.hook(value)(complaint);
      });
      return fine ? kept : INVALID;
    },
  );
}

/** A check across fields, made once `schema` itself has no complaint. */
export function refine<T>(schema: Schema<T>, judge: (value: T, complain: Complain) => void): Schema<T> {
  return {
    ...schema,
    visit: (value, at) => {
      const checked = schema.visit(value, at);
      if (checked === INVALID) return INVALID;
      let fine = true;
      judge(checked, (complaint) => {
        fine = false;
        at.hook(value)(complaint);
      });
      return fine ? checked : INVALID;
    },
  };
}

/** Another form of what `schema` lets through, e.g. with defaults that depend on other fields. Not frozen for you. */
export function transform<T, U>(schema: Schema<T>, change: (value: T) => U): Schema<U> {
  return {
    ...schema,
    visit: (value, at) => {
      const checked = schema.visit(value, at);
      return checked === INVALID ? INVALID : change(checked);
    },
  };
}

export type Checked<T> =
  | { readonly value: T; readonly problems?: undefined }
  | { readonly problems: readonly ConfigProblem[]; readonly more: boolean };

/** All problems of `value`, or its checked copy. Never throws, whatever it is given. */
export function inspect<T>(schema: Schema<T>, value: unknown): Checked<T> {
  const report: Report = { problems: [], more: false };
  const checked = schema.visit(value, new Place(report));
  if (checked === INVALID || report.problems.length > 0)
    return { problems: report.problems, more: report.more };
  return { value: checked };
}

/**
 * The frozen plain copy of `value` with defaults filled in.
 * @throws ConfigError with every problem found (at most 50 are listed).
 */
export function check<T>(schema: Schema<T>, value: unknown, subject = 'configuration'): T {
  const result = inspect(schema, value);
  if (result.problems) throw new ConfigError(result.problems, subject, { more: result.more });
  return result.value;
}

/** The schema as JSON Schema 2020-12, with titles, descriptions, defaults, and units under `x-unit`. */
export function toJsonSchema(schema: Schema<unknown>, { id }: { id?: string } = {}): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...(id !== undefined && { $id: id }),
    ...schema.json(),
  };
}
