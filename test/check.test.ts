import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  array,
  boolean,
  check,
  custom,
  described,
  either,
  type Infer,
  inspect,
  literal,
  nameOrObject,
  nullable,
  number,
  numericMatrix,
  numericVector,
  object,
  oneOf,
  optional,
  refine,
  string,
  toJsonSchema,
  transform,
  union,
} from '../src/check.ts';
import { ConfigError } from '../src/errors.ts';

const activation = nameOrObject(
  union('kind', {
    identity: {},
    tanh: {},
    softplus: { sharpness: optional(number({ exclusiveMin: 0 }), 1) },
    hermite: { coefficients: array(number(), { minLength: 1 }) },
  }),
);
const link = custom('a function', (value, complain) => {
  if (typeof value !== 'function') complain({ expected: 'a function' });
  return value as (x: number) => number;
});
const model = refine(
  object({
    theory: literal('toy'),
    width: number({ min: 1, max: 1000, integer: true, title: 'Width', unit: '1' }),
    activations: array(activation, { minLength: 1, maxLength: 5 }),
    learningRates: either(array(number({ min: 0 })), array(array(number({ min: 0 })))),
    noise: optional(object({ law: oneOf('gaussian', 'uniform'), variance: number({ min: 0 }) })),
    samples: nullable(number({ min: 1, integer: true })),
    seed: optional(string(), 'one'),
    biases: optional(boolean(), false),
    features: optional(numericMatrix()),
    labels: optional(numericVector()),
    link: optional(either(activation, link), 'identity'),
    scale: optional(described(number(), { description: 'Scale of the weights.', remedy: 'Try 1.' }), 1),
  }),
  (value, complain) => {
    if (value.features && value.labels && value.features.length !== value.labels.length) {
      complain({ path: 'labels', expected: `${value.features.length} labels`, remedy: 'One label per row.' });
    }
  },
);
const valid = () => ({
  theory: 'toy',
  width: 3,
  activations: ['tanh', { kind: 'softplus' }],
  learningRates: [0.1, 0.2],
  samples: null,
});
const problemsOf = (value: unknown) => inspect(model, value).problems ?? [];
const paths = (value: unknown) => problemsOf(value).map((problem) => problem.path);
const REMOVED = Symbol('removed');

describe('a valid value', () => {
  test('comes back as a frozen copy with defaults filled in and names spelled out', () => {
    const given = valid();
    const result = check(model, given);
    expect(result).toEqual({
      ...given,
      activations: [{ kind: 'tanh' }, { kind: 'softplus', sharpness: 1 }],
      seed: 'one',
      biases: false,
      link: { kind: 'identity' },
      scale: 1,
    });
    expect(Object.isFrozen(result)).toBe(true);
    expect(Object.isFrozen(result.activations)).toBe(true);
    expect(Object.isFrozen(result.activations[1])).toBe(true);
    expect(Object.isFrozen(given)).toBe(false);
    expect(given.activations[0]).toBe('tanh');
  });

  test('is left alone by a second check', () => {
    const once = check(model, { ...valid(), features: [[1, 2]], labels: [3] });
    expect(check(model, once)).toEqual(once);
  });

  test('has the type that the schema says', () => {
    const result = check(model, valid());
    expectTypeOf(result.width).toEqualTypeOf<number>();
    expectTypeOf(result.seed).toEqualTypeOf<string>();
    expectTypeOf(result.samples).toEqualTypeOf<number | null>();
    expectTypeOf(result.noise).toEqualTypeOf<
      { readonly law: 'gaussian' | 'uniform'; readonly variance: number } | undefined
    >();
    const first: Infer<typeof activation> = result.activations[0];
    if (first.kind === 'softplus') expectTypeOf(first.sharpness).toEqualTypeOf<number>();
  });

  test('may hold functions where a custom check admits them', () => {
    const double = (x: number) => 2 * x;
    expect(check(model, { ...valid(), link: double }).link).toBe(double);
  });

  test('may hold typed arrays; plain arrays come out', () => {
    const result = check(model, {
      ...valid(),
      features: [new Float64Array([1, 2]), [3, 4]],
      labels: Float32Array.of(1, 2),
    });
    expect(result.features).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(result.labels).toEqual([1, 2]);
  });

  test('of 5000 × 500 numbers is checked in under two seconds on a busy machine (0.25 s on an idle one)', () => {
    const features = Array.from({ length: 5000 }, (_, i) =>
      Array.from({ length: 500 }, (_, j) => i + j / 512),
    );
    // The best of three, so that a busy machine does not decide.
    const times = [1, 2, 3].map(() => {
      const start = performance.now();
      check(model, { ...valid(), features });
      return performance.now() - start;
    });
    expect(Math.min(...times)).toBeLessThan(2000);
  });
});

describe('an invalid value', () => {
  test('is answered with all of its problems at once, each with path, value, expectation and remedy', () => {
    const error = (() => {
      try {
        check(model, {
          ...valid(),
          width: -1,
          wdith: 2,
          samples: '7',
          noise: { law: 'gausian', variance: Number.NaN },
        });
      } catch (caught) {
        return caught as ConfigError;
      }
    })();
    expect(error).toBeInstanceOf(ConfigError);
    expect(error?.problems.map((problem) => problem.path)).toEqual([
      'wdith',
      'width',
      'noise.law',
      'noise.variance',
      'samples',
    ]);
    expect(error?.message).toMatchInlineSnapshot(`
      "The configuration has 5 problems:
        - wdith: received an unknown key; expected one of theory, width, activations, learningRates, noise, samples, seed, biases, features, labels, link, scale. Did you mean "width"? Rename or remove it.
        - width: received -1; expected a whole number ≥ 1 and ≤ 1000. Give a whole number in that range.
        - noise.law: received "gausian"; expected one of "gaussian", "uniform". Did you mean "gaussian"? Choose one of these.
        - noise.variance: received NaN; expected a number ≥ 0. Give a number in that range.
        - samples: received "7"; expected a whole number ≥ 1. Write the number without quotes."
    `);
  });

  test('with an unknown key gets the nearest known name, and the misspelled field is not called missing too', () => {
    const { width, ...rest } = valid();
    const problems = problemsOf({ ...rest, Widht: width });
    expect(problems).toMatchObject([{ path: 'Widht', nearest: 'width' }]);
    expect(problemsOf({ ...valid(), learning_rates: 1 })).toMatchObject([{ nearest: 'learningRates' }]);
    expect(problemsOf({ ...valid(), completelyOther: 1 })[0].nearest).toBeUndefined();
  });

  test('that lacks a required field hears which', () => {
    expect(problemsOf({ theory: 'toy' })).toMatchObject([
      { path: 'width', received: 'nothing', expected: 'a whole number ≥ 1 and ≤ 1000' },
      { path: 'activations' },
      { path: 'learningRates' },
      { path: 'samples' },
    ]);
  });

  test('with a wrong name gets the nearest name, in a union and where other forms fit too', () => {
    expect(problemsOf({ ...valid(), activations: ['tahn'] })).toMatchObject([
      { path: 'activations[0]', nearest: 'tanh' },
    ]);
    expect(problemsOf({ ...valid(), activations: [{ kind: 'sofplus' }] })).toMatchObject([
      { path: 'activations[0].kind', nearest: 'softplus' },
    ]);
    expect(problemsOf({ ...valid(), activations: ['hermite'] })).toMatchObject([
      { path: 'activations[0].coefficients', received: 'nothing' },
    ]);
    expect(problemsOf({ ...valid(), link: 'tahn' })).toMatchObject([
      { path: 'link', received: '"tahn"', nearest: 'tanh' },
    ]);
  });

  test('of several possible forms is judged by the form that came furthest', () => {
    expect(
      paths({
        ...valid(),
        learningRates: [
          [0.1, 0.2],
          [0.1, -1],
        ],
      }),
    ).toEqual(['learningRates[1][1]']);
    expect(paths({ ...valid(), learningRates: [0.1, Number.POSITIVE_INFINITY] })).toEqual([
      'learningRates[1]',
    ]);
    expect(paths({ ...valid(), learningRates: 0.1 })).toEqual(['learningRates']);
  });

  test('with bad numbers in data names row and column', () => {
    expect(
      paths({
        ...valid(),
        features: [
          [1, 2],
          [3, Number.NaN],
        ],
      }),
    ).toEqual(['features[1][1]']);
    expect(problemsOf({ ...valid(), features: [[1, 2], [3], [4, 5]] })).toMatchObject([
      { path: 'features[1]', received: 'a row of 1', expected: '2 numbers, as in the rows before' },
    ]);
    expect(paths({ ...valid(), features: [] })).toEqual(['features']);
    expect(paths({ ...valid(), features: [['1']] })).toEqual(['features[0][0]']);
    expect(paths({ ...valid(), labels: Object.assign(new Array(3), [1]) })).toEqual([
      'labels[1]',
      'labels[2]',
    ]);
  });

  test('of fields that do not fit together is found by a cross-field check', () => {
    expect(problemsOf({ ...valid(), features: [[1]], labels: [1, 2] })).toMatchObject([
      {
        path: 'labels',
        received: 'an array of length 2',
        expected: '1 labels',
        remedy: 'One label per row.',
      },
    ]);
  });

  test('hears that a number in place of a text wants quotes, that what is missing is to be added', () => {
    expect(problemsOf({ ...valid(), seed: 5 })).toMatchObject([
      { path: 'seed', received: '5', remedy: 'Write it in quotes.' },
    ]);
    const { width: _, ...rest } = valid();
    expect(problemsOf(rest)).toMatchObject([{ path: 'width', remedy: 'It is required: add it.' }]);
    expect(problemsOf({ ...valid(), noise: 3 })).toMatchObject([
      { path: 'noise', remedy: expect.stringMatching(/^Give an object/) },
    ]);
  });

  test('carries the remedy of its description', () => {
    expect(problemsOf({ ...valid(), scale: 'x' })).toMatchObject([{ remedy: 'Try 1.' }]);
    expect(problemsOf({ ...valid(), scale: '1.5' })[0].remedy).toContain('without quotes');
  });
});

describe('hostile input', () => {
  test('"__proto__" and "constructor" are unknown keys and pollute nothing', () => {
    const attack = JSON.parse(
      '{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}',
    );
    expect(paths({ ...attack, ...valid() }).sort()).toContain('constructor');
    expect(paths(Object.assign(JSON.parse('{"__proto__": 1}'), valid()))).toEqual(['__proto__']);
    expect(problemsOf({ ...valid(), activations: [{ kind: '__proto__' }] })).toHaveLength(1);
    expect(problemsOf({ ...valid(), activations: ['constructor'] })).toHaveLength(1);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('inherited values do not count, class instances are refused', () => {
    expect(paths(Object.create(valid()))).toEqual(['']);
    expect(paths(new Map())).toEqual(['']);
    expect(paths(Object.assign(Object.create(null), valid()))).toEqual([]);
  });

  test('getters that throw are reported', () => {
    const value = Object.defineProperty({ ...valid() }, 'width', {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    });
    expect(problemsOf(value)).toMatchObject([{ path: 'width', received: 'a property that cannot be read' }]);
  });

  test('cycles, sparse giants and a hundred thousand unknown keys end at once', () => {
    const cycle: Record<string, unknown> = { ...valid() };
    cycle.noise = cycle;
    cycle.activations = [cycle];
    expect(problemsOf(cycle).length).toBeGreaterThan(0);
    expect(paths({ ...valid(), labels: new Array(2 ** 32 - 1) })).toEqual(['labels']);
    const many = Object.fromEntries(Array.from({ length: 1e5 }, (_, i) => [`key${i}`, i]));
    const start = performance.now();
    const result = inspect(model, many);
    expect(result).toMatchObject({ more: true });
    expect(result.problems).toHaveLength(50);
    expect(performance.now() - start).toBeLessThan(10_000);
    expect(() => check(model, many)).toThrow('more than 50 problems');
  });
});

describe('properties', () => {
  const wellFormed = (value: unknown) => {
    const result = inspect(model, value);
    if (!result.problems) {
      expect(check(model, result.value)).toEqual(result.value);
      return;
    }
    expect(result.problems.length).toBeGreaterThan(0);
    for (const problem of result.problems) {
      expect(problem.received.length).toBeGreaterThan(0);
      expect(problem.received.length).toBeLessThan(200);
      expect(problem.expected.length).toBeGreaterThan(0);
      expect(problem.remedy).toMatch(/^[A-Z].*\.$/s);
    }
    expect(() => check(model, value)).toThrow(ConfigError);
  };

  test('3,000 arbitrary values give a checked value or a ConfigError', () => {
    fc.assert(
      fc.property(
        fc.anything({ withNullPrototype: true, withTypedArray: true, withSparseArray: true }),
        wellFormed,
      ),
      { numRuns: 3000, seed: 1 },
    );
  });

  /** A valid value in which one place, at any depth, is replaced, deleted or added to. */
  const mutated = fc
    .tuple(
      fc.nat(),
      fc.oneof(fc.anything(), fc.double(), fc.integer(), fc.string(), fc.constant(REMOVED)),
      fc.string(),
    )
    .map(([where, what, name]) => {
      const root = {
        ...valid(),
        noise: { law: 'gaussian', variance: 1 },
        features: [
          [1, 2],
          [3, 4],
        ],
        labels: [1, -1],
        activations: ['tanh', { kind: 'softplus', sharpness: 2 }],
      };
      const places: [Record<string, unknown>, string][] = [];
      const walk = (node: unknown): void => {
        if (typeof node !== 'object' || node === null) return;
        for (const key of Object.keys(node)) {
          places.push([node as Record<string, unknown>, key]);
          walk((node as Record<string, unknown>)[key]);
        }
        if (!Array.isArray(node)) places.push([node as Record<string, unknown>, name]);
      };
      walk(root);
      const [node, key] = places[where % places.length];
      if (what === REMOVED) delete node[key];
      else
        Object.defineProperty(node, key, {
          value: what,
          enumerable: true,
          configurable: true,
          writable: true,
        });
      return root;
    });

  test('7,000 valid configurations with one place changed give a checked value or a ConfigError', () => {
    fc.assert(fc.property(mutated, wellFormed), { numRuns: 7000, seed: 2 });
  });
});

describe('JSON Schema', () => {
  test('carries types, bounds, defaults, titles, units and required fields', () => {
    expect(toJsonSchema(model, { id: 'toy' })).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: 'toy',
      type: 'object',
      additionalProperties: false,
      required: ['theory', 'width', 'activations', 'learningRates', 'samples'],
      properties: {
        theory: { const: 'toy' },
        width: { type: 'integer', minimum: 1, maximum: 1000, title: 'Width', 'x-unit': '1' },
        activations: {
          type: 'array',
          minItems: 1,
          maxItems: 5,
          items: { anyOf: [{ enum: ['identity', 'tanh', 'softplus'] }, {}] },
        },
        samples: { anyOf: [{ type: 'integer', minimum: 1 }, { type: 'null' }] },
        seed: { type: 'string', default: 'one' },
        scale: { type: 'number', default: 1, description: 'Scale of the weights. Default: 1.' },
        features: { type: 'array', items: { type: 'array', items: { type: 'number' } } },
      },
    });
    expect(JSON.parse(JSON.stringify(toJsonSchema(model)))).toEqual(toJsonSchema(model));
  });
});

test('transform derives what depends on other fields', () => {
  const schema = transform(object({ n: number(), m: optional(number()) }), ({ n, m }) => ({
    n,
    m: m ?? 2 * n,
  }));
  expect(check(schema, { n: 3 })).toEqual({ n: 3, m: 6 });
});
