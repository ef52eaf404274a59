// The loop that every activation runs in: two numbers at a time, the last of an odd count through the same
// lanes, so that the bits of an element depend on nothing but itself. Knows no activation.

/** Bytes per call of the inner loop: engines replace a slow first version of a loop only between calls. */
const BLOCK: usize = 8192;

/** A pair each of value, first and second derivative for the last of an odd count. */
const LAST: usize = memory.data(48, 16);

/** A is a type with a method `at`; no instance is ever made. */
function sweepPairs<A>(
  parameter: f64,
  order: i32,
  x: usize,
  end: usize,
  value: usize,
  first: usize,
  second: usize,
): void {
  const p = f64x2.splat(parameter);
  while (x < end) {
    changetype<A>(0).at(order, v128.load(x), p, value, first, second);
    x += 16;
    value += 16;
    first += 16;
    second += 16;
  }
}

/**
 * value = s(x), first = s'(x) where order ≥ 1, second = s''(x) where order = 2, for n numbers.
 * `value` may be `x`. Pointers that the order does not ask for are not used.
 */
export function sweep<A>(
  parameter: f64,
  order: i32,
  x: usize,
  n: i32,
  value: usize,
  first: usize,
  second: usize,
): void {
  const end = x + ((<usize>(n >> 1)) << 4);
  while (end - x > BLOCK) {
    sweepPairs<A>(parameter, order, x, x + BLOCK, value, first, second);
    x += BLOCK;
    value += BLOCK;
    first += BLOCK;
    second += BLOCK;
  }
  sweepPairs<A>(parameter, order, x, end, value, first, second);
  if (n & 1) {
    const last = end - x;
    v128.store(LAST, v128.load64_splat(end));
    sweepPairs<A>(parameter, order, LAST, LAST + 16, LAST, LAST + 16, LAST + 32);
    store<f64>(value + last, load<f64>(LAST));
    if (order >= 1) store<f64>(first + last, load<f64>(LAST, 16));
    if (order >= 2) store<f64>(second + last, load<f64>(LAST, 32));
  }
}
