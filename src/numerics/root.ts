// A root of a continuous function in a bracket, by Brent's method.

/**
 * Where f is 0 between a and b, at which it has the values fa and fb of different signs; to `tolerance` of the root's size,
 * or 4 roundings of it where that is more.
 * Source: R. P. Brent, Algorithms for minimization without derivatives (1973), ch. 4.
 * @throws RangeError where the signs do not differ.
 */
export function rootBetween(
  f: (x: number) => number,
  [first, fFirst]: readonly [x: number, value: number],
  [second, fSecond]: readonly [x: number, value: number],
  tolerance = 0,
): number {
  if (!(fFirst * fSecond <= 0)) {
    throw new RangeError(
      `rootBetween: the values at ${first} and ${second} are ${fFirst} and ${fSecond}; expected different signs.`,
    );
  }
  let [a, fa, b, fb] = [first, fFirst, second, fSecond];
  let [c, fc] = [a, fa];
  let step = b - a;
  let before = step;
  for (let i = 0; i < 200; i++) {
    if (Math.abs(fc) < Math.abs(fb)) [a, fa, b, fb, c, fc] = [b, fb, c, fc, b, fb];
    const close = 2 * Number.EPSILON * Math.abs(b) + 0.5 * tolerance * Math.abs(b);
    const half = 0.5 * (c - b);
    if (Math.abs(half) <= close || fb === 0) return b;
    if (Math.abs(before) >= close && Math.abs(fa) > Math.abs(fb)) {
      const s = fb / fa;
      let p: number;
      let q: number;
      if (a === c) {
        p = 2 * half * s;
        q = 1 - s;
      } else {
        const r = fb / fc;
        const t = fa / fc;
        p = s * (2 * half * t * (t - r) - (b - a) * (r - 1));
        q = (t - 1) * (r - 1) * (s - 1);
      }
      if (p > 0) q = -q;
      p = Math.abs(p);
      if (2 * p < Math.min(3 * half * q - Math.abs(close * q), Math.abs(before * q))) {
        before = step;
        step = p / q;
      } else {
        step = half;
        before = half;
      }
    } else {
      step = half;
      before = half;
    }
    [a, fa] = [b, fb];
    b += Math.abs(step) > close ? step : half > 0 ? close : -close;
    fb = f(b);
    if (fb > 0 === fc > 0) {
      [c, fc] = [a, fa];
      step = b - a;
      before = step;
    }
  }
  return b;
}
