// Results as JSON, one file a group, and the page bench/README.md rendered from all of them.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { ratio } from './interleave.js';

const folder = new URL('../results/', import.meta.url);
const page = new URL('../README.md', import.meta.url);

/** What a reader needs to place the numbers; no names of hosts or folders. */
export function machine() {
  const [{ model }] = cpus();
  return { cpu: model.trim(), cores: cpus().length, platform: `${process.platform} ${process.arch}` };
}

/** One case as it is kept. */
export function record({ name, area, unit, count, targets = [] }, { skipped, errors, notes }, times) {
  return {
    name,
    area,
    unit,
    count,
    date: new Date().toISOString().slice(0, 10),
    times: Object.fromEntries(
      Object.entries(times).map(([contender, { cpu, wall, best, rounds, threads }]) => [
        contender,
        {
          cpu: Math.round(cpu),
          wall: Math.round(wall),
          best: Math.round(best),
          rounds,
          ...(threads > 1 && { threads }),
          difference: Number(errors[contender].toExponential(1)),
          ...notes[contender],
        },
      ]),
    ),
    skipped,
    targets: targets.map((target) => {
      const reached = ratio(times, target.build, target.over);
      return {
        ...target,
        ratio: reached === undefined ? null : Number(reached.toPrecision(3)),
        met: reached === undefined ? null : reached >= target.atLeast,
      };
    }),
  };
}

const fileOf = (group) => new URL(`${group}.json`, folder);

/** Puts `records` of a group among those of earlier runs; cases that no longer exist (not in `names`) go. */
export function write(group, names, records, context) {
  const file = fileOf(group);
  const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).cases : [];
  const all = new Map(before.map((entry) => [entry.name, entry]));
  for (const entry of records) all.set(entry.name, entry);
  const cases = names.filter((name) => all.has(name)).map((name) => all.get(name));
  writeFileSync(file, `${JSON.stringify({ group, ...context, cases }, null, 1)}\n`);
}

// ---------------------------------------------------------------- the page

const OWN = ['exact', 'fast'];
const number = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(value >= 1 ? 2 : 2));
const factor = (value) => (value === undefined ? '–' : number(value));

/** A time in the unit of its case. */
function amount({ unit, count }, time) {
  if (!time) return '–';
  const { cpu } = time;
  if (unit === 'GF/s') return (count / cpu).toFixed(1);
  if (unit === 'ns') return (cpu / count).toPrecision(2);
  return cpu >= 1e9 ? `${(cpu / 1e9).toPrecision(3)} s` : `${(cpu / 1e6).toPrecision(3)} ms`;
}

const UNITS = { 'GF/s': 'GF/s', ns: 'ns each', time: 'time' };

/** "numpy-1 ≥ 0.17 ✗ / 0.28 ✓": targets of both builds over one contender. */
function targetsOf({ targets }) {
  const over = [...new Set(targets.map((target) => target.over))];
  return over
    .map((name) => {
      const sides = targets
        .filter((target) => target.over === name)
        .map(({ build, atLeast, met }) => {
          const mark = met === null ? '(not run)' : met ? '✓' : '✗';
          return `${build} ${atLeast} ${mark}`;
        });
      return `${name}: ${sides.join(', ')}`;
    })
    .join('; ');
}

function table(cases) {
  const peers = [...new Set(cases.flatMap(({ times }) => Object.keys(times)))].filter(
    (name) => !OWN.includes(name),
  );
  const title = (name) => {
    const type = cases.map(({ times }) => times[name]?.type).find(Boolean);
    return type ? `${name} (${type})` : name;
  };
  const units = [...new Set(cases.map(({ unit }) => UNITS[unit]))].join(', ');
  const lines = [
    `| case | exact / fast, ${units} | ${peers.map(title).join(' | ')} | targets |`,
    `|---|---|${peers.map(() => '---|').join('')}---|`,
  ];
  for (const entry of cases) {
    const { name, times } = entry;
    const cells = peers.map((peer) =>
      times[peer] ? OWN.map((build) => factor(ratio(times, build, peer))).join(' / ') : '–',
    );
    const ours = OWN.map((build) => amount(entry, times[build])).join(' / ');
    lines.push(`| ${name} | ${ours} | ${cells.join(' | ')} | ${targetsOf(entry)} |`);
  }
  return lines.join('\n');
}

const TITLES = { kernels: 'Kernels', jobs: 'Whole jobs' };

function section({ group, machine: { cpu, cores, platform }, versions, cases }) {
  const targets = cases.flatMap((entry) => entry.targets);
  const met = targets.filter((target) => target.met).length;
  const parts = [
    `## ${TITLES[group] ?? group}`,
    `${cpu}, ${cores} cores, ${platform}; Node ${versions.node}; ${versions.numpy ?? 'no NumPy'}. ` +
      `Targets met: ${met} of ${targets.length}.`,
  ];
  for (const area of new Set(cases.map((entry) => entry.area))) {
    const some = cases.filter((entry) => entry.area === area);
    parts.push(`### ${area[0].toUpperCase()}${area.slice(1)}`, table(some));
    const notes = some.flatMap(({ name, times }) =>
      Object.entries(times).flatMap(([contender, { note }]) =>
        note ? `${name}, ${contender}: ${note}` : [],
      ),
    );
    if (notes.length > 0) parts.push(`${notes.join('; ')}.`);
  }
  const skips = new Map();
  for (const { name, skipped } of cases) {
    for (const [contender, reason] of Object.entries(skipped)) {
      const key = `${contender}: ${reason}`;
      skips.set(key, [...(skips.get(key) ?? []), name]);
    }
  }
  if (skips.size > 0) {
    parts.push(
      '### Left out',
      [...skips]
        .map(([key, names]) => `* ${key} (${names.length > 4 ? `${names.length} cases` : names.join(', ')})`)
        .join('\n'),
    );
  }
  return parts.join('\n\n');
}

const ORDER = ['kernels', 'jobs'];

export function render() {
  const groups = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')))
    .filter(({ cases }) => cases)
    .sort((a, b) => ORDER.indexOf(a.group) - ORDER.indexOf(b.group));
  const [{ versions }] = groups;
  const peers = Object.entries(versions.peers).map(([name, version]) => `${name} ${version}`);
  const text = `<!-- Written by bench/run.js from bench/results/*.json. Do not edit: change bench/harness/report.js. -->
# Bench

\`npm run bench\` installs the peers of \`bench/package.json\` and runs every case on the Node pinned there;
\`npm run bench -- --only GEMM\` runs the cases whose title has that text, \`--short\` a quick pass that writes nothing. \`npm run bench:gate\` is the
short form that CI runs.

**How to read.** Each cell is the peer's time divided by ours, for the default build \`exact\` and for \`fast\` (relaxed SIMD): above 1, we are
faster. Contenders run in turns in one process (NumPy and jax-js in child processes), after their results were compared; medians over rounds of the
processor time of the thread, or of wall time where a contender uses several threads (numpy-2). f32: the peer computes in single
precision, we in double. ✓ and ✗: target met or not. All times, differences and reasons are in \`bench/results/\`.

Peers: ${peers.join(', ')}.

${groups.map(section).join('\n\n')}
`;
  writeFileSync(page, text);
}
