// What a compiled core says of itself.
import { Abi } from './abi';

/** First byte of linear memory that the bindings' arena may use. */
export function heapBase(): usize {
  return __heap_base;
}

/** The ABI version that this core was compiled with. */
export function abiVersion(): i32 {
  return Abi.Version;
}

/** 1 when compiled with relaxed SIMD (fused multiply-add, machine-dependent rounding), else 0. */
export function isRelaxed(): i32 {
  return ASC_FEATURE_RELAXED_SIMD ? 1 : 0;
}
