// Whether the machine is ours alone: a fixed piece of work, always the same, taken between the slots of a round. Other guests of
// a shared machine slow it down by up to a half for seconds, and dense arithmetic more than most contenders. Rounds are chosen by
// this alone, never by what contenders took.
import { wallTime } from './clock.js';

const SIZE = 48;
const REPEATS = 40;
/** Slower than the fast end of what was seen by more than this, and the machine was disturbed. */
const MARGIN = 1.15;

/** A witness that multiplies two matrices of 48 × 48 in the first-level cache, 9e6 flops, half a millisecond. */
export function productWitness({ linalg: { gemm, gemmScratch } }, { core, scope }) {
  const [A, B, C] = [0, 0, 0].map(() => scope.f64(SIZE * SIZE));
  const scratch = scope.f64(gemmScratch(core));
  A.fill(0.5);
  B.fill(0.25);
  return new Witness(() => {
    for (let i = 0; i < REPEATS; i++)
      gemm(core, false, false, SIZE, SIZE, SIZE, A, SIZE, B, SIZE, C, SIZE, false, scratch);
  });
}

export class Witness {
  #work;
  #seen = [];

  constructor(work) {
    this.#work = work;
    for (let i = 0; i < 200; i++) this.take();
  }

  /** Nanoseconds that the work takes now. */
  take() {
    const start = wallTime();
    this.#work();
    const time = wallTime() - start;
    this.#seen.push(time);
    return time;
  }

  /** Whether `time` is what the work takes on a machine that is ours: the fastest twentieth of what was seen, and a margin. */
  undisturbed(time) {
    const sorted = this.#seen.toSorted((a, b) => a - b);
    return time <= MARGIN * sorted[Math.floor(sorted.length / 20)];
  }
}
