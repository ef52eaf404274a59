// Where a network's numbers lie: the descriptor that the network kernels read. A descriptor is a row of 32-bit
// words; addresses are bytes. Per-sample quantities are stored unit by unit (one contiguous row of samples per
// unit, rows `stride` elements apart), so that every kernel runs along samples.
//
// Letters as in Han & Imaizumi (2505.04898), section 2: h_1 = W_1'x, a_l = s_l(h_l), h_{l+1} = W_{l+1}'a_l + c_{l+1},
// f = W_L'a_{L-1} + c_L, r = f - y, P_l = df/dh_l, g = r P_1, J = dg/dh_1.
import { Net } from '../abi';

export function word(net: usize, field: i32): i32 {
  return load<i32>(net + ((<usize>field) << 2));
}

export function address(net: usize, field: i32): usize {
  return <usize>load<u32>(net + ((<usize>field) << 2));
}

/** Address of row `row` of the array `field`, at sample `start`. */
export function rowAt(net: usize, field: i32, row: i32, start: i32): usize {
  return address(net, field) + ((<usize>row * <usize>word(net, Net.Stride) + <usize>start) << 3);
}

/** Weights of layer `layer` (1-based; 2..L): W[i][j] at i*q + j for hidden layers, W[i] for the last one. */
export function weightsAt(net: usize, layer: i32): usize {
  const q = <usize>word(net, Net.Width);
  return address(net, Net.Deep) + ((<usize>(layer - 2) * q * (q + 1)) << 3);
}

/** Biases of layer `layer`: q of them behind the q*q weights, or one behind the last layer's q weights. */
export function biasesAt(net: usize, layer: i32): usize {
  const q = <usize>word(net, Net.Width);
  const weights = layer === word(net, Net.Depth) ? q : q * q;
  return weightsAt(net, layer) + (weights << 3);
}

/** Deep parameters of a network: (L-2)(q² + q) + q + 1. */
export function deepCount(q: i32, depth: i32): i32 {
  return (depth - 2) * (q * q + q) + q + 1;
}
