// Points with high-precision values, and the error of a double against them.
import { readFileSync } from 'node:fs';

export interface Point {
  readonly x: readonly number[];
  /** The double nearest to the exact value. */
  readonly y: number;
  /** (exact − y)/ulp. */
  readonly rest: number;
}

export function fixture(name: string): Point[] {
  const text = readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8');
  const { points } = JSON.parse(text) as { points: string[][] };
  return points.map((p) => ({ x: p.slice(0, -2).map(Number), y: Number(p.at(-2)), rest: Number(p.at(-1)) }));
}

/** Distance of neighbouring doubles at y. */
export function ulp(y: number): number {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, y);
  const exponent = (bits.getUint32(0) >>> 20) & 0x7ff;
  return 2 ** (Math.max(exponent, 1) - 1075);
}

/** |actual − exact| in ulp of the exact value. */
export function ulpError(actual: number, { y, rest }: Point): number {
  if (Object.is(actual, y)) return Math.abs(rest);
  return Math.abs((actual - y) / ulp(y) - rest);
}
