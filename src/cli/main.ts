// The command `foretrain`: its commands, and what it says when one of them fails. Returns the exit code.
import { Command, CommanderError } from 'commander';
import { certifyCommand } from './certify.ts';
import { compareCommand } from './compare.ts';
import { EXIT, EXIT_HELP, errorDocument, exitCodeOf } from './exit-codes.ts';
import { fitCommand } from './fit.ts';
import type { Host } from './host.ts';
import { phaseCommand } from './phase.ts';
import { predictCommand } from './predict.ts';
import { replayCommand } from './replay.ts';
import { samplesCommand } from './samples.ts';
import { schemaCommand } from './schema.ts';
import { simulateCommand } from './simulate.ts';
import { sweepCommand } from './sweep.ts';
import { tuneCommand } from './tune.ts';
import { widthCommand } from './width.ts';

const EXAMPLES = `
Examples:
  foretrain compare config.json --out results
  foretrain fit houses.csv --target price --out results
  foretrain fit digits.npy --target c64 --one-scale --json
  foretrain tune houses.csv --target price --widths 2,4,8 --activations tanh,gelu
  foretrain width examples/propagation-of-chaos.json --tolerance 0.05
  foretrain certify data.csv --target y
  foretrain samples examples/quadratic-networks.json --error 0.2
  foretrain phase examples/quadratic-networks.json --out phases
  foretrain replay results/manifest.json`;

/** Runs the command line `parameters` (without node and script); the exit code. Never throws. */
export async function main(parameters: readonly string[], host: Host): Promise<number> {
  let code: number = EXIT.ok;
  const exit = (reached: number) => {
    code = reached;
  };
  const program = new Command('foretrain')
    .description('Tells how gradient-descent training of a neural network will go, before and while it runs.')
    .version(host.version)
    .exitOverride()
    .showHelpAfterError('(see: foretrain help)')
    .configureOutput({
      writeOut: (text) => void host.stdout.write(text),
      writeErr: (text) => void host.stderr.write(text),
    })
    .addHelpText('after', `${EXAMPLES}\n${EXIT_HELP}`);
  for (const add of [
    predictCommand,
    simulateCommand,
    compareCommand,
    fitCommand,
    tuneCommand,
    widthCommand,
    certifyCommand,
    sweepCommand,
    samplesCommand,
    phaseCommand,
    schemaCommand,
    replayCommand,
  ]) {
    add(program, host, exit);
  }
  try {
    await program.parseAsync([...parameters], { from: 'user' });
    return code;
  } catch (error) {
    const json = parameters.includes('--json');
    report(error, json, host);
    return exitCodeOf(error);
  }
}

function report(error: unknown, json: boolean, host: Host): void {
  // Commander has printed its own errors, and help is none.
  const said = error instanceof CommanderError;
  if (json && !(said && error.exitCode === 0)) host.stdout.write(`${JSON.stringify(errorDocument(error))}\n`);
  if (said) return;
  const expected = exitCodeOf(error) !== EXIT.failure;
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  host.stderr.write(`error: ${expected ? message : `unexpected failure. ${stack ?? message}`}\n`);
}
