// Values over a rectangle, as a figure shows them in colours: plain data, where each cell ends, and outlines of sets of cells.
import type { Scale } from './chart.ts';

export interface HeatMap {
  /** What the colours say, with the unit: the label of their scale. */
  readonly label: string;
  /** Where the values belong, ascending. A cell reaches half way to its neighbours. */
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** Entry [j * x.length + i] belongs to x[i] and y[j]. Values that are not finite leave their cell blank. */
  readonly values: ArrayLike<number>;
  /** Of the colours; on a logarithmic one what is not above 0 has the lowest colour. */
  readonly scale?: Scale;
  readonly textures?: readonly Texture[];
}

/** Marks on some of the cells, for what colours do not say. `dotted`: dots; `hatched`: paled, with lines across. */
export interface Texture {
  readonly name: string;
  readonly kind: 'dotted' | 'hatched';
  /** Not 0 where the cell has it, in the order of the values. */
  readonly on: ArrayLike<number>;
}

/**
 * The n + 1 ends of n cells around `values`: half way between neighbours, in the ratio on a logarithmic axis; not below 0 where no
 * value is.
 */
export function cellEdges(values: ArrayLike<number>, scale: Scale = 'linear'): number[] {
  const n = values.length;
  const log = scale === 'log';
  const between = (a: number, b: number) => (log ? Math.sqrt(a * b) : 0.5 * (a + b));
  const beyond = (edge: number, value: number) => (log ? (value * value) / edge : 2 * value - edge);
  if (n === 1) {
    const only = values[0]!;
    const half = 0.5 * (Math.abs(only) || 1);
    return log ? [only / 2, only * 2] : [only - half, only + half];
  }
  const inner = Array.from({ length: n - 1 }, (_, i) => between(values[i]!, values[i + 1]!));
  const first = beyond(inner[0]!, values[0]!);
  return [values[0]! >= 0 ? Math.max(0, first) : first, ...inner, beyond(inner[n - 2]!, values[n - 1]!)];
}

/**
 * The outline of the cells that are `inside`, along the ends of cells and not along the frame: lines that are parted by NaN.
 * `inside[j * nx + i]` is the cell between `xEdges[i]`, `xEdges[i + 1]`, `yEdges[j]` and `yEdges[j + 1]`.
 */
export function outlineOf(
  xEdges: readonly number[],
  yEdges: readonly number[],
  inside: ArrayLike<number>,
): { readonly x: number[]; readonly y: number[] } {
  const [nx, ny] = [xEdges.length - 1, yEdges.length - 1];
  const corners = new Map<number, number[]>();
  const join = (a: number, b: number) => {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const)
      corners.set(from, [...(corners.get(from) ?? []), to]);
  };
  const corner = (i: number, j: number) => j * (nx + 1) + i;
  const differ = (a: number, b: number) => (inside[a] === 0) !== (inside[b] === 0);
  for (let j = 0; j < ny; j++) {
    for (let i = 0; i < nx; i++) {
      const cell = j * nx + i;
      if (i + 1 < nx && differ(cell, cell + 1)) join(corner(i + 1, j), corner(i + 1, j + 1));
      if (j + 1 < ny && differ(cell, cell + nx)) join(corner(i, j + 1), corner(i + 1, j + 1));
    }
  }
  const out = { x: [] as number[], y: [] as number[] };
  const put = (at: number) => {
    out.x.push(xEdges[at % (nx + 1)]!);
    out.y.push(yEdges[Math.floor(at / (nx + 1))]!);
  };
  // Lines with ends first, then closed ones.
  for (const closed of [false, true]) {
    for (const [start, left] of corners) {
      while (left.length > 0 && (closed || left.length % 2 === 1)) {
        put(start);
        for (let at = start; ; ) {
          const next = corners.get(at)!.pop();
          if (next === undefined) break;
          const back = corners.get(next)!;
          back.splice(back.indexOf(at), 1);
          put(next);
          at = next;
        }
        out.x.push(Number.NaN);
        out.y.push(Number.NaN);
      }
    }
  }
  return out;
}
