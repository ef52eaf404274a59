import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { predict } from '../../../src/index.ts';
import { finiteWidth } from '../../../src/theories/finite-width/index.ts';
import type { Kind } from '../../../src/theory.ts';
import { memoryShare } from '../memory.ts';

const example = JSON.parse(
  readFileSync(new URL('../../../examples/finite-width.json', import.meta.url), 'utf8'),
);

function units(q: number) {
  const gram = Array.from({ length: q + 1 }, (_, i) =>
    Array.from({ length: q + 1 }, (_, j) => (i === j ? 1 : 0.1)),
  );
  return {
    width: q,
    activations: ['tanh'],
    initialization: { kind: 'overlaps', gram, deepWeights: [Array(q).fill(0.5)] },
  };
}
const population = { sampleRatio: null, link: 'tanh' };
const deep = { inputDimension: 100, width: 4, activations: ['tanh', 'gelu', 'tanh'] };

const cases: [string, Kind, object][] = [
  ['projection, 16384 samples', 'prediction', {}],
  [
    'projection, 4 layers of 4 units',
    'prediction',
    { model: deep, optimizer: { learningRates: [0.3, 0.1, 0.1, 0.1], steps: 10 } },
  ],
  ['derivative, 4096 samples', 'prediction', { prediction: { method: 'derivative', samples: 4096 } }],
  [
    'linear',
    'prediction',
    { model: { ...deep, activations: ['identity'] }, prediction: { method: 'linear' } },
  ],
  ['population, 2 units', 'prediction', { model: units(2), data: population }],
  [
    'population, 3 units, order 30',
    'prediction',
    { model: units(3), data: population, prediction: { order: 30 } },
  ],
  ['population, 5 units', 'prediction', { model: units(5), data: population }],
  ['primal replica with the estimator', 'simulation', {}],
  ['primal replica', 'simulation', { simulation: { estimator: false } }],
  ['dual replica', 'simulation', { simulation: { form: 'dual', estimator: false } }],
  [
    'primal replica, fresh rows',
    'simulation',
    { data: { ...example.data, features: { law: 'rademacher' } } },
  ],
  [
    'dual replica, fresh rows',
    'simulation',
    {
      data: { ...example.data, features: { law: 'rademacher' } },
      simulation: { form: 'dual', estimator: false },
    },
  ],
];

describe('memory', () => {
  it.each(cases)('%s: the peak lies between 0.65 and 1.05 times the estimate', async (_, kind, changes) => {
    const share = await memoryShare(finiteWidth, { ...example, ...changes }, kind);
    expect(share).toBeLessThan(1.05);
    expect(share).toBeGreaterThan(0.65);
  });

  it('a rule too large for its limit is refused before anything is allocated', async () => {
    const config = { ...example, model: units(3), data: population, prediction: { order: 400 } };
    await expect(predict(config)).rejects.toThrow(/GiB of memory; limits\.memoryGiB is 3/);
  });
});
