// Neurons that are the same for everyone: w_ij = sin(1 + salt + 1.7 i + 0.9 j + 0.13 i j), rows normalised.

export function testParticles(m: number, d: number, salt = 0): Float64Array {
  const W = Float64Array.from({ length: m * d }, (_, at) => {
    const [i, j] = [Math.floor(at / d), at % d];
    return Math.sin(1 + salt + 1.7 * i + 0.9 * j + 0.13 * i * j);
  });
  for (let i = 0; i < m; i++) {
    const row = W.subarray(i * d, (i + 1) * d);
    const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    row.forEach((value, k) => {
      row[k] = value / norm;
    });
  }
  return W;
}
