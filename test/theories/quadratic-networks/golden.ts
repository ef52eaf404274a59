// The reference values of quadratic networks: its letters as ours.
import type { Parameters } from '../../../src/theories/quadratic-networks/parameters.ts';
import { readCases } from '../golden.ts';

export interface GoldenCase {
  name: string;
  kind: string;
  tol: number;
  // biome-ignore lint/suspicious/noExplicitAny: the entries differ from kind to kind
  [key: string]: any;
}

const cases = readCases<GoldenCase>('quadratic-networks');

export const ofKind = (kind: string) => cases.filter((entry) => entry.kind === kind);

// biome-ignore lint/suspicious/noExplicitAny: read from JSON
export function parametersOf(input: any): Parameters {
  return {
    sampleRatio: input.alpha,
    widthRatio: input.kappa,
    teacherWidthRatio: input.kappa_star,
    weightDecay: input.lam,
    noiseVariance: input.Delta,
  };
}
