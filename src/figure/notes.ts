// Words beside what they are about, where none may cover another: notes above their marks, labels at the ends of curves.
import type { Annotation, Interval, Series } from '../chart.ts';
import { drawable, type Point } from './series.ts';
import { textWidth } from './text.ts';

export const NOTE_SIZE = 13;
export const NOTE_ROW = NOTE_SIZE + 4;

export interface Note extends Annotation {
  readonly at: number;
  readonly row: number;
  readonly anchor: 'start' | 'end';
}

/** Notes above the frame, each beside its mark, in as many rows as it takes for none to overlap. */
export function arrangeNotes(
  notes: readonly Annotation[],
  x: Interval,
  place: (x: number) => number,
  width: number,
): { items: Note[]; rows: number } {
  const ends: number[] = [];
  const items = notes
    .map((note) => ({ ...note, x: drawable(note.x) }))
    .filter((note) => note.x >= x[0] && note.x <= x[1])
    .sort((a, b) => a.x - b.x)
    .map((note): Note => {
      const length = textWidth(note.text, NOTE_SIZE);
      const anchor = place(note.x) + length > width - 4 ? 'end' : 'start';
      const from = anchor === 'start' ? place(note.x) : place(note.x) - length;
      let row = ends.findIndex((end) => end + 10 < from);
      if (row < 0) row = ends.length;
      ends[row] = from + length;
      return { ...note, at: place(note.x), row, anchor };
    });
  return { items, rows: ends.length };
}

/** Labels at the height where their curves end, moved apart where those meet; in the order of the curves there. */
export function arrangeEnds(
  series: readonly Series[],
  points: readonly Point[][],
  [low, high]: Interval,
  place: (y: number) => number,
): { text: string; at: number }[] {
  const labels = series.flatMap(({ label }, i) => {
    const end = points[i].findLast(({ y }) => y >= low && y <= high);
    return label !== undefined && end ? [{ text: label, at: place(end.y) }] : [];
  });
  labels.sort((a, b) => a.at - b.at);
  // Each pair that is too near parts by the same way up and down; a few rounds settle what that does to their neighbours.
  for (let round = 0; round < 4 * labels.length; round++) {
    labels.slice(1).forEach((below, i) => {
      const missing = (NOTE_ROW - (below.at - labels[i].at)) / 2;
      if (missing <= 0) return;
      labels[i].at -= missing;
      below.at += missing;
    });
  }
  return labels;
}
