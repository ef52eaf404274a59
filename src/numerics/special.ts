import { sharedCore } from '../../bindings/load.ts';
type F = { (x: number): number; (x: ArrayLike<number>): Float64Array };
const wrap = (name: 'exp' | 'normalCdf' | 'normalQuantile' | 'sin' | 'cos'): F => ((x: number | ArrayLike<number>) => {
  const f = sharedCore().exports[name] as (v: number) => number;
  return typeof x === 'number' ? f(x) : Float64Array.from(x, f);
}) as F;
export const exp = wrap('exp');
export const normalCdf = wrap('normalCdf');
export const normalQuantile = wrap('normalQuantile');
export const sin = wrap('sin');
export const cos = wrap('cos');
