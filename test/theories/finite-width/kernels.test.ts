import { describe, expect, it } from 'vitest';
import type { Core } from '../../../bindings/core.ts';
import { createStream } from '../../../src/numerics/random.ts';
import { checked, exact, referenceCore } from '../../cores.ts';

type Kernel = (...parameters: number[]) => void;
const kernel = (core: Core, name: string) => (core.exports as unknown as Record<string, Kernel>)[name]!;

/** Runs a kernel on blocks made of `inputs`, and gives back its output of `length` doubles. */
function run(
  within: Core['within'],
  call: (pointers: number[], out: number) => void,
  inputs: Float64Array[],
  length: number,
): Float64Array {
  return within((scope) => {
    const blocks = inputs.map((values) => scope.from(values));
    const out = scope.f64(length);
    call(
      blocks.map((block) => block.ptr),
      out.ptr,
    );
    return out.copy();
  });
}

describe.each([
  ['exact', exact],
  ['checked', checked],
] as const)('kernels of the tangent on the %s core', (_, core) => {
  const reference = referenceCore();
  const draw = createStream('kernels', 'values');

  it('columnDots gives the bits of its reference at every count 0..33 and 0..5 rows', () => {
    for (let count = 0; count <= 33; count++) {
      const rows = count % 6;
      const ld = count + 2;
      const inputs = [draw.normal(Math.max(1, rows * ld)), draw.normal(Math.max(1, rows * ld))];
      const call =
        (f: Kernel) =>
        ([X, Y]: number[], out: number) =>
          f(X!, ld, Y!, ld, rows, count, out);
      const ours = run(core.within.bind(core), call(kernel(core, 'columnDots')), inputs, count);
      const theirs = run(reference.within, call(reference.exports.columnDotsReference!), inputs, count);
      expect(ours).toEqual(theirs);
    }
  });
});
