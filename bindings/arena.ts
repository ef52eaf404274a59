// Linear memory as scopes. A scope hands out blocks and takes them all back when it ends, on return and on
// throw. Nobody frees by hand, and nobody holds a view across a call that may grow memory: a block's `view`
// is made afresh whenever the buffer has changed.
import { CoreError } from './errors.ts';

const ALIGNMENT = 64;
const PAGE = 65536;
const GUARD_BYTES = 64;
const GUARD_WORD = 0x5afe_c0de;

/** `length` doubles of linear memory. The address is for the bindings only. */
export class Block {
  readonly ptr: number;
  readonly length: number;
  readonly #arena: Arena;
  #view: Float64Array | undefined;

  constructor(arena: Arena, ptr: number, length: number) {
    this.#arena = arena;
    this.ptr = ptr;
    this.length = length;
  }

  /** The doubles, in place. Valid until the next call that may grow memory: do not keep it. */
  get view(): Float64Array {
    const buffer = this.#arena.buffer;
    if (this.#view === undefined || this.#view.buffer !== buffer) {
      this.#view = new Float64Array(buffer, this.ptr, this.length);
    }
    return this.#view;
  }

  /** Copies `values` into the block, from element `at` on; returns the block. */
  set(values: ArrayLike<number>, at = 0): this {
    this.view.set(values, at);
    return this;
  }

  /** A copy of the doubles outside linear memory. */
  copy(start = 0, end = this.length): Float64Array {
    return this.view.slice(start, end);
  }

  fill(value: number): this {
    this.view.fill(value);
    return this;
  }

  /** The part that begins at element `start`; shares memory with this block. */
  at(start: number, length = this.length - start): Block {
    checkPart(this.length, start, length);
    return new Block(this.#arena, this.ptr + 8 * start, length);
  }
}

/** `length` single-precision numbers of linear memory, in half the room. */
export class SingleBlock {
  readonly ptr: number;
  readonly length: number;
  readonly #arena: Arena;
  #view: Float32Array | undefined;

  constructor(arena: Arena, ptr: number, length: number) {
    this.#arena = arena;
    this.ptr = ptr;
    this.length = length;
  }

  /** The numbers, in place. Valid until the next call that may grow memory: do not keep it. */
  get view(): Float32Array {
    const buffer = this.#arena.buffer;
    if (this.#view === undefined || this.#view.buffer !== buffer) {
      this.#view = new Float32Array(buffer, this.ptr, this.length);
    }
    return this.#view;
  }

  /** Copies `values`, rounded, into the block, from element `at` on; returns the block. */
  set(values: ArrayLike<number>, at = 0): this {
    this.view.set(values, at);
    return this;
  }

  copy(): Float32Array {
    return this.view.slice();
  }

  fill(value: number): this {
    this.view.fill(value);
    return this;
  }

  /** The part that begins at element `start`; shares memory with this block. */
  at(start: number, length = this.length - start): SingleBlock {
    checkPart(this.length, start, length);
    return new SingleBlock(this.#arena, this.ptr + 4 * start, length);
  }
}

function checkPart(whole: number, start: number, length: number): void {
  if (start >= 0 && length >= 0 && start + length <= whole) return;
  throw new CoreError(
    `block of ${whole} has no part [${start}, ${start + length}).`,
    'This is a defect in foretrain.',
  );
}

/** `length` 32-bit integers of linear memory. */
export class IntBlock {
  readonly ptr: number;
  readonly length: number;
  readonly #arena: Arena;

  constructor(arena: Arena, ptr: number, length: number) {
    this.#arena = arena;
    this.ptr = ptr;
    this.length = length;
  }

  get view(): Int32Array {
    return new Int32Array(this.#arena.buffer, this.ptr, this.length);
  }

  set(values: ArrayLike<number>): this {
    this.view.set(values);
    return this;
  }
}

/** Hands out zero-filled, 64-byte aligned blocks that live until the scope ends. */
export interface Scope {
  /** `length` doubles, all 0. */
  f64(length: number): Block;
  /** A block that holds a copy of `values`. */
  from(values: ArrayLike<number>): Block;
  /** `length` single-precision numbers, all 0. */
  f32(length: number): SingleBlock;
  /** `length` 32-bit integers, all 0. */
  i32(length: number): IntBlock;
}

/** Mark/release allocation over one WebAssembly memory. With `guards` every block is followed by guard words. */
export class Arena implements Scope {
  readonly #memory: WebAssembly.Memory;
  readonly #guards: boolean;
  readonly #guarded: number[] = [];
  #top: number;
  #peak: number;

  constructor(memory: WebAssembly.Memory, heapBase: number, guards = false) {
    this.#memory = memory;
    this.#guards = guards;
    this.#top = align(heapBase);
    this.#peak = this.#top;
  }

  get buffer(): ArrayBuffer {
    return this.#memory.buffer as ArrayBuffer;
  }

  /** Most bytes of linear memory that were in use at once. */
  get peakBytes(): number {
    return this.#peak;
  }

  f64(length: number): Block {
    return new Block(this, this.#take(length, 8), length);
  }

  f32(length: number): SingleBlock {
    return new SingleBlock(this, this.#take(length, 4), length);
  }

  i32(length: number): IntBlock {
    return new IntBlock(this, this.#take(length, 4), length);
  }

  from(values: ArrayLike<number>): Block {
    // A view of this very memory is detached where the new block makes the memory grow, but its place stays.
    const place =
      values instanceof Float64Array && values.buffer === this.buffer ? values.byteOffset : undefined;
    const { length } = values;
    const block = this.f64(length);
    return block.set(place === undefined ? values : new Float64Array(this.buffer, place, length));
  }

  /** Where the next block would go; give it to `release`. */
  mark(): number {
    return this.#top;
  }

  /** Takes back everything handed out since `mark`, after a look at the guard words. */
  release(mark: number): void {
    const words = this.#guards ? new Int32Array(this.buffer) : undefined;
    while (words && this.#guarded.length > 0 && this.#guarded[this.#guarded.length - 1]! >= mark) {
      const guard = this.#guarded.pop()!;
      for (let at = guard / 4; at < (guard + GUARD_BYTES) / 4; at++) {
        if (words[at] !== (GUARD_WORD | 0)) {
          throw new CoreError(
            `a kernel wrote past the end of a block (guard at byte ${guard}).`,
            'This is a defect in foretrain.',
          );
        }
      }
    }
    this.#top = mark;
  }

  #take(length: number, size: number): number {
    if (!Number.isSafeInteger(length) || length < 0) {
      throw new CoreError(`cannot allocate ${length} elements.`, 'Sizes are non-negative integers.');
    }
    const ptr = this.#top;
    const end = align(ptr + length * size);
    const top = this.#guards ? end + GUARD_BYTES : end;
    this.#ensure(top);
    // Detaches every view, as growth would: whoever keeps one across an allocation is found out.
    if (this.#guards) this.#memory.grow(0);
    // What lies beyond the peak was never handed out and is zero still, as WebAssembly gave it.
    if (ptr < this.#peak) new Uint8Array(this.buffer, ptr, Math.min(end, this.#peak) - ptr).fill(0);
    if (this.#guards) {
      new Int32Array(this.buffer, end, GUARD_BYTES >> 2).fill(GUARD_WORD);
      this.#guarded.push(end);
    }
    this.#top = top;
    if (top > this.#peak) this.#peak = top;
    return ptr;
  }

  #ensure(bytes: number): void {
    const missing = bytes - this.buffer.byteLength;
    if (missing <= 0) return;
    const pages = Math.ceil(Math.max(missing, Math.min(this.buffer.byteLength >> 2, 64 << 20)) / PAGE);
    for (const attempt of [pages, Math.ceil(missing / PAGE)]) {
      try {
        this.#memory.grow(attempt);
        return;
      } catch {
        // The generous growth failed; the next attempt asks for what is needed.
      }
    }
    throw new CoreError(
      `out of memory: ${(bytes / 2 ** 20).toFixed(0)} MiB of WebAssembly memory are needed and cannot be had (the limit is 4096 MiB).`,
      'Lower sampleCount, inputDimension, samples or steps.',
    );
  }
}

function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
