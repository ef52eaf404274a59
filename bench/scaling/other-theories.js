// Predictions and replicas of the theories beside that of finite width; jobs.js says what a job is.
import { oneRun } from './one-run.js';

export const otherTheories = [
  {
    name: 'replica of mean-field convergence, dual form',
    base: { n: 128, m: 2048, T: 20 },
    small: { n: 32, m: 256, T: 5 },
    lines: [
      { letter: 'm', values: [2048, 4096, 8192, 16_384], at: { n: 64 }, time: 1, memory: 1 },
      { letter: 'n', values: [64, 128, 256, 512], time: 2, memory: 1 },
      { letter: 'T', values: [20, 40, 80, 160], time: 1, memory: 0 },
    ],
    run: oneRun('simulation', ({ n, m, T }) => ({
      theory: 'mean-field-convergence',
      model: { width: m, activation: 'tanh', scaling: 'mean-field' },
      data: { kind: 'sphere', sampleCount: n, dimension: 20 },
      flow: { time: T, records: 1, integrator: { kind: 'exp1', step: 1 } },
      simulation: { replicas: 1, restart: false, form: 'dual' },
      seed: 'scaling',
    })),
  },
  {
    name: 'replica of propagation of chaos',
    base: { m: 1024, d: 64, T: 10 },
    small: { m: 128, d: 16, T: 3 },
    lines: [
      { letter: 'm', values: [512, 1024, 2048, 4096], time: 2, memory: 1 },
      { letter: 'd', values: [64, 128, 256, 512], time: 1, memory: 1 },
      { letter: 'T', values: [10, 20, 40, 80], time: 1, memory: 0 },
    ],
    run: oneRun('simulation', ({ m, d, T }) => ({
      theory: 'propagation-of-chaos',
      model: { inputDimension: d, width: m, activation: 'relu', degree: 8 },
      optimizer: { kind: 'projected-descent', stepSize: 0.1, steps: T, recordEvery: T },
      prediction: { fluctuation: false, envelopes: false },
      simulation: { replicas: 1 },
      seed: 'scaling',
    })),
  },
  {
    name: 'prediction of quadratic networks',
    base: { d: 60, T: 100, R: 4 },
    small: { d: 20, T: 20 },
    lines: [
      {
        letter: 'd',
        values: [100, 200, 300, 400],
        at: { T: 20, R: 1 },
        time: 3,
        memory: 2,
        note: 'what goes with d² (draws, the memory of earlier steps) is, by count, a tenth at d = 200, and products of larger matrices run faster.',
      },
      { letter: 'T', values: [100, 200, 400, 800], at: { d: 20, R: 16 }, time: 2, memory: 1 },
      { letter: 'R', values: [2, 4, 8, 16], time: 1, memory: 1 },
    ],
    run: oneRun('prediction', ({ d, T, R }) => ({
      theory: 'quadratic-networks',
      model: { inputDimension: 60, widthRatio: 0.5 },
      data: { sampleRatio: 0.5, teacherWidthRatio: 0.3, measurements: 'goe', noiseVariance: 0.25 },
      optimizer: { kind: 'gradient-descent', learningRate: 0.02, steps: T, weightDecay: 0.1 },
      prediction: { dimension: d, replicas: R, repetitions: 2 },
      seed: 'scaling',
    })),
  },
  {
    name: 'replica of quadratic networks, Gaussian rows',
    base: { d: 80, T: 50 },
    small: { d: 20, T: 10 },
    lines: [
      { letter: 'd', values: [80, 120, 180, 270], at: { T: 10 }, time: 4, memory: 3 },
      { letter: 'T', values: [50, 100, 200, 400], time: 1, memory: 0 },
    ],
    run: oneRun('simulation', ({ d, T }) => ({
      theory: 'quadratic-networks',
      model: { inputDimension: d, widthRatio: 0.5 },
      data: { sampleRatio: 0.5, teacherWidthRatio: 0.3, measurements: 'gaussian', noiseVariance: 0.25 },
      optimizer: { kind: 'gradient-descent', learningRate: 0.02, steps: T, weightDecay: 0.1 },
      simulation: { replicas: 1 },
      seed: 'scaling',
    })),
  },
];
