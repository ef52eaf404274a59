// The prediction of a problem: mean field, law at 1/m, envelopes and escape in one deterministic run. Knows blocks of a core that it is
// given and the order of things, not the equations.
import type { Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import type { Run } from '../../run.ts';
import { Recorder, type Trajectory } from '../../trajectory.ts';
import { type Envelopes, type EnvelopeTime, envelopeCost, envelopesOf, envelopeTime } from './envelopes.ts';
import { EscapeWatch, escapeHorizon, escapeTime, MOST_HORIZONS } from './escape.ts';
import { FluctuationLaw, fluctuationCost } from './fluctuation.ts';
import { HessianAt, localGrowth, selfConcordance } from './hessian.ts';
import { initialQuantiles } from './initial-law.ts';
import type { Links } from './links.ts';
import { Characteristics, initialLawOf, MeanField, zonalPotential } from './mean-field.ts';
import { OVERLAP_LEVELS } from './observables.ts';
import { linksOfProblem, type PropagationProblem, recordedSteps } from './problem.ts';
import { sectorsOf } from './sectors.ts';
import { simulatedWidths } from './simulate.ts';

/** Initial overlaps of the reported characteristics, in standard deviations, where the config names none. */
const TRACERS = [-3, -2, -1, -0.5, -0.25, 0.25, 0.5, 1, 2, 3];

export function tracersOf({ model, prediction }: PropagationProblem): readonly number[] {
  const deviation = 1 / Math.sqrt(model.inputDimension);
  return prediction.tracers ?? TRACERS.map((x) => x * deviation).filter((alpha) => Math.abs(alpha) < 0.95);
}

/** Nodes and multiply-adds of the escape time at dimension `d`, where the horizon that is tried first is enough. */
function escapeCost(problem: PropagationProblem, links: Links, d: number): { nodes: number; work: number } {
  const { kind, stepSize } = problem.optimizer;
  const horizon = escapeHorizon(problem, d);
  const nodes = initialLawOf(problem, links, problem.prediction.panelNodes, d, horizon).nodes.length;
  const evaluations = (horizon / stepSize) * (kind === 'gradient-flow' ? 4 : 1);
  return { nodes, work: evaluations * nodes * (6 * links.degree + 20) };
}

/** Bytes of linear memory, multiply-adds and node counts of a prediction. */
export function predictionCost(problem: PropagationProblem): {
  bytes: number;
  work: number;
  /** The part of the work that is not escape times. */
  mainWork: number;
  nodes: number;
  fluctuationNodes: number;
} {
  const { optimizer, prediction, model } = problem;
  const links = linksOfProblem(problem);
  const sectors = sectorsOf(zonalPotential(model.inputDimension, links));
  const nodes = initialLawOf(problem, links).nodes.length;
  const coarse = initialLawOf(problem, links, prediction.fluctuationPanelNodes).nodes.length;
  const stages = optimizer.kind === 'gradient-flow' ? 4 : 1;
  const neurons = nodes + 3 * coarse + 2 * (OVERLAP_LEVELS.length + tracersOf(problem).length);
  // A node takes a dozen doubles and 64 bytes of alignment a block.
  let bytes = 8 * 14 * neurons + 128 * 1024;
  let work = optimizer.steps * stages * neurons * (6 * links.degree + 20);
  if (prediction.fluctuation) {
    const cost = fluctuationCost(sectors, coarse, stages);
    bytes += cost.bytes;
    work += optimizer.steps * cost.work;
  }
  if (prediction.envelopes) {
    const cost = envelopeCost(sectors, coarse, Math.min(optimizer.steps, prediction.envelopeTimes) + 1);
    bytes += cost.bytes;
    work += cost.work;
  }
  const mainWork = work;
  let most = 0;
  for (const d of prediction.escapeDimensions ?? []) {
    const cost = escapeCost(problem, links, d);
    work += cost.work;
    most = Math.max(most, cost.nodes);
  }
  // Escape times come one after the other, each with up to MOST_HORIZONS times the panels.
  bytes += 8 * 10 * MOST_HORIZONS * most;
  return { bytes, work, mainWork, nodes, fluctuationNodes: coarse };
}

export async function predictionTrajectory(
  core: Core,
  problem: PropagationProblem,
  run: Run,
): Promise<Trajectory> {
  return core.withinAsync((scope) => predict(core, scope, problem, run));
}

async function predict(core: Core, scope: Scope, problem: PropagationProblem, run: Run): Promise<Trajectory> {
  const { mainWork } = predictionCost(problem);
  const { model, optimizer, prediction } = problem;
  const { inputDimension } = model;
  const { kind, stepSize, steps } = optimizer;
  const links = linksOfProblem(problem);
  const shared = { inputDimension, links, kind, stepSize };
  const field = new MeanField(core, scope, { ...shared, law: initialLawOf(problem, links) });
  const coarse = initialLawOf(problem, links, prediction.fluctuationPanelNodes);
  const law = new FluctuationLaw(core, scope, { ...shared, law: coarse }, prediction.fluctuation);
  const tracers = new Tracers(core, scope, problem, links);
  const grid = envelopeSteps(problem);
  const times: EnvelopeTime[] = [];
  const watch = new EscapeWatch(field.loss(), stepSize);
  const recorder = new Recorder();
  const recorded = recordedSteps(problem);
  let recordedCount = 0;
  for (let step = 0; ; step++) {
    if (step === grid[times.length]) {
      const { hessian, integrals, field: own } = law;
      times.push(
        envelopeTime(step * stepSize, own.nodes.alpha, own.force(), hessian, integrals, own.noise()),
      );
    }
    if (step === recorded[recordedCount]) {
      recordedCount++;
      if (!field.within || !law.field.within || !recorder.add(rowOf(problem, field, law, tracers))) {
        return recorder.finish('diverged');
      }
      if (!(await run.advance(mainWork / recorded.length, 'prediction'))) return recorder.finish('aborted');
    }
    if (step === steps) break;
    tracers.advance(field.advance(), problem);
    law.advance();
    watch.see(step + 1, field.loss());
  }
  const final: Record<string, Float64Array> = { tracerStarts: Float64Array.from(tracersOf(problem)) };
  const notes: Record<string, number> = {};
  if (watch.time !== undefined) notes.escapeTime = watch.time;
  const escapes: [number, number][] = [];
  for (const d of prediction.escapeDimensions ?? []) {
    const time = await escapeTime(core, problem, d, () => run.advance(0, `escape at dimension ${d}`));
    if (time !== undefined) escapes.push([d, time]);
    if (run.aborted) return recorder.finish('aborted');
    await run.advance(escapeCost(problem, links, d).work);
  }
  if (escapes.length > 0) {
    final.escapeDimensions = Float64Array.from(escapes, ([d]) => d);
    final.escapeTimes = Float64Array.from(escapes, ([, time]) => time);
  }
  const whole = recorder.finish('complete', final, notes);
  const series: Record<string, Float64Array> = { ...whole.series };
  if (grid.length > 0) {
    const envelopes = envelopesOf(core, links, coarse, law.sectors, times);
    Object.assign(series, envelopeSeries(envelopes, times, recorded, stepSize));
  }
  const widths = simulatedWidths(problem);
  if (widths.length > 1 && series.scaledGap) {
    final.gapAgainstWidth = Float64Array.from(
      widths.flatMap((width) => Array.from(series.scaledGap!, (gap) => gap / width)),
    );
  }
  return { ...whole, series };
}

/** Characteristics of the quantiles and of the tracers: characteristics do not cross, so quantiles stay quantiles. */
class Tracers {
  readonly #neurons: Characteristics;
  readonly #hessian: HessianAt;

  constructor(core: Core, scope: Scope, problem: PropagationProblem, links: Links) {
    const { inputDimension } = problem.model;
    const starts = [...initialQuantiles(inputDimension, OVERLAP_LEVELS), ...tracersOf(problem)];
    this.#neurons = new Characteristics(core, scope, inputDimension, links.degree, starts.length);
    this.#neurons.alpha.set(starts);
    this.#hessian = new HessianAt(core, scope, inputDimension, links.degree, starts.length);
  }

  advance(forces: readonly Float64Array[], { optimizer }: PropagationProblem): void {
    this.#neurons.advance(forces, optimizer.kind, optimizer.stepSize);
  }

  row(force: Float64Array): Record<string, Float64Array> {
    const { parallel, perpendicular } = this.#hessian.at(this.#neurons.alpha, force);
    const first = OVERLAP_LEVELS.length;
    return {
      overlapQuantiles: this.#neurons.alpha.copy(0, first),
      characteristics: this.#neurons.alpha.copy(first),
      parallelEigenvalue: parallel.slice(first),
      perpendicularEigenvalue: perpendicular.slice(first),
    };
  }
}

function rowOf(
  problem: PropagationProblem,
  field: MeanField,
  law: FluctuationLaw,
  tracers: Tracers,
): Record<string, number | Float64Array> {
  const { alpha } = law.field.nodes;
  const local = law.hessian.at(alpha, law.field.force());
  const row: Record<string, number | Float64Array> = {
    loss: field.loss(),
    overlapMoments: field.moments,
    scaledNoise: field.noise(),
    localGrowth: localGrowth(local),
    selfConcordance: selfConcordance(alpha.view, local, problem.model.inputDimension),
    largestJacobian: law.integrals.largestJacobian(),
    integratedRatio: law.integrals.ratio(),
    ...tracers.row(field.force()),
  };
  if (!problem.prediction.fluctuation) return row;
  const { gap, displacement, loss } = law.evaluate();
  return {
    ...row,
    scaledGap: gap,
    scaledDisplacement: displacement,
    rmsDisplacement: Math.sqrt(displacement / problem.model.width),
    lossFluctuation: loss,
  };
}

/** Steps at which the envelopes are solved: none where they are not asked for. */
function envelopeSteps({ optimizer, prediction }: PropagationProblem): number[] {
  if (!prediction.envelopes) return [];
  const intervals = Math.min(optimizer.steps, prediction.envelopeTimes);
  return Array.from({ length: intervals + 1 }, (_, i) => Math.round((i * optimizer.steps) / intervals));
}

/** The envelopes at the recorded times, by straight lines between their own. */
function envelopeSeries(
  envelopes: Envelopes,
  times: readonly EnvelopeTime[],
  recorded: readonly number[],
  stepSize: number,
): Record<string, Float64Array> {
  const names = {
    naiveEnvelope: envelopes.naive,
    energyEnvelope: envelopes.energy,
    volterraEnvelope: envelopes.volterra,
    semidefiniteEnvelope: envelopes.semidefinite,
    envelope: envelopes.least,
  };
  const out: Record<string, Float64Array> = {};
  for (const [name, values] of Object.entries(names)) {
    let at = 1;
    out[name] = Float64Array.from(recorded, (step) => {
      const time = step * stepSize;
      while (at < times.length - 1 && times[at]!.time < time) at++;
      const [left, right] = [times[at - 1]!, times[at]!];
      const share = (time - left.time) / (right.time - left.time);
      return (1 - share) * values[at - 1]! + share * values[at]!;
    });
  }
  return out;
}
