// `foretrain simulate CONFIG.json`:  replicas with standard errors:The finite experiment that the theory describes.
import type { Command } from 'commander';
import type { Host } from './host.ts';
import { type CommonOptions, withCommonOptions, withWorkers } from './options.ts';
import { runTheory } from './theory-run.ts';

export function simulateCommand(program: Command, host: Host, exit: (code: number) => void): void {
  withWorkers(withCommonOptions(program.command('simulate')))
    .description('simulate training')
    .argument('<config>', 'configuration in JSON; see: foretrain schema THEORY')
    .action(async (config: string, options: CommonOptions) =>
      exit(await runTheory('simulate', config, options, host)),
    );
}
