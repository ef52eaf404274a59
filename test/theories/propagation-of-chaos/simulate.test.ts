import { describe, expect, it } from 'vitest';
import type { Block } from '../../../bindings/arena.ts';
import { createCore } from '../../../bindings/load.ts';
import { check } from '../../../src/check.ts';
import { Run } from '../../../src/run.ts';
import { propagationOfChaos } from '../../../src/theories/propagation-of-chaos/index.ts';
import {
  DataField,
  drawNormalRows,
  Particles,
  PopulationField,
  replicaKey,
} from '../../../src/theories/propagation-of-chaos/particles.ts';
import { configSchema } from '../../../src/theories/propagation-of-chaos/problem.ts';
import {
  replicaCost,
  replicaTrajectory,
  simulatedWidths,
} from '../../../src/theories/propagation-of-chaos/simulate.ts';
import { meanOf, type Trajectory } from '../../../src/trajectory.ts';
import { checked, exact } from '../../cores.ts';
import { memoryShare } from '../memory.ts';
import { golden, linksOfCoefficients } from './golden.ts';
import { testParticles } from './test-particles.ts';

const pace = async () => true;

type Config = Record<string, Record<string, unknown>>;

/** He_2, d = 16, to t = 3, measured at five times. */
const config = (changes: Config = {}) => ({
  theory: 'propagation-of-chaos',
  model: { inputDimension: 16, width: 128, activation: { kind: 'hermite', degree: 2 }, ...changes.model },
  data: { ...changes.data },
  optimizer: { stepSize: 0.05, steps: 60, recordEvery: 15, ...changes.optimizer },
  simulation: { ...changes.simulation },
});
const problemOf = (changes?: Config) => check(configSchema, config(changes));

async function replicas(changes: Config, count: number): Promise<Trajectory[]> {
  const problem = problemOf(changes);
  const core = await createCore();
  const out: Trajectory[] = [];
  for (let replica = 0; replica < count; replica++) {
    out.push(await replicaTrajectory(core, problem, replica, new Run({}, replicaCost(problem).work)));
  }
  return out;
}

/** Largest distance of the mean over runs from `law`, in standard errors. */
function distance(runs: readonly Trajectory[], name: string, law: ArrayLike<number>, from = 0): number {
  const { mean, standardError } = meanOf(runs.map(({ series }) => series[name]!));
  return Array.from(law).reduce(
    (worst: number, value, t) =>
      t < from ? worst : Math.max(worst, Math.abs(mean[t]! - value) / standardError![t]!),
    0,
  );
}

describe('simulation', () => {
  it('He_2, d = 16, m = 128, 100 replicas: gap, noise and displacement within 4 standard errors of the law', async () => {
    const { Omega_f, Omega_Delta, noise } = golden('clt_he2_d16');
    const runs = await replicas({}, 100);
    expect(distance(runs, 'scaledGap', Omega_f)).toBeLessThan(4);
    expect(distance(runs, 'scaledNoise', noise)).toBeLessThan(4);
    expect(distance(runs, 'scaledDisplacement', Omega_Delta, 1)).toBeLessThan(4);
  });

  it('the squared gap falls like 1/m: slope −1 within 0.05 at every time, m = 32 … 256, 60 replicas', async () => {
    const widths = [32, 64, 256];
    const runs = await replicas({ simulation: { widths } }, 60);
    const sizes = simulatedWidths(problemOf({ simulation: { widths } }));
    expect(sizes).toEqual([32, 64, 128, 256]);
    const { mean } = meanOf(runs.map(({ final }) => final.gapAgainstWidth!));
    const times = mean.length / sizes.length;
    const x = sizes.map(Math.log);
    const middle = x.reduce((sum, value) => sum + value, 0) / x.length;
    for (let t = 0; t < times; t++) {
      let [above, below] = [0, 0];
      x.forEach((value, i) => {
        above += (value - middle) * Math.log(mean[i * times + t]!);
        below += (value - middle) * (value - middle);
      });
      expect(Math.abs(above / below + 1)).toBeLessThan(0.05);
    }
    // The model's own width stands among them.
    const own = runs[0]!.series.scaledGap!;
    const row = runs[0]!.final.gapAgainstWidth!.subarray(2 * times, 3 * times);
    for (let t = 0; t < times; t++) expect(128 * row[t]!).toBe(own[t]);
  });

  it('a replica is the same bits on every core and alone in its draws', async () => {
    const small: Config = {
      model: { width: 20 },
      data: { sampleCount: 70 },
      simulation: { linearised: true, widths: [10] },
    };
    const problem = problemOf(small);
    const run = (core: typeof exact, replica: number) =>
      replicaTrajectory(core, problem, replica, new Run({}, 1));
    const first = await run(exact, 3);
    expect(await run(checked, 3)).toEqual(first);
    expect((await run(exact, 4)).series.loss).not.toEqual(first.series.loss);
    // Another width beside it changes nothing of this one.
    const alone = problemOf({ ...small, simulation: { linearised: true } });
    expect((await replicaTrajectory(exact, alone, 3, new Run({}, 1))).series).toEqual(first.series);
  });

  it('projected descent at a rate of 0.2: the gap to the mean field of the same map shrinks to a fifth, as in the flow', async () => {
    const runs = await replicas(
      { optimizer: { kind: 'projected-descent', stepSize: 0.2, steps: 15, recordEvery: 5 } },
      20,
    );
    const { mean } = meanOf(runs.map(({ series }) => series.scaledGap!));
    expect(mean[3]!).toBeLessThan(0.2 * mean[0]!);
  });

  it('linearised descent is the derivative of the map: its error falls with the width', async () => {
    const errorAt = async (width: number) => {
      const runs = await replicas(
        {
          model: { width },
          optimizer: { kind: 'projected-descent', stepSize: 0.1, steps: 20, recordEvery: 20 },
          simulation: { linearised: true },
        },
        12,
      );
      return meanOf(runs.map(({ series }) => series.linearisationError!)).mean[1]!;
    };
    const [few, many] = [await errorAt(64), await errorAt(400)];
    // m^(-1/2): a factor 2.5.
    expect(few / many).toBeGreaterThan(2);
    expect(few / many).toBeLessThan(3.2);
  });

  it('progress reaches the planned work, and a cancelled run says so', async () => {
    for (const changes of [
      {},
      { optimizer: { kind: 'projected-descent', stepSize: 0.1 } },
      { model: { activation: { kind: 'hermite', degree: 3 } } },
      { data: { sampleCount: 100 }, simulation: { linearised: true, widths: [30] } },
    ] as Config[]) {
      const problem = problemOf({ ...changes, model: { width: 40, ...changes.model } });
      const { work } = replicaCost(problem);
      let done = 0;
      const advance = async (share: number) => {
        done += share;
        return true;
      };
      const counting = { advance } as unknown as Run;
      await replicaTrajectory(exact, problem, 0, counting);
      expect(Math.abs(done / work - 1)).toBeLessThan(1e-12);
      let calls = 0;
      const cancelling = { advance: async () => ++calls < 20 } as unknown as Run;
      const cut = await replicaTrajectory(exact, problem, 0, cancelling);
      expect(cut.status).toBe('aborted');
      expect(cut.iterates).toBeLessThan(5);
      const atOnce = await replicaTrajectory(exact, problem, 0, {
        advance: async () => false,
      } as unknown as Run);
      expect(atOnce).toMatchObject({ status: 'aborted', iterates: 1 });
    }
  });
});

describe('memory of a simulation', () => {
  const cases: [string, Config][] = [
    ['moments', { model: { width: 500 } }],
    ['pairs', { model: { width: 500, activation: { kind: 'hermite', degree: 3 } } }],
    ['descent', { model: { width: 500 }, optimizer: { kind: 'projected-descent', stepSize: 0.1 } }],
    ['samples', { model: { width: 300 }, data: { sampleCount: 5000 } }],
    ['linearised', { model: { width: 300 }, simulation: { linearised: true } }],
    ['a wider one beside', { model: { width: 100 }, simulation: { widths: [600] } }],
    ['long rows', { model: { width: 100, inputDimension: 301 } }],
  ];
  it.each(cases)('%s: the peak lies between 0.65 and 1.05 times the estimate', async (_, changes) => {
    const short = config({ ...changes, optimizer: { ...changes.optimizer, steps: 2 } });
    const share = await memoryShare(propagationOfChaos, short, 'simulation');
    expect(share).toBeLessThan(1.05);
    expect(share).toBeGreaterThan(0.65);
  });
});

describe('velocity from samples', () => {
  it('leaves a network at a squared distance of order 1/n from its population twin: a factor 3 to 6 from n = 4000 to 16000', async () => {
    const [m, d] = [64, 16];
    const links = linksOfCoefficients([0, 0.7, 0.5]);
    const start = testParticles(m, d);
    const end = (samples?: { count: number; draw: (out: Block) => void }) =>
      exact.withinAsync(async (scope) => {
        const network = new Particles(exact, scope, m, d, (out) => out.set(start));
        const field = samples
          ? new DataField(exact, scope, links, m, d, samples, pace)
          : new PopulationField(exact, scope, links, m, d, pace);
        for (let step = 0; step < 10; step++) await network.step(field, 'projected-descent', 0.15);
        return network.W.copy();
      });
    const population = await end();
    const distanceAt = async (count: number) => {
      let sum = 0;
      for (let replica = 0; replica < 6; replica++) {
        const draw = (out: Block) =>
          drawNormalRows(exact, replicaKey('twins', replica), 'samples', count, d, out);
        const rows = await end({ count, draw });
        rows.forEach((value, k) => {
          sum += (value - population[k]!) * (value - population[k]!);
        });
      }
      return sum;
    };
    const ratio = (await distanceAt(4000)) / (await distanceAt(16_000));
    expect(ratio).toBeGreaterThan(3);
    expect(ratio).toBeLessThan(6);
  });
});
