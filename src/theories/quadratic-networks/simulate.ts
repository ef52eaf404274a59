// The experiment, one replica per run: trained by gradient descent or by the flow and measured at every time; or straight to its
// end, at every point of a sweep (end-point.ts).
import type { Core } from '../../../bindings/core.ts';
import { gemmScratchFor, sumSquares, syrk } from '../../../bindings/linalg.ts';
import { fillNormal, openStream } from '../../../bindings/random.ts';
import { labelId, streamKey } from '../../numerics/random.ts';
import type { Run } from '../../run.ts';
import { Recorder, type Trajectory } from '../../trajectory.ts';
import { descend, Flow } from './descent.ts';
import { stationaryTrajectory } from './end-point.ts';
import { parametersOf, type QuadraticProblem, stepLengths } from './problem.ts';
import { packedLength } from './process.ts';
import { draw, finals, replicaCost, sizesOf, stableRate, startFactor, testErrorOf } from './replica.ts';

/** One replica, measured at every time or at every point of the sweep. */
export async function replicaTrajectory(
  core: Core,
  problem: QuadraticProblem,
  replica: number,
  run: Run,
): Promise<Trajectory> {
  return problem.optimizer.kind === 'stationary'
    ? stationaryTrajectory(core, problem, replica, run)
    : movingTrajectory(core, problem, replica, run);
}

async function movingTrajectory(
  core: Core,
  problem: QuadraticProblem,
  replica: number,
  run: Run,
): Promise<Trajectory> {
  const [parameters] = parametersOf(problem);
  const { model, optimizer, seed } = problem;
  const { d, m, columns } = sizesOf(problem, parameters!);
  const lengths = stepLengths(problem);
  const share = replicaCost(problem).work / (lengths.length + 1);
  return core.withinAsync(async (scope) => {
    const { measurements, teacher } = draw(core, scope, problem, parameters!, replica);
    const key = streamKey(`${seed}/replica ${replica}`);
    const raw = scope.f64(d * m);
    fillNormal(core, openStream(core, scope, key, labelId('start'), 0), raw);
    const W = startFactor(core, scope, raw, d, m, model.initialScale);
    const size = d * columns;
    const gradient = scope.f64(size);
    const Z = scope.f64(d * d);
    const difference = scope.f64(packedLength(d));
    const product = scope.f64(gemmScratchFor(core, d, d, columns));
    const flow =
      optimizer.kind === 'gradient-flow'
        ? new Flow(
            core,
            scope,
            measurements,
            d,
            columns,
            optimizer.tolerance,
            stableRate(parameters!, model.initialScale),
          )
        : undefined;
    const recorder = new Recorder();
    let train = measurements.gradient(W, columns, gradient);
    for (let k = 0; ; k++) {
      syrk(core, d, columns, W, columns, Z, d, product);
      const trace = sumSquares(core, W, size) / d;
      const kept = recorder.add({
        trainError: train,
        testError: testErrorOf(core, difference, Z, teacher, d),
        energy: train / 4 + parameters!.weightDecay * trace,
        trace,
      });
      if (!kept) return recorder.finish('diverged');
      if (!(await run.advance(share, `replica ${replica + 1}`))) return recorder.finish('aborted');
      if (k === lengths.length) break;
      if (flow) train = flow.advance(W, gradient, lengths[k]!, train);
      else {
        descend(core, W, gradient, lengths[k]!, size);
        train = measurements.gradient(W, columns, gradient);
      }
    }
    return recorder.finish('complete', finals(core, problem, Z, d));
  });
}
