// `foretrain compare CONFIG.json`: prediction and simulation of one configuration, and what is left between them.
import type { Command } from 'commander';
import type { Host } from './host.ts';
import { type CommonOptions, withCommonOptions, withWorkers } from './options.ts';
import { runTheory } from './theory-run.ts';

export function compareCommand(program: Command, host: Host, exit: (code: number) => void): void {
  withWorkers(withCommonOptions(program.command('compare')))
    .description('predict and simulate, side by side')
    .argument('<config>', 'configuration in JSON; see: foretrain schema THEORY')
    .action(async (config: string, options: CommonOptions) =>
      exit(await runTheory('compare', config, options, host)),
    );
}
