// The two forms of gradient descent that an experiment can take: primal, one pass over X a step, and dual, on K = XX'. Both
// tell the same things of their iterate. Knows nothing of test errors, estimates or records.
// fit/gradient-descent.ts is another descent: copies side by side that leave rows out and go back to snapshots. This one tells
// overlaps with a known signal and meets fresh rows.
import type { Block, Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import { axpy, gemm, gemmScratch, scale, skinny, skinnyTransposed, syrk } from '../../../bindings/linalg.ts';
import type { NetworkWorkspace } from '../../../bindings/network.ts';
import { type FeatureRows, project } from './features.ts';

/** What a form of gradient descent must tell about its iterate. */
export interface Descent {
  /**
   * Writes the pre-activations H of the iterate and does the passes; `order` as far as derivatives are needed. `last` where
   * no step follows.
   */
  evaluate(order: 1 | 2, last: boolean): void;
  /** W_1'mu (q), W_1'W_1 and W_1'W_1^(0) (q x q, [now, start]). */
  overlaps(): { signal: Float64Array; gram: Float64Array; initial: Float64Array };
  /** Pre-activations of the fresh rows into `H`. */
  testPreactivations(H: Block, ld: number): void;
  /** The first-layer step with rate eta; uses the iterate that `evaluate` left. */
  step(eta: number): void;
  /** The first layer over the inputs, q x n. */
  weights(): Float64Array;
}

export function primalDescent(
  core: Core,
  scope: Scope,
  net: NetworkWorkspace,
  rows: FeatureRows,
  test: FeatureRows | undefined,
): Descent {
  const q = net.width;
  const { columns: n, count: m } = rows;
  const ld = net.stride;
  const W = scope.from(rows.firstLayer);
  const start = scope.from(rows.firstLayer);
  const mu = scope.from(rows.signal);
  const gradient = scope.f64(q * n);
  const blocks = rows.blocks.map((block) => ({
    ...block,
    H: net.H.at(block.first),
    signal: net.signal.at(block.first),
  }));
  return {
    evaluate(order, last) {
      gradient.fill(0);
      for (const { X, first, rows, columns, H, signal } of blocks) {
        skinny(core, X, rows, columns, columns, W, n, q, H, ld);
        net.forward(rows, first, order);
        net.backward(rows, first);
        if (!last) skinnyTransposed(core, X, rows, columns, columns, signal, ld, q, gradient, n);
      }
    },
    overlaps() {
      return core.within((inner) => {
        const signal = inner.f64(q);
        const gram = inner.f64(q * q);
        const initial = inner.f64(q * q);
        skinny(core, W, q, n, n, mu, n, 1, signal, q);
        skinny(core, W, q, n, n, W, n, q, gram, q);
        skinny(core, start, q, n, n, W, n, q, initial, q);
        return { signal: signal.copy(), gram: gram.copy(), initial: initial.copy() };
      });
    },
    testPreactivations(H, ldh) {
      project(core, test!, n, W, q, H, ldh);
    },
    step(eta) {
      axpy(core, -eta / m, gradient, W, q * n);
    },
    weights: () => rows.inputWeights(W.copy()),
  };
}

/**
 * H_t = H_0 - K V_t/m with V_t = sum eta G: the steps never touch X; W_1 = W_1^(0) - X'V/m only at the end. S0 is the Gram
 * matrix of mu and W_1^(0).
 */
export function dualDescent(
  core: Core,
  scope: Scope,
  net: NetworkWorkspace,
  rows: FeatureRows,
  test: FeatureRows | undefined,
  S0: Float64Array,
): Descent {
  const q = net.width;
  const ld = net.stride;
  const { columns: n, count: m, support } = rows;
  const W0 = scope.from(rows.firstLayer);
  const mu = scope.from(rows.signal);
  const testCount = test?.count ?? 0;
  const K = scope.f64(m * m);
  const V = scope.f64(q * ld);
  const H0 = scope.f64(q * ld);
  const z = scope.f64(m);
  const testK = scope.f64(testCount * m);
  const testH0 = scope.f64(q * testCount);
  core.within((inner) => {
    const scratch = inner.f64(gemmScratch(core));
    gramOfRows(core, rows, K, scratch);
    if (test)
      gemm(core, false, true, testCount, m, n, test.matrix!, n, rows.matrix!, n, testK, m, false, scratch);
  });
  project(core, rows, support, W0, q, H0, ld);
  project(core, rows, support, mu, 1, z, m);
  if (test) project(core, test, n, W0, q, testH0, testCount);
  let changed = false;
  return {
    evaluate(order) {
      if (changed) {
        skinny(core, K, m, m, m, V, ld, q, net.H, ld);
        for (let j = 0; j < q; j++) {
          const row = net.H.at(j * ld, m);
          scale(core, -1 / m, row, m);
          axpy(core, 1, H0.at(j * ld, m), row, m);
        }
      } else net.H.set(H0.view);
      net.forward(m, 0, order);
      net.backward(m);
    },
    overlaps() {
      // W'W = W0'W0 - (V'H + H0'V)/m, W'W0 = W0'W0 - V'H0/m, W'mu = W0'mu - V'z/m.
      return core.within((inner) => {
        const now = inner.f64(q * q);
        const before = inner.f64(q * q);
        const teacherPart = inner.f64(q);
        skinny(core, net.H, q, m, ld, V, ld, q, now, q);
        skinny(core, H0, q, m, ld, V, ld, q, before, q);
        skinny(core, V, q, m, ld, z, m, 1, teacherPart, q);
        const a = now.view;
        const b = before.view;
        const gram = new Float64Array(q * q);
        const initial = new Float64Array(q * q);
        const signal = Float64Array.from({ length: q }, (_, j) => S0[j + 1]! - teacherPart.view[j]! / m);
        for (let i = 0; i < q; i++) {
          for (let j = 0; j < q; j++) {
            const start = S0[(i + 1) * (q + 1) + j + 1]!;
            // a[i][j] = V_i'H_j and b[i][j] = V_i'H0_j; their sum is symmetric up to rounding.
            gram[i * q + j] =
              start - (a[i * q + j]! + b[j * q + i]! + a[j * q + i]! + b[i * q + j]!) / (2 * m);
            initial[i * q + j] = start - b[i * q + j]! / m;
          }
        }
        return { signal, gram, initial };
      });
    },
    testPreactivations(H, ldh) {
      H.fill(0);
      skinny(core, testK, testCount, m, m, V, ld, q, H, ldh);
      for (let j = 0; j < q; j++) {
        const row = H.at(j * ldh, testCount);
        scale(core, -1 / m, row, testCount);
        axpy(core, 1, testH0.at(j * testCount, testCount), row, testCount);
      }
    },
    step(eta) {
      for (let j = 0; j < q; j++) axpy(core, eta, net.signal.at(j * ld, m), V.at(j * ld, m), m);
      changed = true;
    },
    weights() {
      return core.within((inner) => {
        const change = inner.f64(q * n);
        for (const { X, first, rows: count, columns } of rows.blocks)
          skinnyTransposed(core, X, count, columns, columns, V.at(first), ld, q, change, n);
        axpy(core, -1 / m, change, W0, q * n);
        return rows.inputWeights(W0.copy());
      });
    },
  };
}

/** K = X X', both triangles. Blocks of fewer columns are multiplied as far as both have any. */
function gramOfRows(core: Core, rows: FeatureRows, K: Block, scratch: Block): void {
  const { count: m, columns, blocks, matrix } = rows;
  if (matrix) {
    syrk(core, m, columns, matrix, columns, K, m, scratch);
    return;
  }
  for (const a of blocks) {
    for (const b of blocks) {
      if (b.first > a.first) break;
      const at = K.at(a.first * m + b.first);
      const inner = Math.min(a.columns, b.columns);
      gemm(core, false, true, a.rows, b.rows, inner, a.X, a.columns, b.X, b.columns, at, m, false, scratch);
    }
  }
  const values = K.view;
  for (let i = 0; i < m; i++) for (let j = 0; j < i; j++) values[j * m + i] = values[i * m + j]!;
}
