// Scalar references of the math kernels, for the tests and the benches: AssemblyScript's own library where it has the
// function, else the plainest series. None shares a table or a polynomial with the kernels.

export function expReference(x: f64): f64 {
  return NativeMath.exp(x);
}

export function logReference(x: f64): f64 {
  return NativeMath.log(x);
}

export function expm1Reference(x: f64): f64 {
  return NativeMath.expm1(x);
}

export function log1pReference(x: f64): f64 {
  return NativeMath.log1p(x);
}

export function tanhReference(x: f64): f64 {
  return NativeMath.tanh(x);
}

export function sinReference(x: f64): f64 {
  return NativeMath.sin(x);
}

export function cosReference(x: f64): f64 {
  return NativeMath.cos(x);
}

export function powReference(x: f64, p: f64): f64 {
  return NativeMath.pow(x, p);
}

/** 2/√π exp(−x²) Σ 2ⁿ x^(2n+1)/(1·3·…·(2n + 1)), whose terms are all of one sign; 1 − erfc beyond 2. */
export function erfReference(x: f64): f64 {
  if (!(abs(x) >= 0)) return x;
  if (abs(x) > 2) return x > 0 ? 1 - erfcReference(x) : erfcReference(-x) - 1;
  let term = x;
  let sum = x;
  for (let n = 1; n < 80; n++) {
    term *= (2 * x * x) / <f64>(2 * n + 1);
    sum += term;
  }
  return (2 / sqrt(NativeMath.PI)) * NativeMath.exp(-x * x) * sum;
}

/** exp(−x²)/√π · 1/(x + ½/(x + 1/(x + 1½/(x + …)))) for x ≥ 2, else 1 − erf. */
export function erfcReference(x: f64): f64 {
  if (x < 2) return 1 - erfReference(x);
  let fraction = x;
  for (let n = 150; n > 0; n--) fraction = x + (0.5 * <f64>n) / fraction;
  return NativeMath.exp(-x * x) / (sqrt(NativeMath.PI) * fraction);
}

export function normalCdfReference(x: f64): f64 {
  return 0.5 * erfcReference(-x * NativeMath.SQRT1_2);
}

/** By bisection between −39 and 39. */
export function normalQuantileReference(p: f64): f64 {
  let low: f64 = -39;
  let high: f64 = 39;
  for (let k = 0; k < 80; k++) {
    const middle = 0.5 * (low + high);
    if (normalCdfReference(middle) < p) low = middle;
    else high = middle;
  }
  return 0.5 * (low + high);
}

/** Stirling's series at x + 20, less log(x (x + 1) … (x + 19)). */
export function lgammaReference(x: f64): f64 {
  let sum: f64 = 0;
  for (let k = 0; k < 20; k++) sum += NativeMath.log(x + <f64>k);
  const y = x + 20;
  const series =
    1 / (12 * y) -
    1 / (360 * y * y * y) +
    1 / (1260 * NativeMath.pow(y, 5)) -
    1 / (1680 * NativeMath.pow(y, 7));
  return (y - 0.5) * NativeMath.log(y) - y + 0.5 * NativeMath.log(2 * NativeMath.PI) + series - sum;
}

// The arrays that the bench compares with.

export function vexpReference(x: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i++)
    store<f64>(y + ((<usize>i) << 3), NativeMath.exp(load<f64>(x + ((<usize>i) << 3))));
}

export function vlogReference(x: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i++)
    store<f64>(y + ((<usize>i) << 3), NativeMath.log(load<f64>(x + ((<usize>i) << 3))));
}

export function vtanhReference(x: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i++)
    store<f64>(y + ((<usize>i) << 3), NativeMath.tanh(load<f64>(x + ((<usize>i) << 3))));
}

export function vsinReference(x: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i++)
    store<f64>(y + ((<usize>i) << 3), NativeMath.sin(load<f64>(x + ((<usize>i) << 3))));
}

export function verfReference(x: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i++)
    store<f64>(y + ((<usize>i) << 3), erfReference(load<f64>(x + ((<usize>i) << 3))));
}
