// What runs of this theory do, counted by kind of kernel from the configuration alone, and what a unit of each kind costs. The numbers
// that only a run knows, of its steps and of its tries for a certificate, are arguments. Knows no bytes.
import { formOf } from './ensemble.ts';
import { type IntegratorName, integratorOf } from './integrate.ts';
import { hasKink, layerInputs, type MeanFieldProblem, sampleCount, testCount } from './problem.ts';

/** Work by kind, each in units of its own. */
export interface Work {
  /** Multiply-adds of dense products of doubles; a symmetric one takes half of all. */
  readonly products?: number;
  /** The same in single precision. */
  readonly singles?: number;
  /** Of n × n counts of jointly active neurons: n² for each neuron. */
  readonly counts?: number;
  /** Activations, alone or with slopes. */
  readonly values?: number;
  /** Slopes at their least in a window, of (C1). */
  readonly windows?: number;
  /** Eigenvalues of an n × n matrix: `eigenSize(n)`. */
  readonly eigenvalues?: number;
  /** With their vectors. */
  readonly eigenvectors?: number;
  /** Numbers that are moved, added or summed once. */
  readonly moves?: number;
  /** Numbers that are sorted in columns, for certificates of kinked activations. */
  readonly sorted?: number;
  /** Pairs of rows whose dual activation is made. */
  readonly pairs?: number;
  /** Rows whose activation is expanded in Hermite polynomials for that, where there is no closed form. */
  readonly expansions?: number;
  /** Normal variates. */
  readonly normals?: number;
}

/** Multiply-adds of dense products of doubles that one thread makes in a second. */
export const PRODUCT_SPEED = 8e9;

/** Units in such multiply-adds: measured kernel by kernel, 1000 × 20 to 1000 × 800. Values: the mean of smooth activations. */
const PRICES: Readonly<Record<keyof Work, number>> = {
  products: 1,
  singles: 0.55,
  counts: 0.1,
  values: 60,
  windows: 60,
  eigenvalues: 0.7,
  eigenvectors: 1.8,
  moves: 4,
  sorted: 1200,
  pairs: 2500,
  expansions: 3e6,
  normals: 50,
};
/** An activation that is a comparison. */
const KINKED_VALUE = 7;

/** n³ and what goes with n², in n³. */
export const eigenSize = (n: number): number => n * n * (n + 250);

/** The sum of works. */
export function together(...works: readonly Work[]): Work {
  const sum: { -readonly [kind in keyof Work]: number } = {};
  for (const work of works)
    for (const kind of Object.keys(work) as (keyof Work)[]) sum[kind] = (sum[kind] ?? 0) + work[kind]!;
  return sum;
}

export function times(count: number, work: Work): Work {
  const product: { -readonly [kind in keyof Work]: number } = {};
  for (const kind of Object.keys(work) as (keyof Work)[]) product[kind] = count * work[kind]!;
  return product;
}

/** Work as multiply-adds of dense products that take as long. */
export function priced(work: Work, problem: MeanFieldProblem): number {
  let sum = 0;
  for (const kind of Object.keys(work) as (keyof Work)[]) {
    const price = kind === 'values' && hasKink(problem) ? KINKED_VALUE : PRICES[kind];
    sum += price * work[kind]!;
  }
  return sum;
}

/** What a flow runs on. */
export interface Sizes {
  /** Neurons or particles, m. */
  readonly rows: number;
  readonly samples: number;
  /** Inputs of the trained layer where the form is primal. */
  readonly primal?: number;
  readonly single: boolean;
  /** Particles have weights of their own. */
  readonly weighted: boolean;
}

export function sizesOf(problem: MeanFieldProblem, single: boolean): Sizes {
  const primal = formOf(problem) === 'primal';
  return {
    rows: problem.model.width,
    samples: sampleCount(problem.data),
    ...(primal && { primal: layerInputs(problem) }),
    single,
    weighted: false,
  };
}

/** One product of displacements with the Gram matrix. */
function productOf({ rows: m, samples: n, primal, single }: Sizes): Work {
  // What does not grow with the length of the sums: it counts where there are few samples.
  const moves = 2 * m * n;
  if (primal !== undefined) return { products: 2 * m * n * primal, moves };
  return single ? { singles: m * n * n, moves } : { products: m * n * n, moves };
}

/** The slope kernel of a state: counted where slopes take two values. */
function slopeWork(sizes: Sizes, kinked: boolean): Work {
  const { rows: m, samples: n, weighted } = sizes;
  return kinked && !weighted ? { counts: m * n * n } : gramWork(sizes);
}

/** A kernel of values or slopes; those of particles are weighted first. */
function gramWork({ rows: m, samples: n, weighted }: Sizes): Work {
  return { products: (m * n * n) / 2, moves: 2 * m * n + (weighted ? m * (n + 30) : 0) };
}

/** Of one step: products with the Gram matrix, evaluations, slope kernels, eigenproblems, numbers moved for each of m × n. */
const STEPS: Readonly<Record<IntegratorName, readonly [number, number, number, number, number]>> = {
  euler: [1, 1, 0, 0, 3],
  rk4: [4, 4, 0, 0, 12],
  exp1: [1, 1, 1, 1, 3],
  exp2: [2, 2, 2, 2, 5],
  adaptive: [2, 2, 2, 2, 12],
};

/** One step of the integrator. */
export function stepWork(problem: MeanFieldProblem, sizes: Sizes): Work {
  const { rows: m, samples: n } = sizes;
  const [products, values, kernels, eigenproblems, moves] = STEPS[integratorOf(problem)];
  return together(times(products, productOf(sizes)), times(kernels, slopeWork(sizes, hasKink(problem))), {
    values: values * m * n,
    eigenvectors: eigenproblems * eigenSize(n),
    moves: moves * m * n + 1000 * n,
  });
}

/** The measurements of one record, test rows aside: kernels of slopes, averaged over steps where they jump, and of features. */
export function gaugeWork(sizes: Sizes): Work {
  const { rows: m, samples: n } = sizes;
  return together(times(2, gramWork(sizes)), {
    values: m * n,
    eigenvalues: eigenSize(n),
    moves: 12 * m * n + 40 * n * n,
  });
}

/** Outputs of a drawn network on its test rows. */
export function testWork(problem: MeanFieldProblem, sizes: Sizes): Work {
  const { rows: m, samples: n, primal, single } = sizes;
  const tests = testCount(problem.data);
  const product = m * tests * (primal ?? n);
  return {
    ...(single ? { singles: product } : { products: product }),
    values: m * tests,
    moves: 2 * m * tests,
  };
}

/** Sums over all windows before none of them is tried, and those that find one or give a threshold. */
const WINDOWS = { try: 10, find: 4000, threshold: 530 };
/** Eigenproblems of (C3): of a state, and of its threshold where the Gram matrix is singular. */
const FROZEN = { try: 3, threshold: 45 };

/** One try for a certificate along a run, or where `thresholds` are asked for at the start. */
export function certificateWork(problem: MeanFieldProblem, sizes: Sizes, thresholds = false): Work {
  const { rows: m, samples: n } = sizes;
  const kinked = hasKink(problem);
  const singular = layerInputs(problem) < n;
  if (!kinked) {
    const windows = singular ? 1 : WINDOWS.try + (thresholds ? WINDOWS.threshold : 0);
    return together(slopeWork(sizes, kinked), { windows: windows * m * n, eigenvalues: 2 * eigenSize(n) });
  }
  const frozen = FROZEN.try + (thresholds && singular ? FROZEN.threshold : 0);
  return { sorted: m * n, counts: frozen * m * n * n, eigenvalues: (1 + frozen) * eigenSize(n) };
}

/** What finding a rate takes where there is one, beyond a try. */
export function foundWork(problem: MeanFieldProblem, { rows: m, samples: n }: Sizes): Work {
  return hasKink(problem) ? {} : { windows: WINDOWS.find * m * n };
}
