// The law of M = Z* + δ G: Marchenko–Pastur of ratio κ* freely added to a semicircle of variance s = δ². Everything is in
// closed form in y = 1/g, the inverse of the Cauchy transform. Knows nothing of learning.
import { atan2Scalar } from '../../math/atan';

const PI: f64 = NativeMath.PI;

/** z(y) = y + s/y + y/(y − c), the inverse of the law's y, c = 1/κ*. */
function position(y: f64, s: f64, c: f64): f64 {
  return y + s / y + y / (y - c);
}

/** 1 − z'(y) = s/y² + c/(y − c)²; edges are where it is 1. */
function slopeGap(y: f64, s: f64, c: f64): f64 {
  const far = y - c;
  return s / (y * y) + c / (far * far);
}

/**
 * The root of slopeGap = 1 that Newton's method reaches from y, where slopeGap is above 1: convex, so the steps never
 * pass it.
 */
function edgeFrom(start: f64, s: f64, c: f64): f64 {
  let y = start;
  for (let i = 0; i < 200; i++) {
    const far = y - c;
    const gap = slopeGap(y, s, c) - 1;
    const slope = -2 * (s / (y * y * y) + c / (far * far * far));
    const next = y - gap / slope;
    if (!(abs(next - y) > 1e-16 * abs(y))) return next;
    if (gap <= 0) return next;
    y = next;
  }
  return y;
}

/** The cube root of x > 0, to a few ulp. */
export function cubeRoot(x: f64): f64 {
  if (!(x > 0)) return 0;
  let t = reinterpret<f64>(reinterpret<u64>(x) / 3 + 0x2a9f7893d0000000);
  for (let i = 0; i < 4; i++) {
    const cube = t * t * t;
    t = (t * (cube + 2 * x)) / (2 * cube + x);
  }
  return t;
}

/**
 * The edges of the support, (L1): lower end, ends of the gap, upper end, and y at the two ends of the gap. Without a gap
 * its ends are the upper end. Returns the number of intervals, 1 or 2.
 * Shapes: edges of 6.
 * Range: s > 0, c > 0.
 */
export function lawEdges(s: f64, c: f64, edges: usize): i32 {
  const root = sqrt(s);
  store<f64>(edges, position(edgeFrom(-root, s, c), s, c));
  const top = position(edgeFrom(c + sqrt(c), s, c), s, c);
  store<f64>(edges, top, 24);
  const middle = c / (1 + cubeRoot(c / s));
  if (!(root < middle && c - sqrt(c) > middle && slopeGap(middle, s, c) < 1)) {
    store<f64>(edges, top, 8);
    store<f64>(edges, top, 16);
    store<f64>(edges, 0, 32);
    store<f64>(edges, 0, 40);
    return 1;
  }
  const low = edgeFrom(root, s, c);
  const high = edgeFrom(c - sqrt(c), s, c);
  store<f64>(edges, position(low, s, c), 8);
  store<f64>(edges, position(high, s, c), 16);
  store<f64>(edges, low, 32);
  store<f64>(edges, high, 40);
  return 2;
}

/** y at a point of the gap: real, between the ends; bisection guards Newton's method. */
function inGap(x: f64, s: f64, c: f64, edges: usize): f64 {
  let low = load<f64>(edges, 32);
  let high = load<f64>(edges, 40);
  let y = 0.5 * (low + high);
  for (let i = 0; i < 100; i++) {
    const miss = position(y, s, c) - x;
    if (miss === 0) return y;
    if (miss > 0) high = y;
    else low = y;
    let next = y - miss / (1 - slopeGap(y, s, c));
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    if (abs(next - y) <= 2e-16 * abs(y)) return next;
    y = next;
  }
  return y;
}

/**
 * y = 1/g(x + i0), with Im y >= 0, (L1): the complex root of y³ + (1 − c − x) y² + (s + c x) y − s c, or the real one in the gap.
 * Shapes: y of 2. Range: x between the lower and the upper end of the support.
 */
export function lawPoint(x: f64, s: f64, c: f64, edges: usize, y: usize): void {
  if (x > load<f64>(edges, 8) && x < load<f64>(edges, 16)) {
    store<f64>(y, inGap(x, s, c, edges));
    store<f64>(y, 0, 8);
    return;
  }
  const a2 = 1 - c - x;
  const a1 = s + c * x;
  const a0 = -s * c;
  const p = a1 - (a2 * a2) / 3;
  const q = (2 * a2 * a2 * a2) / 27 - (a2 * a1) / 3 + a0;
  const third = p / 3;
  const half = 0.5 * q;
  const discriminant = half * half + third * third * third;
  const size = cubeRoot(abs(half) + (discriminant > 0 ? sqrt(discriminant) : 0));
  const A = half > 0 ? -size : size;
  const B = A === 0 ? 0 : -third / A;
  let re = -0.5 * (A + B) - a2 / 3;
  let im = 0.8660254037844386 * abs(A - B);
  for (let i = 0; i < 3; i++) {
    // Newton's method on the cubic, in complex arithmetic by Horner's rule.
    const r2 = re + a2;
    const v1 = r2 * re - im * im + a1;
    const w1 = r2 * im + im * re;
    const v0 = v1 * re - w1 * im + a0;
    const w0 = v1 * im + w1 * re;
    const d2 = r2 + re;
    const dv = d2 * re - 2 * im * im + v1;
    const dw = d2 * im + 2 * im * re + w1;
    const norm = dv * dv + dw * dw;
    if (norm === 0) break;
    const stepRe = (v0 * dv + w0 * dw) / norm;
    const stepIm = (w0 * dv - v0 * dw) / norm;
    // Next to an edge the root is double and the step is rounding.
    if (stepRe * stepRe + stepIm * stepIm > 0.25 * (re * re + im * im)) break;
    re -= stepRe;
    im -= stepIm;
  }
  store<f64>(y, re);
  store<f64>(y, im > 0 ? im : 0, 8);
}

/** The density of the law at n points. Shapes: x, out of n. */
export function lawDensities(n: i32, x: usize, s: f64, c: f64, edges: usize, out: usize): void {
  for (let i = 0; i < n; i++) {
    const at = (<usize>i) << 3;
    store<f64>(out + at, lawDensity(load<f64>(x + at), s, c, edges));
  }
}

const POINT: usize = memory.data(16, 16);

/** The density at x. */
export function lawDensity(x: f64, s: f64, c: f64, edges: usize): f64 {
  if (!(x > load<f64>(edges) && x < load<f64>(edges, 24))) return 0;
  lawPoint(x, s, c, edges, POINT);
  const re = load<f64>(POINT);
  const im = load<f64>(POINT, 8);
  return im / (PI * (re * re + im * im));
}

/** Doubles that `lawMoments` writes. */
const MOMENTS: i32 = 6;

/**
 * ∫ρ, ∫xρ, ∫x²ρ, 2∫hρ, 2∫xhρ over x > cut, h = Re g, and ρ(cut), (L2): no quadrature.
 * Shapes: out of 6.
 * Error: 1e-13 against quadrature of the density, for δ from 0.05 to 2.
 */
export function lawMoments(cut: f64, s: f64, c: f64, edges: usize, out: usize): void {
  if (cut >= load<f64>(edges, 24)) {
    for (let i = 0; i < MOMENTS; i++) store<f64>(out + ((<usize>i) << 3), 0);
    return;
  }
  if (cut <= load<f64>(edges)) {
    store<f64>(out, 1);
    store<f64>(out, 1, 8);
    store<f64>(out, 1 + c + s, 16);
    store<f64>(out, 0, 24);
    store<f64>(out, 1, 32);
    store<f64>(out, 0, 40);
    return;
  }
  lawPoint(cut, s, c, edges, POINT);
  const x = cut;
  const yr = load<f64>(POINT);
  const yi = load<f64>(POINT, 8);
  const y2 = yr * yr + yi * yi;
  const gr = yr / y2;
  const gi = -yi / y2;
  const ur = 1 - c * gr;
  const ui = -c * gi;
  const u2 = ur * ur + ui * ui;
  // Imaginary parts of what the antiderivatives are made of; logarithms only have angles.
  const lg = -atan2Scalar(yi, yr);
  const a = -atan2Scalar(ui, ur) / c;
  const a2 = -ui / (u2 * c);
  const a3 = -(ur * ui) / (u2 * u2 * c);
  const uu = 2 * ur * ui;
  const g2r = gr * gr - gi * gi;
  const g2 = 2 * gr * gi;
  const g3 = g2r * gi + g2 * gr;
  const g4 = 2 * g2r * g2;
  const yy = 2 * yr * yi;
  const ag = (a - gi) / c;
  const a2g = (a2 - a) / c;
  const ag2 = (a - 2 * gi - uu / (2 * c)) / (c * c);
  const I1 = a + 0.5 * s * g2 + lg;
  const I2 = a2 + (s * s * g3) / 3 - yi + 2 * s * ag + 2 * (lg + c * a) + 2 * s * gi;
  const I3 =
    a3 +
    0.25 * s * s * s * g4 -
    0.5 * yy +
    3 * s * a2g +
    3 * (lg + c * a + c * a2) +
    3 * s * s * ag2 +
    1.5 * s * s * g2 +
    3 * (-yi + c * lg + c * c * a) +
    3 * s * lg +
    6 * s * a;
  const J1 = ag + (s * g3) / 3 + gi;
  const J2 = a2g + 0.25 * s * s * g4 + lg + 2 * s * ag2 + 2 * a + s * g2;
  store<f64>(out, (x * gi - I1) / PI);
  store<f64>(out, (x * x * gi - I2) / (2 * PI), 8);
  store<f64>(out, (x * x * x * gi - I3) / (3 * PI), 16);
  store<f64>(out, (x * g2 - 2 * J1) / PI, 24);
  store<f64>(out, (0.5 * x * x * g2 - J2) / PI, 32);
  store<f64>(out, yi / (PI * y2), 40);
}
