// Reference values of an independent NumPy/SciPy implementation, written before this code and kept as it gave them.
import { readFileSync } from 'node:fs';
import type { Parameters } from '../../../src/theories/quadratic-networks/parameters.ts';

export interface GoldenCase {
  name: string;
  kind: string;
  tol: number;
  // biome-ignore lint/suspicious/noExplicitAny: the entries differ from kind to kind
  [key: string]: any;
}

const cases: GoldenCase[] = JSON.parse(
  readFileSync(new URL('./golden/quadratic-networks.json', import.meta.url), 'utf8'),
);

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
