import { describe, expect, it } from 'vitest';
import type { Core } from '../../../bindings/core.ts';
import { type CoupledInput, runCoupled } from '../../../src/theories/propagation-of-chaos/coupled.ts';
import { escapeLaw } from '../../../src/theories/propagation-of-chaos/initial-law.ts';
import { Recorder } from '../../../src/trajectory.ts';
import { checked, exact } from '../../cores.ts';
import { largestGap } from '../golden.ts';
import { golden, linksOfCoefficients } from './golden.ts';
import { testParticles } from './test-particles.ts';

const pace = async () => true;

/** The golden network of 24 neurons, with its mean field on panels of 12 nodes. */
function mixed(changes: Partial<CoupledInput> = {}): CoupledInput {
  const { d, m, c, h, t } = golden('coupled_mix13');
  const links = linksOfCoefficients(c);
  return {
    inputDimension: d,
    width: m,
    links,
    law: escapeLaw(d, links, t.at(-1), { length: 0.25, nodes: 8 }),
    kind: 'gradient-flow',
    stepSize: h,
    recorded: t.map((time: number) => Math.round(time / h)),
    linearised: true,
    start: (out) => out.set(testParticles(m, d)),
    ...changes,
  };
}

async function measured(core: Core, input: CoupledInput) {
  const recorder = new Recorder();
  const { status, gaps } = await runCoupled(core, input, pace, recorder);
  return { gaps, ...recorder.finish(status) };
}

describe('a network with its partners', () => {
  it('coupled_mix13: gap, noise, losses, displacements, linearised ones within 1e-14 of the golden values', async () => {
    const want = golden('coupled_mix13');
    const { status, gaps, series } = await measured(exact, mixed());
    const m = want.m;
    expect(status).toBe('complete');
    const rows: [string, ArrayLike<number>, number[]][] = [
      ['gap', gaps, want.gap2],
      ['scaledGap', series.scaledGap!.map((value) => value / m), want.gap2],
      ['scaledNoise', series.scaledNoise!.map((value) => value / m), want.noise2],
      ['loss', series.loss!, want.loss],
      ['mean', series.meanDisplacement!, want.dmean],
      ['rms', series.rmsDisplacement!, want.drms],
      ['max', series.largestDisplacement!, want.dmax],
      ['linearised rms', series.linearisedRmsDisplacement!, want.lin_rms],
      ['linearised gap', series.linearisedScaledGap!.map((value) => value / m), want.lin_gap2],
    ];
    for (const [name, values, reference] of rows) {
      expect(largestGap(values, reference), name).toBeLessThan(1e-14);
    }
  });

  it('the checked core gives the same bits', async () => {
    const [a, b] = [await measured(exact, mixed()), await measured(checked, mixed())];
    expect(b).toEqual(a);
  });
});
