import { buildSync } from 'esbuild';
import seedrandom from 'seedrandom';
import { describe, expect, it } from 'vitest';
import { createStream, labelId, normalStream, streamKey } from '../../src/numerics/random.ts';

describe('keys', () => {
  it("streamKey is the first four int32 of seedrandom's alea, and golden for 'foretrain'", () => {
    for (const seed of ['', '1', 'foretrain', 'Grüße 🎲']) {
      const alea = seedrandom.alea(seed);
      expect([...streamKey(seed)]).toEqual([alea.int32(), alea.int32(), alea.int32(), alea.int32()]);
    }
    expect([...streamKey('foretrain')]).toMatchInlineSnapshot(`
      [
        -1987915015,
        -2022923445,
        -1372106001,
        216703038,
      ]
    `);
  });

  it('20000 neighbouring seeds have different keys, in every pair of words', () => {
    const seen = new Set<string>();
    for (let i = 0; i < 20000; i++) {
      const [a, b, c, d] = streamKey(`run ${i}`);
      seen.add(`${a} ${b}`).add(`${c} ${d}`);
    }
    expect(seen.size).toBe(40000);
  });

  it('labelId is FNV-1a: the published values of its authors', () => {
    expect(labelId('')).toBe(0x811c9dc5);
    expect(labelId('a')).toBe(0xe40c292c);
    expect(labelId('foobar')).toBe(0xbf9cf968);
  });

  it('refuses seeds and labels that are not strings', () => {
    expect(() => streamKey(5 as unknown as string)).toThrow(/seed must be a string; received number/);
    expect(() => createStream('s', undefined as unknown as string)).toThrow(/label must be a string/);
    expect(() => createStream('s', 'l', -1)).toThrow(
      /index must be an integer from 0 to 4294967295; received -1/,
    );
    expect(() => createStream('s', 'l', 2 ** 32)).toThrow(RangeError);
  });
});

describe('streams', () => {
  const [a, b] = [createStream('seed', 'weights', 3), createStream('seed', 'weights', 3)];

  it('the same name gives the same numbers, however the draws are cut, also beyond a chunk', () => {
    const whole = a.normal(200_000);
    const parts = [10, 5, 65536, 65537, 1, 0].map((n) => b.normal(n));
    let at = 0;
    for (const part of parts) {
      expect(part).toEqual(whole.slice(at, at + part.length));
      at += part.length;
    }
    expect(b.normal(200_000 - at)).toEqual(whole.slice(at));
  });

  it('kinds of draws follow each other on one sequence', () => {
    expect(a.uniform(3)).toEqual(b.uniform(3));
    expect(a.permutation(10)).toEqual(b.permutation(10));
    expect(a.indices(7, 10)).toEqual(b.indices(7, 10));
    expect(a.variates('skewed', 4)).toEqual(b.variates({ law: 'skewed' }, 4));
    expect(a.variates({ law: 'student-t', degreesOfFreedom: 3 }, 4)).toHaveLength(4);
    expect(a.normal(2)).not.toEqual(b.normal(2));
  });

  it('seed, label and index each make another stream; the index defaults to 0', () => {
    const names: [string, string, number?][] = [
      ['seed', 'weights', 0],
      ['seed', 'weights', 1],
      ['seed', 'noise', 0],
      ['seed2', 'weights', 0],
    ];
    const first = names.map((name) => createStream(...name).uniform(1)[0]);
    expect(new Set(first).size).toBe(4);
    expect(createStream('seed', 'weights').uniform(1)[0]).toBe(first[0]);
    expect(normalStream('seed', 'weights')(5)).toEqual(createStream('seed', 'weights').normal(5));
    expect(normalStream('seed')(1)).toEqual(createStream('seed', 'normal', 0).normal(1));
  });

  it('golden bits: the first draws of a stream', () => {
    const stream = createStream('foretrain', 'golden');
    expect([...stream.normal(4), ...stream.uniform(2), ...stream.permutation(8)]).toMatchInlineSnapshot(`
      [
        -0.5391154248637042,
        1.274546693623119,
        -0.09928823281871255,
        -1.094712219956823,
        0.42117998941885937,
        0.5668613475373893,
        2,
        7,
        6,
        1,
        0,
        3,
        4,
        5,
      ]
    `);
  });

  it('refuses counts, bounds and laws outside the range, naming them', () => {
    expect(() => a.normal(-1)).toThrow(/n must be an integer from 0 to \d+; received -1/);
    expect(() => a.uniform(1.5)).toThrow(RangeError);
    expect(() => a.permutation(Number.NaN)).toThrow(/received NaN/);
    expect(() => a.indices(0, 3)).toThrow(/bound must be an integer from 1/);
    expect(() => a.variates({ law: 'student-t', degreesOfFreedom: 2 }, 3)).toThrow(/degreesOfFreedom/);
  });

  it('bundled for the browser: no Node module is asked for, and the bits are the same', () => {
    const { outputFiles } = buildSync({
      entryPoints: [new URL('../../src/numerics/random.ts', import.meta.url).pathname],
      bundle: true,
      platform: 'browser',
      format: 'iife',
      globalName: 'bundle',
      write: false,
      logLevel: 'error',
    });
    const text = outputFiles[0]!.text;
    expect(text).not.toMatch(/require\(['"]/);
    const bundle = new Function('process', 'Buffer', 'module', 'define', `${text}; return bundle;`)();
    expect(bundle.createStream('foretrain', 'golden').normal(100)).toEqual(
      createStream('foretrain', 'golden').normal(100),
    );
  });
});
