// npm run bench [-- --only TEXT] [--short] [--render]: every case beside its peers, results into bench/results, the page
// bench/README.md. --only: the case of that name, or those whose "group, area: name" has TEXT. --short: few rounds, nothing written. --render: runs
// nothing, writes the page from the results. Installs the peers when needed, builds the library, and goes on in the Node that
// bench/package.json pins, which has relaxed SIMD.
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chosen, optionsOf } from './harness/options.js';
import { goOnInPinnedNode, inPinnedNode, pinnedNode } from './harness/pinned-node.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('..', import.meta.url));

const options = optionsOf({
  only: { type: 'string', default: '' },
  short: { type: 'boolean', default: false },
  render: { type: 'boolean', default: false },
});
const { machine, record, render, write } = await import('./harness/report.js');
if (options.render) {
  render();
  process.exit();
}

if (!inPinnedNode()) {
  pinnedNode();
  const quietly = { stdio: ['ignore', 'ignore', 'inherit'] };
  execFileSync(process.execPath, [`${root}scripts/build.js`, '--quick'], quietly);
  goOnInPinnedNode();
}

const { loadBindings, openers } = await import('./harness/builds.js');
const { interleave, prepare, ratio } = await import('./harness/interleave.js');
const { closeNumpy, numpy, numpyVersions } = await import('./harness/numpy.js');
const { closeJax, jax, peer, peerVersions } = await import('./harness/peers.js');
const { productWitness } = await import('./harness/witness.js');

const bindings = await loadBindings();
const builds = openers(bindings);
const context = { bindings, builds, numpy, jax, peer };
const witness = productWitness(bindings, builds.exact());

const all = [];
for (const file of readdirSync(`${here}cases`).filter((name) => name.endsWith('.js'))) {
  all.push(...(await import(`./cases/${file}`)).cases);
}
const about = await numpyVersions().catch((error) => ({ error: error.message }));
const shared = {
  machine: machine(),
  versions: {
    node: process.versions.node,
    numpy: about.error ? undefined : `NumPy ${about.numpy} with ${about.blas}`,
    peers: peerVersions(),
  },
};
console.log(
  `${shared.machine.cpu}; Node ${process.versions.node}; ${shared.versions.numpy ?? `no NumPy: ${about.error}`}`,
);

if (options.short)
  console.log(
    'A quick pass, too short for contenders to warm up: for orientation, not for comparison with bench/README.md.',
  );
const pace = options.short ? { rounds: 3, slot: 4, warmUp: 40 } : { witness };
const records = {};
let wrong = false;
const titleOf = ({ group, area, name }) => `${group}, ${area}: ${name}`;
for (const item of chosen(all, options.only, (entry) => [titleOf(entry), entry.name])) {
  const { contenders, skipped, errors } = await prepare(await item.contenders(context), item.tolerance);
  // A job is all of the library: engines tune its code over the first few calls, which cost up to twice as much.
  const { times, disturbed } = await interleave(
    contenders,
    item.group === 'jobs' ? { ...pace, warmUp: 400 } : pace,
  );
  const notes = Object.fromEntries(
    Object.entries(contenders).map(([name, { type, note, ulp }]) => [
      name,
      { type, note, ulp: ulp && Number(ulp.toFixed(2)) },
    ]),
  );
  for (const contender of Object.values(contenders)) await contender.release?.();
  const entry = record(item, { skipped, errors, notes, disturbed }, times);
  records[item.group] ??= [];
  records[item.group].push(entry);

  console.log(`\n${titleOf(item)}`);
  for (const [name, { cpu, wall }] of Object.entries(times)) {
    const ratios = ['exact', 'fast'].map((build) => ratio(times, build, name)?.toFixed(2) ?? '–');
    console.log(
      `  ${name.padEnd(16)} cpu ${(cpu / 1e6).toPrecision(4).padStart(9)} ms  wall ${(wall / 1e6).toPrecision(4).padStart(9)} ms` +
        `  over exact ${ratios[0].padStart(6)}  over fast ${ratios[1].padStart(6)}  differs ${errors[name].toExponential(0)}` +
        `  ${[notes[name].type, notes[name].note, notes[name].ulp && `${notes[name].ulp} ulp`].filter(Boolean).join(', ')}`,
    );
  }
  for (const [name, reason] of Object.entries(skipped)) {
    console.log(`  ${name.padEnd(16)} left out: ${reason}`);
    wrong ||= reason.startsWith('WRONG') || name === 'exact';
  }
  for (const { build, over, atLeast, ulp, ratio: reached, met } of entry.targets) {
    if (met !== null && ulp) console.log(`  ${met ? 'met    ' : 'NOT met'} ${build}: at most ${ulp} ulp`);
    else if (met !== null)
      console.log(`  ${met ? 'met    ' : 'NOT met'} ${build} over ${over}: ${reached}, target ${atLeast}`);
  }
}
closeNumpy();
closeJax();
if (!options.short) {
  for (const [group, list] of Object.entries(records)) {
    write(
      group,
      all.filter((item) => item.group === group).map(({ name }) => name),
      list,
      shared,
    );
  }
  render();
}
process.exitCode = wrong ? 1 : 0;
