// Results as text for people: aligned columns, few digits, at most a dozen steps.

import { inDigits, withError } from '../digits.ts';
import { runsOverTime } from '../series-csv.ts';
import type { Observable, Solution } from '../solution.ts';

const MOST_ROWS = 12;

/** Four significant digits, without an exponent where that is short. */
export const short = (value: number): string => inDigits(value, 4);

/** Columns padded to equal width, the first one left, the others right; a rule below the header. */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((name, j) =>
    Math.max(...[header, ...rows].map((row) => [...row[j]].length), name.length),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, j) => (j === 0 ? cell.padEnd(widths[j]) : cell.padStart(widths[j])))
      .join('  ')
      .trimEnd();
  return [line(header), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

/** Evenly spaced indices below `count`, the first and the last among them. */
export function spread(count: number, most = MOST_ROWS): number[] {
  if (count <= most) return Array.from({ length: count }, (_, i) => i);
  const indices = Array.from({ length: most }, (_, i) => Math.round((i * (count - 1)) / (most - 1)));
  return [...new Set(indices)];
}

/** Rows of two curves of which one is shorter: some that both have, with its last one, and some behind. */
export function spreadOverBoth(shorter: number, longer: number): number[] {
  if (shorter === longer || longer <= MOST_ROWS) return spread(longer);
  const shared = Math.min(9, Math.max(4, Math.round((MOST_ROWS * shorter) / longer)));
  const behind = spread(longer - shorter, MOST_ROWS - shared);
  return [...spread(shorter, shared), ...behind.map((row) => shorter + row)];
}

/** Curves of a solution: one number per time. */
export function curvesOf({
  observables,
  times,
}: Pick<Solution, 'observables' | 'times'>): [string, Observable][] {
  return Object.entries(observables).filter(
    ([, curve]) => curve.shape.length === 1 && runsOverTime(curve, times),
  );
}

export interface TableColumn {
  readonly name: string;
  readonly cell: (row: number) => string;
}

/** Below this share of a curve's first value (its largest, where that is 0), a value is the square of a rounding error. */
export const ROUNDING = 1e-28;

/** A column of a curve, with standard errors where there are any. */
export function curveColumn(
  name: string,
  { values, standardError }: Pick<Observable, 'values' | 'standardError'>,
): TableColumn {
  const largest = Math.abs(values[0]!) || values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const cell = (row: number) => {
    if (row >= values.length) return '–';
    return Math.abs(values[row]) < ROUNDING * largest ? '0' : withError(values[row], standardError?.[row]);
  };
  return { name, cell };
}

interface StepTableOptions {
  /** Steps that are shown in any case. */
  readonly marks?: readonly number[];
  /** The others. */
  readonly rows?: readonly number[];
  readonly timeAxis?: string;
}

/** Some steps of some curves. */
export function stepTable(
  times: Float64Array,
  columns: readonly TableColumn[],
  { marks = [], rows: some = spread(times.length), timeAxis = 'step' }: StepTableOptions = {},
): string {
  const rows = [...new Set([...some, ...marks])].filter((row) => row < times.length).sort((a, b) => a - b);
  const header = [timeAxis, ...columns.map(({ name }) => name)];
  return formatTable(
    header,
    rows.map((row) => [short(times[row]), ...columns.map(({ cell }) => cell(row))]),
  );
}
