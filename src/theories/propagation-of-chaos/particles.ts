// The finite network: m neurons on the sphere, drawn uniformly, that move by gradient flow or projected descent (V4) in the velocity
// of the population (V2) or of samples (V3). Long evaluations are done in parts, with a turn for the event loop between them.
// Refuses to know the mean field.
import type { Block, Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import { addScaled, axpy } from '../../../bindings/linalg.ts';
import {
  dataVelocity,
  dataVelocityScratch,
  hermiteBlock,
  hermiteDerivative,
  hermiteSeries,
  normaliseRows,
  type Part,
  polynomialBlock,
  populationVelocity,
  populationVelocityScratch,
} from '../../../bindings/particles.ts';
import { fillNormal, openStream } from '../../../bindings/random.ts';
import { labelId, streamKey } from '../../numerics/random.ts';
import { derivativeOf, type Links } from './links.ts';
import type { Dynamics } from './mean-field.ts';

/** Rows drawn from one stream: a row's numbers depend on its block and never on how many rows there are. */
const STREAM_ROWS = 256;
/** Multiply-adds between two turns of the event loop, about 20 ms. */
const TURN_WORK = 2e8;
/** Rows of a block of the kernels: parts begin and end at multiples of it. */
const BLOCK = 64;

/** Counts multiply-adds as done; false where the caller has cancelled. */
export type Pace = (work: number) => Promise<boolean>;

/** The next part of `count` rows from `from` on, of about TURN_WORK where rows `from` to `to` take `work(from, to)`. */
export function nextPart(count: number, from: number, work: (from: number, to: number) => number): Part {
  let to = from + BLOCK;
  while (to < count && work(from, to + BLOCK) <= TURN_WORK) to += BLOCK;
  return { from, to: Math.min(to, count) };
}

/** Rows of independent normals from the streams (seed, label, block of 256 rows). */
export function drawNormalRows(
  core: Core,
  key: Int32Array,
  label: string,
  rows: number,
  d: number,
  out: Block,
): void {
  const id = labelId(label);
  for (let start = 0, block = 0; start < rows; start += STREAM_ROWS, block++) {
    const count = Math.min(STREAM_ROWS, rows - start) * d;
    core.within((scope) => {
      fillNormal(core, openStream(core, scope, key, id, block), out.at(start * d, count), count);
    });
  }
}

/** The key of a replica: labels are 32-bit words, and among very many of them two would meet. */
export function replicaKey(seed: string, replica: number): Int32Array {
  return streamKey(`${seed}/replica ${replica}`);
}

/** A rule that gives every neuron its velocity. */
export interface VelocityField {
  /** V_i = ν(w_i); false where the caller has cancelled. */
  evaluate(W: Block, V: Block): Promise<boolean>;
}

/** The velocity of the population, and the sums over pairs that loss and gap need. */
export interface Population extends VelocityField {
  /** (1/m²) Σ_ij Q(⟨w_i,w_j⟩), and the velocity where V is given; undefined where the caller has cancelled. */
  meanOfPairs(W: Block, V?: Block): Promise<number | undefined>;
}

/** Multiply-adds of all pairs with their polynomials of `terms` terms; without velocity a third of the products. */
export function pairWork(m: number, d: number, terms: number, velocity: boolean): number {
  return (m * m * (d * (velocity ? 3 : 1) + terms)) / 2;
}

/** Doubles of linear memory of a PopulationField. */
export function populationFieldSize(m: number, d: number): number {
  return 3 * padded(m) * padded(d) + 4 * padded(m) + 2 * BLOCK * BLOCK;
}

/** The population by its pairs, for Q of any degree. */
export class PopulationField implements Population {
  readonly #core: Core;
  readonly #m: number;
  readonly #d: number;
  readonly #terms: number;
  readonly #constant: number;
  readonly #slope: Block;
  readonly #values: Block;
  readonly #target: Block;
  readonly #scratch: Block;
  readonly #pace: Pace;

  constructor(core: Core, scope: Scope, links: Links, m: number, d: number, pace: Pace) {
    const { Q, T } = links;
    this.#core = core;
    this.#m = m;
    this.#d = d;
    this.#terms = links.degree;
    this.#constant = Q[0]!;
    this.#slope = polynomialBlock(scope, derivativeOf(Q));
    this.#values = polynomialBlock(
      scope,
      Q.map((value, k) => (k === 0 ? 0 : value)),
    );
    this.#target = polynomialBlock(scope, derivativeOf(T));
    this.#scratch = scope.f64(populationVelocityScratch(core, m, d));
    this.#pace = pace;
  }

  async evaluate(W: Block, V: Block): Promise<boolean> {
    return (await this.#pairs(W, V, this.#slope, undefined)) !== undefined;
  }

  async meanOfPairs(W: Block, V?: Block): Promise<number | undefined> {
    const sum = await this.#pairs(W, V ?? W, V && this.#slope, this.#values);
    return sum === undefined ? undefined : sum / (this.#m * this.#m) + this.#constant;
  }

  async #pairs(W: Block, V: Block, slope?: Block, values?: Block): Promise<number | undefined> {
    const [core, m, d] = [this.#core, this.#m, this.#d];
    const laws = { target: this.#target, ...(slope && { slope }), ...(values && { values }) };
    const whole = pairWork(m, d, this.#terms, slope !== undefined);
    // Row i meets the rows before it: the work of rows up to `to` grows like its square.
    const work = (from: number, to: number) => whole * ((to / m) * (to / m) - (from / m) * (from / m));
    for (let from = 0; ; ) {
      const part = nextPart(m, from, work);
      const sum = populationVelocity(core, W, d, m, d, laws, V, d, this.#scratch, part);
      if (!(await this.#pace(work(from, part.to)))) return undefined;
      if (part.to === m) return sum;
      from = part.to;
    }
  }
}

/** Multiply-adds of one velocity from n samples. */
export function dataWork(m: number, d: number, n: number, terms: number): number {
  return m * n * (2 * d + 4 * terms);
}

/** Doubles of linear memory of a DataField with its samples. */
export function dataFieldSize(m: number, d: number, n: number): number {
  return (
    n * (d + 1) + padded(m) * (2 * padded(d) + BLOCK) + 2 * BLOCK * padded(d) + BLOCK * BLOCK + 3 * BLOCK
  );
}

/** The velocity from n samples, drawn once. */
export class DataField implements VelocityField {
  readonly #core: Core;
  readonly #sizes: { readonly m: number; readonly d: number; readonly n: number };
  readonly #X: Block;
  readonly #y: Block;
  readonly #activation: { readonly values: Block; readonly slopes: Block };
  readonly #work: number;
  readonly #scratch: Block;
  readonly #pace: Pace;

  /** `draw` fills the inputs, count × d; labels are those of the target. */
  constructor(
    core: Core,
    scope: Scope,
    links: Links,
    m: number,
    d: number,
    { count: n, draw }: { readonly count: number; readonly draw: (out: Block) => void },
    pace: Pace,
  ) {
    this.#core = core;
    this.#sizes = { m, d, n };
    this.#pace = pace;
    this.#X = scope.f64(n * d);
    this.#y = scope.f64(n);
    draw(this.#X);
    const x = this.#X.view;
    const y = this.#y.view;
    for (let s = 0; s < n; s++) y[s] = x[s * d]!;
    this.#activation = {
      values: hermiteBlock(scope, links.activation),
      slopes: hermiteBlock(scope, hermiteDerivative(links.activation)),
    };
    hermiteSeries(core, hermiteBlock(scope, links.target), this.#y, n, this.#y);
    this.#scratch = scope.f64(dataVelocityScratch(core, m, d));
    this.#work = dataWork(m, d, n, links.degree);
  }

  async evaluate(W: Block, V: Block): Promise<boolean> {
    const { m, d, n } = this.#sizes;
    const work = (from: number, to: number) => (this.#work * (to - from)) / n;
    for (let from = 0; from < n; ) {
      const part = nextPart(n, from, work);
      dataVelocity(
        this.#core,
        W,
        d,
        m,
        d,
        this.#X,
        d,
        this.#y,
        n,
        this.#activation,
        V,
        d,
        this.#scratch,
        part,
      );
      if (!(await this.#pace(work(from, part.to)))) return false;
      from = part.to;
    }
    return true;
  }
}

/** Velocity evaluations of one step. */
export function stagesOf(kind: Dynamics): number {
  return kind === 'gradient-flow' ? 4 : 1;
}

/** Doubles of linear memory of a Particles: rows, velocities, a stage, a sum. */
export function particlesSize(m: number, d: number): number {
  return 4 * m * d;
}

export class Particles {
  /** The neurons, m rows of norm 1. */
  readonly W: Block;
  /** Rows that are free between steps. */
  readonly room: Block;
  /** Velocities at W where `fresh`. */
  readonly V: Block;
  readonly #sum: Block;
  readonly #core: Core;
  readonly #m: number;
  readonly #d: number;
  #fresh = false;

  /** m neurons in dimension d that start at the normalised rows of `start`. */
  constructor(core: Core, scope: Scope, m: number, d: number, start: (out: Block) => void) {
    this.#core = core;
    this.#m = m;
    this.#d = d;
    this.W = scope.f64(m * d);
    this.V = scope.f64(m * d);
    this.room = scope.f64(m * d);
    this.#sum = scope.f64(m * d);
    start(this.W);
    normaliseRows(core, this.W, d, m, d, this.W, d);
  }

  /** Says that V holds the velocities at W, so that the next step need not evaluate them. */
  evaluated(): void {
    this.#fresh = true;
  }

  /** One step; false where the caller has cancelled, and W is then of no use. */
  async step(field: VelocityField, kind: Dynamics, h: number): Promise<boolean> {
    const [core, m, d] = [this.#core, this.#m, this.#d];
    const [W, V, sum, stage] = [this.W, this.V, this.#sum, this.room];
    const n = m * d;
    if (!this.#fresh && !(await field.evaluate(W, V))) return false;
    this.#fresh = false;
    if (kind === 'projected-descent') {
      axpy(core, h, V, W, n);
      normaliseRows(core, W, d, m, d, W, d);
      return true;
    }
    addScaled(core, 1, W, h / 6, V, sum, n);
    for (let s = 1; s < 4; s++) {
      addScaled(core, 1, W, s === 3 ? h : 0.5 * h, V, stage, n);
      normaliseRows(core, stage, d, m, d, stage, d);
      if (!(await field.evaluate(stage, V))) return false;
      axpy(core, s === 3 ? h / 6 : h / 3, V, sum, n);
    }
    normaliseRows(core, sum, d, m, d, W, d);
    return true;
  }
}

const padded = (length: number) => 4 * Math.ceil(length / 4);
