// The quantities of the theory of quadratic networks: name, unit, axes and meaning, the same for prediction and simulation.
import type { Quantity } from '../../trajectory.ts';

/** Over steps of gradient descent, times of the flow, or the values of a sweep. */
const quantity = (axes: readonly string[], unit: string, description: string): Quantity => ({
  axes,
  unit,
  description,
});

export function quantitiesOver(axis: string): Record<string, Quantity> {
  const over = [axis];
  return {
    trainError: quantity(over, 'label²', 'mean squared residual on the training samples, (S3)'),
    testError: quantity(
      over,
      'label²',
      'mean squared error against the label without noise of a fresh sample, 2 mse, (S7)',
    ),
    energy: quantity(over, 'label²', 'train/4 + λ Tr Z/d, (S5)'),
    rank: quantity(over, '1', 'eigenvalues of Z above 0.001, over d'),
    trace: quantity(over, '1', 'Tr Z/d'),
    gain: quantity(over, '1', 'stability gain G(d); 0 where the rank does not cut, (G1)'),
    reliability: quantity(
      over,
      '1',
      'flag of the steady state: 0 exact, 1 stable, 2 approximation, 3 outside validity, (G2)',
    ),
    rootCount: quantity(over, '1', 'coexisting steady states'),
    sweep: quantity(over, '1', 'value of the parameter that is swept'),
    stationaryTrainError: quantity([], 'label²', 'training error at long times, (E1)'),
    stationaryTestError: quantity([], 'label²', 'test error at long times, (E1)'),
    finalRank: quantity([], '1', 'eigenvalues of the last Z above 0.001, over d'),
    eigenvalueDensity: quantity(
      ['bin'],
      '1',
      'eigenvalues of the last Z above 0.001, as a density over the bins of eigenvalueGrid',
    ),
    eigenvalueGrid: quantity(['bin'], '1', 'centres of the bins'),
    correlation: quantity(
      [`later ${axis}`, `earlier ${axis}`],
      'label²',
      'C_h, covariance of the residuals without memory (0 above the diagonal), (D1)',
    ),
    response: quantity(
      [`later ${axis}`, `earlier ${axis}`],
      '1',
      'rho, response of Z to a probe of one step (0 on and above the diagonal), (D2)',
    ),
  };
}
