// Gradient flow from record to record: chooses step lengths that land on the times of the records, stops where told, averages the
// slopes of kinked activations (C7), and hands out every step and record. Knows not what is measured.
import type { Scope } from '../../../bindings/arena.ts';
import type { StateBlock } from '../../../bindings/mean-field-convergence.ts';
import { SolveError } from '../../errors.ts';
import type { Run } from '../../run.ts';
import type { RunStatus } from '../../solution.ts';
import type { Flow } from './flow.ts';
import { Integrator, stepRuleOf, USUAL_THETA } from './integrate.ts';
import { type MeanFieldProblem, MOST_STEPS } from './problem.ts';
import { isKinked } from './slopes.ts';
import { addScaled } from './state.ts';

/** Euler steps before a record over which slopes are averaged. */
const AVERAGED_STEPS = 200;
/** A loss of this many times the first one counts as diverged. */
export const DIVERGENCE_FACTOR = 1e12;

/** Times of the records. */
export function recordTimes({ flow }: MeanFieldProblem): Float64Array {
  return Float64Array.from({ length: flow.records + 1 }, (_, k) => (flow.time * k) / flow.records);
}

/** Runs whose training ended before its time, and when the first and the last of them did. */
export interface Stopped {
  readonly runs: number;
  readonly first: number;
  readonly last: number;
}

export interface Watch {
  /** After every step; the flow is evaluated. */
  step?(time: number, loss: number): void;
  /**
   * At every record, with the time of the state: that of the record, or of the end of training where it was stopped before.
   * False ends the run as diverged. `slopes` are those of the state, or their average where the activation has a kink.
   */
  record(time: number, loss: number, slopes: StateBlock): boolean;
  /** Where training ends before its time. Every record from then on is of the state there. */
  ended?(time: number): void;
  /** Also called where that is because the adaptive integrator finds no step. */
  stalled?(time: number): void;
}

/** Runs the flow over all records. `work` is what each of them counts. */
export async function train(
  flow: Flow,
  scope: Scope,
  problem: MeanFieldProblem,
  watch: Watch,
  run: Run,
  work: { readonly step: number; readonly record: number },
  stage: string,
): Promise<RunStatus> {
  const { rows: m, samples: n, activation } = flow.ensemble;
  const rule = stepRuleOf(problem, flow);
  if (rule.name !== 'adaptive') refuseSteps(problem, rule.step);
  const integrator = new Integrator(flow, scope, rule);
  const averaged = isKinked(activation) ? flow.room(scope) : undefined;
  const times = recordTimes(problem);
  const first = flow.evaluate();
  let loss = first;
  let stopped = false;
  let ended = Number.POSITIVE_INFINITY;
  let averages = 0;
  for (let k = 0; ; k++) {
    if (!(loss <= DIVERGENCE_FACTOR * first)) return 'diverged';
    const slopes = averaged && averages > 0 ? averaged : flow.slopes;
    if (!watch.record(Math.min(times[k]!, ended), loss, slopes)) return 'diverged';
    if (!(await run.advance(work.record, stage))) return 'aborted';
    if (k === times.length - 1) return 'complete';
    let now = times[k]!;
    const end = times[k + 1]!;
    const steps = rule.name === 'adaptive' ? 0 : Math.max(1, Math.ceil((end - now) / rule.step - 1e-9));
    const even = (end - now) / Math.max(1, steps);
    const from = Math.max(0, steps - AVERAGED_STEPS);
    // After the end of training its last average is held; before, one from an earlier record is of another state.
    if (!stopped) averages = 0;
    for (let s = 0; !stopped && now < end; s++) {
      if (averaged && s === from) {
        averaged.fill(0);
        averages = 0;
      }
      if (averaged && s >= from) {
        addScaled(flow.core, 1, flow.slopes, averaged, m * n);
        averages++;
      }
      const last = rule.name !== 'adaptive' && s === steps - 1;
      const stepped = integrator.step(loss, rule.name === 'adaptive' ? end - now : even);
      loss = stepped.loss;
      if (now + stepped.taken === now) {
        watch.stalled?.(now);
        watch.ended?.(now);
        stopped = true;
        ended = now;
        break;
      }
      now = last || stepped.taken >= end - now ? end : now + stepped.taken;
      watch.step?.(now, loss);
      stopped = loss <= problem.flow.stopAt * first;
      if (stopped) {
        watch.ended?.(now);
        ended = now;
      }
      if (!Number.isFinite(loss)) return 'diverged';
      if (!(await run.advance(work.step, stage))) return 'aborted';
    }
    if (averaged && averages > 0) {
      const view = averaged.view;
      for (let j = 0; j < m * n; j++) view[j]! /= averages;
      averages = 1;
    }
  }
}

/** @throws SolveError where steps of this length are too many. */
function refuseSteps({ flow }: MeanFieldProblem, step: number): void {
  const steps = flow.time / step;
  if (steps <= MOST_STEPS) return;
  const { integrator } = flow;
  const share = 'theta' in integrator && integrator.theta < USUAL_THETA ? integrator.theta : undefined;
  const longer = share === undefined ? '' : 'raise flow.integrator.theta, ';
  throw new SolveError({
    status: 'refused',
    message: `flow.time ${flow.time} takes ${steps.toPrecision(2)} steps of ${step.toPrecision(2)}, ${share === undefined ? '' : `${share} of `}the length that is stable for these inputs; at most ${MOST_STEPS} are taken.`,
    remedy: `Lower flow.time, ${longer}or scale the inputs down (model.normalize: true); exponential integrators take longer steps.`,
  });
}
