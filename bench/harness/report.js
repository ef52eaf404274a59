// Results as JSON, one file a group, and the page bench/README.md rendered from all of them.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { scalingSection } from '../scaling/exponents.js';
import { ratio } from './interleave.js';

const folder = new URL('../results/', import.meta.url);
const page = new URL('../README.md', import.meta.url);

/** What a reader needs to place the numbers; no names of hosts or folders. */
export function machine() {
  const [{ model }] = cpus();
  return { cpu: model.trim(), cores: cpus().length, platform: `${process.platform} ${process.arch}` };
}

/** One case as it is kept. */
export function record(
  { name, area, unit, count, targets = [] },
  { skipped, errors, notes, disturbed },
  times,
) {
  return {
    name,
    area,
    unit,
    count,
    date: new Date().toISOString().slice(0, 10),
    load: Number(loadavg()[0].toFixed(1)),
    disturbed,
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
      if (target.ulp !== undefined) {
        const reached = notes[target.build]?.ulp;
        return { ...target, ratio: null, met: reached === undefined ? null : reached <= target.ulp };
      }
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

/**
 * Puts `records` of a group among those of earlier runs with the same machine and versions; other cases go, and so do those
 * that no longer exist (not in `names`).
 */
export function write(group, names, records, context) {
  const file = fileOf(group);
  const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { cases: [] };
  const same =
    JSON.stringify([before.machine, before.versions]) === JSON.stringify([context.machine, context.versions]);
  const all = new Map((same ? before.cases : []).map((entry) => [entry.name, entry]));
  for (const entry of records) all.set(entry.name, entry);
  const cases = names.filter((name) => all.has(name)).map((name) => all.get(name));
  writeFileSync(file, `${JSON.stringify({ group, ...context, cases }, null, 1)}\n`);
}

// ---------------------------------------------------------------- the page

const OWN = ['exact', 'fast'];

/** Two digits, and no more than a reader compares. */
const brief = (value, digits = 2) => (value >= 100 ? value.toFixed(0) : value.toPrecision(digits));

/** Time of one call in the unit of its case. */
function amount({ unit, count }, time) {
  if (!time) return '–';
  const cpu = time.threads > 1 ? time.wall : time.cpu;
  if (unit === 'GF/s') return (count / cpu).toFixed(1);
  if (unit === 'ns') return (cpu / count).toPrecision(2);
  if (cpu >= 1e9) return `${(cpu / 1e9).toPrecision(3)} s`;
  return cpu >= 1e6 ? `${(cpu / 1e6).toPrecision(3)} ms` : `${(cpu / 1e3).toPrecision(3)} µs`;
}

const UNITS = { 'GF/s': 'GF/s', ns: 'ns each', time: 'time' };
const mark = (met) => (met === undefined || met === null ? '' : met ? ' ✓' : ' ✗');

/** What both builds reached, with marks and the target behind it: "0.36 ✓ / 0.45 ✓ (≥ 0.17 / 0.28)". */
function cell(values, targets, sign) {
  const sides = OWN.map((build, i) => {
    const target = targets.find((entry) => entry.build === build);
    return values[i] === undefined
      ? '–'
      : `${brief(values[i], target?.met === false ? 3 : 2)}${mark(target?.met)}`;
  });
  if (sides.every((side) => side === '–')) return '–';
  const limits = [...new Set(targets.map(({ atLeast, ulp }) => atLeast ?? ulp))];
  return sides.join(' / ') + (limits.length > 0 ? ` (${sign} ${limits.join(' / ')})` : '');
}

function table(cases) {
  const peers = [...new Set(cases.flatMap(({ times }) => Object.keys(times)))].filter(
    (name) => !OWN.includes(name),
  );
  const errors = cases.some(({ times }) => OWN.some((build) => times[build]?.ulp !== undefined));
  const units = [...new Set(cases.map(({ unit }) => UNITS[unit]))].join(', ');
  const head = ['case', `exact / fast, ${units}`, ...(errors ? ['largest error, ulp'] : []), ...peers];
  const rows = cases.map((entry) => {
    const { name, times, targets } = entry;
    return [
      name,
      OWN.map((build) => amount(entry, times[build])).join(' / '),
      ...(errors
        ? [
            cell(
              OWN.map((build) => times[build]?.ulp),
              targets.filter(({ ulp }) => ulp !== undefined),
              '≤',
            ),
          ]
        : []),
      ...peers.map((peer) =>
        cell(
          OWN.map((build) => ratio(times, build, peer)),
          targets.filter(({ over }) => over === peer),
          '≥',
        ),
      ),
    ];
  });
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const TITLES = { kernels: 'Kernels', jobs: 'Whole jobs' };
const sentence = (text) => text[0].toUpperCase() + text.slice(1);

/** "* name: what", with the cases of equal text gathered. */
function gathered(pairs) {
  const names = new Map();
  for (const [text, name] of pairs) names.set(text, [...(names.get(text) ?? []), name]);
  return [...names].map(([text, all]) => `* ${text} (${all.join('; ')})`).join('\n');
}

function section({ group, machine: { cpu, cores, platform }, versions, cases }) {
  const targets = cases.flatMap((entry) => entry.targets.map((target) => ({ ...target, name: entry.name })));
  const missed = targets.filter(({ met }) => met === false);
  const loads = cases.map(({ load }) => load);
  const total = (values) => values.reduce((sum, value) => sum + value, 0);
  const disturbed = total(cases.map((entry) => entry.disturbed ?? Number.NaN));
  const rounds = total(cases.map(({ times }) => Object.values(times)[0].rounds));
  const dates = [...new Set(cases.map(({ date }) => date))].sort();
  const parts = [
    `## ${TITLES[group] ?? sentence(group)}`,
    `${cpu}, ${cores} cores, ${platform}; Node ${versions.node}; ${versions.numpy ?? 'no NumPy'}. Measured ${dates.join(', ')}; ` +
      `load average ${Math.min(...loads)} to ${Math.max(...loads)}, of which the bench is about 1` +
      `${disturbed >= 0 ? `; rounds that count and were disturbed: ${disturbed} of ${rounds}` : ''}.`,
  ];
  if (targets.length > 0) {
    const met = targets.filter((target) => target.met).length;
    parts.push(`Targets met: ${met} of ${targets.length}.${missed.length > 0 ? ' Not met:' : ''}`);
    const reached = ({ build, over, atLeast, ulp, ratio: value }) =>
      ulp === undefined ? `${build} over ${over} ${value} (${atLeast})` : `${build} over ${ulp} ulp`;
    const names = [...new Set(missed.map(({ name }) => name))];
    const line = (name) =>
      `* ${name}: ${missed
        .filter((target) => target.name === name)
        .map(reached)
        .join(', ')}`;
    if (names.length > 0) parts.push(names.map(line).join('\n'));
  }
  // What has a target comes first.
  const aimed = new Set(cases.filter((entry) => entry.targets.length > 0).map((entry) => entry.area));
  for (const area of new Set([...aimed, ...cases.map((entry) => entry.area)])) {
    const some = cases.filter((entry) => entry.area === area);
    parts.push(`### ${sentence(area)}`, table(some));
    const notes = some.flatMap(({ name, times }) =>
      Object.entries(times).flatMap(([contender, { note }]) =>
        note ? [[`${contender}: ${note}`, name]] : [],
      ),
    );
    if (notes.length > 0) parts.push(gathered(notes));
    // Targets of other contenders than the two builds: several workers over one.
    const others = some.flatMap(({ name, targets: all }) =>
      all
        .filter(({ build, met }) => !OWN.includes(build) && met !== null)
        .map((target) => ({ ...target, name })),
    );
    const line = ({ name, build, over, atLeast, ratio: value, met }) =>
      `* ${name}: ${build} over ${over} ${value}${mark(met)} (≥ ${atLeast})`;
    if (others.length > 0) parts.push(others.map(line).join('\n'));
  }
  const skips = cases.flatMap(({ name, skipped }) =>
    Object.entries(skipped).map(([contender, reason]) => [`${contender}: ${reason}`, name]),
  );
  if (skips.length > 0) parts.push('### Left out', gathered(skips));
  return parts.join('\n\n');
}

const ORDER = ['kernels', 'jobs'];

const PEERS = ['numpy-1', 'numpy-2', 'ml-matrix', 'plain'];

/** What a reader wants first: how the exact build stands against each of a few peers, in every table. */
function inShort(groups) {
  const rows = groups.toReversed().flatMap(({ group, cases }) =>
    [...new Set(cases.map(({ area }) => area))].map((area) => {
      const some = cases.filter((entry) => entry.area === area);
      const ranges = PEERS.map((peer) => {
        const ratios = some
          .map(({ times }) => ratio(times, 'exact', peer))
          .filter((value) => value !== undefined);
        if (ratios.length === 0) return '–';
        const [least, most] = [Math.min(...ratios), Math.max(...ratios)].map((value) => brief(value));
        return least === most ? least : `${least} to ${most}`;
      });
      return [`${TITLES[group].toLowerCase()}, ${area}`, ...ranges];
    }),
  );
  const shown = rows.filter(([, ...ranges]) => ranges.some((range) => range !== '–'));
  const head = ['table', ...PEERS];
  const table = [head, head.map(() => '---'), ...shown].map((cells) => `| ${cells.join(' | ')} |`);
  return `**In short**: the time of a peer divided by that of our default build, lowest and highest of each table below; above 1, we are faster.\n\n${table.join('\n')}`;
}

/** The section of bench/scaling.js, where it has been run. */
function growth() {
  const file = new URL('scaling.json', folder);
  return existsSync(file) ? [scalingSection(JSON.parse(readFileSync(file, 'utf8')))] : [];
}

/** The text of bench/README.md, from nothing but bench/results. */
export function pageText() {
  const groups = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')))
    .filter(({ cases }) => cases)
    .sort((a, b) => ORDER.indexOf(a.group) - ORDER.indexOf(b.group));
  const [{ versions }] = groups;
  const peers = Object.entries(versions.peers).map(([name, version]) => `${name} ${version}`);
  return `<!-- Written by bench/run.js from bench/results/*.json. Do not edit: change bench/harness/report.js. -->
# Bench

${inShort(groups)}

\`npm run bench\` installs the peers that \`bench/package.json\` pins (700 MB) and runs every case on the Node pinned there.
\`npm run bench -- --only GEMM\`: the cases whose title has that text, or the one of that name. \`--short\`: a quick pass that writes nothing, too short for
comparison with this page. \`npm run bench:gate\`: the short form that CI runs, with limits of its own, made for Node 24: Node 20 knows no relaxed SIMD and runs the plain
JavaScript of the peers at less than half the speed.

**How to read.** A cell is the peer's time divided by ours, for \`exact\` (the default build) and \`fast\` (relaxed SIMD): above 1, we are faster.
In parentheses the target, ✓ met, ✗ not. Contenders first have to agree, then run in turns, NumPy and jax-js in child processes. Between turns a fixed small
product tells whether others use the machine: a round during which it took 15 % longer than usual is repeated, at most twice. Times are medians of the
processor time of the thread, or of wall time against a contender with several threads (numpy-2). *f32*: the peer computes in single
precision, we in double unless the case says float32. *numpy-1*: NumPy with one BLAS thread, in its fastest form; the targets of tall and skinny products are over
the usual one (*X @ W.T*, *X.T @ G*). *scalar*: our own reference without SIMD. *plain*:
loops in JavaScript. *scipy-1*: SciPy on one thread. *two processes*: half of the replicas in each of two processes, which share
nothing but the machine: no two workers can be much faster. *product*: the same
counts as a matrix product of ours. *head all*, *head 8*: singular directions of the rows that the tangent estimator follows exactly. Targets were set before the kernels
were written: against OpenBLAS, which uses 512-bit arithmetic with fused multiply-adds on such a machine where WebAssembly has 128 bits, they are the share that is in reach,
so that ✓ beside a number below 1 is a target met and a comparison lost. Times, differences and errors of all contenders are in \`bench/results/\`.

Peers: ${peers.join(', ')}.

${[...groups.map(section), ...growth()].join('\n\n')}
`;
}

export const render = () => writeFileSync(page, pageText());
