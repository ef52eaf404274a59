import { describe, expect, it } from 'vitest';
import { SolveError } from '../../../../src/errors.ts';
import { tuningConfigurations } from '../../../../src/theories/finite-width/fit/tune.ts';
import { fitCost, fit as fitRows, tune, tuneCost } from '../../../library.ts';
import { range, syntheticRows } from './rows.ts';

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
    const last = made.at(-1) as unknown as {
      model: { width: number; activations: { kind: string }[] };
      optimizer: { learningRates: number[] };
    };
    expect(last.model.width).toBe(3);
    expect(last.model.activations.map(({ kind }) => kind)).toEqual(['tanh', 'tanh']);
    expect(last.optimizer.learningRates).toEqual([0.5, 0.1, 0.1]);
  });

  it('a list of activations goes with the depth that has as many layers, and must fit one', () => {
    const made = tuningConfigurations(config, { depths: [2, 3], activations: ['tanh', ['tanh', 'relu']] });
    expect(made.map(({ model }) => model.activations!.length)).toEqual([1, 2, 2]);
    expect(() => tuningConfigurations(config, { depths: [2, 4], activations: [['tanh', 'relu']] })).toThrow(
      /activations: received depths 2,4 beside lists of other lengths/,
    );
  });

  it('what is written twice, or in two ways, is there once', () => {
    const made = tuningConfigurations(config, {
      widths: [1, 3, 1],
      depths: [3, 3],
      activations: ['tanh', { kind: 'tanh' }, ['tanh', 'tanh'], { kind: 'softplus' }],
      learningRates: [
        [0.1, 0.05],
        [0.1, 0.05, 0.05],
      ],
    });
    expect(
      made.map(({ model }) => [model.width, (model.activations as unknown as { kind: string }[])[0]!.kind]),
    ).toEqual([
      [1, 'tanh'],
      [1, 'softplus'],
      [3, 'tanh'],
      [3, 'softplus'],
    ]);
  });

  it('fits them all, finds the lowest estimate, says that it is optimistic, and re-estimates on fresh rows', async () => {
    const seen: number[] = [];
    const result = await tune(rows, config, grid, { onConfiguration: ({ index }) => seen.push(index) });
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(result.table).toHaveLength(8);
    expect(result.best!.estimatedTestError).toBe(
      Math.min(...result.table.map((entry) => entry.estimatedTestError!)),
    );
    expect(result.warnings[0]!.code).toBe('optimistic-minimum');
    const alone = await fitRows(rows, tuningConfigurations(config, grid)[result.best!.index]);
    expect(alone.stopping.estimatedTestError).toBe(result.best!.estimatedTestError);
    expect(alone.model.toJSON()).toEqual(result.result!.model.toJSON());
    const { testError, standardError } = result.reestimate(fresh.features, fresh.labels);
    const predicted = result.result!.model.predict(fresh.features);
    const direct = fresh.labels.reduce((sum, y, k) => sum + (y - predicted[k]!) ** 2, 0) / 400;
    expect(testError).toBeCloseTo(direct, 12);
    const squares = fresh.labels.map((y, k) => (y - predicted[k]!) ** 2);
    const spread = squares.reduce((sum, value) => sum + (value - direct) ** 2, 0);
    expect(standardError).toBeCloseTo(Math.sqrt(spread / 399 / 400), 12);
    // The estimate scatters by its own standard error over 50 rows, the truth by that over 400; 4 of both together.
    const { best } = result;
    const scatter = Math.sqrt(best!.standardError ** 2 + standardError ** 2);
    expect(scatter / testError).toBeLessThan(0.25);
    expect(Math.abs(testError - best!.estimatedTestError)).toBeLessThan(4 * scatter);
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

  it('keeps the table when it is cancelled inside the first fit, whose estimate is then all there is', async () => {
    const result = await tune(rows, config, grid, { signal: AbortSignal.abort() });
    expect(result.status).toBe('aborted');
    expect(result.table.map(({ status }) => status)).toEqual(['aborted']);
    expect(result.best!.index).toBe(0);
  });

  it('keeps the best of the complete fits when it is cancelled inside a later one', async () => {
    const controller = new AbortController();
    let costs = 0;
    const result = await tune(rows, config, grid, {
      signal: controller.signal,
      onCost: () => {
        if (++costs === 3) controller.abort();
      },
    });
    expect(result.table.map(({ status }) => status)).toEqual(['complete', 'complete', 'aborted']);
    expect(result.best!.index).toBeLessThan(2);
  });

  it('looks at all memory limits first, and a configuration that is refused is a row with its error', async () => {
    const widths = [1, 64, 2];
    const [small, large] = [2, 64].map((width) =>
      fitCost(rows, tuningConfigurations(config, { widths: [width] })[0]),
    );
    const limits = { memoryGiB: (small!.bytes + large!.bytes) / 2 / 2 ** 30 };
    const fractions: number[] = [];
    const onProgress = ({ fraction }: { fraction: number }) => fractions.push(fraction);
    const result = await tune(rows, { ...config, limits }, { widths }, { onProgress });
    expect(result.status).toBe('complete');
    expect(result.table.map(({ status }) => status)).toEqual(['complete', 'failed', 'complete']);
    expect(result.table[1]).toMatchObject({ width: 64, learningRates: 'auto', warnings: [] });
    expect(result.table[1]!.error).toMatch(/needs .* MiB of memory; limits\.memoryGiB is/);
    expect(result.table[1]).not.toHaveProperty('estimatedTestError');
    expect(result.warnings.map(({ code }) => code)).toContain('failed-configurations');
    expect(result.warnings[0]!.message).toMatch(/lowest of 2 estimates/);
    expect(fractions.at(-1)).toBeCloseTo(1, 12);
    await expect(tune(rows, { ...config, limits }, { widths: [64] })).rejects.toThrow(SolveError);
  });

  it('records a configuration that cannot be started: weights for another width', async () => {
    const weights = [range(4).map(() => [0.1, 0.2]), [1, -1]];
    const model = { ...config.model, initialization: { kind: 'explicit', weights } };
    const result = await tune(rows, { ...config, model }, { widths: [2, 3] });
    expect(result.table.map(({ status }) => status)).toEqual(['complete', 'failed']);
    expect(result.table[1]!.error).toMatch(/weights\[0\]/);
    expect(result.best!.index).toBe(0);
  });

  it('never takes a diverged configuration for the best, however low its estimate was', async () => {
    // Both begin with the same weights, and neither gets below its first estimate: the first of the two would win.
    const learningRates = [
      [200, 200],
      [0, 0],
    ];
    const result = await tune(rows, config, { learningRates });
    expect(result.table.map(({ status }) => status)).toEqual(['diverged', 'complete']);
    expect(result.table[0]!.estimatedTestError).toBe(result.table[1]!.estimatedTestError);
    expect(result.best!.index).toBe(1);
    const none = await tune(rows, config, { learningRates: [[200, 200]] });
    expect(none).toMatchObject({ status: 'complete', best: undefined, result: undefined });
    expect(none.table).toHaveLength(1);
    expect(none.warnings[0]!.code).toBe('no-best');
    expect(() => none.reestimate(fresh.features, fresh.labels)).toThrow(SolveError);
  });

  it('refuses a grid that is none, naming the place', async () => {
    await expect(tune(rows, config, { widths: [0] })).rejects.toThrow(/widths\[0\]: received 0/);
    await expect(tune(rows, config, { width: [1] } as never)).rejects.toThrow(/Did you mean "widths"/);
    await expect(tune(rows, config, { learningRates: [[1, 1, 1]] })).rejects.toThrow(/3 rates; expected 2/);
  });
});
