// Random streams over linear memory. A stream is a block of four doubles that holds 256 bits of state, not numbers:
// it is only ever read and written through the functions below.
import type { Law, Status } from '../assembly/abi.ts';
import type { Block, IntBlock, Scope } from './arena.ts';
import type { Core } from './core.ts';

/** Doubles that a stream takes. */
const STREAM_LENGTH = 4;

/** The beginning of the stream (label, index) of a key of four 32-bit words. It lives as long as the scope. */
export function openStream(
  core: Core,
  scope: Scope,
  key: ArrayLike<number>,
  label: number,
  index = 0,
): Block {
  const stream = scope.f64(STREAM_LENGTH);
  core.exports.seedStream(stream.ptr, key[0]!, key[1]!, key[2]!, key[3]!, label, index);
  return stream;
}

/** The state of a stream as eight 32-bit words, to go on from later. */
export function saveStream(stream: Block): Uint32Array {
  return new Uint32Array(stream.view.buffer, stream.ptr, 2 * STREAM_LENGTH).slice();
}

/** A stream that goes on from a saved state. */
export function resumeStream(scope: Scope, words: Uint32Array): Block {
  const stream = scope.f64(STREAM_LENGTH);
  new Uint32Array(stream.view.buffer, stream.ptr, 2 * STREAM_LENGTH).set(words);
  return stream;
}

/** The next n variates uniform on (0, 1) into the first n places of `out`. */
export function fillUniform(core: Core, stream: Block, out: Block, n = out.length): void {
  core.exports.fillUniform(stream.ptr, out.ptr, n);
}

/** The next n standard normal variates into the first n places of `out`. */
export function fillNormal(core: Core, stream: Block, out: Block, n = out.length): void {
  core.exports.fillNormal(stream.ptr, out.ptr, n);
}

/** The next n variates of a law into the first n places of `out`; Status.BadArgument where the parameter is outside. */
export function fillLaw(
  core: Core,
  stream: Block,
  law: Law,
  parameter: number,
  out: Block,
  n = out.length,
): Status {
  return core.exports.fillLaw(stream.ptr, law, parameter, out.ptr, n);
}

/** n integers uniform on 0 … bound - 1, with replacement. */
export function fillIndices(core: Core, stream: Block, bound: number, out: IntBlock, n = out.length): void {
  core.exports.fillIndices(stream.ptr, bound, out.ptr, n);
}

/** A uniform permutation of 0 … n - 1. */
export function fillPermutation(core: Core, stream: Block, out: IntBlock, n = out.length): void {
  core.exports.fillPermutation(stream.ptr, out.ptr, n);
}
