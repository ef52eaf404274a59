// Checks that contenders agree, then times them in turns: every round gives each of them a slot, so that whatever else the
// machine does hits all of them alike.
//
// A case: { name, group: 'kernels' | 'jobs', area, unit: 'GF/s' | 'ns' | 'time', count: flops, elements or 1, tolerance,
// targets: [{ build: 'exact' | 'fast', over: a contender, atLeast: ratio } or { build, ulp: largest error }],
// contenders(context): { name: () => Contender } }. All have to agree with the first. context: { bindings, builds, numpy, jax, peer }.
//
// A contender: { run(), result() } and, where they apply, type: 'f32', tolerance of its own, note, ulp, threads, release(). `run` may
// be asynchronous. `result` gives an array of numbers, or several by name. numpy(…) and jax(…) make one in a child process.
import { threadTime, wallTime } from './clock.js';

/** Time of one call in nanoseconds over `calls` of them: { cpu, wall }. */
async function slot(contender, calls) {
  let cpu;
  let wall;
  if (contender.time) {
    ({ cpu, wall } = await contender.time(calls));
  } else {
    const { run } = contender;
    const [cpuStart, wallStart] = [threadTime(), wallTime()];
    if (contender.asynchronous) for (let i = 0; i < calls; i++) await run();
    else for (let i = 0; i < calls; i++) run();
    cpu = threadTime() - cpuStart;
    wall = wallTime() - wallStart;
  }
  return { cpu: cpu / calls, wall: wall / calls };
}

const byName = (result) => (ArrayBuffer.isView(result) || Array.isArray(result) ? { result } : result);

/** Largest difference of two results, relative to the largest entry of each array; Infinity where shapes differ. */
export function difference(result, expected) {
  let worst = 0;
  for (const [name, values] of Object.entries(byName(expected))) {
    const others = byName(result)[name];
    if (others?.length !== values.length) return Number.POSITIVE_INFINITY;
    let gap = 0;
    let size = 0;
    for (let i = 0; i < values.length; i++) {
      const distance = Math.abs(values[i] - others[i]);
      if (!(distance <= gap)) gap = distance;
      size = Math.max(size, Math.abs(values[i]));
    }
    worst = Math.max(worst, Number.isNaN(gap) ? Number.POSITIVE_INFINITY : gap / (size || 1));
  }
  return worst;
}

/** First line of what went wrong, without names of folders. */
const reason = (error) =>
  String(error?.message ?? error)
    .split('\n')[0]
    .replace(/(file:\/\/)?(\/[\w.@+-]+)+\//g, '');

/**
 * Makes the contenders of a case ({ name: () => Contender }), drops those that do not load or do not agree.
 * Returns { contenders, skipped: { name: reason }, errors: { name: difference from the first } }.
 */
export async function prepare(makers, tolerance, wanted = () => true) {
  const contenders = {};
  const skipped = {};
  const errors = {};
  let expected;
  for (const [name, make] of Object.entries(makers)) {
    if (!wanted(name)) continue;
    try {
      const contender = await make();
      if (!contender.time) {
        const first = contender.run();
        contender.asynchronous = typeof first?.then === 'function';
        await first;
      }
      const result = await contender.result();
      expected ??= structuredClone(result);
      errors[name] = difference(result, expected);
      const allowed = contender.tolerance ?? tolerance;
      if (!(errors[name] <= allowed)) {
        skipped[name] = `WRONG: differs by ${errors[name].toExponential(1)}, allowed ${allowed}`;
        await contender.release?.();
      } else contenders[name] = contender;
    } catch (error) {
      skipped[name] = reason(error);
    }
  }
  return { contenders, skipped, errors };
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** A processor that has idled, while others worked for it, is slow for some milliseconds. */
function wake() {
  const end = wallTime() + 10e6;
  while (wallTime() < end);
}

/** BLAS threads spin for a while after a call; they must not do so in the next contender's slot. */
async function settle() {
  await new Promise((resolve) => setTimeout(resolve, 60));
  wake();
}

/** One round: { times: { name: { cpu, wall } }, probe: the slowest of the witness's times between the slots }. */
async function takeRound(contenders, calls, witness) {
  const times = {};
  wake();
  let probe = witness?.take() ?? 0;
  for (const [name, contender] of Object.entries(contenders)) {
    times[name] = await slot(contender, calls[name]);
    if (contender.threads > 1) await settle();
    else wake();
    probe = Math.max(probe, witness?.take() ?? 0);
  }
  return { times, probe };
}

/**
 * Times of contenders in nanoseconds a call: { times: { name: { cpu, wall, best, rounds } }, disturbed }, medians over rounds.
 * slot, warmUp in ms. Where calls take seconds, rounds are fewer. With a witness (witness.js) a round during which something else
 * used the machine is repeated, until there are as many rounds as wanted or three times that; those with the fastest witness count.
 * disturbed: how many of those that count it still calls so.
 */
export async function interleave(
  contenders,
  { rounds = 9, slot: length = 8, warmUp = 80, witness = undefined } = {},
) {
  const calls = {};
  let longest = 0;
  for (const [name, contender] of Object.entries(contenders)) {
    const end = wallTime() + warmUp * 1e6;
    let each;
    let count = 1;
    do {
      each = (await slot(contender, count)).wall;
      count = Math.min(2 * count, Math.max(1, Math.ceil((length * 1e6) / each)));
    } while (wallTime() < end);
    calls[name] = Math.max(1, Math.round((length * 1e6) / each));
    longest = Math.max(longest, each);
    if (contender.threads > 1) await settle();
  }
  const wanted = longest > 1e9 ? Math.min(rounds, 5) : rounds;
  const quiet = ({ probe }) => !witness || witness.undisturbed(probe);
  const taken = [];
  while (taken.filter(quiet).length < wanted && taken.length < 3 * wanted) {
    taken.push(await takeRound(contenders, calls, witness));
  }
  const kept = taken.toSorted((a, b) => a.probe - b.probe).slice(0, wanted);
  const times = Object.fromEntries(
    Object.keys(contenders).map((name) => {
      const list = kept.map((round) => round.times[name]);
      return [
        name,
        {
          cpu: median(list.map(({ cpu }) => cpu)),
          wall: median(list.map(({ wall }) => wall)),
          best: Math.min(...list.map(({ cpu }) => cpu)),
          rounds: wanted,
          threads: contenders[name].threads ?? 1,
        },
      ];
    }),
  );
  return { times, disturbed: kept.filter((round) => !quiet(round)).length };
}

/** Time of `peer` over time of `own`, above 1 where `own` is faster: thread time, or wall time where threads are several. */
export function ratio(times, own, peer) {
  const [ours, theirs] = [times[own], times[peer]];
  if (!ours || !theirs) return undefined;
  const clock = ours.threads > 1 || theirs.threads > 1 ? 'wall' : 'cpu';
  return theirs[clock] / ours[clock];
}
