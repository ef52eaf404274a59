// What a schema is, and how a pass over a value reports its problems.
// Knows no kind of value; those are in the files beside it.
import type { ConfigProblem } from '../errors.ts';
import { clip, inWords } from '../numerics/in-words.ts';

export type JsonSchema = { readonly [keyword: string]: unknown };

/** What a reader of a schema sees; `remedy` is what a reader of an error sees. */
export interface Meta {
  readonly title?: string;
  readonly description?: string;
  /** `1` for dimensionless; written to JSON Schema as `x-unit`. */
  readonly unit?: string;
  readonly remedy?: string;
}

/** A description of values of type `T`. Made by the builders below; `T` is read back by `Infer`. */
export interface Schema<T> {
  /** In words, as in "expected a number ≥ 0". */
  readonly expected: string;
  readonly meta: Meta;
  readonly json: () => JsonSchema;
  readonly visit: (value: unknown, at: Place) => T | Invalid;
}
export interface OptionalSchema<T> extends Schema<T> {
  readonly optional: true;
  readonly fallback?: unknown;
}
export interface UnionSchema<T> extends Schema<T> {
  readonly discriminator: string;
  readonly variants: Readonly<Record<string, Fields>>;
}
export type Infer<S> = S extends Schema<infer T> ? T : never;
// biome-ignore lint/suspicious/noExplicitAny: the element type is recovered by inference
export type Fields = Readonly<Record<string, Schema<any>>>;

export const INVALID: unique symbol = Symbol('invalid');
export type Invalid = typeof INVALID;

/** Problems listed in one error; a configuration with more of them is told so. */
const MOST_PROBLEMS = 50;
/** What a pass over a value collects. */
export type Report = { readonly problems: ConfigProblem[]; more: boolean };

/** A problem as hooks report it: `path` is relative (`learningRates[0]`), `received` defaults to the value there. */
export interface Complaint {
  readonly path?: string;
  readonly received?: string;
  readonly expected: string;
  readonly remedy?: string;
}
export type Complain = (complaint: Complaint) => void;

/** What to do where nobody has said anything better. */
function usualRemedy({ received, expected, nearest }: Omit<ConfigProblem, 'path' | 'remedy'>): string {
  if (received === 'an unknown key') return nearest === undefined ? 'Remove it.' : 'Rename or remove it.';
  if (received === 'nothing') return 'It is required: add it.';
  if (/number [<>≤≥]/.test(expected))
    return expected.startsWith('a whole')
      ? 'Give a whole number in that range.'
      : 'Give a number in that range.';
  if (expected.startsWith('one of ')) return 'Choose one of these.';
  return /^(an? |[-\d"])/.test(expected) ? `Give ${expected}.` : 'Change it to that.';
}

/** A position in the value under check; the text of its path is made only when a problem is reported. */
export class Place {
  constructor(
    readonly report: Report,
    private readonly parent?: Place,
    private readonly key: string | number = '',
    private readonly remedy?: string,
  ) {}

  child(key: string | number): Place {
    return new Place(this.report, this, key);
  }

  /** The same position, where a rejection is to be answered with `remedy`. */
  advising(remedy: string): Place {
    return new Place(this.report, this.parent, this.key, remedy);
  }

  get full(): boolean {
    return this.report.more;
  }

  path(): string {
    return this.parent ? joinKey(this.parent.path(), this.key) : '';
  }

  complain(problem: Omit<ConfigProblem, 'path' | 'remedy'> & { path?: string; remedy?: string }): Invalid {
    if (this.report.problems.length >= MOST_PROBLEMS) this.report.more = true;
    else {
      const path = joinPath(this.path(), problem.path);
      this.report.problems.push({ ...problem, path, remedy: problem.remedy || usualRemedy(problem) });
    }
    return INVALID;
  }

  reject(value: unknown, schema: { expected: string; meta: Meta }, expected = schema.expected): Invalid {
    return this.complain({ received: inWords(value), expected, remedy: this.remedy ?? schema.meta.remedy });
  }

  /** The reporter that a hook on `value` is given. */
  hook(value: unknown): Complain {
    return ({ path, received = inWords(at(value, path)), expected, remedy }) =>
      void this.complain({ path, received, expected, remedy });
  }
}

/** What stands at a relative path such as `learningRates[0]`. */
function at(value: unknown, path = ''): unknown {
  const step = (inner: unknown, key: string) =>
    typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key)
      ? (inner as Record<string, unknown>)[key]
      : undefined;
  return (path.match(/[^.[\]]+/g) ?? []).reduce(step, value);
}

function joinKey(head: string, key: string | number): string {
  if (typeof key === 'number') return `${head}[${key}]`;
  if (!/^[A-Za-z_$][\w$]*$/.test(key)) return `${head}[${clip(JSON.stringify(key))}]`;
  return head ? `${head}.${key}` : key;
}

/** `tail` is a path from `head` on. */
function joinPath(head: string, tail = ''): string {
  return head && tail && !tail.startsWith('[') ? `${head}.${tail}` : head + tail;
}

/** What is read beside a field: its description, which numbers it takes, their unit, and what stands for it where it is left out. */
export function explanation(schema: Schema<unknown>): string | undefined {
  const { description, unit } = schema.meta;
  if (description === undefined) return undefined;
  const hasRange = /number [<>≥≤]|an array of .*\d/.test(schema.expected) && schema.expected.length < 100;
  const fallback = 'fallback' in schema ? JSON.stringify(schema.fallback) : undefined;
  return [
    description.replace(/\.$/, ''),
    hasRange ? schema.expected : '',
    unit !== undefined && unit !== '1' ? `unit: ${unit}` : '',
    // An object without an entry only says that all of its fields have defaults.
    fallback !== undefined && fallback !== '{}' ? `default: ${fallback}` : '',
  ]
    .filter((part) => part !== '')
    .map(
      (part) =>
        `${part.replace(/^(a |[a-z]{2,}(?:[ ,:-]|$))/, (word) => word[0]!.toUpperCase() + word.slice(1))}.`,
    )
    .join(' ');
}

export const annotations = ({ title, description, unit }: Meta): JsonSchema => ({
  ...(title !== undefined && { title }),
  ...(description !== undefined && { description }),
  ...(unit !== undefined && { 'x-unit': unit }),
});

export function schemaOf<T>(
  expected: string,
  meta: Meta,
  json: () => JsonSchema,
  visit: (value: unknown, at: Place) => T | Invalid,
): Schema<T> {
  return { expected, meta, json: () => ({ ...annotations(meta), ...json() }), visit };
}

/** The same schema with words for its readers: a description, or more. */
export function described<S extends Schema<unknown>>(schema: S, words: string | Meta): S {
  const meta = typeof words === 'string' ? { description: words } : words;
  const { remedy } = meta;
  const json = () => ({ ...schema.json(), ...annotations(meta) });
  const visit: S['visit'] = (value, at) =>
    schema.visit(value, remedy === undefined ? at : at.advising(remedy));
  return { ...schema, meta: { ...schema.meta, ...meta }, json, visit };
}
