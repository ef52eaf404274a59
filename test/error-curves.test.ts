import { expect, test } from 'vitest';
import { scaleOf } from '../src/error-curves.ts';

const scale = (...curves: readonly (readonly number[])[]) =>
  scaleOf(curves.map((y) => ({ name: '', kind: 'prediction', x: y.map((_, i) => i), y })));

test('an axis is logarithmic where a linear one would squeeze its curves: over many sizes, or behind a first fall', () => {
  expect(scale([1, 0.5, 0.02])).toBe('log');
  expect(scale([10, 3, 1.5, 1.2, 1.1, 1.05])).toBe('log');
  expect(scale([10, 9, 8, 1.5, 1.2, 1.1])).toBe('linear');
  expect(scale([1, 0.8, 0.5, 0.4, 0.3, 0.25])).toBe('linear');
  expect(scale([10, 1, 1, 1, 1, 0])).toBe('linear');
  expect(scale([10, 1, 1, 1, 1, -1])).toBe('linear');
  expect(scale([1, 1], [0.03, Number.NaN, 0.03, 0.03])).toBe('log');
  expect(scale([])).toBe('linear');
});
