// A trained network with the preparation of its rows: predicts raw rows at once, and is saved and loaded as JSON to the
// bit. Knows nothing of how it was trained.

import { skinny } from '../../../../bindings/linalg.ts';
import { sharedCore } from '../../../../bindings/load.ts';
import { deepParameterCount, NetworkWorkspace } from '../../../../bindings/network.ts';
import {
  array,
  boolean,
  check,
  type Infer,
  literal,
  number,
  numericVector,
  object,
  oneOf,
  optional,
  refine,
  string,
} from '../../../check.ts';
import { ConfigError } from '../../../errors.ts';
import { resolveActivation } from '../../../numerics/activation.ts';
import { activationSchema } from '../problem.ts';
import { type Preparation, transform } from './preparation.ts';
import { type FeatureTable, readTable } from './rows.ts';

/** What a saved model says it is. */
export const MODEL_FORMAT = 'foretrain-model';
const VERSION = 1;

const integer = (min: number) => number({ integer: true, min });

const preparationSchema = object({
  scaling: oneOf('per-column', 'one-scale', 'floored', 'none'),
  inputColumns: integer(1),
  kept: array(integer(0)),
  means: numericVector(),
  scales: numericVector(),
  constant: optional(object({ value: number(), input: optional(integer(0)) })),
  labelMean: number(),
  labelScale: number({ exclusiveMin: 0 }),
});

const modelForm = object({
  format: literal(MODEL_FORMAT),
  version: integer(1),
  theory: literal('finite-width'),
  width: number({ integer: true, min: 1, max: 256 }),
  activations: array(activationSchema, { minLength: 1, maxLength: 16 }),
  biases: boolean(),
  step: integer(0),
  estimatedTestError: optional(number({ min: 0 })),
  columns: optional(array(string({ minLength: 0 }))),
  preparation: preparationSchema,
  /** Units by columns of the design, the constant column first. */
  firstLayer: numericVector(),
  /** W_2, c_2, …, W_L, c_L. */
  deep: numericVector(),
});

const modelSchema = refine(modelForm, (model, complain) => {
  const { width: q, activations, preparation: prepared, firstLayer, deep, version } = model;
  if (version !== VERSION) {
    complain({
      path: 'version',
      expected: `${VERSION}`,
      remedy: 'The model was saved by another version of foretrain; load it there or train again.',
    });
    return;
  }
  const columns = prepared.kept.length;
  const lengths: [string, readonly number[], number][] = [
    ['firstLayer', firstLayer, q * (columns + (prepared.constant ? 1 : 0))],
    ['deep', deep, deepParameterCount(q, activations.length + 1)],
    ['preparation.means', prepared.means, columns],
    ['preparation.scales', prepared.scales, columns],
  ];
  for (const [path, values, length] of lengths) {
    if (values.length === length) continue;
    complain({
      path,
      received: `${values.length} numbers`,
      expected: `${length} numbers`,
      remedy: 'The file is damaged.',
    });
  }
  prepared.kept.forEach((j, c) => {
    if (j < prepared.inputColumns) return;
    complain({
      path: `preparation.kept[${c}]`,
      received: `${j}`,
      expected: `a column below ${prepared.inputColumns}`,
      remedy: 'The file is damaged.',
    });
  });
});

/** The saved form: plain JSON. */
export type ModelDocument = Infer<typeof modelForm>;

export class TrainedModel {
  readonly #document: ModelDocument;

  constructor(document: ModelDocument) {
    this.#document = document;
  }

  /** Step that training was stopped at. */
  get step(): number {
    return this.#document.step;
  }

  /** Estimate of the mean squared error on new rows, in squared label units. */
  get estimatedTestError(): number | undefined {
    return this.#document.estimatedTestError;
  }

  /** Number of feature columns that rows have. */
  get inputColumns(): number {
    return this.#document.preparation.inputColumns;
  }

  get columns(): readonly string[] | undefined {
    return this.#document.columns;
  }

  /**
   * Predicted labels of raw rows, in label units.
   * @throws DataError naming row and column of an entry that is no finite number, or the number of columns expected.
   */
  predict(rows: FeatureTable): Float64Array {
    const { preparation, width: q, activations, firstLayer, deep, columns } = this.#document;
    const table = readTable(rows, columns);
    const features = transform(preparation as Preparation, table);
    const N = features.length / table.rows;
    const core = sharedCore();
    return core.within((scope) => {
      const net = new NetworkWorkspace(core, scope, {
        width: q,
        activations: activations.map(resolveActivation),
        samples: table.rows,
        order: 1,
      });
      net.deep.set(deep);
      skinny(core, scope.from(features), table.rows, N, N, scope.from(firstLayer), N, q, net.H, net.stride);
      net.forward(table.rows, 0, 0);
      const { labelMean, labelScale } = preparation;
      return Float64Array.from(net.output.copy(0, table.rows), (f) => labelMean + labelScale * f);
    });
  }

  /** Plain JSON; `TrainedModel.fromJSON` gives back a model of the same bits. */
  toJSON(): ModelDocument {
    return this.#document;
  }

  /** @throws ConfigError naming what is wrong with a document of another kind, another version or other lengths. */
  static fromJSON(json: unknown): TrainedModel {
    let document = json;
    if (typeof json === 'string') {
      try {
        document = JSON.parse(json);
      } catch (cause) {
        const problem = {
          path: '',
          received: 'text that is no JSON',
          expected: 'a saved model',
          remedy: 'Give what toJSON wrote.',
        };
        throw new ConfigError([problem], 'model', { cause });
      }
    }
    return new TrainedModel(check(modelSchema, document, 'model'));
  }

  static create(parts: Omit<ModelDocument, 'format' | 'version' | 'theory'>): TrainedModel {
    return new TrainedModel(
      Object.freeze({
        format: MODEL_FORMAT,
        version: VERSION,
        theory: 'finite-width',
        ...parts,
      } as ModelDocument),
    );
  }
}
