// Schemas of arrays, and of the large numeric ones that data comes in: each number is looked at and copied once.
import { inWords } from '../numerics/in-words.ts';
import { INVALID, type JsonSchema, type Meta, type Place, type Schema, schemaOf } from './schema.ts';

export interface Length {
  readonly minLength?: number;
  readonly maxLength?: number;
}

type Numbers = ArrayLike<number>;

function isArray(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || isTypedArray(value);
}

function isTypedArray(value: unknown): value is Numbers {
  return (
    ArrayBuffer.isView(value) &&
    !(value instanceof DataView) &&
    typeof (value as Float64Array)[0] !== 'bigint'
  );
}

const MOST_ITEMS = 100_000_000;

function lengthInWords(noun: string, { minLength = 0, maxLength = MOST_ITEMS }: Length): string {
  if (minLength === maxLength) return `an array of ${minLength} ${noun}`;
  if (maxLength === MOST_ITEMS)
    return minLength > 0 ? `an array of at least ${minLength} ${noun}` : `an array of ${noun}`;
  return `an array of ${minLength} to ${maxLength} ${noun}`;
}

const lengthKeywords = ({ minLength = 0, maxLength = MOST_ITEMS }: Length): JsonSchema => ({
  ...(minLength > 0 && { minItems: minLength }),
  ...(maxLength < MOST_ITEMS && { maxItems: maxLength }),
});

function fits(length: number, { minLength = 0, maxLength = MOST_ITEMS }: Length): boolean {
  return length >= minLength && length <= maxLength;
}

/** An array whose items all match one schema. */
export function array<T>(item: Schema<T>, options: Length & Meta = {}): Schema<readonly T[]> {
  const json = () => ({ type: 'array', items: item.json(), ...lengthKeywords(options) });
  const schema: Schema<readonly T[]> = schemaOf(
    lengthInWords('items', options),
    options,
    json,
    (value, at) => {
      if (!isArray(value) || !fits(value.length, options)) return at.reject(value, schema);
      const result: T[] = [];
      let valid = true;
      for (let i = 0; i < value.length && !at.full; i++) {
        const checked = item.visit(value[i], at.child(i));
        if (checked === INVALID) valid = false;
        else result.push(checked);
      }
      return valid ? Object.freeze(result) : INVALID;
    },
  );
  return schema;
}

const finiteNumbers = { type: 'array', items: { type: 'number' } };

/** A copy of `row`, or INVALID with its first few bad entries reported. */
function copyNumbers(row: ArrayLike<unknown>, at: Place): readonly number[] | typeof INVALID {
  const copy = Array.isArray(row) ? row.slice() : Array.from(row);
  let bad = 0;
  for (let j = 0; j < copy.length; j++) {
    // x - x is 0 exactly for finite numbers.
    if (typeof copy[j] === 'number' && copy[j] - copy[j] === 0) continue;
    at.child(j).complain({ received: inWords(copy[j]), expected: 'a finite number' });
    if (++bad === 5 || at.full) break;
  }
  return bad === 0 ? Object.freeze(copy) : INVALID;
}

/** Many finite numbers: an array or a typed array; a plain array comes out. */
export function numericVector(options: Length & Meta = {}): Schema<readonly number[]> {
  const json = () => ({ ...finiteNumbers, ...lengthKeywords(options) });
  const schema: Schema<readonly number[]> = schemaOf(
    lengthInWords('numbers', options),
    options,
    json,
    (value, at) =>
      isArray(value) && fits(value.length, options) ? copyNumbers(value, at) : at.reject(value, schema),
  );
  return schema;
}

export interface MatrixOptions extends Meta {
  readonly minRows?: number;
  readonly minColumns?: number;
  /** Exact extents, where they are known beforehand. */
  readonly rows?: number;
  readonly columns?: number;
}

/** Rows of finite numbers, all of one length: an array of arrays or of typed arrays; plain arrays come out. */
export function numericMatrix(options: MatrixOptions = {}): Schema<readonly (readonly number[])[]> {
  const { rows, columns, minRows = 1, minColumns = 1 } = options;
  const height = rows === undefined ? { minLength: minRows } : { minLength: rows, maxLength: rows };
  const width =
    columns === undefined ? { minLength: minColumns } : { minLength: columns, maxLength: columns };
  const expected = `${lengthInWords('rows', height)}, each ${lengthInWords('numbers', width)}`;
  const json = () => ({
    type: 'array',
    items: { ...finiteNumbers, ...lengthKeywords(width) },
    ...lengthKeywords(height),
  });
  const schema: Schema<readonly (readonly number[])[]> = schemaOf(expected, options, json, (value, at) => {
    if (!Array.isArray(value) || !fits(value.length, height)) return at.reject(value, schema);
    const result: (readonly number[])[] = [];
    let valid = true;
    let first = -1;
    for (let i = 0; i < value.length && !at.full; i++) {
      const row: unknown = value[i];
      const place = at.child(i);
      valid = false;
      if (!isArray(row) || !fits(row.length, width))
        place.reject(row, { expected: lengthInWords('numbers', width), meta: {} });
      else if (first >= 0 && row.length !== first) {
        const expected = `${first} numbers, as in the rows before`;
        place.complain({ received: `a row of ${row.length}`, expected, remedy: options.remedy });
      } else {
        first = row.length;
        const copy = copyNumbers(row, place);
        if (copy === INVALID) continue;
        valid = result.push(copy) === i + 1;
      }
    }
    return valid ? Object.freeze(result) : INVALID;
  });
  return schema;
}
