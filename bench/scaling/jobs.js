// The jobs whose growth is measured, all of them: add one here or in the lists below. A job has
//   name      as the table shows it
//   base      sizes, by letter
//   lines     what is varied, [{ letter, values, time, memory }] and where they apply at, note:
//             values    increasing; the other sizes stay at `base`, or at `at`
//             time, memory   exponents of the leading terms
//             note      why the fitted exponent is another
//   small     sizes of the small runs before, in place of those of the point
//   run       async (sizes, tools) => { cpu, peakBytes }: the job once, on a core of its own; cpu in nanoseconds
// `tools` are { inside, threadTime }: see load.js.
import { finiteWidth } from './finite-width.js';
import { fits } from './fit.js';
import { otherTheories } from './other-theories.js';

export const jobs = [...finiteWidth, ...fits, ...otherTheories];
