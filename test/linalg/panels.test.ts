import { describe, expect, it } from 'vitest';
import type { Core } from '../../bindings/core.ts';
import {
  packColumnPanels,
  packRowPanels,
  panelForward,
  panelTransposed,
  skinny,
  skinnyTransposed,
} from '../../bindings/linalg.ts';
import { createStream } from '../../src/numerics/random.ts';
import { checked, exact } from '../cores.ts';

const draw = createStream('panels', 'numbers');

/** Both products of X (m x n, rows n + 1 apart) by `skinny` and from panels; outputs with one number between rows. */
function products(
  core: Core,
  m: number,
  n: number,
  q: number,
  X: Float64Array,
  W: Float64Array,
  G: Float64Array,
) {
  return core.within((scope) => {
    const [x, w, g] = [scope.from(X), scope.from(W), scope.from(G)];
    const [h, ph] = [scope.f64(q * (m + 1)), scope.f64(q * (m + 1))];
    const [out, pout] = [scope.f64(q * (n + 1)), scope.f64(q * (n + 1))];
    pout.fill(7);
    for (let j = 0; j < q; j++) out.view[j * (n + 1) + n] = 7;
    skinny(core, x, m, n, n + 1, w, n + 2, q, h, m + 1);
    skinnyTransposed(core, x, m, n, n + 1, g, m + 2, q, out, n + 1);
    panelForward(core, packRowPanels(core, scope, x, m, n, n + 1), m, n, w, n + 2, q, ph, m + 1);
    panelTransposed(core, packColumnPanels(core, scope, x, m, n, n + 1), m, n, g, m + 2, q, pout, n + 1);
    return { plain: [h.copy(), out.copy()], panels: [ph.copy(), pout.copy()] };
  });
}

describe('products from panels', () => {
  it.each([
    ['exact', exact],
    ['checked', checked],
  ])(
    'have the bits of skinny and skinnyTransposed at 4..33 rows, 0..33 columns, q = 0..5: %s',
    (name, core) => {
      const step = name === 'exact' ? 1 : 3;
      for (let m = 4; m <= 33; m += step) {
        for (let n = 0; n <= 33; n += step) {
          const q = (m + 3 * n) % 6;
          const [X, W, G] = [m * (n + 1), q * (n + 2), q * (m + 2)].map((length) => draw.normal(length));
          const { plain, panels } = products(core, m, n, q, X!, W!, G!);
          expect(panels).toEqual(plain);
        }
      }
    },
  );

  it('have them where the sums are long', () => {
    const [m, n, q] = [301, 131, 7];
    const { plain, panels } = products(
      exact,
      m,
      n,
      q,
      draw.normal(m * (n + 1)),
      draw.normal(q * (n + 2)),
      draw.normal(q * (m + 2)),
    );
    expect(panels).toEqual(plain);
  });
});
