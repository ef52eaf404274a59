// The steady state of the flow at long times (E1)-(E5): all roots, the one of lowest energy, and how far it can be trusted.
// Knows nothing of how the flow gets there.
import type { Block, Scope } from '../../../bindings/arena.ts';
import type { Core } from '../../../bindings/core.ts';
import { sharedCore } from '../../../bindings/load.ts';
import { INNER, steadyInner, steadyResiduals } from '../../../bindings/quadratic-networks.ts';
import { SolveError } from '../../errors.ts';
import { rootBetween } from '../../numerics/root.ts';
import { pow } from '../../numerics/special.ts';
import { gainOf } from './gain.ts';
import { type Parameters, requireParameters } from './parameters.ts';
import { type Reliability, reliabilityOf } from './reliability.ts';
import type { Root } from './root.ts';
import { tailFirst, tailMass, tailQuantile, tailSecond } from './semicircle.ts';
import { recoveredThreshold, recoveryThreshold } from './thresholds.ts';

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

/** Points of the grid on which changes of sign are looked for. */
const GRID = 60;
const SMALLEST_DELTA = 1e-4;
const ROUNDING = 1e-14;

/**
 * The end of the flow for a long time after d → ∞.
 * @throws RangeError naming a parameter out of range, SolveError where no root can be bracketed.
 */
export function steadyState(
  parameters: Parameters,
  { dimension = 100, core = sharedCore(), gain: wanted = false }: SteadyOptions = {},
): SteadyState {
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
    if (roots.length === 0) {
      throw new SolveError({
        status: 'failed',
        message: `The steady state has no root between δ = ${SMALLEST_DELTA} and ${largestDelta(parameters)}.`,
        remedy:
          parameters.noiseVariance === 0
            ? 'Without noise and above the recovery threshold δ shrinks with weightDecay: use weightDecay 0 for the limit, or a larger one.'
            : 'Report the parameters.',
      });
    }
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

/** All roots in the range of δ, ascending. */
function rootsOf(core: Core, scope: Scope, parameters: Parameters): Root[] {
  const { sampleRatio: alpha, widthRatio: kappa, teacherWidthRatio, weightDecay, noiseVariance } = parameters;
  const c = 1 / teacherWidthRatio;
  const inner = scope.f64(INNER);
  const low =
    noiseVariance === 0 && weightDecay > 0 ? Math.min(SMALLEST_DELTA, 0.01 * weightDecay) : SMALLEST_DELTA;
  const ratio = pow(largestDelta(parameters) / low, 1 / (GRID - 1));
  const grid = new Float64Array(GRID);
  let delta = low;
  for (let i = 0; i < GRID; i++, delta *= ratio) grid[i] = delta;
  const residual = scope.f64(GRID);
  steadyResiduals(core, GRID, scope.from(grid), alpha, kappa, c, weightDecay, noiseVariance, inner, residual);
  // What is below the rounding of its terms has no sign.
  const rounding = ROUNDING * (1 + c);
  const values = residual.copy().map((value) => (Math.abs(value) > rounding ? value : Number.NaN));
  const miss = (at: number) => {
    steadyInner(core, at, alpha, kappa, c, weightDecay, noiseVariance, inner);
    return inner.view[0]!;
  };
  const roots: Root[] = [];
  if (isRecovered(parameters)) roots.push(recovered(parameters));
  let before: readonly [delta: number, residual: number] | undefined;
  for (let i = 0; i < GRID; i++) {
    const here = [grid[i]!, values[i]!] as const;
    if (Number.isNaN(here[1])) continue;
    if (before && before[1] * here[1] < 0) {
      const at = rootBetween(miss, before, here);
      miss(at);
      roots.push(rootFrom(at, inner, parameters));
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

/** Whether δ = 0 solves the equations: no noise, no weight decay, enough samples and width. */
function isRecovered(parameters: Parameters): boolean {
  if (parameters.noiseVariance > 0 || parameters.weightDecay > 0) return false;
  return parameters.sampleRatio >= recoveryThreshold(parameters).sampleRatio;
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
