// The experiment: gradient flow of a finite network, replica by replica, with certificates on the way (C5).

import type { Core } from '../../../bindings/core.ts';
import { elementary } from '../../../bindings/math.ts';
import { SolveError } from '../../errors.ts';
import type { Run } from '../../run.ts';
import { Recorder, type Trajectory } from '../../trajectory.ts';
import { CertificateGround, type Certificates } from './certificates.ts';
import { replicaCost } from './cost.ts';
import { buildEnsemble } from './ensemble.ts';
import { Flow } from './flow.ts';
import { constantError, Gauge, outputRounding, testErrors } from './gauge.ts';
import { lossFloor } from './integrate.ts';
import { spectrumOf } from './kernel-matrix.ts';
import { measuredRate } from './measures.ts';
import type { MeanFieldProblem } from './problem.ts';
import { train } from './train.ts';

/** The loss at which a restart is tried next, as a share of that at the last one. */
const RESTART_SHARE = 0.7;

/** A certificate that fired along a run. */
interface Fired {
  readonly time: number;
  readonly loss: number;
  readonly rate: number;
  readonly certificate: number;
}

export async function replicaTrajectory(
  core: Core,
  problem: MeanFieldProblem,
  replica: number,
  run: Run,
): Promise<Trajectory> {
  return core.withinAsync(async (scope) => {
    const ensemble = buildEnsemble(core, scope, problem, replica, problem.simulation.dtype);
    const { test, labels } = ensemble;
    const flow = new Flow(core, scope, ensemble);
    if (problem.simulation.dtype === 'float32') refuseSingle(flow);
    const gauge = new Gauge(flow, scope);
    const rounding = test && outputRounding(ensemble);
    const ground = problem.simulation.restart ? new CertificateGround(core, ensemble) : undefined;
    const recorder = new Recorder();
    const times: number[] = [];
    const losses: number[] = [];
    let fired: Fired | undefined;
    let tried = Number.POSITIVE_INFINITY;
    const ends: Record<string, number> = {};
    const certify = (time: number, loss: number) => {
      if (!ground || fired || !(loss > 0) || loss > RESTART_SHARE * tried) return;
      tried = loss;
      const { rate, best } = certificatesOf(flow, ground, loss, { thresholds: false });
      if (rate > 0) fired = { time, loss, rate, certificate: best };
    };
    const watch = {
      step(time: number, loss: number) {
        times.push(time);
        losses.push(loss);
        certify(time, loss);
      },
      record(time: number, loss: number, slopes: Parameters<Gauge['read']>[2]) {
        if (times.length === 0) watch.step(time, loss);
        const row = gauge.read(time, loss, slopes);
        const bound = fired
          ? 2 * fired.loss * elementary(core, 'exp', -fired.rate * (time - fired.time))
          : 2 * loss;
        return recorder.add({
          ...row,
          ...(test && testErrors(flow.testOutputs(test), test.labels, rounding!)),
          ...(ground && { restartBound: bound }),
        });
      },
      ended(time: number) {
        ends.ended = time;
        recorder.settle();
      },
      stalled(time: number) {
        ends.stalled = time;
      },
    };
    const work = replicaCost(problem);
    const status = await train(flow, scope, problem, watch, run, work, `replica ${replica + 1}`);
    const slope = measuredRate(times, losses);
    return recorder.finish(
      status,
      {
        ...(slope !== undefined && { measuredRate: Float64Array.of(slope) }),
        ...(fired && {
          restartTime: Float64Array.of(fired.time),
          restartRate: Float64Array.of(fired.rate),
          restartShare: Float64Array.of(fired.loss / losses[0]!),
        }),
        ...(test && { constantError: Float64Array.of(constantError(labels, test.labels)) }),
      },
      {
        certificate: fired?.certificate ?? 0,
        lastShare: losses.at(-1)! / losses[0]!,
        ...ends,
        ...flooredAt(flow, times, losses),
        largestLabel: labels.reduce((most, y) => Math.max(most, Math.abs(y)), 0),
      },
    );
  });
}

/**
 * Where rounding alone leaves as large a loss as the first one, no digit of the trajectory is certain.
 * @throws SolveError
 */
function refuseSingle(flow: Flow): void {
  const first = flow.evaluate();
  const floor = lossFloor(flow);
  if (!(first > 0) || floor < first) return;
  if (flow.ensemble.labels.every((y) => y === 0)) {
    throw new SolveError({
      status: 'refused',
      message:
        'all labels are 0, and so is the output of this network at the start but for rounding: there is nothing to learn.',
      remedy: 'Give other labels, or another model.initialization.',
    });
  }
  throw new SolveError({
    status: 'refused',
    message: `in single precision rounding of pre-activations makes up a loss of ${floor.toPrecision(1)} at scale ${flow.ensemble.scale.toPrecision(3)}, and the first loss is ${first.toPrecision(3)}: no digit of the trajectory is certain.`,
    remedy: 'Set simulation.dtype to "float64", or lower the scale or the inputs, or raise the labels.',
  });
}

/** When a trajectory in single precision reached the loss that rounding leaves, if it did, and that as a share of the first. */
function flooredAt(flow: Flow, times: readonly number[], losses: readonly number[]): Record<string, number> {
  if (flow.ensemble.dtype === 'float64') return {};
  const floor = lossFloor(flow);
  const first = losses.findIndex((loss) => loss <= floor);
  return first >= 0 && losses[0]! > 0 ? { floored: times[first]!, floorShare: floor / losses[0]! } : {};
}

/** The certificates of an evaluated flow. */
export function certificatesOf(
  flow: Flow,
  ground: CertificateGround,
  loss: number,
  options?: { readonly thresholds: boolean },
): Certificates {
  const { samples: n } = flow.ensemble;
  flow.tangentGram();
  return ground.certify(flow.H, flow.averages, loss, spectrumOf(flow.core, flow.K, n).smallest, options);
}
