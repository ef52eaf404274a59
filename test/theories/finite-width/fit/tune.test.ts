import { describe, expect, it } from 'vitest';
import { fit as fitRows } from '../../../../src/theories/finite-width/fit/fit.ts';
import { tune, tuneCost, tuningConfigurations } from '../../../../src/theories/finite-width/fit/tune.ts';
import { syntheticRows } from './rows.ts';

const rows = syntheticRows(50, 4, 'tune');
const fresh = syntheticRows(400, 4, 'tune fresh');
const config = {
  theory: 'finite-width',
  model: { width: 2, activations: ['tanh'] },
  optimizer: { steps: 25 },
};
const grid = {
  widths: [1, 3],
  depths: [2, 3],
  learningRates: [
    [0.1, 0.05],
    [0.5, 0.1],
  ],
};

describe('tune', () => {
  it('makes every combination, with one activation for all layers and [first, others] as rates', () => {
    const made = tuningConfigurations(config, { ...grid, activations: ['gelu', 'tanh'] });
    expect(made).toHaveLength(16);
    const last = made.at(-1) as {
      model: { width: number; activations: { kind: string }[] };
      optimizer: { learningRates: number[] };
    };
    expect(last.model.width).toBe(3);
    expect(last.model.activations.map(({ kind }) => kind)).toEqual(['tanh', 'tanh']);
    expect(last.optimizer.learningRates).toEqual([0.5, 0.1, 0.1]);
  });

  it('fits them all, finds the lowest estimate, says that it is optimistic, and re-estimates on fresh rows', async () => {
    const seen: number[] = [];
    const result = await tune(rows, config, grid, { onConfiguration: ({ index }) => seen.push(index) });
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(result.table).toHaveLength(8);
    expect(result.best.estimatedTestError).toBe(
      Math.min(...result.table.map((entry) => entry.estimatedTestError)),
    );
    expect(result.warnings[0]!.code).toBe('optimistic-minimum');
    const alone = await fitRows(rows, tuningConfigurations(config, grid)[result.best.index]);
    expect(alone.stopping.estimatedTestError).toBe(result.best.estimatedTestError);
    expect(alone.model.toJSON()).toEqual(result.result.model.toJSON());
    const { testError, standardError } = result.reestimate(fresh.features, fresh.labels);
    const predicted = result.result.model.predict(fresh.features);
    const direct = fresh.labels.reduce((sum, y, k) => sum + (y - predicted[k]!) ** 2, 0) / 400;
    expect(testError).toBeCloseTo(direct, 12);
    expect(Math.abs(testError - result.best.estimatedTestError)).toBeLessThan(0.5 * testError);
    expect(standardError).toBeGreaterThan(0);
  });

  it('counts its cost before it starts and ends when cancelled', async () => {
    const cost = tuneCost(rows, config, grid);
    expect(cost.configurations).toBe(8);
    const controller = new AbortController();
    const result = await tune(rows, config, grid, {
      signal: controller.signal,
      onConfiguration: ({ index }) => {
        if (index === 1) controller.abort();
      },
    });
    expect(result.status).toBe('aborted');
    expect(result.table).toHaveLength(2);
  });

  it('refuses a grid that is none, naming the place', async () => {
    await expect(tune(rows, config, { widths: [0] })).rejects.toThrow(/widths\[0\]: received 0/);
    await expect(tune(rows, config, { width: [1] } as never)).rejects.toThrow(/Did you mean "widths"/);
    await expect(tune(rows, config, { learningRates: [[1, 1, 1]] })).rejects.toThrow(/3 rates; expected 2/);
  });
});
