const kinds: Record<string, number> = { identity: 0, relu: 1, 'leaky-relu': 2, tanh: 3, sigmoid: 4, erf: 5, 'erf-sqrt2': 6, gelu: 7, silu: 8, softplus: 9, quadratic: 10, hermite: 11, sin: 12, sign: 13 };
export type ActivationName = string;
export type ActivationSpec = ActivationName | { kind: ActivationName; slope?: number; sharpness?: number; degree?: number; frequency?: number };
export function resolveActivation(spec: ActivationSpec) {
  const name = typeof spec === 'string' ? spec : spec.kind;
  const o = typeof spec === 'string' ? {} : spec as any;
  const parameter = o.slope ?? o.sharpness ?? o.degree ?? o.frequency ?? (name === 'softplus' ? 1 : 0);
  return { kind: kinds[name]!, parameter, name, smooth: !['relu', 'leaky-relu', 'sign'].includes(name) };
}
