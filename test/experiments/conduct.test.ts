import { describe, expect, it } from 'vitest';
import { createCore } from '../../bindings/load.ts';
import type { Executor, Job } from '../../src/experiments/conduct.ts';
import { runJob } from '../../src/experiments/conduct.ts';
import { Run } from '../../src/run.ts';
import type { Progress } from '../../src/solution.ts';
import { theoryOf } from '../../src/theories/index.ts';
import type { Kind } from '../../src/theory.ts';
import type { Trajectory } from '../../src/trajectory.ts';
import { compare, estimateCost, predict, simulate } from '../library.ts';

const config = {
  theory: 'finite-width',
  model: { inputDimension: 30, width: 1, activations: ['tanh'] },
  data: { sampleCount: 50, link: 'tanh', noise: { law: 'gaussian', variance: 0.1 } },
  optimizer: { learningRates: [0.3, 0.1], steps: 4 },
  prediction: { samples: 256, repetitions: 2 },
  simulation: { replicas: 2 },
};

/** An executor of four lanes that counts what it was given; `fail` may reject a job. */
function lanes(fail: (index: number) => boolean = () => false): Executor & { begun: number[] } {
  const begun: number[] = [];
  return {
    concurrency: 4,
    begun,
    async execute(job, options) {
      begun.push(job.index);
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (fail(job.index)) throw new RangeError('this job fails');
      return runJob(theoryOf(job.problem), job, new Run(options, 1));
    },
  };
}

describe('a core that rests between jobs', () => {
  const jobOf = (config: Readonly<Record<string, unknown>>, kind: Kind, index: number): Job => {
    const theory = theoryOf(config);
    return { theory: theory.name, kind, problem: theory.check(config), index, precision: 'exact' };
  };
  /** Every job but the first of this process finds what the earlier ones left in memory. */
  const ran = (job: Job) => runJob(theoryOf(job.problem), job, new Run({}, 1));
  async function onFreshCore(job: Job): Promise<Trajectory> {
    const core = await createCore('exact');
    return theoryOf(job.problem).run(core, job.problem, job.kind, job.index, new Run({}, 1));
  }
  const large = {
    ...config,
    data: { ...config.data, sampleCount: 700 },
    optimizer: { learningRates: [0.3, 0.1], steps: 9 },
  };
  const long = { ...config, data: { ...config.data, sampleCount: 1e5 } };

  it.each(['prediction', 'simulation'] as const)(
    'gives the bits of a fresh one: %s A, larger jobs of both kinds, A again',
    async (kind) => {
      const small = jobOf(config, kind, 1);
      const expected = await onFreshCore(small);
      expect(await ran(small)).toEqual(expected);
      for (const other of ['simulation', 'prediction'] as const) {
        const between = jobOf(large, other, 0);
        expect(await ran(between)).toEqual(await onFreshCore(between));
        expect(await ran(small)).toEqual(expected);
      }
    },
  );

  it('also after a job that was aborted half-way', async () => {
    const small = jobOf(config, 'simulation', 0);
    const expected = await onFreshCore(small);
    const controller = new AbortController();
    const run = new Run({ signal: controller.signal, onProgress: () => controller.abort() }, 1);
    const cut = jobOf(long, 'simulation', 0);
    expect((await runJob(theoryOf(cut.problem), cut, run)).status).toBe('aborted');
    expect(await ran(small)).toEqual(expected);
  });
});

describe('compare', () => {
  it('combines both standard errors', async () => {
    const { prediction, simulation, residual } = await compare(config);
    residual.trainError!.standardError!.forEach((error, t) => {
      const a = prediction.observables.trainError!.standardError![t]!;
      const b = simulation.observables.trainError!.standardError![t]!;
      expect(error).toBeCloseTo(Math.sqrt(a * a + b * b), 14);
      expect(error).toBeGreaterThan(a);
    });
  });

  it('knows no error of the difference where a single replica has none', async () => {
    const { residual } = await compare({ ...config, simulation: { replicas: 1 } });
    expect(residual.trainError!.standardError).toBeUndefined();
  });

  it('takes a deterministic prediction as exact', async () => {
    const { simulation, residual } = await compare({ ...config, prediction: { method: 'population' } });
    expect(residual.trainError!.standardError).toEqual(simulation.observables.trainError!.standardError);
  });

  it('says how far it is in shares of the time that the estimate of cost tells', async () => {
    const seen: { fraction: number; stage: string }[] = [];
    const { simulation } = await compare(config, { onProgress: (progress) => seen.push(progress) });
    const told = estimateCost(config);
    const share = told.prediction.seconds / (told.prediction.seconds + told.simulation!.seconds);
    expect(seen.map(({ fraction }) => fraction)).toContain(share);
    expect(seen.at(-1)!.fraction).toBe(1);
    expect(simulation.status).toBe('complete');
  });

  it('refuses a simulation that does not fit before it predicts', async () => {
    const large = { ...config, data: { ...config.data, sampleCount: 1e7 }, limits: { memoryGiB: 0.5 } };
    let progress = 0;
    const running = compare(large, { onProgress: () => progress++ });
    await expect(running).rejects.toThrow(/simulation needs/);
    expect(progress).toBe(0);
  });
});

describe('executors', () => {
  it('begin no run behind one that diverged, and give what running inline gives', async () => {
    const wild = {
      ...config,
      model: { ...config.model, activations: ['quadratic'] },
      optimizer: { learningRates: [50, 1], steps: 30 },
      simulation: { replicas: 40 },
    };
    const executor = lanes();
    const spread = await simulate(wild, { executor });
    expect(spread.status).toBe('diverged');
    expect(executor.begun.length).toBeLessThan(9);
    const inline = await simulate(wild);
    expect(spread.observables).toEqual(inline.observables);
    expect(spread.diagnostics.warnings[0]!.message).toMatch(/^Replica 1 diverged after step \d+/);
  });

  it('end with the first error and begin nothing after it', async () => {
    const executor = lanes((index) => index === 1);
    await expect(simulate({ ...config, simulation: { replicas: 40 } }, { executor })).rejects.toThrow(
      'this job fails',
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(executor.begun.length).toBeLessThan(9);
  });

  it('end when who listens to progress throws at the end of a run, and begin nothing after it', async () => {
    const executor = lanes();
    const onProgress = ({ stage }: Progress) => {
      if (stage === 'simulation 2') throw new Error('no meter');
    };
    const many = { ...config, simulation: { replicas: 40 } };
    await expect(simulate(many, { executor, onProgress })).rejects.toThrow('no meter');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(executor.begun.length).toBeLessThan(9);
  });

  it('may take any number of jobs at once', async () => {
    const executor = { ...lanes(), concurrency: Number.POSITIVE_INFINITY };
    expect((await simulate(config, { executor })).observables).toEqual((await simulate(config)).observables);
  });

  it('are passed by where a link is a function, which cannot travel', async () => {
    const executor = lanes();
    const withFunction = {
      ...config,
      data: { ...config.data, link: { kind: 'function', evaluate: (z: number) => z * z } },
    };
    expect((await predict(withFunction, { executor })).status).toBe('complete');
    expect(executor.begun).toEqual([]);
  });
});

describe('a link that returns no number', () => {
  it('is named with the argument', async () => {
    const link = { kind: 'function', evaluate: (z: number) => Math.log(z) };
    await expect(predict({ ...config, data: { ...config.data, link } })).rejects.toThrow(
      /data\.link\.evaluate: received NaN at z = -/,
    );
  });
});

describe('estimates of cost', () => {
  it.each([
    [
      'a deep network of four units',
      {
        model: { ...config.model, width: 4, activations: ['tanh', 'tanh'] },
        optimizer: { learningRates: [0.1, 0.1, 0.1], steps: 6 },
      },
    ],
    [
      'many inputs',
      {
        model: { ...config.model, inputDimension: 20_000 },
        data: { ...config.data, sampleCount: 200 },
        optimizer: { learningRates: [0.1, 0.1], steps: 2 },
      },
    ],
  ])('of %s are within a factor of eight of the time on this machine', async (_name, change) => {
    const changed = { ...config, ...change };
    const { prediction } = estimateCost(changed);
    await predict(changed);
    // Processor time, which other work on the machine does not stretch.
    const start = process.cpuUsage();
    await predict(changed);
    const { user, system } = process.cpuUsage(start);
    const seconds = (user + system) / 1e6;
    expect(seconds / prediction.seconds).toBeGreaterThan(1 / 8);
    expect(seconds / prediction.seconds).toBeLessThan(8);
  });
});

describe('an executor that takes jobs early', () => {
  it('has them at hand until few are left, and every job once', async () => {
    const begun: number[] = [];
    const held: number[] = [];
    let given = 0;
    const executor: Executor = {
      concurrency: 2,
      ahead: 2,
      async execute(job, options) {
        begun.push(job.index);
        held.push(++given);
        await new Promise((resolve) => setTimeout(resolve, 2));
        given--;
        return runJob(theoryOf(job.problem), job, new Run(options, 1));
      },
    };
    const many = { ...config, simulation: { replicas: 12 } };
    const solution = await simulate(many, { executor });
    expect(solution.observables).toEqual((await simulate(many)).observables);
    expect(begun).toEqual(Array.from({ length: 12 }, (_, index) => index));
    expect(Math.max(...held)).toBe(4);
    // The last four go to who is done with all it has.
    expect(Math.max(...held.slice(8))).toBeLessThanOrEqual(2);
    held.length = 0;
    await simulate({ ...config, simulation: { replicas: 3 } }, { executor });
    expect(Math.max(...held)).toBe(2);
  });
});

describe('an abort that comes as runs under way end', () => {
  it('is told: the runs behind them are missing, so the solution is not complete', async () => {
    const stopped = new AbortController();
    const executor: Executor = {
      concurrency: 2,
      async execute(job, { signal }) {
        // As over a message port: the run does not hear of what happens after it began.
        const before = signal?.aborted ? { signal } : {};
        const trajectory = await runJob(theoryOf(job.problem), job, new Run(before, 1));
        if (job.index === 1) stopped.abort();
        return trajectory;
      },
    };
    const many = { ...config, simulation: { replicas: 12 } };
    const solution = await simulate(many, { executor, signal: stopped.signal });
    expect(solution.status).toBe('aborted');
    expect(solution.diagnostics.runs).toBeLessThan(12);
  });
});
