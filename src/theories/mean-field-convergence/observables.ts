// The quantities of the theory: name, unit, axes and meaning, the same for prediction and simulation.
import type { Quantity } from '../../trajectory.ts';

const curve = (unit: string, description: string): Quantity => ({ unit, axes: ['time'], description });
const value = (unit: string, description: string): Quantity => ({ unit, axes: [], description });

/** Curves over the times of the records. */
export const curves = {
  trainError: curve('label²', 'mean squared error on the training rows, twice the loss L of (M1)'),
  testError: curve('label²', 'mean squared error on the test rows'),
  misclassification: curve(
    '1',
    'share of test rows whose sign is wrong; an output that is 0 up to rounding counts half',
  ),
  certifiedBound: curve('label²', 'training error that the certificate of the start guarantees, (C4)'),
  restartBound: curve('label²', 'training error until a certificate fires, its guarantee from then on, (C5)'),
  posteriorBound: curve('label²', 'bound by the smallest eigenvalues of the tangent kernel so far, (C6)'),
  instantaneousRate: curve('1/time', 'rho = -d log L/dt, (M3)'),
  rateFloor: curve('1/time', '2/n times the smallest eigenvalue of the tangent kernel, (M3), (C7)'),
  slopeFloor: curve('1', 'smallest mean squared slope that a sample sees, min S_aa of (M3)'),
  preactivationMovement: curve('1', 'relative change of pre-activations since the start, (O1)'),
  weightMovement: curve('1', 'relative change of weights since the start, (O1)'),
  kernelMovement: curve('1', 'relative change of the tangent kernel since the start, (O1)'),
  kernelAlignment: curve('1', 'alignment of the tangent kernel with that of the start, (O1)'),
  kernelLabelAlignment: curve('1', 'centred alignment of the tangent kernel with the labels, (O1)'),
  featureLabelAlignment: curve('1', 'centred alignment of the Gram matrix of features with the labels, (O1)'),
} as const satisfies Record<string, Quantity>;

/** Single numbers of a run. */
export const values = {
  certifiedRate: value('1/time', 'best certified rate at the start; 0: none, (C4)'),
  schurRate: value('1/time', 'rate of the Schur certificate, (C1)'),
  jacobianRate: value('1/time', 'rate of the Jacobian certificate, (C2)'),
  frozenRate: value('1/time', 'rate of the frozen-neuron certificate, (C3)'),
  rateCeiling: value('1/time', 'rate that certificates would give if nothing moved'),
  thresholdScale: value('1', 'scale alpha above which a certificate exists, (C4)'),
  infiniteWidthThreshold: value('1', 'the same for infinitely many relu neurons, (C8)'),
  smallestGramEigenvalue: value('1', 'smallest eigenvalue of G; 0 where it is rounding'),
  largestGramEigenvalue: value('1', 'largest eigenvalue of G'),
  smallestTangentEigenvalue: value('1', 'smallest eigenvalue of K at the start'),
  smallestKernelEigenvalue: value('1', 'smallest eigenvalue of the kernel of the prediction, (K2), (K4)'),
  measuredRate: value('1/time', 'slope of -log L over the window 1e-6 to 1e-2 of the first loss, (O2)'),
  restartTime: value('time', 'time at which a certificate first fires, (C5)'),
  restartRate: value('1/time', 'its rate, (C5)'),
  restartShare: value('1', 'its share of the first loss, (C5)'),
  constantError: value('label²', 'test error of the mean of the training labels'),
} as const satisfies Record<string, Quantity>;

export const quantities = { ...curves, ...values };
