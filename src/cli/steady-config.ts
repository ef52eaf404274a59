// The parameters of the long-time limit out of a configuration of quadratic-networks, whatever its optimizer.
import { ConfigError } from '../errors.ts';
import { quadraticNetworks } from '../theories/quadratic-networks/index.ts';
import { LEAST_DECAY, type Parameters } from '../theories/quadratic-networks/parameters.ts';
import { parametersOf, type QuadraticProblem } from '../theories/quadratic-networks/problem.ts';
import type { Host } from './host.ts';
import { readJsonObject } from './read-files.ts';

export interface SteadyProblem {
  readonly problem: QuadraticProblem;
  readonly parameters: Parameters;
  /** d of the configuration. */
  readonly dimension: number;
}

/** @throws ConfigError with everything that is wrong with the file. */
export async function readSteadyProblem(path: string, host: Host): Promise<SteadyProblem> {
  return steadyProblemOf(await readJsonObject(path, host, 'configuration'));
}

/** @throws ConfigError with everything that is wrong with the configuration. */
export function steadyProblemOf(config: Readonly<Record<string, unknown>>): SteadyProblem {
  if (config.theory !== undefined && config.theory !== 'quadratic-networks') {
    throw refusal(
      'theory',
      JSON.stringify(config.theory),
      '"quadratic-networks"',
      'See: foretrain schema quadratic-networks',
    );
  }
  const problem = quadraticNetworks.check(config);
  // A sweep runs over a parameter that is looked at elsewhere.
  const { optimizer } = problem;
  const still = optimizer.kind === 'stationary' ? { ...optimizer, sweep: undefined } : optimizer;
  const [parameters] = parametersOf({ ...problem, optimizer: still });
  const { weightDecay } = parameters!;
  if (weightDecay > 0 && weightDecay < LEAST_DECAY) {
    throw refusal(
      'optimizer.weightDecay',
      String(weightDecay),
      `0 (the limit of vanishing weight decay) or at least ${LEAST_DECAY}`,
      'Use 0 where the limit is meant.',
    );
  }
  return { problem, parameters: parameters!, dimension: problem.model.inputDimension };
}

function refusal(path: string, received: string, expected: string, remedy: string): ConfigError {
  return new ConfigError([{ path, received, expected, remedy }]);
}
