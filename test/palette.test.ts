import { describe, expect, it } from 'vitest';
import { mapColor } from '../src/palette.ts';

/** Linear RGB of a colour in hexadecimal. */
function linear(color: string): [number, number, number] {
  const channel = (at: number) => {
    const v = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

/** CIE lightness, 0 to 100, from linear RGB. */
function lightness([r, g, b]: readonly number[]): number {
  const y = 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  return y > 216 / 24389 ? 116 * Math.cbrt(y) - 16 : (24389 / 27) * y;
}

// G. M. Machado, M. M. Oliveira and L. A. F. Fernandes (2009), severity 1.
const SIGHTS = {
  usual: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
};

describe('the colours of maps', () => {
  it.each(Object.entries(SIGHTS))(
    '%s: twenty steps of lightness that all go up, each 0.68 to 1.35 of the mean step',
    (_, m) => {
      const seen = Array.from({ length: 21 }, (_, k) => {
        const rgb = linear(mapColor(k / 20));
        return lightness(
          [0, 3, 6].map((row) => Math.max(0, m[row]! * rgb[0] + m[row + 1]! * rgb[1] + m[row + 2]! * rgb[2])),
        );
      });
      const mean = (seen[20]! - seen[0]!) / 20;
      expect(mean).toBeGreaterThan(3.5);
      for (let k = 1; k <= 20; k++) {
        expect((seen[k]! - seen[k - 1]!) / mean).toBeGreaterThan(0.68);
        expect((seen[k]! - seen[k - 1]!) / mean).toBeLessThan(1.35);
      }
    },
  );

  it('begin and end where the scale does, whatever lies beyond', () => {
    expect([mapColor(-1), mapColor(0), mapColor(1), mapColor(7)]).toEqual([
      '#440154',
      '#440154',
      '#fde725',
      '#fde725',
    ]);
    expect(mapColor(0.5)).toBe('#21918c');
  });
});
