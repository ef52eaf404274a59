// Row arithmetic of linearised leave-one-out: what happens to every sample's own shift of the parameters. A row holds
// one quantity of all samples, contiguous; samples never mix here. Knows nothing of spectra, heads or schedules.
import { Net } from '../../abi';
import { activate } from '../../activation/dispatch';
import { madd } from '../../math/madd';
import { biasesAt, weightsAt, word } from '../../network/layout';
import { multiplyRows } from '../../network/rows';

/**
 * out_k = sum_i X_ik Y_ik: a dot product of each sample's column of X with its column of Y.
 * Shapes: X and Y `rows` rows of `count` samples, `ldx` and `ldy` apart; out count.
 * Cost: rows multiply-adds a sample. The order of summation is i = 0..rows-1 for every sample.
 */
export function columnDots(X: usize, ldx: i32, Y: usize, ldy: i32, rows: i32, count: i32, out: usize): void {
  const xBytes = (<usize>ldx) << 3;
  const yBytes = (<usize>ldy) << 3;
  const whole = count & ~7;
  const paired = count & ~1;
  let k = 0;
  for (; k < whole; k += 8) {
    const at = (<usize>k) << 3;
    let s0 = f64x2.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    let x = X + at;
    let y = Y + at;
    for (let i = 0; i < rows; i++) {
      s0 = madd(v128.load(x), v128.load(y), s0);
      s1 = madd(v128.load(x, 16), v128.load(y, 16), s1);
      s2 = madd(v128.load(x, 32), v128.load(y, 32), s2);
      s3 = madd(v128.load(x, 48), v128.load(y, 48), s3);
      x += xBytes;
      y += yBytes;
    }
    v128.store(out + at, s0);
    v128.store(out + at, s1, 16);
    v128.store(out + at, s2, 32);
    v128.store(out + at, s3, 48);
  }
  for (; k < paired; k += 2) {
    const at = (<usize>k) << 3;
    let s = f64x2.splat(0);
    let x = X + at;
    let y = Y + at;
    for (let i = 0; i < rows; i++) {
      s = madd(v128.load(x), v128.load(y), s);
      x += xBytes;
      y += yBytes;
    }
    v128.store(out + at, s);
  }
  if (k < count) {
    const at = (<usize>k) << 3;
    let s = f64x2.splat(0);
    let x = X + at;
    let y = Y + at;
    for (let i = 0; i < rows; i++) {
      s = madd(v128.load64_splat(x), v128.load64_splat(y), s);
      x += xBytes;
      y += yBytes;
    }
    store<f64>(out + at, f64x2.extract_lane(s, 0));
  }
}

/**
 * out_ik = X_ik w_k: every row of X times one row of weights.
 * Shapes: X `rows` rows of `count` samples, `ldx` apart; out the same, `ldo` apart; it may be X.
 */
export function weightColumns(
  X: usize,
  ldx: i32,
  rows: i32,
  count: i32,
  w: usize,
  out: usize,
  ldo: i32,
): void {
  const xBytes = (<usize>ldx) << 3;
  const oBytes = (<usize>ldo) << 3;
  for (let i = 0; i < rows; i++) {
    multiplyRows(X, w, count, out);
    X += xBytes;
    out += oBytes;
  }
}

/**
 * S_ik <- S_ik - step_i (P_ik - Z_ik own_k): one step of the shifts, with P = K S of all rows and `own` what the left-out
 * row itself would have contributed.
 * Shapes: S and Z `rows` rows of `count` samples, `ld` apart; P likewise, `ldp` apart; step rows; own count.
 * Cost: 2 multiply-adds an entry.
 */
export function tangentAdvance(
  S: usize,
  P: usize,
  Z: usize,
  own: usize,
  step: usize,
  rows: i32,
  count: i32,
  ld: i32,
  ldp: i32,
): void {
  const bytes = (<usize>ld) << 3;
  const paired = count & ~1;
  for (let i = 0; i < rows; i++) {
    const eta = load<f64>(step + ((<usize>i) << 3));
    const minus = f64x2.splat(-eta);
    let k = 0;
    for (; k < paired; k += 2) {
      const at = (<usize>k) << 3;
      const gap = f64x2.sub(v128.load(P + at), f64x2.mul(v128.load(Z + at), v128.load(own + at)));
      v128.store(S + at, madd(minus, gap, v128.load(S + at)));
    }
    if (k < count) {
      const at = (<usize>k) << 3;
      const gap = load<f64>(P + at) - load<f64>(Z + at) * load<f64>(own + at);
      const moved = madd(minus, f64x2.splat(gap), v128.load64_splat(S + at));
      store<f64>(S + at, f64x2.extract_lane(moved, 0));
    }
    S += bytes;
    P += (<usize>ldp) << 3;
    Z += bytes;
  }
}

/** out_k = b + db_k + sum_i (w_i + dw_ik) a_ik: one unit of a dense layer whose parameters are each sample's own. */
function shiftedAffine(
  weights: usize,
  weightStride: i32,
  shifts: usize,
  shiftBytes: usize,
  bias: f64,
  biasShift: usize,
  a: usize,
  rowBytes: usize,
  q: i32,
  count: i32,
  out: usize,
): void {
  const weightBytes = (<usize>weightStride) << 3;
  const paired = count & ~1;
  const b = f64x2.splat(bias);
  let k = 0;
  for (; k < paired; k += 2) {
    const at = (<usize>k) << 3;
    let sum = f64x2.add(b, v128.load(biasShift + at));
    let row = a + at;
    let shift = shifts + at;
    let weight = weights;
    for (let i = 0; i < q; i++) {
      const w = f64x2.add(v128.load64_splat(weight), v128.load(shift));
      sum = madd(w, v128.load(row), sum);
      row += rowBytes;
      shift += shiftBytes;
      weight += weightBytes;
    }
    v128.store(out + at, sum);
  }
  if (k < count) {
    const at = (<usize>k) << 3;
    let sum = f64x2.splat(bias + load<f64>(biasShift + at));
    let row = a + at;
    let shift = shifts + at;
    let weight = weights;
    for (let i = 0; i < q; i++) {
      const w = f64x2.splat(load<f64>(weight) + load<f64>(shift));
      sum = madd(w, v128.load64_splat(row), sum);
      row += rowBytes;
      shift += shiftBytes;
      weight += weightBytes;
    }
    store<f64>(out + at, f64x2.extract_lane(sum, 0));
  }
}

/**
 * out_k = f(H_k; theta_d + shift_k): outputs of `count` samples from pre-activations H, each with its own shift of the deep
 * parameters. Evaluated in full, not linearised.
 * Shapes: H q rows, shift (L-2)(q*q+q) + q + 1 rows in the order of the deep parameters, scratch 2q rows, all `Stride` of
 * the network apart; out count.
 * Cost: (L-2)q^2 + q multiply-adds and (L-1)q activations a sample.
 */
export function shiftedForward(
  net: usize,
  H: usize,
  shift: usize,
  count: i32,
  scratch: usize,
  out: usize,
): void {
  const q = word(net, Net.Width);
  const depth = word(net, Net.Depth);
  const rowBytes = (<usize>word(net, Net.Stride)) << 3;
  const kinds = <usize>load<u32>(net + ((<usize>Net.Kinds) << 2));
  const parameters = <usize>load<u32>(net + ((<usize>Net.Parameters) << 2));
  const a = scratch;
  const h = scratch + <usize>q * rowBytes;
  let input = H;
  for (let layer = 1; layer < depth; layer++) {
    const kind = load<i32>(kinds + ((<usize>(layer - 1)) << 2));
    const parameter = load<f64>(parameters + ((<usize>(layer - 1)) << 3));
    for (let j = 0; j < q; j++) {
      const row = <usize>j * rowBytes;
      activate(kind, parameter, 0, input + row, count, a + row, 0, 0);
    }
    if (layer === depth - 1) break;
    const weights = weightsAt(net, layer + 1);
    const biases = biasesAt(net, layer + 1);
    for (let j = 0; j < q; j++) {
      shiftedAffine(
        weights + ((<usize>j) << 3),
        q,
        shift + <usize>j * rowBytes,
        <usize>q * rowBytes,
        load<f64>(biases + ((<usize>j) << 3)),
        shift + <usize>(q * q + j) * rowBytes,
        a,
        rowBytes,
        q,
        count,
        h + <usize>j * rowBytes,
      );
    }
    shift += <usize>(q * q + q) * rowBytes;
    input = h;
  }
  shiftedAffine(
    weightsAt(net, depth),
    1,
    shift,
    rowBytes,
    load<f64>(biasesAt(net, depth)),
    shift + <usize>q * rowBytes,
    a,
    rowBytes,
    q,
    count,
    out,
  );
}

/**
 * e_ck <- e_ck + scale own_k - eta lambda_c J e_ck: one step of the tail states of every class c and sample k.
 * Shapes: e for each class q rows, own q rows, all `ld` apart; J q x q, the mean over samples; lambda one for each class;
 * scratch q*(q + 8).
 * Cost: q^2 multiply-adds for each class and sample. The order of summation is e, own, then units in order.
 */
export function tailAdvance(
  q: i32,
  classes: i32,
  count: i32,
  ld: i32,
  e: usize,
  own: usize,
  J: usize,
  lambda: usize,
  eta: f64,
  scale: f64,
  scratch: usize,
): void {
  const bytes = (<usize>ld) << 3;
  const damping = scratch;
  const next = scratch + ((<usize>(q * q)) << 3);
  for (let c = 0; c < classes; c++) {
    const factor = -(eta * load<f64>(lambda + ((<usize>c) << 3)));
    for (let i = 0; i < q * q; i++) {
      const at = (<usize>i) << 3;
      store<f64>(damping + at, factor * load<f64>(J + at));
    }
    for (let k = 0; k < count; k += 8) {
      const at = (<usize>k) << 3;
      if (k + 8 <= count) tailTile(q, bytes, e + at, own + at, damping, scale, next);
      else
        for (let l = k; l < count; l++)
          tailSample(q, bytes, e + ((<usize>l) << 3), own + ((<usize>l) << 3), damping, scale, next);
    }
    e += <usize>q * bytes;
  }
}

/** `tailAdvance` of 8 samples of a class. */
function tailTile(q: i32, bytes: usize, e: usize, own: usize, damping: usize, scale: f64, next: usize): void {
  const factor = f64x2.splat(scale);
  let row = e;
  let to = next;
  for (let a = 0; a < q; a++) {
    let s0 = madd(factor, v128.load(own), v128.load(row));
    let s1 = madd(factor, v128.load(own, 16), v128.load(row, 16));
    let s2 = madd(factor, v128.load(own, 32), v128.load(row, 32));
    let s3 = madd(factor, v128.load(own, 48), v128.load(row, 48));
    let other = e;
    for (let b = 0; b < q; b++) {
      const w = v128.load64_splat(damping);
      s0 = madd(w, v128.load(other), s0);
      s1 = madd(w, v128.load(other, 16), s1);
      s2 = madd(w, v128.load(other, 32), s2);
      s3 = madd(w, v128.load(other, 48), s3);
      damping += 8;
      other += bytes;
    }
    v128.store(to, s0);
    v128.store(to, s1, 16);
    v128.store(to, s2, 32);
    v128.store(to, s3, 48);
    to += 64;
    row += bytes;
    own += bytes;
  }
  for (let a = 0; a < q; a++) {
    for (let at: usize = 0; at < 64; at += 16) v128.store(e + at, v128.load(next + at));
    e += bytes;
    next += 64;
  }
}

/** `tailAdvance` of one sample of a class. */
function tailSample(
  q: i32,
  bytes: usize,
  e: usize,
  own: usize,
  damping: usize,
  scale: f64,
  next: usize,
): void {
  const factor = f64x2.splat(scale);
  for (let a = 0; a < q; a++) {
    let sum = madd(
      factor,
      v128.load64_splat(own + <usize>a * bytes),
      v128.load64_splat(e + <usize>a * bytes),
    );
    for (let b = 0; b < q; b++) {
      sum = madd(v128.load64_splat(damping), v128.load64_splat(e + <usize>b * bytes), sum);
      damping += 8;
    }
    store<f64>(next + ((<usize>a) << 3), f64x2.extract_lane(sum, 0));
  }
  for (let a = 0; a < q; a++) store<f64>(e + <usize>a * bytes, load<f64>(next + ((<usize>a) << 3)));
}
