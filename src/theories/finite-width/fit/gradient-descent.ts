// Plain full-batch gradient descent on given rows: one network, or several copies side by side that each leave some rows
// out (cross-validation, leave-one-out). All copies share one read of X, or of the Gram matrix K = XX' where that is
// smaller (dual form). Knows nothing of estimates, stopping or where the rows come from.
// ../descent.ts is another descent: one network in an experiment, with overlaps with a known signal, on rows in blocks.
import type { Block, Scope } from '../../../../bindings/arena.ts';
import type { Core } from '../../../../bindings/core.ts';
import {
  axpy,
  gemmScratch,
  scale,
  skinny,
  skinnyTransposed,
  sumSquares,
  syrk,
} from '../../../../bindings/linalg.ts';
import { type HiddenActivation, NetworkWorkspace } from '../../../../bindings/network.ts';
import { deepRates, descend } from '../state.ts';

/** The training rows as gradient descent sees them. */
export interface Design {
  readonly rows: number;
  readonly columns: number;
  /** rows x columns. */
  readonly X: Block;
  /** Whether column 0 is the constant column, whose weights are the first layer's biases. */
  readonly constant: boolean;
  readonly labels: Float64Array;
  /** XX', rows x rows: where it is given, descent runs in dual form. */
  readonly gram?: Block;
}

export type DescentForm = 'primal' | 'dual';

/** Flops of `runs` networks of width q over T steps in each form; the dual one forms XX' once. */
export function descentWork(
  rows: number,
  columns: number,
  width: number,
  steps: number,
  runs: number,
): Readonly<Record<DescentForm, number>> {
  return {
    primal: 4 * rows * columns * width * steps * runs,
    dual: rows * rows * columns + 2 * rows * rows * width * steps * runs,
  };
}

export function cheaperForm(
  rows: number,
  columns: number,
  width: number,
  steps: number,
  runs: number,
): DescentForm {
  const work = descentWork(rows, columns, width, steps, runs);
  return work.dual < work.primal ? 'dual' : 'primal';
}

/** A design in the given form; `columns` x `rows` numbers row by row in `data`. */
export function createDesign(
  core: Core,
  scope: Scope,
  data: { rows: number; columns: number; constant: boolean; features: Float64Array; labels: Float64Array },
  form: DescentForm,
): Design {
  const { rows, columns, constant, labels } = data;
  const X = scope.from(data.features);
  if (form === 'primal') return { rows, columns, X, constant, labels };
  const gram = scope.f64(rows * rows);
  core.within((inner) => syrk(core, rows, columns, X, columns, gram, rows, inner.f64(gemmScratch(core))));
  return { rows, columns, X, constant, labels, gram };
}

/** All parameters of a network. */
export interface Parameters {
  /** Units by columns: one row of first-layer weights per unit. */
  readonly first: Float64Array;
  /** W_2, c_2, …, W_L, c_L. */
  readonly deep: Float64Array;
}

export interface DescentShape {
  readonly width: number;
  readonly activations: readonly HiddenActivation[];
  /** 2 where J is wanted. */
  readonly order: 1 | 2;
  /** Whether the biases of layers 2..L are trained. */
  readonly biases: boolean;
}

/**
 * The rows that a copy leaves out, and the number that its mean gradient is divided by: all rows m as in leave-one-out
 * (the run without row k, 1/m kept), or the rows that it does see.
 */
export interface LeftOut {
  readonly rows: readonly number[];
  readonly divisor: number;
}

/** What a run of one network can be taken up again from. */
export interface Snapshot {
  /** First-layer weights, or V of the dual form. */
  readonly state: Float64Array;
  readonly deep: Float64Array;
}

/** Doubles of snapshots that are kept however small the design is. */
const SNAPSHOTS = 2 ** 17;

/** Steps between snapshots of `size` doubles, so that all of them take no more than the design. */
export function snapshotInterval(
  size: number,
  { rows, columns }: Pick<Design, 'rows' | 'columns'>,
  steps: number,
): number {
  return Math.ceil((size * (steps + 1)) / Math.max(rows * columns, SNAPSHOTS));
}

/** Doubles of linear memory that a run of `copies` networks takes, the design not counted. */
export function descentSize(
  rows: number,
  columns: number,
  width: number,
  copies: number,
  form: DescentForm,
): number {
  // In dual form the weights are formed in passing.
  if (form === 'dual') return 4 * width * copies * (rows + 1) + 2 * width * columns;
  return width * copies * (2 * columns + 2 * (rows + 1));
}

export class GradientDescent {
  /** The workspace that holds the copy at hand: after `evaluate` of a single network, that network. */
  readonly net: NetworkWorkspace;
  readonly copies: number;
  readonly #core: Core;
  readonly #design: Design;
  readonly #shape: DescentShape;
  readonly #leftOut: readonly LeftOut[];
  readonly #deep: Float64Array[];
  readonly #gradients: Float64Array[] = [];
  /** Pre-activations and masked signals of all copies, q rows each. */
  readonly #H: Block;
  readonly #G: Block;
  /** The rows of each copy in #H and #G; their views are made once. */
  readonly #own: readonly { readonly H: Block; readonly G: Block }[];
  /** Primal: weights and their gradient. Dual: V = Σ eta G / divisor, and the pre-activations at the start. */
  readonly #W: Block;
  readonly #change: Block;
  readonly #v: Block;
  readonly #start: Parameters;
  #moved = false;
  /** Rates of the last step, and the same for each deep parameter. */
  #rates: readonly number[] = [];
  #perParameter: Float64Array = new Float64Array(0);

  constructor(
    core: Core,
    scope: Scope,
    design: Design,
    shape: DescentShape,
    start: Parameters,
    leftOut: readonly LeftOut[] = [{ rows: [], divisor: design.rows }],
  ) {
    const { rows: m, columns: N } = design;
    const q = shape.width;
    const copies = leftOut.length;
    this.#core = core;
    this.#design = design;
    this.#shape = shape;
    this.#leftOut = leftOut;
    this.copies = copies;
    this.net = new NetworkWorkspace(core, scope, { ...shape, samples: m });
    this.net.label.set(design.labels);
    const ld = this.net.stride;
    this.#deep = leftOut.map(() => start.deep);
    this.#H = copies === 1 ? this.net.H : scope.f64(copies * q * ld);
    this.#G = copies === 1 ? this.net.signal : scope.f64(copies * q * ld);
    this.#own = leftOut.map((_, b) => ({
      H: this.#H.at(b * q * ld, q * ld),
      G: this.#G.at(b * q * ld, q * ld),
    }));
    this.#v = scope.f64(ld);
    this.#start = start;
    if (design.gram) {
      // The pre-activations at the start are the same for all copies; V takes the place of the weights.
      this.#W = scope.f64(copies * q * ld);
      const origin = scope.f64(q * ld);
      core.within((inner) => skinny(core, design.X, m, N, N, inner.from(start.first), N, q, origin, ld));
      this.#change = origin;
    } else {
      this.#W = scope.f64(copies * q * N);
      for (let b = 0; b < copies; b++) this.#W.set(start.first, b * q * N);
      this.#change = scope.f64(copies * q * N);
    }
    this.#preactivate();
  }

  /** Deep parameters of a copy. */
  deep(copy = 0): Float64Array {
    return this.#deep[copy]!;
  }

  /**
   * Passes of every copy at the present iterate. `visit` sees each copy in `net` before the next one takes its place; the
   * rows that a copy leaves out have their outputs there too.
   */
  evaluate(visit?: (copy: number) => void): void {
    const core = this.#core;
    const { net } = this;
    const { rows: m } = this.#design;
    const q = net.width;
    const ld = net.stride;
    for (let b = 0; b < this.copies; b++) {
      const own = this.#own[b]!;
      if (this.copies > 1) net.H.set(own.H.view);
      net.deep.set(this.#deep[b]!);
      net.forward(m, 0, this.#shape.order);
      net.backward(m);
      if (this.#shape.order === 2) net.computeJacobian(m);
      visit?.(b);
      const { rows, divisor } = this.#leftOut[b]!;
      const signal = net.signal.view;
      const residual = net.residual.view;
      for (const k of rows) {
        residual[k] = 0;
        for (let a = 0; a < q; a++) signal[a * ld + k] = 0;
      }
      if (this.copies > 1) own.G.set(signal);
      this.#v.set(residual);
      scale(core, 1 / divisor, this.#v, m);
      this.#gradients[b] = net.deepGradient(this.#v, m);
    }
  }

  /** Mean squared residual of the copy in `net`. */
  trainError(): number {
    const { rows } = this.#design;
    return sumSquares(this.#core, this.net.residual, rows) / rows;
  }

  /** One simultaneous step of all layers, from the gradients that `evaluate` left. `rates` holds one rate per layer. */
  step(rates: readonly number[]): void {
    const core = this.#core;
    const { rows: m, columns: N, X, gram } = this.#design;
    const q = this.net.width;
    const ld = this.net.stride;
    const length = gram ? q * ld : q * N;
    if (!gram) {
      this.#change.fill(0);
      skinnyTransposed(core, X, m, N, N, this.#G, ld, this.copies * q, this.#change, N);
    }
    if (rates !== this.#rates) {
      this.#rates = rates;
      this.#perParameter = deepRates(rates, q, this.net.depth, this.#shape.biases ? 1 : 0);
    }
    for (let b = 0; b < this.copies; b++) {
      const eta = rates[0]! / this.#leftOut[b]!.divisor;
      const target = this.#W.at(b * length, length);
      if (gram) axpy(core, eta, this.#G.at(b * length, length), target, length);
      else axpy(core, -eta, this.#change.at(b * length, length), target, length);
      this.#deep[b] = descend(this.#deep[b]!, this.#perParameter, this.#gradients[b]!);
    }
    this.#moved = true;
    this.#preactivate();
  }

  /** Doubles of a snapshot. */
  get stateSize(): number {
    return this.#W.length + this.#deep[0]!.length;
  }

  /** The iterate at hand of a single network. */
  snapshot(): Snapshot {
    return { state: this.#W.copy(), deep: this.#deep[0]! };
  }

  /** Goes on from a snapshot of a run on the same design; `evaluate` comes next. */
  restore({ state, deep }: Snapshot): void {
    this.#W.set(state);
    this.#deep[0] = deep;
    this.#moved = true;
    this.#preactivate();
  }

  /** All parameters of a copy. */
  parameters(copy = 0): Parameters {
    const core = this.#core;
    const { rows: m, columns: N, X, gram } = this.#design;
    const q = this.net.width;
    const ld = this.net.stride;
    const deep = this.#deep[copy]!.slice();
    if (!gram) return { first: this.#W.copy(copy * q * N, (copy + 1) * q * N), deep };
    const first = core.within((inner) => {
      const V = this.#W.at(copy * q * ld, q * ld);
      const pulled = inner.f64(q * N);
      const weights = inner.from(this.#start.first);
      skinnyTransposed(core, X, m, N, N, V, ld, q, pulled, N);
      axpy(core, -1, pulled, weights, q * N);
      return weights.copy();
    });
    return { first, deep };
  }

  #preactivate(): void {
    const core = this.#core;
    const { rows: m, columns: N, X, gram } = this.#design;
    const q = this.net.width;
    const ld = this.net.stride;
    const all = this.copies * q;
    if (!gram) {
      skinny(core, X, m, N, N, this.#W, N, all, this.#H, ld);
      return;
    }
    if (this.#moved) skinny(core, gram, m, m, m, this.#W, ld, all, this.#H, ld);
    for (let b = 0; b < this.copies; b++) {
      const block = this.#H.at(b * q * ld, q * ld);
      if (this.#moved) {
        scale(core, -1, block, q * ld);
        axpy(core, 1, this.#change, block, q * ld);
      } else block.set(this.#change.view);
    }
  }
}
