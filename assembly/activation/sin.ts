// The sine s(x) = sin(ωx), with frequency ω. The product ωx is rounded before its sine is taken.
// biome-ignore-all lint/style/useImportType: AssemblyScript has no imports of types
import { cosLanes, Sin } from '../math/sin';

export class SinActivation {
  /** s' = ω cos(ωx), s'' = −ω² s. ±Infinity has no limit and gives NaN. */
  @inline
  at(order: i32, x: v128, p: v128, value: usize, first: usize, second: usize): void {
    const u = f64x2.mul(p, x);
    const s = changetype<Sin>(0).lanes(u);
    v128.store(value, s);
    if (order >= 1) v128.store(first, f64x2.mul(p, cosLanes(u)));
    if (order >= 2) v128.store(second, f64x2.neg(f64x2.mul(f64x2.mul(p, p), s)));
  }
}
