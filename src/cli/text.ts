// Paragraphs for a terminal: a name at the left, its text broken beside it.

const NAME = 14;
const WIDTH = 100;

/** `name` and `text` in lines of at most WIDTH characters, later ones indented below the text. */
export function wrapped(name: string, text: string): string {
  const lines: string[] = [];
  let line = name.padEnd(NAME - 1);
  for (const word of text.split(' ')) {
    if (line.length + 1 + word.length > WIDTH && line.trim() !== '') {
      lines.push(line);
      line = ' '.repeat(NAME - 1);
    }
    line += ` ${word}`;
  }
  return [...lines, line].join('\n');
}
