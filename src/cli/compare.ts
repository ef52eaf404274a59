// `foretrain compare CONFIG.json`: prediction and simulation of one configuration, and what is left between them.
import type { Command } from 'commander';
import type { Host } from './host.ts';
import { withCommonOptions, withWorkers } from './options.ts';
import { withRows } from './rows.ts';
import { runTheory, type TheoryOptions } from './theory-run.ts';

export function compareCommand(program: Command, host: Host, exit: (code: number) => void): void {
  withRows(withWorkers(withCommonOptions(program.command('compare'))))
    .description('predict and simulate, side by side')
    .argument('<config>', 'configuration in JSON; see: foretrain schema THEORY')
    .action(async (config: string, options: TheoryOptions) =>
      exit(await runTheory('compare', config, options, host)),
    );
}
