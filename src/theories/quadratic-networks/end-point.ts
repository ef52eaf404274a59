// The end of the flow without the way there: by the convex solver where the rank does not cut (A2), by the accelerated factor
// elsewhere (A1).
import type { Core } from '../../../bindings/core.ts';
import { gemmScratchFor, syrk } from '../../../bindings/linalg.ts';
import { fillNormal, openStream } from '../../../bindings/random.ts';
import { labelId, streamKey } from '../../numerics/random.ts';
import type { Run } from '../../run.ts';
import { Recorder, type Trajectory } from '../../trajectory.ts';
import { accelerate, curvature, type Found, solveConvex } from './descent.ts';
import type { Parameters } from './parameters.ts';
import { parametersOf, type QuadraticProblem } from './problem.ts';
import { packedLength } from './process.ts';
import {
  draw,
  evaluationWork,
  finals,
  largestEigenvalue,
  sizesOf,
  startFactor,
  testErrorOf,
} from './replica.ts';
import { steadyState } from './steady-state.ts';

/** One replica at every point of the sweep. */
export async function stationaryTrajectory(
  core: Core,
  problem: QuadraticProblem,
  replica: number,
  run: Run,
): Promise<Trajectory> {
  const points = parametersOf(problem);
  const recorder = new Recorder();
  let converged = 0;
  let last: ReturnType<typeof finals> | undefined;
  for (const parameters of points) {
    const found = await endPoint(core, problem, parameters, replica, run);
    if (!found) return recorder.finish('aborted', {}, { converged });
    const { row, final } = found;
    if (!recorder.add(row)) return recorder.finish('diverged', {}, { converged });
    if (found.converged) converged++;
    last = final;
  }
  return recorder.finish('complete', points.length === 1 ? last! : {}, { converged });
}

/** The end of the flow at one point, by the convex solver where the rank does not cut and by the accelerated factor elsewhere. */
async function endPoint(
  core: Core,
  problem: QuadraticProblem,
  parameters: Parameters,
  replica: number,
  run: Run,
) {
  const { model, optimizer, seed } = problem;
  if (optimizer.kind !== 'stationary') throw new TypeError('A stationary configuration is needed.');
  const { d, m, columns } = sizesOf(problem, parameters);
  const share = evaluationWork(problem, parameters);
  const stage = `replica ${replica + 1}`;
  const turn = (iterations: number) => run.advance(iterations * share, stage);
  return core.withinAsync(async (scope) => {
    const { measurements, teacher } = draw(core, scope, problem, parameters, replica);
    const Z = scope.f64(d * d);
    const difference = scope.f64(packedLength(d));
    // A margin above what 40 rounds of the power iteration find.
    const largest = 1.05 * core.within((inner) => curvature(core, inner, measurements, d));
    const tolerance =
      parameters.weightDecay > 0
        ? Math.min(optimizer.tolerance, 1e-3 * parameters.weightDecay)
        : optimizer.tolerance;
    const convex = m >= d || steadyState(parameters, { core }).reliability.flag === 'exact';
    const solved = convex
      ? await core.withinAsync((inner) =>
          solveConvex(core, inner, measurements, Z, d, largest, 0.1 * tolerance, optimizer.iterations, turn),
        )
      : undefined;
    if (convex && !solved) return undefined;
    let found: Found | undefined = solved && solved.rank <= m ? solved : undefined;
    found ??= await core.withinAsync(async (inner) => {
      const raw = inner.f64(d * m);
      const key = streamKey(`${seed}/replica ${replica}`);
      fillNormal(core, openStream(core, inner, key, labelId('start'), 0), raw);
      const W = startFactor(core, inner, raw, d, m, model.initialScale);
      const rate = 0.5 / (largest * largestEigenvalue(parameters, model.initialScale));
      const result = await accelerate(
        core,
        inner,
        measurements,
        W,
        d,
        columns,
        rate,
        tolerance,
        optimizer.iterations,
        turn,
      );
      syrk(core, d, columns, W, columns, Z, d, inner.f64(gemmScratchFor(core, d, d, columns)));
      return result;
    });
    if (!found) return undefined;
    let trace = 0;
    for (let i = 0; i < d; i++) trace += Z.view[i * d + i]! / d;
    const final = finals(core, problem, Z, d);
    return {
      converged: found.converged,
      final,
      row: {
        trainError: found.train,
        testError: testErrorOf(core, difference, Z, teacher, d),
        energy: found.train / 4 + parameters.weightDecay * trace,
        trace,
        rank: final.finalRank[0]!,
      },
    };
  });
}
