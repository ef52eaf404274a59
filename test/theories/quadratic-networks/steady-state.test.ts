import { describe, expect, it } from 'vitest';
import { EDGES, lawDensities, lawEdges, lawMoments, MOMENTS } from '../../../bindings/quadratic-networks.ts';
import { gaussLegendre } from '../../../src/numerics/quadrature.ts';
import { spectrum } from '../../../src/theories/quadratic-networks/spectrum.ts';
import { steadyState } from '../../../src/theories/quadratic-networks/steady-state.ts';
import {
  interpolationThreshold,
  isHardToRecover,
  recoveryThreshold,
} from '../../../src/theories/quadratic-networks/thresholds.ts';
import { checked, exact } from '../../cores.ts';
import { ofKind, parametersOf } from './golden.ts';

const point = (
  sampleRatio: number,
  widthRatio: number,
  teacherWidthRatio: number,
  weightDecay: number,
  noiseVariance: number,
) => ({
  sampleRatio,
  widthRatio,
  teacherWidthRatio,
  weightDecay,
  noiseVariance,
});

describe('steady state against an independent program', () => {
  it.each(ofKind('steady_state'))(
    '$name: every number to 1e-8',
    ({ input, expect: expected, active, roots, tol }) => {
      const state = steadyState(parametersOf(input));
      for (const name of Object.keys(expected)) {
        // With the cut in a gap of the law every place in the gap is the same; ours is the upper end.
        if (name === 'cut' && state.densityAtCut === 0 && active) {
          expect(state.cut).toBeGreaterThan(expected.cut);
          continue;
        }
        const value = (state as unknown as Record<string, number>)[name]!;
        expect(Math.abs(value - expected[name]), name).toBeLessThan(
          tol * Math.max(1, Math.abs(expected[name])),
        );
      }
      expect(state.cutActive).toBe(active);
      expect(state.roots.length).toBe(roots.length);
    },
  );

  it('recovery thresholds to 1e-10', () => {
    for (const row of ofKind('recovery_threshold')[0]!.rows) {
      const found = recoveryThreshold({ widthRatio: row.kappa, teacherWidthRatio: row.kappa_star });
      expect(Math.abs(found.sampleRatio - row.alpha), JSON.stringify(row)).toBeLessThan(1e-10);
      if (row.kappa_c !== null && row.kappa_star < 1) {
        expect(Math.abs(found.widthRatioOfPlateau - row.kappa_c)).toBeLessThan(1e-10);
      }
    }
  });

  it('interpolation thresholds to 1e-8', () => {
    for (const row of ofKind('interpolation_threshold')[0]!.rows) {
      const found = interpolationThreshold({
        widthRatio: row.kappa,
        teacherWidthRatio: row.kappa_star,
        noiseVariance: row.Delta,
      });
      expect(Math.abs(found.unbounded - row.alpha), JSON.stringify(row)).toBeLessThan(1e-8);
    }
  });

  it('partial integrals of the law to 1e-9, on both builds with equal bits', () => {
    for (const row of ofKind('law')[0]!.rows) {
      const values = [exact, checked].map((core) =>
        core.within((scope) => {
          const edges = scope.f64(EDGES);
          const out = scope.f64(MOMENTS);
          const count = lawEdges(core, row.delta * row.delta, 1 / row.kappa_star, edges);
          expect(2 * count).toBe(row.edges.length);
          const e = edges.copy();
          const ends = count === 2 ? [0, 1, 2, 3] : [0, 3];
          for (const [i, at] of ends.entries()) expect(Math.abs(e[at]! - row.edges[i])).toBeLessThan(1e-9);
          lawMoments(core, row.cut, row.delta * row.delta, 1 / row.kappa_star, edges, out);
          return out.copy();
        }),
      );
      expect(values[0]).toEqual(values[1]);
      const [m0, m1, m2, h0, h1] = values[0]!;
      const t = row.tau;
      const found = {
        n0: m0!,
        m1: m1! - t * m0!,
        m2: m2! - 2 * t * m1! + t * t * m0!,
        mx: m2! - t * m1!,
        F: h1! - t * h0!,
      };
      for (const [name, value] of Object.entries(found)) {
        expect(Math.abs(value - row[name]), `${name} at ${row.cut}`).toBeLessThan(1e-9);
      }
    }
  });

  it('spectrum to 1e-8', () => {
    const { input, z, density, atom0, zmin, zmax } = ofKind('spectrum')[0]!;
    const found = spectrum(steadyState(parametersOf(input)), z);
    for (const [i, value] of density.entries()) {
      expect(Math.abs(found.density[i]! - value)).toBeLessThan(1e-8);
    }
    expect(Math.abs(found.atom - atom0)).toBeLessThan(1e-8);
    expect(Math.abs(found.edges[0] - zmin)).toBeLessThan(1e-8);
    expect(Math.abs(found.edges[1] - zmax)).toBeLessThan(1e-8);
  });
});

describe('steady state beyond the reference values', () => {
  it('the law: moments above a cut are those of its density by quadrature, to 1e-13', () => {
    const { nodes, weights } = gaussLegendre(400);
    for (const [teacher, delta] of [
      [0.3, 0.5],
      [0.3, 2],
      [1.5, 0.3],
      [0.8, 0.05],
      [20, 1],
    ] as const) {
      exact.within((scope) => {
        const edges = scope.f64(EDGES);
        const out = scope.f64(MOMENTS);
        const [s, c] = [delta * delta, 1 / teacher];
        lawEdges(exact, s, c, edges);
        const [low, gapLow, gapHigh, high] = edges.copy(0, 4) as unknown as [number, number, number, number];
        for (const share of [0.3, 0.6, 0.9]) {
          const cut = low + share * (high - low);
          // Nodes crowd at both ends, where the density goes like a root.
          const pieces = [
            [Math.max(low, cut), gapLow],
            [Math.max(gapHigh, cut), high],
          ].filter(([a, b]) => b! > a!) as [number, number][];
          const sums = [0, 0, 0];
          for (const [a, b] of pieces) {
            const x = nodes.map((u) => {
              const v = (u + 1) / 2;
              return a + (b - a) * v * v * (3 - 2 * v);
            });
            const slope = nodes.map((u) => ((b - a) * 6 * ((1 + u) / 2) * ((1 - u) / 2)) / 2);
            const density = scope.f64(x.length);
            lawDensities(exact, x.length, scope.from(x), s, c, edges, density);
            density.copy().forEach((value, i) => {
              let term = value * slope[i]! * weights[i]!;
              for (let p = 0; p < 3; p++, term *= x[i]!) sums[p]! += term;
            });
          }
          lawMoments(exact, cut, s, c, edges, out);
          sums.forEach((sum, p) => {
            expect(Math.abs(sum - out.view[p]!), `moment ${p}, ${teacher}, ${delta}, ${share}`).toBeLessThan(
              1e-13,
            );
          });
        }
      });
    }
  });

  it('the gain has the values of the note, to 5e-5', () => {
    for (const [alpha, kappa, teacher, decay, noise, gain] of [
      [0.5, 1, 0.3, 0.1, 0.25, 0.5095],
      [0.5, 0.2, 0.3, 0.1, 0.25, 0.5278],
      [0.3, 0.4, 0.3, 0.05, 0.5, 0.883],
      [0.3, 0.3, 0.3, 0.05, 0.5, 1.1503],
      [0.3, 0.25, 0.3, 0.01, 0.5, 1.4483],
    ] as const) {
      const state = steadyState(point(alpha, kappa, teacher, decay, noise), { gain: true });
      expect(Math.abs(state.gain! - gain), String(gain)).toBeLessThan(6e-5);
    }
  });

  it('double descent against samples and against width has the published shape', () => {
    const test = (...p: Parameters<typeof point>) => steadyState(point(...p)).test;
    const samples = [0.1, 0.2, 0.3, 0.35, 0.4, 0.5, 0.7, 1].map((alpha) => test(alpha, 1, 0.3, 0.005, 1));
    const expected = [6.2185, 3.9226, 7.1988, 5.2126, 3.2678, 1.7784, 0.906, 0.518];
    for (const [i, value] of samples.entries()) expect(Math.abs(value - expected[i]!)).toBeLessThan(6e-5);
    const widths = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.56, 1];
    const along = widths.map((kappa) => test(0.3, kappa, 0.3, 0.01, 0.5));
    const table = [6.229, 4.637, 3.596, 3.194, 3.766, 4.513, 4.202, 3.458, 2.787, 2.737, 2.737];
    for (const [i, value] of along.entries())
      expect(Math.abs(value - table[i]!), String(widths[i])).toBeLessThan(6e-4);
  });

  it('finds all coexisting roots, and says that it is outside validity', () => {
    const state = steadyState(point(0.216, 0.2, 0.2, 1e-3, 0));
    expect(state.roots.map(({ delta }) => Number(delta.toPrecision(3)))).toEqual([0.00987, 1.97, 5.21]);
    expect(state.reliability.flag).toBe('outside-validity');
  });

  it('flags: exact, stable, approximation, outside validity', () => {
    const flag = (...p: Parameters<typeof point>) => steadyState(point(...p)).reliability.flag;
    expect(flag(0.5, 1, 0.3, 0.1, 0.25)).toBe('exact');
    expect(flag(0.3, 0.6, 0.3, 0.01, 0.5)).toBe('exact');
    expect(flag(0.5, 0.2, 0.3, 0.1, 0.25)).toBe('stable');
    expect(flag(0.3, 0.3, 0.3, 0.05, 0.5)).toBe('approximation');
    expect(flag(0.3, 0.25, 0.3, 0.01, 0.5)).toBe('outside-validity');
    expect(flag(0.265, 0.3, 0.3, 0.002, 0.25)).toBe('outside-validity');
  });

  it('the interpolation thresholds of the note', () => {
    const at = (widthRatio: number, noiseVariance: number) =>
      interpolationThreshold({ widthRatio, teacherWidthRatio: 0.3, noiseVariance });
    expect(at(0.7, 0.01).unbounded).toBeCloseTo(0.35360902, 8);
    expect(at(1, 1000).sampleRatio).toBeCloseTo(0.25017935, 8);
    expect(at(0.3, 10).unbounded).toBeCloseTo(0.24552, 5);
    expect(at(0.3, 0.25).sampleRatio).toBe(0.3 - 0.045);
    expect(at(0.7, 0).status).toBe('exact');
    // Continuous in the noise, also for a student too narrow for its teacher.
    expect(at(0.2, 0).unbounded).toBeCloseTo(at(0.2, 1e-9).unbounded, 6);
    expect(at(0.5, 0).unbounded).toBeCloseTo(at(0.5, 1e-9).unbounded, 3);
  });

  it('without noise and weight decay: nothing is learned wrong above the recovery threshold', () => {
    const state = steadyState(point(0.3, 1, 0.2, 0, 0));
    expect([state.test, state.train, state.delta, state.trace]).toEqual([0, 0, 0, 1]);
    // The limit of small weight decay has test error O(λ²), k̂ and F of the limit.
    const near = steadyState(point(0.3, 1, 0.2, 1e-4, 0));
    expect(near.test).toBeLessThan(1e-6);
    expect(near.khat).toBeCloseTo(state.khat, 3);
    expect(near.F).toBeCloseTo(state.F, 3);
    expect(steadyState(point(0.2, 1, 0.2, 0, 0)).train).toBe(0);
    // Down to the smallest weight decay, and at a threshold itself.
    const scaled = [1e-4, 1e-5, 1e-6].map(
      (decay) => steadyState(point(0.3, 0.25, 0.2, decay, 0)).test / decay / decay,
    );
    for (const value of scaled) expect(Math.abs(value / scaled[0]! - 1)).toBeLessThan(1e-3);
    expect(steadyState(point(0.5, 1, 1.5, 0, 0)).roots.length).toBe(1);
  });

  it('a recovered teacher is exact only where the rank of the student would not cut', () => {
    const flag = (alpha: number, kappa: number) =>
      steadyState(point(alpha, kappa, 0.5, 0, 0)).reliability.flag;
    expect(flag(0.45, 0.9)).toBe('exact');
    expect(flag(0.45, 0.5)).toBe('outside-validity');
    expect(flag(0.48, 0.5)).toBe('stable');
  });

  it('random starts may miss the recovered teacher from the threshold itself up to a quarter more', () => {
    // κ* = 0.5: the threshold of κ = 0.5 is the count of weights, 0.375; the plateau begins at 0.62, beyond 1.2 κ*.
    const flag = (alpha: number, kappa = 0.5) => {
      const p = point(alpha, kappa, 0.5, 0, 0);
      const state = steadyState(p);
      expect(isHardToRecover(p)).toBe(state.reliability.reason.startsWith('random starts'));
      return [state.test === 0, state.reliability.flag];
    };
    expect(flag(0.375)).toEqual([true, 'outside-validity']);
    expect(flag(0.46)).toEqual([true, 'outside-validity']);
    expect(flag(0.47)).toEqual([true, 'stable']);
    expect(flag(0.37)[0]).toBe(false);
    // A convex problem has no random starts that miss it, however narrow the student is beside the teacher.
    expect(isHardToRecover(point(0.5, 1, 1, 0, 0))).toBe(false);
    expect(isHardToRecover(point(0.5, 1, 0.9, 0, 0))).toBe(false);
  });

  it('that question works the threshold out once', () => {
    const reads = (ask: (p: ReturnType<typeof point>) => unknown) => {
      let count = 0;
      const get = () => {
        count++;
        return 0.5;
      };
      const teacherWidthRatio = { enumerable: true, get };
      ask(Object.defineProperties({ ...point(0.4, 0.5, 0.5, 0, 0) }, { teacherWidthRatio }));
      return count;
    };
    expect(reads(isHardToRecover)).toBe(reads(recoveryThreshold) + 1);
  });

  it.each([
    ['sampleRatio', 0],
    ['widthRatio', -1],
    ['teacherWidthRatio', Number.NaN],
    ['weightDecay', -0.1],
    ['weightDecay', 1e-9],
    ['noiseVariance', Number.POSITIVE_INFINITY],
  ])('refuses %s = %d by name', (name, value) => {
    expect(() => steadyState({ ...point(0.5, 1, 0.3, 0.1, 0.25), [name]: value })).toThrow(
      new RegExp(`^${name} must be`),
    );
  });

  it('finds roots outside the usual range of δ: hardly any noise, and noise that a peak of double descent multiplies', () => {
    // All noise is taken away and 2 mse = 2 κ* λ²: δ is below 1e-4, where the grid began.
    const quiet = steadyState(point(300, 0.3, 0.05, 0.01, 0));
    expect(quiet.delta).toBeLessThan(1e-4);
    expect(quiet.test).toBeCloseTo(2 * 0.05 * 1e-4, 6);
    // δ ≥ √(Δ/4α), by (E1).
    expect(steadyState(point(300, 1, 0.3, 0.01, 1e-6)).delta).toBeGreaterThan(Math.sqrt(1e-6 / 1200));
    // Pure noise is interpolated up to α = 1/4.
    const peak = steadyState(point(0.25, 1, 0.3, 1e-4, 1e6));
    expect(peak.delta).toBeGreaterThan(60 * Math.sqrt(1e6));
    expect(Math.abs(4 * 0.25 * peak.delta ** 2 - peak.test - 1e6)).toBeLessThan(1e-9 * peak.delta ** 2);
  });

  it('says what to do where rounding hides the root, next to a recovered teacher', () => {
    const message = (...p: Parameters<typeof point>) => {
      try {
        return `found ${steadyState(point(...p)).test}`;
      } catch (error) {
        return `${(error as Error).name}: ${(error as Error).message}`;
      }
    };
    expect(message(0.3, 1, 0.05, 1e-6, 0)).toMatch(
      /^SolveError: The steady state at sampleRatio [\d.]+ is a recovered teacher but for errors .* at teacherWidthRatio 0\.05, .* Use noiseVariance 0 and weightDecay 0 for the limit, or larger ones: received 0 and 0\.000001\.$/,
    );
    expect(message(0.3, 1, 0.05, 0, 0)).toBe('found 0');
    expect(message(0.3, 1, 0.05, 1e-4, 0)).toMatch(/^found /);
    const least = recoveryThreshold({ widthRatio: 0.25, teacherWidthRatio: 0.2 }).sampleRatio;
    expect(message(least * (1 - 1e-7), 0.25, 0.2, 0, 0)).toMatch(
      / is so close to the recovery threshold 0\.228/,
    );
    expect(message(least, 0.25, 0.2, 0, 0)).toBe('found 0');
    expect(message(least * (1 - 1e-4), 0.25, 0.2, 0, 0)).toMatch(/^found 4\.96/);
    // 0.2 − 0.2²/2 is above 0.18 by a rounding.
    expect(message(0.18, 0.2, 0.2, 0, 0)).toBe('found 0');
  });

  it('has a root everywhere on a wide grid', () => {
    for (const alpha of [0.01, 0.1, 0.4, 2, 30])
      for (const kappa of [0.02, 0.3, 0.9, 3])
        for (const teacher of [0.05, 0.5, 1, 4])
          for (const decay of [0, 1e-5, 0.01, 1, 30])
            for (const noise of [0, 1e-3, 1, 100]) {
              const p = point(alpha, kappa, teacher, decay, noise);
              const { test, train, rank, trace } = steadyState(p);
              const label = JSON.stringify(p);
              expect(test >= 0 && train >= 0 && trace >= 0, label).toBe(true);
              expect(rank, label).toBeLessThanOrEqual(Math.min(1, kappa) + 1e-12);
            }
  });
});
