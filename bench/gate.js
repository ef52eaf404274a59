// npm run bench:gate: the short form that CI runs. Ratios within one run over peers that the root's own packages bring, each
// limit about two thirds of what Node 24 reaches: a kernel that takes twice its time fails, a busy machine does not. A case
// below its limit gets two more tries. Node 20 runs plain JavaScript at less than half the speed and knows no relaxed SIMD, so
// the gate goes on in an installed Node 24 where there is one.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadBindings, openers } from './harness/builds.js';
import { interleave, prepare, ratio } from './harness/interleave.js';
import { peer } from './harness/peers.js';

/** case: contender, smallest ratio of its time to ours, for both builds. Raise a limit when its kernel gets faster. */
const LIMITS = {
  'GEMM 256': ['ml-matrix', 6.5],
  'X W, 4000 × 500, q=4': ['plain', 3.3],
  "X' G, 4000 × 500, q=4": ['plain', 4.2],
  'gradient, 500 × 200, q=2': ['plain', 6],
  'gradient, 4000 × 500, q=4': ['plain', 6],
  'Cholesky 200': ['ml-matrix', 6],
  'eigenvalues 200': ['ml-matrix', 9],
  'eigenvalues and eigenvectors 200': ['ml-matrix', 3.4],
  tanh: ['Math', 2.7],
  exp: ['scalar', 1.75],
  log: ['scalar', 1.5],
  erf: ['scalar', 90],
  'activation sigmoid': ['plain', 2.1],
  normal: ['seedrandom alea', 4],
  uniform: ['Math.random (no seed)', 4],
  'row 20 of responses, q=2, 2000 samples': ['plain', 4.5],
  'dots of columns, 120 × 300': ['scalar', 2.6],
  'dual step in float32, 2048 relu neurons × 256 samples': ['ours in float64', 1.3],
  'Gauss-Hermite, 64 nodes': ['scalar', 0.6],
  'Sobol points, 8 dimensions, plain': ['Math.random', 4],
};
const TRIES = 3;

const newer = ['node_modules', '../build/runtimes/node_modules']
  .map((folder) => fileURLToPath(new URL(`${folder}/node/bin/node`, import.meta.url)))
  .find((file) => existsSync(file));
if (Number.parseInt(process.versions.node, 10) < 22 && newer) {
  const parameters = ['--disable-warning=ExperimentalWarning', fileURLToPath(import.meta.url)];
  process.exit(spawnSync(newer, parameters, { stdio: 'inherit' }).status ?? 1);
}

const bindings = await loadBindings();
const context = { bindings, builds: openers(bindings), peer };
const cases = new Map();
for (const file of readdirSync(new URL('cases', import.meta.url))) {
  for (const item of (await import(`./cases/${file}`)).cases) cases.set(item.name, item);
}

const begin = performance.now();
let failures = 0;
console.log(`Node ${process.version}. Time of the peer over ours; limit behind it.`);
if (Number.parseInt(process.versions.node, 10) < 22)
  console.log(
    'The limits are for Node 24. This one runs plain JavaScript at less than half the speed, so they are loose, and has no relaxed SIMD, ' +
      'so the fast build is not tested. Install one: npm install --prefix build/runtimes --no-save node@24',
  );
for (const [name, [over, limit]] of Object.entries(LIMITS)) {
  const item = cases.get(name);
  if (!item) throw new Error(`bench/cases has no case "${name}".`);
  const wanted = ['exact', 'fast', over];
  const { contenders, skipped } = await prepare(await item.contenders(context), item.tolerance, (contender) =>
    wanted.includes(contender),
  );
  const problems = Object.entries(skipped).filter(([, reason]) => !reason.startsWith('no relaxed SIMD'));
  const builds = ['exact', 'fast'].filter((build) => contenders[build]);
  const best = {};
  for (let attempt = 0; attempt < TRIES && problems.length === 0; attempt++) {
    const { times } = await interleave(contenders, { rounds: 7, slot: 5, warmUp: 60 });
    for (const build of builds) best[build] = Math.max(best[build] ?? 0, ratio(times, build, over));
    if (builds.every((build) => best[build] >= limit)) break;
  }
  const good = problems.length === 0 && builds.every((build) => best[build] >= limit);
  if (!good) failures++;
  const reached = builds.map((build) => `${build} ${best[build]?.toFixed(1) ?? '–'}`).join(', ');
  const reasons = problems.map(([contender, reason]) => `${contender}: ${reason}`).join('; ');
  console.log(`${good ? 'ok  ' : 'FAIL'} ${name} over ${over}: ${reached}, limit ${limit} ${reasons}`);
}
console.log(`${failures} below their limits, ${((performance.now() - begin) / 1000).toFixed(0)} s.`);
process.exitCode = failures > 0 ? 1 : 0;
