// Scalar references of the network kernels: one sample at a time, one entry at a time, in the order of summation that the
// kernels promise, so that the tests ask for the same bits. They read the same descriptor.
import { Net } from '../abi';
import { activate } from '../activation/dispatch';
import { dotReference, sumReference } from '../linalg/reference';
import { address, biasesAt, rowAt, weightsAt, word } from './layout';

export function networkForwardReference(net: usize, start: i32, count: i32, order: i32): void {
  const q = word(net, Net.Width);
  const depth = word(net, Net.Depth);
  for (let k = start; k < start + count; k++) {
    for (let layer = 1; layer < depth; layer++) {
      const base = (layer - 1) * q;
      for (let j = 0; j < q; j++) {
        let input = rowAt(net, Net.H, j, k);
        if (layer > 1) {
          input = rowAt(net, Net.Hidden, j, k);
          let h = load<f64>(biasesAt(net, layer) + ((<usize>j) << 3));
          for (let i = 0; i < q; i++) {
            const w = load<f64>(weightsAt(net, layer) + ((<usize>(i * q + j)) << 3));
            h = w * load<f64>(rowAt(net, Net.A, base - q + i, k)) + h;
          }
          store<f64>(input, h);
        }
        activate(
          load<i32>(address(net, Net.Kinds) + ((<usize>(layer - 1)) << 2)),
          load<f64>(address(net, Net.Parameters) + ((<usize>(layer - 1)) << 3)),
          order,
          input,
          1,
          rowAt(net, Net.A, base + j, k),
          order >= 1 ? rowAt(net, Net.First, base + j, k) : 0,
          order >= 2 ? rowAt(net, Net.Second, base + j, k) : 0,
        );
      }
    }
    let f = load<f64>(biasesAt(net, depth));
    for (let i = 0; i < q; i++) {
      const w = load<f64>(weightsAt(net, depth) + ((<usize>i) << 3));
      f = w * load<f64>(rowAt(net, Net.A, (depth - 2) * q + i, k)) + f;
    }
    store<f64>(rowAt(net, Net.Output, 0, k), f);
  }
}

export function networkBackwardReference(net: usize, start: i32, count: i32): void {
  const q = word(net, Net.Width);
  const depth = word(net, Net.Depth);
  for (let k = start; k < start + count; k++) {
    const r = load<f64>(rowAt(net, Net.Output, 0, k)) - load<f64>(rowAt(net, Net.Label, 0, k));
    store<f64>(rowAt(net, Net.Residual, 0, k), r);
    for (let layer = depth - 1; layer >= 1; layer--) {
      const base = (layer - 1) * q;
      for (let i = 0; i < q; i++) {
        store<f64>(
          rowAt(net, Net.P, base + i, k),
          outputSlope(net, layer, i, k) * load<f64>(rowAt(net, Net.First, base + i, k)),
        );
      }
    }
    for (let i = 0; i < q; i++) {
      store<f64>(rowAt(net, Net.Signal, i, k), r * load<f64>(rowAt(net, Net.P, i, k)));
    }
  }
}

/** b_l[i] = df/da_l[i] of sample k. */
function outputSlope(net: usize, layer: i32, i: i32, k: i32): f64 {
  const q = word(net, Net.Width);
  if (layer === word(net, Net.Depth) - 1) return load<f64>(weightsAt(net, layer + 1) + ((<usize>i) << 3));
  let b: f64 = 0;
  for (let j = 0; j < q; j++) {
    const w = load<f64>(weightsAt(net, layer + 1) + ((<usize>(i * q + j)) << 3));
    b = w * load<f64>(rowAt(net, Net.P, layer * q + j, k)) + b;
  }
  return b;
}

/** Needs scratch of 3 q² doubles behind the descriptor's Scratch address. */
export function networkJacobianReference(net: usize, start: i32, count: i32): void {
  const q = word(net, Net.Width);
  const depth = word(net, Net.Depth);
  const bytes = (<usize>(q * q)) << 3;
  for (let k = start; k < start + count; k++) {
    let T = address(net, Net.Scratch);
    let next = T + bytes;
    const hessian = next + bytes;
    for (let i = 0; i < q * q; i++) {
      store<f64>(T + ((<usize>i) << 3), i % (q + 1) === 0 ? 1 : 0);
      store<f64>(hessian + ((<usize>i) << 3), 0);
    }
    for (let layer = 1; layer < depth; layer++) {
      const base = (layer - 1) * q;
      for (let i = 0; i < q; i++) {
        const curvature = outputSlope(net, layer, i, k) * load<f64>(rowAt(net, Net.Second, base + i, k));
        for (let a = 0; a < q; a++) {
          for (let c = 0; c < q; c++) {
            const at = hessian + ((<usize>(a * q + c)) << 3);
            const left = load<f64>(T + ((<usize>(i * q + min(a, c))) << 3));
            const right = load<f64>(T + ((<usize>(i * q + max(a, c))) << 3));
            store<f64>(at, left * right * curvature + load<f64>(at));
          }
        }
      }
      if (layer === depth - 1) break;
      for (let j = 0; j < q; j++) {
        for (let a = 0; a < q; a++) {
          let sum: f64 = 0;
          for (let i = 0; i < q; i++) {
            const w = load<f64>(weightsAt(net, layer + 1) + ((<usize>(i * q + j)) << 3));
            sum =
              w *
                (load<f64>(T + ((<usize>(i * q + a)) << 3)) * load<f64>(rowAt(net, Net.First, base + i, k))) +
              sum;
          }
          store<f64>(next + ((<usize>(j * q + a)) << 3), sum);
        }
      }
      const swap = T;
      T = next;
      next = swap;
    }
    const r = load<f64>(rowAt(net, Net.Residual, 0, k));
    for (let a = 0; a < q; a++) {
      for (let c = 0; c < q; c++) {
        const outer = load<f64>(rowAt(net, Net.P, min(a, c), k)) * load<f64>(rowAt(net, Net.P, max(a, c), k));
        store<f64>(
          rowAt(net, Net.Jacobian, a * q + c, k),
          outer + r * load<f64>(hessian + ((<usize>(a * q + c)) << 3)),
        );
      }
    }
  }
}

export function networkDeepGradientReference(
  net: usize,
  count: i32,
  v: usize,
  scratch: usize,
  gradient: usize,
): void {
  const q = word(net, Net.Width);
  const depth = word(net, Net.Depth);
  let out = gradient;
  for (let layer = 2; layer < depth; layer++) {
    const base = (layer - 1) * q;
    for (let j = 0; j < q; j++) {
      for (let k = 0; k < count; k++) {
        const at = (<usize>k) << 3;
        store<f64>(scratch + at, load<f64>(v + at) * load<f64>(rowAt(net, Net.P, base + j, k)));
      }
      for (let i = 0; i < q; i++) {
        store<f64>(
          out + ((<usize>(i * q + j)) << 3),
          dotReference(rowAt(net, Net.A, base - q + i, 0), scratch, count),
        );
      }
      store<f64>(out + ((<usize>(q * q + j)) << 3), sumReference(scratch, count));
    }
    out += (<usize>(q * q + q)) << 3;
  }
  for (let i = 0; i < q; i++) {
    store<f64>(out + ((<usize>i) << 3), dotReference(rowAt(net, Net.A, (depth - 2) * q + i, 0), v, count));
  }
  store<f64>(out + ((<usize>q) << 3), sumReference(v, count));
}
