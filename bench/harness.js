// Interleaved timing: every round runs each case for a slot of a few ms, so that whatever else the machine does hits all
// of them alike. Medians over rounds; ratios against a named case.
import { readFileSync } from 'node:fs';

/** cases: { name: () => void }. Returns { name: { median, best } } in milliseconds a call. */
export function interleave(cases, { rounds = 15, slot = 20 } = {}) {
  const names = Object.keys(cases);
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (const name of names) {
    const end = performance.now() + 50;
    do cases[name]();
    while (performance.now() < end);
  }
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const start = performance.now();
      let calls = 0;
      let now = start;
      do {
        cases[name]();
        calls++;
        now = performance.now();
      } while (now - start < slot);
      times[name].push((now - start) / calls);
    }
  }
  return Object.fromEntries(
    names.map((name) => {
      const sorted = times[name].sort((a, b) => a - b);
      return [name, { median: sorted[sorted.length >> 1], best: sorted[0] }];
    }),
  );
}

/** A core by the name of its build with the smallest of allocators; undefined where this runtime cannot compile it. */
export function loadBuild(name) {
  const bytes = readFileSync(new URL(`../build/core/${name}.wasm`, import.meta.url));
  if (!WebAssembly.validate(bytes)) return undefined;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  let top = Math.ceil(exports.heapBase() / 64) * 64;
  return {
    exports,
    /** `length` zero doubles: { ptr, view }. Take all before keeping a view: memory grows. */
    take(length) {
      const ptr = top;
      top += Math.ceil(length / 8) * 64;
      const missing = top - exports.memory.buffer.byteLength;
      if (missing > 0) exports.memory.grow(Math.ceil(missing / 65536));
      return {
        ptr,
        get view() {
          return new Float64Array(exports.memory.buffer, ptr, length);
        },
      };
    },
    integers(values) {
      const { ptr } = this.take(values.length);
      new Int32Array(exports.memory.buffer, ptr, values.length).set(values);
      return ptr;
    },
  };
}

/**
 * Prints { name: { median, best } } as a table with ratios of medians against `reference` (above 1: faster than it).
 * `scale` turns milliseconds a call into `unit`.
 */
export function printTable(title, results, reference, { unit = 'ms', scale = 1 } = {}) {
  console.log(`\n${title}`);
  console.log(`${''.padEnd(24)}    median      best  ratio   (${unit}; ratio over ${reference})`);
  const base = results[reference].median;
  for (const [name, { median, best }] of Object.entries(results)) {
    const numbers = [median * scale, best * scale].map((value) => value.toPrecision(3).padStart(9));
    console.log(`${name.padEnd(24)} ${numbers.join(' ')} ${(base / median).toFixed(2).padStart(6)}`);
  }
}
