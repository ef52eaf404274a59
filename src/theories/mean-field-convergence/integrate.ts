// Steps of gradient flow (I1)-(I4), and how long they may be. Moves a Flow by one step; knows no records and no stopping.
import type { Block, Scope } from '../../../bindings/arena.ts';
import { elementary } from '../../../bindings/math.ts';
import type { StateBlock } from '../../../bindings/mean-field-convergence.ts';
import type { Flow } from './flow.ts';
import { Eigenbasis, phi1, spectrumOf } from './kernel-matrix.ts';
import { hasKink, type MeanFieldProblem } from './problem.ts';
import { isKinked } from './slopes.ts';
import { addScaled, SINGLE_ROUNDOFF } from './state.ts';

export type IntegratorName = 'euler' | 'rk4' | 'exp1' | 'exp2' | 'adaptive';

/** Steps of a fixed length: Euler and RK4 by their stability, the exponential ones as given. */
export interface FixedStep {
  readonly name: Exclude<IntegratorName, 'adaptive'>;
  readonly step: number;
}
export interface AdaptiveStep {
  readonly name: 'adaptive';
  readonly tolerance: number;
}
export type StepRule = FixedStep | AdaptiveStep;

/** Longest step that is stable whatever the state: n / (M² lambda_max(G)), half the limit of Euler, (I1). */
export function safeStep(flow: Flow): number {
  const { samples, gram, activation } = flow.ensemble;
  const largest = spectrumOf(flow.core, gram, samples).largest;
  const { steepest } = activation;
  return samples / (steepest * steepest * Math.max(largest, 1e-300));
}

/** Which integrator a configuration means: Euler where slopes jump, adaptive exp2 otherwise, unless it says. */
export function integratorOf(problem: MeanFieldProblem): IntegratorName {
  const { integrator } = problem.flow;
  if (integrator.kind !== 'auto') return integrator.kind;
  return hasKink(problem) ? 'euler' : 'adaptive';
}

/** Share of the safe step that Euler takes unless told: its rate is then off by at most eta lambda/(2n). */
export const USUAL_THETA = 0.5;
export const USUAL_TOLERANCE = 1e-4;

export function stepRuleOf(problem: MeanFieldProblem, flow: Flow): StepRule {
  const { integrator } = problem.flow;
  switch (integrator.kind) {
    case 'auto':
      return isKinked(flow.ensemble.activation)
        ? { name: 'euler', step: USUAL_THETA * safeStep(flow) }
        : { name: 'adaptive', tolerance: USUAL_TOLERANCE };
    case 'euler':
    case 'rk4':
      return { name: integrator.kind, step: integrator.theta * safeStep(flow) };
    case 'exp1':
    case 'exp2':
      return { name: integrator.kind, step: integrator.step };
    case 'adaptive':
      return { name: 'adaptive', tolerance: integrator.tolerance };
  }
}

/** Rounding of sums over neurons, as a share of what outputs are made of. */
const ROUNDING = 1e-14;
/** Shorter steps that are tried before none is found. */
export const MOST_REFUSALS = 30;

const largestOf = (values: Float64Array) => values.reduce((most, y) => Math.max(most, Math.abs(y)), 0);

/** What a step leaves: the loss there, and the step that the next one should try. None was found where 0 is taken. */
export interface Stepped {
  readonly loss: number;
  readonly taken: number;
  readonly next: number;
}

/**
 * How far rounding can move the residuals in a step: that of the sums over neurons, and in single precision that of the
 * pre-activations, too small moves of which are lost.
 */
function roundingOf({ ensemble, H }: Flow): number {
  const { scale, labels, dtype, samples: n } = ensemble;
  const sums = ROUNDING * (scale + largestOf(labels));
  if (dtype === 'float64') return sums;
  let square = 0;
  for (const h of H.view) square += h * h;
  return sums + 4 * SINGLE_ROUNDOFF * scale * Math.sqrt((n * square) / H.length);
}

/** The loss that rounding alone leaves, roughly. */
export function lossFloor(flow: Flow): number {
  const rounding = roundingOf(flow);
  return (rounding * rounding) / (2 * flow.ensemble.samples);
}

/** Takes steps on one flow. Made once a run: it owns the blocks that its method needs. */
export class Integrator {
  readonly #flow: Flow;
  readonly #rule: StepRule;
  readonly #moved: StateBlock | undefined;
  readonly #slopes: StateBlock | undefined;
  readonly #total: StateBlock | undefined;
  readonly #residual: Block;
  readonly #averaged: Block;
  #next: number;

  constructor(flow: Flow, scope: Scope, rule: StepRule) {
    const n = flow.ensemble.samples;
    this.#flow = flow;
    this.#rule = rule;
    const second = rule.name !== 'euler' && rule.name !== 'exp1';
    this.#moved = second ? flow.room(scope) : undefined;
    this.#slopes = second ? flow.room(scope) : undefined;
    this.#total = rule.name === 'rk4' ? flow.room(scope) : undefined;
    this.#residual = scope.f64(n);
    this.#averaged = scope.f64(n);
    this.#next = rule.name === 'adaptive' ? 0 : rule.step;
  }

  /** One step, at most `longest` long, from an evaluated state of loss `loss`; the state is evaluated again at its end. */
  step(loss: number, longest: number): Stepped {
    const rule = this.#rule;
    if (rule.name === 'adaptive') return this.#adaptive(loss, longest, rule.tolerance);
    const eta = Math.min(rule.step, longest);
    this.#advance(eta);
    return { loss: this.#flow.evaluate(), taken: eta, next: rule.step };
  }

  /** Moves by one step of length eta; the state is not evaluated at its end. */
  #advance(eta: number): void {
    const flow = this.#flow;
    switch (this.#rule.name) {
      case 'euler':
        flow.direction(eta);
        flow.move();
        return;
      case 'rk4':
        this.#rk4(eta);
        return;
      case 'exp1':
        flow.tangentGram();
        this.#average(flow.K, eta);
        flow.direction(eta, flow.slopes, this.#averaged);
        flow.move();
        return;
      default:
        this.#exp2(eta);
    }
  }

  #rk4(eta: number): void {
    const flow = this.#flow;
    const length = flow.D.length;
    const [moved, slopes, total] = [this.#moved!, this.#slopes!, this.#total!];
    flow.direction(eta / 2);
    total.fill(0);
    addScaled(flow.core, 1 / 3, flow.D, total, length);
    for (const [factor, share] of [
      [eta / 2, 2 / 3],
      [eta, 1 / 3],
      [eta / 6, 1],
    ] as const) {
      flow.preview(flow.D, moved);
      flow.evaluate(moved, slopes, this.#residual);
      flow.direction(factor, slopes, this.#residual);
      addScaled(flow.core, share, flow.D, total, length);
    }
    flow.move(total);
  }

  /** averaged = phi1(-eta K/n) zeta, and where asked the residual e^{-eta K/n} zeta into `predicted`. */
  #average(K: Block, eta: number, predicted?: Block): void {
    const { core, residual, ensemble } = this.#flow;
    const n = ensemble.samples;
    core.within((scope) => {
      const basis = new Eigenbasis(core, scope, K, n);
      basis.apply((value) => phi1(core, (-eta * value) / n), residual, this.#averaged);
      if (predicted) basis.apply((value) => elementary(core, 'exp', (-eta * value) / n), residual, predicted);
    });
  }

  /** `known`: K is that of the state already. */
  #exp2(eta: number, predicted?: Block, known = false): void {
    const flow = this.#flow;
    const [moved, slopes] = [this.#moved!, this.#slopes!];
    if (!known) flow.tangentGram();
    this.#average(flow.K, eta / 2);
    flow.direction(eta / 2, flow.slopes, this.#averaged);
    flow.preview(flow.D, moved);
    flow.evaluate(moved, slopes, this.#residual);
    flow.tangentGram(flow.K, slopes, moved);
    this.#average(flow.K, eta, predicted);
    flow.direction(eta, slopes, this.#averaged);
    flow.move();
  }

  /**
   * Steps until one is accepted: small defect, a loss that does not rise, eta rho <= 1, (I4). What rounding does to defects and losses
   * refuses none. Where no step is accepted, none is taken.
   */
  #adaptive(loss: number, longest: number, tolerance: number): Stepped {
    const flow = this.#flow;
    const { core } = flow;
    const n = flow.ensemble.samples;
    flow.tangentGram();
    const rate = flow.instantaneousRate();
    const cap = rate > 0 ? 1 / rate : longest;
    let proposed = this.#next > 0 ? this.#next : cap / 10;
    let size = 0;
    for (let a = 0; a < n; a++) size += flow.residual.view[a]! * flow.residual.view[a]!;
    size = Math.sqrt(size);
    const noise = roundingOf(flow);
    // Residuals of rounding only: nothing is left to control, and the exponential step is stable.
    const rounding = size <= noise;
    const highest = loss + (size * noise) / n;
    const restore = flow.saved();
    for (let attempt = 0; attempt <= MOST_REFUSALS; attempt++) {
      const eta = Math.min(proposed, cap, longest);
      const { reached, defect } = core.within((scope) => {
        const predicted = scope.f64(n);
        this.#exp2(eta, predicted, attempt === 0);
        const reached = flow.evaluate();
        let square = 0;
        for (let a = 0; a < n; a++) {
          const gap = flow.residual.view[a]! - predicted.view[a]!;
          square += gap * gap;
        }
        const gap = Math.sqrt(square);
        return { reached, defect: gap <= noise ? 0 : gap / size };
      });
      const wish = 0.9 * Math.sqrt(tolerance / Math.max(defect, 1e-300));
      if ((defect <= tolerance && reached <= highest) || rounding) {
        const grown = rounding ? cap : eta * Math.min(3, Math.max(0.3, wish));
        this.#next = eta < proposed && longest <= eta ? Math.max(grown, proposed) : grown;
        return { loss: reached, taken: eta, next: this.#next };
      }
      // A defect that is no number was made by an overflow, far out.
      proposed = eta * (wish >= 0.2 ? Math.min(0.7, wish) : 0.2);
      restore();
      flow.evaluate();
    }
    return { loss, taken: 0, next: proposed };
  }
}
