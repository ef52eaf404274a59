// Predictions against simulations over many settings and two sizes each: node bench/finite-width-accuracy.js > table.md
// With letters behind it (A J), only those settings.
// Prints the table of docs/accuracy.md. Takes some minutes; needs npm run build.
import { compare } from '../build/esm/index.js';
import { configOf, deviations, settings } from './finite-width-settings.js';

const percent = (value) => (100 * value).toFixed(1);
const title = (spec) =>
  typeof spec === 'string' ? spec : (spec.law ?? `${spec.kind}${spec.frequency ?? spec.sharpness ?? ''}`);

console.log(
  '| case | n/m | q | L | activations | link | features | T | replicas | train: mean %, score, spread % | test: mean %, score, spread % |',
);
console.log('|---|---|---|---|---|---|---|---|---|---|---|');
for (const setting of settings) {
  const [name, n, m, q, activations, link, features, , , steps] = setting;
  if (process.argv.length > 2 && !process.argv.includes(name)) continue;
  for (const [factor, replicas] of [
    [1, 64],
    [4, 24],
  ]) {
    const result = await compare(configOf(setting, factor, replicas));
    const train = deviations(result, 'trainError', replicas);
    const test = deviations(result, 'testError', replicas);
    const cell = (d) => `${percent(d.mean)}, ${d.score.toFixed(1)}, ${percent(d.spread)}`;
    const layers = activations.map(title).join('/');
    console.log(
      `| ${name} | ${n * factor}/${m * factor} | ${q} | ${activations.length + 1} | ${layers} | ${title(link)} | ${title(features)} | ${steps} | ${replicas} | ${cell(train)} | ${cell(test)} |`,
    );
  }
}
