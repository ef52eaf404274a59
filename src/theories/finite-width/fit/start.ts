// Where a fit begins: the initial weights, drawn or given, and learning rates where none are given.
import type { Core } from '../../../../bindings/core.ts';
import { gemv, gemvTransposed, scale, sumSquares } from '../../../../bindings/linalg.ts';
import { ConfigError, type ConfigProblem } from '../../../errors.ts';
import { createStream } from '../../../numerics/random.ts';
import { rateRows } from '../problem.ts';
import { drawDeepWeights } from '../teacher.ts';
import type { FitProblem } from './config.ts';
import type { Design, Parameters } from './gradient-descent.ts';
import type { Prepared } from './preparation.ts';

/** Share of the stability limit of a linearised first layer that `learningRates: "auto"` takes. */
const FIRST_SHARE = 1;
const DEEP_RATE = 0.05;
const DEEP_RATE_TIMES_WIDTH = 0.4;
const POWER_PRODUCTS = 60;

/** @throws ConfigError where explicit weights do not fit the data and the model. */
export function initialParameters(problem: FitProblem, prepared: Prepared): Parameters {
  const { model, seed } = problem;
  const init = model.initialization;
  const q = model.width;
  const N = prepared.columns;
  const depth = model.activations.length + 1;
  if (init.kind === 'explicit') return explicitParameters(init, prepared, q, depth);
  const own = init.seed ?? seed;
  const lead = prepared.preparation.constant ? 1 : 0;
  const n = N - lead;
  const draws = createStream(own, 'fit/first').normal(n * q);
  const first = new Float64Array(q * N);
  for (let a = 0; a < q; a++) {
    for (let c = 0; c < n; c++) first[a * N + lead + c] = (init.scale * draws[a * n + c]!) / Math.sqrt(n);
  }
  const deep = drawDeepWeights(createStream(own, 'fit/deep'), q, depth, init.deepScale);
  return { first, deep };
}

type Explicit = Extract<FitProblem['model']['initialization'], { kind: 'explicit' }>;

function explicitParameters(init: Explicit, prepared: Prepared, q: number, depth: number): Parameters {
  const { preparation, columns: N } = prepared;
  const problems: ConfigProblem[] = [];
  const at = 'model.initialization';
  const { weights } = init;
  if (weights.length !== depth) {
    const received = `${weights.length} layers`;
    problems.push({
      path: `${at}.weights`,
      received,
      expected: `${depth} layers: W1 to W${depth}`,
      remedy: 'Depth is the number of activations plus one.',
    });
    throw new ConfigError(problems);
  }
  const matrix = (
    value: (typeof weights)[number],
    rows: number,
    path: string,
  ): readonly (readonly number[])[] => {
    const fits =
      value.length === rows && Array.isArray(value[0]) && (value[0] as readonly number[]).length === q;
    const width = Array.isArray(value[0]) ? `${(value[0] as readonly number[]).length}` : 'a number';
    if (!fits) {
      const received = `${value.length} rows of ${width}`;
      problems.push({
        path,
        received,
        expected: `${rows} rows of ${q} numbers`,
        remedy: 'Rows are inputs, columns are units.',
      });
    }
    return fits ? (value as readonly (readonly number[])[]) : [];
  };
  const vector = (value: unknown, length: number, path: string): readonly number[] => {
    const numbers = typeof value === 'number' ? [value] : (value as readonly number[]);
    if (numbers.length === length && !Array.isArray(numbers[0])) return numbers;
    const received = Array.isArray(numbers[0]) ? 'a matrix' : `${numbers.length} numbers`;
    problems.push({
      path,
      received,
      expected: `${length} numbers`,
      remedy: 'One number per unit of the layer.',
    });
    return [];
  };
  const W1 = matrix(weights[0]!, preparation.inputColumns, `${at}.weights[0]`);
  const hidden = weights.slice(1, -1).map((value, i) => matrix(value, q, `${at}.weights[${i + 1}]`));
  const last = vector(weights[depth - 1], q, `${at}.weights[${depth - 1}]`);
  const { given, offset } = biasVectors(init, depth, at, problems);
  const biases = given.map((value, i) => {
    const layer = i + offset;
    return vector(value, layer === depth ? 1 : q, `${at}.biases[${i}]`);
  });
  const firstBias = offset === 1 ? biases[0] : undefined;
  if (firstBias && preparation.constant === undefined && firstBias.some((value) => value !== 0)) {
    problems.push({
      path: `${at}.biases[0]`,
      received: 'biases other than 0',
      expected: 'zeros, as model.biases is false',
      remedy: 'Set model.biases to true.',
    });
  }
  if (firstBias && preparation.constant?.input !== undefined && firstBias.some((value) => value !== 0)) {
    problems.push({
      path: `${at}.biases[0]`,
      received: 'biases other than 0',
      expected: `zeros: the constant feature column ${preparation.constant.input + 1} has the first layer's biases as its weights`,
      remedy: 'Put them into that row of weights[0].',
    });
  }
  if (problems.length > 0) throw new ConfigError(problems);

  const lead = preparation.constant ? 1 : 0;
  const first = new Float64Array(q * N);
  for (let a = 0; a < q; a++) {
    const input = preparation.constant?.input;
    if (lead === 1) first[a * N] = input === undefined ? (firstBias?.[a] ?? 0) : W1[input]![a]!;
    preparation.kept.forEach((j, c) => {
      first[a * N + lead + c] = W1[j]![a]!;
    });
  }
  const layers = [...hidden.map((value) => value.flat()), last];
  const deep = layers.flatMap((values, i) => {
    const layer = i + 2;
    const bias = biases[layer - offset] ?? new Array<number>(layer === depth ? 1 : q).fill(0);
    return [...values, ...bias];
  });
  return { first, deep: Float64Array.from(deep) };
}

/** One vector per layer, or one per layer from the second on (the first layer's then being 0). */
function biasVectors(init: Explicit, depth: number, at: string, problems: ConfigProblem[]) {
  const given = init.biases ?? [];
  if (init.biases && given.length !== depth && given.length !== depth - 1) {
    problems.push({
      path: `${at}.biases`,
      received: `${given.length} vectors`,
      expected: `${depth} vectors, one per layer`,
      remedy: 'The last layer has a single bias: give [b].',
    });
  }
  return { given, offset: given.length === depth ? 1 : 2 };
}

/** T rows of L rates. */
export function learningRates(
  problem: FitProblem,
  core: Core,
  design: Design,
  start: Parameters,
): readonly (readonly number[])[] {
  const { learningRates: given, steps } = problem.optimizer;
  const rows = given === 'auto' ? [automaticRates(problem, core, design, start)] : rateRows(given);
  return rows.length === 1 ? new Array<readonly number[]>(steps).fill(rows[0]!) : rows;
}

/**
 * eta_1 = 1/(lambda_max(X'X/m) max(1, ||w||²)), w = W_2 … W_L: half the limit of stability of the linearised
 * first layer; the other layers get min(0.05, 0.4/q).
 */
function automaticRates(
  problem: FitProblem,
  core: Core,
  design: Design,
  start: Parameters,
): readonly number[] {
  const { width: q, activations } = problem.model;
  const depth = activations.length + 1;
  let at = (depth - 2) * q * (q + 1);
  let outer = Array.from(start.deep.subarray(at, at + q));
  for (let layer = depth - 1; layer > 1; layer--) {
    at -= q * (q + 1);
    const base = at;
    const below = outer;
    outer = below.map((_, i) =>
      below.reduce((sum, value, j) => sum + start.deep[base + i * q + j]! * value, 0),
    );
  }
  const norm = Math.max(
    1,
    outer.reduce((sum, value) => sum + value * value, 0),
  );
  const deep = Math.min(DEEP_RATE, DEEP_RATE_TIMES_WIDTH / q);
  const first = FIRST_SHARE / (largestEigenvalue(core, design) * norm);
  return [first, ...new Array<number>(depth - 1).fill(deep)];
}

/** lambda_max(X'X/m) by power iteration: never above it, and below by a few percent at most where others are as large. */
function largestEigenvalue(core: Core, { X, rows: m, columns: N }: Design): number {
  return core.within((scope) => {
    const v = scope.from(createStream('power-iteration', 'start').normal(N));
    const Xv = scope.f64(m);
    let value = 0;
    for (let i = 0; i < POWER_PRODUCTS; i++) {
      scale(core, 1 / Math.sqrt(sumSquares(core, v, N)), v, N);
      gemv(core, X, m, N, N, v, Xv);
      value = sumSquares(core, Xv, m) / m;
      gemvTransposed(core, X, m, N, N, Xv, v);
    }
    return value;
  });
}
