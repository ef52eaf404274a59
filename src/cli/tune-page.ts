// The answer of `tune` as a page of text: the candidates, the best of them, and how far that can be trusted.
import { withError } from '../digits.ts';
import type { TunedConfiguration } from '../index.ts';
import { ratesText, stoppingText } from './summary.ts';
import { formatTable, short } from './table.ts';
import type { Tuned } from './tune.ts';

type Varied = Pick<TunedConfiguration, 'width' | 'depth' | 'activations' | 'learningRates'>;

const ACROSS = ' + ';

/** What tells configurations apart, as columns. */
const PROPERTIES: readonly { readonly name: string; readonly of: (entry: Varied) => string }[] = [
  { name: 'width', of: ({ width }) => String(width) },
  { name: 'layers', of: ({ depth }) => String(depth) },
  { name: 'activations', of: ({ activations }) => activationsInWords(activations) },
  { name: 'rates', of: ({ learningRates }) => ratesInWords(learningRates) },
];

/** `tanh`; `tanh + relu` where layers differ. */
function activationsInWords(activations: readonly unknown[]): string {
  const names = activations.map((entry) =>
    typeof entry === 'object' ? (entry as { kind: string }).kind : String(entry),
  );
  return new Set(names).size === 1 ? names[0]! : names.join(ACROSS);
}

function ratesInWords(rates: unknown): string {
  return Array.isArray(rates) && rates.every((rate) => typeof rate === 'number')
    ? rates.map((rate) => Number(rate.toPrecision(2))).join(':')
    : String(rates);
}

/** The columns in which the table's configurations differ. Automatic rates differ with everything else and say nothing then. */
function differing(table: readonly Varied[]): typeof PROPERTIES {
  const varies = (of: (entry: Varied) => string) => new Set(table.map(of)).size > 1;
  const others = PROPERTIES.filter(({ name, of }) => name !== 'rates' && varies(of));
  const [rates] = PROPERTIES.filter(({ name }) => name === 'rates');
  const combinations = new Set(table.map((entry) => others.map(({ of }) => of(entry)).join())).size;
  return combinations < table.length ? [...others, rates!] : others;
}

/** A configuration by what tells it apart from the others: `width 4, tanh`. */
export function nameOf(entry: Varied, table: readonly Varied[], except: readonly string[] = []): string {
  const parts = differing(table).filter(({ name }) => !except.includes(name));
  const words = (name: string, text: string) =>
    ({ width: `width ${text}`, layers: `${text} layers`, rates: `rates ${text}` })[name] ?? text;
  return parts.map(({ name, of }) => words(name, of(entry))).join(', ');
}

/** Those with an estimate that stands: of the others it ends where the fit did. */
export const fitted = (table: readonly TunedConfiguration[]): readonly TunedConfiguration[] =>
  table.filter(({ status, interval }) => status === 'complete' && interval);

export function tunePage(found: Tuned): string {
  const { table, best, result, status } = found;
  const lines = [tableOf(found)];
  if (best) lines.push('* the lowest estimate. ± one standard error.');
  if (best && result) {
    const name = nameOf(best, table);
    lines.push(
      '',
      `${name === '' ? 'One configuration' : `Best: ${name}`}. ${stoppingText(result)}`,
      ...ratesText(result),
      ...confidence(found),
    );
  } else lines.push('', 'No configuration could be trained to the end. Lower the rates.');
  if (status === 'aborted') lines.push('', 'ABORTED: configurations are missing.');
  return lines.join('\n');
}

function tableOf({ table, best }: Tuned): string {
  const columns = differing(table);
  const head = [
    '',
    ...columns.map(({ name }) => name),
    'estimated test error',
    '95 % interval',
    'stop at',
    'remarks',
  ];
  const rows = table.map((entry) => {
    const { estimatedTestError, standardError, interval, step, status, error, warnings } = entry;
    const remarks = [
      ...(status === 'complete' ? [] : [status.toUpperCase()]),
      ...(error === undefined ? [] : [error]),
      ...new Set(warnings.map(({ code }) => code).filter((code) => code !== status)),
    ];
    return [
      `${entry.index + 1}${entry.index === best?.index ? ' *' : ''}`,
      ...columns.map(({ of }) => of(entry)),
      estimatedTestError === undefined ? '–' : withError(estimatedTestError, standardError),
      interval ? `${short(interval[0])} to ${short(interval[1])}` : '–',
      step === undefined ? '–' : String(step),
      remarks.join(', '),
    ];
  });
  return formatTable(head, rows);
}

/** How far the choice and its number can be trusted. */
function confidence({ table, best, fresh }: Tuned): string[] {
  const others = fitted(table).filter(({ index }) => index !== best!.index);
  const near = others.filter(
    ({ interval }) => interval![0] <= best!.estimatedTestError && best!.estimatedTestError <= interval![1],
  );
  const lines: string[] = [];
  if (others.length > 0) {
    lines.push(
      near.length === 0
        ? 'No other interval holds that estimate.'
        : `Of ${others.length} other interval${others.length === 1 ? '' : 's'}, ${near.length} hold${near.length === 1 ? 's' : ''} that estimate too: these rows hardly tell them apart.`,
    );
  }
  if (fresh) {
    lines.push(
      `Its error on the ${fresh.rows} other rows: ${withError(fresh.testError, fresh.standardError)}, free of the optimism of a minimum.`,
    );
  } else if (others.length > 0) {
    lines.push(
      `The lowest of ${others.length + 1} estimates is optimistic (7 to 12 % too low over 12 configurations, measured); --test FILE gives the error on rows that no fit has seen.`,
    );
  }
  return lines;
}
