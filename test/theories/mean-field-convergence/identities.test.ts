import { describe, expect, it } from 'vitest';
import type { Scope } from '../../../bindings/arena.ts';
import { activate } from '../../../src/numerics/activation.ts';
import { arccosine } from '../../../src/numerics/arcsine.ts';
import { gramMatrix, matrixFrom } from '../../../src/numerics/linalg.ts';
import { createStream } from '../../../src/numerics/random.ts';
import { Run } from '../../../src/run.ts';
import { dualActivation } from '../../../src/theories/mean-field-convergence/dual-kernel.ts';
import { frozenLayer } from '../../../src/theories/mean-field-convergence/ensemble.ts';
import { Flow } from '../../../src/theories/mean-field-convergence/flow.ts';
import { Integrator } from '../../../src/theories/mean-field-convergence/integrate.ts';
import { KernelFlow } from '../../../src/theories/mean-field-convergence/kernel-flow.ts';
import { spectrumOf } from '../../../src/theories/mean-field-convergence/kernel-matrix.ts';
import {
  particleEnsemble,
  singleSampleRelu,
} from '../../../src/theories/mean-field-convergence/mean-field.ts';
import { checkConfig } from '../../../src/theories/mean-field-convergence/problem.ts';
import { trainedActivation } from '../../../src/theories/mean-field-convergence/slopes.ts';
import { type Dtype, stateBlock } from '../../../src/theories/mean-field-convergence/state.ts';
import { train } from '../../../src/theories/mean-field-convergence/train.ts';
import { warningsOf } from '../../../src/theories/mean-field-convergence/warnings.ts';
import { exact as core } from '../../cores.ts';
import { flat } from '../golden.ts';
import { activationOf, type Explicit, expectClose, explicitEnsemble, golden } from './golden.ts';

const smooth = ['identity', 'tanh', 'erf', 'softplus'] as const;
const kinked = ['relu', 'leaky'] as const;

/** A small network with a symmetric start. */
function network(name: string, { n = 5, p = 7, m = 12, alpha = 1.3, seed = 'a', half = 1 } = {}): Explicit {
  const draw = createStream(seed, 'network');
  const rows = (count: number, scale: number) =>
    Array.from({ length: count }, () => Array.from(draw.normal(p), (x) => scale * x));
  const pairs = rows(m / 2, 1);
  return {
    activation: activationOf(name),
    U: rows(n, 1 / Math.sqrt(p)),
    Z: half === 1 ? [...pairs, ...pairs] : rows(m, 1),
    y: Array.from(draw.normal(n), (y) => 0.5 * y),
    eps: Array.from({ length: m }, (_, i) => (i < m / 2 ? 1 : -1)),
    alpha,
  };
}

const flowOf = (scope: Scope, explicit: Explicit, form: 'primal' | 'dual' = 'dual') =>
  new Flow(core, scope, explicitEnsemble(core, scope, explicit, form));

/** Loss after a whole time in steps of one integrator. */
function lossAt(
  explicit: Explicit,
  name: 'euler' | 'rk4' | 'exp1' | 'exp2',
  time: number,
  steps: number,
): Float64Array {
  return core.within((scope) => {
    const flow = flowOf(scope, explicit);
    const integrator = new Integrator(flow, scope, { name, step: time / steps });
    let loss = flow.evaluate();
    for (let k = 0; k < steps; k++) loss = integrator.step(loss, time).loss;
    return Float64Array.from(flow.H.view);
  });
}

describe('identities of the engine', () => {
  it.each([...smooth, ...kinked])(
    '%s: the direction is the central difference of the loss to 1e-10, on the clock m/alpha²',
    (name) => {
      const explicit = network(name, { half: 0 });
      const [m, p] = [explicit.Z.length, explicit.U[0]!.length];
      const lossOf = (Z: number[][]) => core.within((scope) => flowOf(scope, { ...explicit, Z }).evaluate());
      core.within((scope) => {
        const flow = flowOf(scope, explicit);
        flow.evaluate();
        flow.direction(1);
        const clock = m / (explicit.alpha * explicit.alpha);
        for (const [i, j] of [
          [0, 0],
          [3, p - 1],
          [m - 1, 2],
        ] as const) {
          const step = 1e-5;
          const moved = (sign: number) =>
            explicit.Z.map((row, r) => row.map((z, c) => (r === i && c === j ? z + sign * step : z)));
          const difference = (lossOf(moved(1)) - lossOf(moved(-1))) / (2 * step);
          let analytic = 0;
          for (let a = 0; a < explicit.U.length; a++)
            analytic += flow.D.view[i * explicit.U.length + a]! * explicit.U[a]![j]!;
          expect(Math.abs(-analytic / clock - difference)).toBeLessThan(1e-10);
        }
      });
    },
  );

  it.each(smooth)('%s: residuals move by -K zeta/n, to 1e-7 of a step of 1e-7', (name) => {
    const explicit = network(name, { half: 0 });
    core.within((scope) => {
      const flow = flowOf(scope, explicit);
      flow.evaluate();
      flow.tangentGram();
      const n = explicit.U.length;
      const before = flow.residual.copy();
      const K = flow.K.copy();
      const step = 1e-7;
      flow.direction(step);
      flow.move();
      flow.evaluate();
      for (let a = 0; a < n; a++) {
        let wanted = 0;
        for (let b = 0; b < n; b++) wanted -= (K[a * n + b]! * before[b]!) / n;
        expect(Math.abs((flow.residual.view[a]! - before[a]!) / step - wanted)).toBeLessThan(1e-7);
      }
    });
  });

  it('Schur bounds hold for every activation, on 20 draws each', () => {
    for (const name of [...smooth, ...kinked]) {
      for (let k = 0; k < 20; k++) {
        core.within((scope) => {
          const flow = flowOf(scope, network(name, { seed: `schur ${k}`, half: 0 }));
          flow.evaluate();
          const n = flow.ensemble.samples;
          const S = scope.f64(n * n);
          flow.slopeGram(S);
          flow.tangentGram();
          const seen = Array.from({ length: n }, (_, a) => S.view[a * (n + 1)]!);
          const inputs = spectrumOf(core, flow.ensemble.gram, n);
          const tangent = spectrumOf(core, flow.K, n);
          expect(tangent.smallest).toBeGreaterThanOrEqual(inputs.smallest * Math.min(...seen) - 1e-13);
          expect(tangent.largest).toBeLessThanOrEqual(inputs.largest * Math.max(...seen) + 1e-13);
        });
      }
    }
  });

  it('primal and dual form agree to 1e-14 over 50 Euler steps', () => {
    const explicit = network('tanh', { m: 40 });
    const run = (form: 'primal' | 'dual') =>
      core.within((scope) => {
        const flow = flowOf(scope, explicit, form);
        const integrator = new Integrator(flow, scope, { name: 'euler', step: 0.3 });
        let loss = flow.evaluate();
        for (let k = 0; k < 50; k++) loss = integrator.step(loss, 1).loss;
        return { H: flow.H.copy(), moved: flow.weightMovement()! };
      });
    const [primal, dual] = [run('primal'), run('dual')];
    expectClose(primal.H, Array.from(dual.H), 1e-14);
    expect(Math.abs(primal.moved - dual.moved)).toBeLessThan(1e-13);
  });

  it('counted slopes of relu and leaky relu are the product of slopes, to rounding', () => {
    for (const name of kinked) {
      core.within((scope) => {
        const flow = flowOf(scope, network(name, { m: 130, n: 9, half: 0 }));
        flow.evaluate();
        const n = flow.ensemble.samples;
        const [counted, multiplied] = [scope.f64(n * n), scope.f64(n * n)];
        flow.slopeGram(counted);
        flow.gramOf(flow.slopes, multiplied);
        expectClose(counted.view, Array.from(multiplied.view), 1e-14);
      });
    }
  });

  it('relu: pre-activations times s and scale alpha are s times those with scale alpha s, bit by bit for s = 1/2', () => {
    const explicit = network('relu', { m: 40 });
    const run = (factor: number, alpha: number) =>
      core.within((scope) => {
        const Z = explicit.Z.map((row) => row.map((z) => factor * z));
        const flow = flowOf(scope, { ...explicit, Z, alpha });
        const integrator = new Integrator(flow, scope, { name: 'euler', step: 0.5 });
        let loss = flow.evaluate();
        for (let k = 0; k < 30; k++) loss = integrator.step(loss, 1).loss;
        return flow.residual.copy();
      });
    expect(run(0.5, 2)).toEqual(run(1, 1));
  });

  it('tanh from H = 0 stays at one pair of opposite neurons', () => {
    const explicit = network('tanh', { m: 8 });
    core.within((scope) => {
      const zero = explicit.Z.map((row) => row.map(() => 0));
      const flow = flowOf(scope, { ...explicit, Z: zero, y: explicit.y.map((y) => 0.3 * y) });
      const integrator = new Integrator(flow, scope, { name: 'exp2', step: 1 });
      const first = flow.evaluate();
      let loss = first;
      for (let k = 0; k < 400; k++) loss = integrator.step(loss, 1).loss;
      const n = explicit.U.length;
      const h = flow.H.view;
      for (let i = 0; i < 8; i++)
        for (let a = 0; a < n; a++) expect(h[i * n + a]).toBe(i < 4 ? h[a] : -h[a]!);
      expect(loss / first).toBeLessThan(1e-6);
    });
  });
});

describe('integrators', () => {
  it('have their orders on tanh: Euler 1, exp1 1, exp2 2, RK4 4, each to 0.1', () => {
    const explicit = network('tanh', { m: 20, alpha: 0.7 });
    const truth = lossAt(explicit, 'rk4', 4, 400);
    const error = (name: 'euler' | 'rk4' | 'exp1' | 'exp2', steps: number) =>
      lossAt(explicit, name, 4, steps).reduce((most, h, k) => Math.max(most, Math.abs(h - truth[k]!)), 0);
    for (const [name, order, steps] of [
      ['euler', 1, 100],
      ['exp1', 1, 100],
      ['exp2', 2, 50],
      ['rk4', 4, 10],
    ] as const) {
      const measured = Math.log2(error(name, steps) / error(name, 2 * steps));
      expect(Math.abs(measured - order), `${name} ${measured}`).toBeLessThan(0.1);
    }
  });

  it('exp1 and exp2 follow a kernel that stands still exactly, in one long step', () => {
    const explicit = network('identity');
    core.within((scope) => {
      const flow = flowOf(scope, explicit);
      const exact = new KernelFlow(core, scope, flow.ensemble.gram.copy(), undefined, flow.ensemble.labels);
      const wanted = exact.at(50).train.map((f, a) => f - explicit.y[a]!);
      for (const name of ['exp1', 'exp2'] as const) {
        core.within((inner) => {
          const own = flowOf(inner, explicit);
          new Integrator(own, inner, { name, step: 50 }).step(own.evaluate(), 50);
          expectClose(own.residual.view, Array.from(wanted), 1e-13);
        });
      }
    });
  });

  it('adaptive exp2 reaches 1e-8 of the loss of a softplus network in fewer than 60 steps, pre-activations within 5e-3 of RK4', () => {
    const explicit = network('softplus', { n: 8, p: 32, m: 200, alpha: 1 });
    core.within((scope) => {
      const flow = flowOf(scope, explicit);
      const integrator = new Integrator(flow, scope, { name: 'adaptive', tolerance: 1e-4 });
      const first = flow.evaluate();
      let [loss, time, steps] = [first, 0, 0];
      while (loss > 1e-8 * first && steps < 200) {
        const stepped = integrator.step(loss, Number.POSITIVE_INFINITY);
        [loss, time, steps] = [stepped.loss, time + stepped.taken, steps + 1];
      }
      expect(steps).toBeLessThan(60);
      const truth = core.within((inner) => {
        const own = flowOf(inner, explicit);
        const rk4 = new Integrator(own, inner, { name: 'rk4', step: time / 2000 });
        let reached = own.evaluate();
        for (let k = 0; k < 2000; k++) reached = rk4.step(reached, 1e9).loss;
        return own.H.copy();
      });
      expectClose(flow.H.view, Array.from(truth), 5e-3);
    });
  });
});

describe('adaptive steps at the end of what they can do', () => {
  /** Training until `until`: the loss as a share of the first, steps, and moves of the state that were tried. */
  function followed(explicit: Explicit, until: number, dtype: Dtype, tolerance = 1e-4) {
    return core.within((scope) => {
      const ensemble = explicitEnsemble(core, scope, explicit, 'dual');
      const H = stateBlock(scope, dtype, ensemble.H.length).set(ensemble.H.view);
      const flow = new Flow(core, scope, { ...ensemble, dtype, H });
      const integrator = new Integrator(flow, scope, { name: 'adaptive', tolerance });
      const move = flow.move.bind(flow);
      let moves = 0;
      flow.move = (D) => {
        moves++;
        move(D);
      };
      const first = flow.evaluate();
      let [loss, time, steps] = [first, 0, 0];
      while (time < until && steps < 1000) {
        const stepped = integrator.step(loss, until - time);
        [loss, time, steps] = [stepped.loss, time + stepped.taken, steps + 1];
      }
      return { share: loss / first, steps, moves, time };
    });
  }
  const softplus = (alpha: number) => network('softplus', { n: 8, p: 32, m: 400, alpha });
  const twins = () => {
    const explicit = softplus(1);
    return { ...explicit, U: explicit.U.map((row, a) => (a === 1 ? explicit.U[0]! : row)) };
  };

  it.each([
    ['double precision, scale 1', softplus(1), 'float64', 1e-4, 1e-25],
    ['double precision, scale 40', softplus(40), 'float64', 1e-4, 1e-28],
    ['a tolerance of 1e-8', softplus(1), 'float64', 1e-8, 1e-25],
    ['single precision, scale 1', softplus(1), 'float32', 1e-4, 1e-13],
    ['single precision, scale 40', softplus(40), 'float32', 1e-4, 1e-12],
    ['rows that contradict each other', twins(), 'float64', 1e-4, 1],
    ['the same in single precision', twins(), 'float32', 1e-4, 1],
  ] as const)(
    '%s: past the floor of rounding or of the loss time goes on, with fewer refusals than steps',
    (_, explicit, dtype, tolerance, least) => {
      const { share, steps, moves, time } = followed(explicit, 3000, dtype, tolerance);
      expect(time).toBe(3000);
      expect(share).toBeLessThan(least);
      expect(moves).toBeLessThan(2 * steps);
    },
  );

  it('where no step is accepted the state is left as it was, training ends, and the warning names time and remedy', async () => {
    const problem = checkConfig({
      theory: 'mean-field-convergence',
      model: { width: 12, activation: 'softplus' },
      data: { kind: 'sphere', sampleCount: 5, dimension: 7 },
      flow: { time: 10, records: 2, integrator: 'adaptive' },
    });
    const stalls: number[] = [];
    const records: number[] = [];
    await core.withinAsync(async (scope) => {
      const flow = flowOf(scope, network('softplus'));
      const evaluate = flow.evaluate.bind(flow);
      // A loss that is twice as large wherever training would go.
      let steps = 0;
      flow.evaluate = (...where) => (where.length === 0 && steps++ > 0 ? 2 : 1) * evaluate(...where);
      const watch = {
        record: (time: number) => records.push(time) > 0,
        stalled: (time: number) => stalls.push(time),
      };
      const before = Array.from(flow.H.view);
      const work = { step: 1, record: 1 };
      expect(await train(flow, scope, problem, watch, new Run({}, 1), work, '')).toBe('complete');
      expect(Array.from(flow.H.view)).toEqual(before);
    });
    expect(stalls).toEqual([0]);
    expect(records).toEqual([0, 0, 0]);
    const [warning] = warningsOf(problem, 'simulation', 'complete', [{ certificate: 1, stalled: 2.5 }]);
    expect(warning).toMatchObject({ code: 'no-step' });
    expect(warning!.message).toMatch(/1 of 1 runs.*t = 2\.5.*Raise flow\.integrator\.tolerance/);
  });
});

describe('infinite width', () => {
  it('relu with one sample: particles meet the golden flow to 3e-3 of the loss (a grid of 800 nodes), the closed form to 1e-9', () => {
    const { inputs, expected } = golden('exact_solutions');
    const { g, y, alpha } = inputs.relu_n1;
    core.within((scope) => {
      const input = {
        activation: trainedActivation('relu'),
        scale: alpha,
        factor: 1,
        labels: Float64Array.of(y),
        gram: Float64Array.of(g),
      };
      const flow = new Flow(core, scope, particleEnsemble(core, scope, input, 800));
      const integrator = new Integrator(flow, scope, { name: 'rk4', step: 0.01 });
      let loss = flow.evaluate();
      let time = 0;
      inputs.relu_n1.t.forEach((t: number, k: number) => {
        while (time < t - 1e-9) {
          loss = integrator.step(loss, 1).loss;
          time += 0.01;
        }
        expect(Math.abs(loss / expected.relu_n1.L[k] - 1)).toBeLessThan(3e-3);
      });
    });
    // The closed form by itself, to the tolerance of the reference.
    let u = 0;
    let t = 0;
    const speed = (at: number) => (g / alpha) * (y - singleSampleRelu(core, g, alpha, at));
    expected.relu_n1.u.forEach((wanted: number, k: number) => {
      const until = inputs.relu_n1.t[k];
      const steps = 400;
      const h = (until - t) / steps;
      for (let s = 0; s < steps; s++) {
        const a = speed(u);
        const b = speed(u + (h / 2) * a);
        const c = speed(u + (h / 2) * b);
        const d = speed(u + h * c);
        u += (h / 6) * (a + 2 * b + 2 * c + d);
      }
      t = until;
      expectClose(u, wanted, 1e-9);
    });
  });

  it('lazy limit: the distance to the linearised network falls like alpha⁻² for erf, per factor 4 by 10 to 18', () => {
    const gap = (alpha: number) =>
      core.within((scope) => {
        const explicit = network('erf', { n: 10, p: 20, m: 400, alpha });
        const flow = flowOf(scope, explicit);
        flow.evaluate();
        flow.tangentGram();
        const linear = new KernelFlow(core, scope, flow.K.copy(), undefined, flow.ensemble.labels).at(
          20,
        ).train;
        const integrator = new Integrator(flow, scope, { name: 'rk4', step: 0.1 });
        let loss = flow.evaluate();
        for (let k = 0; k < 200; k++) loss = integrator.step(loss, 1).loss;
        let square = 0;
        linear.forEach((f, a) => {
          const miss = flow.residual.view[a]! + explicit.y[a]! - f;
          square += miss * miss;
        });
        return Math.sqrt(square / linear.length);
      });
    const gaps = [1, 4, 16, 64].map(gap);
    for (let k = 1; k < gaps.length; k++) {
      expect(gaps[k - 1]! / gaps[k]!).toBeGreaterThan(10);
      expect(gaps[k - 1]! / gaps[k]!).toBeLessThan(18);
    }
  });
});

describe('kernels of frozen layers', () => {
  it('tanh at variances 1.3, 0.9, 2: within 1e-14 of 30-digit quadrature (the golden rule of 128 nodes is off by 5e-8)', () => {
    const C = Float64Array.from(flat(golden('dual_kernels_quadrature').inputs.C));
    const variances = Float64Array.of(C[0]!, C[4]!, C[8]!);
    // mpmath.quad at 30 digits for the diagonal; a trapezoidal product rule of spacing 0.02 in NumPy off it.
    const sigma = dualActivation(core, 'tanh', 0, variances, C, variances);
    const slope = dualActivation(core, 'tanh', 1, variances, C, variances);
    expectClose(
      [sigma[0]!, sigma[4]!, sigma[8]!, sigma[1]!, sigma[2]!, sigma[5]!],
      [
        0.442194476894598, 0.375208832184568, 0.519975745663948, 0.158599652864175, -0.162506727485253,
        0.06007800092023,
      ],
      1e-14,
    );
    expectClose(
      [slope[0]!, slope[4]!, slope[8]!, slope[1]!, slope[2]!, slope[5]!],
      [
        0.41872776776184, 0.483341035471282, 0.349508297746602, 0.360575316172905, 0.277221427669218,
        0.301344565386998,
      ],
      1e-14,
    );
  });

  it('expansion and tensor rule agree where the expansion is slow: tanh at variance 30, correlation 0.995, to 1e-12', () => {
    const variances = Float64Array.of(30);
    const k12 = Float64Array.of(30 * 0.995);
    const ours = dualActivation(core, 'tanh', 0, variances, k12, Float64Array.of(30))[0]!;
    // E over u and v = c u + s x by a fine trapezoidal product rule in plain JavaScript.
    const h = 0.02;
    let [total, mass] = [0, 0];
    const line = Array.from({ length: 851 }, (_, k) => (k - 425) * h);
    const weight = line.map((x) => Math.exp((-x * x) / 2));
    const inner = Math.sqrt(1 - 0.995 * 0.995);
    line.forEach((x, i) => {
      line.forEach((z, k) => {
        const w = weight[i]! * weight[k]!;
        mass += w;
        total += w * Math.tanh(Math.sqrt(30) * x) * Math.tanh(Math.sqrt(30) * (0.995 * x + inner * z));
      });
    });
    expect(Math.abs(ours - total / mass)).toBeLessThan(1e-12);
  });

  it("sin, gelu and silu: E s(u)² and E s'(u)² are means over a fine grid, to 1e-13", () => {
    for (const spec of ['gelu', 'silu', { kind: 'sin', frequency: 2 }] as const) {
      const line = Float64Array.from({ length: 1801 }, (_, k) => (k - 900) * 0.01);
      const weight = line.map((x) => Math.exp((-x * x) / 2));
      const mass = weight.reduce((sum, w) => sum + w);
      const { value, first } = activate(
        spec,
        line.map((x) => Math.sqrt(1.7) * x),
        { order: 1 },
      );
      const v = Float64Array.of(1.7);
      for (const [order, values] of [
        [0, value],
        [1, first!],
      ] as const) {
        const wanted = values.reduce((sum, s, k) => sum + weight[k]! * s * s, 0) / mass;
        expect(Math.abs(dualActivation(core, spec, order, v, v, v)[0]! - wanted)).toBeLessThan(1e-13);
      }
    }
  });

  it('frozen layers are those of the reference to 1e-14, and odd ones without biases make x and -x singular', () => {
    const { inputs, expected } = golden('partially_trained_deep');
    const X = inputs.X as number[][];
    const layer = (rows: ArrayLike<number>, count: number, width: number, W: number[][], b: number[]) =>
      core.within((scope) => {
        const out = scope.f64(count * width);
        const inputsOf = rows.length / count;
        const [x, w, bias] = [rows, flat(W), b].map((values) => scope.from(values));
        frozenLayer(core, inputs.act1, x!, count, inputsOf, w!, bias!, width, out);
        return out.copy();
      });
    const first = layer(flat(X), 4, 7, inputs.W1, inputs.b1);
    const second = layer(first, 4, 6, inputs.W2, inputs.b2);
    expectClose(
      first.map((phi) => phi / Math.sqrt(7)),
      expected.U3,
      1e-14,
    );
    expectClose(
      second.map((phi) => phi / Math.sqrt(6)),
      expected.U4,
      1e-14,
    );
    const trap = [X[0]!, X[1]!, X[0]!.map((x) => -x)];
    const odd = layer(flat(trap), 3, 7, inputs.W1, new Array(7).fill(0));
    const rows = [0, 1, 2].map((k) => Array.from(odd.subarray(7 * k, 7 * k + 7)));
    const gram = gramMatrix(matrixFrom(rows));
    core.within((scope) => {
      expect(Math.abs(spectrumOf(core, scope.from(gram.data), 3).smallest)).toBeLessThan(1e-14);
    });
  });

  it('arccosine is the inverse of the cosine to 9e-16, also next to ±1', () => {
    for (let k = 0; k <= 2000; k++) {
      const x = -1 + k / 1000;
      expect(Math.abs(arccosine(x) - Math.acos(x))).toBeLessThan(9e-16);
    }
    expect(Math.abs(arccosine(1 - 1e-12) / Math.acos(1 - 1e-12) - 1)).toBeLessThan(4e-16);
    expect(() => arccosine(1.1)).toThrow(/between -1 and 1/);
  });
});
