// Where an axis begins and ends, where its ticks stand and what they say.

import type { Interval, Scale } from '../chart.ts';

/**
 * The interval an axis shows. `core` are the numbers that must be seen, `reach` the ends of error bars and bands:
 * those widen the interval, but by no more than its own extent on either side (a tenfold on a log axis), so that one
 * huge interval does not flatten the curves, and not below zero where no number is negative.
 */
export function domainOf(core: readonly number[], reach: readonly number[], scale: Scale): Interval {
  const inScale = (value: number) => Number.isFinite(value) && (scale === 'linear' || value > 0);
  const seen = core.filter(inScale);
  if (seen.length === 0) return scale === 'log' ? [0.1, 1] : [0, 1];
  const [low, high] = extent(seen);
  const [wideLow, wideHigh] = extent([...seen, ...reach.filter(inScale)]);
  if (scale === 'log') {
    const from = Math.max(wideLow, low / 10);
    const to = Math.min(wideHigh, high * 10);
    const margin = Math.max(1.1, (to / from) ** 0.04);
    return [from / margin, to * margin];
  }
  // A span below the rounding of its ends would leave no room for ticks.
  const flat = high - low <= 1e-9 * Math.max(Math.abs(low), Math.abs(high));
  const span = flat ? Math.abs(high) || 1 : high - low;
  const from = Math.max(wideLow, low - span, low >= 0 ? 0 : Number.NEGATIVE_INFINITY);
  const to = Math.min(wideHigh, high + span);
  const margin = 0.05 * (flat ? span : to - from);
  const bottom = from >= 0 && from < 0.6 * to ? 0 : from - margin;
  return [bottom, to + margin];
}

function extent(values: readonly number[]): Interval {
  let low = values[0];
  let high = values[0];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** Round positions inside the interval, about `count` of them (on a linear axis), in ascending order. */
export function ticks([low, high]: Interval, scale: Scale, count: number, whole = false): number[] {
  return scale === 'log' ? logTicks(low, high, count) : linearTicks(low, high, count, whole);
}

function linearTicks(low: number, high: number, count: number, whole: boolean): number[] {
  const rough = (high - low) / count;
  if (!(rough > 0)) return [low];
  const unit = 10 ** Math.floor(Math.log10(rough));
  const excess = rough / unit;
  const factor = excess < 1.5 ? 1 : excess < 3.2 ? 2 : excess < 7 ? 5 : 10;
  const step = whole ? Math.max(1, Math.round(factor * unit)) : factor * unit;
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  // At most 3 · count of them, whatever the interval.
  return Array.from({ length: Math.max(0, Math.min(last - first + 1, 3 * count)) }, (_, i) => {
    const tick = (first + i) * step;
    return tick === 0 ? 0 : digits <= 100 ? Number(tick.toFixed(digits)) : Number(tick.toPrecision(12));
  });
}

function logTicks(low: number, high: number, count: number): number[] {
  const candidates = (mantissas: readonly number[]) => {
    const result: number[] = [];
    for (let power = Math.floor(Math.log10(low)) - 1; 10 ** power <= high; power++) {
      for (const mantissa of mantissas) {
        const tick = Number(`${mantissa}e${power}`);
        if (tick >= low && tick <= high) result.push(tick);
      }
    }
    return result;
  };
  // Less than a decade has few round numbers of its own; evenly spaced ones then stand in for them.
  const counts = high < 10 * low ? Array.from({ length: count }, (_, i) => count + 1 - i) : [];
  const even = counts.map((other) => linearTicks(low, high, other, false));
  const sets = [...MANTISSAS.map(candidates).filter((set) => set.length <= count + 2), ...even]
    .filter((set) => set.length >= 3 && set.length <= count + 3 && set[0] > 0)
    .map((set) => ({ set, fault: faultOf(set, low, high, count) }));
  const best = sets.find(({ fault }) => fault <= 1) ?? sets.sort((a, b) => a.fault - b.fault)[0];
  if (best) return best.set;
  const decades = candidates([1]);
  const stride = Math.ceil(decades.length / count);
  return decades.filter((_, index) => index % stride === 0);
}

const MANTISSAS = [
  [1, 2, 3, 4, 5, 6, 7, 8, 9],
  [1, 2, 3, 5],
  [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8],
  [1, 1.5, 2, 3, 5, 7],
  [1, 2, 5],
  [1, 3],
  [1],
] as const;

/** Least distance of ticks on a log axis, in parts of an even spacing; largest share of it without any, at its ends too. */
const NARROW = 0.5;
const BARE = 0.45;

/** How crowded ticks on a log axis are, or how bare they leave it: at most 1 where neither is felt. */
function faultOf(set: readonly number[], low: number, high: number, count: number): number {
  const length = Math.log10(high / low);
  const gaps = set.slice(1).map((tick, i) => Math.log10(tick / set[i]));
  const ends = [Math.log10(set[0] / low), Math.log10(high / set.at(-1)!)];
  return Math.max(
    (NARROW * length) / count / Math.min(...gaps),
    Math.max(...gaps, ...ends) / (BARE * length),
  );
}

const SUPERSCRIPTS: Record<string, string> = {
  '-': '⁻',
  '0': '⁰',
  '1': '¹',
  '2': '²',
  '3': '³',
  '4': '⁴',
  '5': '⁵',
  '6': '⁶',
  '7': '⁷',
  '8': '⁸',
  '9': '⁹',
  '+': '',
};

/** Ticks in print: true minus signs, and powers of ten for all of them where one of the numbers would be long. */
export function tickLabels(ticks: readonly number[]): string[] {
  const long = ticks.some((tick) => tick !== 0 && (Math.abs(tick) >= 1e5 || Math.abs(tick) < 1e-3));
  return ticks.map((tick) => (long && tick !== 0 && tick !== 1 ? inPowers(tick) : inDigits(tick)));
}

const inDigits = (tick: number) => String(Number(tick.toPrecision(6))).replace('-', '−');

function inPowers(tick: number): string {
  const [mantissa, exponent] = Number(tick.toPrecision(6)).toExponential().split('e');
  const power = `10${[...exponent].map((character) => SUPERSCRIPTS[character]).join('')}`;
  if (mantissa === '1') return power;
  return `${mantissa === '-1' ? '−' : `${mantissa.replace('-', '−')}·`}${power}`;
}
