// npm run bench:scaling [-- --only TEXT] [--short]: time and peak memory of the jobs of bench/scaling/jobs.js against their sizes, with the
// exponents beside the theoretical ones, into bench/results/scaling.json and bench/README.md. --only: lines whose "job: letter" has
// TEXT; the others keep what the results have. --short: one process a point, nothing written. Goes on in the Node that bench/package.json pins.
// A point is measured in processes of its own, in turns with the other points of its line; a process gives the median of some runs, and
// the point is the median of those.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chosen, optionsOf } from './harness/options.js';
import { goOnInPinnedNode, inPinnedNode } from './harness/pinned-node.js';
import { machine, render } from './harness/report.js';
import { exponent, unexplained } from './scaling/exponents.js';
import { jobs } from './scaling/jobs.js';
import { prepare, tools } from './scaling/load.js';

/** Processes a point: at least, at most, and milliseconds of a line after which no more than the least are begun. */
const ROUNDS = { least: 3, most: 7, enough: 10_000 };
/** Small runs before the first, in which the engine compiles. */
const WARM_UPS = 3;
/** Nanoseconds and runs after which a process has had enough. */
const ENOUGH = 0.4e9;
const MOST_RUNS = 6;
/** Nanoseconds of a first run above which it counts: in a shorter one what the engine still compiles is too large a part. */
const LONG = 1.5e9;

const median = (values) => values.toSorted((a, b) => a - b)[(values.length - 1) >> 1];

if (!inPinnedNode()) goOnInPinnedNode();

const options = optionsOf({
  only: { type: 'string', default: '' },
  short: { type: 'boolean', default: false },
  point: { type: 'string' },
});

if (options.point) {
  const { name, sizes } = JSON.parse(options.point);
  const { run, small } = jobs.find((job) => job.name === name);
  const given = await tools();
  for (let i = 0; i < WARM_UPS; i++) await run({ ...sizes, ...small }, given);
  let times = [];
  let peakBytes;
  let maxRSS;
  for (let spent = 0; times.length < MOST_RUNS && (spent < ENOUGH || (times.length < 2 && spent < LONG)); ) {
    const measured = await run(sizes, given);
    times.push(measured.cpu);
    spent += measured.cpu;
    peakBytes = measured.peakBytes;
    // Memory of earlier runs may wait for the collector.
    maxRSS ??= process.resourceUsage().maxRSS * 1024;
  }
  if (times.length > 1) times = times.slice(1);
  console.log(JSON.stringify({ cpu: Math.round(median(times)), peakBytes, maxRSS }));
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
    throw new Error(
      `${name} at ${JSON.stringify(sizes)}: ${stderr.split('\n').find((line) => line.includes('Error: '))}`,
    );
  return JSON.parse(stdout);
}

const more = (count, spent) => count < ROUNDS.least || (count < ROUNDS.most && spent < ROUNDS.enough);

function measureLine(name, base, { letter, values, at }) {
  const rounds = [];
  const start = performance.now();
  do {
    rounds.push(values.map((value) => measure(name, { ...base, ...at, [letter]: value })));
  } while (!options.short && more(rounds.length, performance.now() - start));
  const points = values.map((value, i) => {
    const of = (key) => rounds.map((round) => round[i][key]);
    return {
      value,
      cpu: median(of('cpu')),
      least: Math.min(...of('cpu')),
      peakBytes: median(of('peakBytes')),
      maxRSS: median(of('maxRSS')),
    };
  });
  return {
    letter,
    ...(at && { at }),
    rounds: rounds.length,
    points,
  };
}

/** A line of the results: what was measured, its exponents, and what the jobs say of it now. */
function lineOf(measured, { time, memory, note }) {
  const fitted = (key) =>
    exponent(
      measured.points.map(({ value }) => value),
      measured.points.map((point) => point[key]),
    );
  return {
    ...measured,
    fitted: { time: fitted('cpu'), memory: fitted('peakBytes') },
    expected: { time, memory },
    note,
  };
}

/** The sizes of a line's points, to tell whether a kept one is still that of the jobs. */
const pointsOf = (base, { letter, at, values, points }) =>
  JSON.stringify([base, at, letter, values ?? points.map(({ value }) => value)]);

function print(line) {
  const { letter, points, fitted, expected } = line;
  const shown = points.map(
    ({ value, cpu, least, peakBytes, maxRSS }) =>
      `${value}: ${(cpu / 1e6).toFixed(0)} ms (least ${((100 * least) / cpu - 100).toFixed(0)} %), ` +
      `${(peakBytes / 2 ** 20).toFixed(1)} (${(maxRSS / 2 ** 20).toFixed(0)}) MiB`,
  );
  const side = (key) => `${key} ~ ${fitted[key].toFixed(2)} (${expected[key]})`;
  console.log(
    `  ${letter}: ${side('time')}, ${side('memory')}${unexplained(line) ? '  NOT EXPLAINED' : ''}   ${shown.join('; ')}`,
  );
}

const file = new URL('./results/scaling.json', import.meta.url);
const here = { machine: machine(), node: process.versions.node };
const same = (results) =>
  ['machine', 'node'].every((key) => JSON.stringify(results[key]) === JSON.stringify(here[key]));
const last = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
const earlier = last && same(last) ? last.jobs : [];
const titled = jobs.flatMap(({ name, lines }) =>
  lines.map((line) => ({ line, title: `${name}: ${line.letter}` })),
);
const asked = new Set(chosen(titled, options.only, ({ title }) => [title]).map(({ line }) => line));
const all = [];
for (const { name, base, lines } of jobs) {
  const before = earlier.find((job) => job.name === name);
  const wanted = (line) => asked.has(line);
  if (lines.some(wanted)) console.log(name);
  const results = lines.map((line) => {
    if (wanted(line)) {
      const result = lineOf(measureLine(name, base, line), line);
      print(result);
      return result;
    }
    const result = before?.lines.find((other) => pointsOf(before.base, other) === pointsOf(base, line));
    return result && lineOf(result, line);
  });
  all.push({ name, base, lines: results.filter(Boolean) });
}
if (options.short) process.exit();
const result = {
  date: new Date().toISOString().slice(0, 10),
  ...here,
  jobs: all.filter(({ lines }) => lines.length > 0),
};
writeFileSync(file, `${JSON.stringify(result, null, 1)}\n`);
render();
