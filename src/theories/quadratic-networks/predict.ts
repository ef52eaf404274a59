// The theory: steady states at the points of a sweep, or repetitions of the mean-field process over the steps.
import type { Block, Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import { scale } from '../../../bindings/linalg.ts';
import { fillNormal, openStream } from '../../../bindings/random.ts';
import { labelId, streamKey } from '../../numerics/random.ts';
import type { Run } from '../../run.ts';
import { Recorder, type Trajectory } from '../../trajectory.ts';
import { binCentres, binEdges, eigenvaluesOf, histogram, predictedHistogram } from './eigenvalues.ts';
import { parametersOf, type QuadraticProblem, stepLengths } from './problem.ts';
import { type Draws, Process, type ProcessInput, processCost } from './process.ts';
import { FLAGS } from './reliability.ts';
import { spectrumTop, startFactor } from './replica.ts';
import { steadyState } from './steady-state.ts';
import { fillTeacher, gramOf, widthOf } from './teacher.ts';

/** A steady state in multiply-adds, for estimates of time: some 1 ms. */
const STEADY_WORK = 1.5e6;

function processInput(problem: QuadraticProblem): ProcessInput {
  const [parameters] = parametersOf(problem);
  const { dimension: d, replicas, probes } = problem.prediction;
  const steps = stepLengths(problem);
  return {
    d,
    columns: Math.min(d, widthOf(parameters!.widthRatio, d)),
    replicas,
    tangents: probes === 'joint' ? 1 : steps.length,
    sampleRatio: parameters!.sampleRatio,
    weightDecay: parameters!.weightDecay,
    noiseVariance: parameters!.noiseVariance,
    steps,
  };
}

/** Bytes of linear memory and multiply-adds of one repetition. */
export function predictionCost(problem: QuadraticProblem): { bytes: number; work: number } {
  if (problem.optimizer.kind === 'stationary') {
    return { bytes: 8 * 4096, work: STEADY_WORK * parametersOf(problem).length };
  }
  const input = processInput(problem);
  const { doubles, work } = processCost(input);
  const raw = input.d * widthOf(problem.model.widthRatio, input.d);
  return { bytes: 8 * (doubles + raw + 2 * input.d * input.d), work: work + STEADY_WORK };
}

/** One repetition of a prediction; a stationary one is deterministic and has only one. */
export async function predictionTrajectory(
  core: Core,
  problem: QuadraticProblem,
  repetition: number,
  run: Run,
): Promise<Trajectory> {
  return problem.optimizer.kind === 'stationary'
    ? steadyTrajectory(core, problem, run)
    : processTrajectory(core, problem, repetition, run);
}

/** Steady states over the sweep, with the gain at the size of the experiment. */
async function steadyTrajectory(core: Core, problem: QuadraticProblem, run: Run): Promise<Trajectory> {
  const recorder = new Recorder();
  const points = parametersOf(problem);
  let final: Record<string, Float64Array> = {};
  for (const parameters of points) {
    const state = steadyState(parameters, { core, dimension: problem.model.inputDimension });
    recorder.add({
      trainError: state.train,
      testError: state.test,
      energy: state.energy,
      rank: state.rank,
      trace: state.trace,
      gain: state.gain ?? 0,
      reliability: FLAGS.indexOf(state.reliability.flag),
      rootCount: state.roots.length,
    });
    if (points.length === 1) {
      const edges = binEdges(spectrumTop(problem));
      final = {
        eigenvalueDensity: predictedHistogram(state, edges, core),
        eigenvalueGrid: binCentres(edges),
        finalRank: Float64Array.of(state.rank),
      };
    }
    if (!(await run.advance(STEADY_WORK, 'steady states'))) return recorder.finish('aborted');
  }
  return recorder.finish('complete', final);
}

/** Random matrices of one repetition: a stream for each replica and each use. */
function drawsOf(core: Core, scope: Scope, problem: QuadraticProblem, repetition: number): Draws {
  const { dimension: d, replicas } = problem.prediction;
  const { data, model, seed } = problem;
  const key = streamKey(`${seed}/repetition ${repetition}`);
  const streams = (label: string) =>
    Array.from({ length: replicas }, (_, r) =>
      openStream(core, scope, key, labelId(`prediction/${label}`), r),
    );
  const [teachers, starts, innovations, probes] = ['teacher', 'start', 'innovation', 'probe'].map(streams);
  // Every coordinate of a symmetric Gaussian matrix has variance 2/d in the symmetric basis.
  const matrix = (stream: Block, out: Block) => {
    fillNormal(core, stream, out);
    scale(core, Math.sqrt(2 / d), out, out.length);
  };
  const m = widthOf(model.widthRatio, d);
  return {
    teacher: (r, out) =>
      fillTeacher(core, d, widthOf(data.teacherWidthRatio, d), data.teacher, teachers![r]!, out),
    start(r, W, ld) {
      core.within((inner) => {
        const raw = inner.f64(d * m);
        fillNormal(core, starts![r]!, raw);
        const factor = startFactor(core, inner, raw, d, m, model.initialScale);
        const columns = Math.min(m, d);
        for (let i = 0; i < d; i++) W.set(factor.view.subarray(i * columns, (i + 1) * columns), i * ld);
      });
    },
    innovation: (r, out) => matrix(innovations![r]!, out),
    probe: (r, out) => matrix(probes![r]!, out),
  };
}

async function processTrajectory(
  core: Core,
  problem: QuadraticProblem,
  repetition: number,
  run: Run,
): Promise<Trajectory> {
  const input = processInput(problem);
  const T = input.steps.length;
  const { work } = predictionCost(problem);
  return core.withinAsync(async (scope) => {
    const process = new Process(core, scope, input, drawsOf(core, scope, problem, repetition));
    const recorder = new Recorder();
    for (let k = 0; k <= T; k++) {
      const { train, test } = process.measure(k);
      // A step reads all steps before it.
      const share = (work * (2 * k + 1)) / ((T + 1) * (T + 1));
      if (!recorder.add({ trainError: train, testError: test })) return recorder.finish('diverged');
      if (!(await run.advance(share, `prediction ${repetition + 1}`))) return recorder.finish('aborted');
      if (k < T) process.advance(k);
    }
    return recorder.finish('complete', {
      ...spectrumOf(core, problem, process, input),
      ...stationaryErrors(core, problem),
      ...(problem.prediction.twoTime && twoTimes(process, T)),
    });
  });
}

/** The histogram of the last Z over all replicas of the process. */
function spectrumOf(
  core: Core,
  problem: QuadraticProblem,
  process: Process,
  { d, columns, replicas }: ProcessInput,
) {
  const edges = binEdges(spectrumTop(problem));
  const density = new Float64Array(edges.length - 1);
  let rank = 0;
  for (let r = 0; r < replicas; r++) {
    const values = core.within((scope) => {
      const Z = scope.f64(d * d);
      gramOf(core, scope, d, columns, scope.from(process.factor(r)), Z);
      return eigenvaluesOf(core, Z, d).map((value) => value * columns);
    });
    const own = histogram(values, edges);
    rank += own.rank / replicas;
    own.density.forEach((value, i) => {
      density[i]! += value / replicas;
    });
  }
  return {
    finalRank: Float64Array.of(rank),
    eigenvalueDensity: density,
    eigenvalueGrid: binCentres(edges),
  };
}

/** Where the errors go at long times. Without weight decay the end depends on the start, and there is no such value. */
function stationaryErrors(core: Core, problem: QuadraticProblem): Record<string, Float64Array> {
  const [parameters] = parametersOf(problem);
  if (parameters!.weightDecay < 1e-6) return {};
  const { train, test } = steadyState(parameters!, { core });
  return {
    stationaryTrainError: Float64Array.of(train),
    stationaryTestError: Float64Array.of(test),
  };
}

function twoTimes(process: Process, T: number) {
  const correlation = new Float64Array((T + 1) * (T + 1));
  const response = new Float64Array((T + 1) * (T + 1));
  for (let k = 0; k <= T; k++) {
    correlation.set(process.correlation[k]!, k * (T + 1));
    response.set(process.response[k]!, k * (T + 1));
  }
  return { correlation, response };
}
