// How far a run is, on standard error: one line that rewrites itself on a terminal, a few plain lines elsewhere.
import type { Progress } from '../solution.ts';
import type { Sink } from './host.ts';

const BAR = 24;
/** Shares of the work at which plain lines are written. */
const MILESTONES = [0.25, 0.5, 0.75];
const LINE_EVERY_MS = 20_000;

/** `3 s`, `2 min 05 s`, `1 h 20 min`. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'unknown time';
  if (seconds < 0.95) return `${Math.max(0, Math.round(seconds * 10) / 10)} s`;
  const whole = Math.round(seconds);
  if (whole < 90) return `${whole} s`;
  if (whole < 5400) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.round((whole % 3600) / 60)).padStart(2, '0')} min`;
}

export interface Meter {
  readonly update: (progress: Progress) => void;
  /** Clears the line; nothing is shown afterwards. */
  readonly finish: () => void;
}

/** A meter that writes to `sink`, or one that keeps silent. */
export function progressMeter(
  sink: Sink,
  quiet: boolean,
  clock: () => number = () => performance.now(),
): Meter {
  if (quiet) return { update: () => {}, finish: () => {} };
  const remaining = remainingTime(clock);
  return sink.isTTY ? liveMeter(sink, remaining) : plainMeter(sink, remaining, clock);
}

type Remaining = (progress: Progress) => string;

/** Below these shares of the work and seconds of it, a time left would be a guess. */
const LEAST_SHARE = 0.02;
const LEAST_SECONDS = 0.2;

/** The time left, as the run tells it or else as the pace since the start has it. */
function remainingTime(clock: () => number): Remaining {
  const started = clock();
  return ({ fraction, remainingSeconds }) => {
    const elapsed = (clock() - started) / 1000;
    const paced = fraction > LEAST_SHARE && elapsed > LEAST_SECONDS;
    const seconds = remainingSeconds ?? (paced ? (elapsed * (1 - fraction)) / fraction : undefined);
    return seconds === undefined ? '' : `  ${duration(Math.max(0, seconds))} left`;
  };
}

const percent = (fraction: number) => `${Math.floor(100 * Math.min(1, Math.max(0, fraction)))} %`.padStart(5);

function liveMeter(sink: Sink, remaining: Remaining): Meter {
  let shown = false;
  let done = false;
  return {
    update: (progress) => {
      if (done) return;
      const filled = Math.round(BAR * Math.min(1, Math.max(0, progress.fraction)));
      const bar = '█'.repeat(filled) + '░'.repeat(BAR - filled);
      const line = `${bar} ${percent(progress.fraction)}  ${progress.stage}${remaining(progress)}`;
      sink.write(`\r${line.slice(0, Math.max(20, (sink.columns ?? 80) - 1))}\u001b[K`);
      shown = true;
    },
    finish: () => {
      if (shown && !done) sink.write('\r\u001b[K');
      done = true;
    },
  };
}

function plainMeter(sink: Sink, remaining: Remaining, clock: () => number): Meter {
  let next = 0;
  let last = clock();
  let done = false;
  return {
    update: (progress) => {
      if (done || progress.fraction >= 1) return;
      const due = progress.fraction >= (MILESTONES[next] ?? 2) || clock() - last > LINE_EVERY_MS;
      if (!due) return;
      while (progress.fraction >= (MILESTONES[next] ?? 2)) next++;
      last = clock();
      sink.write(`${percent(progress.fraction)}  ${progress.stage}${remaining(progress)}\n`);
    },
    finish: () => {
      done = true;
    },
  };
}
