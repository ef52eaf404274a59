// Reference values of an independent NumPy/SciPy implementation, written before this code and kept as it gave them
// (golden/finite-width.json; its `conventions` entry says how they are laid out). Here: its letters as our configuration.
import { readFileSync } from 'node:fs';

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

export const cases: GoldenCase[] = JSON.parse(
  readFileSync(new URL('./golden/finite-width.json', import.meta.url), 'utf8'),
).cases;

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

/** A nested array of any depth as one list. */
export function flat(value: unknown): number[] {
  return Array.isArray(value) ? value.flatMap(flat) : [value as number];
}

/** Largest absolute difference between a flat result and a nested reference. */
export function largestGap(values: ArrayLike<number>, reference: unknown): number {
  const expected = flat(reference);
  if (expected.length !== values.length)
    throw new Error(`${values.length} values against ${expected.length}`);
  return expected.reduce((gap, value, i) => Math.max(gap, Math.abs(value - values[i]!)), 0);
}
