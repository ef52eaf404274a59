// The inner problem of the steady state: for a given noise δ the cut of the spectrum and the threshold τ, both by
// Newton's method inside a bracket. Which δ it is, and which root counts, is the theory's.
import { lawEdges, lawMoments } from './law';

const EDGE: usize = memory.data(8 * 6, 16);
const MOMENT: usize = memory.data(8 * 6, 16);

/** c_κ with a share κ of the law above it. Leaves the moments above it in MOMENT. Range: 0 < κ < 1. */
function rankCut(kappa: f64, s: f64, c: f64): f64 {
  let low = load<f64>(EDGE);
  let high = load<f64>(EDGE, 24);
  if (load<f64>(EDGE, 8) < load<f64>(EDGE, 16)) {
    // The upper interval holds the share κ* = 1/c exactly.
    const miss = kappa * c - 1;
    if (abs(miss) < 1e-14) {
      lawMoments(0.5 * (load<f64>(EDGE, 8) + load<f64>(EDGE, 16)), s, c, EDGE, MOMENT);
      return load<f64>(EDGE, 16);
    }
    if (miss < 0) low = load<f64>(EDGE, 16);
    else high = load<f64>(EDGE, 8);
  }
  const width = high - low;
  let x = 0.5 * (low + high);
  for (let i = 0; i < 200; i++) {
    lawMoments(x, s, c, EDGE, MOMENT);
    const miss = load<f64>(MOMENT) - kappa;
    if (abs(miss) < 2e-16) break;
    if (miss > 0) low = x;
    else high = x;
    const density = load<f64>(MOMENT, 40);
    let next = density > 0 ? x + miss / density : low;
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    if (abs(next - x) <= 1e-16 * width) break;
    x = next;
  }
  return x;
}

/** x with a share p of the law above it. Range: 0 < p < 1. */
export function lawQuantile(p: f64, s: f64, c: f64): f64 {
  lawEdges(s, c, EDGE);
  return rankCut(p, s, c);
}

/**
 * The steady state for a given noise δ, (E2)-(E4), and what (E1) misses by:
 * out = [4αδ² − 2 mse − Δ, τ, k̂, mse, rank/d, Tr Z/d, F, cut, ρ(cut), 1 where the cut is the rank's, lower end, upper end].
 * λ = 0 stands for the limit λ → 0.
 * Shapes: out of 12. Range: δ > 0, α > 0, κ > 0, c = 1/κ* > 0, λ >= 0.
 * Cost: some 15 evaluations of the moments, 2 to 4 µs.
 */
export function steadyInner(
  delta: f64,
  alpha: f64,
  kappa: f64,
  c: f64,
  lambda: f64,
  noise: f64,
  out: usize,
): void {
  const s = delta * delta;
  const double = 2 * alpha;
  lawEdges(s, c, EDGE);
  const top = load<f64>(EDGE, 24);
  let tau: f64 = -1;
  let cut: f64 = 0;
  let lower: f64 = 0;
  let active = false;
  if (kappa < 1) {
    cut = rankCut(kappa, s, c);
    // Below the rank's cut F is linear in τ, and (E2) a quadratic.
    const a = load<f64>(MOMENT, 24) / double;
    const b = 1 - load<f64>(MOMENT, 32) / double;
    const root = sqrt(b * b + 4 * a * lambda);
    tau = b > 0 ? (2 * lambda) / (b + root) : (root - b) / (2 * a);
    active = tau <= cut;
    if (cut > 0) lower = cut;
  }
  if (!active) {
    tau = -1;
    if (lambda >= top) tau = lambda;
    else if (lambda === 0 && lower === 0) {
      lawMoments(0, s, c, EDGE, MOMENT);
      if (load<f64>(MOMENT, 32) <= double) tau = 0;
    }
    if (tau < 0) {
      // 1 − F/2α − λ/τ increases with τ.
      let low = lower;
      let high = top > lambda ? top : lambda;
      let x = lower > 0 ? lower : lambda > 0 && 2 * lambda < high ? 2 * lambda : 0.5 * high;
      for (let i = 0; i < 200; i++) {
        lawMoments(x, s, c, EDGE, MOMENT);
        const response = load<f64>(MOMENT, 24);
        const khat = 1 - (load<f64>(MOMENT, 32) - x * response) / double;
        const miss = x * khat - lambda;
        if (miss === 0) break;
        if (miss > 0) high = x;
        else low = x;
        let next = x - miss / (khat + (x * response) / double);
        if (!(next > low && next < high)) next = 0.5 * (low + high);
        if (abs(next - x) <= 2e-16 * x) break;
        x = next;
      }
      tau = x;
    }
    cut = tau;
    lawMoments(cut, s, c, EDGE, MOMENT);
  }
  const mass = load<f64>(MOMENT);
  const first = load<f64>(MOMENT, 8);
  const second = load<f64>(MOMENT, 16);
  const F = load<f64>(MOMENT, 32) - tau * load<f64>(MOMENT, 24);
  const khat = tau > 0 ? lambda / tau : 1 - F / double;
  const mse = second - 2 * tau * first + tau * tau * mass - 2 * (second - tau * first) + 2 * s * F + 1 + c;
  store<f64>(out, 4 * alpha * s - 2 * mse - noise);
  store<f64>(out, tau, 8);
  store<f64>(out, khat, 16);
  store<f64>(out, mse, 24);
  store<f64>(out, mass, 32);
  store<f64>(out, first - tau * mass, 40);
  store<f64>(out, F, 48);
  store<f64>(out, cut, 56);
  store<f64>(out, load<f64>(MOMENT, 40), 64);
  store<f64>(out, active ? 1 : 0, 72);
  store<f64>(out, load<f64>(EDGE), 80);
  store<f64>(out, top, 88);
}

/** What (E1) misses by at n values of δ. Shapes: delta, out of n; scratch of 12. */
export function steadyResiduals(
  n: i32,
  delta: usize,
  alpha: f64,
  kappa: f64,
  c: f64,
  lambda: f64,
  noise: f64,
  scratch: usize,
  out: usize,
): void {
  for (let i = 0; i < n; i++) {
    const at = (<usize>i) << 3;
    steadyInner(load<f64>(delta + at), alpha, kappa, c, lambda, noise, scratch);
    store<f64>(out + at, load<f64>(scratch));
  }
}

/**
 * Σ_i Σ_j a_i b_j (x_i − τ)²/((x_i − y_j)² + w²): the double integral of the gain (G1) over nodes on both sides of the cut.
 * Shapes: x, a of m; y, b of n.
 */
export function gainSum(m: i32, x: usize, a: usize, n: i32, y: usize, b: usize, tau: f64, width2: f64): f64 {
  let total: f64 = 0;
  for (let i = 0; i < m; i++) {
    const at = (<usize>i) << 3;
    const xi = load<f64>(x + at);
    const weight = load<f64>(a + at);
    if (weight === 0) continue;
    let row: f64 = 0;
    for (let j = 0; j < n; j++) {
      const gap = xi - load<f64>(y + ((<usize>j) << 3));
      row += load<f64>(b + ((<usize>j) << 3)) / (gap * gap + width2);
    }
    total += weight * (xi - tau) * (xi - tau) * row;
  }
  return total;
}

/**
 * At τ = 0 and noise δ: out = [δ² F − mse, F], the two sides of the interpolation threshold (I1).
 * Shapes: out of 2.
 */
export function interpolationPoint(delta: f64, kappa: f64, c: f64, out: usize): void {
  const s = delta * delta;
  lawEdges(s, c, EDGE);
  const cut = kappa < 1 ? rankCut(kappa, s, c) : -1;
  if (!(cut > 0)) lawMoments(0, s, c, EDGE, MOMENT);
  const second = load<f64>(MOMENT, 16);
  const F = load<f64>(MOMENT, 32);
  const mse = -second + 2 * s * F + 1 + c;
  store<f64>(out, s * F - mse);
  store<f64>(out, F, 8);
}
