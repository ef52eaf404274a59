// Gauss rules of symmetric weights, as probability measures: N(0, 1), the uniform law on [-1, 1] and the law of one
// coordinate of a uniform point on a sphere. Nodes and weights come out correctly rounded: the nodes
// start as eigenvalues of the Jacobi matrix (Golub and Welsch) and are refined in double-double arithmetic.
import { Status } from '../abi';
import { add, divide, multiply, productError, sumError, trailing } from './double-double';
import { tridiagonalEigenvalues } from './tridiagonal';

/** Largest number of nodes; the cost grows as n². */
const LARGEST: i32 = 4096;
/** Newton steps: with two, outer weights of the largest rules are some ulps off. */
const STEPS: i32 = 3;

/**
 * Nodes and weights with sum of w f(x) ≈ E f(Z), Z standard normal; exact for polynomials of degree 2n - 1.
 *
 * Shapes: nodes n ascending, weights n with sum 1, scratch 3n + 8.
 * Range: 1 ≤ n ≤ 4096, else Status.BadArgument. Weights below 2^-1074 are 0.
 * Error: 0.5 ulp: nodes and weights are correctly rounded wherever checked, up to n = 4096. Mirror images in bits.
 * Cost: O(n²): 1 ms at n = 200.
 */
export function gaussHermite(n: i32, nodes: usize, weights: usize, scratch: usize): i32 {
  if (n < 1 || n > LARGEST) return Status.BadArgument;
  for (let k = 1; k <= n; k++) setBeta(scratch, k, <f64>k, 0);
  return rule(n, Infinity, nodes, weights, scratch);
}

/**
 * Nodes and weights with sum of w f(x) ≈ the integral of f from -1 to 1; exact for polynomials of degree 2n - 1.
 *
 * Shapes: nodes n ascending, weights n with sum 2, scratch 3n + 8.
 * Range: 1 ≤ n ≤ 4096, else Status.BadArgument.
 * Error: 0.5 ulp: nodes and weights are correctly rounded wherever checked, up to n = 4096. Mirror images in bits.
 */
export function gaussLegendre(n: i32, nodes: usize, weights: usize, scratch: usize): i32 {
  const status = gaussGegenbauer(n, 0.5, nodes, weights, scratch);
  if (status !== Status.Ok) return status;
  for (let i = 0; i < n; i++) {
    const at = weights + ((<usize>i) << 3);
    store<f64>(at, 2 * load<f64>(at));
  }
  return Status.Ok;
}

/**
 * Nodes and weights with sum of w f(x) ≈ E f(X), X on [-1, 1] of density proportional to (1 - x²)^(λ - 1/2); exact
 * for polynomials of degree 2n - 1. One coordinate of a uniform point on the unit sphere of dimension d has this law
 * with λ = (d - 2)/2.
 *
 * Shapes: nodes n ascending, weights n with sum 1, scratch 3n + 8.
 * Range: 1 ≤ n ≤ 4096 and -1/2 < λ ≤ 1e6, else Status.BadArgument. Weights below 2^-1074 are 0.
 * Error: 0.5 ulp: nodes and weights are correctly rounded wherever checked, up to n = 4096. Mirror images in bits.
 */
export function gaussGegenbauer(n: i32, lambda: f64, nodes: usize, weights: usize, scratch: usize): i32 {
  if (n < 1 || n > LARGEST || !(lambda > -0.5 && lambda <= 1e6)) return Status.BadArgument;
  // β_1 = 1/(2 (1 + λ)), and β_k = k (k + 2λ - 1)/(4 (k + λ)(k + λ - 1)) from the second on.
  let denominator = add(1, 0, lambda, 0);
  let beta = divide(0.5, 0, denominator, trailing);
  setBeta(scratch, 1, beta, trailing);
  for (let k = 2; k <= n; k++) {
    const order = <f64>k;
    const numerator = add(order - 1, 0, 2 * lambda, 0);
    const above = multiply(numerator, trailing, order, 0);
    const above1 = trailing;
    const next = add(order, 0, lambda, 0);
    const next1 = trailing;
    const last = add(order - 1, 0, lambda, 0);
    denominator = multiply(next, next1, last, trailing);
    beta = divide(0.25 * above, 0.25 * above1, denominator, trailing);
    setBeta(scratch, k, beta, trailing);
  }
  return rule(n, lambda, nodes, weights, scratch);
}

function setBeta(scratch: usize, k: i32, high: f64, low: f64): void {
  store<f64>(scratch + ((<usize>k) << 4), high);
  store<f64>(scratch + ((<usize>k) << 4), low, 8);
}

function betaHigh(scratch: usize, k: i32): f64 {
  return load<f64>(scratch + ((<usize>k) << 4));
}

/**
 * The rule of the monic polynomials p_{k+1} = x p_k - β_k p_{k-1}. The positive nodes are the roots of the eigenvalues
 * of the squared Jacobi matrix restricted to odd degrees, which has half the size.
 */
function rule(n: i32, lambda: f64, nodes: usize, weights: usize, scratch: usize): i32 {
  setBeta(scratch, 0, 0, 0);
  const half = n >> 1;
  const diagonal = scratch + ((<usize>(n + 1)) << 4);
  // The weights serve as the off-diagonal until the eigenvalues are found.
  for (let j = 0; j < half; j++) {
    const k = 2 * j + 1;
    const above = k + 1 < n ? betaHigh(scratch, k + 1) : 0;
    store<f64>(diagonal + ((<usize>j) << 3), betaHigh(scratch, k) + above);
    const next = k + 2 < n ? betaHigh(scratch, k + 2) : 0;
    store<f64>(weights + ((<usize>j) << 3), sqrt<f64>(above * next));
  }
  if (half > 0) {
    const status = tridiagonalEigenvalues(diagonal, weights, half);
    if (status !== Status.Ok) return status;
  }
  sortAscending(diagonal, half);
  productOfBetas(scratch, n);
  for (let j = 0; j < half; j++) {
    const guess = sqrt<f64>(load<f64>(diagonal + ((<usize>j) << 3)));
    refine(n, lambda, guess, scratch);
    const right = (<usize>(n - half + j)) << 3;
    const left = (<usize>(half - 1 - j)) << 3;
    store<f64>(nodes + right, node);
    store<f64>(nodes + left, -node);
    store<f64>(weights + right, weight);
    store<f64>(weights + left, weight);
  }
  if (n & 1) {
    refine(n, lambda, 0, scratch);
    store<f64>(nodes + ((<usize>half) << 3), 0);
    store<f64>(weights + ((<usize>half) << 3), weight);
  }
  return Status.Ok;
}

/** Results of `refine`, of `evaluate` and of `productOfBetas`; p stands for (high + low) 2^exponent. */
let node: f64 = 0;
let weight: f64 = 0;
let last: f64 = 0;
let before: f64 = 0;
let before1: f64 = 0;
let exponent: i32 = 0;
let norm: f64 = 0;
let norm1: f64 = 0;
let normExponent: i32 = 0;

/**
 * Newton's steps on p_n from a guess good to half the digits, and the weight h_{n-1}/(p_n′ p_{n-1}) there, with
 * h_{n-1} = β_1 … β_{n-1} and p_n′ from p_{n-1}: n p_{n-1} for Hermite's polynomials, and for Gegenbauer's
 * (1 - x²) p_n′ = c p_{n-1} - n x p_n with c = n (n + 2λ - 1)/(2 (n + λ - 1)).
 */
function refine(n: i32, lambda: f64, guess: f64, scratch: usize): void {
  const order = <f64>n;
  const bounded = lambda !== Infinity;
  let c = order;
  let c1: f64 = 0;
  if (bounded && n > 1) {
    const numerator = add(order - 1, 0, 2 * lambda, 0);
    const above = multiply(numerator, trailing, 0.5 * order, 0);
    const above1 = trailing;
    const denominator = add(order - 1, 0, lambda, 0);
    c = divide(above, above1, denominator, trailing);
    c1 = trailing;
  }
  let x = guess;
  let x1: f64 = 0;
  let room: f64 = 1;
  let room1: f64 = 0;
  for (let step = 1; step <= STEPS; step++) {
    evaluate(n, x, x1, scratch);
    if (bounded) {
      const upper = add(1, 0, x, x1);
      const upper1 = trailing;
      const lower = add(1, 0, -x, -x1);
      room = multiply(upper, upper1, lower, trailing);
      room1 = trailing;
    }
    if (guess === 0) break;
    const slope = bounded ? (c * before - order * x * last) / room : order * before;
    if (step < STEPS) {
      x = add(x, x1, -last / slope, 0);
      x1 = trailing;
    } else {
      node = x + (x1 - last / slope);
    }
  }
  // h_{n-1} (1 - x²)/(c p_{n-1}²), with the powers of two apart.
  const square = multiply(before, before1, before, before1);
  const below = multiply(square, trailing, c, c1);
  const below1 = trailing;
  const above = multiply(norm, norm1, room, room1);
  weight = scaled(divide(above, trailing, below, below1), normExponent - 2 * exponent);
}

const LARGE: f64 = reinterpret<f64>(0x52b0000000000000); // 2^300
const SMALL: f64 = reinterpret<f64>(0x2d30000000000000); // 2^-300

/** p_n and p_{n-1} at x + x′ by the recurrence, rescaled by powers of two on the way. */
function evaluate(n: i32, x: f64, x1: f64, scratch: usize): void {
  let q: f64 = 0;
  let q1: f64 = 0;
  let p: f64 = 1;
  let p1: f64 = 0;
  exponent = 0;
  for (let k = 0; k < n; k++) {
    const beta = load<f64>(scratch + ((<usize>k) << 4));
    const beta1 = load<f64>(scratch + ((<usize>k) << 4), 8);
    const a = x * p;
    const b = beta * q;
    const s = a - b;
    const ea = productError(x, p, a) + (x * p1 + x1 * p);
    const eb = productError(beta, q, b) + (beta * q1 + beta1 * q);
    const e = sumError(a, -b, s) + (ea - eb);
    q = p;
    q1 = p1;
    p = s + e;
    p1 = e - (p - s);
    const size = max<f64>(abs<f64>(p), abs<f64>(q));
    if (size > LARGE || size < SMALL) {
      const scale = size > LARGE ? SMALL : LARGE;
      exponent += size > LARGE ? 300 : -300;
      p *= scale;
      p1 *= scale;
      q *= scale;
      q1 *= scale;
    }
  }
  last = p;
  before = q;
  before1 = q1;
}

/** h_{n-1} = β_1 … β_{n-1}, a product of up to thousands of factors. */
function productOfBetas(scratch: usize, n: i32): void {
  norm = 1;
  norm1 = 0;
  normExponent = 0;
  for (let k = 1; k < n; k++) {
    const beta = load<f64>(scratch + ((<usize>k) << 4));
    const beta1 = load<f64>(scratch + ((<usize>k) << 4), 8);
    norm = multiply(norm, norm1, beta, beta1);
    norm1 = trailing;
    if (norm > LARGE || norm < SMALL) {
      const scale = norm > LARGE ? SMALL : LARGE;
      normExponent += norm > LARGE ? 300 : -300;
      norm *= scale;
      norm1 *= scale;
    }
  }
}

/** m 2^e rounded once, for normal m > 0; 0 where it underflows. */
function scaled(m: f64, e: i32): f64 {
  const bits = reinterpret<i64>(m);
  const total = <i32>(bits >> 52) + e;
  const fraction = bits & 0x000fffffffffffff;
  if (total > 0) return reinterpret<f64>(fraction | ((<i64>total) << 52));
  if (total < -60) return 0;
  return reinterpret<f64>(fraction | ((<i64>(total + 100)) << 52)) * reinterpret<f64>(0x39b0000000000000);
}

/** Sorts n nearly sorted numbers by insertion. */
function sortAscending(values: usize, n: i32): void {
  for (let i = 1; i < n; i++) {
    const value = load<f64>(values + ((<usize>i) << 3));
    let at = values + ((<usize>i) << 3);
    while (at > values && load<f64>(at - 8) > value) {
      store<f64>(at, load<f64>(at - 8));
      at -= 8;
    }
    store<f64>(at, value);
  }
}
