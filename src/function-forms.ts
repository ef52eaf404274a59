// How configurations write the functions of one number that networks and targets use: by name, or as an object with a parameter.
// A theory picks those that its equations hold for.
import { number, optional } from './check.ts';

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
    sharpness: optional(number({ exclusiveMin: 0, max: 1e3, description: 'sharpness β' }), 1),
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
  return { frequency: optional(number({ min: -most, max: most, description: 'angular frequency ω' }), 1) };
}

type Forms = typeof functionForms;

/** The forms of these names. */
export function formsOf<const N extends keyof Forms>(...names: readonly N[]): Pick<Forms, N> {
  return Object.fromEntries(names.map((name) => [name, functionForms[name]])) as Pick<Forms, N>;
}
