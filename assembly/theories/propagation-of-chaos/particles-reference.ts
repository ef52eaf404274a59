// Scalar references of the kernels on particles: every pair is formed on its own, in the order of summation that the
// kernels promise. For the tests and the benches.

function at(x: usize, i: i32): f64 {
  return load<f64>(x + ((<usize>i) << 3));
}

function put(x: usize, i: i32, value: f64): void {
  store<f64>(x + ((<usize>i) << 3), value);
}

/** A polynomial of polynomial.ts at s. */
function polynomial(P: usize, s: f64): f64 {
  const n = <i32>at(P, 0);
  const x = at(P, 1) === 2 ? s * s : s;
  let value = at(P, 3);
  for (let r = 1; r < n; r++) value = value * x + at(P, 3 + r);
  for (let p = <i32>at(P, 2); p > 0; p--) value *= s;
  return value;
}

/** A Hermite series of hermite-series.ts at z. */
function series(g: usize, z: f64): f64 {
  const n = <i32>at(g, 0);
  let y: f64 = 0;
  let older: f64 = 0;
  for (let r = 0; r < n; r++) {
    const next = z * y + (at(g, 2 + 2 * r) * older + at(g, 1 + 2 * r));
    older = y;
    y = next;
  }
  return y;
}

/** Σ_k a_k b_k, k in order. */
function inner(a: usize, b: usize, d: i32): f64 {
  let sum: f64 = 0;
  for (let k = 0; k < d; k++) sum = at(a, k) * at(b, k) + sum;
  return sum;
}

/** Σ_k a_k b_k in two lanes. */
function laneDot(a: usize, b: usize, d: i32): f64 {
  let even: f64 = 0;
  let odd: f64 = 0;
  for (let k = 0; k + 1 < d; k += 2) {
    even = at(a, k) * at(b, k) + even;
    odd = at(a, k + 1) * at(b, k + 1) + odd;
  }
  let total = even + odd;
  if (d & 1) total += at(a, d - 1) * at(b, d - 1);
  return total;
}

function tangent(w: usize, d: i32, v: usize): void {
  const radial = laneDot(v, w, d);
  for (let k = 0; k < d; k++) put(v, k, at(v, k) - radial * at(w, k));
}

/** Adds with the rounding error kept: total in sums[0], error in sums[1]. */
function keep(sums: usize, value: f64): void {
  const total = at(sums, 0);
  const next = total + value;
  put(sums, 1, at(sums, 1) + (abs(total) >= abs(value) ? total - next + value : value - next + total));
  put(sums, 0, next);
}

/** Velocity of particle i into v, projected. */
function velocityOf(W: usize, ld: i32, m: i32, d: i32, i: i32, slope: usize, target: usize, v: usize): void {
  const w = W + ((<usize>(i * ld)) << 3);
  for (let k = 0; k < d; k++) put(v, k, 0);
  for (let j = 0; j < m; j++) {
    const other = W + ((<usize>(j * ld)) << 3);
    const factor = polynomial(slope, inner(w, other, d));
    for (let k = 0; k < d; k++) put(v, k, factor * at(other, k) + at(v, k));
  }
  const inverse = 1 / <f64>m;
  for (let k = 0; k < d; k++) put(v, k, -inverse * at(v, k));
  put(v, 0, at(v, 0) + polynomial(target, at(w, 0)));
  tangent(w, d, v);
}

/** populationVelocity, pair by pair. scratch of 6 doubles. */
export function populationVelocityReference(
  W: usize,
  ldw: i32,
  m: i32,
  d: i32,
  slope: usize,
  values: usize,
  target: usize,
  V: usize,
  ldv: i32,
  scratch: usize,
): f64 {
  put(scratch, 4, 0);
  put(scratch, 5, 0);
  for (let i = 0; i < m; i++) {
    velocityOf(W, ldw, m, d, i, slope, target, V + ((<usize>(i * ldv)) << 3));
    for (let c = 0; c < 4; c++) put(scratch, c, 0);
    for (let j = 0; j <= i; j++) {
      const s = inner(W + ((<usize>(i * ldw)) << 3), W + ((<usize>(j * ldw)) << 3), d);
      const value = polynomial(values, s);
      put(scratch, j & 3, at(scratch, j & 3) + (j < i ? value : 0.5 * value));
    }
    keep(scratch + 32, at(scratch, 0) + at(scratch, 1) + (at(scratch, 2) + at(scratch, 3)));
  }
  return 2 * (at(scratch, 4) + at(scratch, 5));
}

/** interactionProduct, pair by pair. scratch of 2 d + 6 doubles. */
export function interactionProductReference(
  W: usize,
  D: usize,
  ld: i32,
  m: i32,
  d: i32,
  slope: usize,
  curvature: usize,
  values: usize,
  target: usize,
  V: usize,
  HD: usize,
  scratch: usize,
): f64 {
  const first = scratch + 48;
  const second = first + ((<usize>d) << 3);
  put(scratch, 4, 0);
  put(scratch, 5, 0);
  for (let i = 0; i < m; i++) {
    const row = (<usize>(i * ld)) << 3;
    const w = W + row;
    velocityOf(W, ld, m, d, i, slope, target, V + row);
    for (let k = 0; k < 2 * d; k++) put(first, k, 0);
    for (let c = 0; c < 4; c++) put(scratch, c, 0);
    for (let j = 0; j < m; j++) {
      const other = W + ((<usize>(j * ld)) << 3);
      const delta = D + ((<usize>(j * ld)) << 3);
      const s = inner(w, other, d);
      const factor = polynomial(slope, s);
      const bend = inner(w, delta, d) * polynomial(curvature, s);
      put(scratch, j & 3, at(scratch, j & 3) + polynomial(values, s));
      for (let k = 0; k < d; k++) {
        put(first, k, factor * at(delta, k) + at(first, k));
        put(second, k, bend * at(other, k) + at(second, k));
      }
    }
    keep(scratch + 32, at(scratch, 0) + at(scratch, 1) + (at(scratch, 2) + at(scratch, 3)));
    for (let k = 0; k < d; k++) put(HD + row, k, (1 / <f64>m) * (at(first, k) + at(second, k)));
    tangent(w, d, HD + row);
  }
  return at(scratch, 4) + at(scratch, 5);
}

/** dataVelocity, number by number. scratch of n doubles. */
export function dataVelocityReference(
  W: usize,
  ldw: i32,
  m: i32,
  d: i32,
  X: usize,
  ldx: i32,
  y: usize,
  n: i32,
  values: usize,
  slopes: usize,
  V: usize,
  ldv: i32,
  scratch: usize,
): f64 {
  let squares: f64 = 0;
  for (let s = 0; s < n; s++) {
    const x = X + ((<usize>(s * ldx)) << 3);
    let output: f64 = 0;
    for (let i = 0; i < m; i++) output += series(values, inner(W + ((<usize>(i * ldw)) << 3), x, d));
    const residual = at(y, s) - output / <f64>m;
    put(scratch, s, residual);
    squares += residual * residual;
  }
  for (let i = 0; i < m; i++) {
    const w = W + ((<usize>(i * ldw)) << 3);
    const v = V + ((<usize>(i * ldv)) << 3);
    for (let k = 0; k < d; k++) put(v, k, 0);
    for (let s = 0; s < n; s++) {
      const x = X + ((<usize>(s * ldx)) << 3);
      const slope = series(slopes, inner(w, x, d));
      for (let k = 0; k < d; k++) put(v, k, slope * (at(scratch, s) * at(x, k)) + at(v, k));
    }
    for (let k = 0; k < d; k++) put(v, k, at(v, k) / <f64>n);
    tangent(w, d, v);
  }
  return squares;
}
