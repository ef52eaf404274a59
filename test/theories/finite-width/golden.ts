// The reference values of finite width (its file's `conventions` entry says how they are laid out): its letters as our configuration.
import { readCases } from '../golden.ts';

export interface GoldenCase {
  name: string;
  kind: string;
  note: string;
  tol: number | null;
  // biome-ignore lint/suspicious/noExplicitAny: the entries differ from kind to kind
  input: any;
  // biome-ignore lint/suspicious/noExplicitAny: the entries differ from kind to kind
  expected: any;
  // biome-ignore lint/suspicious/noExplicitAny: the entries differ from kind to kind
  mc_se?: any;
  // biome-ignore lint/suspicious/noExplicitAny: the entries differ from kind to kind
  derivative_form?: any;
  C_derivative_form?: number[][][][];
  C_se_max?: number;
  every?: number;
}

export const cases = readCases<GoldenCase>('finite-width');

export const ofKind = (kind: string) => cases.filter((entry) => entry.kind === kind);

const activationNames: Record<string, unknown> = { erf: 'erf-sqrt2' };
const linkNames: Record<string, unknown> = { erf: 'erf-sqrt2', sin2: { kind: 'sin', frequency: 2 } };

/** A state-evolution case as a configuration with overlaps. */
export function configOf({ input }: GoldenCase, prediction: Record<string, unknown> = {}) {
  const [law, deviation] = input.noise as [string, number];
  return {
    theory: 'finite-width',
    model: {
      width: input.q,
      activations: (input.acts as string[]).map((name) => activationNames[name] ?? name),
      initialization: { kind: 'overlaps', gram: input.gram, deepWeights: input.deep0 },
    },
    data: {
      sampleRatio: input.phi,
      link: linkNames[input.link] ?? input.link,
      signalNorm: Math.sqrt(input.gram[0][0]),
      noise: { law, variance: deviation * deviation },
    },
    optimizer: { learningRates: input.eta, steps: input.T },
    prediction,
    seed: 'golden',
  };
}
