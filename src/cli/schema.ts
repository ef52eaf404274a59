// `foretrain schema THEORY`: the configuration of a theory as JSON Schema.
import type { Command } from 'commander';
import { theories } from '../theories/list.ts';
import type { Host } from './host.ts';

export function schemaCommand(program: Command, host: Host): void {
  program
    .command('schema')
    .description('print the configuration of a theory as JSON Schema 2020-12')
    .argument('<theory>', `name of a theory: ${theories.map(({ name }) => name).join(', ')}`)
    .option('--fit', 'the configuration of fit, in place of that of predict, simulate and compare')
    .option('--json', 'accepted for uniformity: the schema is JSON anyway')
    .action((theory: string, { fit }: { fit?: boolean }) => {
      const schema = host.library.configSchema(theory, { of: fit ? 'fit' : 'run' });
      host.stdout.write(`${JSON.stringify(schema, null, 2)}\n`);
    });
}
