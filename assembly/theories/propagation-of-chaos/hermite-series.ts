// Series of Hermite polynomials on the lanes, by Clenshaw's rule for the monic He_k: y_k = g_k + z y_{k+1} − (k+1) y_{k+2},
// Σ g_k He_k(z) = y_0. A series stands in memory as doubles: the number of its terms, then for k from the highest to 0
// the pair g_k, −(k+1). Stable where powers of z are not. Knows nothing of activations or links.
import { madd } from '../../math/madd';

/** The series at z on both lanes. */
function clenshaw(series: usize, z: v128): v128 {
  let at = series + 8;
  const end = at + ((<usize>load<f64>(series)) << 4);
  let y = f64x2.splat(0);
  let older = f64x2.splat(0);
  while (at < end) {
    const next = madd(z, y, madd(v128.load64_splat(at, 8), older, v128.load64_splat(at)));
    older = y;
    y = next;
    at += 16;
  }
  return y;
}

/** The series at the eight numbers z, into `to`; they may be the same. */
function clenshaw8(at: usize, end: usize, z: usize, to: usize): void {
  const z0 = v128.load(z);
  const z1 = v128.load(z, 16);
  const z2 = v128.load(z, 32);
  const z3 = v128.load(z, 48);
  let y0 = f64x2.splat(0);
  let y1 = y0;
  let y2 = y0;
  let y3 = y0;
  let o0 = y0;
  let o1 = y0;
  let o2 = y0;
  let o3 = y0;
  while (at < end) {
    const g = v128.load64_splat(at);
    const back = v128.load64_splat(at, 8);
    const n0 = madd(z0, y0, madd(back, o0, g));
    const n1 = madd(z1, y1, madd(back, o1, g));
    const n2 = madd(z2, y2, madd(back, o2, g));
    const n3 = madd(z3, y3, madd(back, o3, g));
    o0 = y0;
    o1 = y1;
    o2 = y2;
    o3 = y3;
    y0 = n0;
    y1 = n1;
    y2 = n2;
    y3 = n3;
    at += 16;
  }
  v128.store(to, y0);
  v128.store(to, y1, 16);
  v128.store(to, y2, 32);
  v128.store(to, y3, 48);
}

/**
 * out[k] = Σ_j g_j He_j(z[k]).
 * Shapes: z and out of n doubles, apart or the same.
 * Error: in units of ε Σ |g_j He_j(z)|, a small multiple of the degree.
 * Cost: two multiply-adds a term and number.
 */
export function hermiteSeries(series: usize, z: usize, n: i32, out: usize): void {
  assert(n >= 0);
  const at = series + 8;
  const end = at + ((<usize>load<f64>(series)) << 4);
  let k: i32 = 0;
  for (; k + 8 <= n; k += 8) {
    clenshaw8(at, end, z, out);
    z += 64;
    out += 64;
  }
  for (; k < n; k++) {
    store<f64>(out, f64x2.extract_lane(clenshaw(series, v128.load64_splat(z)), 0));
    z += 8;
    out += 8;
  }
}
