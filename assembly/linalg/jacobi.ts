// Jacobi's method for symmetric eigenvalues: the independent reference, slow and accurate. It shares nothing
// with the Householder and QL kernel.
import { Status } from '../abi';

const MAX_ROUNDS: i32 = 60;

function at(A: usize, ld: i32, i: i32, j: i32): f64 {
  return load<f64>(A + ((<usize>(i * ld + j)) << 3));
}

function put(A: usize, ld: i32, i: i32, j: i32, value: f64): void {
  store<f64>(A + ((<usize>(i * ld + j)) << 3), value);
}

/** Rotates rows and columns p < q of A so that A[p,q] becomes 0. */
function annihilate(A: usize, n: i32, ld: i32, p: i32, q: i32): void {
  const coupling = at(A, ld, p, q);
  const half = (at(A, ld, q, q) - at(A, ld, p, p)) / (2 * coupling);
  const t = (half < 0 ? -1.0 : 1.0) / (abs(half) + sqrt<f64>(half * half + 1));
  const c = 1 / sqrt<f64>(t * t + 1);
  const s = t * c;
  const slope = s / (1 + c);
  for (let k: i32 = 0; k < n; k++) {
    if (k === p || k === q) continue;
    const a = at(A, ld, k, p);
    const b = at(A, ld, k, q);
    // c a − s b and s a + c b, as small changes of a and b.
    const left = a - s * (b + slope * a);
    const right = b + s * (a - slope * b);
    put(A, ld, k, p, left);
    put(A, ld, p, k, left);
    put(A, ld, k, q, right);
    put(A, ld, q, k, right);
  }
  put(A, ld, p, p, at(A, ld, p, p) - t * coupling);
  put(A, ld, q, q, at(A, ld, q, q) + t * coupling);
  put(A, ld, p, q, 0);
  put(A, ld, q, p, 0);
}

/**
 * Ascending eigenvalues of the symmetric A, which is destroyed: rotations in cyclic order until every coupling is
 * nothing beside its diagonal entries. Entries of moderate size only.
 */
export function symmetricEigenReference(A: usize, n: i32, ld: i32, values: usize): i32 {
  let clean = false;
  for (let round: i32 = 0; round < MAX_ROUNDS && !clean; round++) {
    clean = true;
    for (let p: i32 = 0; p < n - 1; p++) {
      for (let q: i32 = p + 1; q < n; q++) {
        const coupling = abs(at(A, ld, p, q));
        const size = abs(at(A, ld, p, p)) + abs(at(A, ld, q, q));
        if (coupling < 1e-200 || coupling < 1e-18 * size) continue;
        annihilate(A, n, ld, p, q);
        clean = false;
      }
    }
  }
  for (let i: i32 = 0; i < n; i++) {
    const value = at(A, ld, i, i);
    let j = i;
    while (j > 0 && load<f64>(values + ((<usize>(j - 1)) << 3)) > value) {
      store<f64>(values + ((<usize>j) << 3), load<f64>(values + ((<usize>(j - 1)) << 3)));
      j--;
    }
    store<f64>(values + ((<usize>j) << 3), value);
  }
  return clean ? Status.Ok : Status.NotConverged;
}
