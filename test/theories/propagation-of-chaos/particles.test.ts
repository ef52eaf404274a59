import { describe, expect, it } from 'vitest';
import type { Block, Scope } from '../../../bindings/arena.ts';
import {
  interactionProduct,
  interactionProductScratch,
  linearisedRates,
  polynomialBlock,
} from '../../../bindings/particles.ts';
import { createStream } from '../../../src/numerics/random.ts';
import { legendreDerivative, legendreSum } from '../../../src/theories/propagation-of-chaos/legendre.ts';
import {
  derivativeOf,
  hermiteValues,
  type Links,
  polynomial,
} from '../../../src/theories/propagation-of-chaos/links.ts';
import { forceSeries, zonalPotential } from '../../../src/theories/propagation-of-chaos/mean-field.ts';
import { MomentField, populationOf } from '../../../src/theories/propagation-of-chaos/moment-field.ts';
import {
  DataField,
  drawNormalRows,
  Particles,
  PopulationField,
  replicaKey,
} from '../../../src/theories/propagation-of-chaos/particles.ts';
import { exact } from '../../cores.ts';
import { largestGap } from '../golden.ts';
import { golden, linksOfCoefficients } from './golden.ts';
import { testParticles } from './test-particles.ts';

const pace = async () => true;
const tiny = golden('tiny_system');
const { m, d } = tiny as unknown as { m: number; d: number };
const links = linksOfCoefficients(tiny.c, tiny.b);
const start = Float64Array.from(tiny.W0.flat());

/** Work with a network that starts at `rows`, and the velocity of the population. */
function withNetwork<T>(
  rows: Float64Array,
  work: (network: Particles, field: PopulationField, scope: Scope) => Promise<T>,
): Promise<T> {
  return exact.withinAsync((scope) => {
    const network = new Particles(exact, scope, m, d, (out: Block) => out.set(rows));
    return work(network, new PopulationField(exact, scope, links, m, d, pace), scope);
  });
}

/** Loss of neurons anywhere, straight from its definition: (V1). */
function lossOf(rows: Float64Array, { Q, T, targetSquare }: Links): number {
  const row = (i: number) => rows.subarray(i * d, (i + 1) * d);
  let sum = targetSquare;
  for (let i = 0; i < m; i++) {
    sum -= (2 / m) * polynomial(T, row(i)[0]!);
    for (let j = 0; j < m; j++) {
      const s = row(i).reduce((total, value, k) => total + value * row(j)[k]!, 0);
      sum += polynomial(Q, s) / (m * m);
    }
  }
  return 0.5 * sum;
}

function normalised(rows: Float64Array): Float64Array {
  const out = rows.slice();
  for (let i = 0; i < m; i++) {
    const row = out.subarray(i * d, (i + 1) * d);
    const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    for (let k = 0; k < d; k++) row[k]! /= norm;
  }
  return out;
}

const velocityAt = (rows: Float64Array) =>
  withNetwork(rows, async ({ W, V }, field) => {
    await field.evaluate(W, V);
    return V.copy();
  });

describe('particles', () => {
  it('velocity, three steps of descent and of the flow within 1e-14 of the golden values', async () => {
    expect(largestGap(await velocityAt(start), tiny.velocity0)).toBeLessThan(1e-14);
    for (const [kind, rows] of [
      ['projected-descent', tiny.pgd3_eta0p1],
      ['gradient-flow', tiny.rk4flow3_h0p1],
    ] as const) {
      const end = await withNetwork(start, async (network, field) => {
        for (let step = 0; step < 3; step++) await network.step(field, kind, 0.1);
        return network.W.copy();
      });
      expect(largestGap(end, rows), kind).toBeLessThan(1e-14);
    }
  });

  it('the mean over pairs gives the golden losses within 1e-14, with and without velocities', async () => {
    const loss = (rows: Float64Array) =>
      withNetwork(rows, async ({ W, V }, field) => {
        const pairs = (await field.meanOfPairs(W))!;
        expect(await field.meanOfPairs(W, V)).toBe(pairs);
        let overlap = 0;
        for (let i = 0; i < m; i++) overlap += polynomial(links.T, W.view[i * d]!) / m;
        return 0.5 * (links.targetSquare - 2 * overlap + pairs);
      });
    expect(Math.abs((await loss(start)) - tiny.loss0)).toBeLessThan(1e-14);
    const after = Float64Array.from(tiny.pgd3_eta0p1.flat());
    expect(Math.abs((await loss(after)) - tiny.loss_after_pgd3)).toBeLessThan(1e-14);
  });

  it('velocity is −m times the tangential gradient of the loss: 1e-9 of central differences', async () => {
    const V = await velocityAt(start);
    const h = 1e-5;
    for (let i = 0; i < m; i++) {
      for (let k = 0; k < d; k++) {
        const [up, down] = [start.slice(), start.slice()];
        up[i * d + k]! += h;
        down[i * d + k]! -= h;
        const slope = (lossOf(normalised(up), links) - lossOf(normalised(down), links)) / (2 * h);
        expect(Math.abs(V[i * d + k]! + m * slope)).toBeLessThan(1e-9);
      }
    }
  });

  it("a step along the raw gradient is a projected one with each neuron's rate η/(1 + ηr): 1e-14 after three", async () => {
    const eta = 0.1;
    const { activation: c, target: b } = links;
    const r = c.map((value, k) => k * value + Math.sqrt((k + 2) * (k + 1)) * (c[k + 2] ?? 0));
    const radial = (rows: Float64Array, i: number) => {
      const own = rows.subarray(i * d, (i + 1) * d);
      let sum = 0;
      for (let k = 0; k < r.length; k++) {
        const unit = Float64Array.from({ length: k + 1 }, (_, j) => Number(j === k));
        let mean = 0;
        for (let j = 0; j < m; j++) {
          const s = own.reduce((total, value, at) => total + value * rows[j * d + at]!, 0);
          mean += polynomial(unit, s) / m;
        }
        sum += r[k]! * (b[k]! * polynomial(unit, own[0]!) - c[k]! * mean);
      }
      return sum;
    };
    for (let i = 0; i < m; i++) expect(Math.abs(radial(start, i) - tiny.radial0[i])).toBeLessThan(1e-14);
    let rows: Float64Array = start;
    for (let step = 0; step < 3; step++) {
      const V = await velocityAt(rows);
      const rates = Array.from({ length: m }, (_, i) => eta / (1 + eta * radial(rows, i)));
      rows = normalised(rows.map((value, at) => value + rates[Math.floor(at / d)]! * V[at]!));
    }
    expect(largestGap(rows, tiny.pgd3_unprojected_eta0p1)).toBeLessThan(1e-14);
  });

  it('velocity from samples within 1e-14 of the golden values, labels included', async () => {
    const { X, y, velocity } = golden('empirical_velocity');
    const labels = X.map((row: number[]) => {
      const h = hermiteValues(links.degree, row[0]!);
      return links.target.reduce((sum, value, k) => sum + value * h[k]!, 0);
    });
    // The golden labels are the target's own.
    expect(largestGap(labels, y)).toBeLessThan(1e-14);
    const V = await withNetwork(start, async (network, _, scope) => {
      const samples = { count: X.length, draw: (out: Block) => void out.set(X.flat()) };
      const field = new DataField(exact, scope, links, m, d, samples, pace);
      await field.evaluate(network.W, network.V);
      return network.V.copy();
    });
    expect(largestGap(V, velocity)).toBeLessThan(1e-14);
  });

  it('velocity from 200,000 samples agrees with that of the population within 5 standard errors', async () => {
    const count = 200_000;
    const simple = linksOfCoefficients([0, 0.8, 0.5, 0.3]);
    const [ours, theirs] = await exact.withinAsync(async (scope) => {
      const network = new Particles(exact, scope, m, d, (out: Block) => out.set(start));
      const population = new PopulationField(exact, scope, simple, m, d, pace);
      const draw = (out: Block) => drawNormalRows(exact, replicaKey('samples', 0), 'x', count, d, out);
      const data = new DataField(exact, scope, simple, m, d, { count, draw }, pace);
      await population.evaluate(network.W, network.V);
      const first = network.V.copy();
      await data.evaluate(network.W, network.V);
      return [first, network.V.copy()];
    });
    // Residual, slope and input are each of order 1: the deviation of one entry is about 1/sqrt(count).
    expect(largestGap(ours, theirs)).toBeLessThan((5 * 1.5) / Math.sqrt(count));
  });

  it('local and interaction Hessians within 1e-14 of the golden values', () => {
    const { moments, Delta, D_Delta, H_Delta, mf_velocity } = golden('hessians');
    const potential = zonalPotential(d, links);
    const force = forceSeries(potential, Float64Array.from(moments));
    const alpha = tiny.W0.map((row: number[]) => row[0]!) as number[];
    const first = alpha.map((a) => legendreSum(d + 2, force, a));
    const second = alpha.map((a) => legendreSum(d + 4, legendreDerivative(d + 2, force), a));
    const values = exact.within((scope) => {
      const W = scope.from(start);
      const D = scope.from(Delta.flat());
      const [V, HD, rates] = [scope.f64(m * d), scope.f64(m * d), scope.f64(m * d)];
      const laws = {
        slope: polynomialBlock(scope, derivativeOf(links.Q)),
        curvature: polynomialBlock(scope, derivativeOf(derivativeOf(links.Q))),
        values: polynomialBlock(
          scope,
          links.Q.map((value, k) => (k === 0 ? 0 : value)),
        ),
        target: polynomialBlock(scope, derivativeOf(links.T)),
      };
      const scratch = scope.f64(interactionProductScratch(exact, m, d));
      interactionProduct(exact, W, D, d, m, d, laws, V, HD, scratch);
      const slopes = { first: scope.from(first), second: scope.from(second) };
      linearisedRates(exact, W, D, d, m, d, slopes, V, HD, rates);
      return { V: V.copy(), HD: HD.copy(), rates: rates.copy() };
    });
    expect(largestGap(values.HD, H_Delta)).toBeLessThan(1e-14);
    // rates = D Δ − HΔ + (V − ν) − ⟨ν,Δ⟩ w, put together from the golden parts.
    const together = Float64Array.from(start, (w, at) => {
      const [i, k] = [Math.floor(at / d), at % d];
      const along = mf_velocity[i].reduce((sum: number, v: number, j: number) => sum + v * Delta[i][j], 0);
      return D_Delta[i][k] - H_Delta[i][k] + values.V[at]! - mf_velocity[i][k] - along * w;
    });
    expect(largestGap(values.rates, together)).toBeLessThan(1e-14);
  });

  it.each([
    [
      [0.3, 0.7, 0.5],
      [0.1, 0.9, 0.3],
    ],
    [
      [0, 0, 1],
      [0, 0, 1],
    ],
    [
      [0, 1],
      [0, 1],
    ],
    [
      [0.2, 0.4, 0, 0, 0],
      [0.2, 0.4, 0.6, 0, 0],
    ],
  ])('up to degree 2 moments give what pairs give within 1e-14: c = %j, b = %j', async (c, b) => {
    const [count, dimension] = [70, 5];
    const own = linksOfCoefficients(c, b);
    await exact.withinAsync(async (scope) => {
      const network = new Particles(exact, scope, count, dimension, (out: Block) =>
        out.set(testParticles(count, dimension)),
      );
      const pairs = new PopulationField(exact, scope, own, count, dimension, pace);
      const moments = populationOf(exact, scope, own, count, dimension, pace);
      expect(moments).toBeInstanceOf(MomentField);
      const { W, V } = network;
      const mean = (await pairs.meanOfPairs(W, V))!;
      const first = V.copy();
      expect(Math.abs((await moments.meanOfPairs(W))! - mean)).toBeLessThan(1e-15);
      expect(Math.abs((await moments.meanOfPairs(W, V))! - mean)).toBeLessThan(1e-15);
      expect(largestGap(V.copy(), first)).toBeLessThan(1e-14);
      const second = V.copy();
      V.fill(0);
      await moments.evaluate(W, V);
      expect(V.copy()).toEqual(second);
    });
  });

  it('late sums over pairs keep a gap of 1e-8 beside 1: within 4e-16 of ‖mean w‖² for the linear link, m = 2000', async () => {
    const [count, dimension] = [2000, 16];
    const near = createStream('near', 'rows').normal(count * dimension);
    for (let i = 0; i < count; i++) near[i * dimension] = 100;
    const [pairs, W] = await exact.withinAsync(async (scope) => {
      const network = new Particles(exact, scope, count, dimension, (out: Block) => out.set(near));
      const linear = linksOfCoefficients([0, 1]);
      const field = new PopulationField(exact, scope, linear, count, dimension, pace);
      return [(await field.meanOfPairs(network.W))!, network.W.copy()];
    });
    // One minus the square of the mean, term by term: 1 − a² with 1 − a small is exact enough.
    let across = 0;
    let along = 0;
    for (let k = 0; k < dimension; k++) {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += k === 0 ? 1 - W[i * dimension]! : W[i * dimension + k]!;
      if (k === 0) along = sum / count;
      else across += (sum / count) * (sum / count);
    }
    const short = along * (2 - along) - across;
    expect(Math.abs(1 - pairs - short)).toBeLessThan(4e-16);
  });

  it('a row of a draw depends on its block of 256 rows, not on how many rows there are', () => {
    const drawn = (rows: number) =>
      exact.within((scope) => {
        const out = scope.f64(rows * 3);
        drawNormalRows(exact, replicaKey('seed', 1), 'particles/9', rows, 3, out);
        return out.copy();
      });
    const many = drawn(600);
    expect(drawn(300)).toEqual(many.subarray(0, 900));
    const block = createStream('seed/replica 1', 'particles/9', 2).normal(88 * 3);
    expect(many.subarray(512 * 3)).toEqual(block);
  });

  it('the golden start is that of the deterministic test particles', () => {
    expect(largestGap(testParticles(m, d), tiny.W0)).toBeLessThan(1e-15);
  });
});
