// The curves of a solution as one wide CSV table: a column for the time, one per number that runs over it.
// Numbers are written so that they read back to the same bits.
import { csvCell } from './csv-cell.ts';
import type { Observable, RunStatus } from './solution.ts';

const TIME_AXES = ['step', 'time', 'sweep'];

/** Whether the leading axis of an observable runs over the times of its solution. */
export function runsOverTime(observable: Observable, times: Float64Array): boolean {
  return TIME_AXES.includes(observable.axes[0]) && observable.shape[0] === times.length;
}

interface Column {
  readonly name: string;
  readonly at: (row: number) => number;
}

/** `name[1][0]`: an entry of a matrix, as it is written in JSON. */
function columnsOf(name: string, { values, shape, standardError }: Observable): Column[] {
  const size = shape.slice(1).reduce((product, extent) => product * extent, 1);
  return Array.from({ length: size }, (_, entry) => {
    let rest = entry;
    const indices = shape.slice(1).map((_, axis, extents) => {
      const inner = extents.slice(axis + 1).reduce((product, extent) => product * extent, 1);
      const index = Math.floor(rest / inner);
      rest -= index * inner;
      return `[${index}]`;
    });
    const label = `${name}${indices.join('')}`;
    const column = (source: Float64Array) => (row: number) => source[row * size + entry];
    const columns = [{ name: label, at: column(values) }];
    if (standardError) columns.push({ name: `${label}.standardError`, at: column(standardError) });
    return columns;
  }).flat();
}

const printed = (value: number) =>
  Number.isFinite(value) ? (Object.is(value, -0) ? '-0' : String(value)) : '';

/**
 * The table of all observables that run over `times`; the others are left to the JSON document. A run that did not
 * finish has a last column `status` that says so in every row.
 */
export function seriesCsv(series: {
  readonly times: Float64Array;
  readonly observables: Readonly<Record<string, Observable>>;
  readonly status: RunStatus;
}): string {
  const { times, observables, status } = series;
  const running = Object.entries(observables).filter(([, observable]) => runsOverTime(observable, times));
  const columns = [
    { name: running[0]?.[1].axes[0] ?? 'step', at: (row: number) => times[row] },
    ...running.flatMap(([name, observable]) => columnsOf(name, observable)),
  ];
  const mark = status === 'complete' ? [] : [status];
  const header = [...columns.map((column) => csvCell(column.name)), ...mark.map(() => 'status')];
  const lines = [header.join(',')];
  for (let row = 0; row < times.length; row++) {
    lines.push([...columns.map((column) => printed(column.at(row))), ...mark].join(','));
  }
  return `${lines.join('\n')}\n`;
}
