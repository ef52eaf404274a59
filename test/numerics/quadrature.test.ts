import { describe, expect, it } from 'vitest';
import { gaussGegenbauer, gaussHermite, gaussLegendre, sobolPoints } from '../../src/numerics/quadrature.ts';

const average = (
  { nodes, weights }: { nodes: Float64Array; weights: Float64Array },
  f: (x: number) => number,
) => nodes.reduce((sum, x, i) => sum + weights[i]! * f(x), 0);

describe('Gauss rules', () => {
  it('average cos by closed forms within 1e-15: e^(-1/2), 2 sin 1, and sin 1 on the sphere in 3 dimensions', () => {
    expect(Math.abs(average(gaussHermite(40), Math.cos) - Math.exp(-0.5))).toBeLessThan(1e-15);
    expect(Math.abs(average(gaussLegendre(20), Math.cos) - 2 * Math.sin(1))).toBeLessThan(1e-15);
    expect(Math.abs(average(gaussGegenbauer(20, 0.5), Math.cos) - Math.sin(1))).toBeLessThan(1e-15);
  });

  it('a coordinate on the sphere of dimension d has E x² = 1/d and E x⁴ = 3/(d (d + 2)) within 1e-15 relative', () => {
    for (const d of [3, 4, 10, 100, 1000]) {
      const rule = gaussGegenbauer(12, (d - 2) / 2);
      expect(Math.abs(average(rule, (x) => x * x) * d - 1)).toBeLessThan(1e-15);
      expect(Math.abs((average(rule, (x) => x ** 4) * d * (d + 2)) / 3 - 1)).toBeLessThan(1e-15);
    }
  });

  it('gives copies: writing into a rule does not reach the next caller', () => {
    const first = gaussHermite(5);
    first.nodes.fill(0);
    expect(gaussHermite(5).nodes[4]).toBeGreaterThan(2);
    for (let n = 1; n <= 100; n++) gaussHermite(n);
    expect(gaussHermite(1)).toEqual({ nodes: Float64Array.of(0), weights: Float64Array.of(1) });
  });

  it('refuses sizes and λ outside the range, naming them', () => {
    expect(() => gaussHermite(0)).toThrow(/n must be an integer from 1 to 4096; received 0/);
    expect(() => gaussLegendre(2.5)).toThrow(RangeError);
    expect(() => gaussGegenbauer(3, -0.5)).toThrow(
      /lambda must be a number above -1\/2, at most 1e6; received -0.5/,
    );
    expect(() => gaussGegenbauer(3, Number.NaN)).toThrow(RangeError);
  });
});

describe('Sobol points', () => {
  it('lie coordinate by coordinate; without a seed they are the points themselves', () => {
    const points = sobolPoints(2, 4);
    const cell = 2 ** -33;
    expect([...points]).toEqual([0, 0.5, 0.75, 0.25, 0, 0.5, 0.25, 0.75].map((u) => u + cell));
    expect([...sobolPoints(2, 2, { start: 2 })]).toEqual([points[2], points[3], points[6], points[7]]);
  });

  it('a seed randomises them, the same way each time; the digital shift differs from Owen’s scrambling', () => {
    const owen = sobolPoints(3, 8, { seed: 'a' });
    expect(sobolPoints(3, 8, { seed: 'a', scrambling: 'owen' })).toEqual(owen);
    expect(sobolPoints(3, 8, { seed: 'b' })).not.toEqual(owen);
    expect(sobolPoints(3, 8, { seed: 'a', scrambling: 'shift' })).not.toEqual(owen);
    expect(owen).not.toEqual(sobolPoints(3, 8));
  });

  it('golden bits: scrambled points of a seed', () => {
    expect([...sobolPoints(2, 3, { seed: 'foretrain' })]).toMatchInlineSnapshot(`
      [
        0.80211652032205,
        0.48341855661239996,
        0.05672097306007673,
        0.5658667904094944,
        0.25895531199239497,
        0.9267449211722146,
      ]
    `);
  });

  it('refuses sizes outside the range, naming them', () => {
    expect(() => sobolPoints(401, 1)).toThrow(/dimensions must be an integer from 1 to 400; received 401/);
    expect(() => sobolPoints(1, -1)).toThrow(/count must be/);
    expect(() => sobolPoints(1, 10, { start: 2 ** 32 - 9 })).toThrow(/count must be an integer from 0 to 9/);
    expect(() => sobolPoints(1, 1, { seed: 's', scrambling: 'none' as 'owen' })).toThrow(
      /scrambling must be/,
    );
    expect(() => sobolPoints(1, 1, { seed: 5 as unknown as string })).toThrow(/seed must be a string/);
  });
});
