// One number that says whether two runs gave the same bits.
import { checkCall, Kind, needed } from './check/call.ts';
import type { Observable } from './solution.ts';

const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function float64Bytes(values: Float64Array): Uint8Array<ArrayBuffer> {
  const copy = values.slice();
  const bytes = new Uint8Array(copy.buffer);
  if (!LITTLE_ENDIAN) for (let i = 0; i < bytes.length; i += 8) bytes.subarray(i, i + 8).reverse();
  return bytes;
}

/** What of an observable the hash is of. */
export type Hashed = Pick<Observable, 'values' | 'shape' | 'standardError'>;

/** Values that come from JSON are no Float64Array; their bytes would be none. */
const HASHABLE = new Kind('a solution, whose observables hold Float64Arrays', (value) => {
  const observables = (value as { observables?: unknown } | null)?.observables;
  return (
    typeof observables === 'object' &&
    observables !== null &&
    Object.values(observables).every((entry) => Array.isArray(entry?.shape) && isDoubles(entry.values))
  );
});
const isDoubles = (values: unknown) => Object.prototype.toString.call(values) === '[object Float64Array]';

function* parts(observables: Readonly<Record<string, Hashed>>): Generator<Uint8Array> {
  const text = new TextEncoder();
  const names = Object.keys(observables).sort((a, b) => (a < b ? -1 : 1));
  const { length } = names;
  yield float64Bytes(Float64Array.of(length));
  for (const name of names) {
    const { values, shape, standardError } = observables[name];
    const label = text.encode(name);
    yield float64Bytes(Float64Array.of(label.length));
    yield label;
    yield float64Bytes(Float64Array.of(shape.length, ...shape, values.length));
    yield float64Bytes(values);
    yield float64Bytes(Float64Array.of(standardError?.length ?? -1));
    if (standardError) yield float64Bytes(standardError);
  }
}

/**
 * SHA-256, in hexadecimal, of all result values: the observables by name in code-unit order, each with its name,
 * shape, values and standard errors; numbers as little-endian float64, every part preceded by its length.
 * Descriptions, units and diagnostics do not count.
 */
export async function resultHash(solution: {
  readonly observables: Readonly<Record<string, Hashed>>;
}): Promise<string> {
  checkCall('resultHash', { solution }, { solution: needed(HASHABLE) });
  const pieces = [...parts(solution.observables)];
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return sha256(bytes);
}

/** SHA-256 of bytes in hexadecimal. @throws Error in pages without a secure context, where browsers do not offer it. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) throw new Error('SHA-256 needs a secure context: open the page over https or from localhost.');
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
