// Which jobs would be refused for their memory, told before anything runs. Knows the limit of a configuration and, where
// it names none, the default in its schema.
import type { Host } from './host.ts';
import { size } from './summary.ts';

export interface Refusal {
  readonly job: string;
  readonly bytes: number;
  readonly limitGiB: number;
}

type Json = { readonly [key: string]: unknown } | undefined;

const inside = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((at, key) => (at as Json)?.[key], value);

/** In GiB, of a configuration that has been checked. */
export function memoryLimit(
  config: Readonly<Record<string, unknown>>,
  of: 'run' | 'fit',
  host: Host,
): number {
  const given = inside(config, 'limits', 'memoryGiB');
  if (typeof given === 'number') return given;
  const schema = host.library.configSchema(String(config.theory), { of });
  const usual = inside(schema, 'properties', 'limits', 'properties', 'memoryGiB', 'default');
  return typeof usual === 'number' ? usual : Number.POSITIVE_INFINITY;
}

/** The jobs that need more than the limit. */
export function refusals(costs: Readonly<Record<string, { bytes: number }>>, limitGiB: number): Refusal[] {
  return Object.entries(costs)
    .filter(([, { bytes }]) => bytes > limitGiB * 2 ** 30)
    .map(([job, { bytes }]) => ({ job, bytes, limitGiB }));
}

export function refusalText({ job, bytes, limitGiB }: Refusal): string {
  const limit = limitGiB < 1 ? `${Number((1024 * limitGiB).toPrecision(3))} MiB` : `${limitGiB} GiB`;
  return `WOULD BE REFUSED: the ${job} needs ${size(bytes)} of memory, limits.memoryGiB allows ${limit}.`;
}
