import { describe, expect, it } from 'vitest';
import {
  type EnvelopeTime,
  envelopesOf,
  envelopeTime,
  kernelRows,
} from '../../../src/theories/propagation-of-chaos/envelopes.ts';
import { FluctuationLaw } from '../../../src/theories/propagation-of-chaos/fluctuation.ts';
import { escapeLaw, gaussLaw } from '../../../src/theories/propagation-of-chaos/initial-law.ts';
import { type Links, linksOf } from '../../../src/theories/propagation-of-chaos/links.ts';
import {
  type Dynamics,
  MeanField,
  type MeanFieldInput,
} from '../../../src/theories/propagation-of-chaos/mean-field.ts';
import { emptyModes, fillModes } from '../../../src/theories/propagation-of-chaos/sectors.ts';
import { checked, exact } from '../../cores.ts';
import { golden, linksOfCoefficients } from './golden.ts';

const hermite = (k: number) => linksOfCoefficients([...new Array(k).fill(0), 1]);
const panels = (d: number, links: Links, horizon: number, nodes = 6) =>
  escapeLaw(d, links, horizon, { length: 0.5, nodes });

function inputOf(
  d: number,
  links: Links,
  horizon: number,
  stepSize: number,
  kind: Dynamics = 'gradient-flow',
): MeanFieldInput {
  return { inputDimension: d, links, law: panels(d, links, horizon), kind, stepSize };
}

/** The law at the end of `steps` steps, and the largest Ω_f on the way. */
function lawAfter(input: MeanFieldInput, steps: number, every = steps) {
  return exact.within((scope) => {
    const law = new FluctuationLaw(exact, scope, input);
    let largest = law.evaluate().gap;
    const first = largest;
    for (let step = 1; step <= steps; step++) {
      law.advance();
      if (step % every === 0) largest = Math.max(largest, law.evaluate().gap);
    }
    return { ...law.evaluate(), first, largest };
  });
}

describe('the law at 1/m', () => {
  it.each([
    [6, 2e-8],
    [8, 1e-10],
  ])('clt_he2_d16: Ω_f, Ω_Δ and the noise level with %s nodes a panel within %s', (nodes, tolerance) => {
    const { t, Omega_f, Omega_Delta, noise, tol } = golden('clt_he2_d16');
    expect(tolerance).toBeLessThan(tol);
    const input = { ...inputOf(16, hermite(2), 3, 0.05), law: panels(16, hermite(2), 3, nodes) };
    for (const core of [exact, checked]) {
      core.within((scope) => {
        const law = new FluctuationLaw(core, scope, input);
        let step = 0;
        t.forEach((time: number, row: number) => {
          for (; step < Math.round(time / 0.05); step++) law.advance();
          const { gap, displacement } = law.evaluate();
          expect(Math.abs(gap - Omega_f[row])).toBeLessThan(tolerance);
          expect(Math.abs(displacement - Omega_Delta[row])).toBeLessThan(tolerance);
          expect(Math.abs(law.field.noise() - noise[row])).toBeLessThan(tolerance);
        });
      });
    }
  });

  it.each([
    ['He1', 1, 16, 3, 0.0018],
    ['He3', 3, 16, 5, 0.5592],
    ['He4', 4, 16, 6, 0.5668],
    ['He4', 4, 32, 6.4, 0.76],
  ] as const)(
    '%s, k = %s, d = %s, t = %s: Ω_f = %s, the value of an independent program, to its digits',
    (_, k, d, t, value) => {
      const { gap } = lawAfter(inputOf(d, hermite(k), t, 0.05), Math.round(t / 0.05));
      expect(Math.abs(gap - value)).toBeLessThan(Math.max(6e-5, 5e-4 * value));
    },
  );

  // Adding a mass on the ring of node q changes the moments as sector 0 says; nothing of the law is used for that but its nodes.
  it.each([
    ['gradient-flow', 60, 2e-7],
    ['projected-descent', 15, 1e-8],
  ] as const)(
    'sector 0 is the derivative of the mean field with respect to its law (%s, %s steps): variance of the loss within %s',
    (kind, steps, tolerance) => {
      const links = linksOfCoefficients([0.2, 0.5, 0.3, 0.8], [0.1, 0.9, 0.4, 0.5]);
      const [d, stepSize] = [7, 2.25 / steps];
      const law = gaussLaw(d, 14);
      const input = { inputDimension: d, links, law, kind, stepSize };
      const lossWith = (weights: Float64Array) =>
        exact.within((scope) => {
          const field = new MeanField(exact, scope, { ...input, law: { ...law, weights } });
          for (let step = 0; step < steps; step++) field.advance();
          return field.loss();
        });
      const shift = 1e-5;
      let variance = 0;
      law.weights.forEach((weight, q) => {
        const mixed = (sign: number) =>
          lossWith(law.weights.map((w, i) => (1 - sign * shift) * w + (i === q ? sign * shift : 0)));
        const derivative = (mixed(1) - mixed(-1)) / (2 * shift);
        variance += weight * derivative * derivative;
      });
      const { loss } = lawAfter(input, steps);
      expect(loss).toBeGreaterThan(0.003);
      expect(Math.abs(loss / variance - 1)).toBeLessThan(tolerance);
    },
  );

  it('descent tends to the flow like η: halving it halves the difference', () => {
    const links = linksOfCoefficients([0, 0.5, 0, 1]);
    const exactly = lawAfter(inputOf(12, links, 2, 0.02), 100);
    const gaps = [0.1, 0.05, 0.025].map((eta) => {
      const { gap, displacement } = lawAfter(
        inputOf(12, links, 2, eta, 'projected-descent'),
        Math.round(2 / eta),
      );
      return [gap - exactly.gap, displacement - exactly.displacement];
    });
    for (const i of [0, 1]) {
      expect(gaps[0]![i]! / gaps[1]![i]!).toBeGreaterThan(1.8);
      expect(gaps[1]![i]! / gaps[2]![i]!).toBeGreaterThan(1.9);
      expect(gaps[1]![i]! / gaps[2]![i]!).toBeLessThan(2.15);
    }
  });

  it('half the nodes for an even activation are all of them: within 1e-12', () => {
    const input = inputOf(12, hermite(4), 2, 0.05);
    const { nodes, weights } = input.law;
    const whole = {
      nodes: Float64Array.from([...nodes.map((a) => -a).reverse(), ...nodes]),
      weights: Float64Array.from([...weights].reverse().concat(Array.from(weights)), (w) => w / 2),
      half: false,
    };
    expect(input.law.half).toBe(true);
    const [a, b] = [lawAfter(input, 40), lawAfter({ ...input, law: whole }, 40)];
    expect(Math.abs(a.gap - b.gap)).toBeLessThan(1e-12);
    expect(Math.abs(a.displacement - b.displacement)).toBeLessThan(1e-12);
    expect(Math.abs(a.loss - b.loss)).toBeLessThan(1e-12);
  });

  it.each([
    ['He1', hermite(1)],
    ['He2', hermite(2)],
    ['He3', hermite(3)],
    ['He4', hermite(4)],
    ['He1/2 + He3', linksOfCoefficients([0, 0.5, 0, 1])],
    ['tanh of degree 7', linksOf('tanh', undefined, 7)],
    ['relu of degree 8', linksOf('relu', undefined, 8)],
  ] as const)('well-specified %s: Ω_f is largest at the start, where it is Q(1) − Σλm²', (_, links) => {
    for (const d of [8, 24]) {
      const { first, largest } = lawAfter(inputOf(d, links as Links, 4, 0.1), 40, 2);
      expect(largest).toBe(first);
    }
  });
});

interface EnvelopeCase {
  name: string;
  links: Links;
  d: number;
  T: number;
  values: number[];
}

describe('envelopes', () => {
  function envelopesAfter(input: MeanFieldInput, steps: number, intervals: number, responses = true) {
    return exact.within((scope) => {
      const law = new FluctuationLaw(exact, scope, input, responses);
      const times: EnvelopeTime[] = [];
      const truth: number[] = [];
      for (let step = 0; ; step++) {
        if (Math.round((times.length * steps) / intervals) === step) {
          const { field, hessian, integrals } = law;
          const time = step * input.stepSize;
          times.push(envelopeTime(time, field.nodes.alpha, field.force(), hessian, integrals, field.noise()));
          truth.push(Math.sqrt(law.evaluate().gap));
        }
        if (step === steps) break;
        law.advance();
      }
      const { sectors } = law;
      return { times, truth, sectors, ...envelopesOf(exact, input.links, input.law, sectors, times) };
    });
  }

  // d, T, and the values at T: √Ω_f, semidefinite, Volterra, energy, naive.
  it.each(
    [
      ['He1, d = 16', hermite(1), 16, 5, [0.011, 7.4, 57.7, 6.8, 1.1e4]],
      ['He2, d = 16', hermite(2), 16, 5, [0.225, 15.9, 226, 48.9, 2.4e8]],
      ['He2, d = 64', hermite(2), 64, 5, [0.273, 14.7, 152, 80.9, 2.4e8]],
      ['He3, d = 16', hermite(3), 16, 5, [0.748, 25.4, 4.43, 2.9e3, 4.8e12]],
      ['He4, d = 16', hermite(4), 16, 6, [0.753, 238, 12.2, 2.4e4, 1.2e16]],
      ['tanh of degree 7, d = 16', linksOf('tanh', undefined, 7), 16, 8, [0.088, 2.8, 6.7, 4.3, 485]],
    ].map(([name, links, d, T, values]) => ({ name, links, d, T, values }) as EnvelopeCase),
  )(
    '$name: the values of an independent program within 5 %, and bounds at every time',
    ({ links, d, T, values }) => {
      const { truth, semidefinite, volterra, energy, naive, least } = envelopesAfter(
        inputOf(d, links, T, 0.05),
        Math.round(T / 0.05),
        100,
      );
      const last = truth.length - 1;
      const ours = [truth[last]!, semidefinite[last]!, volterra[last]!, energy[last]!, naive[last]!];
      ours.forEach((value, i) => {
        expect(Math.abs(value / values[i]! - 1), `value ${i}: ${value}`).toBeLessThan(0.05);
      });
      truth.forEach((value, i) => {
        expect(least[i]!).toBeGreaterThanOrEqual(value * (1 - 1e-15));
        expect(naive[i]!).toBeGreaterThanOrEqual(energy[i]! * (1 - 1e-3));
      });
    },
  );

  it('the kernel of (B3) is right: its Volterra equation gives Ω_f within 2e-6, and its derivative is that of K', () => {
    const input = inputOf(16, hermite(2), 3, 0.02);
    const { times, truth, sectors } = envelopesAfter(input, 150, 75);
    const { weights, nodes } = input.law;
    const count = nodes.length;
    let gap = 0;
    for (const sector of sectors) {
      const modes = emptyModes(sector, count);
      const e: Float64Array[] = [];
      const rows: Float64Array[] = [];
      const rates: Float64Array[] = [];
      exact.within((scope) => {
        kernelRows(exact, scope, input.law, sector, times, (t, K, columns) => {
          expect(columns).toBe(t + 1);
          rows.push(K.slice(0, columns));
          rates.push(K.slice(columns, 2 * columns));
          fillModes(sector, times[t]!.alpha, modes);
          const now = modes.value.map((value) => value * Math.sqrt(sector.strengths[0]!));
          for (let s = 0; s < t; s++) {
            const share = (s === 0 ? 0.5 : 1) * 0.04 * K[s]!;
            for (let q = 0; q < count; q++) now[q]! -= share * e[s]![q]!;
          }
          const own = t === 0 ? 1 : 1 + 0.02 * K[t]!;
          e.push(now.map((value) => value / own));
        });
      });
      const last = e[e.length - 1]!;
      const mean = sector.j === 0 ? last.reduce((sum, value, q) => sum + weights[q]! * value, 0) : 0;
      last.forEach((value, q) => {
        gap += weights[q]! * (value - mean) * (value - mean);
      });
      for (const [t, s] of [
        [20, 5],
        [40, 39],
        [70, 0],
      ] as const) {
        const difference = (rows[t + 1]![s]! - rows[t - 1]![s]!) / 0.08;
        expect(Math.abs(difference - rates[t]![s]!)).toBeLessThan(0.02 * Math.abs(rows[t]![s]!) + 1e-6);
      }
    }
    expect(Math.abs(Math.sqrt(gap) - truth[truth.length - 1]!)).toBeLessThan(2e-6);
  });

  it('far horizons stay numbers: at most 1e300', () => {
    const { naive, least } = envelopesAfter(inputOf(16, hermite(4), 60, 0.25), 240, 60, false);
    expect(Math.max(...naive)).toBeLessThanOrEqual(1e300);
    expect([...least].every(Number.isFinite)).toBe(true);
  });
});
