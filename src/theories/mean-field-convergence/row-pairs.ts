// Rows that the trained layer cannot tell apart, or sees as opposites: read off the Gram matrix of its inputs. Knows no training.

/** Numbers of rows or pairs of rows, and of those whose labels no output can meet. */
export interface RowPairs {
  readonly same: number;
  readonly opposite: number;
  readonly zero: number;
  readonly contradictory: number;
}

/** Squared distances below this share of the squared lengths are rounding. */
const NOTHING = 1e-13;

/** `odd`: outputs at -x are those at x with the other sign. `zeroAtZero`: the output at x = 0 is 0, whatever the weights. */
export function rowPairs(
  gram: Float64Array,
  labels: ArrayLike<number>,
  { odd, zeroAtZero }: { readonly odd: boolean; readonly zeroAtZero: boolean },
): RowPairs {
  const n = labels.length;
  const pairs = { same: 0, opposite: 0, zero: 0, contradictory: 0 };
  for (let a = 0; a < n; a++) {
    const own = gram[a * (n + 1)]!;
    if (own === 0) {
      pairs.zero++;
      if (zeroAtZero && labels[a] !== 0) pairs.contradictory++;
      continue;
    }
    for (let b = 0; b < a; b++) {
      const lengths = own + gram[b * (n + 1)]!;
      const product = 2 * gram[a * n + b]!;
      if (lengths - product <= NOTHING * lengths) {
        pairs.same++;
        if (labels[a] !== labels[b]) pairs.contradictory++;
      } else if (lengths + product <= NOTHING * lengths) {
        pairs.opposite++;
        if (odd && labels[a] !== -labels[b]!) pairs.contradictory++;
      }
    }
  }
  return pairs;
}
