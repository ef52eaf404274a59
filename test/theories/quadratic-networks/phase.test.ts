import { describe, expect, it } from 'vitest';
import { phaseDiagram, samplesForError } from '../../../src/theories/quadratic-networks/phase.ts';
import { steadyState } from '../../../src/theories/quadratic-networks/steady-state.ts';
import { recoveryThreshold } from '../../../src/theories/quadratic-networks/thresholds.ts';

const base = {
  sampleRatio: 0.3,
  widthRatio: 0.5,
  teacherWidthRatio: 0.3,
  weightDecay: 0.01,
  noiseVariance: 0.5,
};

describe('phase diagrams', () => {
  it('hold the steady states of their points, and the lines of their thresholds', () => {
    const diagram = phaseDiagram(
      base,
      { parameter: 'sampleRatio', values: [0.2, 0.4] },
      { parameter: 'widthRatio', values: [0.3, 0.6, 1] },
    );
    diagram.y.values.forEach((widthRatio, j) => {
      diagram.x.values.forEach((sampleRatio, i) => {
        const state = steadyState({ ...base, widthRatio, sampleRatio });
        expect(diagram.testError[j * 2 + i]).toBe(state.test);
        expect(diagram.flag[j * 2 + i]).toBe(state.reliability.flag);
      });
    });
    expect(Array.from(diagram.lines!.at)).toEqual([0.3, 0.6, 1]);
    expect(diagram.lines!.recovery[2]).toBeCloseTo(0.3271545, 7);
    expect(Array.from(diagram.recoverable)).toEqual([0, 1, 0, 1, 0, 1]);
  });

  it('leave the cells without numbers where rounding hides the state, and keep the others', () => {
    const quiet = { ...base, teacherWidthRatio: 0.05, noiseVariance: 0 };
    const diagram = phaseDiagram(
      quiet,
      { parameter: 'sampleRatio', values: [0.02, 0.5, 2] },
      { parameter: 'weightDecay', values: [1e-6, 0.1] },
    );
    const hidden = diagram.flag.map((flag) => flag === 'unresolved');
    expect(hidden.some((is) => is)).toBe(true);
    expect(hidden.slice(3)).toEqual([false, false, false]);
    hidden.forEach((is, at) => {
      expect(Number.isNaN(diagram.testError[at]!)).toBe(is);
    });
  });

  it('refuse one parameter on both axes, and unknown ones', () => {
    const axis = { parameter: 'sampleRatio', values: [0.2] } as const;
    expect(() => phaseDiagram(base, axis, axis)).toThrow(/^y\.parameter must differ/);
    expect(() => phaseDiagram(base, { parameter: 'alpha' as never, values: [1] }, axis)).toThrow(
      /^x\.parameter must be one of sampleRatio/,
    );
  });
});

describe('how many samples a width needs', () => {
  it('is where the test error passes the target for the last time', () => {
    // κ = 1, Δ = 1, λ = 0.005: 3.92 at α = 0.2, a peak of 7.2 at 0.3, 3.27 at 0.4.
    const { sampleRatio, samples, state } = samplesForError(
      { widthRatio: 1, teacherWidthRatio: 0.3, weightDecay: 0.005, noiseVariance: 1 },
      4,
      { inputDimension: 50 },
    );
    expect(sampleRatio).toBeGreaterThan(0.35);
    expect(sampleRatio).toBeLessThan(0.4);
    expect(state!.test).toBeCloseTo(4, 7);
    expect(samples).toBe(Math.ceil(sampleRatio! * 2500));
  });

  it('is the recovery threshold to 1e-5, and not less, for a test error that only a recovered teacher has', () => {
    for (const widthRatio of [0.3, 0.5, 1]) {
      const noiseless = { widthRatio, teacherWidthRatio: 0.3, weightDecay: 0, noiseVariance: 0 };
      const threshold = recoveryThreshold(noiseless).sampleRatio;
      const { sampleRatio, state } = samplesForError(noiseless, 1e-12);
      expect(sampleRatio! / threshold).toBeGreaterThan(1 - 1e-5);
      expect(sampleRatio! / threshold).toBeLessThan(1 + 1e-5);
      expect(state!.test).toBeLessThanOrEqual(1e-12);
    }
  });

  it('says so where no number of samples is enough', () => {
    const found = samplesForError(
      { widthRatio: 0.1, teacherWidthRatio: 0.5, weightDecay: 0.01, noiseVariance: 0.1 },
      0.01,
    );
    expect(found.sampleRatio).toBeUndefined();
    expect(found.lowest).toBeGreaterThan(0.01);
  });

  it('a student narrower than the teacher never recovers it', () => {
    expect(recoveryThreshold({ widthRatio: 0.2, teacherWidthRatio: 0.3 }).sampleRatio).toBe(
      Number.POSITIVE_INFINITY,
    );
  });
});
