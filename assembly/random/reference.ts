// Scalar references of the random kernels, for the tests and the benches: the generator as its authors print it, and
// normal variates by the Box-Muller formula with AssemblyScript's own log, sin and cos as a second witness of the law.

/** n words of xoshiro256++, word by word, as published. */
export function xoshiroReference(state: usize, out: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    store<u64>(out + ((<usize>i) << 3), published(state));
  }
}

function published(s: usize): u64 {
  const result = rotl<u64>(load<u64>(s) + load<u64>(s, 24), 23) + load<u64>(s);
  const t = load<u64>(s, 8) << 17;
  store<u64>(s, load<u64>(s, 16) ^ load<u64>(s), 16);
  store<u64>(s, load<u64>(s, 24) ^ load<u64>(s, 8), 24);
  store<u64>(s, load<u64>(s, 8) ^ load<u64>(s, 16), 8);
  store<u64>(s, load<u64>(s) ^ load<u64>(s, 24));
  store<u64>(s, load<u64>(s, 16) ^ t, 16);
  store<u64>(s, rotl<u64>(load<u64>(s, 24), 45), 24);
  return result;
}

/** n variates uniform on (0, 1). */
export function uniformReference(state: usize, out: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    store<f64>(out + ((<usize>i) << 3), (<f64>(published(state) >> 12) + 0.5) / 4503599627370496.0);
  }
}

/** n standard normal variates by the Box-Muller formula, the cosine branch only. */
export function normalReference(state: usize, out: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const u = (<f64>(published(state) >> 12) + 0.5) / 4503599627370496.0;
    const angle = 2 * NativeMath.PI * ((<f64>(published(state) >> 12) + 0.5) / 4503599627370496.0);
    store<f64>(out + ((<usize>i) << 3), NativeMath.sqrt(-2 * NativeMath.log(u)) * NativeMath.cos(angle));
  }
}
