// Plain full-batch gradient descent on given rows: one network, or several copies side by side that each leave some rows
// out (cross-validation, leave-one-out). All copies share one read of X, or of the Gram matrix K = XX' where that is
// smaller (dual form). Knows nothing of estimates, stopping or where the rows come from.
// ../descent.ts is another descent: one network in an experiment, with overlaps with a known signal, on rows in blocks.
import type { Block, Scope } from '../../../../bindings/arena.ts';
import type { Core } from '../../../../bindings/core.ts';
import {
  addScaled,
  axpy,
  gemmScratch,
  packColumnPanels,
  packRowPanels,
  panelForward,
  panelTransposed,
  skinny,
  skinnyTransposed,
  sumSquares,
  syrk,
} from '../../../../bindings/linalg.ts';
import { type HiddenActivation, NetworkWorkspace } from '../../../../bindings/network.ts';
import { type Blind, NetworkCopies, networkCopiesSize } from '../../../../bindings/network-copies.ts';
import { deepRates } from '../state.ts';

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
  /** Of a small matrix of the products: X in panels for either product, or XX' for the one of the dual form. */
  readonly panels?: { readonly forward: Block; readonly transposed?: Block };
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

/** Numbers of X or XX' up to which its panels are kept: as many as lie in a second-level cache. */
const SMALL = 65536;
/** Rows of a panel: there are at least as many. */
const FEWEST = 4;

/** Doubles of linear memory of a design. */
export function designSize(rows: number, columns: number, form: DescentForm): number {
  const matrices = form === 'dual' ? [rows * columns, rows * rows] : [rows * columns];
  const used = matrices.at(-1)!;
  const panels = rows >= FEWEST && used <= SMALL ? used + 4 * (rows + columns) : 0;
  return matrices.reduce((sum, size) => sum + size, 0) + (form === 'dual' ? 1 : 2) * panels;
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
  const design = { rows, columns, X, constant, labels };
  const small = (size: number) => rows >= FEWEST && size <= SMALL;
  if (form === 'primal') {
    if (!small(rows * columns)) return design;
    const forward = packRowPanels(core, scope, X, rows, columns, columns);
    const transposed = packColumnPanels(core, scope, X, rows, columns, columns);
    return { ...design, panels: { forward, transposed } };
  }
  const gram = scope.f64(rows * rows);
  core.within((inner) => syrk(core, rows, columns, X, columns, gram, rows, inner.f64(gemmScratch(core))));
  if (!small(rows * rows)) return { ...design, gram };
  return { ...design, gram, panels: { forward: packRowPanels(core, scope, gram, rows, rows, rows) } };
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
export type LeftOut = Blind;

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

/**
 * Doubles of linear memory that a run of `copies` networks with d deep parameters takes, the design not counted; each row is
 * left out by one copy at most.
 */
export function descentSize(
  rows: number,
  columns: number,
  width: number,
  d: number,
  copies: number,
  form: DescentForm,
): number {
  const networks = networkCopiesSize(copies, rows, d, rows);
  // In dual form the weights are formed in passing.
  if (form === 'dual') return networks + 4 * width * copies * (rows + 1) + 2 * width * columns;
  return networks + width * copies * (2 * columns + 2 * (rows + 1));
}

export class GradientDescent {
  /** The workspace that holds the copy at hand: after `evaluate` of a single network, that network. */
  readonly net: NetworkWorkspace;
  readonly copies: number;
  readonly #core: Core;
  readonly #design: Design;
  readonly #shape: DescentShape;
  readonly #networks: NetworkCopies;
  /** Primal: weights and their gradient. Dual: V = Σ eta G / divisor, and the pre-activations at the start. */
  readonly #W: Block;
  readonly #change: Block;
  readonly #start: Parameters;
  /** Dual: the rows of each copy in H. */
  readonly #own: readonly Block[];
  #moved = false;
  /** Rates of the last step. */
  #rates: readonly number[] = [];

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
    this.copies = copies;
    this.net = new NetworkWorkspace(core, scope, { ...shape, samples: m });
    this.net.label.set(design.labels);
    const ld = this.net.stride;
    this.#networks = new NetworkCopies(core, scope, this.net, leftOut);
    const { deep } = this.#networks;
    for (let b = 0; b < copies; b++) deep.set(start.deep, b * start.deep.length);
    this.#start = start;
    if (design.gram) {
      // The pre-activations at the start are the same for all copies; V takes the place of the weights.
      this.#W = scope.f64(copies * q * ld);
      const origin = scope.f64(q * ld);
      core.within((inner) => skinny(core, design.X, m, N, N, inner.from(start.first), N, q, origin, ld));
      this.#change = origin;
      this.#own = leftOut.map((_, b) => this.#networks.H.at(b * q * ld, q * ld));
    } else {
      this.#W = scope.f64(copies * q * N);
      for (let b = 0; b < copies; b++) this.#W.set(start.first, b * q * N);
      this.#change = scope.f64(copies * q * N);
      this.#own = [];
    }
    this.#preactivate();
  }

  /** Deep parameters of a copy. */
  deep(copy = 0): Float64Array {
    const { length } = this.net.deep;
    return this.#networks.deep.copy(copy * length, (copy + 1) * length);
  }

  /** Passes of every copy at the present iterate. `visit` sees each copy in `net` before the next one takes its place. */
  evaluate(visit?: (copy: number) => void): void {
    const { order } = this.#shape;
    if (!visit) {
      this.#networks.evaluate(order);
      return;
    }
    for (let b = 0; b < this.copies; b++) {
      this.#networks.evaluate(order, b, b + 1);
      visit(b);
    }
  }

  /** Outputs, at the iterate that was evaluated last, of the rows that copies leave out: copy by copy, each in its order. */
  get heldOut(): Float64Array {
    return this.#networks.held.view;
  }

  /** Mean squared residual of the copy in `net`. */
  trainError(): number {
    const { rows } = this.#design;
    return sumSquares(this.#core, this.net.residual, rows) / rows;
  }

  /** One simultaneous step of all layers, from the gradients that `evaluate` left. `rates` holds one rate per layer. */
  step(rates: readonly number[]): void {
    const { rows: m, columns: N, X, gram, panels } = this.#design;
    const { width: q, stride: ld, depth } = this.net;
    const networks = this.#networks;
    if (rates !== this.#rates) {
      this.#rates = rates;
      networks.setRates(deepRates(rates, q, depth, this.#shape.biases ? 1 : 0));
    }
    if (gram) networks.step(rates[0]!, networks.G, this.#W);
    else {
      const all = this.copies * q;
      if (panels?.transposed) {
        panelTransposed(this.#core, panels.transposed, m, N, networks.G, ld, all, this.#change, N);
      } else {
        this.#change.fill(0);
        skinnyTransposed(this.#core, X, m, N, N, networks.G, ld, all, this.#change, N);
      }
      networks.step(-rates[0]!, this.#change, this.#W);
    }
    this.#moved = true;
    this.#preactivate();
  }

  /** Doubles of a snapshot. */
  get stateSize(): number {
    return this.#W.length + this.net.deep.length;
  }

  /** The iterate at hand of a single network. */
  snapshot(): Snapshot {
    return { state: this.#W.copy(), deep: this.deep() };
  }

  /** Goes on from a snapshot of a run on the same design; `evaluate` comes next. */
  restore({ state, deep }: Snapshot): void {
    this.#W.set(state);
    this.#networks.deep.set(deep);
    this.#moved = true;
    this.#preactivate();
  }

  /** All parameters of a copy. */
  parameters(copy = 0): Parameters {
    const core = this.#core;
    const { rows: m, columns: N, X, gram } = this.#design;
    const q = this.net.width;
    const ld = this.net.stride;
    const deep = this.deep(copy);
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
    const { rows: m, columns: N, X, gram, panels } = this.#design;
    const q = this.net.width;
    const ld = this.net.stride;
    const all = this.copies * q;
    const { H } = this.#networks;
    if (gram && !this.#moved) {
      for (const block of this.#own) block.set(this.#change.view);
      return;
    }
    const [matrix, n, stride] = gram ? [gram, m, ld] : [X, N, N];
    if (panels) panelForward(core, panels.forward, m, n, this.#W, stride, all, H, ld);
    else skinny(core, matrix, m, n, n, this.#W, stride, all, H, ld);
    for (const block of this.#own) addScaled(core, -1, block, 1, this.#change, block, q * ld);
  }
}
