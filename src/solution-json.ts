// A solution as a JSON document and back. Values are nested by shape, so that any reader can index them.
// What JSON cannot say: numbers that are not finite become null (and come back as NaN), -0 becomes 0.
import { checkCall, Kind, needed } from './check/call.ts';
import type { Observable, RunStatus, Solution } from './solution.ts';

/** Numbers nested by shape: a number for shape [], an array per axis otherwise. */
export type Nested = number | null | readonly Nested[];

export interface ObservableDocument {
  readonly values: Nested;
  readonly unit: string;
  readonly standardError?: Nested;
  readonly description: string;
  readonly axes: readonly string[];
}

export interface SolutionDocument {
  readonly theory: string;
  readonly kind: Solution['kind'];
  readonly status: RunStatus;
  readonly times: readonly number[];
  readonly observables: Readonly<Record<string, ObservableDocument>>;
  readonly diagnostics: Solution['diagnostics'];
  /** How the values were made; its `config` is the problem. Without a manifest the problem stands beside the values. */
  readonly manifest?: { readonly config: Solution['problem'] };
  readonly problem?: Solution['problem'];
}

/** Flat row-major values, nested by `shape`. */
export function nest(values: Float64Array, shape: readonly number[]): Nested {
  const build = (axis: number, offset: number, size: number): Nested => {
    if (axis === shape.length) return Number.isFinite(values[offset]) ? values[offset] : null;
    const inner = size / (shape[axis] || 1);
    return Array.from({ length: shape[axis] }, (_, i) => build(axis + 1, offset + i * inner, inner));
  };
  return build(0, 0, values.length);
}

/** The flat values of a nesting, and its shape (read along the first entries). */
export function flatten(nested: Nested): { values: Float64Array; shape: number[] } {
  const shape: number[] = [];
  for (let inner: Nested = nested; Array.isArray(inner); inner = inner[0]) shape.push(inner.length);
  const flat = Array.isArray(nested) ? nested.flat(shape.length) : [nested];
  return { values: Float64Array.from(flat as (number | null)[], (value) => value ?? Number.NaN), shape };
}

function observableToJson({
  values,
  shape,
  unit,
  standardError,
  description,
  axes,
}: Observable): ObservableDocument {
  return {
    values: nest(values, shape),
    unit,
    ...(standardError && { standardError: nest(standardError, shape) }),
    description,
    axes,
  };
}

export function observablesToJson(observables: Solution['observables']): Record<string, ObservableDocument> {
  return Object.fromEntries(
    Object.entries(observables).map(([name, entry]) => [name, observableToJson(entry)]),
  );
}

function observableFromJson(document: ObservableDocument): Observable {
  const { values, shape } = flatten(document.values);
  const { unit, description, axes, standardError } = document;
  return {
    values,
    shape,
    unit,
    description,
    axes,
    ...(standardError !== undefined && { standardError: flatten(standardError).values }),
  };
}

/** Whether there are times, and observables that each fit. */
function isSeries(value: unknown, fits: (observable: Readonly<Record<string, unknown>>) => boolean): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { times, observables } = value as Readonly<Record<string, unknown>>;
  if (!Array.isArray(times) && !ArrayBuffer.isView(times)) return false;
  if (typeof observables !== 'object' || observables === null) return false;
  return Object.values(observables).every(
    (entry) => typeof entry === 'object' && entry !== null && fits(entry),
  );
}

const SOLUTION = new Kind('a solution, as predict and simulate return it', (value) =>
  isSeries(value, ({ values, shape }) => ArrayBuffer.isView(values) && Array.isArray(shape)),
);
const DOCUMENT = new Kind('a document that solutionToJson made', (value) =>
  isSeries(value, ({ values }) => values === null || typeof values === 'number' || Array.isArray(values)),
);

/** The document of a solution: plain JSON, ready for `JSON.stringify`. */
export function solutionToJson<M extends { config: Solution['problem'] }>(solution: Solution, manifest?: M) {
  checkCall('solutionToJson', { solution }, { solution: needed(SOLUTION) });
  const { theory, kind, status, times, observables, diagnostics, problem } = solution;
  return {
    theory,
    kind,
    status,
    times: Array.from(times),
    observables: observablesToJson(observables),
    diagnostics,
    ...(manifest ? { manifest } : { problem }),
  } satisfies SolutionDocument;
}

/** The solution that a document was made from. */
export function solutionFromJson(document: SolutionDocument): Solution {
  checkCall('solutionFromJson', { document }, { document: needed(DOCUMENT) });
  const { theory, kind, status, times, observables, diagnostics, manifest, problem } = document;
  return {
    theory,
    kind,
    status,
    times: Float64Array.from(times),
    observables: Object.fromEntries(
      Object.entries(observables).map(([name, entry]) => [name, observableFromJson(entry)]),
    ),
    diagnostics,
    problem: manifest?.config ?? problem ?? {},
  };
}
