// Rows for tests: correlated, skewed features and labels that depend on them, from a seed.
import { createStream } from '../../../../src/numerics/random.ts';

export interface Rows {
  readonly features: number[][];
  readonly labels: number[];
}

/** m rows of n columns with neighbouring columns correlated, column j of scale `scales[j]` (1). */
export function syntheticRows(m: number, n: number, seed: string, noise = 0.3): Rows {
  const draw = createStream(seed, 'rows');
  const base = draw.variates('skewed', m * n);
  const gaussian = draw.normal(m * n);
  const errors = draw.normal(m);
  const features = Array.from({ length: m }, (_, k) =>
    Array.from({ length: n }, (_, j) => 0.6 * base[k * n + j]! + 0.8 * gaussian[k * n + ((j + 1) % n)]!),
  );
  const labels = features.map((row, k) => {
    const u = row[0]! - 0.5 * row[1 % n]!;
    return u / (1 + 0.3 * Math.abs(u)) + noise * errors[k]!;
  });
  return { features, labels };
}

/** Independent standard normal columns. */
export function independentRows(m: number, n: number, seed: string): Rows {
  const draw = createStream(seed, 'independent rows');
  const values = draw.normal(m * n);
  const errors = draw.normal(m);
  const features = range(m).map((k) => Array.from(values.subarray(k * n, (k + 1) * n)));
  const labels = features.map((row, k) => {
    const u = row[0]! - 0.5 * row[1]!;
    return u / (1 + 0.3 * Math.abs(u)) + 0.3 * errors[k]!;
  });
  return { features, labels };
}

/** Columns centred, a column of ones in front, labels standardised: what training sees, made without preparation.ts. */
export function centred({ features, labels }: Rows): Rows {
  const m = features.length;
  const means = features[0]!.map((_, j) => features.reduce((sum, row) => sum + row[j]!, 0) / m);
  const mean = labels.reduce((sum, y) => sum + y, 0) / m;
  const deviation = Math.sqrt(labels.reduce((sum, y) => sum + (y - mean) * (y - mean), 0) / m);
  return {
    features: features.map((row) => [1, ...row.map((value, j) => value - means[j]!)]),
    labels: labels.map((y) => (y - mean) / deviation),
  };
}

export const range = (n: number) => Array.from({ length: n }, (_, i) => i);
