// `foretrain predict CONFIG.json`: the prediction of the theory for a configuration.
import type { Command } from 'commander';
import type { Host } from './host.ts';
import { withCommonOptions, withWorkers } from './options.ts';
import { withRows } from './rows.ts';
import { runTheory, type TheoryOptions } from './theory-run.ts';

export function predictCommand(program: Command, host: Host, exit: (code: number) => void): void {
  withRows(withWorkers(withCommonOptions(program.command('predict'))))
    .description('predict training from the theory')
    .argument('<config>', 'configuration in JSON; see: foretrain schema THEORY')
    .action(async (config: string, options: TheoryOptions) =>
      exit(await runTheory('predict', config, options, host)),
    );
}
