// What was run, with what, and what came of it: everything that `replay` needs, and nothing about the user's machine
// beyond its runtime.
import { check, custom, number, object, oneOf, optional, string } from '../check.ts';
import type { Precision, RunStatus } from '../index.ts';
import type { Host } from './host.ts';

export const MANIFEST_VERSION = 1;

const COMMANDS = [
  'predict',
  'simulate',
  'compare',
  'fit',
  'tune',
  'width',
  'certify',
  'sweep',
  'samples',
  'phase',
] as const;

export type CommandName = (typeof COMMANDS)[number];

export interface DataFile {
  /** Name without folders. */
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
}

export interface Manifest {
  readonly manifestVersion: typeof MANIFEST_VERSION;
  readonly foretrain: string;
  readonly core: { readonly precision: Precision; readonly sha256: string };
  readonly command: CommandName;
  readonly status: RunStatus;
  /** The configuration as checked, defaults filled in; of `sweep` and `tune`, whose points are checked one by one, as given. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Files that rows were read from. */
  readonly data?: DataFile & { readonly test?: DataFile };
  /** What is not in the configuration: columns of the data and what they are, or what the command was asked. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly runtime: Readonly<Record<string, string>>;
  readonly resultHash: string;
  readonly startedAt: string;
  readonly elapsedSeconds: number;
}

const plainObject = custom('an object', (value, complain) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    complain({ expected: 'an object' });
  return value as Readonly<Record<string, unknown>>;
});

const hash = string({ minLength: 64, maxLength: 64, description: 'SHA-256 in hexadecimal' });
const fileFields = { file: string(), sha256: hash, bytes: number({ min: 0, integer: true }) };

const schema = object({
  manifestVersion: number({ integer: true }),
  foretrain: string(),
  core: object({ precision: oneOf('exact', 'fast'), sha256: hash }),
  command: oneOf(...COMMANDS),
  status: oneOf('complete', 'aborted', 'diverged'),
  config: plainObject,
  data: optional(object({ ...fileFields, test: optional(object(fileFields)) })),
  options: plainObject,
  runtime: plainObject,
  resultHash: hash,
  startedAt: string(),
  elapsedSeconds: number({ min: 0 }),
});

/** The version that a value claims to be a manifest of, or undefined where it claims nothing. */
export function manifestVersionOf(value: Readonly<Record<string, unknown>>): unknown {
  return Object.hasOwn(value, 'manifestVersion') ? value.manifestVersion : undefined;
}

/** @throws ConfigError with everything that is wrong with the manifest */
export function checkManifest(value: unknown): Manifest {
  return check(schema, value, 'manifest') as Manifest;
}

export interface ManifestFacts {
  readonly command: CommandName;
  readonly precision: Precision;
  readonly status: RunStatus;
  readonly config: Manifest['config'];
  readonly options: Manifest['options'];
  readonly data?: Manifest['data'];
  readonly resultHash: string;
  readonly started: Date;
}

export async function manifestOf(facts: ManifestFacts, host: Host): Promise<Manifest> {
  const { command, precision, status, config, options, data, resultHash, started } = facts;
  return {
    manifestVersion: MANIFEST_VERSION,
    foretrain: host.version,
    core: { precision, sha256: await host.library.coreHash(precision) },
    command,
    status,
    config,
    ...(data && { data }),
    options,
    runtime: host.runtime,
    resultHash,
    startedAt: started.toISOString(),
    elapsedSeconds: (host.now().getTime() - started.getTime()) / 1000,
  };
}
