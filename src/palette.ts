// Colours that people with any colour vision can tell apart on white.
// Source: M. Okabe and K. Ito, "Color Universal Design" (2008); their yellow is left out, it is too pale for lines.

export const PALETTE = {
  blue: '#0072B2',
  vermillion: '#D55E00',
  green: '#009E73',
  purple: '#CC79A7',
  sky: '#56B4E9',
  orange: '#E69F00',
  black: '#000000',
} as const;

/** The colour of the n-th series that does not ask for one. */
export function seriesColor(index: number): string {
  const colors = Object.values(PALETTE);
  return colors[index % colors.length];
}

export const INK = '#222222';
export const QUIET_INK = '#595959';
export const GRID = '#E4E4E4';
