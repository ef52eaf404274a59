// The five numbers that the limit depends on, and the check of what a caller gives for them.

import { type Keys, NUMBER } from '../../check/call.ts';

export interface Parameters {
  /** α: samples over d². */
  readonly sampleRatio: number;
  /** κ: width of the student over d. */
  readonly widthRatio: number;
  /** κ*: width of the teacher over d. */
  readonly teacherWidthRatio: number;
  /** λ; 0 stands for the limit λ → 0 after t → ∞. */
  readonly weightDecay: number;
  /** Δ: variance of the label noise. */
  readonly noiseVariance: number;
}

/** The parameters on the axes of figures. */
export const PARAMETER_LABELS: Readonly<Record<keyof Parameters, string>> = {
  sampleRatio: 'samples / d²  (α)',
  widthRatio: 'width / d  (κ)',
  teacherWidthRatio: 'teacher width / d  (κ*)',
  weightDecay: 'weight decay  (λ)',
  noiseVariance: 'label noise  (Δ)',
};

export const PARAMETER_SYMBOLS: Readonly<Record<keyof Parameters, string>> = {
  sampleRatio: 'α',
  widthRatio: 'κ',
  teacherWidthRatio: 'κ*',
  weightDecay: 'λ',
  noiseVariance: 'Δ',
};
export const PARAMETER_NAMES = Object.keys(PARAMETER_SYMBOLS) as (keyof Parameters)[];

/** These parameters, and others that change nothing. */
export type Needed<N extends keyof Parameters> = Pick<Parameters, N> & Partial<Parameters>;

/** All of them may be given where a function needs some. */
export const PARAMETER_KEYS: Keys<Parameters> = {
  sampleRatio: NUMBER,
  widthRatio: NUMBER,
  teacherWidthRatio: NUMBER,
  weightDecay: NUMBER,
  noiseVariance: NUMBER,
};

/** Ranges of the ratios: where the law's closed forms keep their digits. */
export const RATIO = { min: 1e-3, max: 1e3 } as const;
/** Smallest weight decay beside 0. */
export const LEAST_DECAY = 1e-6;

/** @throws RangeError naming the first parameter that is no ratio. */
export function requireRatios<N extends string>(
  parameters: Readonly<Record<N, number>>,
  ...names: readonly N[]
): void {
  for (const name of names) {
    const value = parameters[name];
    if (!(typeof value === 'number' && value >= RATIO.min && value <= RATIO.max)) {
      throw new RangeError(
        `${name} must be a number from ${RATIO.min} to ${RATIO.max}; received ${String(value)}.`,
      );
    }
  }
}

/** @throws RangeError naming the first parameter that is out of range. */
export function requireParameters(parameters: Parameters): void {
  requireRatios(parameters, 'sampleRatio', 'widthRatio', 'teacherWidthRatio');
  const { weightDecay, noiseVariance } = parameters;
  if (!(weightDecay === 0 || (weightDecay >= LEAST_DECAY && weightDecay <= 1e6))) {
    throw new RangeError(
      `weightDecay must be 0, for the limit of vanishing weight decay, or a number from ${LEAST_DECAY} to 1e6; received ${String(weightDecay)}.`,
    );
  }
  if (!(noiseVariance >= 0 && noiseVariance <= 1e6)) {
    throw new RangeError(`noiseVariance must be a number from 0 to 1e6; received ${String(noiseVariance)}.`);
  }
}
