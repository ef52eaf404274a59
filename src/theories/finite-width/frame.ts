// Orthonormal vectors by their coordinates in a basis that grows: a later vector may have more of them than an earlier one.
import { addTo } from '../../numerics/square.ts';

/** A rest below this share of a vector's size is rounding, and gives no new direction. */
const DEPENDENT = 1e-7;

export class CoordinateFrame {
  /** Orthonormal, or 0 where a vector brought nothing new. */
  readonly rows: Float64Array[] = [];

  /** Orthonormalises a vector against the rows, in two passes, as the next row; returns its own coordinates on all of them. */
  append(vector: Float64Array): Float64Array {
    const count = this.rows.length;
    const rest = new Float64Array(vector);
    const kappa = new Float64Array(count + 1);
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < count; j++) {
        const row = this.rows[j]!;
        let share = 0;
        for (let k = 0; k < row.length; k++) share += rest[k]! * row[k]!;
        for (let k = 0; k < row.length; k++) rest[k]! -= share * row[k]!;
        kappa[j]! += share;
      }
    }
    const size = norm(vector);
    const left = norm(rest);
    if (left <= DEPENDENT * size) this.rows.push(rest.fill(0));
    else {
      this.rows.push(addTo(new Float64Array(rest.length), rest, 1 / left));
      kappa[count] = left;
    }
    return kappa;
  }
}

function norm(vector: Float64Array): number {
  let sum = 0;
  for (const value of vector) sum += value * value;
  return Math.sqrt(sum);
}
