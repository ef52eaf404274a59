// Tails of the semicircle law on [-2, 2], in closed form.
import { arcsine } from '../../numerics/arcsine.ts';
import { rootBetween } from '../../numerics/root.ts';

const clip = (q: number) => Math.max(-2, Math.min(2, q));

/** ∫_{u>q} ρ. */
export function tailMass(at: number): number {
  const q = clip(at);
  return 0.5 - arcsine(q / 2) / Math.PI - (q * Math.sqrt(4 - q * q)) / (4 * Math.PI);
}

/** ∫_{u>q} u ρ. */
export function tailFirst(at: number): number {
  const q = clip(at);
  const room = 4 - q * q;
  return (room * Math.sqrt(room)) / (6 * Math.PI);
}

/** ∫_{u>q} u² ρ. */
export function tailSecond(at: number): number {
  const q = clip(at);
  // sin 4θ with sin θ = q/2.
  const sine = q * Math.sqrt(4 - q * q) * (1 - (q * q) / 2);
  return 0.5 - arcsine(q / 2) / Math.PI + sine / (4 * Math.PI);
}

/** q with a share p of the law above it. Range: 0 <= p <= 1. */
export function tailQuantile(p: number): number {
  if (p <= 0) return 2;
  if (p >= 1) return -2;
  return rootBetween((q) => tailMass(q) - p, [-2, 1 - p], [2, -p]);
}
