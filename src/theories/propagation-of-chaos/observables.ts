// The quantities of propagation of chaos: name, unit, axes and meaning, the same for prediction and simulation.
import type { Quantity } from '../../trajectory.ts';

/** Probabilities at which the law of the overlap is reported. */
export const OVERLAP_LEVELS: readonly number[] = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99];

const time = ['time'] as const;

export const quantities = {
  loss: { unit: 'label²', axes: time, description: 'population loss ½ E(f* − f)², (V1), (M4)' },
  overlapMoments: {
    unit: '1',
    axes: ['time', 'degree'],
    description: 'm_l = E P_l(α), mean Legendre polynomials of the overlap with the target, (M2)',
  },
  overlapQuantiles: {
    unit: '1',
    axes: ['time', 'level'],
    description: 'quantiles of the overlap α = ⟨w, w*⟩ over neurons, at the levels of overlapLevels, (M3)',
  },
  overlapLevels: { unit: '1', axes: ['level'], description: 'probabilities of the reported quantiles' },
  scaledGap: {
    unit: 'label²',
    axes: time,
    description: 'm‖f_m − f_ρ‖², width times the squared gap in function space; predicted: Ω_f, (C1), (F6)',
  },
  scaledNoise: {
    unit: 'label²',
    axes: time,
    description: 'm times the squared gap of independent neurons of the mean field, (C2)',
  },
  scaledDisplacement: {
    unit: '1',
    axes: time,
    description: 'm times the mean of ‖w_i − w̄_i‖²; predicted: Ω_Δ, (F6)',
  },
  lossFluctuation: {
    unit: 'label⁴',
    axes: time,
    description: 'm(L_m − L)², predicted: the variance of √m(L_m − L), (F6)',
  },
  meanDisplacement: { unit: '1', axes: time, description: 'mean of ‖w_i − w̄_i‖ over neurons' },
  rmsDisplacement: { unit: '1', axes: time, description: 'root mean square of ‖w_i − w̄_i‖ over neurons' },
  largestDisplacement: { unit: '1', axes: time, description: 'largest ‖w_i − w̄_i‖' },
  linearisedScaledGap: {
    unit: 'label²',
    axes: time,
    description: 'm times the squared gap of the linearised dynamics, (H3)',
  },
  linearisedRmsDisplacement: {
    unit: '1',
    axes: time,
    description: 'root mean square displacement of the linearised dynamics, (H3)',
  },
  linearisationError: {
    unit: '1',
    axes: time,
    description: 'root mean square of linearised minus true displacement, over the true one, (H3)',
  },
  characteristics: {
    unit: '1',
    axes: ['time', 'tracer'],
    description: 'overlap of neurons that start at tracerStarts, (M3)',
  },
  tracerStarts: { unit: '1', axes: ['tracer'], description: 'initial overlaps of the characteristics' },
  parallelEigenvalue: {
    unit: '1/time',
    axes: ['time', 'tracer'],
    description: 'eigenvalue λ_∥ of the local Hessian towards the target, along the characteristics, (H1)',
  },
  perpendicularEigenvalue: {
    unit: '1/time',
    axes: ['time', 'tracer'],
    description: 'eigenvalue λ_⊥ of the local Hessian across, along the characteristics, (H1)',
  },
  localGrowth: {
    unit: '1/time',
    axes: time,
    description: 'Λ, the largest positive eigenvalue of the local Hessian over neurons, (B1)',
  },
  selfConcordance: {
    unit: '1',
    axes: time,
    description: 'C_sc(t; 1), local Hessian over relative velocity, largest over |α| ≥ 1/√d, (H4)',
  },
  largestJacobian: {
    unit: '1',
    axes: time,
    description: 'largest Jacobian of the flow map from 0 to t over neurons, (H1)',
  },
  integratedRatio: {
    unit: '1',
    axes: time,
    description: '∫λ_max⁺ over the variation of (log|α|, log β), largest over neurons, (H4)',
  },
  naiveEnvelope: {
    unit: 'label',
    axes: time,
    description: 'bound on √Ω_f by Grönwall with global constants, at most 1e300, (B1)',
  },
  energyEnvelope: { unit: 'label', axes: time, description: 'bound on √Ω_f by energy, at most 1e300, (B2)' },
  volterraEnvelope: {
    unit: 'label',
    axes: time,
    description: "bound on √Ω_f by Volterra's equation, at most 1e300, (B3), (B4)",
  },
  semidefiniteEnvelope: {
    unit: 'label',
    axes: time,
    description: 'bound on √Ω_f that uses the semidefinite kernel, at most 1e300, (B5)',
  },
  envelope: {
    unit: 'label',
    axes: time,
    description: 'smallest of the energy, Volterra and semidefinite envelopes, (B2), (B4), (B5)',
  },
  escapeDimensions: { unit: '1', axes: ['dimension'], description: 'input dimensions of escapeTimes' },
  escapeTimes: {
    unit: 'time',
    axes: ['dimension'],
    description: 'time at which the loss is half of its start, by input dimension, (E1)',
  },
  widths: { unit: 'neurons', axes: ['width'], description: 'widths of gapAgainstWidth' },
  gapAgainstWidth: {
    unit: 'label²',
    axes: ['width', 'time'],
    description: 'squared gap in function space by width (not multiplied by it), (C1)',
  },
} as const satisfies Record<string, Quantity>;
