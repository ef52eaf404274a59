// What a cell of text or JSON says: a number, nothing, or something else.
import { type BadCell, type Column, MISSING_REMEDY, notFinite } from './table.ts';

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const MISSING = new Set(['', 'na', 'n/a', '#n/a', 'nan', 'null', 'none', 'nil', '?', '-', '.']);
const INFINITE = /^[+-]?(inf|infinity|∞)$/i;
const DECIMAL_COMMA = /^[+-]?(\d+|\d{1,3}(\.\d{3})+),\d+([eE][+-]?\d+)?$/;

const shown = (text: string) => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);

const isMissing = (text: string) => MISSING.has(text.trim().toLowerCase());
export const isDecimalComma = (text: string) => DECIMAL_COMMA.test(text.trim());
export const isNumber = (text: string) => NUMBER.test(text.trim());

function badText(text: string, row: number): BadCell {
  const cell = text.trim();
  const expected = 'a number';
  if (isMissing(cell)) {
    const received = cell === '' ? 'an empty cell' : `a missing value (${shown(cell)})`;
    return { row, received, expected, remedy: MISSING_REMEDY };
  }
  if (INFINITE.test(cell)) return notFinite(row, shown(cell));
  if (NUMBER.test(cell)) return notFinite(row, `${shown(cell)}, which is beyond the range of a double`);
  if (DECIMAL_COMMA.test(cell)) {
    const remedy = 'Write a decimal point in place of the comma.';
    return {
      row,
      received: `${shown(cell)}, a decimal comma`,
      expected: 'a number with a decimal point',
      remedy,
    };
  }
  const remedy = 'Drop the column, encode it as numbers, or name it as the target or the group.';
  return { row, received: shown(cell), expected, remedy };
}

/** The numbers that texts stand for; `true` and `false` throughout stand for 1 and 0. */
function numbersFromTexts(cells: readonly string[]): Float64Array | BadCell {
  const numbers = new Float64Array(cells.length);
  const yesNo = /^(true|false)$/i;
  if (cells.length > 0 && cells.every((cell) => yesNo.test(cell.trim()))) {
    return numbers.map((_, row) => (cells[row].trim().toLowerCase() === 'true' ? 1 : 0));
  }
  for (let row = 0; row < cells.length; row++) {
    const value = NUMBER.test(cells[row].trim()) ? Number(cells[row]) : Number.NaN;
    if (!Number.isFinite(value)) return badText(cells[row], row);
    numbers[row] = value;
  }
  return numbers;
}

/** A column of texts, as a CSV file has them. */
export function textColumn(name: string, cells: readonly string[]): Column {
  return {
    name,
    numbers: () => numbersFromTexts(cells),
    texts: () => {
      const row = cells.findIndex(isMissing);
      if (row < 0) return cells.map((cell) => cell.trim());
      const numbers = cells.every((cell) => isMissing(cell) || isNumber(cell));
      return { ...badText(cells[row], row), expected: numbers ? 'a number' : 'a text' };
    },
  };
}

/** A column of values as JSON and Parquet have them: numbers, switches, texts, nothing, or something unusable. */
export function valueColumn(name: string, cells: readonly unknown[]): Column {
  return {
    name,
    numbers: () => {
      if (cells.length > 0 && cells.every((cell) => typeof cell === 'string')) return numbersFromTexts(cells);
      const numbers = new Float64Array(cells.length);
      for (let row = 0; row < cells.length; row++) {
        const value = numberOf(cells[row]);
        if (Number.isFinite(value)) numbers[row] = value;
        else return badValue(cells[row], row, 'a number');
      }
      return numbers;
    },
    texts: () => {
      const row = cells.findIndex((cell) => textOf(cell) === undefined);
      return row < 0 ? cells.map((cell) => textOf(cell)!) : badValue(cells[row], row, 'a text or a number');
    },
  };
}

function numberOf(cell: unknown): number {
  if (typeof cell === 'number') return cell;
  if (typeof cell === 'boolean') return cell ? 1 : 0;
  const safe = typeof cell === 'bigint' && cell <= Number.MAX_SAFE_INTEGER && cell >= Number.MIN_SAFE_INTEGER;
  return safe ? Number(cell) : Number.NaN;
}

function textOf(cell: unknown): string | undefined {
  if (typeof cell === 'string') return isMissing(cell) ? undefined : cell;
  if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : undefined;
  return typeof cell === 'boolean' || typeof cell === 'bigint' ? String(cell) : undefined;
}

function badValue(cell: unknown, row: number, expected: string): BadCell {
  if (typeof cell === 'string') return { ...badText(cell, row), expected };
  if (cell === null || cell === undefined)
    return { row, received: 'no value', expected, remedy: MISSING_REMEDY };
  if (typeof cell === 'number') return notFinite(row, String(cell));
  if (typeof cell === 'bigint') {
    const remedy = 'Scale the column, or drop it if it is an identifier.';
    return { row, received: `${cell}`, expected: 'an integer of at most 53 bits', remedy };
  }
  const remedy = 'Flatten the data so that every cell holds one number, or drop the column.';
  return { row, received: Array.isArray(cell) ? 'a list' : 'a nested or binary value', expected, remedy };
}
