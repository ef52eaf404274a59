import { describe, expect, it } from 'vitest';
import { Activation } from '../../assembly/abi.ts';
import type { Block, Scope } from '../../bindings/arena.ts';
import type { Core } from '../../bindings/core.ts';
import { NetworkWorkspace } from '../../bindings/network.ts';
import { createStream } from '../../src/numerics/random.ts';
import { checked, exact, referenceCore } from '../cores.ts';

const activations = [
  { kind: Activation.Tanh, parameter: 0 },
  { kind: Activation.Gelu, parameter: 0 },
  { kind: Activation.Softplus, parameter: 2 },
];

function filled(core: Core, scope: Scope, samples: number, q: number, depth: number): NetworkWorkspace {
  const shape = { width: q, activations: activations.slice(0, depth - 1), samples, order: 2 as const };
  const net = new NetworkWorkspace(core, scope, shape);
  const draw = createStream('network', `case/${q}/${depth}`);
  net.deep.set(draw.normal(net.deep.length));
  for (let j = 0; j < q; j++) net.H.set(draw.normal(samples), j * net.stride);
  net.label.set(draw.normal(samples));
  return net;
}

/** Everything that the passes write, without the padding. */
function results(net: NetworkWorkspace): number[] {
  const rows = (block: Block) =>
    Array.from({ length: block.length / net.stride }, (_, i) => [
      ...block.copy(i * net.stride, i * net.stride + net.samples),
    ]);
  return [net.A, net.P, net.output, net.residual, net.signal, net.jacobian].flatMap(rows).flat();
}

describe.each([
  ['exact', exact],
  ['checked', checked],
] as const)('network kernels on the %s core', (_name, core) => {
  for (const q of [1, 2, 3, 5]) {
    for (const depth of [2, 3, 4]) {
      it(`give the bits of the scalar reference at every sample count 0..33 (q = ${q}, L = ${depth})`, () => {
        const reference = referenceCore();
        for (let samples = 0; samples <= 33; samples++) {
          const ours = core.within((scope) => {
            const net = filled(core, scope, samples, q, depth);
            net.forward();
            net.backward();
            net.computeJacobian();
            return [...results(net), ...net.deepGradient(net.residual)];
          });
          const theirs = reference.within((scope) => {
            const forward = new NetworkWorkspace(renamed(reference), scope, {
              width: q,
              activations: activations.slice(0, depth - 1),
              samples,
              order: 2,
            });
            const source = core.within((inner) => {
              const net = filled(core, inner, samples, q, depth);
              return { deep: net.deep.copy(), H: net.H.copy(), label: net.label.copy() };
            });
            forward.deep.set(source.deep);
            forward.H.set(source.H);
            forward.label.set(source.label);
            forward.forward();
            forward.backward();
            forward.computeJacobian();
            return [...results(forward), ...forward.deepGradient(forward.residual)];
          });
          expect(ours).toEqual(theirs);
        }
      });
    }
  }
});

/** The references under the names of the kernels that they stand for, so that a workspace can call them. */
function renamed(reference: ReturnType<typeof referenceCore>): Core {
  const exports = Object.fromEntries(
    Object.entries(reference.exports).map(([name, value]) => [name.replace(/Reference$/, ''), value]),
  );
  return { exports } as unknown as Core;
}

describe('derivatives', () => {
  const q = 3;
  const depth = 4;
  const at = (h: Float64Array, deep: Float64Array) =>
    exact.within((scope) => {
      const net = filled(exact, scope, 1, q, depth);
      net.deep.set(deep);
      for (let j = 0; j < q; j++) net.H.view[j * net.stride] = h[j]!;
      net.forward();
      net.backward();
      net.computeJacobian();
      const rows = scope.f64(net.deep.length);
      net.deepJacobian(rows, 1);
      return {
        f: net.output.view[0]!,
        p: Float64Array.from({ length: q }, (_, j) => net.P.view[j * net.stride]!),
        g: Float64Array.from({ length: q }, (_, j) => net.signal.view[j * net.stride]!),
        J: Float64Array.from({ length: q * q }, (_, j) => net.jacobian.view[j * net.stride]!),
        D: rows.copy(),
      };
    });
  const base = exact.within((scope) => {
    const net = filled(exact, scope, 1, q, depth);
    return {
      h: Float64Array.from({ length: q }, (_, j) => net.H.view[j * net.stride]!),
      deep: net.deep.copy(),
    };
  });
  const step = 1e-5;
  const nudged = (values: Float64Array, i: number, by: number) =>
    values.map((value, j) => (i === j ? value + by : value));

  it('p = df/dh and J = dg/dh agree with central differences to 1e-8', () => {
    const { p, J } = at(base.h, base.deep);
    for (let j = 0; j < q; j++) {
      const up = at(nudged(base.h, j, step), base.deep);
      const down = at(nudged(base.h, j, -step), base.deep);
      expect(Math.abs((up.f - down.f) / (2 * step) - p[j]!)).toBeLessThan(1e-8);
      for (let i = 0; i < q; i++)
        expect(Math.abs((up.g[i]! - down.g[i]!) / (2 * step) - J[i * q + j]!)).toBeLessThan(1e-8);
    }
  });

  it('rows df/dtheta agree with central differences to 1e-8 for every deep parameter', () => {
    const { D } = at(base.h, base.deep);
    for (let i = 0; i < base.deep.length; i++) {
      const up = at(base.h, nudged(base.deep, i, step)).f;
      const down = at(base.h, nudged(base.deep, i, -step)).f;
      expect(Math.abs((up - down) / (2 * step) - D[i]!)).toBeLessThan(1e-8);
    }
  });
});

describe('the fused gradient', () => {
  it('has the same bits for every block of rows, and equals X times the signals', () => {
    const m = 61;
    const n = 23;
    const q = 3;
    const draw = createStream('network', 'fused');
    const features = draw.normal(m * n);
    const weights = draw.normal(q * n);
    const run = (blockRows: number) =>
      exact.within((scope) => {
        const net = filled(exact, scope, m, q, 3);
        const gradient = scope.f64(q * n);
        net.gradient(scope.from(features), m, n, n, scope.from(weights), gradient, blockRows);
        const G = net.signal.copy();
        return { gradient: gradient.copy(), G, stride: net.stride };
      });
    const whole = run(m);
    for (const rows of [1, 2, 3, 7, 24, 48, 60]) expect(run(rows).gradient).toEqual(whole.gradient);
    for (let j = 0; j < q; j++) {
      for (let l = 0; l < n; l++) {
        let sum = 0;
        for (let k = 0; k < m; k++) sum += whole.G[j * whole.stride + k]! * features[k * n + l]!;
        expect(Math.abs(whole.gradient[j * n + l]! - sum)).toBeLessThan(1e-12);
      }
    }
  });
});
