// What is read off a loss over time (O2). Knows no networks.
import { log } from '../../numerics/special.ts';

/** Window of L/L(0) in which the rate is measured. */
const FROM = 1e-2;
const TO = 1e-6;
const POINTS = 200;

/**
 * Least-squares slope of -log L over the window, on uniform times between which log L is interpolated; undefined where the loss
 * never enters the window or spends no time in it.
 */
export function measuredRate(times: ArrayLike<number>, losses: ArrayLike<number>): number | undefined {
  const first = losses[0]!;
  const inside: number[] = [];
  for (let k = 0; k < losses.length; k++) {
    if (losses[k]! <= FROM * first && losses[k]! >= TO * first) inside.push(k);
  }
  if (inside.length < 3) return undefined;
  const start = times[inside[0]!]!;
  const end = times[inside[inside.length - 1]!]!;
  if (!(end > start)) return undefined;
  let k = inside[0]!;
  let [sumT, sumY, sumTT, sumTY] = [0, 0, 0, 0];
  for (let j = 0; j < POINTS; j++) {
    const t = start + ((end - start) * j) / (POINTS - 1);
    while (k + 2 < times.length && times[k + 1]! < t) k++;
    const share = (t - times[k]!) / (times[k + 1]! - times[k]!);
    const low = log(losses[k]!);
    const y = low + share * (log(losses[k + 1]!) - low);
    const centred = t - start;
    sumT += centred;
    sumY += y;
    sumTT += centred * centred;
    sumTY += centred * y;
  }
  return -(POINTS * sumTY - sumT * sumY) / (POINTS * sumTT - sumT * sumT);
}
