// Whether a plan's bytes are those that a run takes, the same question for every theory.
import { expect } from 'vitest';
import { createCore } from '../../bindings/load.ts';
import { Run } from '../../src/run.ts';
import type { Kind, Problem, Theory } from '../../src/theory.ts';

/** Peak memory of the first run on a fresh core, as a share of the plan's estimate. */
export async function memoryShare<P extends Problem>(
  theory: Theory<P>,
  config: object,
  kind: Kind,
): Promise<number> {
  const problem = theory.check(config);
  const plan = theory.plan(problem, kind);
  const core = await createCore();
  const tables = core.peakBytes;
  const { status } = await theory.run(core, problem, kind, 0, new Run({}, plan.work));
  expect(status).toBe('complete');
  return (core.peakBytes - tables) / plan.bytes;
}
