// Seeded inputs: the same numbers in every run, never constant.

/** `length` values, spread evenly over [-1, 1). */
export function draw(length, seed = 1) {
  let state = Math.imul(seed, 2654435761) >>> 0;
  return Float64Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** An input with a shape, for contenders in a child process. */
export const shaped = (data, ...shape) => ({ data, shape });
