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
export const SHADE = '#E9E9E9';

/** Viridis at 17 even steps. Source: S. van der Walt and N. Smith, "A Better Default Colormap for Matplotlib" (2015), CC0. */
const MAP_COLORS = [
  [68, 1, 84],
  [72, 24, 106],
  [71, 45, 123],
  [66, 64, 134],
  [59, 82, 139],
  [51, 99, 141],
  [44, 114, 142],
  [38, 130, 142],
  [33, 145, 140],
  [31, 160, 136],
  [40, 174, 128],
  [63, 188, 115],
  [94, 201, 98],
  [132, 212, 75],
  [173, 220, 48],
  [216, 226, 25],
  [253, 231, 37],
] as const;

/** The colour of a value between the lowest, 0, and the highest, 1: even to the eye, whatever its colour vision. */
export function mapColor(share: number): string {
  const at = Math.min(1, Math.max(0, share)) * (MAP_COLORS.length - 1);
  const below = Math.min(MAP_COLORS.length - 2, Math.floor(at));
  const [from, to] = [MAP_COLORS[below]!, MAP_COLORS[below + 1]!];
  const channel = (k: 0 | 1 | 2) => Math.round(from[k] + (at - below) * (to[k] - from[k]));
  return `#${[channel(0), channel(1), channel(2)].map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
