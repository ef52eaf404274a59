// The numerics on their own: the same bits on every machine. node examples/numerics.js (after npm run build)
import {
  gaussHermite,
  matrixFrom,
  normalQuantile,
  normalStream,
  sobolPoints,
  symmetricEigen,
} from 'foretrain/numerics';

// E Z⁴ = 3 for a standard normal Z: three nodes are exact up to degree five.
const { nodes, weights } = gaussHermite(3);
const fourth = nodes.reduce((sum, x, i) => sum + weights[i] * x * x * x * x, 0);
console.log(`E Z^4 by three Gauss-Hermite nodes: ${fourth}`);

// A stream is named by a seed and a label; how it is cut into calls does not matter.
const draw = normalStream('my seed', 'weights');
console.log(`four normals: ${[...draw(2), ...draw(2)].map((x) => x.toFixed(6)).join('  ')}`);

const { values, vectors } = symmetricEigen(
  matrixFrom([
    [2, 1],
    [1, 2],
  ]),
);
console.log(
  `eigenvalues ${[...values].join(', ')}; the first eigenvector ${[...vectors.data.subarray(0, 2)].join(', ')}`,
);

// E max(Z1, Z2) = 1/√π for independent standard normals, by 4096 scrambled Sobol points.
const count = 4096;
const z = normalQuantile(sobolPoints(2, count, { seed: 'my seed' }));
let sum = 0;
for (let i = 0; i < count; i++) sum += Math.max(z[i], z[count + i]);
console.log(`E max(Z1, Z2) by Sobol points: ${sum / count}; exactly ${1 / Math.sqrt(Math.PI)}`);
