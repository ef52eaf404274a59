// Checks of the finite-width configuration across fields: extents of weights, matrices that can be Gram matrices.

export type Complain = (complaint: {
  path: string;
  received: string;
  expected: string;
  remedy: string;
}) => void;

export function checkMatrix(
  value: readonly number[] | readonly (readonly number[])[],
  rows: number,
  columns: number,
  path: string,
  complain: Complain,
): void {
  const isMatrix = Array.isArray(value[0]);
  const received = isMatrix
    ? `${value.length} x ${(value[0] as readonly number[]).length}`
    : `a vector of ${value.length}`;
  if (!isMatrix || value.length !== rows || (value[0] as readonly number[]).length !== columns) {
    complain({
      path,
      received,
      expected: `a ${rows} x ${columns} matrix`,
      remedy: 'Give rows as arrays of numbers.',
    });
  }
}

export function checkDeepWeights(
  weights: readonly (readonly number[] | readonly (readonly number[])[])[],
  q: number,
  depth: number,
  path: string,
  complain: Complain,
  offset = 0,
): void {
  if (weights.length !== depth - 1) {
    complain({
      path,
      received: `${weights.length} deep layers`,
      expected: `${depth - 1}: layers 2 to ${depth}`,
      remedy: 'Depth is the number of activations plus one.',
    });
    return;
  }
  weights.forEach((value, i) => {
    const at = `${path}[${i + offset}]`;
    if (i < weights.length - 1) checkMatrix(value, q, q, at, complain);
    else if (Array.isArray(value[0]) || value.length !== q) {
      const received = Array.isArray(value[0]) ? 'a matrix' : `${value.length} numbers`;
      complain({
        path: at,
        received,
        expected: `a vector of ${q} numbers`,
        remedy: 'The last layer has one weight per unit.',
      });
    }
  });
}

export function checkGram(gram: readonly (readonly number[])[], q: number, complain: Complain): void {
  const path = 'model.initialization.gram';
  if (gram.length !== q + 1 || gram[0]?.length !== q + 1) {
    complain({
      path,
      received: `${gram.length} x ${gram[0]?.length ?? 0}`,
      expected: `a ${q + 1} x ${q + 1} matrix: [mu, W1]'[mu, W1]`,
      remedy: 'Order: the signal, then the units.',
    });
    return;
  }
  let pairwise = true;
  const complainOnce: Complain = (complaint) => {
    pairwise = false;
    complain(complaint);
  };
  for (let i = 0; i <= q; i++) {
    if (gram[i]![i]! < 0) {
      complainOnce({
        path: `${path}[${i}][${i}]`,
        received: String(gram[i]![i]),
        expected: 'a squared norm >= 0',
        remedy: 'The diagonal holds squared norms.',
      });
    }
    for (let j = 0; j < i; j++) {
      const scale = Math.sqrt(Math.abs(gram[i]![i]! * gram[j]![j]!));
      if (Math.abs(gram[i]![j]! - gram[j]![i]!) > 1e-12 * scale + 1e-300) {
        complainOnce({
          path: `${path}[${i}][${j}]`,
          received: `${gram[i]![j]} against ${gram[j]![i]}`,
          expected: 'a symmetric matrix',
          remedy: 'Give the same number in both places.',
        });
      } else if (Math.abs(gram[i]![j]!) > scale * (1 + 1e-12) + 1e-300) {
        complainOnce({
          path: `${path}[${i}][${j}]`,
          received: String(gram[i]![j]),
          expected: `at most ${scale} in absolute value (Cauchy-Schwarz)`,
          remedy: 'A Gram matrix is positive semidefinite.',
        });
      }
    }
  }
  if (pairwise && !isPositiveSemidefinite(gram)) {
    complain({
      path,
      received: 'a matrix with a negative eigenvalue',
      expected: "a positive semidefinite matrix: [mu, W1]'[mu, W1]",
      remedy: 'No signal and units have these overlaps; compute the matrix from vectors.',
    });
  }
}

/** Whether a symmetric matrix has a Cholesky factor, up to rounding of 1e-10. */
function isPositiveSemidefinite(gram: readonly (readonly number[])[]): boolean {
  const rest = gram.map((row) => [...row]);
  for (let k = 0; k < rest.length; k++) {
    const pivot = rest[k]![k]!;
    const scale = 1e-10 * gram[k]![k]!;
    if (pivot < -scale) return false;
    if (pivot <= scale) continue;
    for (let i = k + 1; i < rest.length; i++) {
      const factor = rest[i]![k]! / pivot;
      for (let j = k + 1; j < rest.length; j++) rest[i]![j]! -= factor * rest[k]![j]!;
    }
  }
  return true;
}
