// The known name closest to a mistyped one. Knows nothing about configurations.

/**
 * Damerau–Levenshtein distance in its restricted form (a pair of neighbours may swap once), or `limit + 1` as soon
 * as it is known to exceed `limit`.
 * Cost: a.length · b.length.
 */
export function editDistance(a: string, b: string, limit = 2): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let distance = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        distance = Math.min(distance, beforeLast[j - 2] + 1);
      }
      row.push(distance);
      least = Math.min(least, distance);
    }
    // A row can lower the one after the next by a swap, hence the extra one.
    if (least > limit + 1) return limit + 1;
    beforeLast = last;
    last = row;
  }
  return Math.min(last[b.length], limit + 1);
}

const LONGEST = 80;
const plain = (name: string) => name.toLowerCase().replace(/[-_.\s]/g, '');

/**
 * The candidate that `name` was probably meant to be: at most two edits away, at most one for names of up to four
 * letters; case and the signs `-`, `_`, `.` do not count (`learning_rates` means `learningRates`).
 */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  if (name.length === 0 || name.length > LONGEST) return undefined;
  const typed = plain(name);
  let best: string | undefined;
  let bestDistance = typed.length <= 4 ? 2 : 3;
  for (const candidate of candidates) {
    const distance = editDistance(typed, plain(candidate), 2);
    if (distance < bestDistance && distance < candidate.length) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** ` Did you mean tanh?`, or nothing where no candidate is close. */
export function didYouMean(name: unknown, candidates: readonly string[]): string {
  const nearest = typeof name === 'string' ? nearestName(name, candidates) : undefined;
  return nearest === undefined ? '' : ` Did you mean ${nearest}?`;
}
