// Training and test rows of one replica: drawn for a task, or the caller's own. Knows no networks.
import { type ActivationSpec, activate } from '../../numerics/activation.ts';
import { createStream, type RandomStream } from '../../numerics/random.ts';
import { inputDimension, type MeanFieldProblem, sampleCount, testCount } from './problem.ts';

export interface Rows {
  /** `count` rows of `dimension` numbers. */
  readonly X: Float64Array;
  readonly labels: Float64Array;
  readonly count: number;
  readonly dimension: number;
}

export interface TaskData {
  readonly train: Rows;
  readonly test?: Rows;
}

/** The seed of a replica's streams: every replica draws data and weights of its own. */
export const replicaSeed = (problem: MeanFieldProblem, replica: number): string =>
  `${problem.seed}/replica ${replica}`;

export function drawData(problem: MeanFieldProblem, replica: number): TaskData {
  const { data } = problem;
  const dimension = inputDimension(data);
  if (data.kind === 'rows') {
    const rows = (features: readonly (readonly number[])[], labels: readonly number[]): Rows => ({
      X: Float64Array.from(features.flat()),
      labels: Float64Array.from(labels),
      count: labels.length,
      dimension,
    });
    return {
      train: rows(data.features, data.labels),
      ...(data.testFeatures && { test: rows(data.testFeatures, data.testLabels!) }),
    };
  }
  const draw = (part: string, count: number): Rows => {
    const seed = replicaSeed(problem, replica);
    const inputs = createStream(seed, `${part}/inputs`);
    const labels = createStream(seed, `${part}/labels`);
    return { ...drawRows(data, count, inputs, labels), count, dimension };
  };
  const tests = testCount(data);
  return {
    train: draw('train', sampleCount(data)),
    ...(tests > 0 && { test: draw('test', tests) }),
  };
}

type DrawnData = Exclude<MeanFieldProblem['data'], { kind: 'rows' }>;

function drawRows(
  data: DrawnData,
  count: number,
  inputs: RandomStream,
  labels: RandomStream,
): { X: Float64Array; labels: Float64Array } {
  const d = data.dimension;
  switch (data.kind) {
    case 'sphere': {
      const X = inputs.normal(count * d);
      for (let k = 0; k < count; k++) {
        let square = 0;
        for (let j = 0; j < d; j++) square += X[k * d + j]! * X[k * d + j]!;
        const factor = Math.sqrt(d / square);
        for (let j = 0; j < d; j++) X[k * d + j]! *= factor;
      }
      const { kind, scale } = data.labels;
      const law = kind === 'signs' ? 'rademacher' : 'gaussian';
      return { X, labels: labels.variates(law, count).map((y) => scale * y) };
    }
    case 'xor': {
      const X = inputs.variates('rademacher', count * d);
      return { X, labels: Float64Array.from({ length: count }, (_, k) => X[k * d]! * X[k * d + 1]!) };
    }
    case 'single-neuron': {
      const X = inputs.normal(count * d);
      const first = Float64Array.from({ length: count }, (_, k) => X[k * d]!);
      return { X, labels: activate(data.link as ActivationSpec, first).value };
    }
    case 'spiked': {
      const X = inputs.normal(count * d);
      const first = Float64Array.from({ length: count }, (_, k) => X[k * d]!);
      const spread = Math.sqrt(1 + data.strength);
      for (let k = 0; k < count; k++) X[k * d]! *= spread;
      return { X, labels: activate(data.link as ActivationSpec, first).value };
    }
  }
}
