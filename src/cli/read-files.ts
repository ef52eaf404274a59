// Bytes and JSON from files that users name, with errors that say what is wrong with the file.
import { readFile, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { JsonTextError, parseJson } from '../data/json-text.ts';
import { ConfigError, DataError } from '../errors.ts';
import { MODEL_FORMAT } from '../theories/finite-width/fit/trained-model.ts';
import { UsageError } from './exit-codes.ts';
import type { Host } from './host.ts';

interface Trouble {
  readonly received: string;
  readonly remedy: string;
}

async function read(path: string, host: Host): Promise<Uint8Array<ArrayBuffer> | Trouble> {
  const full = resolve(host.cwd, path);
  try {
    if ((await stat(full)).isDirectory()) return { received: 'a folder', remedy: 'Name a file in it.' };
    return new Uint8Array(await readFile(full));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      return { received: 'no such file', remedy: `Looked for ${full}.` };
    if (code === 'EACCES' || code === 'EPERM')
      return { received: 'a file that may not be read', remedy: 'Check its permissions.' };
    if (code === 'ERR_FS_FILE_TOO_LARGE')
      return { received: 'a file of more than 2 GiB', remedy: 'Use fewer rows.' };
    throw error;
  }
}

/** The bytes of a data file. @throws DataError */
export async function readDataFile(path: string, host: Host): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await read(path, host);
  if (bytes instanceof Uint8Array) return bytes;
  throw new DataError({ file: path, expected: 'a CSV, JSON, npy or Parquet file', ...bytes });
}

/** The object in a JSON file. @throws ConfigError naming file, line and column */
export async function readJsonObject(
  path: string,
  host: Host,
  subject: string,
): Promise<Record<string, unknown>> {
  const bytes = await read(path, host);
  const refuse = (received: string, expected: string, remedy: string, place = '') =>
    new ConfigError([{ path: `${path}${place}`, received, expected, remedy }], subject);
  if (!(bytes instanceof Uint8Array)) throw refuse(bytes.received, 'a JSON file', bytes.remedy);
  if (bytes.length === 0)
    throw refuse('an empty file', 'a JSON object', 'See: foretrain schema finite-width');
  let value: unknown;
  try {
    value = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    if (error instanceof JsonTextError) {
      throw refuse(
        error.received,
        error.expected,
        'Correct the file there.',
        `, line ${error.line}, column ${error.column}`,
      );
    }
    throw refuse('binary data', 'JSON text in UTF-8', 'Check that this is the file you meant.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refuse(
      Array.isArray(value) ? 'an array' : `${value}`,
      'a JSON object',
      'See: foretrain schema finite-width',
    );
  }
  refuseModel(value, path, subject);
  return value as Record<string, unknown>;
}

/** @throws UsageError that says what can be done with a saved network, where `value` is one */
export function refuseModel(value: unknown, path: string, expected: string): void {
  if ((value as { format?: unknown } | null | undefined)?.format !== MODEL_FORMAT) return;
  throw new UsageError(
    `${path}: received a trained network, as fit and tune save it (--model-out); expected a ${expected}. ` +
      "In JavaScript it predicts new rows: TrainedModel.fromJSON(text).predict(rows), with TrainedModel from 'foretrain'.",
  );
}

export const fileName = (path: string) => basename(path);
