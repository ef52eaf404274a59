// JSON text to values, with the line and column of what is wrong: the engines' own messages do not always say.

/** Text that is no JSON: where, counted from 1, and what stands there. */
export class JsonTextError extends Error {
  override readonly name = 'JsonTextError';

  constructor(
    readonly line: number,
    readonly column: number,
    readonly received: string,
    readonly expected: string,
  ) {
    super(`line ${line}, column ${column}: received ${received}; expected ${expected}.`);
  }
}

/** The value of a JSON text. @throws JsonTextError */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const { offset, expected } = locate(text);
    const before = text.slice(0, offset).split(/\r\n|\n|\r/);
    const character = [...text.slice(offset, offset + 2)][0];
    const received = character === undefined ? 'the end of the text' : JSON.stringify(character);
    const error = new JsonTextError(before.length, before[before.length - 1].length + 1, received, expected);
    error.cause = cause;
    throw error;
  }
}

const TOKENS = {
  space: /[ \t\n\r]*/y,
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON strings must not hold them
  string: /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y,
  scalar: /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y,
};

/** Where a text stops being JSON. Scans with a stack of its own, so depth does not matter. */
function locate(text: string): { offset: number; expected: string } {
  let offset = 0;
  const take = (token: RegExp): boolean => {
    token.lastIndex = offset;
    const found = token.test(text);
    if (found) offset = token.lastIndex;
    return found;
  };
  const closers: string[] = [];
  type State = 'value' | 'first-value' | 'key' | 'first-key' | 'after';
  let state: State = 'value';
  for (;;) {
    take(TOKENS.space);
    const next = text[offset];
    const closer = closers[closers.length - 1];
    if (state === 'after') {
      if (closer === undefined) return { offset, expected: 'the end of the text' };
      if (next === closer) {
        closers.pop();
        offset++;
      } else if (next === ',') {
        offset++;
        state = closer === '}' ? 'key' : 'value';
      } else return { offset, expected: `"," or "${closer}"` };
    } else if ((state === 'first-key' || state === 'first-value') && next === closer) {
      closers.pop();
      offset++;
      state = 'after';
    } else if (state === 'key' || state === 'first-key') {
      if (!take(TOKENS.string)) return { offset, expected: 'a key in double quotes' };
      take(TOKENS.space);
      if (text[offset] !== ':') return { offset, expected: '":"' };
      offset++;
      state = 'value';
    } else if (next === '{' || next === '[') {
      closers.push(next === '{' ? '}' : ']');
      offset++;
      state = next === '{' ? 'first-key' : 'first-value';
    } else if (take(TOKENS.string) || take(TOKENS.scalar)) state = 'after';
    else
      return {
        offset,
        expected: next === '"' ? 'a text that is closed and has no raw control characters' : 'a value',
      };
  }
}
