import { describe, expect, it } from 'vitest';
import { Activation } from '../../../../assembly/abi.ts';
import type { Scope } from '../../../../bindings/arena.ts';
import type { Core } from '../../../../bindings/core.ts';
import { columnDots, tangentAdvance, weightColumns } from '../../../../bindings/tangent.ts';
import { createStream } from '../../../../src/numerics/random.ts';
import { principalComponents, tailClasses } from '../../../../src/theories/finite-width/fit/components.ts';
import {
  createDesign,
  GradientDescent,
  type Parameters,
} from '../../../../src/theories/finite-width/fit/gradient-descent.ts';
import { TangentEstimator } from '../../../../src/theories/finite-width/fit/tangent.ts';
import { checked, exact } from '../../../cores.ts';
import { centred, type Rows, range, syntheticRows } from './rows.ts';

const worst = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(0, ...Array.from(a, (value, i) => Math.abs(value - b[i]!)));

describe.each([
  ['exact', exact],
  ['checked', checked],
] as const)('row kernels on the %s core give the bits of a loop at every sample count 0..33', (_, core) => {
  const draw = createStream('kernels', 'rows');
  const rows = 5;
  const ld = 34;
  const X = draw.normal(rows * ld);
  const Y = draw.normal(rows * ld);
  const Z = draw.normal(rows * ld);
  const w = draw.normal(ld);
  const step = draw.uniform(rows);

  it('columnDots', () => {
    for (let count = 0; count <= 33; count++) {
      const ours = core.within((scope) => {
        const out = scope.f64(count);
        columnDots(core, scope.from(X), ld, scope.from(Y), ld, rows, count, out);
        return [...out.copy()];
      });
      expect(ours).toEqual(
        range(count).map((k) => range(rows).reduce((sum, i) => X[i * ld + k]! * Y[i * ld + k]! + sum, 0)),
      );
    }
  });

  it('weightColumns, in place as well', () => {
    for (let count = 0; count <= 33; count++) {
      const ours = core.within((scope) => {
        const x = scope.from(X);
        weightColumns(core, x, ld, rows, count, scope.from(w), x, ld);
        return [...x.copy()];
      });
      expect(ours).toEqual(Array.from(X, (value, i) => (i % ld < count ? value * w[i % ld]! : value)));
    }
  });

  it('tangentAdvance', () => {
    for (let count = 0; count <= 33; count++) {
      const ours = core.within((scope) => {
        const S = scope.from(X);
        tangentAdvance(
          core,
          S,
          scope.from(Y),
          scope.from(Z),
          scope.from(w),
          scope.from(step),
          rows,
          count,
          ld,
          ld,
        );
        return [...S.copy()];
      });
      const moved = (i: number) => -step[Math.floor(i / ld)]! * (Y[i]! - Z[i]! * w[i % ld]!) + X[i]!;
      expect(ours).toEqual(range(rows * ld).map((i) => (i % ld < count ? moved(i) : X[i]!)));
    }
  });
});

function designOf(core: Core, scope: Scope, { features, labels }: Rows) {
  const data = {
    rows: features.length,
    columns: features[0]!.length,
    constant: true,
    features: Float64Array.from(features.flat()),
    labels: Float64Array.from(labels),
  };
  return createDesign(core, scope, data, 'primal');
}

describe('principal components', () => {
  it.each([
    [40, 7],
    [12, 30],
    [15, 15],
  ])("have Z Z' = X X' to 1e-13 and descending eigenvalues (%i rows, %i columns)", (m, n) => {
    const rows = centred(syntheticRows(m, n, 'components'));
    exact.within((scope) => {
      const { scores, rank, stride, eigenvalues } = principalComponents(
        exact,
        scope,
        designOf(exact, scope, rows),
      );
      expect(rank).toBe(Math.min(m - 1, n));
      const z = scores.copy();
      let error = 0;
      for (let k = 0; k < m; k++) {
        for (let l = 0; l < m; l++) {
          const inner = range(rank).reduce((sum, c) => sum + z[c * stride + k]! * z[c * stride + l]!, 0);
          const direct = rows.features[k]!.reduce(
            (sum, value, j) => sum + (j > 0 ? value * rows.features[l]![j]! : 0),
            0,
          );
          error = Math.max(error, Math.abs(inner - direct));
        }
      }
      expect(error / (m * eigenvalues[0]!)).toBeLessThan(1e-13);
      expect([...eigenvalues]).toEqual([...eigenvalues].sort((a, b) => b - a));
      for (let c = 0; c < rank; c++) {
        const row = [...z.subarray(c * stride, c * stride + m)];
        expect(row.reduce((sum, v) => sum + v * v, 0) / m / eigenvalues[c]!).toBeCloseTo(1, 9);
        expect(Math.max(...row)).toBe(Math.max(...row.map(Math.abs)));
      }
    });
  });

  it('merge into at most 16 classes that keep the trace and the row norms', () => {
    const rows = centred(syntheticRows(60, 50, 'classes'));
    exact.within((scope) => {
      const components = principalComponents(exact, scope, designOf(exact, scope, rows));
      const classes = tailClasses(components, 4, 60);
      expect(classes.length).toBeGreaterThan(8);
      expect(classes.length).toBeLessThanOrEqual(16);
      const total = classes.reduce((sum, { leverage }) => sum + leverage.reduce((a, b) => a + b, 0), 0) / 60;
      expect(total).toBeCloseTo(
        components.eigenvalues.slice(4).reduce((a, b) => a + b, 0),
        12,
      );
      expect(tailClasses(components, components.rank, 60)).toEqual([]);
    });
  });
});

/** What work in pieces comes to. */
function whole<T>(pieces: Generator<number, T>): T {
  for (;;) {
    const next = pieces.next();
    if (next.done) return next.value;
  }
}

interface Network {
  readonly width: number;
  readonly activations: { kind: number; parameter: number }[];
  readonly start: Parameters;
}

/** fhat by iterate from the estimator, and from retraining without each row (1/m kept). */
function bothWays(
  core: Core,
  rows: Rows,
  { width, activations, start }: Network,
  rates: number[],
  steps: number,
  head: number,
) {
  return core.within((scope) => {
    const m = rows.labels.length;
    const design = designOf(core, scope, rows);
    const shape = { width, activations, order: 2 as const, biases: true };
    const descent = new GradientDescent(core, scope, design, shape, start);
    const components = principalComponents(core, scope, design);
    const tangent = new TangentEstimator(core, scope, descent.net, design, components, head, true);
    const leftOut = range(m).map((row) => ({ rows: [row], divisor: m }));
    const exactly = new GradientDescent(core, scope, design, { ...shape, order: 1 }, start, leftOut);
    const estimated: number[][] = [];
    const retrained: number[][] = [];
    const sharpness: number[] = [];
    for (let t = 0; ; t++) {
      descent.evaluate();
      const row: number[] = [];
      exactly.evaluate((k) => row.push(exactly.net.output.view[k]!));
      estimated.push([...tangent.observe().leftOut]);
      retrained.push(row);
      sharpness.push(whole(tangent.curvature(rates)));
      if (t === steps) break;
      whole(tangent.advance(rates));
      descent.step(rates);
      exactly.step(rates);
    }
    return { estimated, retrained, sharpness };
  });
}

function networkFor(n: number, width: number, kinds: number[], seed: string): Network {
  const draw = createStream(seed, 'network');
  const depth = kinds.length + 1;
  const count = (depth - 2) * (width * width + width) + width + 1;
  return {
    width,
    activations: kinds.map((kind) => ({ kind, parameter: kind === Activation.Softplus ? 1 : 0 })),
    start: {
      first: draw.normal(width * n).map((v) => v / Math.sqrt(n)),
      deep: draw.normal(count).map((v) => 0.7 * v),
    },
  };
}

describe('tangent leave-one-out', () => {
  it.each([
    [0, 9, 6],
    [3, 20, 8],
    [100, 12, 30],
  ])(
    'of a linear network with a frozen output is leave-one-out to 1e-12 (head %i, %i x %i)',
    (head, m, n) => {
      const rows = centred(syntheticRows(m, n, 'linear'));
      const network = networkFor(n + 1, 1, [Activation.Identity], 'linear');
      // Classes merge eigenvalues: exact with at most 16 of them outside the head.
      const { estimated, retrained } = bothWays(exact, rows, network, [0.1, 0], 25, head);
      expect(worst(estimated.flat(), retrained.flat())).toBeLessThan(1e-12);
    },
  );

  it('agrees with leave-one-out to first order: to rounding at t = 1, the mean error within 3 % at t = 30', () => {
    const rows = centred(syntheticRows(31, 4, 'smooth'));
    const network = networkFor(5, 3, [Activation.Gelu, Activation.Tanh], 'smooth');
    const { estimated, retrained } = bothWays(exact, rows, network, [0.3, 0.1, 0.05], 30, 100);
    expect(worst(estimated[1]!, retrained[1]!)).toBeLessThan(1e-14);
    expect(worst(estimated[30]!, retrained[30]!)).toBeLessThan(0.05);
    const error = (values: number[]) =>
      values.reduce((sum, f, k) => sum + (rows.labels[k]! - f) ** 2, 0) / 31;
    expect(Math.abs(error(estimated[30]!) / error(retrained[30]!) - 1)).toBeLessThan(0.03);
  });

  it('has the same bits on the exact and the checked core, with and without a tail', () => {
    const rows = centred(syntheticRows(15, 9, 'bits'));
    const network = networkFor(10, 2, [Activation.Tanh], 'bits');
    for (const head of [0, 3, 9]) {
      expect(bothWays(checked, rows, network, [0.3, 0.1], 6, head)).toEqual(
        bothWays(exact, rows, network, [0.3, 0.1], 6, head),
      );
    }
  });
});
