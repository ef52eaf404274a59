// Long work that can be watched and cancelled: counts work done, reports progress with a remaining time, and gives the
// event loop a turn every few tens of milliseconds. The clock never reaches a result.
import type { Progress, RunOptions } from './solution.ts';

const TURN_MS = 40;
const REPORT_MS = 100;

/**
 * One turn of the event loop. Not by a timer: the shortest one takes 1 ms in Node and 4 ms in a page, every TURN_MS.
 */
const turn: () => Promise<void> =
  typeof setImmediate === 'function'
    ? () => new Promise((resolve) => setImmediate(resolve))
    : () =>
        new Promise((resolve) => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => {
            port1.close();
            resolve();
          };
          port2.postMessage(undefined);
        });

/** Seconds left of work that began at `started` (of performance.now) and is done to `fraction`; not known at first. */
export function remainingSeconds(started: number, fraction: number): number | undefined {
  const elapsed = (performance.now() - started) / 1000;
  return fraction > 0.02 ? (elapsed * (1 - fraction)) / fraction : undefined;
}

export class Run {
  readonly #signal: AbortSignal | undefined;
  readonly #onProgress: ((progress: Progress) => void) | undefined;
  readonly #total: number;
  readonly #started = performance.now();
  #done = 0;
  #stage = '';
  #lastTurn = this.#started;
  #lastReport = 0;

  /** `total` is the whole work in any unit; `advance` counts in the same unit. */
  constructor(options: RunOptions, total: number) {
    this.#signal = options.signal;
    this.#onProgress = options.onProgress;
    this.#total = Math.max(total, 1e-300);
  }

  get aborted(): boolean {
    return this.#signal?.aborted ?? false;
  }

  /** Counts `work` as done; false when the caller has cancelled. */
  async advance(work: number, stage = this.#stage): Promise<boolean> {
    this.#done += work;
    this.#stage = stage;
    const now = performance.now();
    if (this.#onProgress && now - this.#lastReport > REPORT_MS) {
      this.#lastReport = now;
      this.#report();
    }
    if (now - this.#lastTurn > TURN_MS) {
      await turn();
      this.#lastTurn = performance.now();
    }
    return !this.aborted;
  }

  /** Reports the end. */
  finish(): void {
    this.#done = this.#total;
    this.#report();
  }

  #report(): void {
    const fraction = Math.min(1, this.#done / this.#total);
    const remaining = remainingSeconds(this.#started, fraction);
    this.#onProgress?.({ stage: this.#stage, fraction, remainingSeconds: remaining });
  }
}
