// Runs a theory's prediction or simulation: plans it, refuses what does not fit, gives each run a core of its own or
// another worker, and assembles what comes back in the order of the runs.
import type { Core, Precision } from '../../bindings/core.ts';
import { createCore } from '../../bindings/load.ts';
import { EXECUTOR, FUNCTION, type Keys, PRECISIONS, SIGNAL } from '../check/call.ts';
import { refusedForMemory } from '../errors.ts';
import { Run, remainingSeconds } from '../run.ts';
import type { Progress, RunOptions, Solution } from '../solution.ts';
import type { Kind, Plan, Problem, Theory } from '../theory.ts';
import type { Trajectory } from '../trajectory.ts';
import { solutionOf } from './solution-of.ts';

/** One run as another thread needs it: plain data. */
export interface Job {
  readonly theory: string;
  readonly kind: Kind;
  readonly problem: Problem;
  readonly index: number;
  readonly precision: Precision;
}

/**
 * Runs jobs elsewhere, as many at once as `concurrency` says. The result of a job does not depend on where it ran; one whose
 * signal is aborted when it is given ends with its first iterate.
 */
export interface Executor {
  readonly concurrency: number;
  /** Jobs beyond those that it takes early, so that who is done with one has the next at hand; 0 if not given. */
  readonly ahead?: number;
  execute(job: Job, options: RunOptions): Promise<Trajectory>;
}

export interface ConductOptions extends RunOptions {
  /** `exact` (default): the same bits everywhere. `fast`: relaxed SIMD, recorded in the manifest. */
  readonly precision?: Precision;
  /** Where the runs go; by default they run here, one after the other. */
  readonly executor?: Executor;
}

/** The keys of ConductOptions. */
export const CONDUCT_KEYS: Keys<ConductOptions> = {
  signal: SIGNAL,
  onProgress: FUNCTION,
  precision: PRECISIONS,
  executor: EXECUTOR,
};

/** Multiply-adds a second of one thread unless the plan says, for estimates of time only. */
const NOMINAL_SPEED = 1.5e9;
/** Seconds of compiling and warming up, whatever the run. */
const START = 0.05;

export interface CostEstimate {
  readonly runs: number;
  readonly bytes: number;
  readonly multiplyAdds: number;
  readonly seconds: number;
  readonly choices: Plan['choices'];
}

/** What a plan will take on one thread: mostly within a factor of two (docs/command-line.md); a test holds it to eight. */
export function costOf(plan: Plan): CostEstimate {
  const multiplyAdds = plan.runs * plan.work;
  return {
    runs: plan.runs,
    bytes: plan.bytes,
    multiplyAdds,
    seconds: START + multiplyAdds / (plan.speed ?? NOMINAL_SPEED),
    choices: plan.choices,
  };
}

/** Most bytes of linear memory of a core that is kept for the next job. */
const KEPT_BYTES = 128 * 2 ** 20;

/** Cores whose job is done, at most one of a precision: memory that the system has given once is cheaper than fresh memory. */
const resting = new Map<Precision, Core>();

/** One job, here: a pure function of the job. */
export async function runJob(theory: Theory, job: Job, run: Run): Promise<Trajectory> {
  const { precision } = job;
  const rested = resting.get(precision);
  resting.delete(precision);
  const core = rested ?? (await createCore(precision));
  const trajectory = await theory.run(core, job.problem, job.kind, job.index, run);
  if (core.peakBytes <= KEPT_BYTES) resting.set(precision, core);
  return trajectory;
}

/** @throws SolveError where one run needs more memory than the problem allows. */
export function refuseBeyondLimit(plan: Plan, problem: Problem, kind: Kind): void {
  const { memoryGiB } = problem.limits;
  if (plan.bytes <= memoryGiB * 2 ** 30) return;
  const general =
    'Lower samples, sampleCount, inputDimension or steps, or raise limits.memoryGiB (at most 4).';
  throw refusedForMemory(kind, plan.bytes, memoryGiB, plan.remedy ? `${plan.remedy} ${general}` : general);
}

/** Conducts all runs of a checked problem and assembles the solution. */
export async function conduct<P extends Problem>(
  theory: Theory<P>,
  problem: P,
  kind: Kind,
  options: ConductOptions = {},
): Promise<Solution> {
  const plan = theory.plan(problem, kind);
  refuseBeyondLimit(plan, problem, kind);
  const precision = options.precision ?? 'exact';
  const jobs = Array.from(
    { length: plan.runs },
    (_, index): Job => ({ theory: theory.name, kind, problem, index, precision }),
  );
  const executor = isPortable(problem) ? options.executor : undefined;
  const trajectories = executor
    ? await dispatch(jobs, executor, options)
    : await inline(theory as unknown as Theory, jobs, plan, options);
  return solutionOf(theory, problem, kind, trajectories, plan);
}

/** Whether another thread can be given the problem: a link given as a JavaScript function cannot travel. */
function isPortable(problem: Problem): boolean {
  try {
    structuredClone(problem);
    return true;
  } catch {
    return false;
  }
}

async function inline(
  theory: Theory,
  jobs: readonly Job[],
  plan: Plan,
  options: ConductOptions,
): Promise<Trajectory[]> {
  const run = new Run(options, plan.runs * plan.work);
  const done: Trajectory[] = [];
  for (const job of jobs) {
    const trajectory = await runJob(theory, job, run);
    done.push(trajectory);
    if (trajectory.status !== 'complete') break;
  }
  if (!run.aborted) run.finish();
  return done;
}

async function dispatch(
  jobs: readonly Job[],
  executor: Executor,
  options: ConductOptions,
): Promise<Trajectory[]> {
  const results = new Array<Trajectory | undefined>(jobs.length);
  const fractions = new Float64Array(jobs.length);
  const started = performance.now();
  const report = (stage: string) => {
    const fraction = fractions.reduce((sum, value) => sum + value, 0) / jobs.length;
    options.onProgress?.({ stage, fraction, remainingSeconds: remainingSeconds(started, fraction) });
  };
  // Inline runs stop at the first run that did not complete; so that workers change nothing, runs behind one are not begun,
  // and what comes back from behind it is dropped. The first run always begins: an aborted one has its first iterate.
  const halt = new AbortController();
  const stop = () => halt.abort();
  options.signal?.addEventListener('abort', stop, { once: true });
  if (options.signal?.aborted) stop();
  let next = 0;
  let end = jobs.length;
  const { concurrency, ahead = 0 } = executor;
  let given = 0;
  /** The last jobs are not given early: they could wait behind others while a thread has nothing to do. */
  const most = () => (jobs.length - next > 2 * concurrency ? concurrency + ahead : concurrency);
  const lane = async () => {
    while (next < end && given < most() && (next === 0 || !options.signal?.aborted)) {
      const index = next++;
      given++;
      try {
        const trajectory = await executor.execute(jobs[index]!, {
          signal: halt.signal,
          ...(options.onProgress && {
            onProgress: ({ fraction, stage }: Progress) => {
              fractions[index] = fraction;
              report(stage);
            },
          }),
        });
        results[index] = trajectory;
        if (trajectory.status !== 'complete') end = Math.min(end, index + 1);
        fractions[index] = 1;
        report(`${jobs[index]!.kind} ${index + 1}`);
      } catch (error) {
        end = 0;
        stop();
        throw error;
      } finally {
        given--;
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(concurrency + ahead, jobs.length) }, lane));
  } finally {
    options.signal?.removeEventListener('abort', stop);
  }
  const inOrder: Trajectory[] = [];
  for (const [index, job] of jobs.entries()) {
    // Missing behind complete ones: the runs under way ended before they heard of the abort. The next one is begun, as inline,
    // and says so.
    const trajectory = results[index] ?? (await executor.execute(job, { signal: halt.signal }));
    inOrder.push(trajectory);
    if (trajectory.status !== 'complete') break;
  }
  return inOrder;
}
