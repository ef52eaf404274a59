// Runs one kernel with the same arguments on the exact core, the checked core and the scalar references, and
// compares bits. Arrays go in as blocks and come back as they are after the call.

import type { Core } from '../../bindings/core.ts';
import * as linalg from '../../bindings/linalg.ts';
import { checked, exact, referenceCore } from '../cores.ts';

/** Doubles of scratch: a block for a core, nothing for a reference. */
export interface Scratch {
  scratch: number;
}

export type Argument = number | Float64Array | Scratch;

/** What a call returned (NaN for nothing) and the arrays as it left them. */
export interface Outcome {
  value: number;
  arrays: Float64Array[];
}

type Kernel = (core: Core, ...parameters: unknown[]) => number | undefined;
const kernels = linalg as unknown as Record<string, Kernel>;
const references = referenceCore();

export function onCore(core: Core, name: string, parameters: Argument[]): Outcome {
  return core.within((scope) => {
    const given = parameters.map((p) =>
      typeof p === 'number' ? p : p instanceof Float64Array ? scope.from(p) : scope.f64(p.scratch),
    );
    const value = kernels[name]!(core, ...given) ?? Number.NaN;
    const arrays = given.filter((_, i) => parameters[i] instanceof Float64Array);
    return { value, arrays: arrays.map((block) => (block as { copy(): Float64Array }).copy()) };
  });
}

export const onExact = (name: string, parameters: Argument[]) => onCore(exact, name, parameters);
export const onChecked = (name: string, parameters: Argument[]) => onCore(checked, name, parameters);

export function onReference(name: string, parameters: Argument[]): Outcome {
  return references.within((scope) => {
    const kept = parameters.filter(
      (p): p is number | Float64Array => typeof p === 'number' || p instanceof Float64Array,
    );
    const given = kept.map((p) => (typeof p === 'number' ? p : scope.from(p)));
    const value = references.exports[`${name}Reference`]!(
      ...given.map((p) => (typeof p === 'number' ? p : p.ptr)),
    );
    return {
      value: value ?? Number.NaN,
      arrays: given.flatMap((p) => (typeof p === 'number' ? [] : [p.copy()])),
    };
  });
}

/** Whether two outcomes are the same bits (any NaN equals any NaN). */
export function sameBits(a: Outcome, b: Outcome): boolean {
  return (
    Object.is(a.value, b.value) &&
    a.arrays.length === b.arrays.length &&
    a.arrays.every(
      (x, i) => x.length === b.arrays[i]!.length && x.every((v, k) => Object.is(v, b.arrays[i]![k])),
    )
  );
}

/** Seeded numbers in [−1, 1) of varied size and sign (mulberry32). */
export function numbers(seed: number): (length: number) => Float64Array {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return (length) => Float64Array.from({ length }, () => 2 * (next() + next() / 2 ** 32) - 1);
}
