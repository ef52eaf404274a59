// How wide a text will be, so that a figure can be laid out before any font is at hand.

/** What figures are set in: a face of Helvetica's widths wherever one is installed. */
export const FONT_FAMILY = 'Arimo, Helvetica, Arial, Liberation Sans, sans-serif';

/**
 * Advance widths of the characters U+0020 to U+007E in thousandths of the font size.
 * Source: the `hmtx` table of Arimo Regular 1.33 (the widths of Helvetica and Arial).
 */
const WIDTHS = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
  556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
  500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
  556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
  278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];
const OTHER = 600;
const BOLD = 1.07;

/** Width in pixels. Error: exact for ASCII in regular faces of Helvetica's widths, a guess for other characters. */
export function textWidth(text: string, size: number, { bold = false } = {}): number {
  let width = 0;
  for (const character of text.replaceAll('\u00a0', ' '))
    width += WIDTHS[character.codePointAt(0)! - 32] ?? OTHER;
  return (width / 1000) * size * (bold ? BOLD : 1);
}

/** The text in lines no wider than `width`, broken at spaces that are not no-break ones; what does not fit in `most` lines ends in an ellipsis. */
export function wrap(text: string, size: number, width: number, most: number, style = {}): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/[^\S\u00a0]+/).filter((part) => part !== '')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textWidth(longer, size, style) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  if (line !== '') lines.push(line);
  const kept = lines.slice(0, most);
  if (lines.length > most) kept[most - 1] += ' …';
  return kept.map((text) => shorten(text, size, width, style));
}

/** The text, cut to `width` with an ellipsis where it is longer. */
export function shorten(text: string, size: number, width: number, style = {}): string {
  if (textWidth(text, size, style) <= width) return text;
  const characters = [...text];
  while (characters.length > 1 && textWidth(`${characters.join('')}…`, size, style) > width) characters.pop();
  return `${characters.join('').trimEnd()}…`;
}
