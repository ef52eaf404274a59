import { describe, expect, it } from 'vitest';
import { Activation } from '../../../../assembly/abi.ts';
import type { Core } from '../../../../bindings/core.ts';
import { createStream } from '../../../../src/numerics/random.ts';
import {
  createDesign,
  type DescentForm,
  GradientDescent,
  type LeftOut,
  type Parameters,
} from '../../../../src/theories/finite-width/fit/gradient-descent.ts';
import { checked, exact } from '../../../cores.ts';
import { centred, type Rows, range, syntheticRows } from './rows.ts';

const q = 3;
const rows = centred(syntheticRows(21, 5, 'descent'));
const N = 6;
const activations = [
  { kind: Activation.Tanh, parameter: 0 },
  { kind: Activation.Softplus, parameter: 1 },
];
const draw = createStream('descent', 'start');
const start: Parameters = {
  first: draw.normal(q * N).map((v) => 0.4 * v),
  deep: draw.normal(q * q + q + q + 1).map((v) => 0.6 * v),
};
const rates = (t: number) => [0.3 / (1 + 0.1 * t), 0.1, 0.05 + 0.01 * t];

/** Runs `steps` steps; training errors, first-layer and deep parameters of every copy at the end. */
function descend(
  core: Core,
  form: DescentForm,
  { features, labels }: Rows,
  steps: number,
  leftOut?: LeftOut[],
  biases = true,
) {
  return core.within((scope) => {
    const data = {
      rows: features.length,
      columns: N,
      constant: true,
      features: Float64Array.from(features.flat()),
      labels: Float64Array.from(labels),
    };
    const design = createDesign(core, scope, data, form);
    const run = new GradientDescent(
      core,
      scope,
      design,
      { width: q, activations, order: 1, biases },
      start,
      leftOut,
    );
    const errors: number[] = [];
    const outputs: number[][] = [];
    for (let t = 0; ; t++) {
      const now: number[] = [];
      run.evaluate(() => now.push(...run.net.output.copy(0, features.length)));
      errors.push(run.trainError());
      outputs.push(now);
      if (t === steps) break;
      run.step(rates(t));
    }
    return { errors, outputs, parameters: range(run.copies).map((b) => run.parameters(b)) };
  });
}

/** The same descent on plain arrays, one row after another, by the chain rule as in a textbook. */
function textbook({ features, labels }: Rows, steps: number, biases: boolean) {
  const m = labels.length;
  const W1 = range(N).map((c) => range(q).map((a) => start.first[a * N + c]!));
  const W2 = range(q).map((i) => range(q).map((j) => start.deep[i * q + j]!));
  const c2 = range(q).map((j) => start.deep[q * q + j]!);
  const w3 = range(q).map((i) => start.deep[q * q + q + i]!);
  let c3 = start.deep[q * q + 2 * q]!;
  const errors: number[] = [];
  for (let t = 0; ; t++) {
    const d1 = W1.map((row) => row.map(() => 0));
    const d2 = W2.map((row) => row.map(() => 0));
    const e2 = c2.map(() => 0);
    const d3 = w3.map(() => 0);
    let e3 = 0;
    let squares = 0;
    features.forEach((x, k) => {
      const h1 = range(q).map((a) => x.reduce((sum, value, c) => sum + value * W1[c]![a]!, 0));
      const a1 = h1.map(Math.tanh);
      const h2 = range(q).map((j) => c2[j]! + a1.reduce((sum, value, i) => sum + value * W2[i]![j]!, 0));
      const a2 = h2.map((h) => Math.log(1 + Math.exp(h)));
      const r = c3 + a2.reduce((sum, value, i) => sum + value * w3[i]!, 0) - labels[k]!;
      squares += r * r;
      const g2 = range(q).map((j) => (r * w3[j]!) / (1 + Math.exp(-h2[j]!)));
      const g1 = range(q).map(
        (a) => (1 - a1[a]! * a1[a]!) * g2.reduce((sum, value, j) => sum + value * W2[a]![j]!, 0),
      );
      for (const a of range(q)) for (const c of range(N)) d1[c]![a]! += (x[c]! * g1[a]!) / m;
      for (const i of range(q)) {
        for (const j of range(q)) d2[i]![j]! += (a1[i]! * g2[j]!) / m;
        e2[i]! += g2[i]! / m;
        d3[i]! += (r * a2[i]!) / m;
      }
      e3 += r / m;
    });
    errors.push(squares / m);
    if (t === steps) break;
    const [r1, r2, r3] = rates(t) as [number, number, number];
    for (const a of range(q)) for (const c of range(N)) W1[c]![a]! -= r1 * d1[c]![a]!;
    for (const i of range(q)) {
      for (const j of range(q)) W2[i]![j]! -= r2 * d2[i]![j]!;
      if (biases) c2[i]! -= r2 * e2[i]!;
      w3[i]! -= r3 * d3[i]!;
    }
    if (biases) c3 -= r3 * e3;
  }
  return {
    errors,
    first: range(q).flatMap((a) => range(N).map((c) => W1[c]![a]!)),
    deep: [...W2.flat(), ...c2, ...w3, c3],
  };
}

const worst = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)));

describe.each(['primal', 'dual'] as const)('gradient descent in %s form', (form) => {
  it.each([true, false])(
    'is the textbook recursion to 1e-13, 30 steps of changing rates (biases %s)',
    (biases) => {
      const ours = descend(exact, form, rows, 30, undefined, biases);
      const theirs = textbook(rows, 30, biases);
      expect(worst(ours.errors, theirs.errors)).toBeLessThan(1e-13);
      expect(worst(ours.parameters[0]!.first, theirs.first)).toBeLessThan(1e-13);
      expect(worst(ours.parameters[0]!.deep, theirs.deep)).toBeLessThan(1e-13);
    },
  );

  it('gives each of several copies the bits of a run of its own', () => {
    const leftOut = [[0, 5], [], [20], [1, 2, 3, 4]].map((left) => ({
      rows: left,
      divisor: 21 - left.length,
    }));
    const together = descend(exact, form, rows, 12, leftOut);
    leftOut.forEach((one, b) => {
      const alone = descend(exact, form, rows, 12, [one]);
      expect(together.parameters[b]).toEqual(alone.parameters[0]);
      expect(together.outputs.map((all) => all.slice(21 * b, 21 * (b + 1)))).toEqual(alone.outputs);
    });
  });

  it('trains a copy that leaves rows out as if they had never been there (to 1e-13)', () => {
    const left = [0, 7, 20];
    const keep = range(21).filter((k) => !left.includes(k));
    const fewer = { features: keep.map((k) => rows.features[k]!), labels: keep.map((k) => rows.labels[k]!) };
    const masked = descend(exact, form, rows, 20, [{ rows: left, divisor: 18 }]);
    const alone = descend(exact, form, fewer, 20);
    expect(worst(masked.parameters[0]!.first, alone.parameters[0]!.first)).toBeLessThan(1e-13);
    expect(worst(masked.parameters[0]!.deep, alone.parameters[0]!.deep)).toBeLessThan(1e-13);
  });

  it('gives the same bits on the exact and the checked core', () => {
    expect(descend(checked, form, rows, 10)).toEqual(descend(exact, form, rows, 10));
  });
});

describe.each(['primal', 'dual'] as const)('copies that leave rows out, in %s form', (form) => {
  it('hold the outputs on these rows, and step to the same bits in one call as one by one', () => {
    const leftOut = [[0, 5], [], [20], [4, 3, 2, 1]].map((left) => ({ rows: left, divisor: 21 }));
    const kept: number[][] = [];
    const together = [false, true].map((oneByOne) =>
      exact.within((scope) => {
        const { features, labels } = rows;
        const data = {
          rows: 21,
          columns: N,
          constant: true,
          features: Float64Array.from(features.flat()),
          labels: Float64Array.from(labels),
        };
        const design = createDesign(exact, scope, data, form);
        const shape = { width: q, activations, order: 1, biases: true } as const;
        const run = new GradientDescent(exact, scope, design, shape, start, leftOut);
        const held: number[][] = [];
        for (let t = 0; t < 5; t++) {
          const seen: number[] = [];
          const visit = (b: number) => seen.push(...leftOut[b]!.rows.map((k) => run.net.output.view[k]!));
          run.evaluate(oneByOne ? visit : undefined);
          held.push([...run.heldOut]);
          if (oneByOne) kept.push(seen);
          run.step(rates(t));
        }
        return held;
      }),
    );
    expect(together[0]).toEqual(kept);
    expect(together[1]).toEqual(kept);
  });
});

it('primal and dual form agree to 1e-13', () => {
  const primal = descend(exact, 'primal', rows, 30);
  const dual = descend(exact, 'dual', rows, 30);
  expect(worst(primal.errors, dual.errors)).toBeLessThan(1e-13);
  expect(worst(primal.parameters[0]!.first, dual.parameters[0]!.first)).toBeLessThan(1e-13);
});
