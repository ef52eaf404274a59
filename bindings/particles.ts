// Bindings of the kernels on particles: velocities, linearised dynamics, rows on the sphere. Polynomials and Hermite series
// are laid out here as the kernels read them. Row strides are in elements.
import type { Block, Scope } from './arena.ts';
import type { Core } from './core.ts';

/** Σ a_k s^k as the kernels read it: only every second power where the others are 0. */
export function polynomialBlock(scope: Scope, coefficients: ArrayLike<number>): Block {
  const a = Array.from(coefficients);
  while (a.length > 1 && a[a.length - 1] === 0) a.pop();
  const lowest = Math.max(
    0,
    a.findIndex((value) => value !== 0),
  );
  const step = a.every((value, k) => value === 0 || (k - lowest) % 2 === 0) ? 2 : 1;
  const highestFirst: number[] = [];
  for (let k = a.length - 1; k >= lowest; k -= step) highestFirst.push(a[k]!);
  return scope.from([highestFirst.length, step, lowest, ...highestFirst]);
}

/** Σ c_k h_k with h_k = He_k/√k! as the kernels read it. */
export function hermiteBlock(scope: Scope, coefficients: ArrayLike<number>): Block {
  const pairs: number[] = [];
  for (let k = 0, root = 1; k < coefficients.length; k++) {
    if (k > 0) root *= Math.sqrt(k);
    pairs.unshift(coefficients[k]! / root, -(k + 1));
  }
  return scope.from([coefficients.length, ...pairs]);
}

/** The derivative of Σ c_k h_k in the h_k: h_k' = √k h_{k-1}. */
export function hermiteDerivative(coefficients: ArrayLike<number>): Float64Array {
  const out = new Float64Array(Math.max(1, coefficients.length - 1));
  for (let k = 1; k < coefficients.length; k++) out[k - 1] = Math.sqrt(k) * coefficients[k]!;
  return out;
}

/** out_k = Σ_j g_j He_j(z_k), of a series of hermiteBlock. */
export function hermiteSeries(core: Core, series: Block, z: Block, n: number, out: Block): void {
  core.exports.hermiteSeries(series.ptr, z.ptr, n, out.ptr);
}

/** Doubles of scratch for `populationVelocity`. */
export function populationVelocityScratch(core: Core, m: number, d: number): number {
  return core.exports.populationVelocityScratch(m, d);
}

/** Polynomials of `populationVelocity`: without `values` no sum is taken, without `slope` no velocity. */
export interface PairLaws {
  /** Q' */
  readonly slope?: Block;
  /** Q without its constant */
  readonly values?: Block;
  /** T' */
  readonly target: Block;
}

/** A part of the work of a kernel: `from` and `to` are multiples of 64, or the end. */
export interface Part {
  readonly from: number;
  readonly to: number;
}

/**
 * V_i = P_i [T'(w_i1) e_1 − (1/m) Σ_j Q'(⟨w_i,w_j⟩) w_j]; returns Σ_ij Q(⟨w_i,w_j⟩) where `values` is given. In parts of the m rows:
 * answers come with the last.
 */
export function populationVelocity(
  core: Core,
  W: Block,
  ldw: number,
  m: number,
  d: number,
  { slope, values, target }: PairLaws,
  V: Block,
  ldv: number,
  scratch: Block,
  part: Part = { from: 0, to: m },
): number {
  return core.exports.populationVelocity(
    W.ptr,
    ldw,
    m,
    d,
    slope?.ptr ?? 0,
    values?.ptr ?? 0,
    target.ptr,
    V.ptr,
    ldv,
    part.from,
    part.to,
    scratch.ptr,
  );
}

/** V_i ← P_i [T'(w_i1) e_1 − shift − V_i]; target = T'. */
export function velocityFromInteraction(
  core: Core,
  W: Block,
  ldw: number,
  m: number,
  d: number,
  target: Block,
  shift: Block,
  V: Block,
  ldv: number,
): void {
  core.exports.velocityFromInteraction(W.ptr, ldw, m, d, target.ptr, shift.ptr, V.ptr, ldv);
}

/** Doubles of scratch for `dataVelocity`. */
export function dataVelocityScratch(core: Core, m: number, d: number): number {
  return core.exports.dataVelocityScratch(m, d);
}

/** V_i = P_i (1/n) Σ_s r_s σ'(⟨w_i,x_s⟩) x_s with r = y − (1/m) Σ_i σ(⟨w_i,x⟩); returns Σ r². In parts of the n samples. */
export function dataVelocity(
  core: Core,
  W: Block,
  ldw: number,
  m: number,
  d: number,
  X: Block,
  ldx: number,
  y: Block,
  n: number,
  activation: { readonly values: Block; readonly slopes: Block },
  V: Block,
  ldv: number,
  scratch: Block,
  part: Part = { from: 0, to: n },
): number {
  const { values, slopes } = activation;
  return core.exports.dataVelocity(
    W.ptr,
    ldw,
    m,
    d,
    X.ptr,
    ldx,
    y.ptr,
    n,
    values.ptr,
    slopes.ptr,
    V.ptr,
    ldv,
    part.from,
    part.to,
    scratch.ptr,
  );
}

/** Doubles of scratch for `interactionProduct`. */
export function interactionProductScratch(core: Core, m: number, d: number): number {
  return core.exports.interactionProductScratch(m, d);
}

/** HD_i = (1/m) Σ_j H_ij Δ_j and the velocity V; returns Σ_ij Q(⟨w_i,w_j⟩). In parts of the m rows. */
export function interactionProduct(
  core: Core,
  W: Block,
  D: Block,
  ld: number,
  m: number,
  d: number,
  laws: { readonly slope: Block; readonly curvature: Block; readonly values: Block; readonly target: Block },
  V: Block,
  HD: Block,
  scratch: Block,
  part: Part = { from: 0, to: m },
): number {
  const { slope, curvature, values, target } = laws;
  return core.exports.interactionProduct(
    W.ptr,
    D.ptr,
    ld,
    m,
    d,
    slope.ptr,
    curvature.ptr,
    values.ptr,
    target.ptr,
    V.ptr,
    HD.ptr,
    part.from,
    part.to,
    scratch.ptr,
  );
}

/** Rates of the linearised dynamics at tangent D from V and HD of `interactionProduct`. */
export function linearisedRates(
  core: Core,
  W: Block,
  D: Block,
  ld: number,
  m: number,
  d: number,
  potential: { readonly first: Block; readonly second: Block },
  V: Block,
  HD: Block,
  out: Block,
): void {
  const { first, second } = potential;
  core.exports.linearisedRates(W.ptr, D.ptr, ld, m, d, first.ptr, second.ptr, V.ptr, HD.ptr, out.ptr);
}

/** out_i = Y_i/‖Y_i‖; out may be Y. */
export function normaliseRows(
  core: Core,
  Y: Block,
  ldy: number,
  m: number,
  d: number,
  out: Block,
  ldo: number,
): void {
  core.exports.normaliseRows(Y.ptr, ldy, m, d, out.ptr, ldo);
}

/** V_i ← V_i − ⟨V_i,w_i⟩ w_i. */
export function tangentRows(
  core: Core,
  W: Block,
  ldw: number,
  m: number,
  d: number,
  V: Block,
  ldv: number,
): void {
  core.exports.tangentRows(W.ptr, ldw, m, d, V.ptr, ldv);
}

/** out_i = α_i e_1 + √(1 − α_i²) z_i. */
export function partners(
  core: Core,
  alpha: Block,
  Z: Block,
  ldz: number,
  m: number,
  d: number,
  out: Block,
  ldo: number,
): void {
  core.exports.partners(alpha.ptr, Z.ptr, ldz, m, d, out.ptr, ldo);
}

/** out_i = ‖A_i − B_i‖². */
export function squaredDistances(
  core: Core,
  A: Block,
  lda: number,
  B: Block,
  ldb: number,
  m: number,
  d: number,
  out: Block,
): void {
  core.exports.squaredDistances(A.ptr, lda, B.ptr, ldb, m, d, out.ptr);
}
