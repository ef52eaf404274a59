// Scalar reference of the quadrature kernels, for the tests and the benches: another algorithm for Gauss-Hermite,
// Newton's method in plain doubles from guesses made of the nodes found before.

/**
 * Nodes and weights of N(0, 1) by Newton's method on the orthonormal recurrence, largest node first.
 *
 * Shapes: nodes n ascending, weights n.
 * Range: n ≤ 180 (the guesses and the range of doubles end there).
 * Source: W. H. Press et al., Numerical Recipes, section 4.6, for the guesses.
 */
export function gaussHermiteReference(n: i32, nodes: usize, weights: usize): void {
  const size = <f64>n;
  let x: f64 = 0;
  let previous: f64 = 0;
  let older: f64 = 0;
  for (let i = 0; i < (n + 1) >> 1; i++) {
    // Physicists' scale: nodes divided by √2.
    older = previous;
    previous = x;
    if (i === 0) {
      x = NativeMath.sqrt(2 * size + 1) - 1.85575 * NativeMath.pow(2 * size + 1, -1.0 / 6.0);
    } else if (i === 1) {
      x -= (1.14 * NativeMath.pow(size, 0.426)) / x;
    } else if (i === 2) {
      x = 1.86 * x - 0.86 * older;
    } else if (i === 3) {
      x = 1.91 * x - 0.91 * older;
    } else {
      x = 2 * x - older;
    }
    let slope: f64 = 0;
    for (let step = 0; step < 30; step++) {
      let p: f64 = NativeMath.pow(NativeMath.PI, -0.25);
      let q: f64 = 0;
      for (let k = 0; k < n; k++) {
        const next = <f64>(k + 1);
        const value = x * NativeMath.sqrt(2 / next) * p - NativeMath.sqrt(<f64>k / next) * q;
        q = p;
        p = value;
      }
      slope = NativeMath.sqrt(2 * size) * q;
      const move = p / slope;
      x -= move;
      if (NativeMath.abs(move) < 1e-14) break;
    }
    const right = (<usize>(n - 1 - i)) << 3;
    const left = (<usize>i) << 3;
    const weight = 2 / (slope * slope) / NativeMath.sqrt(NativeMath.PI);
    store<f64>(nodes + right, x * NativeMath.SQRT2);
    store<f64>(nodes + left, -x * NativeMath.SQRT2);
    store<f64>(weights + right, weight);
    store<f64>(weights + left, weight);
  }
}
