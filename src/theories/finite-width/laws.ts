// Laws of individual weights and pre-activations: quantiles of samples, and of the Gaussian mixture that state evolution
// predicts for the first-layer weights, √n W_1,l ~ N(beta M_l + A b_0l, N_t) over rows l.
import { exp, normalCdf } from '../../numerics/special.ts';
import { QUANTILE_LEVELS } from './observables.ts';

/** Points of the weight density. */
export const WEIGHT_GRID = Float64Array.from({ length: 81 }, (_, i) => -4 + 0.1 * i);

/** Most mixture components that a law is computed from; more rows are thinned evenly. */
const MOST_COMPONENTS = 5000;

const BISECTIONS = 30;

/** Multiply-adds, in time, of the quantiles and the density of one unit's weights. */
export function lawWork(components: number): number {
  return (
    20 * (QUANTILE_LEVELS.length * BISECTIONS + WEIGHT_GRID.length) * Math.min(components, MOST_COMPONENTS)
  );
}

/** Sample quantiles at QUANTILE_LEVELS (linear interpolation between order statistics). */
function sampleQuantiles(values: Float64Array): Float64Array {
  const sorted = new Float64Array(values).sort();
  return Float64Array.from(QUANTILE_LEVELS, (level) => {
    const position = level * (sorted.length - 1);
    const low = Math.floor(position);
    const high = Math.min(low + 1, sorted.length - 1);
    return sorted[low]! + (position - low) * (sorted[high]! - sorted[low]!);
  });
}

/** Quantiles of `rows` rows of samples, laid out [level, row]. */
export function rowQuantiles(values: Float64Array, rows: number): Float64Array {
  const length = values.length / rows;
  const out = new Float64Array(QUANTILE_LEVELS.length * rows);
  for (let j = 0; j < rows; j++) {
    sampleQuantiles(values.slice(j * length, (j + 1) * length)).forEach((value, i) => {
      out[i * rows + j] = value;
    });
  }
  return out;
}

/** Quantiles at QUANTILE_LEVELS of the equal mixture of N(means_l, variance). Error: 2e-9 of the spread. */
export function mixtureQuantiles(means: Float64Array, variance: number): Float64Array {
  const centres = thinned(means);
  if (variance <= 0) return sampleQuantiles(centres);
  const deviation = Math.sqrt(variance);
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const centre of centres) {
    low = Math.min(low, centre);
    high = Math.max(high, centre);
  }
  return Float64Array.from(QUANTILE_LEVELS, (level) => {
    let left = low - 6 * deviation;
    let right = high + 6 * deviation;
    for (let i = 0; i < BISECTIONS; i++) {
      const middle = (left + right) / 2;
      const cdf = normalCdf(centres.map((centre) => (middle - centre) / deviation));
      if (mean(cdf) < level) left = middle;
      else right = middle;
    }
    return (left + right) / 2;
  });
}

/** Density on WEIGHT_GRID of the equal mixture of N(means_l, variance); undefined for point masses. */
export function mixtureDensity(means: Float64Array, variance: number): Float64Array | undefined {
  if (variance <= 0) return undefined;
  const centres = thinned(means);
  const deviation = Math.sqrt(variance);
  const scale = 0.3989422804014327 / deviation;
  return WEIGHT_GRID.map((x) => {
    const shape = exp(
      centres.map((centre) => {
        const standard = (x - centre) / deviation;
        return -0.5 * standard * standard;
      }),
    );
    return scale * mean(shape);
  });
}

function thinned(values: Float64Array): Float64Array {
  if (values.length <= MOST_COMPONENTS) return values;
  return Float64Array.from(
    { length: MOST_COMPONENTS },
    (_, i) => values[Math.floor((i * values.length) / MOST_COMPONENTS)]!,
  );
}

function mean(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
