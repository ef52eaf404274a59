import { describe, expect, it } from 'vitest';
import { fillNormal, fillUniform, openStream, resumeStream, saveStream } from '../../bindings/random.ts';
import { checked, exact, referenceCore } from '../cores.ts';
import { correlationScore, fixtures, KEY, normals, uniforms } from './statistics.ts';

/** The uniform variate that a word given by its halves stands for: (upper 52 bits + 1/2) 2^-52. */
const unit = (low: number, high: number) => (high * 2 ** 20 + (low >>> 12) + 0.5) / 2 ** 52;

describe('xoshiro256++', () => {
  const { within, exports } = referenceCore();

  it('reference: 20 words from three states as by Python integers, and the 1000th', () => {
    for (const { state, words, word1000 } of fixtures.xoshiro) {
      within((scope) => {
        const stream = resumeStream(scope, Uint32Array.from(state));
        const out = scope.f64(1000);
        exports.xoshiroReference!(stream.ptr, out.ptr, 1000);
        const drawn = new Uint32Array(out.view.buffer, out.ptr, 2000);
        expect([...drawn.slice(0, 40)]).toEqual(words);
        expect([...drawn.slice(1998)]).toEqual(word1000);
      });
    }
    expect(fixtures.xoshiro[0]!.words.slice(0, 2)).toEqual([41943041, 0]);
  });

  it.each([
    ['exact', exact],
    ['checked', checked],
  ])('uniform variates are the upper 52 bits of those words (%s)', (_, core) => {
    for (const { state, words } of fixtures.xoshiro) {
      core.within((scope) => {
        const out = scope.f64(20);
        fillUniform(core, resumeStream(scope, Uint32Array.from(state)), out);
        expect([...out.view]).toEqual([...out.view].map((__, i) => unit(words[2 * i]!, words[2 * i + 1]!)));
      });
    }
  });

  it('seeds the states that Python integers give', () => {
    for (const { key, label, index, state } of fixtures.seeded) {
      exact.within((scope) => {
        expect([...saveStream(openStream(exact, scope, key, label, index))]).toEqual(state);
      });
    }
  });

  it.each([
    ['exact', exact],
    ['checked', checked],
  ])('fills of every length 0 to 33 and beyond a block join to one sequence (%s)', (_, core) => {
    const whole = { uniform: uniforms(exact, 4000), normal: normals(exact, 4000) };
    const lengths = [...Array(34).keys(), 1023, 1024, 1025];
    core.within((scope) => {
      const streams = { uniform: openStream(core, scope, KEY, 2), normal: openStream(core, scope, KEY, 1) };
      let at = 0;
      for (const n of lengths.filter((n) => n <= 1025)) {
        if (at + n > 4000) break;
        const out = scope.f64(n);
        fillUniform(core, streams.uniform, out);
        expect(out.copy()).toEqual(whole.uniform.slice(at, at + n));
        fillNormal(core, streams.normal, out);
        expect(out.copy()).toEqual(whole.normal.slice(at, at + n));
        at += n;
      }
      expect(at).toBeGreaterThan(3500);
    });
  });

  it('streams that differ by one bit of key, label or index are uncorrelated within 5 s.e., at lags -2 to 2', () => {
    const n = 20000;
    const draw = (key: number[], label: number, index: number) =>
      exact.within((scope) => {
        const out = scope.f64(n);
        fillNormal(exact, openStream(exact, scope, key, label, index), out);
        return out.copy();
      });
    const streams = [draw(KEY, 7, 0)];
    for (let bit = 0; bit < 32; bit += 5) {
      const flip = (2 ** bit) | 0;
      for (let word = 0; word < 4; word++) {
        streams.push(
          draw(
            KEY.map((k, i) => (i === word ? k ^ flip : k)),
            7,
            0,
          ),
        );
      }
      streams.push(draw(KEY, 7 ^ flip, 0), draw(KEY, 7, flip));
    }
    let worst = 0;
    for (let i = 0; i < streams.length; i++) {
      for (let j = 0; j < i; j++) {
        for (let lag = -2; lag <= 2; lag++) {
          const a = streams[i]!.subarray(Math.max(0, lag), n + Math.min(0, lag));
          const b = streams[j]!.subarray(Math.max(0, -lag), n + Math.min(0, -lag));
          worst = Math.max(worst, Math.abs(correlationScore(a, b)));
        }
      }
    }
    expect(streams.length).toBe(43);
    expect(worst).toBeLessThan(5);
  });

  it('100000 neighbouring streams begin with different words', () => {
    const seen = new Set<string>();
    exact.within((scope) => {
      const stream = scope.f64(4);
      for (let i = 0; i < 100000; i++) {
        exact.exports.seedStream(stream.ptr, 0, 0, 0, 0, i % 10, Math.floor(i / 10));
        const words = saveStream(stream);
        expect(words.some((word) => word !== 0)).toBe(true);
        seen.add(`${words[0]} ${words[1]}`);
      }
    });
    expect(seen.size).toBe(100000);
  });
});
