// The exponent of a power law through a few points: least squares of log y over log x.
import { log } from '../../numerics/special.ts';

export interface PowerLaw {
  readonly exponent: number;
  /** From the standard errors of `y`, where they are known. */
  readonly standardError?: number;
}

/** Of the points that are positive; undefined with fewer than two different `x`. */
export function powerLaw(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  standardError?: ArrayLike<number>,
): PowerLaw | undefined {
  const used = Array.from(x, (_, i) => i).filter((i) => x[i]! > 0 && y[i]! > 0);
  if (used.length < 2) return undefined;
  const logX = log(Float64Array.from(used, (i) => x[i]!));
  const logY = log(Float64Array.from(used, (i) => y[i]!));
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [middleX, middleY] = [mean(logX), mean(logY)];
  let covariance = 0;
  let variance = 0;
  let noise = 0;
  used.forEach((i, at) => {
    const from = logX[at]! - middleX;
    const relative = standardError ? standardError[i]! / y[i]! : 0;
    covariance += from * (logY[at]! - middleY);
    variance += from * from;
    noise += from * from * relative * relative;
  });
  if (!(variance > 0)) return undefined;
  const exponent = covariance / variance;
  return standardError ? { exponent, standardError: Math.sqrt(noise) / variance } : { exponent };
}
