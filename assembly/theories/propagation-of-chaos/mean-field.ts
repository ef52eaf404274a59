// Sums of Legendre polynomials of dimension d over the overlaps of many neurons, two neurons to a vector. The dimension is in a
// table of recurrence coefficients. Refuses to know what the sums mean and how overlaps move.
import { madd } from '../../math/madd';

/**
 * out_i = sum_{l < terms} coefficient_l P_l(x_i), by Clenshaw's recurrence: s_l = coefficient_l + A_l x s_{l+1} + B_{l+1} s_{l+2}.
 * Shapes: x, out n doubles (out may be x); coefficients terms >= 1; table 2 terms: A_l, B_l with P_{l+1} = A_l x P_l + B_l P_{l-1}
 * Range: |x| <= 1
 * Error: the rounding of the recurrence, below 2e-15 of the sum of |coefficients| for 12 terms and d = 3..1000
 * Cost: n terms 2 multiply-adds
 */
export function legendreSeries(
  x: usize,
  n: i32,
  terms: i32,
  table: usize,
  coefficients: usize,
  out: usize,
): void {
  const end = x + ((<usize>(n & ~3)) << 3);
  while (x < end) {
    quad(x, terms, table, coefficients, out);
    x += 32;
    out += 32;
  }
  if (n & 2) {
    v128.store(out, pair(v128.load(x), terms, table, coefficients));
    x += 16;
    out += 16;
  }
  if (n & 1) v128.store64_lane(out, pair(v128.load64_zero(x), terms, table, coefficients), 0);
}

/** Two sums. */
function pair(x: v128, terms: i32, table: usize, coefficients: usize): v128 {
  let after = f64x2.splat(0);
  let sum = v128.load64_splat(coefficients + ((<usize>(terms - 1)) << 3));
  for (let l: i32 = terms - 2; l >= 0; l--) {
    const at = table + ((<usize>l) << 4);
    // s_{l+2} is multiplied by B_{l+1}.
    const back = madd(v128.load64_splat(at, 24), after, v128.load64_splat(coefficients + ((<usize>l) << 3)));
    after = sum;
    sum = madd(f64x2.mul(v128.load64_splat(at), x), sum, back);
  }
  return sum;
}

/** Four sums at once, each as in `pair`. */
function quad(x: usize, terms: i32, table: usize, coefficients: usize, out: usize): void {
  const x0 = v128.load(x);
  const x1 = v128.load(x, 16);
  let after0 = f64x2.splat(0);
  let after1 = after0;
  let sum0 = v128.load64_splat(coefficients + ((<usize>(terms - 1)) << 3));
  let sum1 = sum0;
  for (let l: i32 = terms - 2; l >= 0; l--) {
    const at = table + ((<usize>l) << 4);
    const c = v128.load64_splat(coefficients + ((<usize>l) << 3));
    const a = v128.load64_splat(at);
    const b = v128.load64_splat(at, 24);
    const back0 = madd(b, after0, c);
    const back1 = madd(b, after1, c);
    after0 = sum0;
    after1 = sum1;
    sum0 = madd(f64x2.mul(a, x0), sum0, back0);
    sum1 = madd(f64x2.mul(a, x1), sum1, back1);
  }
  v128.store(out, sum0);
  v128.store(out, sum1, 16);
}

/**
 * moment_l = sum_i w_i P_l(x_i), l < terms.
 * Shapes: x, w n doubles; table as of legendreSeries; moments 2 terms doubles, the answer in the first terms
 * Range: |x| <= 1
 * Error: the rounding of recurrence and sum, below 2e-15 of sum |w| for 12 terms and 33 nodes
 * Cost: n terms 2 multiply-adds. Even and odd i are summed apart, then added, then the odd last one
 */
export function legendreMoments(x: usize, w: usize, n: i32, terms: i32, table: usize, moments: usize): void {
  memory.fill(moments, 0, (<usize>terms) << 4);
  const end = x + ((<usize>(n & ~1)) << 3);
  while (x < end) {
    collect(v128.load(x), v128.load(w), terms, table, moments);
    x += 16;
    w += 16;
  }
  for (let l: i32 = 0; l < terms; l++) {
    const lanes = v128.load(moments + ((<usize>l) << 4));
    store<f64>(moments + ((<usize>l) << 3), f64x2.extract_lane(lanes, 0) + f64x2.extract_lane(lanes, 1));
  }
  if (n & 1) last(load<f64>(x), load<f64>(w), terms, table, moments);
}

/** Adds w P_l(x) of two neurons to the two lanes of every moment. */
function collect(x: v128, w: v128, terms: i32, table: usize, moments: usize): void {
  let before = f64x2.splat(0);
  let P = f64x2.splat(1);
  const end = moments + ((<usize>terms) << 4);
  while (moments < end) {
    v128.store(moments, madd(w, P, v128.load(moments)));
    const back = f64x2.mul(v128.load64_splat(table, 8), before);
    before = P;
    P = madd(f64x2.mul(v128.load64_splat(table), x), P, back);
    table += 16;
    moments += 16;
  }
}

/** Adds w P_l(x) of the last neuron of an odd number. */
function last(x: f64, w: f64, terms: i32, table: usize, moments: usize): void {
  const weight = f64x2.splat(w);
  const point = f64x2.splat(x);
  let before = f64x2.splat(0);
  let P = f64x2.splat(1);
  for (let l: i32 = 0; l < terms; l++) {
    v128.store64_lane(moments, madd(weight, P, v128.load64_zero(moments)), 0);
    const back = f64x2.mul(v128.load64_splat(table, 8), before);
    before = P;
    P = madd(f64x2.mul(v128.load64_splat(table), point), P, back);
    table += 16;
    moments += 8;
  }
}
