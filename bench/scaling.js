// npm run bench:scaling [-- --only TEXT]: time and peak memory of the jobs of bench/scaling/jobs.js against their sizes, each
// point in a process of its own; exponents beside the theoretical ones, into bench/results/scaling.json and bench/README.md.
// Wants the packages of the root only; runs in the Node that starts it.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { machine, render } from './harness/report.js';
import { exponent } from './scaling/exponents.js';
import { jobs } from './scaling/jobs.js';
import { prepare, tools } from './scaling/load.js';

const { values: options } = parseArgs({
  options: { only: { type: 'string', default: '' }, point: { type: 'string' } },
});

if (options.point) {
  const { name, sizes } = JSON.parse(options.point);
  const result = await jobs.find((job) => job.name === name).measure(sizes, await tools());
  console.log(JSON.stringify({ ...result, maxRSS: process.resourceUsage().maxRSS * 1024 }));
  process.exit(0);
}

const root = fileURLToPath(new URL('..', import.meta.url));
spawnSync(process.execPath, [`${root}scripts/build-core.js`], { stdio: 'inherit', cwd: root });
await prepare();

/** One point in a process of its own. */
function measure(name, sizes) {
  const parameters = ['--disable-warning=ExperimentalWarning', fileURLToPath(import.meta.url)];
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [...parameters, '--point', JSON.stringify({ name, sizes })],
    { encoding: 'utf8' },
  );
  if (status !== 0)
    throw new Error(`${name} at ${JSON.stringify(sizes)}: ${stderr.trim().split('\n').at(-1)}`);
  return JSON.parse(stdout);
}

const file = new URL('./results/scaling.json', import.meta.url);
const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).jobs : [];
const measured = [];
for (const { name, base, vary, theory } of jobs) {
  const earlier = before.find((job) => job.name === name);
  if (!name.includes(options.only)) {
    if (earlier) measured.push(earlier);
    continue;
  }
  console.log(name);
  const lines = Object.entries(vary).map(([letter, values]) => {
    const points = values.map((value) => ({ value, ...measure(name, { ...base, [letter]: value }) }));
    const line = {
      letter,
      points: points.map((point) => ({ ...point, cpu: Math.round(point.cpu) })),
      time: exponent(
        values,
        points.map(({ cpu }) => cpu),
      ),
      memory: exponent(
        values,
        points.map(({ peakBytes }) => peakBytes),
      ),
      theory: theory[letter],
    };
    const shown = points.map(
      ({ value, cpu, peakBytes, maxRSS }) =>
        `${value}: ${(cpu / 1e6).toFixed(0)} ms ${(peakBytes / 2 ** 20).toFixed(1)} (${(maxRSS / 2 ** 20).toFixed(0)}) MiB`,
    );
    console.log(
      `  ${letter}: time ~ ${line.time.toFixed(2)} (${theory[letter][0]}), memory ~ ${line.memory.toFixed(2)} (${theory[letter][1]})   ${shown.join(', ')}`,
    );
    return line;
  });
  measured.push({ name, base, lines });
}
const result = {
  date: new Date().toISOString().slice(0, 10),
  machine: machine(),
  node: process.versions.node,
  jobs: measured,
};
writeFileSync(file, `${JSON.stringify(result, null, 1)}\n`);
render();
