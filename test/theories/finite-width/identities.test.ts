import { describe, expect, it } from 'vitest';
import { axpy, scale, sumSquares } from '../../../bindings/linalg.ts';
import { NetworkWorkspace } from '../../../bindings/network.ts';
import { finiteWidth } from '../../../src/theories/finite-width/index.ts';
import {
  monteCarloDraws,
  type ProjectionSamples,
  projectionIterates,
} from '../../../src/theories/finite-width/projection.ts';
import { deepRates, descend, gramRoot, type Iterate } from '../../../src/theories/finite-width/state.ts';
import { teacherOf } from '../../../src/theories/finite-width/teacher.ts';
import { exact } from '../../cores.ts';
import { predict } from '../../library.ts';

const overlaps = (gram: number[][], deepWeights: unknown[], rest: Record<string, unknown> = {}) => ({
  theory: 'finite-width',
  model: {
    width: gram.length - 1,
    activations: ['tanh'],
    initialization: { kind: 'overlaps', gram, deepWeights },
    ...(rest.model as object),
  },
  data: {
    sampleRatio: 2,
    link: { kind: 'sin', frequency: 2 },
    noise: { law: 'gaussian', variance: 0.09 },
    ...(rest.data as object),
  },
  optimizer: { learningRates: [0.8, 0.2], steps: 8, ...(rest.optimizer as object) },
  prediction: (rest.prediction as object) ?? {},
});

const twoUnits = [
  [1, 0.3, -0.1],
  [0.3, 0.8, 0.1],
  [-0.1, 0.1, 0.7],
];

describe('the projection form', () => {
  it('is plain gradient descent on its own design, to 1e-12', () => {
    const { input } = teacherOf(finiteWidth.check(overlaps(twoUnits, [[1, -0.7]])));
    const q = 2;
    const N = 512;
    exact.within((scope) => {
      const generator = projectionIterates(
        exact,
        scope,
        input,
        monteCarloDraws(exact, scope, input.noise, N, 'identity', 0),
        () => 0,
        { keepDesign: true },
      );
      const iterates: Iterate[] = [];
      let end: ProjectionSamples | undefined;
      while (!end) {
        const next = generator.next();
        if (next.done) end = next.value;
        else iterates.push(next.value);
      }
      const columns = end.design!.length / N;
      const X = scope.f64(N * columns);
      for (let j = 0; j < columns; j++)
        for (let k = 0; k < N; k++) X.view[k * columns + j] = end.design![j * N + k]!;
      const W = scope.f64(q * columns);
      const { root } = gramRoot(input.gram, q + 1);
      for (let j = 0; j < q; j++) W.set(root.slice((j + 1) * (q + 1), (j + 2) * (q + 1)), j * columns);
      const net = new NetworkWorkspace(exact, scope, {
        width: q,
        activations: input.activations,
        samples: N,
        order: 1,
      });
      net.label.set(end.labels);
      const gradient = scope.f64(q * columns);
      const v = scope.f64(N);
      let deep = input.deep;
      iterates.forEach((iterate, t) => {
        net.deep.set(deep);
        gradient.fill(0);
        net.gradient(X, N, columns, columns, W, gradient, 48);
        expect(Math.abs(sumSquares(exact, net.residual, N) / N - iterate.trainError)).toBeLessThan(1e-12);
        for (let p = 0; p < deep.length; p++)
          expect(Math.abs(deep[p]! - iterate.deep[p]!)).toBeLessThan(1e-12);
        if (t === iterates.length - 1) return;
        v.set(net.residual.view);
        scale(exact, 1 / N, v, N);
        const deepGradient = net.deepGradient(v, N);
        axpy(exact, -input.learningRates[t]![0]! / N, gradient, W, q * columns);
        deep = descend(deep, deepRates(input.learningRates[t]!, q, 2, 0), deepGradient);
      });
    });
  });

  it('keeps identical units identical, to 1e-13 in the deep weights', async () => {
    const twins = [
      [1, 0.2, 0.2],
      [0.2, 0.5, 0.5],
      [0.2, 0.5, 0.5],
    ];
    const { observables, diagnostics } = await predict(
      overlaps(twins, [[0.6, 0.6]], { prediction: { samples: 1024, repetitions: 2 } }),
    );
    const deep = observables.deepWeights!.values;
    for (let t = 0; t < deep.length / 2; t++)
      expect(Math.abs(deep[2 * t]! - deep[2 * t + 1]!)).toBeLessThan(1e-13);
    expect(diagnostics.warnings.map(({ code }) => code)).toContain('singular-overlaps');
    expect(observables.signalGain).toBeUndefined();
  });

  it('runs from zero weights and from a zero signal', async () => {
    const options = { prediction: { samples: 256, repetitions: 2 } };
    const still = await predict(
      overlaps(
        [
          [1, 0],
          [0, 0],
        ],
        [[1]],
        options,
      ),
    );
    expect(still.status).toBe('complete');
    const silent = await predict(
      overlaps(
        [
          [0, 0],
          [0, 1],
        ],
        [[1]],
        { ...options, data: { signalNorm: 0 } },
      ),
    );
    expect(silent.status).toBe('complete');
  });
});

describe('exact linear state evolution', () => {
  const slope = 0.3;
  const rate = 0.3;
  // ||W_1 - a mu||² for W_1'W_1 = 0.5, W_1'mu = 0.2 and the link a z, noise 0.25.
  const start = 0.5 - 2 * slope * 0.2 + slope * slope;

  /** Integral of f against the Marchenko-Pastur law of X'X/m on its bulk, by the substitution x = a + b cos(angle). */
  function bulk(ratio: number, f: (x: number) => number): number {
    const nodes = 4000;
    const centre = 1 + 1 / ratio;
    const radius = 2 / Math.sqrt(ratio);
    let sum = 0;
    for (let i = 0; i < nodes; i++) {
      const angle = (Math.PI * (i + 0.5)) / nodes;
      const x = centre + radius * Math.cos(angle);
      sum += ((ratio * (radius * Math.sin(angle)) ** 2) / (2 * Math.PI * x)) * f(x);
    }
    return (Math.PI / nodes) * sum;
  }

  it.each([2, 0.7, 1.3])('equals the Marchenko-Pastur integrals to 2e-12 (m/n = %d)', async (ratio) => {
    const { observables } = await predict({
      theory: 'finite-width',
      model: {
        width: 1,
        activations: ['identity'],
        initialization: {
          kind: 'overlaps',
          gram: [
            [1, 0.2],
            [0.2, 0.5],
          ],
          deepWeights: [[1]],
        },
      },
      data: {
        sampleRatio: ratio,
        link: { kind: 'hermite-series', coefficients: [0, slope] },
        noise: { law: 'gaussian', variance: 0.25 },
      },
      optimizer: { learningRates: [rate, 0], steps: 20 },
      prediction: { method: 'linear' },
    });
    const atom = Math.max(0, 1 - ratio);
    const rank = Math.min(1, 1 / ratio);
    for (let t = 0; t <= 20; t++) {
      const k = (x: number) => (1 - rate * x) ** t;
      const test =
        0.25 +
        start * (bulk(ratio, (x) => k(x) ** 2) + atom) +
        (0.25 / ratio) * bulk(ratio, (x) => (1 - k(x)) ** 2 / x);
      const train =
        start * bulk(ratio, (x) => x * k(x) ** 2) +
        0.25 * (1 - rank) +
        (0.25 / ratio) * bulk(ratio, (x) => k(x) ** 2);
      expect(Math.abs(observables.testError!.values[t]! - test)).toBeLessThan(2e-12);
      // Train error: the atom at 0 carries no signal; of the noise, rows minus rank stay as they are.
      expect(Math.abs(observables.trainError!.values[t]! - train)).toBeLessThan(2e-12);
    }
  });

  it('has rho_{t+1,t} = -(eta/phi) I and permutes with the hidden units, to 1e-13', async () => {
    const run = async (gram: number[][], weights: number[]) =>
      predict(
        overlaps(gram, [weights], {
          model: { activations: ['identity'] },
          data: { sampleRatio: 1.5, link: 'identity' },
          optimizer: { learningRates: [0.4, 0.1], steps: 6 },
          prediction: { method: 'linear' },
        }),
      );
    const swapped = [
      [1, -0.1, 0.3],
      [-0.1, 0.7, 0.1],
      [0.3, 0.1, 0.8],
    ];
    const one = await run(twoUnits, [1, -0.7]);
    const two = await run(swapped, [-0.7, 1]);
    const onsager = one.observables.onsager!.values;
    for (let t = 0; t < 6; t++) {
      for (let i = 0; i < 4; i++) {
        const value = onsager[((t + 1) * 7 + t) * 4 + i]!;
        expect(Math.abs(value - (i % 3 === 0 ? -0.4 / 1.5 : 0))).toBeLessThan(1e-15);
      }
    }
    for (let t = 0; t <= 6; t++) {
      expect(
        Math.abs(one.observables.testError!.values[t]! - two.observables.testError!.values[t]!),
      ).toBeLessThan(1e-13);
      for (let j = 0; j < 2; j++) {
        const a = one.observables.signalGain!.values[2 * t + j]!;
        const b = two.observables.signalGain!.values[2 * t + 1 - j]!;
        expect(Math.abs(a - b)).toBeLessThan(1e-13);
      }
    }
  });
});

describe('the population limit', () => {
  it.each(['erf', 'erf-sqrt2'])(
    'has the same values in closed form and by Gauss-Hermite of order 80, to 1e-11 (%s)',
    async (name) => {
      for (const link of ['identity', name]) {
        const config = overlaps(twoUnits, [[1, -0.7]], {
          model: { activations: [name] },
          data: { sampleRatio: null, link },
        });
        const closed = await predict(config);
        const quadrature = await predict({ ...config, prediction: { order: 80 } });
        expect(closed.diagnostics.evaluator).toBe('population-closed-form');
        expect(quadrature.diagnostics.evaluator).toBe('population-quadrature');
        for (const quantity of ['testError', 'signalGain', 'initialGain', 'deepWeights']) {
          closed.observables[quantity]!.values.forEach((value, i) => {
            expect(
              Math.abs(value - quadrature.observables[quantity]!.values[i]!),
              `${quantity} ${i}`,
            ).toBeLessThan(1e-11);
          });
        }
      }
    },
  );

  it('is the limit of large ratios: the derivative form at m/n = 1000 is within 2e-3', async () => {
    const limit = await predict(overlaps(twoUnits, [[1, -0.7]], { data: { sampleRatio: null } }));
    const large = await predict(
      overlaps(twoUnits, [[1, -0.7]], {
        data: { sampleRatio: 1000 },
        prediction: { method: 'derivative', samples: 4096, repetitions: 4 },
      }),
    );
    limit.observables.testError!.values.forEach((value, t) => {
      expect(Math.abs(value - large.observables.testError!.values[t]!)).toBeLessThan(2e-3);
    });
  });
});
