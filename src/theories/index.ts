// A theory by the name in a configuration.
import { ConfigError } from '../errors.ts';
import { nearestName } from '../numerics/nearest.ts';
import type { Theory } from '../theory.ts';
import { theories } from './list.ts';

// biome-ignore lint/suspicious/noExplicitAny: each theory has a problem type of its own
export function theoryOf(config: unknown): Theory<any> {
  const name =
    typeof config === 'object' && config !== null ? (config as { theory?: unknown }).theory : undefined;
  const theory = theories.find((candidate) => candidate.name === name);
  if (theory) return theory;
  const names = theories.map((candidate) => candidate.name);
  throw new ConfigError([
    {
      path: 'theory',
      received:
        typeof name === 'string' ? JSON.stringify(name) : name === undefined ? 'nothing' : typeof name,
      expected: `one of ${names.map((known) => JSON.stringify(known)).join(', ')}`,
      remedy: 'Name the theory under "theory".',
      ...(typeof name === 'string' && { nearest: nearestName(name, names) }),
    },
  ]);
}
