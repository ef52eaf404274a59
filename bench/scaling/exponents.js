// Exponents from measured points, and the section of the page that shows them. Knows nothing of how they were measured.

/** Slope of log y against log x by least squares over the upper half of the points, two at least. */
export function exponent(xs, ys) {
  const from = Math.min(Math.floor(xs.length / 2), xs.length - 2);
  const [u, v] = [xs, ys].map((values) => values.slice(from).map(Math.log));
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

const seconds = (ns) => (ns >= 1e9 ? `${(ns / 1e9).toPrecision(3)} s` : `${(ns / 1e6).toPrecision(3)} ms`);
const mebibytes = (bytes) => `${(bytes / 2 ** 20).toPrecision(3)}`;

/** Markdown of bench/results/scaling.json. */
export function scalingSection({ machine: { cpu, cores, platform }, node, date, jobs }) {
  const parts = [
    '## Growth',
    `\`npm run bench:scaling\` runs every point once in a process of its own. Time is that of the thread, exact build; memory is the peak of ` +
      `linear memory, beside it the most that the process held. Exponents are fitted to the upper half of a line; beside them those of the ` +
      `leading terms of docs/memory.md and the docstrings. ${cpu}, ${cores} cores, ${platform}; Node ${node}; ${date}.`,
  ];
  for (const { name, base, lines } of jobs) {
    const sizes = Object.entries(base)
      .map(([letter, value]) => `${letter} = ${value}`)
      .join(', ');
    parts.push(
      `### ${name}`,
      `${sizes} where not varied.`,
      [
        '| varied | time | MiB (process) | time ~ | expected | memory ~ | expected |',
        '|---|---|---|---|---|---|---|',
        ...lines.map(({ letter, points, time, memory, theory }) => {
          const over = points.map(({ value }) => value).join(', ');
          const times = points.map(({ cpu }) => seconds(cpu)).join(', ');
          const space = points
            .map(({ peakBytes, maxRSS }) => `${mebibytes(peakBytes)} (${mebibytes(maxRSS)})`)
            .join(', ');
          return `| ${letter} = ${over} | ${times} | ${space} | ${time.toFixed(2)} | ${theory[0]} | ${memory.toFixed(2)} | ${theory[1]} |`;
        }),
      ].join('\n'),
    );
  }
  return parts.join('\n\n');
}
