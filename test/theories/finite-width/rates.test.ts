// What is said of learning rates that do not go with the layers: by every command, whatever the form they are given in.
import { expect, test } from 'vitest';
import { check } from '../../../src/check.ts';
import type { ConfigError } from '../../../src/errors.ts';
import { tune } from '../../../src/index.ts';
import { fitSchema } from '../../../src/theories/finite-width/fit/config.ts';
import { configSchema } from '../../../src/theories/finite-width/problem.ts';
import { syntheticRows } from './fit/rows.ts';

const model = { width: 2, activations: ['tanh'] } as const;
const run = { theory: 'finite-width', model: { ...model, inputDimension: 40 }, data: { sampleCount: 80 } };

function said(schema: Parameters<typeof check>[0], config: object, rates: unknown, steps = 3): string[] {
  try {
    check(schema, {
      ...config,
      optimizer: { steps, ...(rates !== undefined && { learningRates: rates }) },
    });
    return [];
  } catch (error) {
    return (error as ConfigError).problems.map(
      ({ path, received, expected }) => `${path}: ${received} – ${expected}`,
    );
  }
}
const ofRun = (rates: unknown) => said(configSchema, run, rates);
const ofFit = (rates: unknown) => said(fitSchema, { theory: 'finite-width', model }, rates);

const TWO = '2 rates, one for each layer (1 hidden, then the output), as in';
const FORMS = 'an array with one rate for each layer, or one such row for each step';
const AT = 'optimizer.learningRates';

test('one rate where there must be one for each layer', () => {
  for (const problemsOf of [ofRun, ofFit]) {
    expect(problemsOf([0.8])).toEqual([`${AT}: 1 rate – ${TWO} [0.8, 0.8]`]);
    expect(problemsOf([0.8, 0.4, 0.2])).toEqual([`${AT}: 3 rates – ${TWO} [0.8, 0.4]`]);
    expect(problemsOf([[1, 1], [0.8], [1, 1]])).toEqual([`${AT}[1]: 1 rate – ${TWO} [0.8, 0.8]`]);
    expect(problemsOf([[1, 1]])).toEqual([`${AT}: 1 rows – 3 rows, one per step`]);
    expect(problemsOf([0.8, 'x'])).toEqual([`${AT}[1]: "x" – a number ≥ 0 and ≤ 1000000000`]);
    expect(problemsOf([0.8, 0.4])).toEqual([]);
  }
});

test('nothing, or no array', () => {
  expect(ofRun(undefined)).toEqual([`${AT}: nothing – ${FORMS}`]);
  expect(ofRun([])).toEqual([`${AT}: an empty array – ${FORMS}`]);
  expect(ofRun(0.8)).toEqual([`${AT}: 0.8 – ${FORMS}`]);
  expect(ofFit(0.8)).toEqual([`${AT}: 0.8 – "auto", or ${FORMS}`]);
  expect(ofFit(undefined)).toEqual([]);
});

test('in a grid', async () => {
  const config = { theory: 'finite-width', model, optimizer: { steps: 2 } } as const;
  await expect(tune(syntheticRows(40, 3, 'rates'), config, { learningRates: [[0.8]] })).rejects.toThrow(
    /learningRates\[0\]: received .*; expected rates \[first, others\], or one for each layer/,
  );
});
