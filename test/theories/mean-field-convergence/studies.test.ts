import { describe, expect, it } from 'vitest';
import { ConfigError, dimensionStudy, sampleStudy } from '../../library.ts';

const base = {
  theory: 'mean-field-convergence',
  model: { width: 200, activation: 'relu' },
  flow: { time: 400, records: 2, stopAt: 1e-6 },
  simulation: { replicas: 2, restart: false },
};

describe('studies', () => {
  it('over dimensions: the error left falls through d = n, the mark stands there, ceilings are gaps where they are 0', async () => {
    const data = { kind: 'sphere', sampleCount: 8 };
    const { chart, status } = await dimensionStudy({ ...base, data }, [2, 8, 32]);
    expect(status).toBe('complete');
    const [left, rates] = chart.panels;
    const y = Array.from(left!.series[0]!.y);
    expect(y[0]).toBeGreaterThan(10 * y[1]!);
    expect(y[2]).toBeLessThanOrEqual(1e-6);
    expect(left!.annotations).toEqual([{ x: 8, text: 'd = n' }]);
    expect(rates!.series[0]!.y[0]).toBeNaN();
    expect(rates!.series[0]!.y[2]).toBeGreaterThan(rates!.series[1]!.y[2]! * 0.5);
    expect(structuredClone(chart)).toEqual(chart);
  });

  it('over samples: three curves of test errors, features ahead at the larger number', async () => {
    const config = {
      ...base,
      model: { ...base.model, frozenLayers: [{ width: 100, activation: 'erf' }] },
      data: { kind: 'xor', dimension: 8, testSamples: 300 },
    };
    const { chart, status } = await sampleStudy(config, [16, 48]);
    expect(status).toBe('complete');
    const [mean, lazy, kernel] = chart.panels[0]!.series.map(({ y }) => Array.from(y));
    expect(mean![1]).toBeLessThan(0.7 * lazy![1]!);
    expect(Math.abs(kernel![1]! / lazy![1]! - 1)).toBeLessThan(0.2);
  });

  it('cut short: the points that are missing are gaps, with one progress over all runs', async () => {
    const data = { kind: 'sphere', sampleCount: 8 };
    const stop = new AbortController();
    const fractions: number[] = [];
    const onProgress = ({ stage, fraction }: { stage: string; fraction: number }) => {
      fractions.push(fraction);
      if (stage.startsWith('3 of 4')) stop.abort();
    };
    const { chart, status } = await dimensionStudy({ ...base, data }, [4, 8], {
      signal: stop.signal,
      onProgress,
    });
    expect(status).toBe('aborted');
    expect(chart.panels[0]!.series[0]!.y[1]).toBeNaN();
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  });

  it('refuses no values, and tells a bad one as the configuration would', async () => {
    const data = { kind: 'sphere', sampleCount: 8 };
    await expect(dimensionStudy({ ...base, data }, [])).rejects.toThrow(ConfigError);
    await expect(dimensionStudy({ ...base, data }, [0])).rejects.toThrow(/data\.dimension/);
  });
});
