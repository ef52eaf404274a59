// A network's workspace in linear memory: the descriptor that the network kernels read, and its blocks.
// Knows shapes and addresses; knows nothing of data, losses or training schedules.
import { Net, Tile } from '../assembly/abi.ts';
import type { Block, Scope } from './arena.ts';
import type { Core } from './core.ts';

export interface HiddenActivation {
  /** Member of the Activation enum. */
  readonly kind: number;
  readonly parameter: number;
}

export interface NetworkShape {
  /** Units of every hidden layer, q. */
  readonly width: number;
  /** One per hidden layer: depth L = activations.length + 1. */
  readonly activations: readonly HiddenActivation[];
  /** Most samples that the workspace holds at once. */
  readonly samples: number;
  /** 2 where the Jacobian J (second derivatives) is wanted, else 1. */
  readonly order: 1 | 2;
}

/** Number of deep parameters: (L-2) (q² + q) + q + 1, biases included. */
export function deepParameterCount(width: number, depth: number): number {
  return (depth - 2) * (width * width + width) + width + 1;
}

/** Doubles that a workspace of this shape takes: the estimate for memory limits. */
export function networkWorkspaceSize({ width: q, activations, samples, order }: NetworkShape): number {
  const layers = activations.length;
  const rows = 3 * q + layers * q * (order === 2 ? 4 : 3) + 4 + (order === 2 ? q * q : 0);
  return rows * (samples + 16) + (3 * q * q + q) * Tile.Samples;
}

export class NetworkWorkspace {
  readonly core: Core;
  readonly width: number;
  readonly depth: number;
  readonly samples: number;
  /** Elements from one row of samples to the next. */
  readonly stride: number;
  /** W_2, c_2, …, W_{L-1}, c_{L-1}, W_L, c_L: weights [i][j] row-major, then biases. */
  readonly deep: Block;
  /** q rows of first-layer pre-activations h_1. */
  readonly H: Block;
  readonly A: Block;
  /** (L-1) q rows P_l = df/dh_l; the first q are p = df/dh_1. */
  readonly P: Block;
  readonly output: Block;
  readonly label: Block;
  readonly residual: Block;
  /** q rows g = r p. */
  readonly signal: Block;
  /** q² rows J, where order is 2. */
  readonly jacobian: Block;
  readonly #net: number;
  readonly #order: 1 | 2;
  readonly #scratch: Block;
  readonly #gradient: Block;

  constructor(core: Core, scope: Scope, shape: NetworkShape) {
    const q = shape.width;
    const layers = shape.activations.length;
    const stride = shape.samples + (shape.samples & 1);
    const rows = (count: number) => scope.f64(count * stride);
    this.core = core;
    this.width = q;
    this.depth = layers + 1;
    this.samples = shape.samples;
    this.stride = stride;
    this.#order = shape.order;
    this.deep = scope.f64(deepParameterCount(q, this.depth));
    this.H = rows(q);
    this.A = rows(layers * q);
    this.P = rows(layers * q);
    this.output = rows(1);
    this.label = rows(1);
    this.residual = rows(1);
    this.signal = rows(q);
    this.jacobian = rows(shape.order === 2 ? q * q : 0);
    this.#scratch = rows(1);
    this.#gradient = scope.f64(this.deep.length);
    const hidden = rows(q);
    const first = rows(layers * q);
    const second = rows(shape.order === 2 ? layers * q : 0);
    const kinds = scope.i32(layers).set(shape.activations.map(({ kind }) => kind));
    const parameters = scope.from(shape.activations.map(({ parameter }) => parameter));
    const tile = scope.f64((3 * q * q + q) * Tile.Samples);
    const words = new Array<number>(Net.Words).fill(0);
    words[Net.Width] = q;
    words[Net.Depth] = this.depth;
    words[Net.Stride] = stride;
    words[Net.Kinds] = kinds.ptr;
    words[Net.Parameters] = parameters.ptr;
    words[Net.Deep] = this.deep.ptr;
    words[Net.H] = this.H.ptr;
    words[Net.Hidden] = hidden.ptr;
    words[Net.A] = this.A.ptr;
    words[Net.First] = first.ptr;
    words[Net.Second] = second.ptr;
    words[Net.P] = this.P.ptr;
    words[Net.Output] = this.output.ptr;
    words[Net.Label] = this.label.ptr;
    words[Net.Residual] = this.residual.ptr;
    words[Net.Signal] = this.signal.ptr;
    words[Net.Jacobian] = this.jacobian.ptr;
    words[Net.Scratch] = tile.ptr;
    this.#net = scope.i32(Net.Words).set(words).ptr;
  }

  /** Address of the descriptor, for kernels of other bindings. */
  get descriptor(): number {
    return this.#net;
  }

  /** Forward pass of samples [start, start + count) from H; `order` as high as the derivatives needed. */
  forward(count = this.samples, start = 0, order: 0 | 1 | 2 = this.#order): void {
    this.core.exports.networkForward(this.#net, start, count, order);
  }

  /** Residuals, P and g of samples [start, start + count); needs `forward` of order ≥ 1. */
  backward(count = this.samples, start = 0): void {
    this.core.exports.networkBackward(this.#net, start, count);
  }

  /** J of samples [start, start + count); needs `forward` of order 2 and `backward`. */
  computeJacobian(count = this.samples, start = 0): void {
    this.core.exports.networkJacobian(this.#net, start, count);
  }

  /** Σ_k v_k ∂f/∂θ_d over the first `count` samples, as a copy in the order of `deep`. */
  deepGradient(v: Block, count = this.samples): Float64Array {
    this.core.exports.networkDeepGradient(this.#net, count, v.ptr, this.#scratch.ptr, this.#gradient.ptr);
    return this.#gradient.copy();
  }

  /** Rows ∂f/∂θ_d of samples [start, start + count), `stride` elements apart in `out`. */
  deepJacobian(out: Block, stride: number, count = this.samples, start = 0): void {
    this.core.exports.networkDeepJacobian(this.#net, start, count, out.ptr, stride);
  }

  /**
   * One read of X (rows × columns, row stride ldx): forward, backward, and gradient += X'G (q × columns, not scaled).
   * The bits do not depend on `blockRows`.
   */
  gradient(
    X: Block,
    rows: number,
    columns: number,
    ldx: number,
    W1: Block,
    gradient: Block,
    blockRows: number,
  ): void {
    const ld = gradient.length / this.width;
    this.core.exports.networkGradient(
      this.#net,
      X.ptr,
      rows,
      columns,
      ldx,
      W1.ptr,
      W1.length / this.width,
      gradient.ptr,
      ld,
      blockRows,
    );
  }
}
