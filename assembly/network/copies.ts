// Several networks of one shape on the same samples, each with its own pre-activations and deep parameters, each blind to
// some samples: passes, gradients and steps of all of them in one call. Knows nothing of what the blind samples are for.
import { Net } from '../abi';
import { axpy } from '../linalg/vector';
import { networkBackward, networkJacobian } from './backward';
import { networkDeepGradient } from './deep';
import { networkForward } from './forward';
import { deepCount, rowAt, word } from './layout';
import { scaleRow } from './rows';

/**
 * For each network b of first..last-1, with H_b and its deep parameters in the place of the descriptor's: the forward and
 * backward pass of all samples, J where order = 2; held_i = f of its blind sample i; then r = 0 and g = 0 at these samples,
 * G_b = g, and the mean gradient of the deep parameters with v = r / divisor_b.
 * Shapes: H and G q rows for each network, `Stride` apart; deep and gradient one row of deep parameters for each; blind sample
 * numbers of one network after another, those of network b from starts_b to starts_(b+1), `held` likewise; scratch 2 count.
 * Cost: that of the passes.
 */
export function networkCopies(
  net: usize,
  first: i32,
  last: i32,
  count: i32,
  order: i32,
  H: usize,
  G: usize,
  deep: usize,
  gradient: usize,
  starts: usize,
  blind: usize,
  held: usize,
  divisors: usize,
  scratch: usize,
): void {
  const q = word(net, Net.Width);
  const size = (<usize>(q * word(net, Net.Stride))) << 3;
  const deepBytes = (<usize>deepCount(q, word(net, Net.Depth))) << 3;
  const ownH = word(net, Net.H);
  const ownG = word(net, Net.Signal);
  const ownDeep = word(net, Net.Deep);
  const v = scratch + ((<usize>count) << 3);
  for (let b = first; b < last; b++) {
    setWord(net, Net.H, <i32>(H + <usize>b * size));
    setWord(net, Net.Signal, <i32>(G + <usize>b * size));
    setWord(net, Net.Deep, <i32>(deep + <usize>b * deepBytes));
    networkForward(net, 0, count, order);
    networkBackward(net, 0, count);
    if (order >= 2) networkJacobian(net, 0, count);
    const at = starts + ((<usize>b) << 2);
    hide(net, q, load<i32>(at), load<i32>(at, 4), blind, held);
    scaleRow(1 / load<f64>(divisors + ((<usize>b) << 3)), rowAt(net, Net.Residual, 0, 0), count, v);
    networkDeepGradient(net, count, v, scratch, gradient + <usize>b * deepBytes);
  }
  setWord(net, Net.H, ownH);
  setWord(net, Net.Signal, ownG);
  setWord(net, Net.Deep, ownDeep);
}

function setWord(net: usize, field: i32, value: i32): void {
  store<i32>(net + ((<usize>field) << 2), value);
}

/** Outputs of the blind samples [start, end) into `held`; their residuals and signals become 0. */
function hide(net: usize, q: i32, start: i32, end: i32, blind: usize, held: usize): void {
  for (let i = start; i < end; i++) {
    const k = load<i32>(blind + ((<usize>i) << 2));
    store<f64>(held + ((<usize>i) << 3), load<f64>(rowAt(net, Net.Output, 0, k)));
    store<f64>(rowAt(net, Net.Residual, 0, k), 0);
    for (let a = 0; a < q; a++) store<f64>(rowAt(net, Net.Signal, a, k), 0);
  }
}

/**
 * W_b <- W_b + (rate / divisor_b) change_b and deep_b <- deep_b - rates .* gradient_b for every network; a rate of 0 leaves its
 * parameter as it is.
 * Shapes: W and change `length` numbers for each network, deep and gradient d; rates d.
 * Cost: length + d multiply-adds a network.
 */
export function stepCopies(
  copies: i32,
  length: i32,
  rate: f64,
  divisors: usize,
  change: usize,
  W: usize,
  d: i32,
  rates: usize,
  gradient: usize,
  deep: usize,
): void {
  const bytes = (<usize>length) << 3;
  for (let b = 0; b < copies; b++) {
    axpy(rate / load<f64>(divisors), change, W, length);
    divisors += 8;
    change += bytes;
    W += bytes;
    for (let p = 0; p < d; p++) {
      const eta = load<f64>(rates + ((<usize>p) << 3));
      if (eta !== 0) store<f64>(deep, load<f64>(deep) - eta * load<f64>(gradient));
      deep += 8;
      gradient += 8;
    }
  }
}
