// The generator behind every stream: xoshiro256++ on a state of four 64-bit words (32 bytes) in linear memory,
// seeded by hashing a key and a stream id. Knows nothing of laws: it makes 64-bit words.
// Source: D. Blackman and S. Vigna, Scrambled linear pseudorandom number generators, ACM Trans. Math. Softw. 47
// (2021); SplitMix64: G. L. Steele, D. Lea and C. H. Flood, OOPSLA 2014, with the mixing constants of D. Stafford.
// biome-ignore-all lint/correctness/noPrecisionLoss: AssemblyScript has 64-bit integers

/** The increment of SplitMix64: 2^64 divided by the golden ratio, made odd. */
const GAMMA: u64 = 0x9e3779b97f4a7c15;

/** Takes one 64-bit word into a hash: SplitMix64's output function of (hash xor word) + gamma. A bijection in each. */
export function absorb(hash: u64, word: u64): u64 {
  let z = (hash ^ word) + GAMMA;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

/**
 * Sets a state to the beginning of the stream (label, index) of a 128-bit key.
 *
 * Word j of the state is absorb(absorb(absorb((j + 1)·gamma, k0 + 2^32 k1), k2 + 2^32 k3), label + 2^32 index). Each
 * absorb is a bijection, so two streams of one key differ in all four words; where the streams lie on the cycle of
 * 2^256 - 1 states is as good as random, so the chance that any two of 2^40 streams of 2^40 draws overlap is 2^-136.
 * A state of zeros, which xoshiro cannot leave, is replaced.
 *
 * Shapes: state 32 bytes.
 * Cost: 12 absorbs.
 */
export function seedStream(state: usize, k0: u32, k1: u32, k2: u32, k3: u32, label: u32, index: u32): void {
  const low = <u64>k0 | ((<u64>k1) << 32);
  const high = <u64>k2 | ((<u64>k3) << 32);
  const stream = <u64>label | ((<u64>index) << 32);
  let any: u64 = 0;
  for (let j = 0; j < 4; j++) {
    const word = absorb(absorb(absorb(<u64>(j + 1) * GAMMA, low), high), stream);
    store<u64>(state + ((<usize>j) << 3), word);
    any |= word;
  }
  if (any === 0) store<u64>(state, GAMMA);
}

/** The next 64-bit word of a stream. */
export function nextWord(state: usize): u64 {
  const s0 = load<u64>(state);
  const s1 = load<u64>(state, 8);
  const s3 = load<u64>(state, 24);
  const t2 = load<u64>(state, 16) ^ s0;
  const t3 = s3 ^ s1;
  store<u64>(state, s0 ^ t3);
  store<u64>(state, s1 ^ t2, 8);
  store<u64>(state, t2 ^ (s1 << 17), 16);
  store<u64>(state, rotl<u64>(t3, 45), 24);
  return rotl<u64>(s0 + s3, 23) + s0;
}
