// The quantities of the finite-width theory: name, unit, axes and meaning, the same for prediction and simulation.
import type { Quantity } from '../../trajectory.ts';

/** Probabilities at which laws are reported. */
export const QUANTILE_LEVELS: readonly number[] = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95];

const matrix = ['step', 'unit', 'unit'] as const;

export const quantities = {
  trainError: {
    unit: 'label²',
    axes: ['step'],
    description: 'mean squared error on the training rows, (S7)',
  },
  testError: {
    unit: 'label²',
    axes: ['step'],
    description: 'mean squared error on a fresh row, noise included, (S7)',
  },
  estimatedTestError: {
    unit: 'label²',
    axes: ['step'],
    description: 'test error estimated from the training rows alone by augmented gradient descent, (O3)',
  },
  deepWeights: {
    unit: '1',
    axes: ['step', 'weight'],
    description: 'W_2, …, W_L, row-major, one after the other',
  },
  firstLayerGram: { unit: '1', axes: matrix, description: "Q_t = W_1'W_1, overlaps of the hidden units" },
  signalCovariance: {
    unit: '1',
    axes: ['step', 'unit'],
    description: "c_t = W_1'mu, overlap of each unit with the signal",
  },
  signalOverlap: {
    unit: '1',
    axes: ['step', 'unit'],
    description: 'cosine between each unit and the signal',
  },
  initialOverlap: {
    unit: '1',
    axes: matrix,
    description: 'cosine between unit j now and unit i at the start',
  },
  signalGain: {
    unit: '1',
    axes: ['step', 'unit'],
    description: 'beta_t: share of mu in each unit (effective signal)',
  },
  initialGain: {
    unit: '1',
    axes: matrix,
    description: 'A_t: share of the initial units in each unit (effective signal)',
  },
  noiseGram: {
    unit: '1',
    axes: matrix,
    description: 'N_t: part of Q_t outside the span of signal and initial units',
  },
  firstLayerWeightQuantiles: {
    unit: '1',
    axes: ['level', 'unit'],
    description:
      'quantiles of √n times the final first-layer weights over inputs, at the levels of quantileLevels',
  },
  trainingPreactivationQuantiles: {
    unit: '1',
    axes: ['level', 'unit'],
    description: 'quantiles of the final first-layer pre-activations over training rows',
  },
  quantileLevels: { unit: '1', axes: ['level'], description: 'probabilities of the reported quantiles' },
  firstLayerWeightDensity: {
    unit: '1',
    axes: ['point', 'unit'],
    description: 'density of √n times the final first-layer weights over inputs, at the points of weightGrid',
  },
  weightGrid: { unit: '1', axes: ['point'], description: 'points of the weight density' },
  signalResponse: {
    unit: '1',
    axes: ['response step', 'source step', 'unit', 'unit'],
    description: 'tau_{t,s} = E dg_t/dU_s for s <= t (0 above), (S5)',
  },
  teacherResponse: {
    unit: '1',
    axes: ['response step', 'unit'],
    description: 'tau_{t,*} = E dg_t/dU_*, (S5)',
  },
  iterateResponse: {
    unit: '1',
    axes: ['step', 'source step', 'unit', 'unit'],
    description: 'C_{t,s} = db_t/dXi_s for s < t (0 elsewhere), (S6)',
  },
  onsager: {
    unit: '1',
    axes: ['step', 'source step', 'unit', 'unit'],
    description: 'rho_{t,s} = C_{t,s}/phi, Onsager matrices (0 for s >= t), (S6)',
  },
} as const satisfies Record<string, Quantity>;
