import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { CoreError } from '../../src/index.ts';
import { nodeWorkers } from '../../src/worker/node.ts';
import { simulate } from '../library.ts';

const worker = new URL('../../build/esm/worker.js', import.meta.url);
const config = {
  theory: 'finite-width',
  model: { inputDimension: 60, width: 2, activations: ['tanh'] },
  data: { sampleCount: 120, link: 'tanh', noise: { law: 'gaussian', variance: 0.1 } },
  optimizer: { learningRates: [0.3, 0.1], steps: 10 },
  simulation: { replicas: 9 },
};

describe('worker threads of Node', () => {
  it('give the bits of a run without them, and tell its progress where it is asked for', async () => {
    const expected = await simulate(config);
    const executor = nodeWorkers(2, worker);
    try {
      const fractions: number[] = [];
      const watched = await simulate(config, {
        executor,
        onProgress: ({ fraction }) => fractions.push(fraction),
      });
      expect(watched.observables).toEqual(expected.observables);
      expect(fractions.at(-1)).toBe(1);
      expect((await simulate(config, { executor })).observables).toEqual(expected.observables);
    } finally {
      await executor.close();
    }
  });

  it('end soon after an abort, however many jobs are left and however short they are', async () => {
    const executor = nodeWorkers(2, worker);
    try {
      const controller = new AbortController();
      const many = { ...config, simulation: { replicas: 5000 } };
      setTimeout(() => controller.abort(), 300);
      const { status, diagnostics } = await simulate(many, { executor, signal: controller.signal });
      expect(status).toBe('aborted');
      expect(diagnostics.runs).toBeLessThan(5000);
      const rest = performance.now();
      const none = await simulate(many, { executor, signal: controller.signal });
      expect([none.status, none.diagnostics.runs]).toEqual(['aborted', 1]);
      expect(performance.now() - rest).toBeLessThan(1000);
    } finally {
      await executor.close();
    }
  });

  it('let the process end that forgot to close them', () => {
    const program = `
      import { simulate } from '${new URL('../../build/esm/index.js', import.meta.url)}';
      import { nodeWorkers } from '${new URL('../../build/esm/workers.js', import.meta.url)}';
      const { status } = await simulate(${JSON.stringify(config)}, { executor: nodeWorkers(2) });
      console.log(status);`;
    const out = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect(out.trim()).toBe('complete');
  });

  it('say so where their module is missing', async () => {
    const executor = nodeWorkers(1, new URL('no-such-worker.js', worker));
    await expect(simulate(config, { executor })).rejects.toThrow(CoreError);
    await expect(simulate(config, { executor })).rejects.toThrow(/no-such-worker\.js/);
    await executor.close();
  });

  it('say so where their module ends without serving a job', async () => {
    const executor = nodeWorkers(2, new URL('data:text/javascript,'));
    await expect(simulate(config, { executor })).rejects.toThrow(/ended: exit code 0.*data:text/);
    await executor.close();
  });
});
