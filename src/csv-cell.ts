// A text as a cell of comma-separated values.

/** In quotes where there is a comma, a quote or the end of a line in it, and nowhere else. */
export const csvCell = (text: string): string =>
  /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
