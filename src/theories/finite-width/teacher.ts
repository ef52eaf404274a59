// What a configuration fixes before any training row is drawn: the signal mu, the initial weights and their overlaps.
// Prediction and simulation of one configuration share them.
import type { HiddenActivation } from '../../../bindings/network.ts';
import { deepParameterCount } from '../../../bindings/network.ts';
import { resolveActivation } from '../../numerics/activation.ts';
import { type LawSpec, resolveLaw } from '../../numerics/laws.ts';
import { createStream, type RandomStream } from '../../numerics/random.ts';
import { dotProduct, multiplyTransposed } from '../../numerics/square.ts';
import { Link, type LinkSpec } from './link.ts';
import { type FiniteWidthProblem, rateRows } from './problem.ts';
import type { StateEvolutionInput } from './state.ts';

export interface Teacher {
  /** n, or undefined where only overlaps are given. */
  readonly inputDimension: number | undefined;
  /** mu, n values. */
  readonly signal: Float64Array | undefined;
  /** W_1 as one row of n weights per unit. */
  readonly firstLayer: Float64Array | undefined;
  readonly input: StateEvolutionInput;
}

/** A checked problem is frozen, and planning it and each of its runs ask for the same teacher. Nobody writes to one. */
const drawn = new WeakMap<FiniteWidthProblem, Teacher>();

/** Draws or reads mu, W_1 and the deep weights, and forms S0: once for a problem. */
export function teacherOf(problem: FiniteWidthProblem): Teacher {
  const teacher = drawn.get(problem) ?? drawTeacher(problem);
  drawn.set(problem, teacher);
  return teacher;
}

function drawTeacher(problem: FiniteWidthProblem): Teacher {
  const { model, data, optimizer, seed } = problem;
  const q = model.width;
  const depth = model.activations.length + 1;
  const activations: HiddenActivation[] = model.activations.map((spec) => {
    const { kind, parameter } = resolveActivation(spec);
    return { kind, parameter };
  });
  const rows = rateRows(optimizer.learningRates);
  const learningRates = Array.from({ length: optimizer.steps }, (_, t) => rows[rows.length === 1 ? 0 : t]!);
  const { variance, ...noiseSpec } = data.noise;
  const noiseLaw = resolveLaw(noiseSpec as LawSpec);
  const common = {
    width: q,
    activations,
    learningRates,
    link: new Link(data.link as LinkSpec),
    noise: { spec: noiseSpec as LawSpec, kind: noiseLaw.kind, parameter: noiseLaw.parameter, variance },
  };
  const init = model.initialization;
  if (init.kind === 'overlaps') {
    return {
      inputDimension: undefined,
      signal: undefined,
      firstLayer: undefined,
      input: {
        ...common,
        sampleRatio: data.sampleRatio ?? Number.POSITIVE_INFINITY,
        gram: Float64Array.from(init.gram.flat()),
        deep: packDeep(init.deepWeights, q, depth),
      },
    };
  }
  const n = model.inputDimension!;
  const signal = createStream(seed, 'teacher/signal').normal(n);
  const norm = Math.sqrt(multiplyTransposed(signal, signal, 1, n, 1)[0]!);
  const direction = signal.map((value) => value / norm);
  const mu = direction.map((value) => (data.signalNorm ?? 1) * value);
  let firstLayer: Float64Array;
  let deep: Float64Array;
  if (init.kind === 'explicit') {
    const [first, ...rest] = init.weights;
    firstLayer = new Float64Array(q * n);
    (first as readonly (readonly number[])[]).forEach((row, l) => {
      row.forEach((value, j) => {
        firstLayer[j * n + l] = value;
      });
    });
    deep = packDeep(rest, q, depth);
  } else {
    const scale = init.scale / Math.sqrt(n);
    firstLayer = createStream(seed, 'teacher/first-layer').normal(q * n);
    for (let j = 0; j < q; j++) {
      for (let l = 0; l < n; l++) {
        firstLayer[j * n + l] = scale * firstLayer[j * n + l]! + init.alignment * direction[l]!;
      }
    }
    deep = drawDeepWeights(createStream(seed, 'teacher/deep-layers'), q, depth, init.deepScale);
  }
  const stacked = new Float64Array((q + 1) * n);
  stacked.set(mu);
  stacked.set(firstLayer, n);
  return {
    inputDimension: n,
    signal: mu,
    firstLayer,
    input: {
      ...common,
      sampleRatio: data.sampleCount! / n,
      gram: multiplyTransposed(stacked, stacked, q + 1, n, q + 1),
      deep,
    },
  };
}

/**
 * Random deep weights with zero biases: W_2..W_{L-1} of N(0, scale²/q), and W_L in a random direction with norm `scale`, so
 * that a narrow network does not begin with an output layer that is large or small by chance.
 */
export function drawDeepWeights(stream: RandomStream, q: number, depth: number, scale: number): Float64Array {
  const out = new Float64Array(deepParameterCount(q, depth));
  for (let layer = 2; layer < depth; layer++) {
    const draws = stream.normal(q * q).map((value) => (scale / Math.sqrt(q)) * value);
    out.set(draws, (layer - 2) * (q * q + q));
  }
  const last = stream.normal(q);
  const norm = Math.sqrt(dotProduct(last, last));
  out.set(
    last.map((value) => (scale / norm) * value),
    (depth - 2) * (q * q + q),
  );
  return out;
}

/** W_2, …, W_{L-1} (matrices), W_L (vector) packed with zero biases between them. */
export function packDeep(
  weights: readonly (readonly number[] | readonly (readonly number[])[])[],
  q: number,
  depth: number,
): Float64Array {
  const out = new Float64Array(deepParameterCount(q, depth));
  let at = 0;
  weights.forEach((value, i) => {
    const flat =
      i < weights.length - 1
        ? (value as readonly (readonly number[])[]).flat()
        : (value as readonly number[]);
    out.set(flat, at);
    at += flat.length + (i < weights.length - 1 ? q : 1);
  });
  return out;
}

/** The weights among packed deep parameters, without the biases: W_2, …, W_L. */
export function deepWeightsOnly(deep: Float64Array, q: number, depth: number): Float64Array {
  const out = new Float64Array((depth - 2) * q * q + q);
  for (let layer = 2; layer < depth; layer++) {
    const from = (layer - 2) * (q * q + q);
    out.set(deep.subarray(from, from + q * q), (layer - 2) * q * q);
  }
  const last = (depth - 2) * (q * q + q);
  out.set(deep.subarray(last, last + q), (depth - 2) * q * q);
  return out;
}
