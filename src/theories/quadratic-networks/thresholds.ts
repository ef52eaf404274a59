// Thresholds of the limit λ → 0: perfect recovery of the teacher (V1)-(V3), and interpolation of the labels (I1), (I2).
import type { Core } from '../../../bindings/core.ts';
import { sharedCore } from '../../../bindings/load.ts';
import { interpolationPoint } from '../../../bindings/quadratic-networks.ts';
import { checkCall, needed } from '../../check/call.ts';
import { rootBetween } from '../../numerics/root.ts';
import { type Needed, PARAMETER_KEYS, type Parameters, requireRatios } from './parameters.ts';
import { tailFirst, tailMass, tailQuantile, tailSecond } from './semicircle.ts';

export interface RecoveryThreshold {
  /** α from which on the teacher is recovered without noise; Infinity where the student is too narrow. */
  readonly sampleRatio: number;
  /** Width ratio from which on the threshold no longer depends on it. */
  readonly widthRatioOfPlateau: number;
  /**
   * `exact` (κ = κ*, or the rank's cut inactive: a theorem) or `bound` (an upper bound on the local threshold, measured to ±0.003).
   */
  readonly status: 'exact' | 'bound';
  /** The same, with what is measured of random starts in words. */
  readonly remark: string;
  /** Threshold t in units of δ√(1 − κ*), where v is least. */
  readonly threshold: number;
}

/** The scaled threshold where v is least with the rank's cut inactive (V2), and κ_c. Range: κ* < 1. */
function plateau(teacher: number): { t: number; width: number } {
  const balance = (t: number) => teacher * t - (1 - teacher) * (tailFirst(t) - t * tailMass(t));
  const t = rootBetween(balance, [0, balance(0)], [2, balance(2)]);
  return { t, width: teacher + (1 - teacher) * tailMass(t) };
}

/** v(t) of (V1) with the cut at max(t, q). */
export function recoveryValue(t: number, q: number, teacher: number): number {
  const at = Math.max(t, q);
  const rest = 1 - teacher;
  const spread = tailSecond(at) - 2 * t * tailFirst(at) + t * t * tailMass(at);
  return teacher * (2 - teacher) + teacher * rest * t * t + rest * rest * spread;
}

/**
 * Samples per d² from which on the teacher is recovered exactly without label noise, as weight decay goes to 0.
 * @throws RangeError naming the parameter.
 */
export function recoveryThreshold(parameters: Needed<'widthRatio' | 'teacherWidthRatio'>): RecoveryThreshold {
  checkCall('recoveryThreshold', { parameters }, { parameters: needed(PARAMETER_KEYS) });
  const { widthRatio: kappa, teacherWidthRatio: teacher } = parameters;
  requireRatios(parameters, 'widthRatio', 'teacherWidthRatio');
  if (teacher >= 1) {
    const enough = kappa >= 1;
    return {
      sampleRatio: enough ? 0.5 : Number.POSITIVE_INFINITY,
      widthRatioOfPlateau: 1,
      status: 'exact',
      remark: enough ? EXACT : NARROW,
      threshold: 0,
    };
  }
  const { t, width } = plateau(teacher);
  const common = { widthRatioOfPlateau: width };
  if (kappa < teacher) {
    const sampleRatio = Number.POSITIVE_INFINITY;
    return { ...common, sampleRatio, status: 'exact', remark: NARROW, threshold: 0 };
  }
  if (kappa >= width) {
    return {
      ...common,
      sampleRatio: recoveryValue(t, t, teacher) / 2,
      status: 'exact',
      remark: EXACT,
      threshold: t,
    };
  }
  const rest = 1 - teacher;
  const q = tailQuantile((kappa - teacher) / rest);
  const first = tailFirst(q);
  const least =
    teacher * (2 - teacher) + rest * rest * tailSecond(q) - (rest * rest * rest * first * first) / kappa;
  return {
    ...common,
    sampleRatio: least / 2,
    status: kappa === teacher ? 'exact' : 'bound',
    remark: startsMiss(kappa, teacher, width) ? HARD : POSSIBLE,
    threshold: (rest * first) / kappa,
  };
}

/** Below this multiple of κ* a random start needs more samples than the threshold says, */
const RANDOM_START_WIDTH = 1.2;
const startsMiss = (kappa: number, teacher: number, plateau: number) =>
  kappa < plateau && kappa < RANDOM_START_WIDTH * teacher;
/** and above this multiple of the threshold it has them. */
const RANDOM_START_SAMPLES = 1.25;
/** Of the threshold, relative. */
const ROUNDING = 1e-14;

const EXACT = 'Exact as d grows; at finite d add about 0.2/d.';
const NARROW = 'The student is narrower than the teacher and cannot represent it.';
const POSSIBLE = 'Recovery is possible (the teacher is stable); random starts reach it but for a few.';
const HARD = 'Recovery is possible (the teacher is stable); a random start needs 10 to 15 % more samples.';

/** Whether α reaches a recovery threshold. At the threshold itself v(t) = 2α has a solution (V1): the teacher is an end. */
export const reaches = (sampleRatio: number, threshold: number): boolean =>
  sampleRatio >= threshold * (1 - ROUNDING);

/** Whether the teacher itself, δ = 0, solves the equations: no noise, no weight decay, enough samples and width. */
export const isRecovered = (parameters: Parameters): boolean => recovered(parameters) !== undefined;

/** Whether it does, and random starts may miss it. */
export function isHardToRecover(parameters: Parameters): boolean {
  const threshold = recovered(parameters);
  if (!threshold) return false;
  const { sampleRatio, widthRatio, teacherWidthRatio } = parameters;
  if (!startsMiss(widthRatio, teacherWidthRatio, threshold.widthRatioOfPlateau)) return false;
  return sampleRatio < RANDOM_START_SAMPLES * threshold.sampleRatio;
}

/** The threshold that is reached, where the teacher is recovered. */
function recovered(parameters: Parameters): RecoveryThreshold | undefined {
  if (parameters.noiseVariance > 0 || parameters.weightDecay > 0) return undefined;
  const threshold = recoveryThreshold(parameters);
  return reaches(parameters.sampleRatio, threshold.sampleRatio) ? threshold : undefined;
}

/**
 * The scaled threshold t of the recovered state at α above the threshold: v(t) = 2α with t beyond the minimum.
 * Range: κ >= κ*, κ* < 1, 2α between the minimum of v and infinity.
 */
export function recoveredThreshold(alpha: number, kappa: number, teacher: number): number {
  const { threshold } = recoveryThreshold({ widthRatio: kappa, teacherWidthRatio: teacher });
  const q = tailQuantile(Math.min(1, (kappa - teacher) / (1 - teacher)));
  const miss = (t: number) => recoveryValue(t, q, teacher) - 2 * alpha;
  let high = Math.max(2, 2 * threshold);
  while (miss(high) < 0) high *= 2;
  const low = miss(threshold);
  return low >= 0 ? threshold : rootBetween(miss, [threshold, low], [high, miss(high)]);
}

export interface InterpolationThreshold {
  /** α up to which all labels are fitted as weight decay goes to 0. */
  readonly sampleRatio: number;
  /** `exact` for κ >= 1 (or no rank cut), `approximate` with the rank's cut, where the count of weights bounds it. */
  readonly status: 'exact' | 'approximate';
  /** The value of the equations, before the bound by the count of weights. */
  readonly unbounded: number;
}

/**
 * Samples per d² up to which the labels are interpolated as weight decay goes to 0.
 * @throws RangeError naming the parameter.
 */
export function interpolationThreshold(
  parameters: Needed<'widthRatio' | 'teacherWidthRatio' | 'noiseVariance'>,
  core: Core = sharedCore(),
): InterpolationThreshold {
  checkCall('interpolationThreshold', { parameters }, { parameters: needed(PARAMETER_KEYS) });
  requireRatios(parameters, 'widthRatio', 'teacherWidthRatio');
  const { widthRatio: kappa, teacherWidthRatio: teacher, noiseVariance } = parameters;
  requireNoise(noiseVariance);
  const at = (width: number) =>
    noiseVariance === 0 && width >= Math.min(1, teacher)
      ? noiseless(width, teacher)
      : noisy(width, teacher, noiseVariance, core);
  const found = at(kappa);
  if (kappa >= 1) return { sampleRatio: found, unbounded: found, status: 'exact' };
  // The number of weights of a rank κd matrix, over d².
  const weights = kappa - (kappa * kappa) / 2;
  const inactive = Math.abs(found - at(1)) < 1e-12;
  return {
    sampleRatio: Math.min(found, weights),
    unbounded: found,
    status: inactive && found <= weights ? 'exact' : 'approximate',
  };
}

function requireNoise(noiseVariance: number): void {
  if (!(noiseVariance >= 0 && noiseVariance <= 1e6)) {
    throw new RangeError(`noiseVariance must be a number from 0 to 1e6; received ${noiseVariance}.`);
  }
}

/** (I2): the limit of vanishing noise, for a student that is wide enough for the teacher. */
function noiseless(kappa: number, teacher: number): number {
  if (teacher >= 1) return 0.5;
  const rest = 1 - teacher;
  const q = kappa >= 1 ? -2 : tailQuantile((kappa - teacher) / rest);
  return 0.5 * (teacher * (2 - teacher) + rest * rest * tailSecond(Math.max(0, q)));
}

/** (I1): δ with Δ/2 = δ²F − mse at τ = 0, and half its F. */
function noisy(kappa: number, teacher: number, noise: number, core: Core): number {
  return core.within((scope) => {
    const out = scope.f64(2);
    const at = (delta: number) => {
      interpolationPoint(core, delta, kappa, 1 / teacher, out);
      return out.view[0]! - noise / 2;
    };
    let low = 1e-4;
    let high = 2 * Math.sqrt(noise + 1 + 1 / teacher);
    for (let i = 0; at(high) < 0 && i < 60; i++) high *= 2;
    for (let i = 0; at(low) > 0 && i < 60; i++) low /= 2;
    at(rootBetween(at, [low, at(low)], [high, at(high)]));
    return out.view[1]! / 2;
  });
}
