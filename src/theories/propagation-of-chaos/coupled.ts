// One finite network with its mean-field partners: each neuron's partner starts at the same place and moves by the same integrator and
// step, so that discretisation cancels. Measured at the recorded times: the exact gap in function space (C1), the noise floor of
// the partners (C2), displacements, loss and overlaps. Refuses to know how many networks there are and where their start comes from.
import type { Block, Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import { sumSquares } from '../../../bindings/linalg.ts';
import { normaliseRows, partners, squaredDistances } from '../../../bindings/particles.ts';
import { legendreMoments } from '../../../bindings/propagation-of-chaos.ts';
import type { Recorder } from '../../trajectory.ts';
import { Linearised, type Stage } from './linearised.ts';
import {
  Characteristics,
  MeanField,
  type MeanFieldInput,
  meanFieldLoss,
  recurrence,
  type ZonalPotential,
} from './mean-field.ts';
import { populationOf } from './moment-field.ts';
import { OVERLAP_LEVELS } from './observables.ts';
import { DataField, type Pace, Particles } from './particles.ts';

export interface CoupledInput extends MeanFieldInput {
  readonly width: number;
  /** Steps after which the network is measured, ascending; the run ends with the last. */
  readonly recorded: readonly number[];
  readonly linearised: boolean;
  /** Initial neurons, width × inputDimension; normalised here. */
  readonly start: (out: Block) => void;
  /** Rows of the velocity from samples; without them, the velocity of the population. */
  readonly samples?: { readonly count: number; readonly draw: (out: Block) => void };
}

export interface CoupledRun {
  readonly status: 'complete' | 'diverged' | 'aborted';
  /** Squared gap in function space at the recorded times. */
  readonly gaps: readonly number[];
}

/** Runs one network. With a recorder everything is measured, otherwise the gap alone. */
export function runCoupled(
  core: Core,
  input: CoupledInput,
  asked: Pace,
  recorder: Recorder | undefined,
): Promise<CoupledRun> {
  const { inputDimension: d, width: m, links, kind, stepSize, recorded } = input;
  const last = recorded[recorded.length - 1]!;
  const gaps: number[] = [];
  // A run that is cut short has its first record all the same.
  const pace: Pace = async (work) => (await asked(work)) || (recorder !== undefined && gaps.length === 0);
  return core.withinAsync(async (scope): Promise<CoupledRun> => {
    const mean = new MeanField(core, scope, input);
    const particles = new Particles(core, scope, m, d, input.start);
    const population = populationOf(core, scope, links, m, d, pace);
    const samples = input.samples && new DataField(core, scope, links, m, d, input.samples, pace);
    const overlaps = new Overlaps(core, scope, mean.potential, m, d);
    const coupling = recorder && new Coupling(core, scope, links.degree, particles, m, d);
    const linearised =
      coupling && input.linearised ? new Linearised(core, scope, links, coupling.Z, m, d, pace) : undefined;
    const end = (status: CoupledRun['status']): CoupledRun => ({ status, gaps });

    /** Measures everything that a recorder takes; undefined where the caller has cancelled. */
    async function measure(to: Recorder, beside: Coupling, pairs: number, gap: number) {
      const rows = beside.partnerRows(particles.room);
      const now: Stage = { alpha: beside.alpha.alpha.copy(), force: mean.force() };
      const partnerPairs = await (linearised ? linearised.meanOfPairs(now) : population.meanOfPairs(rows));
      if (partnerPairs === undefined) return undefined;
      const noise = overlaps.of(now.alpha).gap(partnerPairs, mean.moments);
      const displacement = beside.displacement(particles.W, rows);
      const beyond = linearised && (await ofLinearised(linearised, beside, rows, displacement));
      if (linearised && !beyond) return undefined;
      const own = overlaps.ofRows(particles.W);
      const loss = own.loss(pairs);
      const fluctuation = loss - meanFieldLoss(mean.potential, mean.moments);
      return to.add({
        loss,
        overlapMoments: own.moments,
        overlapQuantiles: quantiles(own.sorted()),
        scaledGap: m * gap,
        scaledNoise: m * noise,
        scaledDisplacement: m * displacement.meanSquare,
        lossFluctuation: m * fluctuation * fluctuation,
        meanDisplacement: displacement.mean,
        rmsDisplacement: Math.sqrt(displacement.meanSquare),
        largestDisplacement: displacement.largest,
        ...beyond,
      });
    }

    /** The linearised dynamics beside the true ones; partners' rows are lost. */
    async function ofLinearised(it: Linearised, beside: Coupling, rows: Block, displacement: Displacement) {
      const sizes = beside.linearised(it.D, particles.W, rows, displacement);
      const pairs = await population.meanOfPairs(it.rows(rows, rows));
      if (pairs === undefined) return undefined;
      return { linearisedScaledGap: m * overlaps.ofRows(rows).gap(pairs, mean.moments), ...sizes };
    }

    for (let step = 0; ; step++) {
      if (step === recorded[gaps.length]) {
        const velocities = step < last && !samples ? particles.V : undefined;
        const pairs = await population.meanOfPairs(particles.W, velocities);
        if (pairs === undefined) return end('aborted');
        if (velocities) particles.evaluated();
        const gap = overlaps.ofRows(particles.W).gap(pairs, mean.moments);
        const kept =
          recorder && coupling ? await measure(recorder, coupling, pairs, gap) : Number.isFinite(gap);
        if (kept === undefined) return end('aborted');
        if (!kept) return end('diverged');
        gaps.push(gap);
      }
      if (step === last) return end('complete');
      const forces = mean.advance();
      if (!mean.within) return end('diverged');
      if (coupling) {
        const stages: Stage[] = [];
        const forceAt = (stage: number, alpha: Block) => {
          if (linearised) stages.push({ alpha: alpha.copy(), force: forces[stage]! });
          return forces[stage]!;
        };
        if (!coupling.alpha.step(forceAt, kind, stepSize)) return end('diverged');
        const after = linearised && coupling.alpha.alpha.copy();
        if (after && !(await linearised.step(stages, after, kind, stepSize))) return end('aborted');
      }
      if (!(await particles.step(samples ?? population, kind, stepSize))) return end('aborted');
    }
  });
}

/** Overlaps of a network, and what they and the pairs say of its function: (V1), (C1). */
class Overlaps {
  /** (1/m) Σ_i P_l(α_i) of the overlaps last read. */
  moments: Float64Array = new Float64Array(0);
  readonly #core: Core;
  readonly #potential: ZonalPotential;
  readonly #m: number;
  readonly #d: number;
  readonly #alpha: Block;
  readonly #weights: Block;
  readonly #table: Block;
  readonly #room: Block;

  constructor(core: Core, scope: Scope, potential: ZonalPotential, m: number, d: number) {
    this.#core = core;
    this.#potential = potential;
    this.#m = m;
    this.#d = d;
    this.#alpha = scope.f64(m);
    this.#weights = scope.f64(m).fill(1 / m);
    this.#table = scope.from(recurrence(d, potential.terms));
    this.#room = scope.f64(2 * potential.terms);
  }

  /** Of the rows W: their first entries. */
  ofRows(W: Block): this {
    const alpha = this.#alpha.view;
    const rows = W.view;
    for (let i = 0; i < this.#m; i++) alpha[i] = rows[i * this.#d]!;
    return this.#take();
  }

  of(alpha: Float64Array): this {
    this.#alpha.set(alpha);
    return this.#take();
  }

  sorted(): Float64Array {
    return this.#alpha.copy().sort();
  }

  /** ‖f − f_ρ‖² from the mean over pairs and the moments m_l of the mean field. */
  gap(pairs: number, moments: Float64Array): number {
    const { lambda } = this.#potential;
    let sum = pairs;
    for (let l = 0; l < lambda.length; l++)
      sum += lambda[l]! * moments[l]! * (moments[l]! - 2 * this.moments[l]!);
    return sum;
  }

  loss(pairs: number): number {
    const { kappa, targetSquare } = this.#potential;
    let sum = targetSquare + pairs;
    for (let l = 0; l < kappa.length; l++) sum -= 2 * kappa[l]! * this.moments[l]!;
    return 0.5 * sum;
  }

  #take(): this {
    const { terms } = this.#potential;
    legendreMoments(this.#core, this.#alpha, this.#weights, this.#m, terms, this.#table, this.#room);
    this.moments = this.#room.copy(0, terms);
    return this;
  }
}

interface Displacement {
  readonly mean: number;
  readonly meanSquare: number;
  readonly largest: number;
}

/** The partners of a network, and how far it is from them. */
class Coupling {
  /** Overlaps of the partners. */
  readonly alpha: Characteristics;
  /** Rows z_i: the direction of a partner beside the target. */
  readonly Z: Block;
  readonly #core: Core;
  readonly #m: number;
  readonly #d: number;
  readonly #squares: Block;
  readonly #moved: Block;

  constructor(core: Core, scope: Scope, degree: number, { W }: Particles, m: number, d: number) {
    this.#core = core;
    this.#m = m;
    this.#d = d;
    this.alpha = new Characteristics(core, scope, d, degree, m);
    this.Z = scope.f64(m * d).set(W.view);
    this.#squares = scope.f64(m);
    this.#moved = scope.f64(m * d);
    const z = this.Z.view;
    const alpha = this.alpha.alpha.view;
    for (let i = 0; i < m; i++) {
      alpha[i] = z[i * d]!;
      z[i * d] = 0;
    }
    normaliseRows(core, this.Z, d, m, d, this.Z, d);
  }

  partnerRows(out: Block): Block {
    partners(this.#core, this.alpha.alpha, this.Z, this.#d, this.#m, this.#d, out, this.#d);
    return out;
  }

  /** ‖w_i − w̄_i‖ over neurons. */
  displacement(W: Block, partnerRows: Block): Displacement {
    const [m, d] = [this.#m, this.#d];
    squaredDistances(this.#core, W, d, partnerRows, d, m, d, this.#squares);
    const squares = this.#squares.view;
    let [sum, square, largest] = [0, 0, 0];
    for (let i = 0; i < m; i++) {
      sum += Math.sqrt(squares[i]!);
      square += squares[i]!;
      largest = Math.max(largest, squares[i]!);
    }
    return { mean: sum / m, meanSquare: square / m, largest: Math.sqrt(largest) };
  }

  /** Size of the linearised displacements D, and their distance from the true ones over the size of those. */
  linearised(D: Block, W: Block, partnerRows: Block, { meanSquare }: Displacement) {
    const [m, d] = [this.#m, this.#d];
    const moved = this.#moved.set(W.view).view;
    const rows = partnerRows.view;
    const delta = D.view;
    for (let k = 0; k < m * d; k++) moved[k] = moved[k]! - rows[k]! - delta[k]!;
    const error = sumSquares(this.#core, this.#moved, m * d) / m;
    return {
      linearisedRmsDisplacement: Math.sqrt(sumSquares(this.#core, D, m * d) / m),
      // At the start there is no displacement, but for rounding.
      linearisationError: meanSquare > 1e-24 ? Math.sqrt(error / meanSquare) : 0,
    };
  }
}

/** Quantiles of ascending values at the levels of the overlap, between neighbours in proportion. */
function quantiles(ascending: Float64Array): Float64Array {
  const last = ascending.length - 1;
  return Float64Array.from(OVERLAP_LEVELS, (level) => {
    const at = level * last;
    const low = Math.floor(at);
    const high = Math.min(last, low + 1);
    return ascending[low]! + (at - low) * (ascending[high]! - ascending[low]!);
  });
}
