// The one multiply-add of the kernels: rounded twice in the exact build, fused where the machine can in the
// relaxed one.

/** a·b + c on two lanes. Exact build: two roundings, the same bits everywhere. Relaxed build: one or two. */
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f64x2.relaxed_madd(a, b, c);
  return f64x2.add(f64x2.mul(a, b), c);
}
