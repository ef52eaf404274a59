// How kernels read their constants. A table holds every number twice, so that one plain 16-byte load fills
// both lanes: engines rebuild `f64x2.splat` constants inside loops, and this load costs them nothing.

/** Both lanes of entry `k` of a table of pairs. */
export function pair(table: usize, k: usize): v128 {
  return v128.load(table + (k << 4));
}
