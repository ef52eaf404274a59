import { describe, expect, it } from 'vitest';
import { createStream } from '../../../src/numerics/random.ts';
import { finiteWidth } from '../../../src/theories/finite-width/index.ts';
import { teacherOf } from '../../../src/theories/finite-width/teacher.ts';
import { predict, simulate } from '../../library.ts';

const n = 40;
const base = {
  theory: 'finite-width',
  model: { inputDimension: n, width: 2, activations: ['tanh', 'gelu'] },
  data: {
    sampleCount: 80,
    link: { kind: 'sin', frequency: 2 },
    noise: { law: 'gaussian', variance: 0.09 },
    signalNorm: 1.3,
  },
  optimizer: { learningRates: [0.4, 0.1, 0.1], steps: 4 },
  prediction: { samples: 512, repetitions: 3 },
  simulation: { replicas: 2 },
};

describe('initialisations', () => {
  it('explicit weights stand in the Gram matrix as they are given, beside the drawn signal', () => {
    const draws = createStream('explicit', 'weights').normal(2 * n);
    const W1 = Array.from({ length: n }, (_, l) => [draws[2 * l]! / 6, draws[2 * l + 1]! / 6]);
    const weights = [
      W1,
      [
        [1, 0.2],
        [-0.3, 0.9],
      ],
      [0.8, -0.6],
    ];
    const problem = finiteWidth.check({
      ...base,
      model: { ...base.model, initialization: { kind: 'explicit', weights } },
    });
    const { input, signal, firstLayer } = teacherOf(problem);
    for (let i = 0; i < 2; i++) {
      for (let l = 0; l < n; l++) expect(firstLayer![i * n + l]).toBe(W1[l]![i]);
      const cross = W1.reduce((sum, row, l) => sum + row[i]! * signal![l]!, 0);
      expect(input.gram[i + 1]).toBeCloseTo(cross, 13);
      for (let j = 0; j < 2; j++) {
        const own = W1.reduce((sum, row) => sum + row[i]! * row[j]!, 0);
        expect(input.gram[(i + 1) * 3 + j + 1]).toBeCloseTo(own, 13);
      }
    }
    expect(Math.sqrt(input.gram[0]!)).toBeCloseTo(1.3, 13);
    // W_2, its biases 0, W_3, its bias 0.
    expect([...input.deep]).toEqual([1, 0.2, -0.3, 0.9, 0, 0, 0.8, -0.6, 0]);
  });

  it('explicit weights and their own overlaps give the same population limit, bit for bit', async () => {
    const model = { ...base.model, width: 1, activations: ['tanh'] };
    const optimizer = { learningRates: [0.4, 0.1], steps: 3 };
    const draws = createStream('explicit', 'weights').normal(n);
    const weights = [Array.from(draws, (value) => [value / 6]), [0.8]];
    const explicit = {
      ...base,
      model: { ...model, initialization: { kind: 'explicit', weights } },
      optimizer,
      prediction: { method: 'population' },
    };
    const { gram } = teacherOf(finiteWidth.check(explicit)).input;
    const rows = [
      [gram[0]!, gram[1]!],
      [gram[2]!, gram[3]!],
    ];
    const byOverlaps = {
      ...explicit,
      model: {
        width: 1,
        activations: ['tanh'],
        initialization: { kind: 'overlaps', gram: rows, deepWeights: [[0.8]] },
      },
      data: { link: base.data.link, noise: base.data.noise, sampleRatio: null },
    };
    const [one, two] = [await predict(explicit), await predict(byOverlaps)];
    expect(one.observables.testError!.values).toEqual(two.observables.testError!.values);
    expect(one.diagnostics.warnings.map(({ code }) => code)).toContain('population-limit');
  });

  it('drawn weights have the scale and alignment that were asked for', () => {
    const problem = finiteWidth.check({
      ...base,
      model: {
        inputDimension: 20_000,
        width: 1,
        activations: ['tanh'],
        initialization: { kind: 'gaussian', scale: 0.8, alignment: 0.3, deepScale: 2 },
      },
      data: { ...base.data, sampleCount: 10 },
      optimizer: { learningRates: [0.1, 0.1], steps: 1 },
    });
    const { input } = teacherOf(problem);
    // W'W = 0.64 + 0.09 with a standard deviation of about 0.64 √(2/n); W'mu = 0.3 · 1.3 ± 0.8 · 1.3/√n.
    expect(Math.abs(input.gram[3]! - 0.73)).toBeLessThan(
      5 * 0.64 * Math.sqrt(2 / 20_000) + (5 * 2 * 0.3 * 0.8) / Math.sqrt(20_000),
    );
    expect(Math.abs(input.gram[1]! - 0.39)).toBeLessThan((5 * 0.8 * 1.3) / Math.sqrt(20_000));
    expect(Math.abs(input.deep[0]!)).toBeCloseTo(2, 13);
  });
});

describe('derived quantities', () => {
  it('overlaps with the start have a unit diagonal at step 0 and are cosines ever after; so are those with the signal', async () => {
    for (const { observables, times } of [await predict(base), await simulate(base)]) {
      const initial = observables.initialOverlap!.values;
      expect(initial[0]).toBeCloseTo(1, 12);
      expect(initial[3]).toBeCloseTo(1, 12);
      for (const value of [...initial, ...observables.signalOverlap!.values])
        expect(Math.abs(value)).toBeLessThanOrEqual(1 + 1e-12);
      const Q = observables.firstLayerGram!.values;
      const c = observables.signalCovariance!.values;
      const last = times.length - 1;
      if (last !== 4) continue;
      // A mean of cosines is close to the cosine of means here.
      const cosine = c[last * 2]! / (1.3 * Math.sqrt(Q[last * 4]!));
      expect(Math.abs(observables.signalOverlap!.values[last * 2]! - cosine)).toBeLessThan(0.05);
    }
  });

  it('overlaps with the start follow from the weights: Cov(U_t, U_0) over the norms', async () => {
    const problem = finiteWidth.check({
      ...base,
      prediction: { method: 'projection', samples: 2048, repetitions: 2 },
    });
    const { gram: S0 } = teacherOf(problem).input;
    const { observables } = await predict(problem);
    const [A, beta, Q, overlap] = ['initialGain', 'signalGain', 'firstLayerGram', 'initialOverlap'].map(
      (name) => observables[name]!.values,
    );
    for (const t of [1, 4]) {
      for (let j = 0; j < 2; j++) {
        for (let i = 0; i < 2; i++) {
          let covariance = beta![t * 2 + j]! * S0[i + 1]!;
          for (let k = 0; k < 2; k++) covariance += A![t * 4 + j * 2 + k]! * S0[(k + 1) * 3 + i + 1]!;
          const cosine = covariance / Math.sqrt(Q![t * 4 + j * 3]! * S0[(i + 1) * 4]!);
          expect(Math.abs(overlap![t * 4 + j * 2 + i]! - cosine)).toBeLessThan(5e-3);
        }
      }
    }
  });

  it('the weight density integrates to 1 and has the quantiles that are reported', async () => {
    const { observables } = await predict(base);
    const grid = observables.weightGrid!.values;
    const density = observables.firstLayerWeightDensity!.values;
    const levels = observables.quantileLevels!.values;
    const quantiles = observables.firstLayerWeightQuantiles!.values;
    for (let j = 0; j < 2; j++) {
      let mass = 0;
      let below = 0;
      const median = quantiles[levels.indexOf(0.5) * 2 + j]!;
      grid.forEach((x, i) => {
        mass += 0.1 * density[2 * i + j]!;
        if (x < median) below += 0.1 * density[2 * i + j]!;
      });
      expect(Math.abs(mass - 1)).toBeLessThan(0.01);
      expect(Math.abs(below - 0.5)).toBeLessThan(0.06);
    }
  });
});

describe('warnings and refusals of predictions', () => {
  const overlaps = (gram: number[][]) => ({
    theory: 'finite-width',
    model: {
      width: gram.length - 1,
      activations: ['tanh'],
      initialization: { kind: 'overlaps', gram, deepWeights: [gram.slice(1).map(() => 0.5)] },
    },
    data: { sampleRatio: 2, link: 'tanh' },
    optimizer: { learningRates: [0.3, 0.1], steps: 10 },
    prediction: { samples: 256, repetitions: 2 },
  });

  it('a matrix that no vectors have is refused with its path', async () => {
    const impossible = overlaps([
      [1, 0.9, 0.9],
      [0.9, 1, -0.9],
      [0.9, -0.9, 1],
    ]);
    await expect(predict(impossible)).rejects.toThrow(
      /initialization\.gram: received a matrix with a negative eigenvalue/,
    );
    await expect(
      predict(
        overlaps([
          [0, 0.5],
          [0.5, 1],
        ]),
      ),
    ).rejects.toThrow(/Cauchy-Schwarz/);
  });

  it('samples that the design crowds are named, too few are refused', async () => {
    const config = overlaps([
      [1, 0.2],
      [0.2, 0.5],
    ]);
    const { diagnostics } = await predict(config);
    expect(diagnostics.warnings.map(({ code }) => code)).toContain('crowded-samples');
    const enough = await predict({ ...config, prediction: { samples: 2048, repetitions: 2 } });
    expect(enough.diagnostics.warnings).toEqual([]);
    const long = { ...config, optimizer: { ...config.optimizer, steps: 100 } };
    await expect(predict(long)).rejects.toThrow(/prediction\.samples: received 256; expected at least 404/);
    const fitting = await predict({ ...long, prediction: { repetitions: 2 } });
    expect(fitting.diagnostics.samples).toBe(16384);
  });

  it('sizes and norms beside overlaps are refused', async () => {
    const config = overlaps([
      [1, 0.2],
      [0.2, 0.5],
    ]);
    await expect(predict({ ...config, data: { ...config.data, signalNorm: 3 } })).rejects.toThrow(
      /data\.signalNorm: received 3/,
    );
    await expect(predict({ ...config, data: { ...config.data, sampleCount: 5 } })).rejects.toThrow(
      /data\.sampleCount: received 5/,
    );
  });
});
