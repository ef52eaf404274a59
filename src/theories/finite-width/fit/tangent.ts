// Tangent leave-one-out: for every training row the shift of the parameters that leaving it out would cause, followed
// along the trajectory to first order in what the other rows feel and exactly in the row itself. Features may be
// correlated and of any law. Equations (T1)-(T8) of docs/theories/finite-width.md.
//
// Letters: z_k scores of row k in the head (constant column first), u = W_1'x, D = df/d(u, theta_d), r = f - y,
// J = D D' + r Hf, d^h and d^d shifts of head weights and deep parameters, e tail states, K mean curvature (p x p).
import type { Block, Scope } from '../../../../bindings/arena.ts';
import type { Core } from '../../../../bindings/core.ts';
import {
  advanceShifts,
  CURVATURE_DEPTH,
  curvatureSizes,
  curvatureVector,
  packBorder,
  packScores,
  SHIFTS_GROUP,
  weightedGram,
} from '../../../../bindings/curvature.ts';
import {
  addScaled,
  axpy,
  dot,
  gemm,
  gemmScratch,
  hadamard,
  scale,
  skinnyTransposed,
  sum,
  sumSquares,
  syrk,
} from '../../../../bindings/linalg.ts';
import type { NetworkWorkspace } from '../../../../bindings/network.ts';
import { columnDots, shiftedForward, tailAdvance, weightColumns } from '../../../../bindings/tangent.ts';
import { deepRates } from '../state.ts';
import { type Components, PRODUCT_SCRATCH, type TailClass, tailClasses } from './components.ts';
import type { Design } from './gradient-descent.ts';

/** Products of the power iteration at the first iterate and at each later one. */
const FIRST_PRODUCTS = 20;
const LATER_PRODUCTS = 3;
/** Part of an iterate's work that the curvature takes; the product with the shifts takes twice as much. */
const CURVATURE_SHARE = 1 / 3;
/** Flops between two breaks. */
const PIECE = 1e8;

export interface TangentIterate {
  /** fhat_k: output on row k of the network trained without it. */
  readonly leftOut: Float64Array;
  /** f_k of the full run. */
  readonly output: Float64Array;
  /** rms(D_u . ut) / rms(fhat - f): how much of the shift comes from the merged tail. */
  readonly tailShare: number;
}

/** Parameters per row that the head carries: p = q (r + 1) + p_d, without the 1 where there is no constant column. */
export function headParameters(head: number, constant: boolean, width: number, deepCount: number): number {
  return width * (head + (constant ? 1 : 0)) + deepCount;
}

/**
 * Flops of the head over a run as (T7) has it, the curvature and its product with every row's shift: what sizes of heads are
 * chosen by. What is done is `tangentWork`, about half of it.
 */
export function headWork(parameters: number, rows: number, steps: number): number {
  return 3 * rows * parameters * parameters * steps;
}

/**
 * Flops of a run with R rows of scores and d deep parameters: half of every block of units a <= b and its product with shifts,
 * the deep parameters' part of both, and the shifts' own steps.
 */
export function tangentWork(R: number, width: number, d: number, rows: number, steps: number): number {
  const q = width;
  const blocks = 1.5 * q * (q + 1) * R * R;
  return rows * steps * (blocks + 6 * q * R * d + 3 * d * d + 10 * (q * R + d));
}

/** Each unit with itself, then all pairs a < b. */
function unitPairs(width: number): (readonly [number, number])[] {
  const units = Array.from({ length: width }, (_, a) => a);
  return [
    ...units.map((a) => [a, a] as const),
    ...units.flatMap((a) => units.slice(a + 1).map((b) => [a, b] as const)),
  ];
}

/** Rows of every unit, and of every pair of units. */
interface UnitRows {
  readonly S: readonly Block[];
  readonly uh: readonly Block[];
  readonly ut: readonly Block[];
  readonly e: readonly Block[];
  readonly own: readonly Block[];
  readonly pull: readonly Block[];
  readonly P: readonly Block[];
  readonly J: readonly Block[];
  readonly weightedD: readonly Block[];
}

/** Doubles of linear memory that the estimator takes, beside the components. */
export function tangentSize(rows: number, width: number, head: number, deepCount: number): number {
  const p = headParameters(head, true, width, deepCount);
  const ld = rows + 1;
  const lines = head + 4;
  const blocks =
    ((width * (width + 1)) / 2 + 1) * lines * lines + width * deepCount * (3 * lines + deepCount);
  const shifts = ld * (p + 2 * lines + (width + 1) * deepCount + 24 * width + 20);
  const packed = SHIFTS_GROUP * (width * lines + deepCount + (width + 1) * Math.min(256, lines + deepCount));
  return blocks + shifts + Math.max(packed, PRODUCT_SCRATCH);
}

export class TangentEstimator {
  readonly head: number;
  readonly classes: number;
  readonly parameters: number;
  readonly #core: Core;
  readonly #net: NetworkWorkspace;
  readonly #m: number;
  readonly #ld: number;
  readonly #headRows: number;
  readonly #biases: boolean;
  readonly #tail: readonly TailClass[];
  /** Scores of the head, R rows; the same packed. */
  readonly #Z: Block;
  readonly #packedZ: Block;
  /** Shifts: R rows for each unit, then one for each deep parameter. */
  readonly #S: Block;
  /** m K, packed: blocks of units less all pairs of the unit; blocks of pairs; the deep part. */
  readonly #C: Block;
  readonly #lines: number;
  /** The units of its blocks, in their order. */
  readonly #pairs: readonly (readonly [number, number])[];
  /** Where a block is summed. */
  readonly #triangle: Block;
  readonly #mixed: Block;
  readonly #deepK: Block;
  readonly #D: Block;
  readonly #weightedD: Block;
  readonly #leverage: Block;
  readonly #e: Block;
  readonly #uh: Block;
  readonly #ut: Block;
  readonly #u: Block;
  readonly #own: Block;
  readonly #c: Block;
  readonly #row: Block;
  readonly #output: Block;
  readonly #scratch: Block;
  readonly #gemmScratch: Block;
  readonly #vector: Block;
  readonly #product: Block;
  readonly #scaled: Block;
  readonly #roots: Block;
  readonly #steps: Block;
  readonly #pull: Block;
  readonly #meanJ: Block;
  readonly #lambda: Block;
  /** What the loops over units read: made once. `#J` unit by unit. */
  readonly #rowsOf: UnitRows;
  #rates: readonly number[] = [];
  #started = false;

  /** `net` is the workspace of the run; it must have done all passes of order 2 whenever a method is called. */
  constructor(
    core: Core,
    scope: Scope,
    net: NetworkWorkspace,
    design: Design,
    components: Components,
    head: number,
    biases: boolean,
  ) {
    const q = net.width;
    const m = design.rows;
    const ld = net.stride;
    const deepCount = net.deep.length;
    const r = Math.min(head, components.rank);
    const R = r + (design.constant ? 1 : 0);
    const p = q * R + deepCount;
    this.head = r;
    this.parameters = p;
    this.#core = core;
    this.#net = net;
    this.#m = m;
    this.#ld = ld;
    this.#headRows = R;
    this.#biases = biases;
    this.#tail = tailClasses(components, r, m);
    this.classes = this.#tail.length;
    const rows = (count: number) => scope.f64(count * ld);
    this.#Z = design.constant ? components.led : components.scores;
    if (design.constant) this.#Z.view.fill(design.X.view[0]!, 0, m);
    const sizes = curvatureSizes(core, q, R, deepCount, m);
    this.#packedZ = scope.f64(sizes.scores);
    packScores(core, this.#Z, R, m, ld, this.#packedZ);
    this.#S = rows(p);
    this.#lines = sizes.lines;
    this.#C = scope.f64(sizes.whole);
    this.#pairs = unitPairs(q);
    this.#triangle = scope.f64(sizes.triangle);
    this.#mixed = scope.f64(q * deepCount * R);
    this.#deepK = scope.f64(deepCount * deepCount);
    this.#D = rows(deepCount);
    this.#weightedD = rows(q * deepCount);
    this.#leverage = rows(this.classes);
    this.#tail.forEach(({ leverage }, c) => {
      this.#leverage.set(leverage, c * ld);
    });
    this.#e = rows(q * this.classes);
    this.#uh = rows(q);
    this.#ut = rows(q);
    this.#u = rows(q);
    this.#own = rows(q);
    this.#c = rows(1);
    this.#row = rows(1);
    this.#output = rows(1);
    this.#scratch = scope.f64(Math.max(2 * q * ld, q * (q + 8)));
    this.#gemmScratch = scope.f64(Math.max(gemmScratch(core), sizes.scratch));
    this.#vector = scope.f64(p);
    this.#vector.fill(1);
    this.#product = scope.f64(p);
    this.#scaled = scope.f64(p);
    this.#roots = scope.f64(p);
    this.#steps = scope.f64(R + deepCount);
    this.#pull = rows(q);
    this.#meanJ = scope.f64(q * q);
    this.#lambda = scope.from(this.#tail.map(({ eigenvalue }) => eigenvalue));
    const parts = (block: Block, step: number, count = q) =>
      Array.from({ length: count }, (_, a) => block.at(a * step * ld, step * ld));
    this.#rowsOf = {
      S: parts(this.#S, R),
      uh: parts(this.#uh, 1),
      ut: parts(this.#ut, 1),
      // e holds class by class, unit by unit: the classes of one unit are q rows apart.
      e: this.classes > 0 ? Array.from({ length: q }, (_, a) => this.#e.at(a * ld)) : [],
      own: parts(this.#own, 1),
      pull: parts(this.#pull, 1),
      P: parts(net.P, 1),
      J: parts(net.jacobian, 1, q * q),
      weightedD: parts(this.#weightedD, deepCount),
    };
  }

  /** (T5), evaluated as (T2): outputs of the left-out networks at the present iterate. */
  observe(): TangentIterate {
    const core = this.#core;
    const net = this.#net;
    const q = net.width;
    const m = this.#m;
    const ld = this.#ld;
    const R = this.#headRows;
    const { S, uh, ut, e } = this.#rowsOf;
    for (let a = 0; a < q; a++) {
      columnDots(core, this.#Z, ld, S[a]!, ld, R, m, uh[a]!);
      if (this.classes > 0) columnDots(core, this.#leverage, ld, e[a]!, q * ld, this.classes, m, ut[a]!);
    }
    const all = q * ld;
    addScaled(core, 1, this.#uh, 1, this.#ut, this.#u, all);
    axpy(core, 1, net.H, this.#u, all);
    const deepShift = this.#S.at(q * R * ld);
    shiftedForward(core, net, this.#u, deepShift, m, this.#scratch, this.#output);
    // #u is kept as uh + ut for the step.
    addScaled(core, 1, this.#uh, 1, this.#ut, this.#u, all);
    const leftOut = this.#output.copy(0, m);
    const output = net.output.copy(0, m);
    return { leftOut, output, tailShare: this.#tailShare() };
  }

  #tailShare(): number {
    if (this.classes === 0) return 0;
    const core = this.#core;
    const m = this.#m;
    const ld = this.#ld;
    addScaled(core, 1, this.#output, -1, this.#net.output, this.#row, m);
    const shift = sumSquares(core, this.#row, m);
    columnDots(core, this.#net.P, ld, this.#ut, ld, this.#net.width, m, this.#row);
    return shift > 0 ? Math.sqrt(sumSquares(core, this.#row, m) / shift) : 0;
  }

  /**
   * Curvature at the present iterate; returns the sharpness, the largest eigenvalue of sqrt(R) K sqrt(R). Yields after every
   * piece of it the share of an iterate's work.
   */
  *curvature(rates: readonly number[]): Generator<number, number> {
    yield* this.#buildCurvature();
    return this.#sharpness(rates);
  }

  /** (T6)-(T8): the shifts of the next iterate, from the curvature that `curvature` left; yields likewise. */
  *advance(rates: readonly number[]): Generator<number, void> {
    const core = this.#core;
    const net = this.#net;
    const q = net.width;
    const m = this.#m;
    const ld = this.#ld;
    const R = this.#headRows;
    const deepCount = net.deep.length;
    const deepStart = q * R;

    // c = r + D_d . d^d, the part of the own term that all parameters share besides the first layer's.
    columnDots(core, this.#D, ld, this.#S.at(deepStart * ld), ld, deepCount, m, this.#c);
    axpy(core, 1, net.residual, this.#c, m);
    this.#setMeanJacobian();
    this.#pull.fill(0);
    skinnyTransposed(core, this.#ut, q, m, ld, this.#meanJ, q, q, this.#pull, ld);
    // own_u,a = c p_a + sum_b J_ab uh_b + sum_b Jbar_ab ut_b
    const { J, P, own, pull } = this.#rowsOf;
    for (let a = 0; a < q; a++) {
      columnDots(core, J[a * q]!, ld, this.#uh, ld, q, m, own[a]!);
      hadamard(core, P[a]!, this.#c, this.#row, m);
      axpy(core, 1, this.#row, own[a]!, m);
      axpy(core, 1, pull[a]!, own[a]!, m);
    }
    if (this.classes > 0) this.#advanceTail(rates[0]!);
    // own_d = D_d (c + p . uh)
    columnDots(core, net.P, ld, this.#uh, ld, q, m, this.#row);
    axpy(core, 1, this.#row, this.#c, m);
    this.#setRates(rates);
    const shifts = { S: this.#S, Z: this.#Z, D: this.#D, own: this.#own, deepOwn: this.#c, ld };
    const { parameters: p } = this;
    const piece = SHIFTS_GROUP * Math.ceil(PIECE / (SHIFTS_GROUP * (p * p + 1)));
    for (let k = 0; k < m; k += piece) {
      const count = Math.min(piece, m - k);
      const scratch = this.#gemmScratch;
      advanceShifts(core, q, R, deepCount, this.#C, this.#started, shifts, this.#steps, k, count, scratch);
      yield ((1 - CURVATURE_SHARE) * count) / m;
    }
    this.#started = true;
  }

  /** Steps over m of a head row, R of them, and of the deep parameters; roots of all rates. Kept while the rates are. */
  #setRates(rates: readonly number[]): void {
    if (rates === this.#rates) return;
    this.#rates = rates;
    const { width: q, depth } = this.#net;
    const R = this.#headRows;
    const deep = deepRates(rates, q, depth, this.#biases ? 1 : 0);
    this.#steps.view.fill(rates[0]! / this.#m, 0, R);
    this.#steps.set(
      deep.map((rate) => rate / this.#m),
      R,
    );
    this.#roots.view.fill(Math.sqrt(rates[0]!), 0, q * R);
    this.#roots.set(deep.map(Math.sqrt), q * R);
  }

  /** e_c <- e_c - eta lambda_c Jbar e_c + (eta/m) own_t, own_t = g_u + Jbar (uh + ut). */
  #advanceTail(eta: number): void {
    const core = this.#core;
    const q = this.#net.width;
    const m = this.#m;
    const ld = this.#ld;
    const own = this.#pull;
    own.set(this.#net.signal.view);
    skinnyTransposed(core, this.#u, q, m, ld, this.#meanJ, q, q, own, ld);
    const { classes } = this;
    tailAdvance(
      core,
      q,
      classes,
      m,
      ld,
      this.#e,
      own,
      this.#meanJ,
      this.#lambda,
      eta,
      eta / m,
      this.#scratch,
    );
  }

  #setMeanJacobian(): void {
    const { width: q } = this.#net;
    const { J } = this.#rowsOf;
    const mean = this.#meanJ.view;
    // J is symmetric to the bit.
    for (const [a, b] of this.#pairs) {
      mean[a * q + b] = sum(this.#core, J[a * q + b]!, this.#m) / this.#m;
      mean[b * q + a] = mean[a * q + b]!;
    }
  }

  /** m K of (T7) = sum_j [z_j (x) I, I]' J_j [z_j (x) I, I], block by block. */
  *#buildCurvature(): Generator<number, void> {
    const core = this.#core;
    const net = this.#net;
    const q = net.width;
    const m = this.#m;
    const ld = this.#ld;
    const R = this.#headRows;
    const deepCount = net.deep.length;
    const scratch = this.#gemmScratch;
    const G = this.#triangle;
    const { J, P, weightedD } = this.#rowsOf;
    // At least 5e7 flops between two breaks.
    const piece = CURVATURE_DEPTH * Math.ceil(PIECE / (CURVATURE_DEPTH * R * R + 1));
    const share = CURVATURE_SHARE / ((q * (q + 1)) / 2);
    let pending = 0;
    let at = 0;
    for (const [a, b] of this.#pairs) {
      const steps = a === b ? R + deepCount : R;
      let weights = J[a * q + b]!;
      if (a === b) {
        weights = this.#row.set(weights.view);
        for (let c = 0; c < q; c++) if (c !== a) axpy(core, -1, J[a * q + c]!, weights, m);
      }
      const C = this.#C.at(at);
      at += this.#lines * steps;
      for (let start = 0; start < m; start += piece) {
        const count = Math.min(piece, m - start);
        const last = start + count === m;
        weightedGram(core, this.#packedZ, R, m, weights, start, count, G, C, steps, last, scratch);
        pending += R * R * count;
        if (pending < PIECE) continue;
        yield (share * count) / m;
        pending = 0;
      }
    }
    net.deepJacobian(this.#D, ld, m);
    for (let a = 0; a < q; a++) {
      weightColumns(core, this.#D, ld, deepCount, m, P[a]!, weightedD[a]!, ld);
    }
    const rows = q * deepCount;
    gemm(core, false, true, rows, R, m, this.#weightedD, ld, this.#Z, ld, this.#mixed, R, false, scratch);
    syrk(core, deepCount, m, this.#D, ld, this.#deepK, deepCount, scratch);
    packBorder(core, q, R, deepCount, this.#mixed, this.#deepK, this.#C);
  }

  /** Power iteration, warm-started from the iterate before; the norm of the last product. */
  #sharpness(rates: readonly number[]): number {
    const core = this.#core;
    const { width: q, deep } = this.#net;
    const R = this.#headRows;
    const deepCount = deep.length;
    const p = this.parameters;
    const products = this.#started ? LATER_PRODUCTS : FIRST_PRODUCTS;
    this.#setRates(rates);
    let norm = 0;
    for (let i = 0; i < products; i++) {
      hadamard(core, this.#roots, this.#vector, this.#scaled, p);
      curvatureVector(core, q, R, deepCount, this.#C, this.#scaled, this.#product, this.#gemmScratch);
      hadamard(core, this.#roots, this.#product, this.#product, p);
      norm = Math.sqrt(dot(core, this.#product, this.#product, p));
      if (!(norm > 0)) {
        this.#vector.fill(1);
        return 0;
      }
      this.#vector.set(this.#product.view);
      scale(core, 1 / norm, this.#vector, p);
    }
    return norm / this.#m;
  }
}
