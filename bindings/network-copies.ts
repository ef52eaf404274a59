// Several networks of one shape on the samples of one workspace: their blocks and the calls that take all of them through
// passes and steps. Each has its own deep parameters and is blind to some samples. Knows nothing of where H comes from.
import type { Block, IntBlock, Scope } from './arena.ts';
import type { Core } from './core.ts';
import type { NetworkWorkspace } from './network.ts';

/** What a copy is blind to, and the number that its mean gradient is divided by. */
export interface Blind {
  readonly rows: readonly number[];
  readonly divisor: number;
}

/** Doubles that copies take which are blind to `blind` samples in all, with d deep parameters and their pre-activations apart. */
export function networkCopiesSize(copies: number, blind: number, d: number, samples: number): number {
  return copies * (2 * d + 2) + 2 * blind + d + 2 * samples + 64;
}

export class NetworkCopies {
  readonly count: number;
  /** q rows of each copy: pre-activations, and g with zeros where it is blind. Those of the workspace if there is one copy. */
  readonly H: Block;
  readonly G: Block;
  /** One row of deep parameters of each copy. */
  readonly deep: Block;
  /** Outputs of the samples that the copies are blind to, in the order that they were named in. */
  readonly held: Block;
  readonly #core: Core;
  readonly #net: NetworkWorkspace;
  readonly #gradient: Block;
  readonly #starts: IntBlock;
  readonly #blind: IntBlock;
  readonly #divisors: Block;
  readonly #rates: Block;
  readonly #scratch: Block;

  constructor(core: Core, scope: Scope, net: NetworkWorkspace, blind: readonly Blind[]) {
    const count = blind.length;
    const size = net.width * net.stride;
    const d = net.deep.length;
    const rows = blind.flatMap((copy) => copy.rows);
    let end = 0;
    this.count = count;
    this.#core = core;
    this.#net = net;
    this.H = count === 1 ? net.H : scope.f64(count * size);
    this.G = count === 1 ? net.signal : scope.f64(count * size);
    this.deep = count === 1 ? net.deep : scope.f64(count * d);
    this.held = scope.f64(rows.length);
    this.#gradient = scope.f64(count * d);
    this.#starts = scope.i32(count + 1);
    this.#starts.set([0, ...blind.map((copy) => (end += copy.rows.length))]);
    this.#blind = scope.i32(rows.length).set(rows);
    this.#divisors = scope.from(blind.map(({ divisor }) => divisor));
    this.#rates = scope.f64(d);
    this.#scratch = scope.f64(2 * net.samples);
  }

  /** Passes of copies [first, last) and the gradients of their deep parameters; the last one's numbers stay in the workspace. */
  evaluate(order: 1 | 2, first = 0, last = this.count): void {
    this.#core.exports.networkCopies(
      this.#net.descriptor,
      first,
      last,
      this.#net.samples,
      order,
      this.H.ptr,
      this.G.ptr,
      this.deep.ptr,
      this.#gradient.ptr,
      this.#starts.ptr,
      this.#blind.ptr,
      this.held.ptr,
      this.#divisors.ptr,
      this.#scratch.ptr,
    );
  }

  /** One rate for each deep parameter. */
  setRates(rates: Float64Array): void {
    this.#rates.set(rates);
  }

  /** W_b ← W_b + rate/divisor_b change_b, and a step of the deep parameters, from the gradients that `evaluate` left. */
  step(rate: number, change: Block, W: Block): void {
    const { count } = this;
    this.#core.exports.stepCopies(
      count,
      W.length / count,
      rate,
      this.#divisors.ptr,
      change.ptr,
      W.ptr,
      this.#rates.length,
      this.#rates.ptr,
      this.#gradient.ptr,
      this.deep.ptr,
    );
  }
}
