// The options of the benches, and which of their cases a text asks for.
import { parseArgs } from 'node:util';

/** Values of the options; ends the process with a line that names what is not one. */
export function optionsOf(options) {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    const known = Object.keys(options).map((name) => `--${name}`);
    console.error(`${error.message.split('.')[0]}. Options: ${known.join(', ')}.`);
    return process.exit(2);
  }
}

/**
 * Those of `items` whose title is `text`, or else has it, in capitals or not; all where there is no text. `titlesOf` gives the
 * titles of one. Ends the process where there is none.
 */
export function chosen(items, text, titlesOf) {
  const wanted = text.toLowerCase();
  const lower = (item) => titlesOf(item).map((title) => title.toLowerCase());
  const exact = items.filter((item) => lower(item).includes(wanted));
  if (exact.length > 0) return exact;
  const some = items.filter((item) => lower(item).some((title) => title.includes(wanted)));
  if (some.length > 0) return some;
  console.error(
    `Nothing is called "${text}". There are:\n  ${items.map((item) => titlesOf(item)[0]).join('\n  ')}`,
  );
  return process.exit(2);
}
