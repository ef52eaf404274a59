// Forward pass (N1) of a depth-L network over a range of samples, from first-layer pre-activations to outputs.
import { Net } from '../abi';
import { activate } from '../activation/dispatch';
import { address, biasesAt, rowAt, weightsAt, word } from './layout';
import { affineRow } from './rows';

/**
 * a_l = s_l(h_l), h_{l+1} = W_{l+1}'a_l + c_{l+1}, f = W_L'a_{L-1} + c_L for samples start..start+count-1, with
 * s_l'(h_l) where order >= 1 and s_l''(h_l) where order = 2.
 * Shapes: per sample; see the descriptor. Each sample's numbers depend on that sample only.
 * Cost: (L-2)q^2 + q multiply-adds and (L-1)q activations a sample.
 * Source: Han & Imaizumi 2505.04898, eq. (1.1).
 */
export function networkForward(net: usize, start: i32, count: i32, order: i32): void {
  const q = word(net, Net.Width);
  const depth = word(net, Net.Depth);
  const stride = word(net, Net.Stride);
  const kinds = address(net, Net.Kinds);
  const parameters = address(net, Net.Parameters);
  for (let layer = 1; layer < depth; layer++) {
    const kind = load<i32>(kinds + ((<usize>(layer - 1)) << 2));
    const parameter = load<f64>(parameters + ((<usize>(layer - 1)) << 3));
    const base = (layer - 1) * q;
    for (let j = 0; j < q; j++) {
      let input = rowAt(net, Net.H, j, start);
      if (layer > 1) {
        input = rowAt(net, Net.Hidden, j, start);
        affineRow(
          weightsAt(net, layer) + ((<usize>j) << 3),
          q,
          load<f64>(biasesAt(net, layer) + ((<usize>j) << 3)),
          rowAt(net, Net.A, base - q, start),
          stride,
          q,
          count,
          input,
        );
      }
      activate(
        kind,
        parameter,
        order,
        input,
        count,
        rowAt(net, Net.A, base + j, start),
        order >= 1 ? rowAt(net, Net.First, base + j, start) : 0,
        order >= 2 ? rowAt(net, Net.Second, base + j, start) : 0,
      );
    }
  }
  const last = weightsAt(net, depth);
  const top = rowAt(net, Net.A, (depth - 2) * q, start);
  affineRow(
    last,
    1,
    load<f64>(biasesAt(net, depth)),
    top,
    stride,
    q,
    count,
    rowAt(net, Net.Output, 0, start),
  );
}
