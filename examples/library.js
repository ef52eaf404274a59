// The library in Node: a prediction beside the experiment that it describes. node examples/library.js (after npm run build)
import { readFileSync } from 'node:fs';
import { compare, estimateCost } from 'foretrain';

const example = JSON.parse(readFileSync(new URL('finite-width.json', import.meta.url), 'utf8'));
// Fewer samples and replicas than the example on the command line: this one should end at once.
const config = { ...example, prediction: { samples: 4096, repetitions: 4 }, simulation: { replicas: 4 } };

const { prediction: cost } = estimateCost(config);
console.log(`predicting: about ${cost.seconds.toFixed(1)} s and ${(cost.bytes / 2 ** 20).toFixed(0)} MiB\n`);

const { prediction, simulation, residual } = await compare(config);
const predicted = prediction.observables.testError;
const measured = simulation.observables.testError;
const gap = residual.testError;

console.log(
  `step  predicted test error  measured (${config.simulation.replicas} networks)  difference in standard errors`,
);
// At step 0 nothing is random yet: both are the error of the untrained network.
for (let step = 4; step < prediction.times.length; step += 4) {
  const columns = [
    predicted.values[step].toFixed(4),
    `${measured.values[step].toFixed(4)} ± ${measured.standardError[step].toFixed(4)}`,
    (gap.values[step] / gap.standardError[step]).toFixed(1),
  ];
  console.log(
    `${String(step).padStart(4)}  ${columns[0].padEnd(20)}  ${columns[1].padEnd(23)}  ${columns[2]}`,
  );
}

const best = predicted.values.indexOf(Math.min(...predicted.values));
console.log(
  `\nThe theory says: stop after step ${best}, at a test error of ${predicted.values[best].toFixed(4)} label².`,
);
