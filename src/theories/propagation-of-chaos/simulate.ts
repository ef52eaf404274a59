// The experiment: replicas of finite networks with their mean-field partners, of the model's width in full and of further widths for
// their gap alone; what it costs. Every (width, replica) has streams of its own.
import type { Core } from '../../../bindings/core.ts';
import type { Run } from '../../run.ts';
import { Recorder, type Trajectory } from '../../trajectory.ts';
import { runCoupled } from './coupled.ts';
import { linearisedSize, linearisedWork } from './linearised.ts';
import type { Links } from './links.ts';
import { initialLawOf } from './mean-field.ts';
import { populationSize, populationWork } from './moment-field.ts';
import {
  dataFieldSize,
  dataWork,
  drawNormalRows,
  type Pace,
  particlesSize,
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

function networkCost(problem: PropagationProblem, links: Links, m: number, whole: boolean) {
  const { degree } = links;
  const { model, data, optimizer, simulation } = problem;
  const d = model.inputDimension;
  const n = data.sampleCount;
  const linearised = whole && simulation.linearised;
  const stages = stagesOf(optimizer.kind);
  const records = recordedSteps(problem).length;
  const evaluation = n === undefined ? populationWork(links, m, d, true) : dataWork(m, d, n, degree);
  const pairs = populationWork(links, m, d, false);
  const evaluations = optimizer.steps * stages;
  return {
    doubles:
      particlesSize(m, d) +
      populationSize(links, m, d) +
      (n === undefined ? 0 : dataFieldSize(m, d, n)) +
      (whole ? 2 * m * d + 8 * m : 2 * m) +
      (linearised ? linearisedSize(m, d) : 0),
    work:
      evaluations * evaluation +
      // Where velocities are of samples the pairs are a pass of their own; the last record has no step behind it.
      (n === undefined ? pairs : records * pairs) +
      (whole ? records * pairs : 0) +
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
  const { model, data, optimizer, simulation, seed } = problem;
  const { inputDimension } = model;
  const links = linksOfProblem(problem);
  const key = replicaKey(seed, replica);
  const pace: Pace = (work) => run.advance(work, `replica ${replica + 1}`);
  const common = {
    inputDimension,
    links,
    law: initialLawOf(problem, links),
    kind: optimizer.kind,
    stepSize: optimizer.stepSize,
    recorded: recordedSteps(problem),
    linearised: simulation.linearised,
  };
  const recorder = new Recorder();
  const gapsOf = async (width: number) => {
    const count = data.sampleCount;
    const { status, gaps } = await runCoupled(
      core,
      {
        ...common,
        width,
        start: (out) => drawNormalRows(core, key, `particles/${width}`, width, inputDimension, out),
        ...(count !== undefined && {
          samples: {
            count,
            draw: (out) => drawNormalRows(core, key, `samples/${width}`, count, inputDimension, out),
          },
        }),
      },
      pace,
      width === model.width ? recorder : undefined,
    );
    return { status, gaps };
  };
  const widths = simulatedWidths(problem);
  const times = common.recorded.length;
  const gapAgainstWidth = new Float64Array(widths.length * times);
  // The model's own width first: what is recorded before a cancellation is of it.
  for (const width of [model.width, ...widths.filter((m) => m !== model.width)]) {
    const { status, gaps } = await gapsOf(width);
    if (status !== 'complete') return recorder.finish(status);
    gapAgainstWidth.set(gaps, widths.indexOf(width) * times);
  }
  return recorder.finish('complete', widths.length > 1 ? { gapAgainstWidth } : {});
}
