// Whatever fit is given, it answers with numbers or with an error of the project: fast-check breaks configurations and
// rows in one or two places at a time.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ConfigError, DataError, SolveError } from '../../../../src/errors.ts';
import { fit as fitRows } from '../../../library.ts';
import { syntheticRows } from './rows.ts';

const { features, labels } = syntheticRows(24, 3, 'malformed');

const sound = () => ({
  data: { features: features.map((row) => [...row]), labels: [...labels] },
  config: {
    theory: 'finite-width',
    model: { width: 2, activations: ['tanh'], initialization: { kind: 'gaussian', scale: 1 }, biases: true },
    data: { standardize: true },
    optimizer: { learningRates: [0.3, 0.1], steps: 4 },
    estimator: { kind: 'tangent', head: 'auto', refits: 'auto', folds: 4 },
    stopping: { rule: 'minimum' },
    seed: 'seed',
    limits: { memoryGiB: 1 },
  },
});

const strange = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -1,
    0,
    1e300,
    -1e300,
    1e-300,
    2.5,
  ),
  fc.constantFrom<unknown>(
    '',
    'x',
    'auto',
    'all',
    true,
    false,
    [],
    {},
    [[]],
    [1],
    [[1]],
    [[1, 2], [3]],
    10n,
    Symbol.iterator,
  ),
  fc.constantFrom<unknown>(
    { data: [1, 2], shape: [1, 2] },
    { data: [1], shape: [Number.NaN, 1] },
    { kind: 'x' },
    new Date(0),
  ),
  fc.anything(),
);

type Tree = Record<string, unknown>;
const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);

/** Walks down by `turns` and replaces, removes or adds what it ends at. */
function broken(root: Tree, turns: number[], how: number, value: unknown): void {
  let place = root;
  for (const turn of turns) {
    const keys = Object.keys(place);
    if (keys.length === 0) return;
    const key = keys[turn % keys.length]!;
    const inner = place[key];
    if (isTree(inner) && turn % 3 > 0) {
      place = inner;
      continue;
    }
    if (how === 0) delete place[key];
    else if (how === 1) place[`${key}x`] = value;
    else place[key] = value;
    return;
  }
}

it('answers 2,000 broken problems with finite numbers or an error that says what is wrong', async () => {
  const edit = fc.tuple(fc.array(fc.nat(1000), { minLength: 4, maxLength: 4 }), fc.nat(4), strange);
  const outcomes = { answered: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 2 }), async (edits) => {
      const problem = sound();
      for (const [turns, how, value] of edits) {
        try {
          broken(problem as unknown as Tree, turns, how, value);
        } catch {
          // Frozen by fast-check.
        }
      }
      try {
        const { solution } = await fitRows(problem.data as never, problem.config);
        for (const { values } of Object.values(solution.observables))
          expect(values.every(Number.isFinite)).toBe(true);
        outcomes.answered++;
      } catch (error) {
        if (!(error instanceof ConfigError || error instanceof DataError || error instanceof SolveError))
          throw error;
        expect(error.message.length).toBeGreaterThan(20);
        outcomes.refused++;
      }
    }),
    { numRuns: 2000, seed: 1 },
  );
  expect(outcomes.answered).toBeGreaterThan(100);
  expect(outcomes.refused).toBeGreaterThan(1000);
});
