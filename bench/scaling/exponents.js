// Exponents from measured points, and the section of the page that shows them. Knows nothing of how they were measured.

/** A fitted exponent further than this from the expected one needs a reason. */
const FAR = 0.25;

/** Largest points of a line that its exponent is fitted to. */
const FITTED = 3;

/** Slope of log y against log x by least squares over the last points. */
export function exponent(xs, ys) {
  const [u, v] = [xs, ys].map((values) => values.slice(-FITTED).map(Math.log));
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [um, vm] = [mean(u), mean(v)];
  let above = 0;
  let below = 0;
  u.forEach((value, i) => {
    above += (value - um) * (v[i] - vm);
    below += (value - um) ** 2;
  });
  return above / below;
}

/** Whether a line of the results lacks that reason. */
export const unexplained = ({ fitted, expected, note }) =>
  !note && ['time', 'memory'].some((key) => Math.abs(fitted[key] - expected[key]) > FAR);

const seconds = (ns) => (ns >= 1e9 ? `${(ns / 1e9).toPrecision(3)} s` : `${(ns / 1e6).toPrecision(3)} ms`);
const mebibytes = (bytes) => `${(bytes / 2 ** 20).toPrecision(3)}`;
const list = (sizes) =>
  Object.entries(sizes)
    .map(([letter, value]) => `${letter} = ${value}`)
    .join(', ');

/** Markdown of bench/results/scaling.json. */
export function scalingSection({ machine: { cpu, cores, platform }, node, date, jobs }) {
  const scatter = jobs
    .flatMap(({ lines }) =>
      lines.flatMap(({ points }) => points.map(({ cpu, least }) => 100 * (1 - least / cpu))),
    )
    .sort((a, b) => a - b);
  const [usual, worst] = [scatter[scatter.length >> 1], scatter.at(-1)].map((value) => value.toFixed(0));
  const parts = [
    '## Growth',
    `\`npm run bench:scaling\` (\`-- --only TEXT\`: the lines whose "job: letter" has that text). Time is that of the thread, exact build: the median of at ` +
      `least three rounds over the points of a line, each point in a process of its own that has run the job before, unless it takes seconds. Memory is the ` +
      `peak of linear memory, beside it the most that the process held. An exponent is fitted to the last ${FITTED} points of a line; ` +
      `beside it that of the leading term of docs/memory.md or the docstrings. Where the two are more than ${FAR} apart, a note says why. ` +
      `The fastest round of a point lies ${usual} % below the time that is shown, ${worst} % at most: 10 % of one point move an exponent over a factor of 4 by 0.07. ` +
      `${cpu}, ${cores} cores, ${platform}; Node ${node}; ${date}.`,
  ];
  for (const { name, base, lines } of jobs) {
    const notes = lines.filter(({ note }) => note);
    parts.push(
      `### ${name}`,
      `${list(base)} where not varied.`,
      [
        '| varied | time | MiB (process) | time ~ | expected | memory ~ | expected |',
        '|---|---|---|---|---|---|---|',
        ...lines.map(({ letter, at, points, fitted, expected }) => {
          const over = points.map(({ value }) => value).join(', ');
          const times = points.map(({ cpu }) => seconds(cpu)).join(', ');
          const space = points
            .map(({ peakBytes, maxRSS }) => `${mebibytes(peakBytes)} (${mebibytes(maxRSS)})`)
            .join(', ');
          const varied = `${letter} = ${over}${at ? `; ${list(at)}` : ''}`;
          const sides = ['time', 'memory'].map((key) => `${fitted[key].toFixed(2)} | ${expected[key]}`);
          return `| ${varied} | ${times} | ${space} | ${sides.join(' | ')} |`;
        }),
      ].join('\n'),
    );
    if (notes.length > 0) parts.push(notes.map(({ letter, note }) => `* ${letter}: ${note}`).join('\n'));
  }
  return parts.join('\n\n');
}
