// The experiment: finite networks drawn at random, each neuron coupled to its mean-field partner, which starts at the same place and
// moves by the same integrator and step. Measured at the recorded times: the exact gap in function space (C1), the noise floor of the
// partners (C2), displacements, loss and overlaps; for further widths the gap alone.
import type { Block, Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import { sumSquares } from '../../../bindings/linalg.ts';
import { normaliseRows, partners, squaredDistances } from '../../../bindings/particles.ts';
import { legendreMoments } from '../../../bindings/propagation-of-chaos.ts';
import type { Run } from '../../run.ts';
import { Recorder, type Trajectory } from '../../trajectory.ts';
import { Linearised, linearisedSize, linearisedWork, type Stage } from './linearised.ts';
import type { Links } from './links.ts';
import {
  Characteristics,
  initialLawOf,
  MeanField,
  meanFieldLoss,
  recurrence,
  type ZonalPotential,
} from './mean-field.ts';
import { OVERLAP_LEVELS } from './observables.ts';
import {
  DataField,
  dataFieldSize,
  dataWork,
  drawNormalRows,
  type Pace,
  Particles,
  PopulationField,
  pairWork,
  particlesSize,
  populationFieldSize,
  replicaKey,
  stagesOf,
} from './particles.ts';
import { linksOfProblem, type PropagationProblem, recordedSteps } from './problem.ts';

/** The widths of one replica, ascending: that of the model and the further ones. */
export function simulatedWidths({ model, simulation }: PropagationProblem): number[] {
  return [...new Set([model.width, ...(simulation.widths ?? [])])].sort((a, b) => a - b);
}

/** Bytes of linear memory and multiply-adds of one replica. */
export function replicaCost(problem: PropagationProblem): { bytes: number; work: number } {
  const links = linksOfProblem(problem);
  const nodes = initialLawOf(problem, links).nodes.length;
  const parts = simulatedWidths(problem).map((m) =>
    networkCost(problem, links, m, m === problem.model.width),
  );
  return {
    bytes: 8 * (Math.max(...parts.map(({ doubles }) => doubles)) + 11 * nodes),
    work: parts.reduce((sum, { work }) => sum + work, 0),
  };
}

function networkCost(problem: PropagationProblem, { degree }: Links, m: number, whole: boolean) {
  const { model, data, optimizer, simulation } = problem;
  const d = model.inputDimension;
  const n = data.sampleCount;
  const linearised = whole && simulation.linearised;
  const stages = stagesOf(optimizer.kind);
  const records = recordedSteps(problem).length;
  const evaluation = n === undefined ? pairWork(m, d, degree, true) : dataWork(m, d, n, degree);
  const pairs = pairWork(m, d, degree, false);
  const evaluations = optimizer.steps * stages;
  return {
    doubles:
      particlesSize(m, d) +
      populationFieldSize(m, d) +
      (n === undefined ? 0 : dataFieldSize(m, d, n)) +
      (whole ? 2 * m * d + 8 * m : 2 * m) +
      (linearised ? linearisedSize(m, d) : 0),
    work:
      evaluations * evaluation +
      // Where velocities are of samples the pairs are a pass of their own; the last record has no step behind it.
      (n === undefined ? pairs : records * pairs) +
      (whole && !linearised ? records * pairs : 0) +
      (linearised ? (evaluations + 1) * linearisedWork(m, d, degree) : 0),
  };
}

/** One replica: a network of the model's width in full, networks of the further widths for their gap. */
export async function replicaTrajectory(
  core: Core,
  problem: PropagationProblem,
  replica: number,
  run: Run,
): Promise<Trajectory> {
  const stage = `replica ${replica + 1}`;
  const pace: Pace = (work) => run.advance(work, stage);
  const links = linksOfProblem(problem);
  const widths = simulatedWidths(problem);
  const recorder = new Recorder();
  const main = await network(core, problem, links, problem.model.width, replica, pace, recorder);
  if (main.status !== 'complete') return recorder.finish(main.status);
  const gaps: Float64Array[] = [];
  for (const m of widths) {
    const one =
      m === problem.model.width ? main : await network(core, problem, links, m, replica, pace, undefined);
    if (one.status === 'aborted') return recorder.finish('aborted');
    if (one.status === 'diverged') return recorder.finish('diverged');
    gaps.push(Float64Array.from(one.gaps));
  }
  if (widths.length < 2) return recorder.finish('complete');
  const times = gaps[0]!.length;
  const gapAgainstWidth = new Float64Array(widths.length * times);
  gaps.forEach((row, i) => {
    gapAgainstWidth.set(row, i * times);
  });
  return recorder.finish('complete', { gapAgainstWidth });
}

interface NetworkRun {
  readonly status: 'complete' | 'diverged' | 'aborted';
  /** Squared gap in function space at the recorded times. */
  readonly gaps: number[];
}

/** One network with its partners. With a recorder everything is measured, otherwise the gap alone. */
function network(
  core: Core,
  problem: PropagationProblem,
  links: Links,
  m: number,
  replica: number,
  pace: Pace,
  recorder: Recorder | undefined,
): Promise<NetworkRun> {
  const { model, data, optimizer, simulation, seed } = problem;
  const { kind, stepSize, steps } = optimizer;
  const d = model.inputDimension;
  const n = data.sampleCount;
  const recorded = recordedSteps(problem);
  const key = replicaKey(seed, replica);
  return core.withinAsync(async (scope): Promise<NetworkRun> => {
    const mean = new MeanField(core, scope, {
      inputDimension: d,
      links,
      law: initialLawOf(problem, links),
      kind,
      stepSize,
    });
    const particles = new Particles(core, scope, m, d, (out) => {
      drawNormalRows(core, key, `particles/${m}`, m, d, out);
    });
    const population = new PopulationField(core, scope, links, m, d, pace);
    const samples =
      n === undefined
        ? undefined
        : new DataField(
            core,
            scope,
            links,
            { m, d, n },
            (out) => drawNormalRows(core, key, `samples/${m}`, n, d, out),
            pace,
          );
    const overlaps = new Overlaps(core, scope, mean.potential, m, d);
    const coupled = recorder && new Coupling(core, scope, links.degree, particles, m, d);
    const linearised =
      recorder && coupled && simulation.linearised
        ? new Linearised(core, scope, links, coupled.Z, m, d, pace)
        : undefined;
    const gaps: number[] = [];
    for (let step = 0; ; step++) {
      if (step === recorded[gaps.length]) {
        const velocities = step < steps && !samples ? particles.V : undefined;
        const pairs = await population.meanOfPairs(particles.W, velocities);
        if (pairs === undefined) return { status: 'aborted', gaps };
        if (velocities) particles.evaluated();
        overlaps.read(particles.W);
        const gap = overlaps.gap(pairs, mean.moments);
        if (recorder && coupled) {
          const partnerRows = coupled.partnerRows(particles.room);
          const now: Stage = { alpha: coupled.alpha.alpha.copy(), force: mean.force() };
          const state = await linearised?.evaluate(now);
          const partnerPairs = state ? state.meanOfPairs : await population.meanOfPairs(partnerRows);
          if (partnerPairs === undefined) return { status: 'aborted', gaps };
          const loss = overlaps.loss(pairs);
          const values = overlaps.sorted();
          const moments = overlaps.moments;
          const displacement = coupled.displacement(particles.W, partnerRows);
          overlaps.set(now.alpha);
          const noise = overlaps.gap(partnerPairs, mean.moments);
          const fluctuation = loss - meanFieldLoss(mean.potential, mean.moments);
          const kept = recorder.add({
            loss,
            overlapMoments: moments,
            overlapQuantiles: quantiles(values),
            scaledGap: m * gap,
            scaledNoise: m * noise,
            scaledDisplacement: m * displacement.meanSquare,
            lossFluctuation: m * fluctuation * fluctuation,
            meanDisplacement: displacement.mean,
            rmsDisplacement: Math.sqrt(displacement.meanSquare),
            largestDisplacement: displacement.largest,
            ...(linearised &&
              state && {
                linearisedScaledGap: m * (noise + state.gapChange),
                ...coupled.linearisedDisplacement(linearised.D, particles.W, partnerRows, displacement),
              }),
          });
          if (!kept) return { status: 'diverged', gaps };
        } else if (!Number.isFinite(gap)) return { status: 'diverged', gaps };
        gaps.push(gap);
      }
      if (step === steps) return { status: 'complete', gaps };
      const forces = mean.advance();
      if (!mean.within) return { status: 'diverged', gaps };
      if (coupled) {
        const stages: Stage[] = [];
        const within = coupled.alpha.step(
          (s, alpha) => {
            if (linearised) stages.push({ alpha: alpha.copy(), force: forces[s]! });
            return forces[s]!;
          },
          kind,
          stepSize,
        );
        if (!within) return { status: 'diverged', gaps };
        if (linearised && !(await linearised.step(stages, coupled.alpha.alpha.copy(), kind, stepSize)))
          return { status: 'aborted', gaps };
      }
      if (!(await particles.step(samples ?? population, kind, stepSize))) return { status: 'aborted', gaps };
    }
  });
}

/** Overlaps of a network, and what they and the pairs say of its function: (V1), (C1). */
class Overlaps {
  /** (1/m) Σ_i P_l(α_i) of the overlaps last read. */
  moments = new Float64Array(0);
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

  /** Takes the first entries of the rows W. */
  read(W: Block): void {
    const alpha = this.#alpha.view;
    const rows = W.view;
    for (let i = 0; i < this.#m; i++) alpha[i] = rows[i * this.#d]!;
    this.#take();
  }

  set(alpha: Float64Array): void {
    this.#alpha.set(alpha);
    this.#take();
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

  #take(): void {
    const { terms } = this.#potential;
    legendreMoments(this.#core, this.#alpha, this.#weights, this.#m, terms, this.#table, this.#room);
    this.moments = this.#room.copy(0, terms);
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
  linearisedDisplacement(D: Block, W: Block, partnerRows: Block, { meanSquare }: Displacement) {
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
