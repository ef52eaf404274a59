// `foretrain schema THEORY`: the configuration of a theory as JSON Schema.
import type { Command } from 'commander';
import type { Host } from './host.ts';

export function schemaCommand(program: Command, host: Host): void {
  program
    .command('schema')
    .description('print the configuration of a theory as JSON Schema 2020-12')
    .argument('<theory>', 'name of a theory, e.g. finite-width')
    .action((theory: string) => {
      host.stdout.write(`${JSON.stringify(host.library.configSchema(theory), null, 2)}\n`);
    });
}
