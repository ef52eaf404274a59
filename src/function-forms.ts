// How configurations write the functions of one number that networks and targets use: by name, or as an object with a parameter.
// A theory picks those that its equations hold for.
import { type Fields, nameOrObject, number, optional, union } from './check.ts';
import { type ActivationName, activations } from './numerics/activation.ts';

/** The form of each function, by name; what the names mean is in src/numerics/activation.ts. */
export const functionForms = {
  identity: {},
  relu: {},
  'leaky-relu': { slope: optional(number({ description: 'slope for negative input' }), 0.01) },
  tanh: {},
  sigmoid: {},
  erf: {},
  'erf-sqrt2': {},
  gelu: {},
  silu: {},
  softplus: {
    sharpness: optional(number({ exclusiveMin: 0, max: 1e3, description: 'β of log(1 + exp(β x))/β' }), 1),
  },
  quadratic: {},
  hermite: hermiteForm(30),
  sin: sineForm(1e3),
  sign: {},
};

/** A Hermite polynomial up to a degree that a theory can still integrate. */
export function hermiteForm(mostDegree: number) {
  return {
    degree: optional(
      number({ min: 0, max: mostDegree, integer: true, description: 'degree of the polynomial' }),
      2,
    ),
  };
}

/** A sine up to a frequency that a theory can still resolve. */
export function sineForm(most: number) {
  return { frequency: optional(number({ min: -most, max: most, description: 'ω of sin(ω x)' }), 1) };
}

type Forms = typeof functionForms;

/** The forms of these names. */
export function formsOf<const N extends keyof Forms>(...names: readonly N[]): Pick<Forms, N> {
  return Object.fromEntries(names.map((name) => [name, functionForms[name]])) as Pick<Forms, N>;
}

/** A choice of forms by name alone or as objects. `meanings` are of names that have no kernel of their own. */
export function functionChoice<const V extends Readonly<Record<string, Fields>>>(
  forms: V,
  description: string,
  meanings: Readonly<Record<string, string>> = {},
) {
  const meaning = (name: string) => meanings[name] ?? activations[name as ActivationName].description;
  const all = Object.fromEntries(Object.keys(forms).map((name) => [name, meaning(name)]));
  return nameOrObject(
    union('kind', forms, { description, meanings: all as Record<keyof V & string, string> }),
  );
}
