// `--dry-run`: what a command would cost, and which of its jobs would be refused.
import { EXIT } from './exit-codes.ts';
import type { Host } from './host.ts';
import { memoryLimit, refusals, refusalText } from './memory-limit.ts';

interface DryRun {
  readonly command: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Whose configuration it is. */
  readonly of: 'run' | 'fit';
  readonly cost: object;
  /** The bytes of each job. */
  readonly jobs: Readonly<Record<string, { readonly bytes: number }>>;
  /** The cost as text. */
  readonly page: string;
  readonly json?: boolean;
}

/** Says it; the exit code. */
export function dryRun({ command, config, of, cost, jobs, page, json }: DryRun, host: Host): number {
  const refused = refusals(jobs, memoryLimit(config, of, host));
  const document = { dryRun: true, command, cost, ...(refused.length > 0 && { refused }) };
  const text = [page, ...refused.map(refusalText)].join('\n');
  host.stdout.write(`${json ? JSON.stringify(document) : text}\n`);
  return refused.length > 0 ? EXIT.solve : EXIT.ok;
}
