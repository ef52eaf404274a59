// Seeded random streams. A seed, a label and an index name a stream; the same name gives the same numbers on every
// machine, and different names give unrelated numbers. A stream is a sequence: how it is cut into calls does not
// matter, drawing 10 and then 5 gives what drawing 15 gives.
import alea from 'seedrandom/lib/alea.js';
import type { Block, Scope } from '../../bindings/arena.ts';
import { sharedCore } from '../../bindings/load.ts';
import {
  fillIndices,
  fillLaw,
  fillNormal,
  fillPermutation,
  fillUniform,
  openStream,
  resumeStream,
  saveStream,
} from '../../bindings/random.ts';
import { integerWithin } from './integer.ts';
import { type LawSpec, resolveLaw } from './laws.ts';

/** Most values that one call returns. */
const LONGEST = 2 ** 30;
/** Doubles drawn into linear memory at a time. */
const CHUNK = 65536;

/** A sequence of independent variates that every call takes further. */
export interface RandomStream {
  /** n variates uniform on the open interval (0, 1). */
  uniform(n: number): Float64Array;
  /** n standard normal variates. */
  normal(n: number): Float64Array;
  /** n variates of a law of mean 0 and variance 1. */
  variates(law: LawSpec, n: number): Float64Array;
  /** n integers uniform on 0 … bound - 1, with replacement. */
  indices(bound: number, n: number): Int32Array;
  /** The numbers 0 … n - 1 in random order. */
  permutation(n: number): Int32Array;
}

/** The 128-bit key of a seed: the first four words that seedrandom's Alea generator makes of it. */
export function streamKey(seed: string): Int32Array {
  if (typeof seed !== 'string') throw new TypeError(`seed must be a string; received ${typeof seed}.`);
  const generator = alea(seed);
  return Int32Array.from({ length: 4 }, () => generator.int32());
}

/** A label as a number: the 32-bit FNV-1a hash of its UTF-8 bytes, from 0 to 2^32 - 1. */
export function labelId(label: string): number {
  if (typeof label !== 'string') throw new TypeError(`label must be a string; received ${typeof label}.`);
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(label)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** The stream of a seed, a label and an index, from its beginning. */
export function createStream(seed: string, label: string, index = 0): RandomStream {
  const key = streamKey(seed);
  const id = labelId(label);
  integerWithin('index', index, 0, 2 ** 32 - 1);
  const core = sharedCore();
  let state = core.within((scope) => saveStream(openStream(core, scope, key, id, index)));

  function draw<T>(work: (scope: Scope, stream: Block) => T): T {
    return core.within((scope) => {
      const stream = resumeStream(scope, state);
      const result = work(scope, stream);
      state = saveStream(stream);
      return result;
    });
  }

  function doubles(n: number, fill: (stream: Block, out: Block, length: number) => void): Float64Array {
    integerWithin('n', n, 0, LONGEST);
    const values = new Float64Array(n);
    draw((scope, stream) => {
      const out = scope.f64(Math.min(n, CHUNK));
      for (let at = 0; at < n; at += CHUNK) {
        const length = Math.min(CHUNK, n - at);
        fill(stream, out, length);
        values.set(out.view.subarray(0, length), at);
      }
    });
    return values;
  }

  return {
    uniform: (n) => doubles(n, (stream, out, length) => fillUniform(core, stream, out, length)),
    normal: (n) => doubles(n, (stream, out, length) => fillNormal(core, stream, out, length)),
    variates(spec, n) {
      const law = resolveLaw(spec);
      return doubles(n, (stream, out, length) => {
        fillLaw(core, stream, law.kind, law.parameter, out, length);
      });
    },
    indices(bound, n) {
      integerWithin('bound', bound, 1, 2 ** 31 - 1);
      integerWithin('n', n, 0, LONGEST);
      return draw((scope, stream) => {
        const out = scope.i32(n);
        fillIndices(core, stream, bound, out);
        return out.view.slice();
      });
    },
    permutation(n) {
      integerWithin('n', n, 0, LONGEST);
      return draw((scope, stream) => {
        const out = scope.i32(n);
        fillPermutation(core, stream, out);
        return out.view.slice();
      });
    },
  };
}

/** A function that gives the next n standard normal variates of a stream. */
export function normalStream(seed: string, label = 'normal', index = 0): (n: number) => Float64Array {
  return createStream(seed, label, index).normal;
}
