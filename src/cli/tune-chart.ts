// The figure of `tune`: estimated test errors with their intervals, over the widths where those differ, else over the table's numbers.
import type { Chart, Series } from '../chart.ts';
import { ERROR_COLORS } from '../error-curves.ts';
import { PALETTE } from '../palette.ts';
import type { Tuned } from './tune.ts';
import { fitted, nameOf } from './tune-page.ts';

const COLORS = [PALETTE.green, PALETTE.blue, PALETTE.purple, PALETTE.orange, PALETTE.sky, PALETTE.black];

/** Curves at the same widths stand beside each other, by this factor. */
const ASIDE = 1.05;

export function candidatesChart({ table, best, fresh }: Tuned): Chart & { readonly title: string } {
  const drawn = best && fitted(table).length === 0 ? [best] : fitted(table);
  const kinds = [...new Set(drawn.map((entry) => nameOf(entry, table, ['width'])))];
  const widths = [...new Set(drawn.map(({ width }) => width))].sort((a, b) => a - b);
  const overWidths = widths.length > 1 && kinds.length <= COLORS.length;
  const groups = overWidths ? kinds : [''];
  const place = (entry: (typeof drawn)[number]): number => {
    if (!overWidths) return entry.index + 1;
    const aside = groups.indexOf(nameOf(entry, table, ['width'])) - (groups.length - 1) / 2;
    return entry.width * (1 + (ASIDE - 1) * aside);
  };
  const series = groups.map((group, g): Series => {
    const members = drawn.filter((entry) => !overWidths || nameOf(entry, table, ['width']) === group);
    return {
      name: group === '' ? 'test error, estimated from training data' : group,
      kind: 'simulation',
      color: COLORS[g]!,
      x: members.map(place),
      y: members.map(({ estimatedTestError }) => estimatedTestError!),
      lower: members.map(({ interval }) => interval![0]),
      upper: members.map(({ interval }) => interval![1]),
    };
  });
  const at = best && place(best);
  if (at !== undefined && fresh) {
    const { testError, standardError } = fresh;
    series.push({
      name: 'error of the best on other rows',
      kind: 'simulation',
      color: ERROR_COLORS.testError,
      x: [overWidths ? at * (1 + (ASIDE - 1) / 2) : at + 0.15],
      y: [testError],
      lower: [testError - 1.96 * standardError],
      upper: [testError + 1.96 * standardError],
    });
  }
  const numbers = table.map(({ index }) => index + 1);
  const panel = {
    xLabel: overWidths ? 'width (units per hidden layer)' : 'number in the table',
    yLabel: 'mean squared error (label²)',
    ...(overWidths
      ? { xScale: 'log' as const, xTicks: widths }
      : numbers.length <= 20 && { xTicks: numbers }),
    // Intervals are factors.
    yScale: 'log' as const,
    series,
    annotations:
      at === undefined || table.length === 1 ? [] : [{ x: at, text: `lowest: ${nameOf(best!, table)}` }],
  };
  return { name: '', title: titleOf(drawn.length, table.length), panels: [panel] };
}

/** What diverged, failed or was cut short stands in the table only. */
function titleOf(drawn: number, tried: number): string {
  if (tried === 1) return 'Estimated test error of one configuration';
  return `Estimated test errors of ${drawn < tried ? `${drawn} of ` : ''}${tried} configurations`;
}
