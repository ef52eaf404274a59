// What a command has found, in the one form from which table, document, series and manifest are made.
import type { Shown } from '../display.ts';
import type { Comparison, Observable, RunStatus, Solution } from '../index.ts';
import type { Hashed } from '../result-hash.ts';
import { seriesCsv } from '../series-csv.ts';
import { observablesToJson, type SolutionDocument, solutionToJson } from '../solution-json.ts';
import type { FittedResult } from './library.ts';
import type { Manifest } from './manifest.ts';

export type Results =
  | { readonly command: 'predict' | 'simulate'; readonly solution: Solution }
  | { readonly command: 'compare'; readonly comparison: Comparison }
  | { readonly command: 'fit'; readonly fit: FittedResult };

/** The solutions that an answer to a question rests on. */
export interface Grounds {
  readonly prediction: Solution;
  readonly simulation?: Solution;
}

/** The same as the commands have them that ask for nothing else. */
export const resultsOf = ({ prediction, simulation }: Grounds): Results =>
  simulation
    ? { command: 'compare', comparison: { prediction, simulation, residual: {} } }
    : { command: 'predict', solution: prediction };

/** For the hash of an answer: its own numbers, and everything that it rests on. */
export function answerValues(
  numbers: Readonly<Record<string, number | undefined>>,
  { prediction, simulation }: Grounds,
): Record<string, Hashed> {
  const values: Record<string, Hashed> = {};
  for (const [name, value] of Object.entries(numbers))
    if (value !== undefined) values[name] = { values: Float64Array.of(value), shape: [] };
  for (const [prefix, solution] of Object.entries({ prediction, simulation }))
    for (const [name, observable] of Object.entries(solution?.observables ?? {}))
      values[`${prefix}.${name}`] = observable;
  return values;
}

/** The solutions as parts of an answer's document, whose problem stands there already. */
export function groundsDocument({ prediction, simulation }: Grounds): Readonly<Record<string, unknown>> {
  return { prediction: part(prediction), ...(simulation && { simulation: part(simulation) }) };
}

function part(solution: Solution): Readonly<Record<string, unknown>> {
  const { problem: _, ...document } = solutionToJson(solution) as SolutionDocument;
  return document;
}

/** The results as a theory's display takes them. */
export function shownOf(results: Results): Shown {
  if (results.command === 'compare') return results.comparison;
  if (results.command === 'predict') return { prediction: results.solution };
  return results.command === 'simulate' ? { simulation: results.solution } : {};
}

/** The theory that the results are of. */
export const theoryOf = (results: Results): string => Object.values(solutionsOf(results)).at(-1)!.theory;

/** What times are called: `step` of a descent, `time` of a flow. */
export function timeAxisOf(results: Results): string {
  const axes = Object.values(solutionsOf(results)).flatMap(({ observables }) =>
    Object.values(observables).map((observable) => observable.axes[0]),
  );
  return axes.includes('time') ? 'time' : 'step';
}

/** The solutions among the results, by the name that their series carry. */
export function solutionsOf(results: Results): Readonly<Record<string, Solution>> {
  if (results.command === 'compare') {
    const { prediction, simulation } = results.comparison;
    return { prediction, simulation };
  }
  return { [results.command]: results.command === 'fit' ? results.fit.solution : results.solution };
}

const WORST: readonly RunStatus[] = ['diverged', 'aborted', 'complete'];

/** `complete` only if everything is. */
export function statusOf(results: Results): RunStatus {
  const found = Object.values(solutionsOf(results)).map(({ status }) => status);
  return WORST.find((status) => found.includes(status)) ?? 'complete';
}

/** All observables of the results under one name each. */
export function observablesOf(results: Results): Readonly<Record<string, Observable>> {
  if (results.command !== 'compare') return Object.values(solutionsOf(results))[0].observables;
  const entries = Object.entries(solutionsOf(results)).flatMap(([prefix, { observables }]) =>
    Object.entries(observables).map(([name, observable]): [string, Observable] => [
      `${prefix}.${name}`,
      observable,
    ]),
  );
  return Object.fromEntries(entries);
}

/** The checked configuration that would give these results again. */
export function configOf(results: Results): Readonly<Record<string, unknown>> {
  const [{ problem }] = Object.values(solutionsOf(results));
  const { data } = problem as { data?: { features?: unknown; standardize?: unknown } };
  // Rows that came from a file stand in the file.
  if (results.command !== 'fit' || data?.features !== undefined) return problem;
  return { ...problem, data: { standardize: data?.standardize } };
}

/** The one JSON document of a command. */
export function documentOf(results: Results, manifest: Manifest): Readonly<Record<string, unknown>> {
  if (results.command === 'compare') {
    const { prediction, simulation, residual } = results.comparison;
    return {
      ...groundsDocument({ prediction, simulation }),
      residual: observablesToJson(residual),
      manifest,
    };
  }
  if (results.command !== 'fit') return solutionToJson(results.solution, manifest);
  return fitDocument(results.fit, manifest);
}

/** A fit as a document, without its model; with its problem where there is no manifest. */
export function fitDocument(
  { solution, stopping, warnings, cost }: FittedResult,
  manifest?: Manifest,
): Readonly<Record<string, unknown>> {
  return { ...solutionToJson(solution, manifest), stopping, warnings, cost };
}

/** All curves side by side; where one ends before the others its cells are empty. */
export function csvOf(results: Results): string {
  const status = statusOf(results);
  if (results.command !== 'compare') return seriesCsv({ ...Object.values(solutionsOf(results))[0], status });
  const { prediction, simulation, residual } = results.comparison;
  const times = [prediction.times, simulation.times].sort((a, b) => b.length - a.length)[0];
  const named = {
    ...observablesOf(results),
    ...Object.fromEntries(Object.entries(residual).map(([name, entry]) => [`residual.${name}`, entry])),
  };
  const padded = Object.entries(named).map(([name, entry]): [string, Observable] => [
    name,
    pad(entry, times.length),
  ]);
  return seriesCsv({ times, observables: Object.fromEntries(padded), status });
}

function pad(observable: Observable, length: number): Observable {
  const { values, shape, axes, standardError } = observable;
  if ((axes[0] !== 'step' && axes[0] !== 'time') || shape[0] >= length || shape[0] === 0) return observable;
  const size = (values.length / shape[0]) * length;
  const longer = (source: Float64Array) => {
    const result = new Float64Array(size).fill(Number.NaN);
    result.set(source);
    return result;
  };
  return {
    ...observable,
    values: longer(values),
    shape: [length, ...shape.slice(1)],
    ...(standardError && { standardError: longer(standardError) }),
  };
}
