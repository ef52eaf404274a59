// The library as callers without types have it: anything may stand for a configuration, and is checked when it runs.
import * as library from '../src/index.ts';

/** Takes anything as its configuration, which is its first or second argument. */
type First<F> = F extends (config: never, ...rest: infer R) => infer T
  ? (config: unknown, ...rest: R) => T
  : never;
type Second<F> = F extends (data: infer D, config: never, ...rest: infer R) => infer T
  ? (data: D, config: unknown, ...rest: R) => T
  : never;

export * from '../src/index.ts';
export const predict = library.predict as First<typeof library.predict>;
export const simulate = library.simulate as First<typeof library.simulate>;
export const compare = library.compare as First<typeof library.compare>;
export const width = library.width as First<typeof library.width>;
export const certify = library.certify as First<typeof library.certify>;
export const estimateCost = library.estimateCost as First<typeof library.estimateCost>;
export const dimensionStudy = library.dimensionStudy as First<typeof library.dimensionStudy>;
export const sampleStudy = library.sampleStudy as First<typeof library.sampleStudy>;
export const fit = library.fit as Second<typeof library.fit>;
export const fitCost = library.fitCost as Second<typeof library.fitCost>;
export const tune = library.tune as Second<typeof library.tune>;
export const tuneCost = library.tuneCost as Second<typeof library.tuneCost>;
