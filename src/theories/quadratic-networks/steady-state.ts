// The steady state of the flow at long times (E1)-(E5): all roots, the one of lowest energy, and how far it can be trusted.
// Knows nothing of how the flow gets there.
import type { Block, Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import { sharedCore } from '../../../bindings/load.ts';
import { INNER, steadyInner, steadyResiduals } from '../../../bindings/quadratic-networks.ts';
import { CORE, checkCall, type Keys, NUMBER, needed } from '../../check/call.ts';
import { SolveError } from '../../errors.ts';
import { rootBetween } from '../../numerics/root.ts';
import { pow } from '../../numerics/special.ts';
import { gainOf } from './gain.ts';
import { PARAMETER_KEYS, type Parameters, requireParameters } from './parameters.ts';
import { type Reliability, reliabilityOf } from './reliability.ts';
import type { Root } from './root.ts';
import { tailFirst, tailMass, tailQuantile, tailSecond } from './semicircle.ts';
import { isRecovered, recoveredThreshold, recoveryThreshold } from './thresholds.ts';

export interface SteadyState extends Root {
  readonly parameters: Parameters;
  /** All coexisting solutions, by δ. */
  readonly roots: readonly Root[];
  readonly reliability: Reliability;
  /** G(d); left out where the rank does not cut and nobody asked for it. */
  readonly gain?: number;
}

export interface SteadyOptions {
  /** d of the gain; 100 for a curve of the theory. */
  readonly dimension?: number;
  /** Compute the gain also where the flag does not need it. */
  readonly gain?: boolean;
  readonly core?: Core;
}

const STEADY_KEYS: Keys<SteadyOptions> = { dimension: NUMBER, gain: true, core: CORE };

/** Points of the grid on which changes of sign are looked for, and how many more it may take where the roots lie outside. */
const GRID = 60;
const MOST_POINTS = 240;
const SMALLEST_DELTA = 1e-4;
const ROUNDING = 1e-14;

/**
 * The end of the flow for a long time after d → ∞.
 * @throws RangeError naming a parameter out of range, SolveError next to a recovered teacher, where rounding hides the root.
 */
export function steadyState(parameters: Parameters, options: SteadyOptions = {}): SteadyState {
  checkCall(
    'steadyState',
    { parameters, options },
    { parameters: needed(PARAMETER_KEYS), options: STEADY_KEYS },
  );
  const { dimension = 100, core = sharedCore(), gain: wanted = false } = options;
  requireParameters(parameters);
  if (!(dimension >= 2 && dimension <= 1e9)) {
    throw new RangeError(`dimension must be a number from 2 to 1e9; received ${dimension}.`);
  }
  return core.within((scope) => {
    const { widthRatio } = parameters;
    const wide = rootsOf(core, scope, { ...parameters, widthRatio: 1 });
    // Where the solution of the convex problem has room in the student, it is the student's as well.
    const convex = widthRatio >= 1 || (wide.length === 1 && wide[0]!.keptRank <= widthRatio);
    const roots = convex ? wide : rootsOf(core, scope, parameters);
    if (roots.length === 0) throw unresolved(parameters);
    const root = roots.reduce((best, candidate) => (candidate.energy < best.energy ? candidate : best));
    const gain =
      wanted || (!convex && root.cutActive) ? gainOf(core, scope, root, parameters, dimension) : undefined;
    return {
      ...root,
      parameters,
      roots,
      ...(gain !== undefined && { gain }),
      reliability: reliabilityOf(parameters, root, roots.length, gain, convex),
    };
  });
}

function largestDelta({ sampleRatio, teacherWidthRatio, noiseVariance }: Parameters): number {
  return 60 * Math.sqrt((2 * (1 + 1 / teacherWidthRatio) + noiseVariance) / (4 * sampleRatio));
}

/**
 * Brackets always exist: (E1) misses by at most 0 at δ = √(Δ/4α), and by more than 0 at a large enough δ. Where none is found both sides
 * of (E1) agree to the rounding of the terms of size 1 + 1/κ* that the error is a difference of: a teacher that is recovered but for
 * less, or the threshold itself, where they agree over a whole range of δ.
 */
function unresolved(parameters: Parameters): SolveError {
  const { sampleRatio, weightDecay, noiseVariance, teacherWidthRatio } = parameters;
  const rounding = (ROUNDING * (1 + 1 / teacherWidthRatio)).toPrecision(1);
  const limit = weightDecay === 0 && noiseVariance === 0;
  const least = limit ? recoveryThreshold(parameters).sampleRatio : 0;
  return new SolveError({
    status: 'failed',
    message: limit
      ? `sampleRatio ${sampleRatio} is so close to the recovery threshold ${least} that the test error cannot be told apart from rounding.`
      : `The steady state at sampleRatio ${sampleRatio} is a recovered teacher but for errors that rounding, ${rounding} at teacherWidthRatio ${teacherWidthRatio}, does not resolve.`,
    remedy: limit
      ? 'Use the threshold itself, or a sampleRatio that is smaller by a share of 0.0001.'
      : `Use noiseVariance 0 and weightDecay 0 for the limit, or larger ones: received ${noiseVariance} and ${weightDecay}.`,
  });
}

/** Values of δ between which all roots lie, ascending, in equal ratios. */
function gridOf(parameters: Parameters, miss: (delta: number) => number, rounding: number): Float64Array {
  const { sampleRatio, weightDecay, noiseVariance } = parameters;
  const low =
    noiseVariance === 0 && weightDecay > 0 ? Math.min(SMALLEST_DELTA, 0.01 * weightDecay) : SMALLEST_DELTA;
  const ratio = pow(largestDelta(parameters) / low, 1 / (GRID - 1));
  const grid: number[] = [];
  for (let i = 0, delta = low; i < GRID; i++, delta *= ratio) grid.push(delta);
  // A teacher that is all but recovered leaves less, no less than (E1) with an error of 0; at the peak of double descent the
  // noise outgrows what it is made of.
  const least = Math.sqrt(noiseVariance / (4 * sampleRatio));
  const above = (delta: number) =>
    noiseVariance > 0 ? delta > least : !isRecovered(parameters) && miss(delta) > rounding;
  while (above(grid[0]!) && grid.length < MOST_POINTS) grid.unshift(grid[0]! / ratio);
  while (!(miss(grid.at(-1)!) > 0) && grid.length < MOST_POINTS) grid.push(grid.at(-1)! * ratio);
  return Float64Array.from(grid);
}

/** All roots in the range of δ, ascending. */
function rootsOf(core: Core, scope: Scope, parameters: Parameters): Root[] {
  const { sampleRatio: alpha, widthRatio: kappa, teacherWidthRatio, weightDecay, noiseVariance } = parameters;
  const c = 1 / teacherWidthRatio;
  const inner = scope.f64(INNER);
  const miss = (at: number) => {
    steadyInner(core, at, alpha, kappa, c, weightDecay, noiseVariance, inner);
    return inner.view[0]!;
  };
  // What is below the rounding of its terms has no sign.
  const rounding = ROUNDING * (1 + c);
  const grid = gridOf(parameters, miss, rounding);
  const residual = scope.f64(grid.length);
  steadyResiduals(
    core,
    grid.length,
    scope.from(grid),
    alpha,
    kappa,
    c,
    weightDecay,
    noiseVariance,
    inner,
    residual,
  );
  const values = residual.copy().map((value) => (Math.abs(value) > rounding ? value : Number.NaN));
  const roots: Root[] = [];
  if (isRecovered(parameters)) roots.push(recovered(parameters));
  let before: readonly [delta: number, residual: number] | undefined;
  for (let i = 0; i < grid.length; i++) {
    const here = [grid[i]!, values[i]!] as const;
    if (Number.isNaN(here[1])) continue;
    if (before && before[1] * here[1] < 0) {
      const at = rootBetween(miss, before, here);
      miss(at);
      if (Number.isFinite(inner.view[0]!)) roots.push(rootFrom(at, inner, parameters));
    }
    before = here;
  }
  return roots;
}

function rootFrom(delta: number, inner: Block, { sampleRatio, weightDecay }: Parameters): Root {
  const v = inner.view;
  const [tau, khat, mse, rank, trace] = [v[1]!, v[2]!, v[3]!, v[4]!, v[5]!];
  const train = 4 * sampleRatio * delta * delta * khat * khat;
  return {
    delta,
    tau,
    khat,
    mse,
    test: 2 * mse,
    train,
    rank,
    keptRank: rank,
    trace,
    F: v[6]!,
    cut: v[7]!,
    densityAtCut: v[8]!,
    cutActive: v[9] === 1,
    energy: train / 4 + Math.max(weightDecay, 1e-9) * trace,
    support: [v[10]!, v[11]!],
  };
}

/** The recovered teacher: Z = Z*. */
function recovered({ sampleRatio, widthRatio, teacherWidthRatio }: Parameters): Root {
  // Eigenvalues that vanish with λ count as kept only for whether the rank cuts.
  const teacher = Math.min(1, teacherWidthRatio);
  const t = teacher < 1 ? recoveredThreshold(sampleRatio, widthRatio, teacher) : 0;
  const kept = teacher + (1 - teacher) * tailMass(t);
  const root = Math.sqrt(1 / teacherWidthRatio);
  const lower = teacherWidthRatio > 1 ? (1 - root) * (1 - root) : 0;
  return {
    delta: 0,
    tau: 0,
    khat: 1 - recoveredResponse(t, widthRatio, teacher) / (2 * sampleRatio),
    mse: 0,
    test: 0,
    train: 0,
    rank: teacher,
    keptRank: kept,
    trace: 1,
    F: recoveredResponse(t, widthRatio, teacher),
    cut: 0,
    densityAtCut: 0,
    cutActive: kept > widthRatio,
    energy: 1e-9,
    support: [lower, (1 + root) * (1 + root)],
  };
}

/** F of the recovered state: v − t v'/2 (V3). */
function recoveredResponse(t: number, kappa: number, teacher: number): number {
  if (teacher >= 1) return 1;
  const rest = 1 - teacher;
  const cut = Math.max(t, tailQuantile(Math.min(1, (kappa - teacher) / rest)));
  return teacher * (2 - teacher) + rest * rest * (tailSecond(cut) - t * tailFirst(cut));
}
