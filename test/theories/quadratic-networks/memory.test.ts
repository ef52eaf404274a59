import { describe, expect, it } from 'vitest';
import { quadraticNetworks } from '../../../src/theories/quadratic-networks/index.ts';
import type { Kind } from '../../../src/theory.ts';
import { memoryShare } from '../memory.ts';

const base = {
  theory: 'quadratic-networks',
  model: { inputDimension: 50, widthRatio: 0.5 },
  data: { sampleRatio: 0.5, teacherWidthRatio: 0.3, noiseVariance: 0.25 },
  optimizer: { kind: 'gradient-descent', learningRate: 0.02, steps: 30, weightDecay: 0.1 },
  prediction: { dimension: 40, replicas: 3 },
};
const goe = { data: { ...base.data, measurements: 'goe' } };
const end = { optimizer: { kind: 'stationary', weightDecay: 0.1, iterations: 40 } };

const cases: [string, Kind, object][] = [
  ['process, joint probes', 'prediction', {}],
  [
    'process, separate probes',
    'prediction',
    { prediction: { dimension: 30, replicas: 2, probes: 'separate' } },
  ],
  ['process, wide student', 'prediction', { model: { inputDimension: 50, widthRatio: 2 } }],
  ['replica, rows', 'simulation', {}],
  ['replica, wide student', 'simulation', { model: { inputDimension: 50, widthRatio: 2 } }],
  ['replica, matrices', 'simulation', goe],
  ['end point, rank cut', 'simulation', { ...end, model: { inputDimension: 50, widthRatio: 0.2 } }],
  ['end point, convex', 'simulation', { ...goe, ...end }],
];

describe('memory', () => {
  it.each(cases)('%s: the peak lies between 0.5 and 1.05 times the estimate', async (_, kind, changes) => {
    const share = await memoryShare(quadraticNetworks, { ...base, ...changes }, kind);
    expect(share).toBeLessThan(1.05);
    expect(share).toBeGreaterThan(0.5);
  });
});
