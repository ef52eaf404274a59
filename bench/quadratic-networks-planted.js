// The end of the flow from a start next to the teacher, which the library does not offer: its own measurements, teacher and accelerated
// solver, put together here for the accuracy tables.
import { bundle } from './harness/sources.js';

const folder = './src/theories/quadratic-networks';
const own = await import(
  await bundle(
    'quadratic-networks-planted',
    `export { quadraticNetworks as theory } from '${folder}/index.ts';
    export { draw, largestEigenvalue, sizesOf, testErrorOf } from '${folder}/replica.ts';
    export { parametersOf } from '${folder}/problem.ts';
    export { accelerate, curvature } from '${folder}/descent.ts';
    export { teacherQuantiles } from '${folder}/teacher.ts';
    export { createStream } from './src/numerics/random.ts';
    export { gemmScratchFor, syrk } from './bindings/linalg.ts';
    export { createCore } from './bindings/load.ts';`,
  )
);

/** Test error at the end from W* + `distance` times a random start. The teacher is that of the quantiles. */
export async function plantedEnd(config, replica, distance) {
  const core = await own.createCore();
  const problem = own.theory.check(config);
  const [parameters] = own.parametersOf(problem);
  const { d, m, teacher: width } = own.sizesOf(problem, parameters);
  return core.withinAsync(async (scope) => {
    const { measurements, teacher } = own.draw(core, scope, problem, parameters, replica);
    const W = scope.from(own.createStream(`planted/replica ${replica}`, 'start').normal(d * m));
    const scale = distance / Math.sqrt(m);
    own.teacherQuantiles(core, d, width).forEach((eigenvalue, i) => {
      for (let j = 0; j < m; j++)
        W.view[i * m + j] = scale * W.view[i * m + j] + (d - 1 - i === j ? Math.sqrt(eigenvalue) : 0);
    });
    const largest = 1.05 * own.curvature(core, scope, measurements, d);
    const rate = 0.5 / (largest * own.largestEigenvalue(parameters, 1));
    const tolerance = 1e-3 * parameters.weightDecay;
    const { iterations } = problem.optimizer;
    await own.accelerate(core, scope, measurements, W, d, m, rate, tolerance, iterations, async () => true);
    const Z = scope.f64(d * d);
    own.syrk(core, d, m, W, m, Z, d, scope.f64(own.gemmScratchFor(core, d, d, m)));
    return own.testErrorOf(core, scope.f64((d * (d + 1)) / 2), Z, teacher, d);
  });
}
