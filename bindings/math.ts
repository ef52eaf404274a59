// Elementary functions of the core: of one number, and element by element over blocks.
import type { Block } from './arena.ts';
import type { Core } from './core.ts';

/** Functions of one argument, by the name of their scalar kernel; the array kernel has a v in front. */
export type Elementary =
  | 'exp'
  | 'log'
  | 'expm1'
  | 'log1p'
  | 'tanh'
  | 'erf'
  | 'sin'
  | 'cos'
  | 'normalCdf'
  | 'normalQuantile'
  | 'lgamma';

/** f(x). */
export function elementary(core: Core, f: Elementary, x: number): number {
  return core.exports[f](x);
}

/** y_i = f(x_i) for i < n; y may be x. */
export function elementaryMap(core: Core, f: Elementary, x: Block, y: Block, n: number): void {
  core.exports[`v${f}` as const](x.ptr, y.ptr, n);
}

/** x^p. */
export function power(core: Core, x: number, p: number): number {
  return core.exports.pow(x, p);
}

/** y_i = x_i^(p_i) for i < n; y may be x or p. */
export function powerMap(core: Core, x: Block, p: Block, y: Block, n: number): void {
  core.exports.vpow(x.ptr, p.ptr, y.ptr, n);
}
