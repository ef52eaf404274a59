import { describe, expect, it } from 'vitest';
import { checked, exact } from '../cores.ts';

describe('arena', () => {
  it('takes blocks back on return and on throw', () => {
    const first = exact.within((scope) => scope.f64(10).ptr);
    expect(() =>
      exact.within((scope) => {
        scope.f64(1000);
        throw new RangeError('stop');
      }),
    ).toThrow(RangeError);
    expect(exact.within((scope) => scope.f64(10).ptr)).toBe(first);
  });

  it('hands out zeros, aligned to 64 bytes, after reuse', () => {
    exact.within((scope) => scope.f64(100).fill(7));
    exact.within((scope) => {
      const block = scope.f64(100);
      expect(block.ptr % 64).toBe(0);
      expect(block.view.every((value) => value === 0)).toBe(true);
    });
  });

  it('single-precision blocks round what they are given, and have parts and copies', () => {
    exact.within((scope) => {
      const block = scope.f32(5).set([0.1, 2, 3, 4, 5]);
      scope.f64(4_000_000);
      expect([...block.copy()]).toEqual([Math.fround(0.1), 2, 3, 4, 5]);
      block.at(3).fill(7);
      block.at(0, 1).set([8]);
      expect([...block.view]).toEqual([8, 2, 3, 7, 7]);
      expect(() => block.at(4, 2)).toThrow(/no part \[4, 6\)/);
    });
  });

  it('keeps views right when memory grows', () => {
    exact.within((scope) => {
      const small = scope.from([1, 2, 3]);
      scope.f64(4_000_000);
      expect([...small.view]).toEqual([1, 2, 3]);
    });
  });

  it('copies a block of its own memory although the copy makes the memory grow', () => {
    checked.within((scope) => {
      const block = scope.from([1, 2, 3]);
      expect(Array.from(scope.from(block.view.subarray(1)).view)).toEqual([2, 3]);
    });
  });

  it('detaches kept views at every allocation of the checked core', () => {
    checked.within((scope) => {
      const { view } = scope.from([1, 2, 3]);
      scope.f64(1);
      expect(view.length).toBe(0);
    });
  });

  it('says what to do when memory runs out', () => {
    expect(() => exact.within((scope) => scope.f64(2 ** 31))).toThrow(/out of memory.*Lower sampleCount/);
  });

  it('finds a write past the end of a block in the checked core', () => {
    expect(() =>
      checked.within((scope) => {
        const block = scope.f64(8);
        new Float64Array(checked.exports.memory.buffer, block.ptr, 9)[8] = 1;
      }),
    ).toThrow(/past the end/);
  });
});
