// The true error on rows that had no part in training, iterate by iterate: what an estimate is judged by.
import type { Block, Scope } from '../../../../bindings/arena.ts';
import type { Core } from '../../../../bindings/core.ts';
import { skinny } from '../../../../bindings/linalg.ts';
import { NetworkWorkspace, networkWorkspaceSize } from '../../../../bindings/network.ts';
import { errorOf } from './cross-validation.ts';
import type { DescentShape, Parameters } from './gradient-descent.ts';

/** Rows and labels prepared as the training rows were. */
export interface PreparedRows {
  readonly features: Float64Array;
  readonly labels: Float64Array;
  readonly rows: number;
}

/** Doubles of linear memory. */
export function freshRowsSize(
  rows: number,
  columns: number,
  shape: Pick<DescentShape, 'width' | 'activations'>,
): number {
  const { width, activations } = shape;
  return (
    rows * columns + width * columns + networkWorkspaceSize({ width, activations, samples: rows, order: 1 })
  );
}

/** Flops of one iterate. */
export function freshRowsWork(
  rows: number,
  columns: number,
  { width, activations }: Pick<DescentShape, 'width' | 'activations'>,
): number {
  return rows * width * (2 * columns + 150 * activations.length);
}

export class FreshRows {
  readonly #core: Core;
  readonly #net: NetworkWorkspace;
  readonly #X: Block;
  readonly #W: Block;
  readonly #rows: PreparedRows;
  readonly #columns: number;

  constructor(core: Core, scope: Scope, shape: DescentShape, rows: PreparedRows) {
    this.#core = core;
    this.#rows = rows;
    this.#columns = rows.features.length / rows.rows;
    this.#net = new NetworkWorkspace(core, scope, { ...shape, samples: rows.rows, order: 1 });
    this.#X = scope.from(rows.features);
    this.#W = scope.f64(shape.width * this.#columns);
  }

  /** Mean squared error of a network on the rows, and its standard error over rows. */
  error({ first, deep }: Parameters): { error: number; standardError: number } {
    const { rows, labels } = this.#rows;
    const net = this.#net;
    const N = this.#columns;
    this.#W.set(first);
    net.deep.set(deep);
    skinny(this.#core, this.#X, rows, N, N, this.#W, N, net.width, net.H, net.stride);
    net.forward(rows, 0, 0);
    return errorOf(labels, net.output.copy(0, rows));
  }
}
