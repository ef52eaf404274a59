import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { resultHash } from '../src/result-hash.ts';
import type { Observable } from '../src/solution.ts';

const observable = (values: number[], shape = [values.length], standardError?: number[]): Observable => ({
  values: Float64Array.from(values),
  shape,
  unit: '1',
  description: '',
  axes: shape.map(() => 'step'),
  ...(standardError && { standardError: Float64Array.from(standardError) }),
});

test('equals SHA-256 of the documented bytes, put together by hand', async () => {
  const numbers = (...values: number[]) => {
    const buffer = Buffer.alloc(8 * values.length);
    for (const [i, value] of values.entries()) buffer.writeDoubleLE(value, 8 * i);
    return new Uint8Array(buffer);
  };
  const expected = createHash('sha256')
    .update(numbers(2))
    .update(numbers(1))
    .update('a')
    .update(numbers(2, 2, 1, 2))
    .update(numbers(1, 2))
    .update(numbers(2))
    .update(numbers(0.1, 0.2))
    .update(numbers(1))
    .update('b')
    .update(numbers(1, 1, 1))
    .update(numbers(-0))
    .update(numbers(-1))
    .digest('hex');
  expect(
    await resultHash({ observables: { b: observable([-0]), a: observable([1, 2], [2, 1], [0.1, 0.2]) } }),
  ).toBe(expected);
});

test('does not depend on the order of names, does depend on every bit, name and shape', async () => {
  const base = await resultHash({ observables: { a: observable([1, 2]), b: observable([3]) } });
  expect(await resultHash({ observables: { b: observable([3]), a: observable([1, 2]) } })).toBe(base);
  const others: Record<string, Observable>[] = [
    { a: observable([1, 2 + Number.EPSILON * 2]), b: observable([3]) },
    { a: observable([1, 2], [2, 1]), b: observable([3]) },
    { a: observable([1]), b: observable([2, 3]) },
    { a: observable([1, 2], [2], [0, 0]), b: observable([3]) },
    { A: observable([1, 2]), b: observable([3]) },
    { a: observable([1, 2]) },
  ];
  const hashes = await Promise.all(others.map((observables) => resultHash({ observables })));
  expect(new Set([base, ...hashes]).size).toBe(others.length + 1);
});
