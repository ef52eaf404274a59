import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { seriesCsv } from '../src/series-csv.ts';
import type { Observable } from '../src/solution.ts';

const observable = (
  values: number[],
  shape: number[],
  axes: string[],
  standardError?: number[],
): Observable => ({
  values: Float64Array.from(values),
  shape,
  axes,
  unit: '1',
  description: '',
  ...(standardError && { standardError: Float64Array.from(standardError) }),
});
const times = Float64Array.of(0, 1);
const observables = {
  trainError: observable([0.1, 1 / 3], [2], ['step'], [0.01, 2e-17]),
  overlap: observable([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2], ['step', 'unit', 'unit']),
  density: observable([9, 9], [2], ['bin']),
};

test('has one row per time and one column per number, matrices by index; what does not run over time is left out', () => {
  const csv = seriesCsv({ times, observables, status: 'complete' });
  expect(csv).toBe(
    'step,trainError,trainError.standardError,overlap[0][0],overlap[0][1],overlap[1][0],overlap[1][1]\n' +
      '0,0.1,0.01,1,2,3,4\n1,0.3333333333333333,2e-17,5,6,7,8\n',
  );
  const [, row] = parse(csv) as string[][];
  expect(row.map(Number)).toEqual([0, 0.1, 0.01, 1, 2, 3, 4]);
  expect(Number(csv.split('\n')[2].split(',')[1])).toBe(1 / 3);
});

test('marks every row of a run that did not finish', () => {
  const lines = seriesCsv({ times, observables, status: 'aborted' }).trim().split('\n');
  expect(lines[0]).toMatch(/,status$/);
  expect(lines.slice(1).every((line) => line.endsWith(',aborted'))).toBe(true);
});
