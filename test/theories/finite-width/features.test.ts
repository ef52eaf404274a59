import { describe, expect, it } from 'vitest';
import { fillTrapezoid } from '../../../bindings/finite-width.ts';
import { openStream } from '../../../bindings/random.ts';
import { checked, exact } from '../../cores.ts';
import { simulate } from '../../library.ts';

/** Rows of [E, L] drawn in pieces of the given lengths. */
function draw(core: typeof exact, pieces: number[], base: number, degrees: number, index = 0): Float64Array {
  const rows = pieces.reduce((sum, count) => sum + count, 0);
  const ld = base + degrees;
  return core.within((scope) => {
    const stream = openStream(core, scope, [1, 2, 3, 4], 5, index);
    const out = scope.f64(rows * ld);
    let first = 0;
    for (const count of pieces) {
      fillTrapezoid(core, stream, first, count, base, degrees, out.at(first * ld), ld);
      first += count;
    }
    return out.copy();
  });
}

describe('rows in turned coordinates', () => {
  it('have the same bits however they are split over calls, on either core, and zeros behind the diagonal', () => {
    const whole = draw(exact, [9], 2, 6);
    expect(draw(exact, [1, 3, 5], 2, 6)).toEqual(whole);
    expect(draw(checked, [4, 5], 2, 6)).toEqual(whole);
    for (let i = 0; i < 9; i++)
      for (let k = 0; k < 8; k++) expect(whole[i * 8 + k] === 0, `${i} ${k}`).toBe(k > 2 + i);
  });

  it('have the second and fourth moments of a Gaussian matrix in G G’: every score below 4.5 over 4000 draws', () => {
    const [rows, degrees, draws] = [7, 4, 4000];
    const pairs: number[][] = [];
    for (let index = 0; index < draws; index++) {
      const L = draw(exact, [rows], 0, degrees, index);
      const entries: number[] = [];
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j <= i; j++) {
          let sum = 0;
          for (let k = 0; k < degrees; k++) sum += L[i * degrees + k]! * L[j * degrees + k]!;
          // E (G G')_ij = d on the diagonal; E of its square is d, and d² + 2 d on the diagonal.
          const [mean, square] = i === j ? [degrees, degrees * degrees + 2 * degrees] : [0, degrees];
          entries.push(sum - mean, sum * sum - square);
        }
      }
      pairs.push(entries);
    }
    for (let e = 0; e < pairs[0]!.length; e++) {
      const mean = pairs.reduce((sum, entries) => sum + entries[e]!, 0) / draws;
      const spread = Math.sqrt(pairs.reduce((sum, entries) => sum + entries[e]! ** 2, 0)) / draws;
      expect(Math.abs(mean / spread), `entry ${e}`).toBeLessThan(4.5);
    }
  });

  it.each([
    [12, 30, 2],
    [12, 8, 2],
    [6, 9, 2],
    // Fewer rows than units.
    [12, 2, 3],
  ])(
    'give the experiment itself: at n = %d, m = %d, q = %d all means agree with those of plain rows',
    async (n, m, q) => {
      // A t law of many degrees of freedom stands in for the Gaussian one: its rows are drawn entry by entry.
      const run = (features: object) =>
        simulate({
          theory: 'finite-width',
          model: { inputDimension: n, width: q, activations: ['tanh'], initialization: { kind: 'gaussian' } },
          data: { sampleCount: m, features, link: 'tanh', noise: { law: 'gaussian', variance: 0.1 } },
          optimizer: { learningRates: [0.8, 0.2], steps: 6 },
          simulation: { replicas: 500, estimator: false, testSamples: 16 },
        });
      const turned = await run({ law: 'gaussian' });
      const plain = await run({ law: 'student-t', degreesOfFreedom: 1e6 });
      for (const name of [
        'trainError',
        'deepWeights',
        'firstLayerGram',
        'signalCovariance',
        'initialOverlap',
        'noiseGram',
        'firstLayerWeightQuantiles',
        'trainingPreactivationQuantiles',
      ]) {
        const [a, b] = [turned.observables[name]!, plain.observables[name]!];
        a.values.forEach((value, i) => {
          const error = Math.sqrt(a.standardError![i]! ** 2 + b.standardError![i]! ** 2);
          expect(Math.abs(value - b.values[i]!), `${name} ${i}`).toBeLessThan(4.5 * error + 1e-12);
        });
      }
    },
  );
});
