// `foretrain simulate CONFIG.json`: the finite experiment that the theory describes, replicas with standard errors.
import type { Command } from 'commander';
import type { Host } from './host.ts';
import { withCommonOptions, withWorkers } from './options.ts';
import { withRows } from './rows.ts';
import { runTheory, type TheoryOptions } from './theory-run.ts';

export function simulateCommand(program: Command, host: Host, exit: (code: number) => void): void {
  withRows(withWorkers(withCommonOptions(program.command('simulate'))))
    .description('simulate training')
    .argument('<config>', 'configuration in JSON; see: foretrain schema THEORY')
    .action(async (config: string, options: TheoryOptions) =>
      exit(await runTheory('simulate', config, options, host)),
    );
}
